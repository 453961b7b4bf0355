// The pieces of an expression with gaps. A gap is a repetition that can go on for long over most characters (`.*`, `[^.]{0,40}`,
// `([^\s]+ )*`): what multiplies the states of a DFA of many patterns. Private to the part.
#pragma once

#include <vector>

#include "compiler/patterns/expression.h"

namespace assay::patterns {

// Expressions without gaps of which every match of `id` contains each, in order; none where there is no gap, or nothing between
// gaps that says anything.
std::vector<ExpressionId> PiecesOf(ExpressionId id, Expressions& expressions);

}  // namespace assay::patterns
