// The tree of a regular expression: what ParseRegex makes of Python's spelling and what PCRE2's spelling, the automaton and
// the analyses are made from. Flags are resolved into the nodes: a literal knows whether case is ignored, a set is closed
// under folding, `$` knows whether it is `$` of lines. Nodes are ids into one store; a child's id is smaller than its parent's,
// so a loop over the ids visits children first.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "compiler/patterns/code_point_set.h"
#include "runtime/base/id.h"

namespace assay::patterns {

using NodeId = Id<struct RegexNodeTag>;

enum class NodeKind : uint8_t {
  kEmpty,          // matches the empty string
  kLiteral,        // one code point, perhaps ignoring case
  kSet,            // one code point of `set`; the empty set never matches
  kAssertion,      // matches the empty string where `assertion` holds
  kConcat,         // children in order, two or more
  kAlternate,      // children, the first preferred, two or more
  kRepeat,         // child `min` to `max` times
  kGroup,          // capturing group number `group`
  kAtomic,         // (?>child): no way back into it (flag b)
  kLook,           // look-around (flag b)
  kBackreference,  // what group `group` matched (flag b)
  kConditional,    // (?(group)yes|no): two children (flag b)
};

enum class Assertion : uint8_t {
  kTextBegin,        // \A, and ^ without m
  kTextEnd,          // \Z
  kTextEndLine,      // $ without m: at the end or before a line feed that ends the text
  kLineBegin,        // ^ with m
  kLineEnd,          // $ with m
  kWordBoundary,     // \b
  kNotWordBoundary,  // \B
};

enum class Fold : uint8_t {
  kExact,
  kAscii,    // ASCII letters ignoring case (flags i and a)
  kUnicode,  // simple case folding (flag i)
};

enum class RepeatMode : uint8_t { kGreedy, kLazy, kPossessive };

struct Node {
  static constexpr uint32_t kUnbounded = std::numeric_limits<uint32_t>::max();

  NodeKind kind = NodeKind::kEmpty;
  Fold fold = Fold::kExact;                         // kLiteral, kBackreference
  Assertion assertion = Assertion::kTextBegin;      // kAssertion
  bool ascii = false;                               // kAssertion: \b and \B of ASCII words
  RepeatMode mode = RepeatMode::kGreedy;            // kRepeat
  bool behind = false;                              // kLook
  bool negative = false;                            // kLook
  char32_t literal = 0;                             // kLiteral
  uint32_t min = 0;                                 // kRepeat
  uint32_t max = 0;                                 // kRepeat; kUnbounded
  uint32_t group = 0;                               // kGroup, kBackreference, kConditional; from 1
  CodePointSet set;                                 // kSet
  std::vector<NodeId> children;
  uint32_t begin = 0;                               // where it stands in the pattern, bytes
  uint32_t end = 0;
};

class RegexTree {
 public:
  const Node& operator[](NodeId id) const { return nodes_[id.index()]; }
  NodeId root() const { return root_; }
  size_t size() const { return nodes_.size(); }
  uint32_t group_count() const { return group_count_; }
  // (name, number) of the named groups, by number.
  const std::vector<std::pair<std::string, uint32_t>>& group_names() const { return group_names_; }
  // The tree holds a node that only flag b allows: look-around, back-reference, conditional, atomic or possessive.
  bool needs_backtracking() const { return needs_backtracking_; }
  // The pattern carried flag b.
  bool allows_backtracking() const { return allows_backtracking_; }

 private:
  friend class RegexBuilder;
  std::vector<Node> nodes_;
  NodeId root_;
  uint32_t group_count_ = 0;
  std::vector<std::pair<std::string, uint32_t>> group_names_;
  bool needs_backtracking_ = false;
  bool allows_backtracking_ = false;
};

}  // namespace assay::patterns
