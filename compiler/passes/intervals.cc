// Interval arithmetic. Ints: what does not fit 64 bits is null, so bounds are cut there. Floats: the operations round to
// nearest, which keeps order, so the rounded bounds bound the rounded results; where a bound would be NaN nothing is claimed.
#include "compiler/passes/intervals.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace assay {
namespace {

__extension__ typedef __int128 Wide;  // holds every sum and product of two ints

int64_t Cut(Wide value) {
  return static_cast<int64_t>(std::clamp<Wide>(value, Interval::kMinInt, Interval::kMaxInt));
}

Interval FromBounds(std::initializer_list<double> bounds) {
  double low = Interval::kInfinity;
  double high = -Interval::kInfinity;
  for (double bound : bounds) {
    if (std::isnan(bound)) return Interval::Floats();
    low = std::min(low, bound);
    high = std::max(high, bound);
  }
  return Interval::Floats(low, high);
}

Interval Whole(TypeId type) {
  if (type == kIntType) return Interval::Ints();
  if (type == kFloatType) return Interval::Floats();
  return {};
}

Interval Add(const Interval& a, const Interval& b) {
  if (a.kind == Interval::Kind::kInt) return Interval::Ints(Cut(Wide{a.low} + b.low), Cut(Wide{a.high} + b.high));
  const double low = a.real_low + b.real_low;
  const double high = a.real_high + b.real_high;
  return std::isnan(low) || std::isnan(high) ? Interval::Floats() : Interval::Floats(low, high);
}

Interval Negate(const Interval& a) {
  if (a.kind == Interval::Kind::kInt) return Interval::Ints(Cut(-Wide{a.high}), Cut(-Wide{a.low}));
  return Interval::Floats(-a.real_high, -a.real_low);
}

Interval Sub(const Interval& a, const Interval& b) {
  if (a.kind == Interval::Kind::kInt) return Interval::Ints(Cut(Wide{a.low} - b.high), Cut(Wide{a.high} - b.low));
  return Add(a, Negate(b));
}

Interval Mul(const Interval& a, const Interval& b) {
  if (a.kind == Interval::Kind::kInt) {
    const Wide products[] = {Wide{a.low} * b.low, Wide{a.low} * b.high, Wide{a.high} * b.low, Wide{a.high} * b.high};
    return Interval::Ints(Cut(*std::ranges::min_element(products)), Cut(*std::ranges::max_element(products)));
  }
  return FromBounds({a.real_low * b.real_low, a.real_low * b.real_high, a.real_high * b.real_low, a.real_high * b.real_high});
}

// x % b has the sign of b and is smaller.
Interval Mod(const Interval& b) {
  if (b.kind == Interval::Kind::kInt) {
    if (b.low > 0) return Interval::Ints(0, b.high - 1);
    if (b.high < 0) return Interval::Ints(b.low + 1, 0);
    return Interval::Ints();
  }
  if (b.real_low > 0) return Interval::Floats(0, b.real_high);
  if (b.real_high < 0) return Interval::Floats(b.real_low, 0);
  return Interval::Floats();
}

Interval FloorDiv(const Interval& a, const Interval& b) {
  if (a.kind != Interval::Kind::kInt || b.low <= 0) return a.kind == Interval::Kind::kInt ? Interval::Ints() : Interval::Floats();
  const auto floor_div = [](int64_t x, int64_t y) { return x / y - (x % y != 0 && x < 0 ? 1 : 0); };
  const int64_t bounds[] = {floor_div(a.low, b.low), floor_div(a.low, b.high), floor_div(a.high, b.low), floor_div(a.high, b.high)};
  return Interval::Ints(*std::ranges::min_element(bounds), *std::ranges::max_element(bounds));
}

Interval OfCall(const NodeStore& nodes, NodeId id, std::span<const Interval> known) {
  const auto operands = nodes.Operands(id);
  const auto at = [&](size_t i) -> const Interval& { return known[operands[i].index()]; };
  const auto all = [&](auto&& combine) {
    Interval result = at(0);
    for (size_t i = 1; i < operands.size(); ++i) result = combine(result, at(i));
    return result;
  };
  const auto least = [](const Interval& a, const Interval& b) {
    return a.kind == Interval::Kind::kInt ? Interval::Ints(std::min(a.low, b.low), std::min(a.high, b.high))
                                          : Interval::Floats(std::min(a.real_low, b.real_low), std::min(a.real_high, b.real_high));
  };
  const auto greatest = [](const Interval& a, const Interval& b) {
    return a.kind == Interval::Kind::kInt ? Interval::Ints(std::max(a.low, b.low), std::max(a.high, b.high))
                                          : Interval::Floats(std::max(a.real_low, b.real_low), std::max(a.real_high, b.real_high));
  };
  switch (nodes.BuiltinAt(id)) {
    case BuiltinId::Len:
    case BuiltinId::LenList:
    case BuiltinId::Count:
    case BuiltinId::CountPattern:
    case BuiltinId::CountClass:
    case BuiltinId::CountMember:
    case BuiltinId::Find:
    case BuiltinId::FindPattern:
    case BuiltinId::EditDistance: return Interval::Ints(0);
    case BuiltinId::AbsInt: {
      const Interval x = at(0);
      if (x.low >= 0) return x;
      const Interval opposite = Negate(x);
      return x.high <= 0 ? opposite : Interval::Ints(0, std::max(x.high, opposite.high));
    }
    case BuiltinId::AbsFloat:
    case BuiltinId::Sqrt:
    case BuiltinId::Exp:
    case BuiltinId::Norm: return Interval::Floats(0);
    case BuiltinId::Similarity:
    case BuiltinId::Jaccard: return Interval::Floats(0, 1);
    case BuiltinId::SignInt:
    case BuiltinId::SignFloat: return Interval::Ints(-1, 1);
    case BuiltinId::IntOfBool: return Interval::Ints(0, 1);
    case BuiltinId::MinInt:
    case BuiltinId::MinFloat: return all(least);
    case BuiltinId::MaxInt:
    case BuiltinId::MaxFloat: return all(greatest);
    case BuiltinId::ClampInt:
    case BuiltinId::ClampFloat: return least(greatest(at(0), at(1)), at(2));
    default: return Whole(nodes.Get(id).type);  // nothing better is known
  }
}

}  // namespace

