// From the tree of a regular expression to the position automata that scans are built from (runtime/text/automaton.h).
#pragma once

#include <cstddef>
#include <vector>

#include "compiler/patterns/regex.h"
#include "runtime/text/automaton.h"

namespace assay::patterns {

// A pattern is unrolled up to this many positions (`x{1000}` has 1000); one that is written out longer than that may have more.
inline constexpr size_t kMaxUnrolledPositions = 10'000;
inline constexpr size_t kMaxPositions = 40'000;
inline constexpr size_t kMaxEdges = 200'000;

struct SearchAutomata {
  // Matches every text in which the pattern is found, and with `exact` no other.
  text::Automaton automaton;
  bool exact = false;
  // Where the pattern has gaps: what stands between them. Every text in which the pattern is found matches each.
  std::vector<text::Automaton> pieces;
};

// Not exact: patterns with look-around, back-references and the like, repetitions beyond the limits, which are made endless.
// A pattern that is too large even so gets the automaton of a part of it that is not, or one that matches everything.
SearchAutomata ToAutomata(const RegexTree& regex);

}  // namespace assay::patterns
