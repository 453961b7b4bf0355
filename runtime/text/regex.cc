// PCRE2 behind text::Regex. A text that is all ASCII is searched with a twin of the pattern that knows only ASCII: bytes for
// characters, and classes as bitmaps, which lets PCRE2 skip to possible starts; the twin is made from the pattern's spelling
// when the first such text comes. Both give the same answer on ASCII.
//
// Steps of one search, each only where the one before hit a limit:
//   1. PCRE2's interpreter, with limits of steps and of memory;
//   2. without backtracking features: pcre2_dfa_match on `(?s:.)*?(?:pattern)`, anchored: one pass over the text with the
//      set of all states, for existence. Its time grows with text x states and never explodes;
//   3. otherwise the answer is unknown.
//
// PCRE2's JIT is not used: it counts steps otherwise, so that what is unknown would depend on the processor, and that of
// 10.42 (Debian 12) does not find `(?:ab|a)\w+\S{3}` in "abc'd".
#define PCRE2_CODE_UNIT_WIDTH 8
#include "runtime/text/regex.h"

#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <bitset>
#include <charconv>
#include <mutex>

#include "runtime/text/utf8.h"

namespace assay::text {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};
using CodePtr = std::unique_ptr<pcre2_code, Freer<pcre2_code_free>>;
using MatchDataPtr = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;
using MatchContextPtr = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using CompileContextPtr = std::unique_ptr<pcre2_compile_context, Freer<pcre2_compile_context_free>>;

constexpr uint32_t kStepsPerByte = 10;  // beyond the limit: a harmless pattern takes a few at each place
constexpr size_t kWorkspaceStart = 4'000;        // ints
constexpr size_t kWorkspaceMost = 64'000'000;    // ints; a pattern of 64K code units has fewer states than that
constexpr uint32_t kParenthesesNesting = 2'000;  // ToPcre2 nests a few groups for each of the pattern's own

PCRE2_SPTR Bytes(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data() == nullptr ? "" : text.data());
}

CodePtr CompileCode(std::string_view pattern, uint32_t options, int& error, size_t& offset) {
  const CompileContextPtr context(pcre2_compile_context_create(nullptr));
  if (context == nullptr) {
    error = PCRE2_ERROR_NOMEMORY;
    return nullptr;
  }
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), kParenthesesNesting);
  // ALT_CIRCUMFLEX: `^` of lines also holds behind a line feed that ends the text, as in Python.
  return CodePtr(pcre2_compile(Bytes(pattern), pattern.size(),
                               PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C | options,
                               &error, &offset, context.get()));
}

std::string ErrorText(int error) {
  PCRE2_UCHAR buffer[256];
  if (pcre2_get_error_message(error, buffer, sizeof buffer) < 0) return fmt::format("PCRE2 error {}", error);
  return reinterpret_cast<const char*>(buffer);
}

size_t Behind(std::string_view pattern, char c, size_t from) {
  return std::min(pattern.find(c, from), pattern.size() - 1) + 1;
}

// Where the item that begins at `at` ends: a character, an escape, a class, or one character of the syntax.
size_t ItemEnd(std::string_view pattern, size_t at) {
  switch (pattern[at]) {
    case '\\':
      if (at + 2 < pattern.size() && pattern[at + 2] == '{') return Behind(pattern, '}', at);
      return at + 1 < pattern.size() ? at + 1 + Decode(pattern.data() + at + 1).length : pattern.size();
    case '[':
      for (++at; at < pattern.size() && pattern[at] != ']';) at = pattern[at] == '[' ? at + 1 : ItemEnd(pattern, at);
      return std::min(at + 1, pattern.size());
    case '{':
      return Behind(pattern, '}', at);
    default:
      return at + Decode(pattern.data() + at).length;
  }
}

// `pattern` with every `x+` of a single item written `(?:x)+`. pcre2_dfa_match counts the repetitions of an item's plus and
// takes states with different counts for different states, so that a long run costs its length cubed; a group's plus it
// does not count. Knows the spelling of ToPcre2: `]`, `[` and `{` that mean themselves are escaped.
std::string WithoutCountedPlus(std::string_view pattern) {
  std::string out;
  size_t atom = std::string::npos;  // where in `out` the last single item begins
  for (size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '+' && atom != std::string::npos) {
      out.insert(atom, "(?:");
      out.push_back(')');
    }
    const bool syntax = std::string_view("{+()*?").find(c) != std::string_view::npos;
    atom = syntax ? std::string::npos : out.size();
    const size_t end = ItemEnd(pattern, at);
    out.append(pattern.substr(at, end - at));
    at = end;
  }
  return out;
}

