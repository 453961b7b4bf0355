// Look-ups in the generated tables.
#include "runtime/text/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace assay::text {
namespace {

struct CaseRecord {
  int32_t lower, upper, title, fold;  // distances from the code point to its simple mappings
  int32_t decimal;                    // value of a decimal digit, or -1
};

struct SpecialCase {
  char32_t code_point;
  Mapping lower, upper, title, fold;
};

#include "runtime/text/unicode_tables.inc"

constexpr uint32_t kPageBits = 7;

inline uint32_t RecordOf(char32_t c) {
  if (c > 0x10FFFF) c = 0x10FFFF;  // a noncharacter: nothing is set
  return kRecordOf[(uint32_t{kPageOf[c >> kPageBits]} << kPageBits) | (c & ((1u << kPageBits) - 1))];
}

inline char32_t Shift(char32_t c, int32_t distance) { return static_cast<char32_t>(static_cast<int32_t>(c) + distance); }

Mapping Full(char32_t c, Mapping SpecialCase::*which, int32_t CaseRecord::*simple) {
  const uint32_t record = RecordOf(c);
  if ((kProperties[record] & kSpecialCase) != 0) {
    const auto* found = std::lower_bound(std::begin(kSpecialCases), std::end(kSpecialCases), c,
                                         [](const SpecialCase& s, char32_t value) { return s.code_point < value; });
    return found->*which;
  }
  return {{Shift(c, kCases[record].*simple)}, 1};
}

}  // namespace

uint32_t Properties(char32_t c) { return kProperties[RecordOf(c)]; }

int DecimalValue(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
  return kCases[RecordOf(c)].decimal;
}

char32_t SimpleFold(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  return Shift(c, kCases[RecordOf(c)].fold);
}

std::span<const char32_t> FoldOrbit(char32_t c) {
  const auto* found = std::lower_bound(std::begin(kFoldable), std::end(kFoldable), c);
  if (found == std::end(kFoldable) || *found != c) return {};
  const size_t i = static_cast<size_t>(found - std::begin(kFoldable));
  return {kOrbitMembers + kOrbitOffset[i], kOrbitSize[i]};
}

std::span<const char32_t> FoldableCodePoints() { return kFoldable; }

char32_t SimpleLower(char32_t c) { return Shift(c, kCases[RecordOf(c)].lower); }
char32_t SimpleUpper(char32_t c) { return Shift(c, kCases[RecordOf(c)].upper); }
char32_t SimpleTitle(char32_t c) { return Shift(c, kCases[RecordOf(c)].title); }

Mapping FullLower(char32_t c) { return Full(c, &SpecialCase::lower, &CaseRecord::lower); }
Mapping FullUpper(char32_t c) { return Full(c, &SpecialCase::upper, &CaseRecord::upper); }
Mapping FullTitle(char32_t c) { return Full(c, &SpecialCase::title, &CaseRecord::title); }
Mapping FullFold(char32_t c) { return Full(c, &SpecialCase::fold, &CaseRecord::fold); }

std::span<const CodePointRange> WordRanges() { return kWordRanges; }
std::span<const CodePointRange> AlphaRanges() { return kAlphaRanges; }
std::span<const CodePointRange> DecimalRanges() { return kDecimalRanges; }
std::span<const CodePointRange> SpaceRanges() { return kSpaceRanges; }
std::span<const CodePointRange> WordsUnknownToPcre2() { return kWordsUnknownToPcre2; }

std::string_view UnicodeVersion() { return kVersion; }

}  // namespace assay::text
