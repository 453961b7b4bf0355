// Rewrites a whole graph: a pass says, node by node and operands first, what stands for a node in a new store; the rewriter
// finds what is reachable, carries source places over, re-points the roots and puts the new store into the graph.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/passes/builder.h"
#include "compiler/passes/warnings.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// What a pass works on.
struct PassContext {
  RuleGraph& graph;
  Warnings* warnings = nullptr;      // where findings go; null: nobody wants them
  std::vector<NodeId>* watched = nullptr;  // nodes beyond the roots that somebody keeps an eye on; rewritten like roots
};

// Calls visit(NodeId& root, bool executed) for every root. Executed roots are what a run computes (fires, confidences,
// members of slices); conditions as written and the expectations of test blocks are not.
template <typename Visit>
void ForEachRoot(RuleGraph& graph, Visit&& visit) {
  for (Rule& rule : graph.rules) {
    for (Branch& branch : rule.branches) {
      visit(branch.condition, false);
      visit(branch.fires, true);
      if (branch.confidence.has_value()) visit(branch.confidence, true);
    }
  }
  for (Slice& slice : graph.slices) visit(slice.member, true);
  for (Test& test : graph.tests) {
    for (Expectation& expectation : test.expectations) visit(expectation.holds, false);
  }
}

class Rewriter {
 public:
  explicit Rewriter(const PassContext& context);

  const NodeStore& from() const { return context_.graph.nodes; }
  NodeBuilder& build() { return build_; }

  bool Reachable(NodeId old) const { return reachable_[old.index()]; }
  // How many executed nodes and roots use a node.
  uint32_t Uses(NodeId old) const { return uses_[old.index()]; }

  // What stands for a node that was visited before.
  NodeId operator[](NodeId old) const { return map_[old.index()]; }

  // The node made again of what stands for its operands, with all that the builder simplifies.
  NodeId Same(NodeId old);

  // Visits every reachable node, operands first: visit(old) returns what stands for it. A pass that needs to make nodes of
  // several old ones at once may return NodeId{} for an old node that it knows nobody will ask for.
  template <typename Visit>
  void Run(Visit&& visit) {
    for (size_t i = 0; i < reachable_.size(); ++i) {
      if (!reachable_[i]) continue;
      map_[i] = visit(NodeId(i));
      if (map_[i].has_value()) CarrySpans(NodeId(i), map_[i]);
    }
    Finish();
  }

 private:
  void CarrySpans(NodeId old, NodeId now);
  void Finish();

  const PassContext& context_;
  NodeStore to_;
  NodeBuilder build_;
  std::vector<bool> reachable_;
  std::vector<uint32_t> uses_;
  std::vector<NodeId> map_;
  std::vector<NodeId> operands_;
};

}  // namespace assay
