// Reads regular expressions as Python 3.11's `re` spells them, and helps to write them: escaping literals, wrapping a named
// pattern for interpolation.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "compiler/patterns/regex.h"

namespace assay::patterns {

// What is wrong with a pattern, where in it (half-open byte offsets), and what to do about it (may be empty).
struct RegexError {
  std::string message;
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string help;
};

// Limits with their reasons: PCRE2 refuses deeper nesting than 250 and counts above 65,535; a pattern's tree must not grow
// out of proportion to what a person writes.
inline constexpr uint32_t kMaxPatternBytes = 1u << 20;
inline constexpr uint32_t kMaxNesting = 200;
inline constexpr uint32_t kMaxRepeat = 65'535;
inline constexpr uint32_t kMaxGroups = 10'000;

// Parses `pattern` (valid UTF-8, without the slashes) under `flags`, any of "ismxab".
std::expected<RegexTree, RegexError> ParseRegex(std::string_view pattern, std::string_view flags);

// `text` as a pattern that matches exactly it, as Python's re.escape: also safe under flag x, inside any flags.
std::string EscapeLiteral(std::string_view text);

// A pattern with flags as a group for another pattern, `(?i-msx:...)`: the outer pattern's flags do not reach inside.
// Inline flags at the start of `pattern` become flags of the group. Flag b cannot be carried by a group; the outer pattern needs it.
std::string WrapPattern(std::string_view pattern, std::string_view flags);

}  // namespace assay::patterns
