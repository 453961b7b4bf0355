// Runner: one pass over the batches; what a label model needs is kept, everything else is counted and written as it
// passes.
#include "compiler/command/runner.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <vector>

#include "compiler/command/interrupt.h"
#include "compiler/command/outputs.h"
#include "compiler/command/report.h"
#include "compiler/command/task_labels.h"
#include "compiler/command/rules.h"
#include "compiler/command/vote_collector.h"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

uint64_t CountBits(std::span<const uint64_t> words) {
  uint64_t count = 0;
  for (const uint64_t word : words) count += static_cast<uint64_t>(std::popcount(word));
  return count;
}

// Rows with a vote in any task.
uint64_t RowsWithVotes(const std::vector<VotePlanes>& tasks) {
  if (tasks.empty()) return 0;
  std::vector<uint64_t> any(tasks[0].words());
  for (const VotePlanes& planes : tasks) {
    for (size_t p = 0; p < planes.planes(); ++p) {
      const auto plane = planes.plane(p);
      for (size_t w = 0; w < any.size(); ++w) any[w] |= plane[w];
    }
  }
  return CountBits(any);
}

// Everything from the options to the report.
class Runner {
 public:
  Runner(const RunRequest& request, Console& console) : request_(request), console_(console) {}

  Result<int> Run() {
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--summary", request_.summary, {"text", "json", "none"}));
    ASSAY_ASSIGN_OR_RETURN(const FitRequest fit, ToFitRequest(request_.fit));
    ASSAY_ASSIGN_OR_RETURN(const DecideOptions decide, ToDecideOptions(request_.label));
    if (!request_.model_file.empty() && !request_.fit.method.empty())
      return Fail(ErrorKind::kUsage, "give either --method or --model-file");
    std::unique_ptr<LabelModel> loaded;
    if (!request_.model_file.empty()) {
      ASSAY_ASSIGN_OR_RETURN(loaded, LoadModelFile(request_.model_file));
    }
    ASSAY_ASSIGN_OR_RETURN(
        source_, OpenVoteSource(request_.source, loaded == nullptr ? ClassList() : loaded->classes(), console_));
    if (source_ == nullptr) return ExitStatusOf(ErrorKind::kRules);
    const std::vector<VoteLayout>& layouts = source_->layouts();
    if (loaded != nullptr) {
      if (layouts.size() != 1) return Fail(ErrorKind::kUsage, "a model is of one task: --model-file needs --task NAME");
      ASSAY_RETURN_IF_ERROR(CheckModelFits(*loaded, layouts[0]));
    }
    if (!request_.save_model.empty() && layouts.size() != 1)
      return Fail(ErrorKind::kUsage, "a model is of one task: --save-model needs --task NAME");
    ASSAY_RETURN_IF_ERROR(outputs_.Open(request_.votes, request_.slices, request_.labels, layouts,
                                        source_->slice_names(), source_->fields()));

    const bool model =
        request_.figures && (!request_.fit.method.empty() || loaded != nullptr || outputs_.wants_labels() ||
                             !request_.save_model.empty() || source_->has_gold());
    if (!request_.figures) FindCorrelations(layouts);
    const bool measured = std::ranges::any_of(correlations_, [](const auto& pairs) { return !pairs.empty(); });
    labels_ = model && (outputs_.wants_labels() || source_->has_gold());
    ASSAY_ASSIGN_OR_RETURN(collectors_, MakeCollectors(*source_, {.patterns = measured, .rows = labels_, .content = labels_ && VoteCollector::NeedsContent(decide)},
                                                       model && loaded == nullptr ? &fit : nullptr));
    slice_rows_.resize(source_->slice_names().size());
    ASSAY_RETURN_IF_ERROR(ReadAndEvaluate());
    ASSAY_RETURN_IF_ERROR(MeasureCorrelations());
    if (model) ASSAY_RETURN_IF_ERROR(FitAndLabel(decide, std::move(loaded)));
    const auto start = Clock::now();
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    ASSAY_RETURN_IF_ERROR(outputs_.Close());
    if (!request_.save_model.empty()) ASSAY_RETURN_IF_ERROR(SaveModelFile(*models_[0], request_.save_model));
    figures_.write += SecondsSince(start);
    Show();
    return 0;
  }

