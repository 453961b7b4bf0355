// The parser's state, private to the part; parse_regex.cc reads what stands in a sequence, parse_group.cc what begins with
// a parenthesis. A function that returns nothing has recorded the error, the first of which is reported.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/patterns/builder.h"
#include "compiler/patterns/parse_regex.h"

namespace assay::patterns {

class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) : pattern_(pattern) {}
  std::expected<RegexTree, RegexError> Parse(std::string_view flags);

 private:
  struct Flags {
    bool ignore_case = false;
    bool dot_all = false;
    bool multi_line = false;
    bool verbose = false;
    bool ascii = false;
  };

  // What a quantifier must know of the item before it.
  enum class ItemKind : uint8_t { kOther, kAt, kRepeat };
  struct Item {
    NodeId node;
    ItemKind kind = ItemKind::kOther;
    size_t begin = 0;
  };

  struct Condition {
    uint32_t group;
    size_t begin;
    size_t end;
  };

  bool AtEnd() const { return at_ >= pattern_.size(); }
  bool Next(char c) const { return !AtEnd() && pattern_[at_] == c; }
  char32_t Take();
  bool Match(char c);
  std::nullopt_t Fail(std::string message, size_t begin, size_t end, std::string_view help = "");
  bool RequireBacktracking(std::string_view what, size_t begin, size_t end);

  std::optional<NodeId> ParseAlternation(Flags& flags, bool top);
  std::optional<NodeId> ParseSequence(Flags& flags, bool first);
  std::optional<uint32_t> ParseCount();
  std::optional<bool> ParseQuantifier(const Flags& flags, std::vector<Item>& items);
  std::optional<char32_t> ParseHex(size_t begin, size_t digits);
  std::optional<char32_t> ParseCharacterEscape(size_t begin, char32_t c);
  std::optional<char32_t> OctalValue(size_t begin);
  std::optional<Item> ParseEscape(const Flags& flags);
  std::optional<Item> BackreferenceTo(uint32_t group, const Flags& flags, size_t begin);
  bool CheckLookBehindGroup(uint32_t group, size_t begin);
  std::optional<CodePointSet> ParseSetMember(const Flags& flags, std::optional<char32_t>& character);
  std::optional<Item> ParseSet(const Flags& flags);

  // In parse_group.cc. `no_item` is set where there is nothing to match: a comment, flags for the whole pattern.
  std::optional<Item> ParseGroup(Flags& flags, bool flags_allowed, bool& no_item);
  std::optional<Item> ParseNamed(const Flags& flags, size_t begin);
  std::optional<Item> ParseLook(const Flags& flags, size_t begin, bool behind, bool negative);
  std::optional<Item> ParseConditional(const Flags& flags, size_t begin);
  std::optional<Item> ParseAtomic(const Flags& flags, size_t begin);
  std::optional<Item> ParseCapture(const Flags& flags, size_t begin, std::string_view name, size_t name_begin);
  std::optional<Item> ParseFlags(Flags& flags, size_t begin, bool flags_allowed, bool& no_item);
  std::optional<NodeId> ParseBody(Flags flags, size_t begin);
  std::optional<std::string_view> ParseName(char terminator);
  std::optional<uint32_t> GroupNamed(std::string_view name) const;
  bool CheckName(std::string_view name, size_t begin);

  static std::optional<CodePointSet> ClassEscape(char32_t c, bool ascii);
  static Fold FoldOf(const Flags& flags);

  std::string_view pattern_;
  size_t at_ = 0;
  uint32_t depth_ = 0;
  bool allows_backtracking_ = false;
  RegexBuilder builder_;
  std::optional<RegexError> error_;
  uint32_t group_count_ = 0;
  std::set<uint32_t> open_groups_;
  std::vector<std::pair<std::string, uint32_t>> group_names_;
  std::optional<uint32_t> look_behind_groups_;  // inside a look-behind: the groups there were before it
  std::vector<Condition> conditions_;           // groups that conditionals ask for, checked at the end
};

}  // namespace assay::patterns
