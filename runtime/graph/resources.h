// What constants refer to: patterns and sets, each stored once. Resources travel in packs and are shared by every way of
// running.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/base/id.h"
#include "runtime/base/result.h"
#include "runtime/base/span.h"
#include "runtime/builtins/sets.h"
#include "runtime/text/automaton.h"
#include "runtime/text/regex.h"

namespace assay {

using PatternId = Id<struct PatternTag>;
using SetId = Id<struct SetTag>;

// A regular expression: as the program wrote it, in its canonical form (equal patterns have equal canonical forms; it is
// their identity), and spelled for PCRE2.
struct Pattern {
  std::string source;     // between the slashes, interpolations done
  std::string flags;      // sorted: "i", "is", ...
  std::string canonical;
  std::string pcre2;
  uint32_t pcre2_options = 0;
  bool backtracking = false;  // flag b: may end unknown at its limits
  bool matches_empty = false;
  // What scans look for. Without `exact` the automaton matches more texts than the pattern (look-around and back-references
  // left out, long repetitions made endless), and PCRE2 decides on those it matches.
  text::Automaton automaton{.empty = text::Condition::Always()};
  bool exact = false;
  // Where the pattern has gaps (`X.*Y`, `X[^.]{0,40}Y`): what is between them, each of which every match contains. Else empty.
  std::vector<text::Automaton> pieces;
  SourceSpan span;
};

class ResourceStore {
 public:
  // Returns the existing id where the canonical form under the same flag b (or the set's content and modifiers) is known.
  PatternId AddPattern(Pattern pattern);
  SetId AddSet(SetValues set);

  const Pattern& pattern(PatternId id) const { return patterns_[id.index()]->pattern; }
  const SetValues& set(SetId id) const { return *sets_[id.index()]; }
  Hash128 HashOf(PatternId id) const { return patterns_[id.index()]->hash; }
  Hash128 HashOf(SetId id) const { return set_hashes_[id.index()]; }
  size_t pattern_count() const { return patterns_.size(); }
  size_t set_count() const { return sets_.size(); }

  // The compiled pattern, made at the first call; thread-safe. One with flag b has its automaton as filter. A pattern that PCRE2 refuses is a broken invariant of the
  // compiler (it checks every pattern it adds), reported as an internal error.
  Result<const text::Regex*> Compiled(PatternId id) const;

 private:
  struct Entry {
    Pattern pattern;
    Hash128 hash;
    mutable std::mutex mutex;
    mutable std::unique_ptr<text::Regex> regex;
  };
  std::vector<std::unique_ptr<Entry>> patterns_;
  std::vector<std::unique_ptr<SetValues>> sets_;
  std::vector<Hash128> set_hashes_;
  std::unordered_map<Hash128, PatternId> patterns_by_hash_;
  std::unordered_map<Hash128, SetId> sets_by_hash_;
};

}  // namespace assay