 private:
  // Of each task, the pairs of rules that depend on each other by what they say.
  void FindCorrelations(const std::vector<VoteLayout>& layouts) {
    const Compilation* compilation = source_->compilation();
    if (compilation == nullptr || compilation->optimized == nullptr) return;
    const RuleGraph& graph = *compilation->optimized;
    correlations_.resize(layouts.size());
    for (const RuleCorrelation& found : FindRuleCorrelations(graph)) {
      const Rule& first = graph.rules[found.first.index()];
      const Rule& second = graph.rules[found.second.index()];
      for (size_t t = 0; t < layouts.size(); ++t) {
        if (layouts[t].task != graph.tasks[first.task.index()].name) continue;
        correlations_[t].push_back({found, first.name, second.name, {}});
      }
    }
  }

  // How often the rules of those pairs vote together and agree, beside what is expected if the default label model is right
  // that they are independent given the class.
  Status MeasureCorrelations() {
    for (size_t t = 0; t < correlations_.size(); ++t) {
      std::vector<std::pair<uint32_t, uint32_t>> pairs;
      const std::vector<VoteLayout::Rule>& rules = collectors_[t].layout().rules;
      const auto index_of = [&](const std::string& name) {
        return static_cast<uint32_t>(std::ranges::find(rules, name, &VoteLayout::Rule::name) - rules.begin());
      };
      if (correlations_[t].empty()) continue;
      for (const CorrelationReport& pair : correlations_[t]) pairs.emplace_back(index_of(pair.first), index_of(pair.second));
      ASSAY_ASSIGN_OR_RETURN(const std::vector<MeasuredPair> measured, MeasureRulePairs(*collectors_[t].patterns(), pairs, &InterruptFlag()));
      for (size_t i = 0; i < measured.size(); ++i) correlations_[t][i].measured = measured[i];
    }
    return {};
  }

  Status ReadAndEvaluate() {
    SourceBatch batch;
    while (true) {
      ASSAY_ASSIGN_OR_RETURN(const bool more, source_->Next(batch));
      if (!more) return {};
      auto start = Clock::now();
      for (size_t t = 0; t < collectors_.size(); ++t) collectors_[t].AddStatistics(batch.tasks[t], batch.gold);
      for (size_t s = 0; s < slice_rows_.size(); ++s) slice_rows_[s] += CountBits(batch.slices.plane(s));
      if (collectors_.size() > 1) figures_.covered += RowsWithVotes(batch.tasks);
      figures_.statistics += SecondsSince(start);
      figures_.rows += batch.rows;

      start = Clock::now();
      for (size_t t = 0; t < collectors_.size(); ++t) collectors_[t].AddPairs(batch.tasks[t]);
      const double pairs = SecondsSince(start);
      for (size_t t = 0; t < collectors_.size(); ++t) collectors_[t].AddPatterns(batch.tasks[t], batch.gold, batch.data);
      const double counted = SecondsSince(start);
      figures_.model += counted;
      figures_.pairs += pairs;
      figures_.patterns += counted - pairs;

      start = Clock::now();
      for (size_t t = 0; t < collectors_.size(); ++t) {
        ASSAY_RETURN_IF_ERROR(outputs_.AppendVotes(t, batch.tasks[t], batch.data, batch.gold));
      }
      ASSAY_RETURN_IF_ERROR(outputs_.AppendSlices(batch.slices));
      figures_.write += SecondsSince(start);
    }
  }

  // Tasks of which one refines another are labeled together.
  Status FitAndLabelTogether(TaskGraph graph, const DecideOptions& decide) {
    const auto start = Clock::now();
    ASSAY_ASSIGN_OR_RETURN(task_models_, FitTasks(collectors_, std::move(graph)));
    for (size_t t = 0; t < collectors_.size() && WantsSummary(); ++t) findings_.push_back(collectors_[t].FindingsOf(task_models_->model(t)));
    if (outputs_.wants_labels()) {
      std::vector<LabelWriter*> writers;
      for (size_t t = 0; t < collectors_.size(); ++t) writers.push_back(outputs_.labels(t));
      ASSAY_RETURN_IF_ERROR(LabelTaskRows(collectors_, *task_models_, decide, writers));
    }
    figures_.model += SecondsSince(start);
    return {};
  }

