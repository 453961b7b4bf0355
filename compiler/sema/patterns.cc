// Regular expressions: what stands in their braces is put in, then compiler/patterns reads them; what it refuses is reported at
// the very letters.
#include "compiler/patterns/parse_regex.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/patterns/analyze.h"
#include "compiler/patterns/automaton.h"
#include "compiler/patterns/inclusion.h"
#include "compiler/patterns/pcre2.h"
#include "compiler/sema/checker.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::sema {
namespace {

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNameChar(char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

// The name in `{name}` or `{module.name}` at `at`; empty where the brace is a count or plain text.
std::string_view NameInBraces(std::string_view pattern, size_t at) {
  const size_t close = pattern.find('}', at);
  if (close == std::string_view::npos) return {};
  const std::string_view name = pattern.substr(at + 1, close - at - 1);
  bool start = true;
  for (const char c : name) {
    if (start ? !IsNameStart(c) : !IsNameChar(c) && c != '.') return {};
    start = c == '.';
  }
  return start ? std::string_view() : name;
}

std::string SortedFlags(std::string_view flags) {
  std::string sorted(flags);
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

}  // namespace

TypedId Checker::CheckPattern(ExprId id) {
  const Expr e = tree().Get(id);
  const ast::Name flags = tree().Names(id).empty() ? ast::Name{} : tree().Names(id)[0];
  std::string source;
  std::vector<PatternPiece> pieces;
  const uint32_t written = e.span.begin + 1;  // behind the slash
  const auto piece = [&](size_t from, size_t to, bool verbatim) {
    pieces.push_back({static_cast<uint32_t>(source.size()), {e.span.file, static_cast<uint32_t>(written + from), static_cast<uint32_t>(written + to)}, verbatim});
  };
  bool in_class = false;
  size_t done = 0;
  for (size_t at = 0; at < e.text.size();) {
    const char c = e.text[at];
    if (c == '\\') {
      at += 2;
      // Braces that belong to an escape: \N{...}.
      if (at <= e.text.size() && e.text[at - 1] == 'N' && at < e.text.size() && e.text[at] == '{') at = std::min(e.text.find('}', at), e.text.size());
      continue;
    }
    if (c == '[' && !in_class) {
      in_class = true;
      // A closing bracket that comes first is a member.
      if (at + 1 < e.text.size() && e.text[at + 1] == '^') ++at;
      if (at + 1 < e.text.size() && e.text[at + 1] == ']') ++at;
    } else if (c == ']') {
      in_class = false;
    } else if (c == '{' && !in_class) {
      if (const std::string_view name = NameInBraces(e.text, at); !name.empty()) {
        piece(done, at, true);
        source += e.text.substr(done, at - done);
        const size_t end = at + name.size() + 2;
        piece(at, end, false);
        if (!InterpolateInto(name, pieces.back().span, source)) return {};
        at = done = end;
        continue;
      }
    }
    ++at;
  }
  piece(done, e.text.size(), true);
  source += e.text.substr(done);
  const auto pattern = AddPattern(source, flags.text, e.span, pieces);
  return pattern.value_or(TypedId());
}

bool Checker::InterpolateInto(std::string_view name, SourceSpan span, std::string& out) {
  const size_t dot = name.find('.');
  TypedId value;
  if (dot == std::string_view::npos && FindLocal(name) != nullptr) {
    Env::Binding* local = FindLocal(name);
    local->used = true;
    value = local->value;
    if (!value.has_value()) return false;
  } else {
    auto symbol = dot == std::string_view::npos ? FindGlobal(name) : FindModule(name.substr(0, dot));
    if (symbol && dot != std::string_view::npos) {
      Get(*symbol).used = true;
      if (Get(*symbol).index == kNoModule) return false;
      symbol = FindIn(Get(*symbol).index, name.substr(dot + 1));
    }
    if (!symbol) {
      Report(Diagnostic(DiagnosticKind::kBadInterpolation, span, fmt::format("unknown name `{}` in a pattern", name))
                 .WithHelp(fmt::format("`{{name}}` in a pattern puts in a named pattern, set or text; plain braces are written \\{{{}\\}}", name)));
      return false;
    }
    const SymbolKind kind = Get(*symbol).kind;
    if (kind == SymbolKind::kUnsupported) return false;
    if (kind == SymbolKind::kRegex && Get(*symbol).state == State::kResolving) {
      Error(DiagnosticKind::kCyclicDefinition, span, fmt::format("pattern `{}` contains itself", name));
      return false;
    }
    if (kind == SymbolKind::kRegex || kind == SymbolKind::kSet || kind == SymbolKind::kConst) value = CheckSymbol(*symbol, span, {});
    else {
      Error(DiagnosticKind::kBadInterpolation, span, fmt::format("`{}` is {}; patterns, sets and constant texts can be put in a pattern", name, SpellingOf(kind)));
      return false;
    }
    if (!value.has_value()) return false;
  }
  const TypedExpr& e = build_.Get(value);
  if (e.kind == TypedKind::kPattern) {
    const Pattern& pattern = tables_.resources.pattern(PatternId(e.payload));
    out += patterns::WrapPattern(pattern.source, pattern.flags);
    return true;
  }
  if (e.kind == TypedKind::kSet) {
    const SetValues& set = tables_.resources.set(SetId(e.payload));
    if (set.columns().size() == 1 && set.columns()[0] == kStringType && set.size() > 0) {
      out += AlternationOf(SetId(e.payload));
      return true;
    }
  } else if (e.constant && e.type == kStringType && !program_.ValueOf(value).is_null()) {
    out += "(?:" + patterns::EscapeLiteral(program_.ValueOf(value).as_string()) + ")";
    return true;
  }
  Error(DiagnosticKind::kBadInterpolation, span, fmt::format("`{}` holds no texts to put in a pattern", name));
  return false;
}

// A set as alternatives, each escaped, the longer of two that begin alike first, so that extraction finds the longest.
std::string Checker::AlternationOf(SetId id) {
  const SetValues& set = tables_.resources.set(id);
  std::vector<std::string_view> members;
  for (const SetMember& member : set.members()) members.push_back(std::get<std::string>(member[0]));
  std::ranges::stable_sort(members, std::greater<>(), [](std::string_view m) { return m.size(); });
  std::string out = set.modifiers().nocase ? "(?i:" : "(?:";
  bool first = true;
  for (const std::string_view member : members) {
    if (!first) out += '|';
    first = false;
    // `words`: no word character on either side. Beside a word character that is \b, beside another \B.
    const bool words = set.modifiers().words && !member.empty();
    if (words) out += text::IsWord(text::Decode(member.data()).code_point) ? "\\b" : "\\B";
    out += patterns::EscapeLiteral(member);
    if (words) out += text::IsWord(text::DecodeBefore(member, member.size()).code_point) ? "\\b" : "\\B";
  }
  return out + ")";
}

std::optional<TypedId> Checker::AddPattern(std::string_view source, std::string_view flags, SourceSpan span, const std::vector<PatternPiece>& pieces) {
  const auto tree = patterns::ParseRegex(source, flags);
  if (!tree) {
    const patterns::RegexError& error = tree.error();
    SourceSpan place = span;
    const auto after = std::ranges::upper_bound(pieces, error.begin, {}, &PatternPiece::begin);
    if (after != pieces.begin()) {
      const PatternPiece& piece = *std::prev(after);
      place = piece.span;
      if (piece.verbatim) {
        place.begin = std::min(piece.span.begin + (error.begin - piece.begin), piece.span.end);
        place.end = std::clamp(piece.span.begin + (error.end - piece.begin), place.begin, piece.span.end);
      }
    }
    Diagnostic diagnostic(DiagnosticKind::kBadPattern, place, fmt::format("in this pattern: {}", error.message));
    if (pieces.empty()) diagnostic.notes.push_back(fmt::format("the pattern is /{}/{}", source.substr(0, 200), flags));
    if (!error.help.empty()) diagnostic.helps.push_back({error.help, {}});
    Report(std::move(diagnostic));
    return std::nullopt;
  }
  Pattern pattern;
  pattern.source = source;
  pattern.flags = SortedFlags(flags);
  pattern.canonical = patterns::Print(*tree);
  // What a pattern may do is part of what it is: with flag b a search may end unknown.
  pattern.backtracking = tree->needs_backtracking();
  pattern.pcre2 = patterns::ToPcre2(*tree);
  pattern.matches_empty = patterns::MatchesEmpty(*tree);
  patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
  pattern.automaton = std::move(automata.automaton);
  pattern.exact = automata.exact;
  pattern.pieces = std::move(automata.pieces);
  pattern.span = span;
  bool everywhere = pattern.matches_empty;
  const PatternId id = tables_.resources.AddPattern(std::move(pattern));
  if (const auto compiled = tables_.resources.Compiled(id); !compiled) {
    Error(DiagnosticKind::kBadPattern, span, fmt::format("this pattern cannot be used: {}", compiled.error().message));
    return std::nullopt;
  }
  // An anchored pattern (/^\\s*$/) may match the empty string and still say something.
  if (everywhere) {
    text::RegexScratch scratch;
    const text::Regex& regex = **tables_.resources.Compiled(id);
    everywhere = regex.Search("", scratch) == text::Found::kYes && regex.Search("\x01", scratch) == text::Found::kYes;
  }
  if (everywhere) {
    Report(Diagnostic(DiagnosticKind::kEmptyPattern, span, "this pattern matches the empty string, so it is found in every text"));
  } else if (const Pattern& added = tables_.resources.pattern(id); added.exact && patterns::FoundInEveryNonEmptyText(added.automaton)) {
    Report(Diagnostic(DiagnosticKind::kEmptyPattern, span, "this pattern is found in every text that is not empty").WithHelp("`len(text) > 0` says that"));
  }
  return build_.Pattern(id, span);
}

}  // namespace assay::sema
