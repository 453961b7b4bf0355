// What begins with a parenthesis: groups, flags, comments, look-around, conditionals.
#include <algorithm>

#include "compiler/patterns/parser.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::patterns {
namespace {

constexpr std::string_view kUnterminatedHelp = "write \\( for a parenthesis in the text";

bool IsFlagLetter(char c) { return std::string_view("iLmsxau").find(c) != std::string_view::npos; }

}  // namespace

std::optional<RegexParser::Item> RegexParser::ParseGroup(Flags& flags, bool flags_allowed, bool& no_item) {
  const size_t begin = at_++;
  if (!Match('?')) return ParseCapture(flags, begin, {}, 0);
  if (AtEnd()) return Fail("unexpected end of pattern", begin, at_);
  const char32_t c = Take();
  switch (c) {
    case 'P': return ParseNamed(flags, begin);
    case ':': {
      const auto body = ParseBody(flags, begin);
      if (!body) return std::nullopt;
      return Item{*body};
    }
    case '#': {
      const size_t end = pattern_.find(')', at_);
      if (end == std::string_view::npos) return Fail("missing ), unterminated comment", begin, pattern_.size());
      at_ = end + 1;
      no_item = true;
      return std::nullopt;
    }
    case '=': return ParseLook(flags, begin, false, false);
    case '!': return ParseLook(flags, begin, false, true);
    case '<':
      if (AtEnd()) return Fail("unexpected end of pattern", begin, at_);
      if (Match('=')) return ParseLook(flags, begin, true, false);
      if (Match('!')) return ParseLook(flags, begin, true, true);
      Take();
      return Fail(fmt::format("unknown extension {}", pattern_.substr(begin + 1, at_ - begin - 1)), begin, at_,
                  "named groups are written (?P<name>...)");
    case '(': return ParseConditional(flags, begin);
    case '>': return ParseAtomic(flags, begin);
    default: break;
  }
  if (c == '-' || (c < 0x80 && IsFlagLetter(static_cast<char>(c)))) {
    --at_;
    return ParseFlags(flags, begin, flags_allowed, no_item);
  }
  return Fail(fmt::format("unknown extension {}", pattern_.substr(begin + 1, at_ - begin - 1)), begin, at_);
}

// What stands between here and the closing parenthesis, which is taken.
std::optional<NodeId> RegexParser::ParseBody(Flags flags, size_t begin) {
  if (depth_ >= kMaxNesting) {
    return Fail(fmt::format("groups are nested deeper than {}", kMaxNesting), begin, begin + 1, "split the pattern");
  }
  ++depth_;
  const auto body = ParseAlternation(flags, false);
  --depth_;
  if (!body) return std::nullopt;
  if (!Match(')')) return Fail("missing ), unterminated subpattern", begin, begin + 1, kUnterminatedHelp);
  return body;
}

std::optional<RegexParser::Item> RegexParser::ParseCapture(const Flags& flags, size_t begin, std::string_view name,
                                                           size_t name_begin) {
  if (group_count_ >= kMaxGroups) return Fail(fmt::format("more than {} groups", kMaxGroups), begin, at_);
  const uint32_t group = ++group_count_;
  if (!name.empty()) {
    if (GroupNamed(name)) return Fail(fmt::format("redefinition of group name '{}'", name), name_begin, name_begin + name.size());
    group_names_.emplace_back(std::string(name), group);
  }
  open_groups_.insert(group);
  const auto body = ParseBody(flags, begin);
  if (!body) return std::nullopt;
  open_groups_.erase(group);
  return Item{builder_.Group(group, *body)};
}