// The code point that an item of a class or a pattern stands for; nothing for a property.
std::optional<char32_t> CodePointOf(std::string_view item) {
  if (item[0] != '\\') return Decode(item.data()).code_point;
  if (item.starts_with("\\x{")) {
    uint32_t value = 0;
    std::from_chars(item.data() + 3, item.data() + item.size() - 1, value, 16);
    return value;
  }
  if (item.size() > 2 && item[2] == '{') return std::nullopt;
  return item.size() > 1 ? std::optional(Decode(item.data() + 1).code_point) : std::nullopt;
}

void AppendByte(size_t byte, std::string& out) { out += fmt::format("\\x{:02x}", byte); }

// A class with its ASCII members only.
std::string AsciiClass(std::string_view text) {
  std::bitset<128> members;
  size_t at = 1;
  const bool negated = text[at] == '^';
  if (negated) ++at;
  while (at + 1 < text.size()) {
    size_t end = ItemEnd(text, at);
    const auto first = CodePointOf(text.substr(at, end - at));
    auto last = first;
    if (end + 1 < text.size() && text[end] == '-') {
      at = end + 1;
      end = ItemEnd(text, at);
      last = CodePointOf(text.substr(at, end - at));
    }
    if (first && last) {
      for (char32_t c = *first; c <= *last && c < 128; ++c) members.set(c);
    }
    at = end;
  }
  if (negated) members.flip();
  if (members.none()) return "(?:(?!))";
  std::string out = "[";
  for (size_t c = 0; c < 128; ++c) {
    if (!members[c]) continue;
    size_t last = c;
    while (last + 1 < 128 && members[last + 1]) ++last;
    AppendByte(c, out);
    if (last > c) out.push_back('-');
    if (last > c) AppendByte(last, out);
    c = last;
  }
  return out + "]";
}

// The twin for ASCII texts.
std::string ForAscii(std::string_view pattern) {
  std::string out;
  for (size_t at = 0; at < pattern.size();) {
    const size_t end = ItemEnd(pattern, at);
    const std::string_view item = pattern.substr(at, end - at);
    if (item[0] == '[') {
      out += AsciiClass(item);
    } else if (item.starts_with("\\x{") || static_cast<unsigned char>(item[0]) >= 0x80) {
      const char32_t c = CodePointOf(item).value_or(0x80);
      if (c < 0x80) {
        AppendByte(c, out);
      } else {
        out += "(?:(?!))";
      }
    } else {
      out += item;
    }
    at = end;
  }
  return out;
}

Found FromCode(int rc) {
  if (rc >= 0) return Found::kYes;
  return rc == PCRE2_ERROR_NOMATCH ? Found::kNo : Found::kUnknown;
}

}  // namespace

// One way to run a pattern; the state-set code is made when it is first needed.
class Regex::Engine {
 public:
  Engine(std::string pattern, uint32_t options, int& error, size_t& offset)
      : pattern_(std::move(pattern)), options_(options), code_(CompileCode(pattern_, options, error, offset)) {}

  const pcre2_code* code() const { return code_.get(); }

  const pcre2_code* Dfa() const {
    std::call_once(dfa_once_, [&] {
      int error = 0;
      size_t offset = 0;
      dfa_ = CompileCode("(?s:.)*?(?:" + WithoutCountedPlus(pattern_) + ")",
                         options_ | PCRE2_ANCHORED | PCRE2_NO_AUTO_POSSESS, error, offset);
    });
    return dfa_.get();
  }

 private:
  std::string pattern_;
  uint32_t options_;
  CodePtr code_;
  mutable std::once_flag dfa_once_;
  mutable CodePtr dfa_;
};

struct Regex::Code {
  std::string pattern;
  RegexOptions options;
  std::shared_ptr<const Automaton> filter;  // or none
  std::unique_ptr<Engine> unicode;
  uint32_t groups = 0;
  mutable std::once_flag ascii_once;
  mutable std::unique_ptr<Engine> ascii;

