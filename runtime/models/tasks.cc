#include "runtime/models/tasks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

// No posterior is sure enough to rule a combination out: two models that contradict each other still have an answer.
constexpr double kLeastProbability = 1e-9;

}  // namespace

Status TaskGraph::Check() const {
  const auto fail = [](std::string message) { return Fail(ErrorKind::kData, std::move(message)); };
  if (tasks.empty()) return fail("there is no task");
  for (size_t t = 0; t < tasks.size(); ++t) {
    const TaskDescription& task = tasks[t];
    if (task.name.empty()) return fail(fmt::format("task {} has no name", t + 1));
    if (task.classes.size() < 2) return fail(fmt::format("task {} has fewer than two classes", task.name));
    for (size_t other = 0; other < t; ++other) {
      if (tasks[other].name == task.name) return fail(fmt::format("there are two tasks {}", task.name));
    }
    if (!(task.elsewhere >= 0 && task.elsewhere <= 1)) return fail(fmt::format("task {}: \"elsewhere\" is not between 0 and 1", task.name));
    if (task.parent < 0) continue;
    if (static_cast<size_t>(task.parent) >= t) return fail(fmt::format("task {} must stand behind its parent", task.name));
    const auto most = static_cast<int32_t>(tasks[static_cast<size_t>(task.parent)].classes.size());
    if (task.parent_class.size() != task.classes.size() ||
        std::ranges::any_of(task.parent_class, [&](int32_t c) { return c < 0 || c >= most; })) {
      return fail(fmt::format("task {}: each class must refine a class of its parent", task.name));
    }
  }
  if (feasible.size() % tasks.size() != 0) return fail("a combination has not a class for each task");
  for (size_t i = 0; i < feasible.size(); ++i) {
    if (feasible[i] < -1 || feasible[i] >= static_cast<int32_t>(tasks[i % tasks.size()].classes.size())) {
      return fail(fmt::format("combination {} has a class that its task does not have", i / tasks.size() + 1));
    }
  }
  if (balance.empty()) return {};
  if (balance.size() * tasks.size() != feasible.size()) return fail("\"balance\" is not a number for each combination of \"feasible\"");
  double total = 0;
  for (const double p : balance) {
    if (!std::isfinite(p) || p < 0) return fail("\"balance\" has a number that is no share");
    total += p;
  }
  if (!(total > 0)) return fail("\"balance\" has no sum greater than 0");
  return {};
}

bool TaskGraph::HasParents() const {
  return std::ranges::any_of(tasks, [](const TaskDescription& task) { return task.parent >= 0; });
}

Result<TaskModels> TaskModels::Create(TaskGraph graph, std::vector<std::unique_ptr<LabelModel>> models) {
  ASSAY_RETURN_IF_ERROR(graph.Check());
  TaskModels result;
  result.graph_ = std::move(graph);
  result.models_ = std::move(models);
  const std::vector<TaskDescription>& tasks = result.graph_.tasks;
  if (tasks.size() != result.models_.size()) {
    return Fail(ErrorKind::kData, fmt::format("there are {} tasks and {} models", tasks.size(), result.models_.size()));
  }
  result.first_.push_back(0);
  for (size_t t = 0; t < tasks.size(); ++t) {
    if (result.models_[t]->classes().names != tasks[t].classes.names) {
      return Fail(ErrorKind::kData, fmt::format("the model of task {} is of the classes {}, the task has {}", tasks[t].name,
                                                fmt::join(result.models_[t]->classes().names, ", "), fmt::join(tasks[t].classes.names, ", ")));
    }
    result.first_.push_back(result.first_.back() + tasks[t].classes.size());
  }
  ASSAY_RETURN_IF_ERROR(result.MakeComponents());
  return result;
}

