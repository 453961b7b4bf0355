// Reads facts from conditions and tries whether they leave a value.
#include "compiler/passes/facts.h"

#include <algorithm>

namespace assay {
namespace {

// Candidates are tried one by one; of larger sets nothing is claimed.
constexpr size_t kMaxCandidates = 4096;

bool Comparable(TypeId type) {
  return type == kIntType || type == kFloatType || type == kStringType;
}

bool EqualScalar(const SetScalar& scalar, const Value& value) {
  if (const auto* whole = std::get_if<int64_t>(&scalar)) return value.kind() == Value::Kind::kInt && value.as_int() == *whole;
  if (const auto* real = std::get_if<double>(&scalar)) return value.kind() == Value::Kind::kFloat && value.as_float() == *real;
  return value.kind() == Value::Kind::kString && value.as_string() == std::get<std::string>(scalar);
}

SetScalar ScalarOf(const Value& value) {
  if (value.kind() == Value::Kind::kInt) return value.as_int();
  if (value.kind() == Value::Kind::kFloat) return value.as_float();
  return std::string(value.as_string());
}

bool InInterval(const SetScalar& scalar, const Interval& interval) {
  if (interval.unbounded()) return true;
  if (const auto* whole = std::get_if<int64_t>(&scalar)) {
    return interval.kind == Interval::Kind::kInt && interval.low <= *whole && *whole <= interval.high;
  }
  if (const auto* real = std::get_if<double>(&scalar)) {
    return interval.kind == Interval::Kind::kFloat && interval.real_low <= *real && *real <= interval.real_high;
  }
  return true;
}

bool Contains(const Fact& fact, const SetScalar& scalar, const NodeStore& nodes) {
  if (fact.set == nullptr) return EqualScalar(scalar, nodes.ConstantAt(fact.constant).value);
  if (const auto* whole = std::get_if<int64_t>(&scalar)) return fact.set->Contains(*whole);
  if (const auto* real = std::get_if<double>(&scalar)) return fact.set->Contains(*real);
  return fact.set->Contains(std::string_view(std::get<std::string>(scalar)));
}

}  // namespace

std::optional<Fact> FactOf(const RuleGraph& graph, NodeId condition, bool negated, bool maybe_unknown) {
  const NodeStore& nodes = graph.nodes;
  Fact fact;
  NodeId node = condition;
  const bool nullable = nodes.Get(node).nullable;
  if (nullable && (!maybe_unknown || negated)) return std::nullopt;
  while (nodes.Get(node).kind == NodeKind::kNot) {
    node = nodes.Operands(node)[0];
    negated = !negated;
  }
  if (nodes.Get(node).kind == NodeKind::kIsNull) {
    fact.operand = nodes.Operands(node)[0];
    fact.kind = negated ? Fact::Kind::kNotNull : Fact::Kind::kNull;
    fact.test = node;
    return fact;
  }
  bool value = !negated;  // of the test below
  if (nodes.Get(node).kind == NodeKind::kIsTrue) {
    node = nodes.Operands(node)[0];
    fact.or_null = negated;
    while (nodes.Get(node).kind == NodeKind::kNot) {
      node = nodes.Operands(node)[0];
      value = !value;
    }
  }
  fact.test = node;
  const auto operands = nodes.Operands(node);
  const NodeKind kind = nodes.Get(node).kind;
  if (kind == NodeKind::kEq || kind == NodeKind::kLt) {
    const bool constant_left = nodes.IsConst(operands[0]);
    if (constant_left == nodes.IsConst(operands[1])) return std::nullopt;
    fact.operand = operands[constant_left ? 1 : 0];
    fact.constant = operands[constant_left ? 0 : 1];
    const Constant& constant = nodes.ConstantAt(fact.constant);
    if (!Comparable(constant.type) || constant.value.is_null()) return std::nullopt;
    const Interval point = Interval::Of(constant.value);
    if (kind == NodeKind::kEq) {
      fact.kind = value ? Fact::Kind::kMember : Fact::Kind::kNotMember;
      if (value && !point.unbounded()) {
        fact.kind = Fact::Kind::kInterval;
        fact.interval = point;
      }
      return fact;
    }
    if (point.unbounded()) return std::nullopt;  // texts: no intervals
    fact.kind = Fact::Kind::kInterval;
    if (constant_left) {
      fact.interval = value ? point.Greater() : point.AtMost();
    } else {
      fact.interval = value ? point.Less() : point.AtLeast();
    }
    return fact;
  }
  if (kind == NodeKind::kCall && nodes.BuiltinAt(node) == BuiltinId::OpInSet && nodes.IsConst(operands[1])) {
    const SetValues& set = graph.resources.set(SetId(nodes.ConstantAt(operands[1]).resource));
    if (set.columns().size() != 1 || !Comparable(set.columns()[0])) return std::nullopt;
    fact.operand = operands[0];
    fact.set = &set;
    fact.kind = value ? Fact::Kind::kMember : Fact::Kind::kNotMember;
    return fact;
  }
  return std::nullopt;
}

bool CanHold(const RuleGraph& graph, std::span<const Fact> facts, const Interval& range) {
  const NodeStore& nodes = graph.nodes;
  const Node& operand = nodes.Get(facts[0].operand);
  bool null = operand.nullable;
  bool value = true;
  Interval interval = range;
  const Fact* candidates = nullptr;
  size_t fewest = kMaxCandidates;
  for (const Fact& fact : facts) {
    switch (fact.kind) {
      case Fact::Kind::kNull: value = false; break;
      case Fact::Kind::kNotNull: null = false; break;
      case Fact::Kind::kInterval:
        null = null && fact.or_null;
        interval = interval.unbounded() ? fact.interval : interval.Intersect(fact.interval);
        break;
      case Fact::Kind::kMember: {
        null = null && fact.or_null;
        const size_t size = fact.set == nullptr ? 1 : fact.set->size();
        // A set that ignores case has more members than it names: it can refuse a candidate, not make one.
        const bool names_all = fact.set == nullptr || !fact.set->modifiers().nocase;
        if (size == 0) value = false;
        if (names_all && size <= fewest) {
          fewest = size;
          candidates = &fact;
        }
        break;
      }
      case Fact::Kind::kNotMember: null = null && fact.or_null; break;
    }
  }
  if (null) return true;
  if (!value || interval.empty()) return false;

  const auto allowed = [&](const SetScalar& scalar) {
    if (!InInterval(scalar, interval)) return false;
    return std::ranges::all_of(facts, [&](const Fact& fact) {
      if (fact.kind == Fact::Kind::kMember) return Contains(fact, scalar, nodes);
      if (fact.kind == Fact::Kind::kNotMember) return !Contains(fact, scalar, nodes);
      return true;
    });
  };
  if (candidates != nullptr) {
    if (candidates->set == nullptr) return allowed(ScalarOf(nodes.ConstantAt(candidates->constant).value));
    return std::ranges::any_of(candidates->set->members(), [&](const SetMember& member) { return allowed(member[0]); });
  }
  // A few ints, or a single float: they can be tried.
  constexpr int64_t kFewInts = 64;
  if (interval.kind == Interval::Kind::kInt && interval.low > Interval::kMinInt && interval.high - 1 < interval.low + kFewInts - 1 &&
      interval.high >= interval.low) {
    for (int64_t i = interval.low;; ++i) {
      if (allowed(i)) return true;
      if (i == interval.high) return false;
    }
  }
  if (interval.kind == Interval::Kind::kFloat && interval.real_low == interval.real_high) return allowed(interval.real_low);
  return true;
}

bool Implied(const Fact& fact, const Fact& other) {
  return fact.kind == Fact::Kind::kInterval && other.kind == Fact::Kind::kInterval && other.interval.Within(fact.interval) &&
         (fact.or_null || !other.or_null);
}

}  // namespace assay
