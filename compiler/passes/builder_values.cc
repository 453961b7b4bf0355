// Comparisons, arithmetic and calls. What is rewritten here is right for every value: where null, -0.0, rounding or overflow
// could tell the two sides apart, it is left alone.
#include <bit>
#include <cmath>

#include "compiler/passes/builder.h"
#include "compiler/passes/constants.h"
#include "runtime/text/case.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

bool IsFloat(const Value& value, double number) {
  return value.kind() == Value::Kind::kFloat && std::bit_cast<uint64_t>(value.as_float()) == std::bit_cast<uint64_t>(number);
}
bool IsInt(const Value& value, int64_t number) { return value.kind() == Value::Kind::kInt && value.as_int() == number; }
bool IsEmptyText(const Value& value) { return value.kind() == Value::Kind::kString && value.as_string().empty(); }

// The constant set with a single text that a text test reads, if that is what it is.
const std::string* OnlyText(const SetValues& set) {
  if (set.size() != 1 || set.columns().size() != 1 || set.columns()[0] != kStringType) return nullptr;
  return &std::get<std::string>(set.members()[0][0]);
}

}  // namespace

NodeId NodeBuilder::Eq(NodeId a, NodeId b) {
  if (IsNullConst(a) || IsNullConst(b)) return nodes_.Null(kBoolType);
  if (a == b && !Nullable(a)) return nodes_.Bool(true);  // no NaN: every value equals itself
  if (nodes_.IsConst(a) && nodes_.IsConst(b)) {
    const NodeId operands[] = {a, b};
    if (const auto value = EvaluateConstant(graph_, nodes_, NodeKind::kEq, operands)) return *value;
  }
  if (IsBool(a, true)) return b;
  if (IsBool(b, true)) return a;
  if (IsBool(a, false)) return Not(b);
  if (IsBool(b, false)) return Not(a);
  return nodes_.Make(NodeKind::kEq, {a, b});
}

NodeId NodeBuilder::Arithmetic(NodeKind kind, NodeId a, NodeId b) {
  const TypeId type = nodes_.Get(a).type;
  const Value left = ConstValue(a);
  const Value right = ConstValue(b);
  const bool commutes = type != kStringType && (kind == NodeKind::kAdd || kind == NodeKind::kMul);
  if (commutes && !left.is_null() && right.is_null()) return Arithmetic(kind, b, a);  // the constant on the right
  switch (kind) {
    case NodeKind::kAdd:
      // x + 0.0 turns -0.0 into 0.0; x + -0.0 is x.
      // Texts: `t + ""` is null where t alone is longer than what may be made.
      if (IsInt(right, 0) || IsFloat(right, -0.0)) return a;
      break;
    case NodeKind::kSub:
      if (IsInt(right, 0) || IsFloat(right, 0.0)) return a;
      if (a == b && type == kIntType && !Nullable(a)) return nodes_.Int(0);
      break;
    case NodeKind::kMul:
      if (IsInt(right, 1) || IsFloat(right, 1.0)) return a;
      if (IsInt(right, 0) && !Nullable(a)) return b;
      break;
    case NodeKind::kDiv:
      if (IsFloat(right, 1.0)) return a;
      break;
    case NodeKind::kFloorDiv:
      if (IsInt(right, 1)) return a;
      break;
    case NodeKind::kMod:
      if ((IsInt(right, 1) || IsInt(right, -1)) && !Nullable(a)) return nodes_.Int(0);
      break;
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull:
    case NodeKind::kEq:
    case NodeKind::kLt:
    case NodeKind::kNeg:
    case NodeKind::kToFloat:
    case NodeKind::kIf:
    case NodeKind::kCoalesce:
    case NodeKind::kMakeList:
    case NodeKind::kCall: break;
  }
  return nodes_.Make(kind, {a, b});
}

