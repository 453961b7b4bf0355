// Rows whose votes are the same in every task are reconciled once.
#include "compiler/command/task_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "compiler/command/interrupt.h"
#include "compiler/command/row_content.h"
#include "runtime/base/hash.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

// The label of one task of a row, given those of the tasks before it; -1: none.
int32_t LabelOf(const TaskModels& models, size_t t, std::span<const double> probabilities, std::span<const int32_t> labels, uint64_t row,
                bool has_votes, uint64_t content, Decider& decider) {
  const TaskDescription& task = models.graph().tasks[t];
  std::vector<double> choices(probabilities.begin(), probabilities.end());
  if (task.parent >= 0) {
    // Below the parent's label; a class that refines another one is out.
    const int32_t above = labels[static_cast<size_t>(task.parent)];
    bool any = false;
    for (size_t c = 0; c < choices.size(); ++c) {
      const bool below = above >= 0 && TaskGraph::Refines(task, c, above);
      if (!below) choices[c] = -1;
      any = any || below;
    }
    if (!any) return -1;
  } else {
    double applies = 0;
    for (const double p : choices) applies += p;
    if (applies < 1 - 1e-9) choices.push_back(1 - applies);  // that the task does not apply
  }
  const int32_t label = decider.Decide(choices, row, has_votes, content);
  return label < static_cast<int32_t>(probabilities.size()) ? label : -1;
}

struct RowOfTasks {
  std::vector<double> probabilities;
  std::vector<uint32_t> votes;  // a task
  std::vector<bool> related;    // a task: it, or one that it is tied to, has votes
  uint64_t content = 0;
};

}  // namespace

Result<TaskGraph> TaskGraphOf(const VoteSource& source) {
  TaskGraph given;
  if (source.task_graph() != nullptr) given = *source.task_graph();
  const std::vector<VoteLayout>& layouts = source.layouts();
  if (source.task_graph() != nullptr) {
    std::vector<std::string> names, voted;
    for (const TaskDescription& task : given.tasks) names.push_back(task.name);
    for (const VoteLayout& layout : layouts) voted.push_back(layout.task);
    if (names != voted) {
      return Fail(ErrorKind::kUsage, fmt::format("--tasks describes {}, and the rules vote for {}: they must be the same, in the same order",
                                                 fmt::join(names, ", "), fmt::join(voted, ", ")));
    }
    for (size_t t = 0; t < layouts.size(); ++t) {
      if (given.tasks[t].classes.names == layouts[t].class_names) continue;
      return Fail(ErrorKind::kUsage, fmt::format("--tasks gives task {} the classes {}, and the rules {}", names[t],
                                                 fmt::join(given.tasks[t].classes.names, ", "), fmt::join(layouts[t].class_names, ", ")));
    }
    return given;
  }
  for (const VoteLayout& layout : layouts) {
    TaskDescription task;
    task.name = layout.task;
    task.classes = ClassesOf(layout);
    if (const Compilation* compilation = source.compilation(); compilation != nullptr && compilation->graph != nullptr) {
      const std::vector<Task>& all = compilation->graph->tasks;
      const auto at = std::ranges::find(all, layout.task, &Task::name);
      if (at != all.end() && at->parent.has_value() && at->parent_classes.size() == task.classes.size()) {
        const Task& parent = all[at->parent.index()];
        for (size_t p = 0; p < given.tasks.size(); ++p) {
          if (given.tasks[p].name != parent.name) continue;
          task.parent = static_cast<int32_t>(p);
          for (const int32_t id : at->parent_classes) {
            // The checker has seen to it that the parent has this class.
            task.parent_class.push_back(static_cast<int32_t>(given.tasks[p].classes.IndexOfId(id).value_or(0)));
          }
        }
      }
    }
    for (const VoteLayout::Rule& rule : layout.rules) task.rules.push_back(rule.name);
    given.tasks.push_back(std::move(task));
  }
  return given;
}

Result<TaskModels> FitTasks(const std::vector<VoteCollector>& collectors, TaskGraph graph) {
  std::vector<std::unique_ptr<LabelModel>> models;
  for (const VoteCollector& collector : collectors) {
    auto model = collector.Fit();
    if (!model) return Fail(model.error().kind, fmt::format("task {}: {}", collector.layout().task, model.error().message));
    models.push_back(std::move(*model));
  }
  return TaskModels::Create(std::move(graph), std::move(models));
}

