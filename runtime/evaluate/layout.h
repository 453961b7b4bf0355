// Which bit-planes a program's votes have: the one definition that the reference evaluator and the engine share, so that their
// outputs can be compared and read alike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/graph/rule_graph.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

// Planes for the rules of `task` in the order of the source, disabled rules left out; a rule's planes are the distinct class
// ids of its branches in ascending order (none where every branch abstains).
VoteLayout MakeVoteLayout(const RuleGraph& graph, TaskId task);

// The rules of a task's layout, by their number in it: disabled rules and those of other tasks are left out.
std::vector<RuleId> RulesOf(const RuleGraph& graph, TaskId task);

// For each plane of the layout of `task`, the branches that set it: (rule, number of the branch).
struct PlaneBranch {
  RuleId rule;
  uint32_t branch;
  uint32_t plane;
};
std::vector<PlaneBranch> PlaneBranches(const RuleGraph& graph, TaskId task);

}  // namespace assay
