// Facts about a pattern that the compiler uses: for warnings (matches the empty string), for prefilters (literals every match
// contains), for turning patterns into plain searches, and for telling equal patterns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/patterns/regex.h"

namespace assay::patterns {

// True when some text gives an empty match (assertions are taken as possible): "matches the empty string".
bool MatchesEmpty(const RegexTree& regex);

// Bounds of a match's length in code points; no maximum when unbounded. A back-reference counts from 0 to unbounded.
struct Lengths {
  uint64_t min = 0;
  std::optional<uint64_t> max;
};
Lengths LengthsOf(const RegexTree& regex);

// A literal that a match contains, perhaps ignoring case (by simple case folding; `text` is then folded).
struct PatternLiteral {
  std::string text;
  bool nocase = false;
  friend bool operator==(const PatternLiteral&, const PatternLiteral&) = default;
};

// Every match contains at least one of these; empty when nothing useful is known. At most `limit` literals.
std::vector<PatternLiteral> RequiredLiterals(const RegexTree& regex, size_t limit = 16);

// The pattern is a plain literal: a search for it is a substring search.
std::optional<PatternLiteral> AsLiteral(const RegexTree& regex);

// The tree in Python's spelling, canonical: patterns with equal trees print the same, and the print parses back (with flag b
// where needed) to an equal tree.
std::string Print(const RegexTree& regex);

}  // namespace assay::patterns
