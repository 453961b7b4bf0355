// Which values a node can have, as a closed interval of ints or floats. Null is not part of it: an interval speaks of the
// values that are not null.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "runtime/graph/rule_graph.h"

namespace assay {

struct Interval {
  enum class Kind : uint8_t { kNone, kInt, kFloat };  // kNone: nothing is known, or no number

  static constexpr int64_t kMinInt = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  Kind kind = Kind::kNone;
  int64_t low = 0;  // kInt
  int64_t high = 0;
  double real_low = 0;  // kFloat; -0.0 and 0.0 are the same
  double real_high = 0;

  static Interval Ints(int64_t low = kMinInt, int64_t high = kMaxInt) { return {Kind::kInt, low, high, 0, 0}; }
  static Interval Floats(double low = -kInfinity, double high = kInfinity) { return {Kind::kFloat, 0, 0, low, high}; }
  static Interval Empty(Kind kind) {
    return kind == Kind::kInt ? Ints(kMaxInt, kMinInt) : Floats(kInfinity, -kInfinity);
  }
  // Of a constant; kNone for what is no number.
  static Interval Of(const Value& value);

  bool empty() const { return kind == Kind::kInt ? low > high : kind == Kind::kFloat && real_low > real_high; }
  bool unbounded() const { return kind == Kind::kNone; }
  // Both of one kind.
  Interval Intersect(const Interval& other) const;
  Interval Hull(const Interval& other) const;
  bool Within(const Interval& other) const;
  // Every value of this is less than every value of the other.
  bool Below(const Interval& other) const;
  // Some value of this may be less than some of the other.
  bool MayBeBelow(const Interval& other) const;
  // What is less (greater) than the greatest (least) value of this.
  Interval Less() const;
  Interval Greater() const;
  // What is not less (not greater) than ...: the complements of Less and Greater, for a single value.
  Interval AtLeast() const;
  Interval AtMost() const;

  // "between 0 and 10", "at least 0"; for messages.
  std::string Describe() const;
};

// The interval of one node from those of its operands, which are earlier in `known`.
Interval IntervalOf(const NodeStore& nodes, NodeId id, std::span<const Interval> known);

}  // namespace assay
