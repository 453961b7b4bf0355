// What a condition that holds says about one operand: "x is greater than 5", "x is not in S", "x is null". Facts about one
// operand together may leave it no value: then they cannot all hold.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compiler/passes/intervals.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

struct Fact {
  enum class Kind : uint8_t {
    kInterval,  // its value is in `interval`
    kMember,    // its value is one of `set`, or equals `constant`
    kNotMember,
    kNull,      // it has no value
    kNotNull,   // it has a value
  };

  NodeId operand;           // what it is about
  Kind kind = Kind::kNotNull;
  bool or_null = false;     // kInterval, kMember, kNotMember: or the operand is null
  Interval interval;
  const SetValues* set = nullptr;  // kMember, kNotMember; null: `constant`
  NodeId constant;
  NodeId test;              // the comparison or test that says so; for messages
};

// The fact that `condition` is true (or, `negated`, is not true but false). A condition that may be unknown says something
// only where `maybe_unknown`: "that it is true" then. Nothing where it is not of a form that facts know.
std::optional<Fact> FactOf(const RuleGraph& graph, NodeId condition, bool negated, bool maybe_unknown = false);

// Whether facts, all about one operand, can hold together. `range` is the operand's interval.
bool CanHold(const RuleGraph& graph, std::span<const Fact> facts, const Interval& range);

// Whether `fact` holds wherever `other` does; both are intervals.
bool Implied(const Fact& fact, const Fact& other);

}  // namespace assay