// Behind `(?P`: a named group or a reference to one.
std::optional<RegexParser::Item> RegexParser::ParseNamed(const Flags& flags, size_t begin) {
  const size_t name_begin = at_ + 1;
  if (Match('<')) {
    const auto name = ParseName('>');
    if (!name || !CheckName(*name, name_begin)) return std::nullopt;
    return ParseCapture(flags, begin, *name, name_begin);
  }
  if (Match('=')) {
    const auto name = ParseName(')');
    if (!name || !CheckName(*name, name_begin)) return std::nullopt;
    const auto group = GroupNamed(*name);
    if (!group) return Fail(fmt::format("unknown group name '{}'", *name), name_begin, name_begin + name->size());
    return BackreferenceTo(*group, flags, begin);
  }
  if (AtEnd()) return Fail("unexpected end of pattern", begin, at_);
  Take();
  return Fail(fmt::format("unknown extension {}", pattern_.substr(begin + 1, at_ - begin - 1)), begin, at_);
}

std::optional<std::string_view> RegexParser::ParseName(char terminator) {
  const size_t begin = at_;
  const size_t end = pattern_.find(terminator, begin);
  if (begin == pattern_.size() || end == begin) return Fail("missing group name", begin, begin + 1);
  if (end == std::string_view::npos) {
    return Fail(fmt::format("missing {}, unterminated name", terminator), begin, pattern_.size());
  }
  at_ = end + 1;
  return pattern_.substr(begin, end - begin);
}

// Names are identifiers: letters, digits and `_`, not a digit first.
bool RegexParser::CheckName(std::string_view name, size_t begin) {
  bool first = true;
  for (const char32_t c : text::CodePoints(name)) {
    if (!text::IsWord(c) || (first && c != '_' && !text::IsAlpha(c))) {
      Fail(fmt::format("bad character in group name '{}'", name), begin, begin + name.size());
      return false;
    }
    first = false;
  }
  return true;
}

std::optional<uint32_t> RegexParser::GroupNamed(std::string_view name) const {
  for (const auto& [known, number] : group_names_) {
    if (known == name) return number;
  }
  return std::nullopt;
}

std::optional<RegexParser::Item> RegexParser::ParseLook(const Flags& flags, size_t begin, bool behind, bool negative) {
  if (!RequireBacktracking(behind ? "look-behind" : "look-ahead", begin, at_)) return std::nullopt;
  const auto saved = look_behind_groups_;
  if (behind && !look_behind_groups_) look_behind_groups_ = group_count_;
  const auto body = ParseBody(flags, begin);
  look_behind_groups_ = saved;
  if (!body) return std::nullopt;
  if (behind) {
    const Lengths& lengths = builder_.LengthsAt(*body);
    if (lengths.max != lengths.min) {
      return Fail("look-behind requires fixed-width pattern", begin, at_, "every way through it must have the same length");
    }
    if (lengths.min > kMaxRepeat) return Fail(fmt::format("look-behind over more than {} characters", kMaxRepeat), begin, at_);
  }
  return Item{builder_.Look(*body, behind, negative)};
}

std::optional<RegexParser::Item> RegexParser::ParseAtomic(const Flags& flags, size_t begin) {
  if (!RequireBacktracking("atomic groups", begin, at_)) return std::nullopt;
  const auto body = ParseBody(flags, begin);
  if (!body) return std::nullopt;
  return Item{builder_.Atomic(*body)};
}

// Behind `(?(`: a group's name or number, then one or two branches.
std::optional<RegexParser::Item> RegexParser::ParseConditional(const Flags& flags, size_t begin) {
  const size_t name_begin = at_;
  const auto name = ParseName(')');
  if (!name) return std::nullopt;
  uint32_t group = 0;
  const bool digits = std::all_of(name->begin(), name->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    for (const char c : *name) group = std::min<uint32_t>(group * 10 + static_cast<uint32_t>(c - '0'), kMaxGroups + 1);
    if (group == 0) return Fail("bad group number", name_begin, name_begin + name->size());
    conditions_.push_back({group, name_begin, name_begin + name->size()});
  } else {
    if (!CheckName(*name, name_begin)) return std::nullopt;
    const auto known = GroupNamed(*name);
    if (!known) return Fail(fmt::format("unknown group name '{}'", *name), name_begin, name_begin + name->size());
    group = *known;
  }
  if (!CheckLookBehindGroup(group, begin)) return std::nullopt;
  if (!RequireBacktracking("conditional groups", begin, at_)) return std::nullopt;
  if (depth_ >= kMaxNesting) return Fail(fmt::format("groups are nested deeper than {}", kMaxNesting), begin, begin + 1);
  ++depth_;
  Flags inner = flags;
  const auto yes = ParseSequence(inner, false);
  if (!yes) return std::nullopt;
  std::optional<NodeId> no = builder_.Empty();
  if (Match('|')) {
    no = ParseSequence(inner, false);
    if (!no) return std::nullopt;
    if (Next('|')) return Fail("conditional backref with more than two branches", begin, at_ + 1);
  }
  --depth_;
  if (!Match(')')) return Fail("missing ), unterminated subpattern", begin, begin + 1, kUnterminatedHelp);
  return Item{builder_.Conditional(group, *yes, *no)};
}

