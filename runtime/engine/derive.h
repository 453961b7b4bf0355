// One derive step over the rows of a block. Every built-in works row by row through the registry's implementation; the ones
// that rules use most (lengths, counts of pieces and of character classes, case) have loops of their own without values in
// between, held to the row implementations by tests.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/builtins/registry.h"
#include "runtime/engine/slots.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/plan/plan.h"

namespace assay {

// A derive step with its constants looked up.
class DeriveRoutine {
 public:
  static Result<DeriveRoutine> Make(const RuleGraph& graph, const Plan& plan, const DeriveStep& step);

  // Computes rows [0, rows) of the step's result into the worker's own room. Text and lists that it makes live in
  // context.arena.
  void Run(const Plan& plan, SlotBuffers& slots, size_t rows, EvalContext& context) const;

 private:
  enum class Loop : uint8_t { kRows, kLength, kCountPieces, kCountClass, kLower, kUpper, kIsAscii };

  void RunRows(const Plan& plan, SlotBuffers& slots, size_t rows, EvalContext& context) const;

  DeriveStep step_;
  Loop loop_ = Loop::kRows;
  NodeKind kind_ = NodeKind::kCall;
  BuiltinId builtin_{};         // of the node, or of the counted call
  bool strict_ = true;          // null where an operand is null
  std::vector<Value> constants_;  // by operand; unused for slots
};

// The value of a constant or parameter node; patterns and sets point into the graph's resources.
Result<Value> ConstantValue(const RuleGraph& graph, NodeId node);

}  // namespace assay
