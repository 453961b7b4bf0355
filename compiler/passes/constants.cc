// Evaluates a node of constants: a graph of that one node, given to the reference evaluator.
#include "compiler/passes/constants.h"

#include <vector>

#include "runtime/evaluate/evaluator.h"

namespace assay {

NodeId CopyConstant(const TypeStore& types, const NodeStore& from, NodeId id, NodeStore& to) {
  const Constant& constant = from.ConstantAt(id);
  if (constant.type == kRegexType) return to.Pattern(PatternId(constant.resource));
  if (types.Kind(constant.type) == TypeKind::kSet) return to.Set(SetId(constant.resource));
  return to.ConstantOf(constant.type, constant.value);
}

std::optional<NodeId> EvaluateConstant(RuleGraph& graph, NodeStore& nodes, NodeKind kind, std::span<const NodeId> operands,
                                       BuiltinId builtin, TypeId result) {
  RuleGraph alone;
  alone.types = graph.types;
  std::vector<NodeId> copies;
  copies.reserve(operands.size());
  for (NodeId operand : operands) {
    const Constant& constant = nodes.ConstantAt(operand);
    if (constant.type == kRegexType) {
      copies.push_back(alone.nodes.Pattern(alone.resources.AddPattern(graph.resources.pattern(PatternId(constant.resource)))));
    } else if (graph.types.Kind(constant.type) == TypeKind::kSet) {
      copies.push_back(alone.nodes.Set(alone.resources.AddSet(graph.resources.set(SetId(constant.resource)))));
    } else {
      copies.push_back(alone.nodes.ConstantOf(constant.type, constant.value));
    }
  }
  const NodeId node = kind == NodeKind::kCall ? alone.nodes.Call(builtin, copies, result) : alone.nodes.Make(kind, copies);
  Result<Evaluator> evaluator = Evaluator::Create(alone);
  if (!evaluator) return std::nullopt;
  evaluator->SetRow({});
  const Value value = evaluator->Evaluate(node);
  if (evaluator->limit_hits() > 0) return std::nullopt;
  return nodes.ConstantOf(alone.nodes.Get(node).type, value);
}

}  // namespace assay
