// The position automaton of one expression: a position for each character of the expression, unrolled, and an edge wherever
// one character can follow another. Private to the part.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/patterns/expression.h"

namespace assay::patterns {

struct PositionAutomaton {
  text::Automaton automaton;
  bool exact = true;  // no repetition was made endless to stay within the limits
};

// Nothing when the limits (automaton.h) are exceeded although every repetition was made endless.
std::optional<PositionAutomaton> BuildPositions(const Expressions& expressions, ExpressionId root);

}  // namespace assay::patterns
