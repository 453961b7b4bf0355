// A recursive-descent parser that follows Python 3.11's `re._parser` decision by decision, so that what it accepts, refuses and
// means is the same: which escapes exist where, when `{` is a quantifier, what may be repeated, how far flags reach.
// The tokens are code points or a backslash with the code point behind it, as there.
#include "compiler/patterns/parse_regex.h"

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/patterns/builder.h"
#include "compiler/patterns/parser.h"
#include "runtime/text/utf8.h"

namespace assay::patterns {

using text::Decode;

namespace {

constexpr std::string_view kBacktrackingHelp =
    "add the flag b, as in /.../b; such a pattern runs under a step limit and may be unknown on some texts";

bool IsAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool IsOctal(char32_t c) { return c >= '0' && c <= '7'; }
bool IsAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsRegexSpace(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int HexValue(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

}  // namespace

std::expected<RegexTree, RegexError> RegexParser::Parse(std::string_view flag_text) {
  if (pattern_.size() > kMaxPatternBytes) {
    Fail(fmt::format("the pattern has more than {} bytes", kMaxPatternBytes), 0, pattern_.size(),
         "match the words of a long list with a set and `has`");
    return std::unexpected(std::move(*error_));
  }
  if (!text::IsValidUtf8(pattern_)) {
    Fail("the pattern is not valid UTF-8", 0, pattern_.size());
    return std::unexpected(std::move(*error_));
  }
  Flags flags;
  for (const char c : flag_text) {
    switch (c) {
      case 'i': flags.ignore_case = true; break;
      case 's': flags.dot_all = true; break;
      case 'm': flags.multi_line = true; break;
      case 'x': flags.verbose = true; break;
      case 'a': flags.ascii = true; break;
      case 'b': allows_backtracking_ = true; break;
      default:
        Fail(fmt::format("unknown flag '{}'", c), 0, 0, "flags are i, s, m, x, a and b");
        return std::unexpected(std::move(*error_));
    }
  }
  std::optional<NodeId> root = ParseAlternation(flags, true);
  if (root && !AtEnd()) {
    // Only a `)` that nothing opened stops the parser early.
    Fail("unbalanced parenthesis", at_, at_ + 1, "write \\) for a parenthesis in the text");
    root.reset();
  }
  if (root) {
    for (const auto& [group, begin, end] : conditions_) {
      if (group <= group_count_) continue;
      Fail(fmt::format("invalid group reference {}", group), begin, end);
      root.reset();
      break;
    }
  }
  if (!root) return std::unexpected(std::move(*error_));
  return builder_.Finish(*root, group_count_, std::move(group_names_), allows_backtracking_);
}

std::nullopt_t RegexParser::Fail(std::string message, size_t begin, size_t end, std::string_view help) {
  if (!error_) {
    error_ = RegexError{std::move(message), static_cast<uint32_t>(begin), static_cast<uint32_t>(std::min(end, pattern_.size())),
                        std::string(help)};
  }
  return std::nullopt;
}

char32_t RegexParser::Take() {
  const text::Decoded d = Decode(pattern_.data() + at_);
  at_ += d.length;
  return d.code_point;
}

bool RegexParser::Match(char c) {
  if (!Next(c)) return false;
  ++at_;
  return true;
}

// alternation := sequence ('|' sequence)*
std::optional<NodeId> RegexParser::ParseAlternation(Flags& flags, bool top) {
  std::vector<NodeId> branches;
  do {
    const auto branch = ParseSequence(flags, top && branches.empty());
    if (!branch) return std::nullopt;
    branches.push_back(*branch);
  } while (Match('|'));
  return builder_.Alternate(std::move(branches));
}

// One branch. `first`: the first of the whole pattern, where inline flags may stand; they then hold for the whole pattern.
std::optional<NodeId> RegexParser::ParseSequence(Flags& flags, bool first) {
  std::vector<Item> items;
  while (!AtEnd() && !Next('|') && !Next(')')) {
    const size_t begin = at_;
    const char c = pattern_[at_];
    if (flags.verbose) {
      if (IsRegexSpace(static_cast<unsigned char>(c))) {
        ++at_;
        continue;
      }
      if (c == '#') {
        at_ = std::min(pattern_.find('\n', at_), pattern_.size() - 1) + 1;
        continue;
      }
    }
    if (c == '*' || c == '+' || c == '?' || c == '{') {
      const auto quantified = ParseQuantifier(flags, items);
      if (!quantified) return std::nullopt;
      continue;
    }
    std::optional<Item> item;
    if (c == '\\') {
      item = ParseEscape(flags);
    } else if (c == '[') {
      item = ParseSet(flags);
    } else if (c == '(') {
      bool no_item = false;
      item = ParseGroup(flags, first && items.empty(), no_item);
      if (!item && no_item) continue;
    } else if (c == '.') {
      ++at_;
      item = Item{builder_.Set(flags.dot_all ? CodePointSet::All() : CodePointSet::Of('\n').Complement())};
    } else if (c == '^') {
      ++at_;
      item = Item{builder_.Assert(flags.multi_line ? Assertion::kLineBegin : Assertion::kTextBegin, false), ItemKind::kAt};
    } else if (c == '$') {
      ++at_;
      item = Item{builder_.Assert(flags.multi_line ? Assertion::kLineEnd : Assertion::kTextEndLine, false), ItemKind::kAt};
    } else {
      item = Item{builder_.Literal(Take(), FoldOf(flags))};
    }
    if (!item) return std::nullopt;
    builder_.SetPlace(item->node, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_));
    item->begin = begin;
    items.push_back(*item);
  }
  std::vector<NodeId> nodes;
  nodes.reserve(items.size());
  for (const Item& item : items) nodes.push_back(item.node);
  return builder_.Concat(std::move(nodes));
}

// A number of a quantifier; saturates above the limit.
std::optional<uint32_t> RegexParser::ParseCount() {
  std::optional<uint32_t> count;
  while (!AtEnd() && IsAsciiDigit(static_cast<unsigned char>(pattern_[at_]))) {
    count = std::min<uint32_t>(count.value_or(0) * 10 + static_cast<uint32_t>(pattern_[at_] - '0'), kMaxRepeat + 1);
    ++at_;
  }
  return count;
}

std::optional<bool> RegexParser::ParseQuantifier(const Flags& flags, std::vector<Item>& items) {
  const size_t begin = at_;
  uint32_t min = 0;
  uint32_t max = Node::kUnbounded;
  const char c = pattern_[at_++];
  if (c == '+') {
    min = 1;
  } else if (c == '?') {
    max = 1;
  } else if (c == '{') {
    bool quantifier = !Next('}');
    std::optional<uint32_t> low;
    std::optional<uint32_t> high;
    if (quantifier) {
      low = ParseCount();
      high = Match(',') ? ParseCount() : low;
      quantifier = Match('}');
    }
    if (!quantifier) {  // a brace that means itself
      at_ = begin + 1;
      const NodeId node = builder_.Literal('{', FoldOf(flags));
      builder_.SetPlace(node, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_));
      items.push_back({node, ItemKind::kOther, begin});
      return true;
    }
    if (low.value_or(0) > kMaxRepeat || high.value_or(0) > kMaxRepeat) {
      return Fail(fmt::format("the repetition number is too large, the most is {}", kMaxRepeat), begin, at_);
    }
    if (low) min = *low;
    if (high) max = *high;
    if (max < min) return Fail("min repeat greater than max repeat", begin, at_);
  }
  if (items.empty() || items.back().kind == ItemKind::kAt) {
    return Fail("nothing to repeat", begin, at_, fmt::format("write \\{} for the character itself", c));
  }
  Item& item = items.back();
  if (item.kind == ItemKind::kRepeat) {
    return Fail("multiple repeat", begin, at_, "put the first repetition into a group (?:...)");
  }
  RepeatMode mode = RepeatMode::kGreedy;
  if (Match('?')) {
    mode = RepeatMode::kLazy;
  } else if (Match('+')) {
    mode = RepeatMode::kPossessive;
    if (!RequireBacktracking("possessive quantifiers", begin, at_)) return std::nullopt;
  }
  item.node = builder_.Repeat(item.node, min, max, mode);
  item.kind = ItemKind::kRepeat;
  builder_.SetPlace(item.node, static_cast<uint32_t>(item.begin), static_cast<uint32_t>(at_));
  return true;
}

bool RegexParser::RequireBacktracking(std::string_view what, size_t begin, size_t end) {
  if (allows_backtracking_) return true;
  Fail(fmt::format("{} cannot be matched in linear time", what), begin, end, kBacktrackingHelp);
  return false;
}

std::optional<char32_t> RegexParser::ParseHex(size_t begin, size_t digits) {
  uint32_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const int digit = AtEnd() ? -1 : HexValue(static_cast<unsigned char>(pattern_[at_]));
    if (digit < 0) {
      return Fail(fmt::format("incomplete escape {}", pattern_.substr(begin, at_ - begin)), begin, at_,
                  fmt::format("it takes {} hexadecimal digits", digits));
    }
    value = value * 16 + static_cast<uint32_t>(digit);
    ++at_;
  }
  if (value > text::kMaxCodePoint) {
    return Fail(fmt::format("bad escape {}", pattern_.substr(begin, at_ - begin)), begin, at_, "there is no such code point");
  }
  return value;
}