NodeId NodeBuilder::Make(NodeKind kind, std::span<const NodeId> operands) {
  const auto constant = [&](bool strict) -> std::optional<NodeId> {
    bool all = true;
    bool null = false;
    for (NodeId operand : operands) {
      all = all && nodes_.IsConst(operand);
      null = null || IsNullConst(operand);
    }
    if (strict && null) {
      const TypeId type = kind == NodeKind::kLt                                  ? kBoolType
                          : kind == NodeKind::kToFloat || kind == NodeKind::kDiv ? kFloatType
                                                                                 : nodes_.Get(operands[0]).type;
      return nodes_.Null(type);
    }
    return all ? EvaluateConstant(graph_, nodes_, kind, operands) : std::nullopt;
  };
  switch (kind) {
    case NodeKind::kNot: return Not(operands[0]);
    case NodeKind::kAnd:
    case NodeKind::kOr: return Junction(kind, operands, 0);
    case NodeKind::kIsTrue: return IsTrue(operands[0]);
    case NodeKind::kIsNull: return IsNull(operands[0]);
    case NodeKind::kIf: return If(operands[0], operands[1], operands[2]);
    case NodeKind::kCoalesce: return Coalesce(operands[0], operands[1]);
    case NodeKind::kEq: return Eq(operands[0], operands[1]);
    case NodeKind::kLt:
      if (const auto value = constant(true)) return *value;
      if (operands[0] == operands[1] && !Nullable(operands[0])) return nodes_.Bool(false);
      break;
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
    case NodeKind::kDiv:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod:
      if (const auto value = constant(true)) return *value;
      return Arithmetic(kind, operands[0], operands[1]);
    case NodeKind::kNeg:
      if (const auto value = constant(true)) return *value;
      // Twice negated is the same for floats; for the smallest int the first negation is null.
      if (nodes_.Get(operands[0]).type == kFloatType && Kind(operands[0]) == NodeKind::kNeg) {
        return nodes_.Operands(operands[0])[0];
      }
      break;
    case NodeKind::kToFloat:
      if (const auto value = constant(true)) return *value;
      break;
    case NodeKind::kMakeList:
      if (const auto value = constant(false)) return *value;
      break;
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kCall: break;
  }
  return nodes_.Make(kind, operands);
}

// Calls that are another node of the same value; none where nothing is known.
NodeId NodeBuilder::CallIdentity(BuiltinId builtin, std::span<const NodeId> operands) {
  const NodeId x = operands[0];
  const auto of_set = [&]() -> const SetValues& { return graph_.resources.set(SetId(nodes_.ConstantAt(operands[1]).resource)); };
  const auto nested = [&](BuiltinId inner) { return Kind(x) == NodeKind::kCall && nodes_.BuiltinAt(x) == inner; };
  switch (builtin) {
    // Conversions that convert nothing.
    case BuiltinId::IntOfInt:
    case BuiltinId::FloatOfFloat:
    case BuiltinId::StringOfText:
    case BuiltinId::FloorInt:
    case BuiltinId::CeilInt:
    case BuiltinId::RoundInt: return x;
    case BuiltinId::FloatOfInt: return Make(NodeKind::kToFloat, {x});
    // Once is enough.
    case BuiltinId::Lower:
    case BuiltinId::Upper:
    case BuiltinId::Casefold:
    case BuiltinId::Strip:
    case BuiltinId::AbsFloat: return nested(builtin) ? x : NodeId();
    case BuiltinId::Reverse:
    case BuiltinId::ReverseList: return nested(builtin) ? nodes_.Operands(x)[0] : NodeId();
    // One spelling for each test.
    case BuiltinId::Starts: return Call(BuiltinId::OpStartsWith, operands, kBoolType);
    case BuiltinId::Ends: return Call(BuiltinId::OpEndsWith, operands, kBoolType);
    case BuiltinId::OpHasNone: return Not(Call(BuiltinId::OpHasAny, operands, kBoolType));
    case BuiltinId::OpHasNoneOf: return Not(Call(BuiltinId::OpHasAnyOf, operands, kBoolType));
    case BuiltinId::OpHasNoneToken: return Not(Call(BuiltinId::OpHasAnyToken, operands, kBoolType));
    case BuiltinId::OpHasNoneTokenOf: return Not(Call(BuiltinId::OpHasAnyTokenOf, operands, kBoolType));
    // Every text has the empty one in it.
    case BuiltinId::OpContainsNocase: {
      const Value literal = ConstValue(operands[1]);
      if (literal.kind() != Value::Kind::kString) return {};
      if (literal.as_string().empty() && !Nullable(x)) return nodes_.Bool(true);
      // Characters that have no other case need no folding; of the others one spelling is enough.
      bool cased = false;
      for (char32_t c : text::CodePoints(literal.as_string())) cased = cased || !text::FoldOrbit(c).empty();
      if (!cased) return Call(BuiltinId::OpContains, operands, kBoolType);
      std::string folded;
      text::SimpleFold(literal.as_string(), folded);
      return folded == literal.as_string() ? NodeId() : Call(builtin, {x, nodes_.String(folded)}, kBoolType);
    }
    case BuiltinId::OpContains:
    case BuiltinId::OpStartsWith:
    case BuiltinId::OpEndsWith:
      return IsEmptyText(ConstValue(operands[1])) && !Nullable(x) ? nodes_.Bool(true) : NodeId();
    // Sets of none and of one.
    case BuiltinId::OpHasAny:
    case BuiltinId::OpHasAll: {
      const SetValues& set = of_set();
      if (set.size() == 0 && !Nullable(x)) return nodes_.Bool(builtin == BuiltinId::OpHasAll);
      const std::string* only = OnlyText(set);
      if (only == nullptr) return {};
      if (set.modifiers().words) {
        return builtin == BuiltinId::OpHasAll ? Call(BuiltinId::OpHasAny, operands, kBoolType) : NodeId();
      }
      return Call(set.modifiers().nocase ? BuiltinId::OpContainsNocase : BuiltinId::OpContains, {x, nodes_.String(*only)},
                  kBoolType);
    }
    case BuiltinId::OpHasAnyToken:
    case BuiltinId::OpStartsWithAny:
    case BuiltinId::OpEndsWithAny: {
      const SetValues& set = of_set();
      if (set.size() == 0 && !Nullable(x)) return nodes_.Bool(false);
      const std::string* only = OnlyText(set);
      if (only == nullptr || builtin == BuiltinId::OpHasAnyToken || set.modifiers() != SetModifiers{}) return {};
      return Call(builtin == BuiltinId::OpStartsWithAny ? BuiltinId::OpStartsWith : BuiltinId::OpEndsWith,
                  {x, nodes_.String(*only)}, kBoolType);
    }
    case BuiltinId::OpInSet: {
      const SetValues& set = of_set();
      if (set.size() == 0 && !Nullable(x)) return nodes_.Bool(false);
      if (set.size() != 1 || set.columns().size() != 1 || set.modifiers().nocase) return {};
      const SetScalar& member = set.members()[0][0];
      if (const auto* whole = std::get_if<int64_t>(&member)) return Eq(x, nodes_.Int(*whole, nodes_.Get(x).type));
      if (const auto* real = std::get_if<double>(&member)) return Eq(x, nodes_.Float(*real));
      return Eq(x, nodes_.String(std::get<std::string>(member)));
    }
    default: return {};  // every other built-in is only itself
  }
}