Status CheckTasksFit(const TaskModels& models, const std::vector<VoteLayout>& layouts) {
  const std::vector<TaskDescription>& tasks = models.graph().tasks;
  std::vector<std::string> names, voted;
  for (const TaskDescription& task : tasks) names.push_back(task.name);
  for (const VoteLayout& layout : layouts) voted.push_back(layout.task);
  if (names != voted) {
    return Fail(ErrorKind::kData, fmt::format("the models are of the tasks {}, and these votes of {}", fmt::join(names, ", "), fmt::join(voted, ", ")));
  }
  for (size_t t = 0; t < layouts.size(); ++t) {
    const Status status = CheckModelFits(models.model(t), layouts[t]);
    if (!status) return Fail(status.error().kind, fmt::format("task {}: {}", names[t], status.error().message));
  }
  return {};
}

Status LabelTaskRows(const std::vector<VoteCollector>& collectors, const TaskModels& models, const DecideOptions& options,
                     std::span<LabelWriter* const> writers) {
  const std::vector<TaskDescription>& tasks = models.graph().tasks;
  const size_t count = tasks.size();
  // Each task by itself.
  std::vector<std::vector<double>> alone(count);
  std::vector<std::vector<int32_t>> all_votes(count);
  for (size_t t = 0; t < count; ++t) {
    const PatternTable& patterns = *collectors[t].patterns();
    alone[t] = models.model(t).PredictAll(patterns);
    all_votes[t] = patterns.AllVotes();
  }
  std::vector<size_t> root(count);
  for (size_t t = 0; t < count; ++t) {
    root[t] = !models.graph().feasible.empty() ? 0 : tasks[t].parent < 0 ? t : root[static_cast<size_t>(tasks[t].parent)];
  }
  const auto combine = [&](size_t row) {
    RowOfTasks result;
    std::vector<int32_t> votes;
    const auto has_votes = std::make_unique<bool[]>(count);
    std::vector<bool> root_votes(count);
    for (size_t t = 0; t < count; ++t) {
      const size_t pattern = collectors[t].pattern_of_row()[row];
      const size_t rules = collectors[t].patterns()->rules(), classes = tasks[t].classes.size();
      const auto own = std::span<const int32_t>(all_votes[t]).subspan(pattern * rules, rules);
      votes.insert(votes.end(), own.begin(), own.end());
      result.votes.push_back(static_cast<uint32_t>(std::ranges::count_if(own, [](int32_t vote) { return vote >= 0; })));
      has_votes[t] = result.votes.back() > 0;
      if (has_votes[t]) root_votes[root[t]] = true;
      const auto p = std::span(alone[t]).subspan(pattern * classes, classes);
      result.probabilities.insert(result.probabilities.end(), p.begin(), p.end());
      if (!has_votes[t]) {
        ApplyNoVotes(options.no_votes, models.model(t).balance(),
                     std::span(result.probabilities).subspan(models.first(t), classes));
      }
    }
    for (size_t t = 0; t < count; ++t) result.related.push_back(root_votes[root[t]]);
    result.content = ContentHashOf(votes);
    models.Reconcile(std::span<const bool>(has_votes.get(), count), result.probabilities);
    return result;
  };

  std::unordered_map<Hash128, RowOfTasks> known;
  std::vector<Decider> deciders;
  for (size_t t = 0; t < count; ++t) {
    DecideOptions by_model = options;
    by_model.tie_tolerance = models.model(t).tie_tolerance();
    deciders.emplace_back(by_model);
  }
  constexpr size_t kChunk = 65536;
  const size_t rows = collectors[0].pattern_of_row().size();
  for (size_t first = 0; first < rows; first += kChunk) {
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    const size_t size = std::min(kChunk, rows - first);
    std::vector<std::vector<int32_t>> labels(count);
    std::vector<std::vector<double>> probabilities(count);
    std::vector<std::vector<uint32_t>> votes(count);
    std::vector<int32_t> of_row(count);
    for (size_t row = first; row < first + size; ++row) {
      Hasher hasher;
      for (const VoteCollector& collector : collectors) hasher.Add(collector.pattern_of_row()[row]);
      const Hash128 key = hasher.Finish();
      auto at = known.find(key);
      if (at == known.end()) at = known.emplace(key, combine(row)).first;
      const RowOfTasks& together = at->second;
      const std::vector<uint64_t>& content = collectors[0].content_of_row();
      for (size_t t = 0; t < count; ++t) {
        const auto p = std::span(together.probabilities).subspan(models.first(t), tasks[t].classes.size());
        of_row[t] = LabelOf(models, t, p, of_row, row, together.related[t], content.empty() ? together.content : content[row], deciders[t]);
        labels[t].push_back(of_row[t]);
        probabilities[t].insert(probabilities[t].end(), p.begin(), p.end());
        votes[t].push_back(together.votes[t]);
      }
    }
    for (size_t t = 0; t < count; ++t) ASSAY_RETURN_IF_ERROR(writers[t]->Append(labels[t], probabilities[t], votes[t]));
  }
  return {};
}

}  // namespace assay