// The escapes for one character that classes and the rest share; nothing (and no error) for others. `c` is behind the
// backslash and taken.
std::optional<char32_t> RegexParser::ParseCharacterEscape(size_t begin, char32_t c) {
  switch (c) {
    case 'a': return 0x07;
    case 'f': return 0x0C;
    case 'n': return 0x0A;
    case 'r': return 0x0D;
    case 't': return 0x09;
    case 'v': return 0x0B;
    case 'x': return ParseHex(begin, 2);
    case 'u': return ParseHex(begin, 4);
    case 'U': return ParseHex(begin, 8);
    case 'N':
      return Fail("characters by name are not supported", begin, at_, "write the character itself or \\uXXXX");
    default: break;
  }
  if (IsAsciiLetter(c)) {
    return Fail(fmt::format("bad escape \\{}", static_cast<char>(c)), begin, at_,
                fmt::format("for the letter itself write {}", static_cast<char>(c)));
  }
  if (!IsAsciiDigit(c)) return c;
  return std::nullopt;
}

std::optional<CodePointSet> RegexParser::ClassEscape(char32_t c, bool ascii) {
  switch (c) {
    case 'd': return CodePointSet::Digit(ascii);
    case 'D': return CodePointSet::Digit(ascii).Complement();
    case 's': return CodePointSet::Space(ascii);
    case 'S': return CodePointSet::Space(ascii).Complement();
    case 'w': return CodePointSet::Word(ascii);
    case 'W': return CodePointSet::Word(ascii).Complement();
    default: return std::nullopt;
  }
}

