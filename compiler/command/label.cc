// `assay label`: labels of rows by a model that was fitted before.
#include <CLI/CLI.hpp>

#include "compiler/command/interrupt.h"
#include "compiler/command/options.h"
#include "compiler/command/report.h"
#include "compiler/command/verb.h"
#include "compiler/command/vote_collector.h"
#include "compiler/command/vote_source.h"

namespace assay {
namespace {

class LabelVerb : public Verb {
 public:
  std::string_view name() const override { return "label"; }
  std::string_view description() const override { return "Labels rows by a fitted model"; }
  std::string_view usage() const override {
    return "RULES DATA... --model-file MODEL.json -o OUT [options]\n       assay label --votes FILE --model-file "
           "MODEL.json -o OUT [options]";
  }
  std::vector<std::string_view> examples() const override {
    return {"assay label rules.lf new.csv --model-file model.json -o labels.csv",
            "assay label --votes votes.csv --model-file model.json -o labels.npy --tie hash --gold gold.csv"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("-o,--output", output_, "labels with probabilities: .csv, .npy or .jsonl")
        ->type_name("OUT")
        ->group("Output");
    app.add_option("--model-file", model_file_, "what `assay fit` wrote")
        ->type_name("MODEL.json")
        ->group("Label model");
    app.add_option("--summary", summary_, "how the scores are shown")->type_name("text|json")->group("Output");
    AddLabelOptions(app, label_);
    AddSourceOptions(app, source_, true);
  }

  Result<int> Execute(Console& console) override {
    if (model_file_.empty())
      return Fail(ErrorKind::kUsage, "which model? --model-file MODEL.json (`assay fit` makes one)");
    if (output_.empty()) return Fail(ErrorKind::kUsage, "where should the labels go? -o OUT");
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--summary", summary_, {"text", "json"}));
    ASSAY_ASSIGN_OR_RETURN(const DecideOptions decide, ToDecideOptions(label_));
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<LabelModel> model, LoadModelFile(model_file_));
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<VoteSource> source,
                           OpenVoteSource(source_, model->classes(), console));
    if (source == nullptr) return ExitStatusOf(ErrorKind::kRules);
    if (source->layouts().size() == 1) ASSAY_RETURN_IF_ERROR(CheckModelFits(*model, source->layouts()[0]));
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<LabelWriter> writer, CreateLabelWriter(output_, model->classes(), true));
    ASSAY_ASSIGN_OR_RETURN(const VoteCollector votes, CollectVotes(*source, {.patterns = true, .rows = true, .content = VoteCollector::NeedsContent(decide)}));
    for (const std::string& warning : source->warnings()) console.Warn(warning);
    ASSAY_ASSIGN_OR_RETURN(const std::optional<Scores> scores, votes.LabelRows(*model, decide, writer.get()));
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    ASSAY_RETURN_IF_ERROR(writer->Close());
    if (scores) {
      console.Out(summary_ == "json"
                      ? Scorer::ToJson(*scores, &model->classes()) + "\n"
                      : ScoresAsText(*scores, model->classes(), console.out_width(), console.color_out()));
    }
    return 0;
  }

 private:
  std::string output_, model_file_;
  std::string summary_ = "text";
  SourceOptions source_;
  LabelOptions label_;
};

}  // namespace

std::unique_ptr<Verb> MakeLabelVerb() { return std::make_unique<LabelVerb>(); }

}  // namespace assay
