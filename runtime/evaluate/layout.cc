// The planes of a task's votes.
#include "runtime/evaluate/layout.h"

#include <algorithm>

namespace assay {
namespace {

// The classes that a rule can vote, ascending.
std::vector<int32_t> ClassesOf(const Rule& rule) {
  std::vector<int32_t> classes;
  for (const Branch& branch : rule.branches) {
    if (branch.label != kAbstain) classes.push_back(branch.label);
  }
  std::ranges::sort(classes);
  const auto repeated = std::ranges::unique(classes);
  classes.erase(repeated.begin(), repeated.end());
  return classes;
}

}  // namespace

std::vector<RuleId> RulesOf(const RuleGraph& graph, TaskId task) {
  std::vector<RuleId> rules;
  for (size_t i = 0; i < graph.rules.size(); ++i) {
    if (graph.rules[i].task == task && !graph.rules[i].disabled) rules.push_back(RuleId(i));
  }
  return rules;
}

VoteLayout MakeVoteLayout(const RuleGraph& graph, TaskId task) {
  VoteLayout layout;
  layout.task = graph.tasks[task.index()].name;
  for (const ClassInfo& info : graph.tasks[task.index()].classes) {
    layout.class_names.push_back(info.name);
    layout.class_ids.push_back(info.id);
  }
  for (const RuleId id : RulesOf(graph, task)) {
    const Rule& rule = graph.rules[id.index()];
    const std::vector<int32_t> classes = ClassesOf(rule);
    const auto number = static_cast<uint32_t>(layout.rules.size());
    layout.rules.push_back({rule.name, static_cast<uint32_t>(layout.planes.size()), static_cast<uint32_t>(classes.size())});
    for (const int32_t class_id : classes) layout.planes.push_back({number, class_id});
  }
  return layout;
}

std::vector<PlaneBranch> PlaneBranches(const RuleGraph& graph, TaskId task) {
  std::vector<PlaneBranch> found;
  uint32_t first = 0;
  for (const RuleId id : RulesOf(graph, task)) {
    const Rule& rule = graph.rules[id.index()];
    const std::vector<int32_t> classes = ClassesOf(rule);
    for (size_t i = 0; i < rule.branches.size(); ++i) {
      const int32_t label = rule.branches[i].label;
      if (label == kAbstain) continue;
      const auto plane = first + static_cast<uint32_t>(std::ranges::lower_bound(classes, label) - classes.begin());
      found.push_back({.rule = id, .branch = static_cast<uint32_t>(i), .plane = plane});
    }
    first += static_cast<uint32_t>(classes.size());
  }
  return found;
}

}  // namespace assay