// Octal digits that have been read, from `begin`.
std::optional<char32_t> RegexParser::OctalValue(size_t begin) {
  char32_t value = 0;
  for (size_t i = begin + 1; i < at_; ++i) value = value * 8 + static_cast<char32_t>(pattern_[i] - '0');
  if (value > 0377) {
    return Fail(fmt::format("octal escape value {} outside of range 0-0o377", pattern_.substr(begin, at_ - begin)), begin, at_);
  }
  return value;
}

std::optional<RegexParser::Item> RegexParser::ParseEscape(const Flags& flags) {
  const size_t begin = at_++;
  if (AtEnd()) return Fail("bad escape (end of pattern)", begin, at_, "write \\\\ for a backslash");
  const char32_t c = Take();
  if (auto set = ClassEscape(c, flags.ascii)) return Item{builder_.Set(std::move(*set))};
  switch (c) {
    case 'A': return Item{builder_.Assert(Assertion::kTextBegin, false), ItemKind::kAt};
    case 'Z': return Item{builder_.Assert(Assertion::kTextEnd, false), ItemKind::kAt};
    case 'b': return Item{builder_.Assert(Assertion::kWordBoundary, flags.ascii), ItemKind::kAt};
    case 'B': return Item{builder_.Assert(Assertion::kNotWordBoundary, flags.ascii), ItemKind::kAt};
    default: break;
  }
  const auto next_octal = [&] { return !AtEnd() && IsOctal(static_cast<unsigned char>(pattern_[at_])); };
  if (c == '0') {
    for (int i = 0; i < 2 && next_octal(); ++i) ++at_;
    const auto value = OctalValue(begin);
    if (!value) return std::nullopt;
    return Item{builder_.Literal(*value, FoldOf(flags))};
  }
  if (IsAsciiDigit(c)) {
    // Three octal digits are a character, anything else a group's number of one or two digits.
    uint32_t number = c - '0';
    if (!AtEnd() && IsAsciiDigit(static_cast<unsigned char>(pattern_[at_]))) {
      const char32_t second = static_cast<unsigned char>(pattern_[at_++]);
      if (IsOctal(c) && IsOctal(second) && next_octal()) {
        ++at_;
        const auto value = OctalValue(begin);
        if (!value) return std::nullopt;
        return Item{builder_.Literal(*value, FoldOf(flags))};
      }
      number = number * 10 + (second - '0');
    }
    return BackreferenceTo(number, flags, begin);
  }
  const auto value = ParseCharacterEscape(begin, c);
  if (!value) return std::nullopt;
  return Item{builder_.Literal(*value, FoldOf(flags))};
}

