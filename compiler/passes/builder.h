// Makes nodes that are simplified as they are made. Every pass builds through it, so what one pass finds out is used up at
// once by the nodes above. Each rule holds for all values of the operands, null, -0.0 and overflow included:
//
//   constants        a node of constants is evaluated by the reference evaluator itself
//   Kleene           neutral and deciding operands, double negation, absorption; complements only of what is never unknown
//   is_true          pushed through and/or/not, down to tests: above it logic has two values and needs no second plane
//   is_null          pushed through functions that are null exactly where an operand is
//   arithmetic       only what keeps every bit: x * 1, x - 0, x + 0 for int; never x + 0.0
//   text tests       one spelling for tests that mean the same
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "runtime/graph/rule_graph.h"

namespace assay {

class NodeBuilder {
 public:
  // Nodes are made in `nodes`; the graph's types and resources serve it.
  NodeBuilder(RuleGraph& graph, NodeStore& nodes) : graph_(graph), nodes_(nodes) {}

  NodeStore& nodes() { return nodes_; }
  const NodeStore& nodes() const { return nodes_; }
  RuleGraph& graph() { return graph_; }

  NodeId Not(NodeId x);
  NodeId And(std::span<const NodeId> operands) { return Junction(NodeKind::kAnd, operands, 0); }
  NodeId Or(std::span<const NodeId> operands) { return Junction(NodeKind::kOr, operands, 0); }
  NodeId Junction(NodeKind kind, std::span<const NodeId> operands) { return Junction(kind, operands, 0); }
  NodeId And(std::initializer_list<NodeId> operands) { return And(std::span(operands.begin(), operands.size())); }
  NodeId Or(std::initializer_list<NodeId> operands) { return Or(std::span(operands.begin(), operands.size())); }
  NodeId IsTrue(NodeId x) { return Known(x, true); }
  NodeId IsFalse(NodeId x) { return Known(x, false); }  // is_true(not x)
  NodeId IsNull(NodeId x);
  NodeId Eq(NodeId a, NodeId b);
  // Any kind of node with operands but kCall.
  NodeId Make(NodeKind kind, std::span<const NodeId> operands);
  NodeId Make(NodeKind kind, std::initializer_list<NodeId> operands) {
    return Make(kind, std::span(operands.begin(), operands.size()));
  }
  NodeId Call(BuiltinId builtin, std::span<const NodeId> operands, TypeId result);
  NodeId Call(BuiltinId builtin, std::initializer_list<NodeId> operands, TypeId result) {
    return Call(builtin, std::span(operands.begin(), operands.size()), result);
  }

  // The node `old` of another store of the same graph, with these operands.
  NodeId Again(const NodeStore& store, NodeId old, std::span<const NodeId> operands);

  bool Nullable(NodeId x) const { return nodes_.Get(x).nullable; }
  NodeKind Kind(NodeId x) const { return nodes_.Get(x).kind; }
  bool IsBool(NodeId x, bool value) const;
  // A constant null of any type.
  bool IsNullConst(NodeId x) const;
  // The constant's value where it is a number, bool or text; null for others.
  Value ConstValue(NodeId x) const;

 private:
  NodeId Junction(NodeKind kind, std::span<const NodeId> operands, int round);
  bool SimplifyNested(NodeKind kind, std::vector<NodeId>& operands);
  NodeId Known(NodeId x, bool value);
  NodeId If(NodeId condition, NodeId then, NodeId otherwise);
  NodeId Coalesce(NodeId first, NodeId second);
  NodeId Arithmetic(NodeKind kind, NodeId a, NodeId b);
  NodeId CallIdentity(BuiltinId builtin, std::span<const NodeId> operands);

  void Mark(NodeId x);
  bool Marked(NodeId x) const { return x.index() < marks_.size() && marks_[x.index()] == epoch_; }
  bool MarkedNot(NodeId x) const { return x.index() < not_marks_.size() && not_marks_[x.index()] == epoch_; }
  bool ComplementMarked(NodeId x) const;

  RuleGraph& graph_;
  NodeStore& nodes_;
  std::vector<NodeId> known_[2];     // by node: is_true(not x), is_true(x), where made
  std::vector<uint64_t> marks_;      // by node: the junction (epoch) of which it is an operand
  std::vector<uint64_t> not_marks_;  // by node: the junction of which its negation is an operand
  uint64_t epoch_ = 0;
};

}  // namespace assay