// A list of combinations ties all tasks together; else those with a common root.
Status TaskModels::MakeComponents() {
  const std::vector<TaskDescription>& tasks = graph_.tasks;
  if (!graph_.feasible.empty()) {
    std::vector<uint32_t> all(tasks.size());
    std::iota(all.begin(), all.end(), 0u);
    return AddComponent(std::move(all));
  }
  std::vector<uint32_t> root(tasks.size());
  std::map<uint32_t, std::vector<uint32_t>> by_root;
  for (uint32_t t = 0; t < tasks.size(); ++t) {
    root[t] = tasks[t].parent < 0 ? t : root[static_cast<size_t>(tasks[t].parent)];
    by_root[root[t]].push_back(t);
  }
  for (auto& [r, members] : by_root) ASSAY_RETURN_IF_ERROR(AddComponent(std::move(members)));
  return {};
}

Status TaskModels::AddComponent(std::vector<uint32_t> members) {
  const std::vector<TaskDescription>& tasks = graph_.tasks;
  Component component;
  component.tasks = std::move(members);
  const size_t width = component.tasks.size();
  if (!graph_.feasible.empty()) {
    component.combinations = graph_.feasible;
  } else {
    // Parents come first: each task in turn continues every combination so far.
    std::vector<std::vector<int32_t>> partial = {{}};
    for (size_t i = 0; i < width; ++i) {
      const TaskDescription& task = tasks[component.tasks[i]];
      size_t parent = 0;
      while (task.parent >= 0 && component.tasks[parent] != static_cast<uint32_t>(task.parent)) ++parent;
      std::vector<std::vector<int32_t>> next;
      for (std::vector<int32_t>& combination : partial) {
        const int32_t parents_class = task.parent >= 0 ? combination[parent] : -1;
        combination.push_back(-1);
        bool applies = false;
        for (size_t c = 0; c < task.classes.size(); ++c) {
          if (!TaskGraph::Refines(task, c, parents_class)) continue;
          applies = true;
          combination.back() = static_cast<int32_t>(c);
          next.push_back(combination);
        }
        if (!applies) next.push_back(std::move(combination));
        if (next.size() > kMostCombinations) {
          return Fail(ErrorKind::kUsage, fmt::format("the tasks with {} have more than {} combinations of classes", tasks[component.tasks[0]].name,
                                                     kMostCombinations));
        }
      }
      partial = std::move(next);
    }
    for (const auto& combination : partial) component.combinations.insert(component.combinations.end(), combination.begin(), combination.end());
  }
  const size_t count = component.combinations.size() / width;
  if (count > kMostCombinations) return Fail(ErrorKind::kUsage, fmt::format("there are more than {} combinations of classes", kMostCombinations));
  // Of a class, its share of the balance among the classes that refine the same class.
  std::vector<std::vector<double>> shares;
  for (const uint32_t t : component.tasks) {
    const std::vector<double>& balance = models_[t]->balance();
    const std::vector<int32_t>& refined = tasks[t].parent_class;
    shares.emplace_back();
    for (size_t c = 0; c < balance.size(); ++c) {
      double siblings = 0;
      for (size_t d = 0; d < balance.size(); ++d) {
        if (refined.empty() || !graph_.feasible.empty() || refined[d] == refined[c]) siblings += std::max(balance[d], kLeastProbability);
      }
      shares.back().push_back(std::max(balance[c], kLeastProbability) / siblings);
    }
  }
  double total = 0;
  for (size_t v = 0; v < count; ++v) {
    double prior = graph_.balance.empty() ? 1 : graph_.balance[v];
    for (size_t i = 0; graph_.balance.empty() && i < width; ++i) {
      const int32_t c = component.combinations[v * width + i];
      if (c >= 0) prior *= shares[i][static_cast<size_t>(c)];
    }
    component.log_prior.push_back(prior);
    total += prior;
  }
  for (double& prior : component.log_prior) prior = std::log(prior / total);  // -infinity for what cannot be
  components_.push_back(std::move(component));
  return {};
}

