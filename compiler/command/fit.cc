// `assay fit`: a label model from votes, written as JSON.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "compiler/command/interrupt.h"
#include "compiler/command/json_writer.h"
#include "compiler/command/numbers.h"
#include "compiler/command/options.h"
#include "compiler/command/report.h"
#include "compiler/command/task_labels.h"
#include "compiler/command/verb.h"
#include "compiler/command/vote_collector.h"
#include "compiler/command/vote_source.h"
#include "runtime/io/output_file.h"

namespace assay {
namespace {

std::string DistinctRows(const VoteCollector& votes) {
  if (votes.patterns() == nullptr) return fmt::format("over {} distinct rows of votes", WithThousands(VoteCollector::kFewPatterns));
  return fmt::format("{} distinct rows of votes", WithThousands(votes.patterns()->size()));
}

// What a fit was of and what it found, as members of an object.
void AppendFit(const VoteCollector& votes, const LabelModel& model, const FitFindings& findings, JsonWriter& json) {
  json.Field("method", model.method());
  json.Key("distinct_rows");
  if (votes.patterns() != nullptr) {
    json.Value(votes.patterns()->size());
  } else {
    json.Json("null");
  }
  json.Field("rules", model.rules().size()).Field("classes", model.classes().size());
  AppendFindings(findings.notes, findings.diagnostics, json);
}

class FitVerb : public Verb {
 public:
  std::string_view name() const override { return "fit"; }
  std::string_view description() const override { return "Fits a label model to votes"; }
  std::string_view usage() const override {
    return "RULES DATA... -o MODEL.json [options]\n       assay fit --votes FILE --classes N -o MODEL.json [options]";
  }
  std::vector<std::string_view> examples() const override {
    return {"assay fit rules.lf data.csv --method dawid_skene -o model.json",
            "assay fit --votes votes.csv --class-names HAM,SPAM --balance 0.9,0.1 -o model.json",
            "assay fit --votes votes.csv --tasks tasks.json -o model.json"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("-o,--output", output_, "the model, as JSON")->type_name("MODEL.json")->group("Output");
    app.add_option("--summary", summary_, "what standard output says of the fit")->type_name("text|json|none")->group("Output");
    AddSourceOptions(app, source_, true);
    AddFitOptions(app, fit_);
  }

  Result<int> Execute(Console& console) override {
    if (output_.empty()) return Fail(ErrorKind::kUsage, "where should the model go? -o MODEL.json");
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--summary", summary_, {"text", "json", "none"}));
    ASSAY_ASSIGN_OR_RETURN(FitRequest request, ToFitRequest(fit_));
    ASSAY_ASSIGN_OR_RETURN(const ProgramOptions evaluate, ToProgramOptions(source_.evaluate));
    request.options.threads = evaluate.threads;
    if (!source_.votes.votes.empty() && source_.votes.classes == 0 && source_.votes.class_names.empty() &&
        source_.tasks.empty()) {
      return Fail(ErrorKind::kUsage,
                  "a file of votes does not say how many classes there are: give --classes N or --class-names A,B,..., or "
                  "--tasks FILE");
    }
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<VoteSource> source, OpenVoteSource(source_, {}, console));
    if (source == nullptr) return ExitStatusOf(ErrorKind::kRules);
    if (source->layouts().size() > 1) return FitSeveral(*source, request, console);
    ASSAY_ASSIGN_OR_RETURN(const VoteCollector votes, CollectVotes(*source, {}, &request));
    for (const std::string& warning : source->warnings()) console.Warn(warning);
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<LabelModel> model, votes.Fit());
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    ASSAY_RETURN_IF_ERROR(SaveModelFile(*model, output_));
    if (!Summarizes()) return 0;
    const FitFindings findings = votes.FindingsOf(*model);
    if (summary_ == "json") {
      std::string out;
      JsonWriter json(&out);
      json.BeginObject().Field("model", output_).Field("rows", votes.statistics().rows());
      AppendFit(votes, *model, findings, json);
      json.EndObject();
      console.Out(out + "\n");
      return 0;
    }
    for (const std::string& note : findings.notes) console.Err(note + "\n");
    console.Out(fmt::format("{}: {} on {} rows, {}, {} rules, {} classes\n", output_, model->method(),
                            WithThousands(votes.statistics().rows()), DistinctRows(votes), model->rules().size(), model->classes().size()));
    return 0;
  }

 private:
  Result<int> FitSeveral(VoteSource& source, const FitRequest& request, Console& console) {
    ASSAY_ASSIGN_OR_RETURN(TaskGraph graph, TaskGraphOf(source));
    ASSAY_ASSIGN_OR_RETURN(const std::vector<VoteCollector> votes, CollectAllVotes(source, {}, &request));
    for (const std::string& warning : source.warnings()) console.Warn(warning);
    ASSAY_ASSIGN_OR_RETURN(const TaskModels models, FitTasks(votes, std::move(graph)));
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    ASSAY_RETURN_IF_ERROR(WriteFile(output_, models.ToJson()));
    if (!Summarizes()) return 0;
    if (summary_ == "json") {
      std::string out;
      JsonWriter json(&out);
      json.BeginObject().Field("model", output_).Field("rows", votes[0].statistics().rows());
      json.Key("tasks").BeginArray();
      for (size_t t = 0; t < votes.size(); ++t) {
        json.BeginObject().Field("task", votes[t].layout().task);
        AppendFit(votes[t], models.model(t), votes[t].FindingsOf(models.model(t)), json);
        json.EndObject();
      }
      json.EndArray().EndObject();
      console.Out(out + "\n");
      return 0;
    }
    console.Out(fmt::format("{}: {} tasks on {} rows\n", output_, votes.size(), WithThousands(votes[0].statistics().rows())));
    for (size_t t = 0; t < votes.size(); ++t) {
      const LabelModel& model = models.model(t);
      for (const std::string& note : votes[t].FindingsOf(model).notes) console.Err(fmt::format("{}: {}\n", votes[t].layout().task, note));
      console.Out(fmt::format("  {}: {}, {}, {} rules, {} classes\n", votes[t].layout().task, model.method(), DistinctRows(votes[t]),
                              model.rules().size(), model.classes().size()));
    }
    return 0;
  }

  // A model on standard output takes the summary's place.
  bool Summarizes() const { return summary_ != "none" && output_ != "-" && !output_.starts_with("/dev/"); }

  std::string output_;
  std::string summary_ = "text";
  SourceOptions source_;
  FitModelOptions fit_;
};

}  // namespace

std::unique_ptr<Verb> MakeFitVerb() { return std::make_unique<FitVerb>(); }

}  // namespace assay
