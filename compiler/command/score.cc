// `assay score`: how good labels are that stand in a file.
#include <CLI/CLI.hpp>

#include "compiler/command/options.h"
#include "compiler/command/report.h"
#include "compiler/command/verb.h"
#include "runtime/io/gold_file.h"
#include "runtime/models/label_files.h"

namespace assay {
namespace {

class ScoreVerb : public Verb {
 public:
  std::string_view name() const override { return "score"; }
  std::string_view description() const override { return "Scores labels that are already there against true classes"; }
  std::string_view usage() const override { return "--labels FILE --gold FILE [options]"; }
  std::vector<std::string_view> examples() const override {
    return {"assay score --labels labels.csv --gold gold.csv",
            "assay score --labels labels.npy --gold gold.csv --class-names HAM,SPAM --summary json"};
  }

  void Declare(CLI::App& app) override {
    const std::string group = "Labels";
    app.add_option("--labels", labels_, "what `assay label` or `assay run --labels` wrote, or labels one a line")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--gold", gold_, "true classes, one a line, by name or id")->type_name("FILE")->group(group);
    app.add_option("--classes", classes_.classes, "how many classes there are, where the file does not say")
        ->type_name("N")
        ->group(group);
    app.add_option("--class-names", classes_.class_names, "the names of the classes 0, 1, ...")
        ->type_name("A,B,...")
        ->group(group);
    app.add_option("--summary", summary_, "how the scores are shown")->type_name("text|json")->group("Output");
  }

  Result<int> Execute(Console& console) override {
    if (labels_.empty() || gold_.empty())
      return Fail(ErrorKind::kUsage, "assay score needs --labels FILE and --gold FILE");
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--summary", summary_, {"text", "json"}));
    ASSAY_ASSIGN_OR_RETURN(const ClassList given, ToClassList(classes_));
    ASSAY_ASSIGN_OR_RETURN(const LabelFile labels, ReadLabels(labels_, given));
    ASSAY_ASSIGN_OR_RETURN(std::vector<int32_t> gold, ReadGoldFile(gold_, labels.classes));
    ASSAY_RETURN_IF_ERROR(FitGold(gold, labels.labels.size(), gold_));
    const size_t classes = labels.classes.size();
    Scorer scorer(classes);
    for (size_t row = 0; row < labels.labels.size(); ++row) {
      const auto shares = labels.probabilities.empty()
                              ? std::span<const double>()
                              : std::span(labels.probabilities).subspan(row * classes, classes);
      const auto index = labels.classes.IndexOfId(gold[row]);
      // Which rows had votes is not in the file: those with a label, as far as anyone can tell.
      scorer.Add(index ? static_cast<int32_t>(*index) : -1, labels.labels[row], shares, labels.labels[row] >= 0);
    }
    const Scores scores = scorer.Finish();
    console.Out(summary_ == "json" ? Scorer::ToJson(scores) + "\n"
                                   : ScoresAsText(scores, labels.classes, console.out_width(), console.color_out()));
    return 0;
  }

 private:
  std::string labels_, gold_;
  std::string summary_ = "text";
  VotesOptions classes_;
};

}  // namespace

std::unique_ptr<Verb> MakeScoreVerb() { return std::make_unique<ScoreVerb>(); }

}  // namespace assay