// Behind `(?`: letters that turn flags on, perhaps `-` and letters that turn them off, then `)` for the whole pattern or
// `:` and a group.
std::optional<RegexParser::Item> RegexParser::ParseFlags(Flags& flags, size_t begin, bool flags_allowed, bool& no_item) {
  std::string on;
  std::string off;
  const auto contains = [](const std::string& letters, char c) { return letters.find(c) != std::string::npos; };
  while (!AtEnd() && IsFlagLetter(pattern_[at_])) {
    const char c = pattern_[at_++];
    if (c == 'L') return Fail("bad inline flags: the flag L is for bytes", begin, at_);
    on.push_back(c);
    if (contains(on, 'a') && contains(on, 'u')) return Fail("bad inline flags: flags a and u are incompatible", begin, at_);
  }
  if (AtEnd()) return Fail("missing -, : or )", begin, at_);
  if (Match(')')) {
    if (!flags_allowed) {
      return Fail("global flags not at the start of the expression", begin, at_,
                  "put them behind the pattern, as in /.../i, or write a group (?i:...)");
    }
    if (contains(on, 'u') && flags.ascii) return Fail("flags a and u are incompatible", begin, at_);
    for (const char c : on) {
      flags.ignore_case = flags.ignore_case || c == 'i';
      flags.multi_line = flags.multi_line || c == 'm';
      flags.dot_all = flags.dot_all || c == 's';
      flags.verbose = flags.verbose || c == 'x';
      flags.ascii = flags.ascii || c == 'a';
    }
    no_item = true;
    return std::nullopt;
  }
  if (Match('-')) {
    while (!AtEnd() && IsFlagLetter(pattern_[at_])) {
      const char c = pattern_[at_++];
      if (c == 'a' || c == 'u' || c == 'L') return Fail("bad inline flags: cannot turn off flags a, u and L", begin, at_);
      off.push_back(c);
    }
    if (off.empty()) return Fail("missing flag", begin, at_);
  }
  if (!Match(':')) {
    if (AtEnd()) return Fail("missing :", begin, at_);
    const size_t letter = at_;
    if (!text::IsAlpha(Take())) return Fail("missing :", begin, at_);
    return Fail("unknown flag", letter, at_, "inline flags are i, m, s, x, a and u");
  }
  Flags inner = flags;
  for (const char c : on) {
    if (contains(off, c)) return Fail("bad inline flags: flag turned on and off", begin, at_);
    if (c == 'i') inner.ignore_case = true;
    if (c == 'm') inner.multi_line = true;
    if (c == 's') inner.dot_all = true;
    if (c == 'x') inner.verbose = true;
    if (c == 'a') inner.ascii = true;
    if (c == 'u') inner.ascii = false;
  }
  for (const char c : off) {
    if (c == 'i') inner.ignore_case = false;
    if (c == 'm') inner.multi_line = false;
    if (c == 's') inner.dot_all = false;
    if (c == 'x') inner.verbose = false;
  }
  const auto body = ParseBody(inner, begin);
  if (!body) return std::nullopt;
  return Item{*body};
}

}  // namespace assay::patterns
