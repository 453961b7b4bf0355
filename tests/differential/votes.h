// The votes of one graph over one batch, by each way of running.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/batch/batch.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/votes/vote_planes.h"

namespace assay::differential {

// Planes of the first task, and of the slices.
struct Votes {
  VotePlanes planes;
  VotePlanes slices;
};

Result<Votes> ReferenceVotes(const RuleGraph& graph, const Batch& batch);

// Plans and compiles the graph once, then runs it with each number of threads; the results are beside `threads`. One thread scans
// every text, several scan equal texts once.
Result<std::vector<Votes>> CompiledVotes(const RuleGraph& graph, const Batch& batch, const std::vector<unsigned>& threads);

// The first place where two results differ.
struct VoteDifference {
  bool slice = false;
  size_t plane = 0;
  size_t row = 0;
  bool expected = false;
};
std::optional<VoteDifference> CompareVotes(const Votes& expected, const Votes& actual);

}  // namespace assay::differential