std::optional<RegexParser::Item> RegexParser::BackreferenceTo(uint32_t group, const Flags& flags, size_t begin) {
  if (group == 0 || group > group_count_) return Fail(fmt::format("invalid group reference {}", group), begin, at_);
  if (open_groups_.contains(group)) return Fail("cannot refer to an open group", begin, at_);
  if (!CheckLookBehindGroup(group, begin)) return std::nullopt;
  if (!RequireBacktracking("back-references", begin, at_)) return std::nullopt;
  return Item{builder_.Backreference(group, FoldOf(flags))};
}

bool RegexParser::CheckLookBehindGroup(uint32_t group, size_t begin) {
  if (look_behind_groups_ && group > *look_behind_groups_) {
    Fail("cannot refer to group defined in the same lookbehind subpattern", begin, at_);
    return false;
  }
  return true;
}

// A character of a class, or a class in it. Where it is a character, `character` is set.
std::optional<CodePointSet> RegexParser::ParseSetMember(const Flags& flags, std::optional<char32_t>& character) {
  const size_t begin = at_;
  character.reset();
  const char32_t c = Take();
  if (c != '\\') {
    character = c;
    return CodePointSet::Of(c);
  }
  if (AtEnd()) return Fail("bad escape (end of pattern)", begin, at_, "write \\\\ for a backslash");
  const char32_t escaped = Take();
  if (auto set = ClassEscape(escaped, flags.ascii)) return set;
  if (escaped == 'b') {
    character = 0x08;
  } else if (IsOctal(escaped)) {
    for (int i = 0; i < 2 && !AtEnd() && IsOctal(static_cast<unsigned char>(pattern_[at_])); ++i) ++at_;
    character = OctalValue(begin);
  } else if (IsAsciiDigit(escaped)) {
    return Fail(fmt::format("bad escape \\{}", static_cast<char>(escaped)), begin, at_);
  } else {
    character = ParseCharacterEscape(begin, escaped);
  }
  if (!character) return std::nullopt;
  return CodePointSet::Of(*character);
}

