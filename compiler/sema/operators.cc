// Constant folding of the operators, a value at a time.
#include "compiler/sema/operators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "runtime/builtins/registry.h"

namespace assay::sema {
namespace {

Value FoldAnd(std::span<const Value> operands) {
  bool unknown = false;
  for (const Value& v : operands) {
    if (v.is_null()) {
      unknown = true;
    } else if (!v.as_bool()) {
      return Value::Bool(false);
    }
  }
  return unknown ? Value::Null() : Value::Bool(true);
}

Value FoldOr(std::span<const Value> operands) {
  bool unknown = false;
  for (const Value& v : operands) {
    if (v.is_null()) {
      unknown = true;
    } else if (v.as_bool()) {
      return Value::Bool(true);
    }
  }
  return unknown ? Value::Null() : Value::Bool(false);
}

bool Less(TypeKind type, const Value& a, const Value& b) {
  if (type == TypeKind::kString) return a.as_string() < b.as_string();
  if (type == TypeKind::kFloat) return a.as_float() < b.as_float();
  return a.as_int() < b.as_int();
}

Value FoldInt(TypedKind kind, int64_t a, int64_t b) {
  int64_t out = 0;
  if (kind == TypedKind::kAdd) return __builtin_add_overflow(a, b, &out) ? Value::Null() : Value::Int(out);
  if (kind == TypedKind::kSub) return __builtin_sub_overflow(a, b, &out) ? Value::Null() : Value::Int(out);
  if (kind == TypedKind::kMul) return __builtin_mul_overflow(a, b, &out) ? Value::Null() : Value::Int(out);
  if (b == 0) return Value::Null();
  if (b == -1) {
    if (kind == TypedKind::kMod) return Value::Int(0);
    return __builtin_sub_overflow(int64_t{0}, a, &out) ? Value::Null() : Value::Int(out);
  }
  const int64_t remainder = a % b;
  const bool adjust = remainder != 0 && (remainder < 0) != (b < 0);
  if (kind == TypedKind::kMod) return Value::Int(adjust ? remainder + b : remainder);
  return Value::Int(a / b - (adjust ? 1 : 0));
}

// Python's float floor division and modulo.
Value FoldFloatDivision(TypedKind kind, double a, double b) {
  if (b == 0) return Value::Null();
  double mod = std::fmod(a, b);
  double div = (a - mod) / b;
  if (mod != 0) {
    if ((b < 0) != (mod < 0)) {
      mod += b;
      div -= 1;
    }
  } else {
    mod = std::copysign(0.0, b);
  }
  if (kind == TypedKind::kMod) return Value::Float(mod);
  if (div == 0) return Value::Float(std::copysign(0.0, a / b));
  double floored = std::floor(div);
  if (div - floored > 0.5) floored += 1;
  return Value::Float(floored);
}

Value FoldFloat(TypedKind kind, double a, double b) {
  if (kind == TypedKind::kAdd) return Value::Float(a + b);
  if (kind == TypedKind::kSub) return Value::Float(a - b);
  if (kind == TypedKind::kMul) return Value::Float(a * b);
  if (kind == TypedKind::kDiv) return b == 0 ? Value::Null() : Value::Float(a / b);
  return FoldFloatDivision(kind, a, b);
}

Value FoldArithmetic(TypedKind kind, TypeKind type, const Value& a, const Value& b, Arena& arena) {
  if (type == TypeKind::kString) {
    if (a.as_string().size() + b.as_string().size() > kMaxMadeText) return Value::Null();
    std::string text(a.as_string());
    text += b.as_string();
    return Value::String(arena.Copy(text));
  }
  if (type == TypeKind::kFloat) return FoldFloat(kind, a.as_float(), b.as_float());
  return FoldInt(kind, a.as_int(), b.as_int());
}

Value FoldNegate(TypeKind type, const Value& a) {
  if (type == TypeKind::kFloat) return Value::Float(-a.as_float());
  if (a.as_int() == std::numeric_limits<int64_t>::min()) return Value::Null();
  return Value::Int(-a.as_int());
}

}  // namespace

bool EqualValues(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull: return false;
    case Value::Kind::kBool: return a.as_bool() == b.as_bool();
    case Value::Kind::kInt: return a.as_int() == b.as_int();
    case Value::Kind::kFloat: return a.as_float() == b.as_float();
    case Value::Kind::kString: return a.as_string() == b.as_string();
    case Value::Kind::kList: return std::ranges::equal(a.as_list(), b.as_list(), EqualValues);
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return false;
  }
  return false;
}

std::optional<Value> FoldOperator(TypedKind kind, TypeKind type, std::span<const Value> operands, Arena& arena) {
  switch (kind) {
    case TypedKind::kAnd: return FoldAnd(operands);
    case TypedKind::kOr: return FoldOr(operands);
    case TypedKind::kIsNull: return Value::Bool(operands[0].is_null());
    case TypedKind::kCoalesce: return operands[0].is_null() ? operands[1] : operands[0];
    case TypedKind::kIf:
      if (operands[0].is_null()) return Value::Null();
      return operands[0].as_bool() ? operands[1] : operands[2];
    case TypedKind::kList: {
      for (const Value& v : operands) {
        if (v.is_null()) return Value::Null();
      }
      const std::span<Value> copy = arena.Allocate<Value>(operands.size());
      std::ranges::copy(operands, copy.begin());
      return Value::List(copy);
    }
    case TypedKind::kConst:
    case TypedKind::kSet:
    case TypedKind::kPattern:
    case TypedKind::kField:
    case TypedKind::kParam:
    case TypedKind::kArgument:
    case TypedKind::kVote:
    case TypedKind::kVoteIs:
    case TypedKind::kCall: return std::nullopt;
    case TypedKind::kNot:
    case TypedKind::kEq:
    case TypedKind::kNe:
    case TypedKind::kLt:
    case TypedKind::kLe:
    case TypedKind::kAdd:
    case TypedKind::kSub:
    case TypedKind::kMul:
    case TypedKind::kDiv:
    case TypedKind::kFloorDiv:
    case TypedKind::kMod:
    case TypedKind::kNeg:
    case TypedKind::kToFloat: break;
  }
  for (const Value& v : operands) {
    if (v.is_null()) return Value::Null();
  }
  if (kind == TypedKind::kNot) return Value::Bool(!operands[0].as_bool());
  if (kind == TypedKind::kEq) return Value::Bool(EqualValues(operands[0], operands[1]));
  if (kind == TypedKind::kNe) return Value::Bool(!EqualValues(operands[0], operands[1]));
  if (kind == TypedKind::kLt) return Value::Bool(Less(type, operands[0], operands[1]));
  if (kind == TypedKind::kLe) return Value::Bool(!Less(type, operands[1], operands[0]));
  if (kind == TypedKind::kNeg) return FoldNegate(type, operands[0]);
  if (kind == TypedKind::kToFloat) return Value::Float(static_cast<double>(operands[0].as_int()));
  return FoldArithmetic(kind, type, operands[0], operands[1], arena);
}

}  // namespace assay::sema