Interval Interval::Of(const Value& value) {
  if (value.kind() == Value::Kind::kInt) return Ints(value.as_int(), value.as_int());
  if (value.kind() == Value::Kind::kFloat) return Floats(value.as_float(), value.as_float());
  return {};
}

Interval Interval::Intersect(const Interval& other) const {
  if (kind == Kind::kInt) return Ints(std::max(low, other.low), std::min(high, other.high));
  return Floats(std::max(real_low, other.real_low), std::min(real_high, other.real_high));
}

Interval Interval::Hull(const Interval& other) const {
  if (kind == Kind::kInt) return Ints(std::min(low, other.low), std::max(high, other.high));
  return Floats(std::min(real_low, other.real_low), std::max(real_high, other.real_high));
}

bool Interval::Within(const Interval& other) const {
  if (empty()) return true;
  if (kind == Kind::kInt) return other.low <= low && high <= other.high;
  return other.real_low <= real_low && real_high <= other.real_high;
}

bool Interval::Below(const Interval& other) const {
  return kind == Kind::kInt ? high < other.low : real_high < other.real_low;
}

bool Interval::MayBeBelow(const Interval& other) const {
  return kind == Kind::kInt ? low < other.high : real_low < other.real_high;
}

Interval Interval::Less() const {
  if (kind == Kind::kInt) return high == kMinInt ? Empty(kind) : Ints(kMinInt, high - 1);
  return real_high == -kInfinity ? Empty(kind) : Floats(-kInfinity, std::nextafter(real_high, -kInfinity));
}

Interval Interval::Greater() const {
  if (kind == Kind::kInt) return low == kMaxInt ? Empty(kind) : Ints(low + 1, kMaxInt);
  return real_low == kInfinity ? Empty(kind) : Floats(std::nextafter(real_low, kInfinity), kInfinity);
}

Interval Interval::AtLeast() const { return kind == Kind::kInt ? Ints(low, kMaxInt) : Floats(real_low, kInfinity); }
Interval Interval::AtMost() const { return kind == Kind::kInt ? Ints(kMinInt, high) : Floats(-kInfinity, real_high); }

std::string Interval::Describe() const {
  if (kind == Kind::kNone) return "any value";
  const bool has_low = kind == Kind::kInt ? low != kMinInt : real_low != -kInfinity;
  const bool has_high = kind == Kind::kInt ? high != kMaxInt : real_high != kInfinity;
  const std::string from = kind == Kind::kInt ? fmt::format("{}", low) : fmt::format("{}", real_low);
  const std::string to = kind == Kind::kInt ? fmt::format("{}", high) : fmt::format("{}", real_high);
  if (has_low && has_high) return from == to ? fmt::format("always {}", from) : fmt::format("between {} and {}", from, to);
  if (has_low) return fmt::format("at least {}", from);
  if (has_high) return fmt::format("at most {}", to);
  return "any number";
}

Interval IntervalOf(const NodeStore& nodes, NodeId id, std::span<const Interval> known) {
  const Node& node = nodes.Get(id);
  const auto operands = nodes.Operands(id);
  if (node.type != kIntType && node.type != kFloatType) return {};
  const auto at = [&](size_t i) -> const Interval& { return known[operands[i].index()]; };
  // A node over something that is always null has no values: nothing needs to be claimed.
  if (node.kind != NodeKind::kIf && node.kind != NodeKind::kCoalesce) {
    for (NodeId operand : operands) {
      if (known[operand.index()].empty()) return Whole(node.type);
    }
  }
  switch (node.kind) {
    case NodeKind::kConst: {
      const Interval value = Interval::Of(nodes.ConstantAt(id).value);
      return value.unbounded() ? Interval::Empty(node.type == kIntType ? Interval::Kind::kInt : Interval::Kind::kFloat) : value;
    }
    case NodeKind::kAdd: return Add(at(0), at(1));
    case NodeKind::kSub: return Sub(at(0), at(1));
    case NodeKind::kMul: return Mul(at(0), at(1));
    case NodeKind::kFloorDiv: return FloorDiv(at(0), at(1));
    case NodeKind::kMod: return Mod(at(1));
    case NodeKind::kNeg: return Negate(at(0));
    case NodeKind::kToFloat:
      return at(0).empty() ? Interval::Empty(Interval::Kind::kFloat)
                           : Interval::Floats(static_cast<double>(at(0).low), static_cast<double>(at(0).high));
    case NodeKind::kIf: return at(1).Hull(at(2));
    case NodeKind::kCoalesce: return at(0).Hull(at(1));
    case NodeKind::kCall: return OfCall(nodes, id, known);
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kDiv: return Whole(node.type);
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull:
    case NodeKind::kEq:
    case NodeKind::kLt:
    case NodeKind::kMakeList: return {};
  }
  return {};
}

}  // namespace assay