void TaskModels::Reconcile(std::span<const bool> has_votes, std::span<double> probabilities) const {
  std::vector<double> evidence;  // of each class of each task of a component, then of the task not applying
  std::vector<size_t> begin;
  std::vector<double> scores;
  for (const Component& component : components_) {
    const size_t width = component.tasks.size();
    evidence.clear();
    begin.clear();
    for (const uint32_t t : component.tasks) {
      begin.push_back(evidence.size());
      const std::vector<double>& balance = models_[t]->balance();
      for (size_t c = 0; c < balance.size(); ++c) {
        evidence.push_back(std::log(std::max(probabilities[first_[t] + c], kLeastProbability) / std::max(balance[c], kLeastProbability)));
      }
      evidence.push_back(has_votes[t] ? std::log(std::max(graph_.tasks[t].elsewhere, kLeastProbability)) : 0.0);
    }
    scores = component.log_prior;
    for (size_t v = 0; v < scores.size(); ++v) {
      for (size_t i = 0; i < width; ++i) {
        const int32_t c = component.combinations[v * width + i];
        const size_t last = (i + 1 < width ? begin[i + 1] : evidence.size()) - 1;
        scores[v] += c >= 0 ? evidence[begin[i] + static_cast<size_t>(c)] : evidence[last];
      }
    }
    const double top = *std::max_element(scores.begin(), scores.end());
    double total = 0;
    for (double& score : scores) total += score = std::exp(score - top);
    for (const uint32_t t : component.tasks) std::fill_n(probabilities.begin() + static_cast<std::ptrdiff_t>(first_[t]), first_[t + 1] - first_[t], 0.0);
    for (size_t v = 0; v < scores.size(); ++v) {
      for (size_t i = 0; i < width; ++i) {
        const int32_t c = component.combinations[v * width + i];
        if (c >= 0) probabilities[first_[component.tasks[i]] + static_cast<size_t>(c)] += scores[v] / total;
      }
    }
  }
}

Result<std::vector<TaskVotes>> SplitByTask(const VoteMatrix& matrix, const TaskGraph& graph) {
  std::vector<TaskVotes> result;
  std::vector<int> taken(matrix.rules.size());
  for (const TaskDescription& task : graph.tasks) {
    if (task.rules.empty()) return Fail(ErrorKind::kData, fmt::format("task {} does not say which rules vote for it: \"rules\": [...]", task.name));
    std::vector<size_t> columns;
    for (const std::string& rule : task.rules) {
      const auto at = std::find(matrix.rules.begin(), matrix.rules.end(), rule);
      if (at == matrix.rules.end()) {
        return Fail(ErrorKind::kData, fmt::format("task {}: the votes have no rule {}; they have {}", task.name, rule, fmt::join(matrix.rules, ", ")));
      }
      columns.push_back(static_cast<size_t>(at - matrix.rules.begin()));
      if (++taken[columns.back()] > 1) return Fail(ErrorKind::kData, fmt::format("rule {} is of two tasks", rule));
    }
    VoteMatrix part;
    part.rules = task.rules;
    part.rows = matrix.rows;
    part.votes.reserve(matrix.rows * columns.size());
    for (size_t r = 0; r < matrix.rows; ++r) {
      const auto row = matrix.row(r);
      for (const size_t column : columns) part.votes.push_back(row[column]);
    }
    auto layout = LayoutOf(part, task.classes, task.name);
    if (!layout) return Fail(layout.error().kind, fmt::format("task {}: {}", task.name, layout.error().message));
    VotePlanes planes = PlanesOf(part, *layout);
    result.push_back({std::move(*layout), std::move(planes)});
  }
  for (size_t j = 0; j < taken.size(); ++j) {
    if (taken[j] == 0) return Fail(ErrorKind::kData, fmt::format("rule {} of the votes is of no task", matrix.rules[j]));
  }
  return result;
}

}  // namespace assay
