// Null rules and arithmetic. Kleene's logic sees nulls itself, as do is_null, is_true, if and coalesce; everything else is null
// where an operand is.
#include "runtime/evaluate/compute.h"

#include <algorithm>
#include <optional>

#include "runtime/builtins/arithmetic.h"
#include "runtime/builtins/values.h"

namespace assay {
namespace {

bool AnyNull(std::span<const Value> operands) {
  return std::ranges::any_of(operands, [](const Value& value) { return value.is_null(); });
}

// `decisive` decides whatever the others are: false for `and`, true for `or`.
Value Kleene(std::span<const Value> operands, bool decisive) {
  bool unknown = false;
  for (const Value& value : operands) {
    if (value.is_null()) {
      unknown = true;
    } else if (value.as_bool() == decisive) {
      return Value::Bool(decisive);
    }
  }
  return unknown ? Value::Null() : Value::Bool(!decisive);
}

Value IntOrNull(std::optional<int64_t> value) { return value ? Value::Int(*value) : Value::Null(); }

Value IntArithmetic(NodeKind kind, int64_t a, int64_t b) {
  if (kind == NodeKind::kAdd) return IntOrNull(AddInts(a, b));
  if (kind == NodeKind::kSub) return IntOrNull(SubtractInts(a, b));
  if (kind == NodeKind::kMul) return IntOrNull(MultiplyInts(a, b));
  if (kind == NodeKind::kFloorDiv) return IntOrNull(FloorDivideInts(a, b));
  if (kind == NodeKind::kMod) return IntOrNull(ModuloInts(a, b));
  return Value::Null();
}

// Value::Float makes NaN null.
Value FloatArithmetic(NodeKind kind, double a, double b) {
  if (kind == NodeKind::kAdd) return Value::Float(a + b);
  if (kind == NodeKind::kSub) return Value::Float(a - b);
  if (kind == NodeKind::kMul) return Value::Float(a * b);
  if (kind == NodeKind::kDiv) return Value::Float(DivideFloats(a, b));
  if (kind == NodeKind::kFloorDiv) return Value::Float(FloorDivideFloats(a, b));
  if (kind == NodeKind::kMod) return Value::Float(ModuloFloats(a, b));
  return Value::Null();
}

Value Arithmetic(NodeKind kind, const Value& a, const Value& b, EvalContext& context) {
  if (a.kind() != b.kind()) return Value::Null();
  if (a.kind() == Value::Kind::kInt) return IntArithmetic(kind, a.as_int(), b.as_int());
  if (a.kind() == Value::Kind::kFloat) return FloatArithmetic(kind, a.as_float(), b.as_float());
  if (a.kind() == Value::Kind::kString && kind == NodeKind::kAdd) {
    const std::string_view parts[] = {a.as_string(), b.as_string()};
    const auto made = Concatenate(parts, *context.arena);
    return made ? Value::String(*made) : Value::Null();
  }
  return Value::Null();
}

Value Negated(const Value& value) {
  if (value.kind() == Value::Kind::kInt) return IntOrNull(NegateInt(value.as_int()));
  return Value::Float(-value.as_float());
}

Value MadeList(std::span<const Value> members, Arena& arena) {
  const auto list = arena.Allocate<Value>(members.size());
  std::ranges::copy(members, list.begin());
  return Value::List(list);
}

Value Called(BuiltinId builtin, std::span<const Value> arguments, EvalContext& context) {
  switch (InfoOf(builtin).nulls) {
    case NullBehaviour::kStrict:
    case NullBehaviour::kPartial:
      if (AnyNull(arguments)) return Value::Null();
      break;
    case NullBehaviour::kOwn: break;
  }
  return EvaluateBuiltin(builtin, arguments, context);
}

}  // namespace

Value ComputeNode(NodeKind kind, BuiltinId builtin, std::span<const Value> operands, EvalContext& context) {
  switch (kind) {
    case NodeKind::kNot: return operands[0].is_null() ? Value::Null() : Value::Bool(!operands[0].as_bool());
    case NodeKind::kAnd: return Kleene(operands, false);
    case NodeKind::kOr: return Kleene(operands, true);
    case NodeKind::kIsTrue: return Value::Bool(!operands[0].is_null() && operands[0].as_bool());
    case NodeKind::kIsNull: return Value::Bool(operands[0].is_null());
    case NodeKind::kEq: return AnyNull(operands) ? Value::Null() : Value::Bool(ValuesEqual(operands[0], operands[1]));
    case NodeKind::kLt: return AnyNull(operands) ? Value::Null() : Value::Bool(ValueLess(operands[0], operands[1]));
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
    case NodeKind::kDiv:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod: return AnyNull(operands) ? Value::Null() : Arithmetic(kind, operands[0], operands[1], context);
    case NodeKind::kNeg: return operands[0].is_null() ? Value::Null() : Negated(operands[0]);
    case NodeKind::kToFloat: return operands[0].is_null() ? Value::Null() : Value::Float(static_cast<double>(operands[0].as_int()));
    case NodeKind::kIf: return operands[0].is_null() ? Value::Null() : operands[0].as_bool() ? operands[1] : operands[2];
    case NodeKind::kCoalesce: return operands[0].is_null() ? operands[1] : operands[0];
    case NodeKind::kMakeList: return AnyNull(operands) ? Value::Null() : MadeList(operands, *context.arena);
    case NodeKind::kCall: return Called(builtin, operands, context);
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam: break;  // leaves
  }
  return Value::Null();
}

}  // namespace assay
