// Comparing graphs by what their roots evaluate to, and making a graph that differs smaller.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/batch/batch.h"
#include "runtime/graph/rule_graph.h"

namespace assay::differential {

// The same bits: -0.0 is not 0.0, null is only null.
bool SameValue(const Value& a, const Value& b);
std::string PrintValue(const Value& value);

struct Difference {
  size_t root = 0;  // number of the root in Roots(graph)
  size_t row = 0;
  std::string values;  // "true, then null"
};

// The first root and row of which two graphs with the same roots have different values.
std::optional<Difference> CompareGraphs(const RuleGraph& before, const RuleGraph& after, const Batch& batch);

// A graph with one slice, a root of `graph`, made smaller while `fails(graph)` holds: nodes are replaced by their operands and
// by constants.
std::unique_ptr<RuleGraph> Shrink(const RuleGraph& graph, NodeId root, const std::function<bool(const RuleGraph&)>& fails);

}  // namespace assay::differential
