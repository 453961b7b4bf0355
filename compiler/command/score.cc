// `assay score`: how good labels are that stand in a file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/command/interrupt.h"
#include "compiler/command/options.h"
#include "compiler/command/report.h"
#include "compiler/command/verb.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/io/gold_file.h"
#include "runtime/io/read_votes.h"
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
            "assay score --labels labels.npy --votes votes.npy --gold gold.csv --class-names HAM,SPAM --summary json"};
  }

  void Declare(CLI::App& app) override {
    const std::string group = "Labels";
    app.add_option("--labels", labels_, "what `assay label` or `assay run --labels` wrote, or labels one a line")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--gold", gold_, "true classes, one a line, by name or id")->type_name("FILE")->group(group);
    app.add_option("--votes", classes_.votes, "the votes that the labels come from, to know which rows have some")
        ->type_name("FILE")
        ->group(group);
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
    ASSAY_ASSIGN_OR_RETURN(const std::vector<bool> has_votes, RowsWithVotes(labels));
    const size_t classes = labels.classes.size();
    Scorer scorer(classes);
    if (has_votes.empty() && !labels.labels.empty()) scorer.VotesAreUnknown();
    for (size_t row = 0; row < labels.labels.size(); ++row) {
      const auto shares = labels.probabilities.empty()
                              ? std::span<const double>()
                              : std::span(labels.probabilities).subspan(row * classes, classes);
      const auto index = labels.classes.IndexOfId(gold[row]);
      scorer.Add(index ? static_cast<int32_t>(*index) : -1, labels.labels[row], shares, !has_votes.empty() && has_votes[row]);
    }
    const Scores scores = scorer.Finish();
    if (summary_ == "json") {
      console.Out(Scorer::ToJson(scores, &labels.classes) + "\n");
      return 0;
    }
    console.Out(ScoresAsText(scores, labels.classes, console.out_width(), console.color_out()));
    constexpr size_t kMostClasses = 20;  // wider matrices are for programs: JSON has them
    if (classes <= kMostClasses && scores.labeled.rows > 0) {
      console.Out("\n" + ConfusionAsText(scores.labeled, labels.classes, "labeled", console.out_width(), console.color_out()));
    }
    return 0;
  }

 private:
  // By the votes given, or by what the file of labels says; empty where neither does.
  Result<std::vector<bool>> RowsWithVotes(const LabelFile& labels) const {
    std::vector<bool> has_votes;
    if (classes_.votes.empty()) {
      for (const uint32_t votes : labels.votes) has_votes.push_back(votes > 0);
      return has_votes;
    }
    ASSAY_ASSIGN_OR_RETURN(const VoteFile file, ReadVotes(classes_.votes, {labels.classes, &InterruptFlag()}));
    const VoteMatrix& matrix = file.matrix;
    if (matrix.rows != labels.labels.size()) {
      return Fail(ErrorKind::kData, fmt::format("{} has {} rows and {} has {}", classes_.votes, matrix.rows, labels_, labels.labels.size()));
    }
    for (size_t row = 0; row < matrix.rows; ++row) {
      has_votes.push_back(std::ranges::any_of(matrix.row(row), [](int16_t vote) { return vote != kAbstain; }));
    }
    return has_votes;
  }

  std::string labels_, gold_;
  std::string summary_ = "text";
  VotesOptions classes_;
};

}  // namespace

std::unique_ptr<Verb> MakeScoreVerb() { return std::make_unique<ScoreVerb>(); }

}  // namespace assay
