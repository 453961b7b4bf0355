// Regular expressions by PCRE2, behind one interface. Takes the spelling that compiler/patterns writes (ToPcre2), never a
// user's. The text is valid UTF-8 and may hold NULs. A failure (a limit) is never confused with "no match".
//
// Search has an answer for every pattern without look-around and back-references: PCRE2's interpreter tries first under a match limit; where
// the limit is hit, PCRE2's state-set matcher (pcre2_dfa_match) decides in time that does not explode. Only patterns that
// were compiled as backtracking answer kUnknown; Find, Count and ForEach, which need priorities, answer so too.
//
// A backtracking pattern may have a filter: an automaton that matches every text in which the pattern is found. Where it does
// not match, the answer is no, without a step of PCRE2, so the limits are only for texts that it lets through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/text/automaton.h"

namespace assay::text {

// A three-valued answer; kUnknown means that a limit was hit.
enum class Found : uint8_t { kNo, kYes, kUnknown };

struct RegexOptions {
  bool backtracking = false;      // the pattern has look-around or back-references (flag b)
  uint32_t match_limit = 1'000'000;  // steps of one search before it gives up (or, without backtracking, changes engine)
  uint32_t heap_limit_kib = 20'000;  // memory of one search by the interpreter
  friend bool operator==(const RegexOptions&, const RegexOptions&) = default;
};

// Where a group matched, in bytes.
struct Group {
  size_t begin = npos;
  size_t end = npos;

  static constexpr size_t npos = static_cast<size_t>(-1);
  bool matched() const { return begin != npos; }
  std::string_view In(std::string_view text) const { return matched() ? text.substr(begin, end - begin) : std::string_view(); }
};

// The memory of searches: match data, work space. One per thread, for any number of patterns.
class RegexScratch {
 public:
  RegexScratch();
  ~RegexScratch();
  RegexScratch(RegexScratch&&) noexcept;
  RegexScratch& operator=(RegexScratch&&) noexcept;

 private:
  friend class Regex;
  struct State;
  std::unique_ptr<State> state_;
};

// A compiled pattern. Cheap to copy; may be shared by threads, each with a scratch of its own.
class Regex {
 public:
  // Compiles PCRE2's spelling. An error (kRules) when PCRE2 refuses it, such as a pattern that is too large.
  // Only backtracking patterns use a filter.
  static Result<Regex> Compile(std::string_view pcre2_pattern, RegexOptions options = {},
                               std::shared_ptr<const Automaton> filter = nullptr);

  // Whether the pattern is found somewhere: Python's re.search.
  Found Search(std::string_view text, RegexScratch& scratch) const;

  // The same for a text that the filter is known to match.
  Found SearchPastFilter(std::string_view text, RegexScratch& scratch) const;

  // The first match at or after byte `from`; groups[0] is the match, the others the capturing groups. With
  // `not_empty_at_from` an empty match at `from` does not count.
  Found Find(std::string_view text, size_t from, RegexScratch& scratch, std::vector<Group>& groups,
             bool not_empty_at_from = false) const;

  // The matches of Python's re.finditer, without overlaps, empty matches included; stops early when `visit` returns false.
  // kUnknown when a limit was hit on the way; kYes when something matched.
  Found ForEach(std::string_view text, RegexScratch& scratch,
                const std::function<bool(const std::vector<Group>&)>& visit) const;

  // len(re.findall(text)), or nothing when a limit was hit.
  std::optional<size_t> Count(std::string_view text, RegexScratch& scratch) const;

  uint32_t group_count() const;  // capturing groups
  const std::string& pattern() const;
  const RegexOptions& options() const;

 private:
  struct Code;
  class Engine;
  explicit Regex(std::shared_ptr<const Code> code);
  bool FilterRefuses(std::string_view text) const;
  Found FindBy(const Engine& engine, std::string_view text, size_t from, RegexScratch& scratch, std::vector<Group>& groups,
               bool not_empty_at_from) const;
  std::shared_ptr<const Code> code_;
};

}  // namespace assay::text
