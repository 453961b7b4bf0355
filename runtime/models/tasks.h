// Several tasks at once: which combinations of their classes can be, and what the models of the single tasks say about them
// together. A hierarchy is the common case: a task's classes refine classes of another and apply only where those do, so that
// the probabilities of a class's children sum to its own. The joint probability of a combination is its prior times what
// the votes of each task say for its class there (the posterior of the task's own model over that model's balance); the
// probabilities of each task are sums over combinations, and therefore agree with each other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/label_model.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

struct TaskDescription {
  std::string name;
  ClassList classes;
  std::vector<std::string> rules;  // whose votes are of this task, by name; empty: not said
  int32_t parent = -1;             // the task that it refines, by index: an earlier one; -1: none
  std::vector<int32_t> parent_class;  // of each class, the class of the parent that it refines, by index
  // How often its rules vote where the task does not apply, of how often they do where it does. 1: that they vote says
  // nothing about whether it applies.
  double elsewhere = 0.1;
};

struct TaskGraph {
  std::vector<TaskDescription> tasks;
  // The combinations that can be, [combinations, tasks]: indices of classes, -1 where a task does not apply. Empty: all that
  // the parents allow.
  std::vector<int32_t> feasible;
  std::vector<double> balance;  // of those combinations; empty: what the tasks' own balances make

  // {"tasks": [{"name", "classes": [...], "rules": [...], "parent": {"task", "class" or "classes": {"CLASS": "PARENT'S
  // CLASS"}}, "elsewhere"}], "feasible": [{"TASK": "CLASS"}], "balance": [...]}; all but name and classes may be missing.
  // `name` is for messages.
  static Result<TaskGraph> FromJson(std::string_view json, const std::string& name);
  static Result<TaskGraph> FromFile(const std::string& path);
  std::string ToJson() const;

  bool HasParents() const;
  // Whether the class of a task may stand beside the class (-1: none) of its parent.
  static bool Refines(const TaskDescription& task, size_t c, int32_t parents_class) {
    return task.parent < 0 || task.parent_class[c] == parents_class;
  }
  // Parents are earlier tasks, combinations name each task's classes, numbers are numbers.
  Status Check() const;
};

// The models of all tasks together.
class TaskModels {
 public:
  // A model a task, of its classes. An error where they do not fit, or where there are more than kMostCombinations.
  static Result<TaskModels> Create(TaskGraph graph, std::vector<std::unique_ptr<LabelModel>> models);
  static constexpr size_t kMostCombinations = 100'000;

  const TaskGraph& graph() const { return graph_; }
  const LabelModel& model(size_t task) const { return *models_[task]; }

  // From the probabilities of each task by itself (LabelModel::Predict) to those of all together, in place: each task's
  // [classes], one behind another. They sum to the probability that the task applies. `has_votes`: a task.
  void Reconcile(std::span<const bool> has_votes, std::span<double> probabilities) const;
  size_t width() const { return first_.back(); }             // of `probabilities`
  size_t first(size_t task) const { return first_[task]; }   // where a task's begin

  std::string ToJson() const;
  static Result<TaskModels> FromJson(std::string_view json, const std::string& name);
  // Whether a model file holds several tasks.
  static bool IsOne(std::string_view json);

 private:
  // Tasks that depend on each other.
  struct Component {
    std::vector<uint32_t> tasks;
    std::vector<int32_t> combinations;  // [combinations, tasks]
    std::vector<double> log_prior;      // a combination
  };
  TaskModels() = default;
  Status MakeComponents();
  Status AddComponent(std::vector<uint32_t> tasks);

  TaskGraph graph_;
  std::vector<std::unique_ptr<LabelModel>> models_;
  std::vector<size_t> first_;
  std::vector<Component> components_;
};

// The layout of one task's rules among the columns of a matrix, and those columns.
struct TaskVotes {
  VoteLayout layout;
  VotePlanes planes;
};
struct VoteMatrix;
Result<std::vector<TaskVotes>> SplitByTask(const VoteMatrix& matrix, const TaskGraph& graph);

}  // namespace assay