  const Engine& EngineFor(std::string_view text) const {
    if (!IsAscii(text)) return *unicode;
    std::call_once(ascii_once, [&] {
      int error = 0;
      size_t offset = 0;
      auto twin = std::make_unique<Engine>(ForAscii(pattern), 0, error, offset);
      // The twin has the same groups, or the spelling was not one of ToPcre2's.
      uint32_t groups_of_twin = 0;
      if (twin->code() != nullptr) pcre2_pattern_info(twin->code(), PCRE2_INFO_CAPTURECOUNT, &groups_of_twin);
      if (twin->code() != nullptr && groups_of_twin == groups) ascii = std::move(twin);
    });
    return ascii != nullptr ? *ascii : *unicode;
  }

  // Steps that a search may take.
  uint32_t StepsFor(size_t text_size) const {
    return static_cast<uint32_t>(std::min<uint64_t>(options.match_limit + uint64_t{kStepsPerByte} * text_size, ~uint32_t{0}));
  }
};

struct RegexScratch::State {
  MatchContextPtr context{pcre2_match_context_create(nullptr)};
  MatchDataPtr match;
  uint32_t pairs = 0;
  std::vector<int> workspace;

  // Match data with room for at least `count` pairs of offsets; null when there is no memory.
  pcre2_match_data* MatchData(uint32_t count) {
    if (pairs < count) {
      match.reset(pcre2_match_data_create(count, nullptr));
      pairs = match == nullptr ? 0 : count;
    }
    return match.get();
  }

  int Run(const pcre2_code* code, std::string_view text, size_t from, uint32_t options, uint32_t match_limit, uint32_t heap_limit,
          pcre2_match_data* data) {
    pcre2_set_match_limit(context.get(), match_limit);
    pcre2_set_heap_limit(context.get(), heap_limit);
    return pcre2_match(code, Bytes(text), text.size(), from, options | PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context.get());
  }

  int RunDfa(const pcre2_code* code, std::string_view text, size_t from, uint32_t heap_limit, pcre2_match_data* data) {
    // The limits count nested calls, which only look-around makes; the work itself is bounded by the text.
    pcre2_set_match_limit(context.get(), 0xFFFFFFFF);
    pcre2_set_heap_limit(context.get(), heap_limit);
    if (workspace.empty()) workspace.resize(kWorkspaceStart);
    while (true) {
      const int rc = pcre2_dfa_match(code, Bytes(text), text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_DFA_SHORTEST, data,
                                     context.get(), workspace.data(), workspace.size());
      if (rc != PCRE2_ERROR_DFA_WSSIZE || workspace.size() >= kWorkspaceMost) return rc;
      workspace.resize(workspace.size() * 4);
    }
  }
};

RegexScratch::RegexScratch() : state_(std::make_unique<State>()) {}
RegexScratch::~RegexScratch() = default;
RegexScratch::RegexScratch(RegexScratch&&) noexcept = default;
RegexScratch& RegexScratch::operator=(RegexScratch&&) noexcept = default;

Regex::Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

Result<Regex> Regex::Compile(std::string_view pcre2_pattern, RegexOptions options, std::shared_ptr<const Automaton> filter) {
  auto code = std::make_shared<Code>();
  code->pattern = pcre2_pattern;
  code->options = options;
  if (options.backtracking && filter != nullptr && !filter->MatchesEverywhere()) code->filter = std::move(filter);
  int error = 0;
  size_t offset = 0;
  code->unicode = std::make_unique<Engine>(code->pattern, PCRE2_UTF, error, offset);
  if (code->unicode->code() == nullptr) {
    return Fail(ErrorKind::kRules, fmt::format("the pattern cannot be compiled: {} (at byte {} of its PCRE2 spelling)",
                                               ErrorText(error), offset));
  }
  pcre2_pattern_info(code->unicode->code(), PCRE2_INFO_CAPTURECOUNT, &code->groups);
  return Regex(std::move(code));
}

bool Regex::FilterRefuses(std::string_view text) const { return code_->filter != nullptr && !Matches(*code_->filter, text); }

Found Regex::Search(std::string_view text, RegexScratch& scratch) const {
  return FilterRefuses(text) ? Found::kNo : SearchPastFilter(text, scratch);
}