std::optional<RegexParser::Item> RegexParser::ParseSet(const Flags& flags) {
  const size_t begin = at_++;
  const bool negate = Match('^');
  // Characters and ranges fold; classes such as \w are what they are.
  std::vector<CodePointRange> ranges;
  CodePointSet classes;
  const auto add = [&](const CodePointSet& set, std::optional<char32_t> character) {
    if (character) {
      ranges.push_back({*character, *character});
    } else {
      classes.Add(set);
    }
  };
  const auto unterminated = [&] {
    return Fail("unterminated character set", begin, begin + 1, "write \\[ for a bracket in the text");
  };
  for (bool empty = true;; empty = false) {
    if (AtEnd()) return unterminated();
    if (!empty && Match(']')) break;
    const size_t member_begin = at_;
    std::optional<char32_t> low;
    const auto member = ParseSetMember(flags, low);
    if (!member) return std::nullopt;
    if (!Match('-')) {
      add(*member, low);
      continue;
    }
    if (AtEnd()) return unterminated();
    if (Match(']')) {  // a hyphen at the end means itself
      add(*member, low);
      ranges.push_back({'-', '-'});
      break;
    }
    std::optional<char32_t> high;
    const auto last = ParseSetMember(flags, high);
    if (!last) return std::nullopt;
    if (!low || !high || *high < *low) {
      return Fail(fmt::format("bad character range {}", pattern_.substr(member_begin, at_ - member_begin)), member_begin, at_,
                  !low || !high ? "write \\- for a hyphen between classes" : "the first character must come before the last");
    }
    ranges.push_back({*low, *high});
  }
  CodePointSet set = CodePointSet::OfRanges(ranges);
  if (flags.ignore_case) set = set.FoldClosed(flags.ascii);
  set.Add(classes);
  return Item{builder_.Set(negate ? set.Complement() : std::move(set))};
}

Fold RegexParser::FoldOf(const Flags& flags) {
  if (!flags.ignore_case) return Fold::kExact;
  return flags.ascii ? Fold::kAscii : Fold::kUnicode;
}

std::expected<RegexTree, RegexError> ParseRegex(std::string_view pattern, std::string_view flags) {
  return RegexParser(pattern).Parse(flags);
}

std::string EscapeLiteral(std::string_view text) {
  // As re.escape: everything that is special somewhere, so also white space, # & ~ and -.
  constexpr std::string_view kSpecial = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string out;
  out.reserve(text.size() + 8);
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string WrapPattern(std::string_view pattern, std::string_view flags) {
  std::set<char> on;
  const auto turn_on = [&](std::string_view letters) {
    for (const char c : letters) {
      if (std::string_view("imsxau").find(c) != std::string_view::npos) on.insert(c);
    }
  };
  turn_on(flags);
  // Flags at the very start, `(?i)`, which only the start of a whole pattern may have, move to the group.
  while (pattern.starts_with("(?")) {
    const size_t end = pattern.find_first_not_of("imsxau", 2);
    if (end == std::string_view::npos || end == 2 || pattern[end] != ')') break;
    turn_on(pattern.substr(2, end - 2));
    pattern.remove_prefix(end + 1);
  }
  if (!on.contains('a')) on.insert('u');
  std::string out = "(?";
  for (const char c : on) {
    if (!(c == 'u' && on.contains('a'))) out.push_back(c);
  }
  out.push_back('-');
  for (const char c : std::string_view("imsx")) {
    if (!on.contains(c)) out.push_back(c);
  }
  if (out.back() == '-') out.pop_back();
  out.push_back(':');
  out.append(pattern);
  // A comment of an extended pattern must not swallow the parenthesis.
  if (on.contains('x')) out.push_back('\n');
  out.push_back(')');
  return out;
}

}  // namespace assay::patterns
