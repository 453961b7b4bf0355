// What a code point is: Unicode's properties as Python 3's `str` reads them, and case mappings of single code points. The
// tables are generated at build time from Debian's unicode-data (tables/generate.cc): two stages, code point to page, page
// to record.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace assay::text {

// Bits of a code point's record.
enum Property : uint32_t {
  kAlpha = 1u << 0,          // str.isalpha: categories L*
  kDecimal = 1u << 1,        // str.isdecimal, the `\d` of patterns
  kDigit = 1u << 2,          // str.isdigit: decimals and digits such as superscripts
  kWord = 1u << 3,           // str.isalnum or `_`, the `\w` of patterns
  kSpace = 1u << 4,          // str.isspace, the `\s` of patterns
  kUpper = 1u << 5,          // str.isupper of the single character
  kLower = 1u << 6,          // str.islower of the single character
  kTitle = 1u << 7,          // category Lt
  kCased = 1u << 8,          // Cased
  kCaseIgnorable = 1u << 9,  // Case_Ignorable
  kPunct = 1u << 10,         // categories P*
  kEmoji = 1u << 11,         // Emoji outside ASCII and Latin-1 and not a skin tone: what a reader would call an emoji
  kAssigned = 1u << 12,      // category other than Cn
  kSpecialCase = 1u << 13,   // a full case mapping differs from the simple ones
};

// The record's bits; `c` may be any value, beyond U+10FFFF nothing is set.
uint32_t Properties(char32_t c);
inline bool Has(char32_t c, uint32_t property) { return (Properties(c) & property) != 0; }

inline bool IsWord(char32_t c) { return Has(c, kWord); }
inline bool IsSpace(char32_t c) { return Has(c, kSpace); }
inline bool IsDecimal(char32_t c) { return Has(c, kDecimal); }
inline bool IsAlpha(char32_t c) { return Has(c, kAlpha); }

// The value 0 to 9 of a decimal digit, else -1.
int DecimalValue(char32_t c);

// Simple case folding (CaseFolding.txt, C and S, with the three foldings added in Unicode 15.1): the relation that `nocase` and `/i` compare by. U+0130 and U+0131
// fold to themselves. Two code points are equal ignoring case when their foldings are equal.
char32_t SimpleFold(char32_t c);

// Every code point that folds as `c` does, ascending, `c` among them; empty when `c` is alone.
std::span<const char32_t> FoldOrbit(char32_t c);

// All code points that have company under simple folding, ascending.
std::span<const char32_t> FoldableCodePoints();

// Simple mappings (UnicodeData.txt).
char32_t SimpleLower(char32_t c);
char32_t SimpleUpper(char32_t c);
char32_t SimpleTitle(char32_t c);

// Full mappings without context, up to three code points.
struct Mapping {
  char32_t code_points[3];
  uint32_t length;
};
Mapping FullLower(char32_t c);
Mapping FullUpper(char32_t c);
Mapping FullTitle(char32_t c);
Mapping FullFold(char32_t c);

// A closed range of code points.
struct CodePointRange {
  char32_t first;
  char32_t last;
  friend bool operator==(const CodePointRange&, const CodePointRange&) = default;
};

// The code points of the classes that patterns know, as sorted ranges that do not touch.
std::span<const CodePointRange> WordRanges();
std::span<const CodePointRange> AlphaRanges();
std::span<const CodePointRange> DecimalRanges();
std::span<const CodePointRange> SpaceRanges();

// Word characters of these tables that the PCRE2 of the build machine, whose Unicode may be older, does not have in
// `[\p{L}\p{N}_]`; patterns list them beside these classes.
std::span<const CodePointRange> WordsUnknownToPcre2();

// The version of Unicode behind the tables, such as "15.0.0".
std::string_view UnicodeVersion();

}  // namespace assay::text
