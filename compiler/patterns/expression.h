// A regular expression reduced to what decides whether it is found: characters, conditions on boundaries, sequences,
// alternatives, repetitions. Groups, priorities and ways of writing are gone; what automata cannot do is replaced by something
// that matches more. Made from a RegexTree (ToExpression), simplified while it is made. Private to the part.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "compiler/patterns/regex.h"
#include "runtime/text/automaton.h"

namespace assay::patterns {

using ExpressionId = Id<struct ExpressionTag>;

struct Expression {
  enum class Kind : uint8_t {
    kEmpty,       // the empty string at boundaries of `nullable`
    kCharacters,  // one character of set number `set`
    kConcat,      // two or more, none of them a concatenation
    kAlternate,   // two or more, none of them an alternation, at most one kEmpty and one kCharacters
    kRepeat,      // its child `min` to `max` times; Node::kUnbounded
  };
  Kind kind = Kind::kEmpty;
  text::Condition nullable;  // boundaries at which the empty string is a match
  uint32_t set = 0;
  uint32_t min = 0;
  uint32_t max = 0;
  std::vector<ExpressionId> children;
  bool broad = false;   // holds a set of many characters
  bool gap = false;     // a repetition with many ways to match: see pieces.h
  uint32_t narrow = 0;  // how many characters of small sets a match has at least
};

// A set of more characters than this is broad: `.`, `\w`, `[^x]`, not `\s`.
inline constexpr uint32_t kBroadSet = 32;
// A repetition of something broad that may go on for longer than this is a gap.
inline constexpr uint32_t kLongRepetition = 8;

class Expressions {
 public:
  const Expression& operator[](ExpressionId id) const { return nodes_[id.index()]; }
  const CodePointSet& set(uint32_t number) const { return sets_[number]; }

  ExpressionId Empty(text::Condition when);
  ExpressionId Characters(CodePointSet set);
  ExpressionId Concat(std::vector<ExpressionId> children);
  ExpressionId Alternate(std::vector<ExpressionId> children);
  ExpressionId Repeat(ExpressionId child, uint32_t min, uint32_t max);

  // The expression without what may be left out at its ends for a search, which may begin and end anywhere: `x*ab+` is found
  // where `ab` is.
  ExpressionId Trim(ExpressionId id) { return TrimEnd(TrimEnd(id, true), false); }

 private:
  struct RangesBefore {
    bool operator()(const CodePointSet& a, const CodePointSet& b) const;
  };

  ExpressionId Push(Expression expression);
  ExpressionId TrimEnd(ExpressionId id, bool front);
  std::vector<Expression> nodes_;
  std::vector<CodePointSet> sets_;
  std::map<CodePointSet, uint32_t, RangesBefore> set_numbers_;
};

// Look-around becomes the empty string, atomic groups and possessive quantifiers plain ones, a conditional both of its branches,
// a back-reference any text. Without these the expression is found in exactly the texts in which the pattern is.
ExpressionId ToExpression(const RegexTree& regex, Expressions& expressions);

}  // namespace assay::patterns