  const LabelModel* ModelOf(size_t t) const {
    return task_models_ ? &task_models_->model(t) : t < models_.size() ? models_[t].get() : nullptr;
  }

  Status FitAndLabel(const DecideOptions& decide, std::unique_ptr<LabelModel> loaded) {
    if (collectors_.size() > 1 && loaded == nullptr) {
      ASSAY_ASSIGN_OR_RETURN(TaskGraph graph, TaskGraphOf(*source_));
      if (graph.HasParents()) return FitAndLabelTogether(std::move(graph), decide);
    }
    for (size_t t = 0; t < collectors_.size(); ++t) {
      if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
      const auto start = Clock::now();
      if (loaded != nullptr) {
        models_.push_back(std::move(loaded));
      } else {
        ASSAY_ASSIGN_OR_RETURN(auto model, collectors_[t].Fit());
        if (WantsSummary()) findings_.push_back(collectors_[t].FindingsOf(*model));
        models_.push_back(std::move(model));
      }
      if (labels_) {
        ASSAY_ASSIGN_OR_RETURN(auto scores, collectors_[t].LabelRows(*models_[t], decide, outputs_.labels(t)));
        scores_.push_back(std::move(scores));
      }
      figures_.model += SecondsSince(start);
    }
    return {};
  }

  void Show() {
    const SourceTimes times = source_->times();
    figures_.compile = times.compile;
    figures_.read = times.read;
    figures_.evaluate = times.evaluate + figures_.statistics;
    figures_.stages = times.stages;
    figures_.scan = times.scan;
    figures_.bytes = source_->bytes();
    figures_.engine = source_->engine();
    figures_.total = SecondsSince(started_);
    if (collectors_.size() == 1) figures_.covered = collectors_[0].statistics().covered();

    Report report;
    report.rows = figures_.rows;
    for (size_t t = 0; t < collectors_.size(); ++t) {
      TaskReport task;
      task.statistics = &collectors_[t].statistics();
      task.model = ModelOf(t);
      if (t < findings_.size()) {
        task.diagnostics = &findings_[t].diagnostics;
        // In the text only of a model that was asked for.
        if (request_.summary == "json" || !request_.fit.method.empty()) task.notes = findings_[t].notes;
      }
      if (t < scores_.size()) task.scores = scores_[t];
      if (t < correlations_.size()) task.correlations = correlations_[t];
      report.tasks.push_back(std::move(task));
    }
    const std::vector<std::string> slices = source_->slice_names();
    for (size_t s = 0; s < slices.size(); ++s) report.slices.push_back({slices[s], slice_rows_[s]});
    if (request_.figures) report.run = figures_;
    for (const std::string& warning : source_->warnings()) console_.Warn(warning);
    if (const DiagnosticSink::Summary findings = source_->findings(); !findings.diagnostics.empty()) {
      ShowDiagnostics(*source_->compilation()->sources, findings, console_);
    }
    if (!WantsSummary()) return;
    console_.Out(request_.summary == "json" ? ReportAsJson(report)
                                            : ReportAsText(report, console_.out_width(), console_.color_out()));
  }

  bool WantsSummary() const { return request_.summary != "none" && !UsesStandardOutput(); }

  // Votes or labels on standard output take the summary's place.
  bool UsesStandardOutput() const {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{request_.votes, request_.slices, request_.labels, request_.save_model},
        [](std::string_view path) { return path == "-" || path == "/dev/stdout"; });
  }

  const RunRequest& request_;
  Console& console_;
  Clock::time_point started_ = Clock::now();
  std::unique_ptr<VoteSource> source_;
  Outputs outputs_;
  std::vector<VoteCollector> collectors_;
  std::vector<std::vector<CorrelationReport>> correlations_;  // a task
  bool labels_ = false;  // rows are labeled: written or scored
  std::vector<uint64_t> slice_rows_;
  std::vector<std::unique_ptr<LabelModel>> models_;
  std::optional<TaskModels> task_models_;  // instead, where tasks refine each other
  std::vector<FitFindings> findings_;
  std::vector<std::optional<Scores>> scores_;
  RunFigures figures_;
};

}  // namespace

Result<int> RunRules(const RunRequest& request, Console& console) { return Runner(request, console).Run(); }

}  // namespace assay
