// Gives the operands' values to the reference evaluator's own arithmetic.
#include "compiler/passes/constants.h"

#include <vector>

#include "runtime/evaluate/compute.h"
#include "runtime/text/regex.h"

namespace assay {

NodeId CopyConstant(const TypeStore& types, const NodeStore& from, NodeId id, NodeStore& to) {
  const Constant& constant = from.ConstantAt(id);
  if (constant.type == kRegexType) return to.Pattern(PatternId(constant.resource));
  if (types.Kind(constant.type) == TypeKind::kSet) return to.Set(SetId(constant.resource));
  return to.ConstantOf(constant.type, constant.value);
}

namespace {

TypeId ResultType(RuleGraph& graph, NodeKind kind, TypeId first) {
  switch (kind) {
    case NodeKind::kEq:
    case NodeKind::kLt: return kBoolType;
    case NodeKind::kDiv:
    case NodeKind::kToFloat: return kFloatType;
    case NodeKind::kMakeList: return graph.types.List(first);
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod:
    case NodeKind::kNeg: return first;
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull:
    case NodeKind::kIf:
    case NodeKind::kCoalesce:
    case NodeKind::kCall: break;  // the builder knows these without asking, or their type is given
  }
  return kNullType;
}

}  // namespace

std::optional<NodeId> EvaluateConstant(RuleGraph& graph, NodeStore& nodes, NodeKind kind, std::span<const NodeId> operands,
                                       BuiltinId builtin, TypeId result) {
  Arena arena;
  std::optional<text::RegexScratch> scratch;
  std::vector<Value> values;
  values.reserve(operands.size());
  for (NodeId operand : operands) {
    const Constant& constant = nodes.ConstantAt(operand);
    if (constant.type == kRegexType) {
      const auto regex = graph.resources.Compiled(PatternId(constant.resource));
      if (!regex) return std::nullopt;
      values.push_back(Value::OfRegex(*regex));
      scratch.emplace();
    } else if (graph.types.Kind(constant.type) == TypeKind::kSet) {
      values.push_back(Value::OfSet(&graph.resources.set(SetId(constant.resource))));
    } else {
      values.push_back(constant.value);
    }
  }
  if (kind != NodeKind::kCall) result = ResultType(graph, kind, nodes.Get(operands[0]).type);
  if (result == kNullType) return std::nullopt;
  EvalContext context{.arena = &arena, .regex = scratch ? &*scratch : nullptr};
  const Value value = ComputeNode(kind, builtin, values, context);
  if (context.limit_hits > 0) return std::nullopt;
  return nodes.ConstantOf(result, value);
}

}  // namespace assay