NodeId NodeBuilder::Call(BuiltinId builtin, std::span<const NodeId> operands, TypeId result) {
  const BuiltinInfo& info = InfoOf(builtin);
  bool all = true;
  for (NodeId operand : operands) {
    all = all && nodes_.IsConst(operand);
    if (info.nulls != NullBehaviour::kOwn && IsNullConst(operand)) return nodes_.Null(result);
  }
  if (all) {
    if (const auto value = EvaluateConstant(graph_, nodes_, NodeKind::kCall, operands, builtin, result)) return *value;
  }
  if (!operands.empty()) {
    if (const NodeId same = CallIdentity(builtin, operands); same.has_value()) return same;
  }
  return nodes_.Call(builtin, operands, result);
}

NodeId NodeBuilder::Again(const NodeStore& store, NodeId old, std::span<const NodeId> operands) {
  const Node& node = store.Get(old);
  switch (node.kind) {
    case NodeKind::kConst: return CopyConstant(graph_.types, store, old, nodes_);
    case NodeKind::kField: return nodes_.Field(FieldId(node.payload), node.type, node.nullable);
    case NodeKind::kParam: return nodes_.Param(ParamId(node.payload), node.type, node.nullable);
    case NodeKind::kCall: return Call(store.BuiltinAt(old), operands, node.type);
    case NodeKind::kMakeList:
      if (operands.empty()) return nodes_.List(node.type, {});
      return Make(node.kind, operands);
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull:
    case NodeKind::kEq:
    case NodeKind::kLt:
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
    case NodeKind::kDiv:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod:
    case NodeKind::kNeg:
    case NodeKind::kToFloat:
    case NodeKind::kIf:
    case NodeKind::kCoalesce: return Make(node.kind, operands);
  }
  return {};
}

}  // namespace assay
