// The position automaton (Glushkov) of a pattern, as data: what the compiler makes of a regular expression and what scans are
// built from. It reads code points, not bytes, so a class such as `\w` is one position, whatever its UTF-8 looks like.
//
// An edge is taken between two characters where its condition holds. All zero-width assertions (`^ $ \A \Z \b \B`, with and
// without the flags m and a) are conditions on what stands on both sides of a boundary, so a set of pairs says all of them,
// `and` of assertions is the intersection of their sets, and there is nothing like an assertion left in the automaton.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/text/unicode.h"

namespace assay::text {

// What stands before a boundary: the beginning of the text or the kind of the character there.
enum class Before : uint8_t { kTextBegin, kLineFeed, kOther, kUnicodeWord, kAsciiWord };
inline constexpr unsigned kBeforeKinds = 5;

// What stands after it. The line feed that ends the text is a kind of its own, for `$`.
enum class After : uint8_t { kTextEnd, kFinalLineFeed, kLineFeed, kOther, kUnicodeWord, kAsciiWord };
inline constexpr unsigned kAfterKinds = 6;

// kLineFeed, kOther, kUnicodeWord (a word character outside ASCII) or kAsciiWord.
Before KindBefore(char32_t c);
After KindAfter(char32_t c, bool ends_text);  // ends_text: it is the text's last character

// A set of boundaries, by what stands on both sides.
class Condition {
 public:
  constexpr Condition() = default;  // never
  static constexpr Condition Always() { return Condition((1u << (kBeforeKinds * kAfterKinds)) - 1); }
  static constexpr Condition At(Before before, After after) { return Condition(1u << Index(before, after)); }
  static constexpr Condition FromBits(uint32_t bits) { return Condition(bits & Always().bits_); }

  constexpr bool Holds(Before before, After after) const { return (bits_ >> Index(before, after)) & 1; }
  // The kinds after the boundary for which it holds, a bit each; all of them: kAnyAfter.
  constexpr uint32_t AfterBits(Before before) const { return (bits_ >> (static_cast<unsigned>(before) * kAfterKinds)) & kAnyAfter; }
  static constexpr uint32_t kAnyAfter = (1u << kAfterKinds) - 1;

  constexpr bool never() const { return bits_ == 0; }
  constexpr bool always() const { return *this == Always(); }
  constexpr uint32_t bits() const { return bits_; }
  friend constexpr Condition operator&(Condition a, Condition b) { return Condition(a.bits_ & b.bits_); }
  friend constexpr Condition operator|(Condition a, Condition b) { return Condition(a.bits_ | b.bits_); }
  friend constexpr bool operator==(Condition, Condition) = default;

 private:
  explicit constexpr Condition(uint32_t bits) : bits_(bits) {}
  static constexpr unsigned Index(Before before, After after) {
    return static_cast<unsigned>(before) * kAfterKinds + static_cast<unsigned>(after);
  }
  uint32_t bits_ = 0;
};

// A set of code points: the union of named classes and ranges, or everything else.
struct CharacterSet {
  enum Class : uint8_t { kWord = 1, kDigit = 2, kSpace = 4, kNotWord = 8, kNotDigit = 16, kNotSpace = 32 };  // of Unicode
  uint8_t classes = 0;
  bool negated = false;
  std::vector<CodePointRange> ranges;  // sorted, neither overlapping nor touching
  friend bool operator==(const CharacterSet&, const CharacterSet&) = default;

  bool Contains(char32_t c) const;
  // The members as sorted ranges that neither overlap nor touch.
  std::vector<CodePointRange> Members() const;
};

// A text matches where, from some boundary, a path leads from `start` to an accepting position: its positions' sets hold the
// text's characters in turn, and the edges' and the accepting position's conditions hold at the boundaries between.
struct Automaton {
  struct Edge {
    uint32_t to = 0;
    Condition when;
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct Position {
    uint32_t set = 0;         // into `sets`
    Condition accept;         // at the boundary behind the character
    std::vector<Edge> edges;  // by `to`, each once, none that never holds
    friend bool operator==(const Position&, const Position&) = default;
  };
  std::vector<CharacterSet> sets;
  std::vector<Position> positions;
  std::vector<Edge> start;  // as a position's edges
  Condition empty;          // boundaries at which the empty string is a match
  friend bool operator==(const Automaton&, const Automaton&) = default;

  bool MatchesEverywhere() const { return empty.always(); }
};

// Whether the automaton matches somewhere in the text (valid UTF-8), by simulation: time |text| x edges. The plain statement
// of what an automaton means, which faster ways are tested against.
bool Matches(const Automaton& automaton, std::string_view text);

// One line without line feeds or quotation marks; ReadAutomaton gives an equal one back and refuses, as an error, whatever is
// no automaton: ids out of range, unsorted edges or ranges.
std::string Print(const Automaton& automaton);
Result<Automaton> ReadAutomaton(std::string_view text);

}  // namespace assay::text
