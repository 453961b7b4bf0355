// `assay label`: labels of rows by a model that was fitted before.
#include <CLI/CLI.hpp>

#include "compiler/command/interrupt.h"
#include "compiler/command/options.h"
#include "compiler/command/outputs.h"
#include "compiler/command/report.h"
#include "compiler/command/task_labels.h"
#include "compiler/command/verb.h"
#include "compiler/command/vote_collector.h"
#include "compiler/command/vote_source.h"
#include "runtime/io/input.h"

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
    ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(model_file_));
    if (TaskModels::IsOne(content)) return LabelSeveral(content, decide, console);
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<LabelModel> model, LoadModel(content, model_file_));
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<VoteSource> source,
                           OpenVoteSource(source_, model->classes(), console));
    if (source == nullptr) return ExitStatusOf(ErrorKind::kRules);
    if (source->layouts().size() == 1) ASSAY_RETURN_IF_ERROR(CheckModelFits(*model, source->layouts()[0]));
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<LabelWriter> writer, CreateLabelWriter(output_, model->classes(), true));
    ASSAY_ASSIGN_OR_RETURN(const VoteCollector votes, CollectVotes(*source, {.rows = true, .content = VoteCollector::NeedsContent(decide)}));
    for (const std::string& warning : source->warnings()) console.Warn(warning);
    ASSAY_ASSIGN_OR_RETURN(const std::optional<Scores> scores, votes.LabelRows(*model, decide, writer.get(), source->confidences()));
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
  Result<int> LabelSeveral(const std::string& content, const DecideOptions& decide, Console& console) {
    ASSAY_ASSIGN_OR_RETURN(const TaskModels models, TaskModels::FromJson(content, model_file_));
    SourceOptions options = source_;
    // Votes in one file: the models know which are of which task.
    const bool described = !options.votes.votes.empty() && options.tasks.empty();
    if (described && !options.evaluate.task.empty()) return Fail(ErrorKind::kUsage, "the model is of several tasks: leave --task out");
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<VoteSource> source,
                           described ? OpenVotesOfTasks(options, models.graph()) : OpenVoteSource(options, {}, console));
    if (source == nullptr) return ExitStatusOf(ErrorKind::kRules);
    ASSAY_RETURN_IF_ERROR(CheckTasksFit(models, source->layouts()));
    if (source->has_gold()) return Fail(ErrorKind::kUsage, "there are several tasks: score the labels of each with assay score");
    if (output_ == "-" || output_.starts_with("/dev/")) {
      return Fail(ErrorKind::kUsage, "there are several tasks, and each has a file of its own: -o needs a name such as labels.csv");
    }
    const std::vector<std::string> paths = PathsForTasks(output_, source->layouts());
    std::vector<std::unique_ptr<LabelWriter>> writers;
    std::vector<LabelWriter*> beside;
    for (size_t t = 0; t < paths.size(); ++t) {
      ASSAY_ASSIGN_OR_RETURN(auto writer, CreateLabelWriter(paths[t], models.graph().tasks[t].classes, true));
      beside.push_back(writer.get());
      writers.push_back(std::move(writer));
    }
    ASSAY_ASSIGN_OR_RETURN(const std::vector<VoteCollector> votes,
                           CollectAllVotes(*source, {.rows = true, .content = VoteCollector::NeedsContent(decide)}));
    for (const std::string& warning : source->warnings()) console.Warn(warning);
    ASSAY_RETURN_IF_ERROR(LabelTaskRows(votes, models, decide, beside));
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    for (const auto& writer : writers) ASSAY_RETURN_IF_ERROR(writer->Close());
    return 0;
  }

  std::string output_, model_file_;
  std::string summary_ = "text";
  SourceOptions source_;
  LabelOptions label_;
};

}  // namespace

std::unique_ptr<Verb> MakeLabelVerb() { return std::make_unique<LabelVerb>(); }

}  // namespace assay
