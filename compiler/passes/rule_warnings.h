// What the end of the pipeline knows about whole rules: conditions that are never or always true, branches that earlier ones
// cover, rules that are the same.
#pragma once

#include <vector>

#include "compiler/passes/warnings.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

class RuleWarnings {
 public:
  // Before the passes: adds "the condition is true" of every branch to the graph, to be watched.
  explicit RuleWarnings(RuleGraph& graph);

  // Nodes that the passes rewrite beside the roots.
  std::vector<NodeId>& watched() { return watched_; }

  // After the passes.
  void Find(const RuleGraph& graph, Warnings& warnings) const;

 private:
  void FindDecided(const RuleGraph& graph, Warnings& warnings) const;
  void FindSame(const RuleGraph& graph, Warnings& warnings) const;

  std::vector<NodeId> watched_;  // for each branch of each rule, in order
  std::vector<bool> literal_;    // likewise: the condition is written as a constant
};

}  // namespace assay