Found Regex::SearchPastFilter(std::string_view text, RegexScratch& scratch) const {
  const Code& code = *code_;
  RegexScratch::State& state = *scratch.state_;
  pcre2_match_data* data = state.MatchData(1);
  if (data == nullptr || state.context == nullptr) return Found::kUnknown;
  const RegexOptions& options = code.options;
  const Engine& engine = code.EngineFor(text);
  const int rc = state.Run(engine.code(), text, 0, 0, code.StepsFor(text.size()), options.heap_limit_kib, data);
  if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH || options.backtracking) return FromCode(rc);
  if (const pcre2_code* dfa = engine.Dfa()) return FromCode(state.RunDfa(dfa, text, 0, options.heap_limit_kib, data));
  return Found::kUnknown;
}

Found Regex::Find(std::string_view text, size_t from, RegexScratch& scratch, std::vector<Group>& groups,
                  bool not_empty_at_from) const {
  if (FilterRefuses(text)) {
    groups.clear();
    return Found::kNo;
  }
  return FindBy(code_->EngineFor(text), text, from, scratch, groups, not_empty_at_from);
}

Found Regex::FindBy(const Engine& engine, std::string_view text, size_t from, RegexScratch& scratch,
                    std::vector<Group>& groups, bool not_empty_at_from) const {
  groups.clear();
  if (from > text.size()) return Found::kNo;
  const Code& code = *code_;
  RegexScratch::State& state = *scratch.state_;
  pcre2_match_data* data = state.MatchData(code.groups + 1);
  if (data == nullptr || state.context == nullptr) return Found::kUnknown;
  const RegexOptions& options = code.options;
  const uint32_t flags = not_empty_at_from ? PCRE2_NOTEMPTY_ATSTART : 0;
  const int rc = state.Run(engine.code(), text, from, flags, code.StepsFor(text.size() - from), options.heap_limit_kib, data);
  if (rc < 0 && rc != PCRE2_ERROR_NOMATCH && !options.backtracking) {
    // No match at all needs no priorities, so the other engine can tell.
    const pcre2_code* dfa = engine.Dfa();
    if (dfa != nullptr && state.RunDfa(dfa, text, from, options.heap_limit_kib, data) == PCRE2_ERROR_NOMATCH) return Found::kNo;
  }
  const Found found = FromCode(rc);
  if (found != Found::kYes) return found;
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(data);
  groups.resize(code.groups + 1);
  for (uint32_t i = 0; i < groups.size(); ++i) {
    // Groups behind the last that matched are not filled in.
    if (rc == 0 || i < static_cast<uint32_t>(rc)) groups[i] = {offsets[2 * i], offsets[2 * i + 1]};
    if (groups[i].begin == PCRE2_UNSET) groups[i] = {};
  }
  return Found::kYes;
}

Found Regex::ForEach(std::string_view text, RegexScratch& scratch,
                     const std::function<bool(const std::vector<Group>&)>& visit) const {
  if (FilterRefuses(text)) return Found::kNo;
  // Python's rule: the next search begins where the last match ended, and only behind an empty match must it not find an
  // empty match there again.
  std::vector<Group> groups;
  Found any = Found::kNo;
  bool after_empty = false;
  const Engine& engine = code_->EngineFor(text);
  for (size_t from = 0; from <= text.size();) {
    const Found found = FindBy(engine, text, from, scratch, groups, after_empty);
    if (found == Found::kUnknown) return Found::kUnknown;
    if (found == Found::kNo) return any;
    any = Found::kYes;
    if (!visit(groups)) return any;
    after_empty = groups[0].begin == groups[0].end;
    from = groups[0].end;
  }
  return any;
}

std::optional<size_t> Regex::Count(std::string_view text, RegexScratch& scratch) const {
  size_t count = 0;
  const Found found = ForEach(text, scratch, [&](const std::vector<Group>&) {
    ++count;
    return true;
  });
  if (found == Found::kUnknown) return std::nullopt;
  return count;
}

uint32_t Regex::group_count() const { return code_->groups; }
const std::string& Regex::pattern() const { return code_->pattern; }
const RegexOptions& Regex::options() const { return code_->options; }

}  // namespace assay::text
