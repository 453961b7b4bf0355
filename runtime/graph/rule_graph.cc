// The order of the graph's roots.
#include "runtime/graph/rule_graph.h"

namespace assay {

std::vector<NodeId> Roots(const RuleGraph& graph) {
  std::vector<NodeId> roots;
  const auto add = [&](NodeId node) {
    if (node.has_value()) roots.push_back(node);
  };
  for (const Rule& rule : graph.rules) {
    for (const Branch& branch : rule.branches) {
      add(branch.condition);
      add(branch.fires);
      add(branch.confidence);
    }
  }
  for (const Slice& slice : graph.slices) add(slice.member);
  for (const Test& test : graph.tests) {
    for (const Expectation& expectation : test.expectations) add(expectation.holds);
  }
  return roots;
}

}  // namespace assay
