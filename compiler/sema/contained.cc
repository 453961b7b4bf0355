// Members of a list of texts, and alternatives of a pattern, that another one makes superfluous: where "spam" is looked for,
// "spammer" adds nothing.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/inclusion.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/sema/checker.h"
#include "runtime/text/case.h"
#include "runtime/text/literal.h"
#include "runtime/text/utf8.h"

namespace assay::sema {
namespace {

// Looks at the parts of members; a set of more text than this many parts is not looked at to the end.
constexpr size_t kMaxParts = 2'000'000;
// Of one list that many findings are told one by one.
constexpr size_t kMaxTold = 5;
constexpr size_t kMaxAlternatives = 64;

struct Containment {
  size_t inner;  // a member that stands in
  size_t outer;  // this one
};

enum class Where : uint8_t { kAnywhere, kBegin, kEnd };

// For each member that others stand in, one of those.
std::vector<Containment> FindContained(const SetValues& set, SetModifiers modifiers, Where where) {
  std::vector<std::string> keys(set.size());
  std::unordered_map<std::string_view, size_t> by_key;
  std::vector<size_t> lengths;
  for (size_t m = 0; m < set.size(); ++m) {
    if (modifiers.nocase) {
      text::SimpleFold(set.TextAt(m), keys[m]);
    } else {
      keys[m] = set.TextAt(m);
    }
    if (keys[m].empty()) continue;
    by_key.emplace(keys[m], m);
    lengths.push_back(keys[m].size());
  }
  std::ranges::sort(lengths);
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  std::vector<Containment> found;
  size_t parts = 0;
  const auto find_in = [&](size_t outer) {
    const std::string_view key = keys[outer];
    for (size_t begin = 0; begin < key.size(); begin += text::Decode(key.data() + begin).length) {
      if (where == Where::kBegin && begin > 0) break;
      for (const size_t length : lengths) {
        if (begin + length > key.size() || length == key.size()) break;
        if (where == Where::kEnd && begin + length != key.size()) continue;
        if (++parts > kMaxParts) return;
        const auto inner = by_key.find(key.substr(begin, length));
        if (inner == by_key.end()) continue;
        // Whole words must be whole inside the other, too.
        const text::Literal literal(set.TextAt(inner->second), {.nocase = modifiers.nocase, .words = modifiers.words});
        const std::string_view in = set.TextAt(outer);
        if (where == Where::kBegin ? literal.Starts(in) : where == Where::kEnd ? literal.Ends(in) : literal.In(in)) {
          found.push_back({inner->second, outer});
          return;
        }
      }
    }
  };
  for (size_t m = 0; m < set.size() && parts <= kMaxParts; ++m) find_in(m);
  return found;
}

// Where a part of a pattern stands: sequences have no place of their own.
std::pair<uint32_t, uint32_t> PlaceIn(const patterns::RegexTree& tree, patterns::NodeId id) {
  const patterns::Node& node = tree[id];
  if (node.end > node.begin || node.children.empty()) return {node.begin, node.end};
  return {PlaceIn(tree, node.children.front()).first, PlaceIn(tree, node.children.back()).second};
}

}  // namespace

// Where the texts of a list were written, if it was written as a list: in the test itself or as the set or constant that it names.
std::vector<std::pair<std::string_view, SourceSpan>> Checker::WrittenTexts(ExprId id) {
  const ast::Ast* ast = &tree();
  if (tree().Get(id).kind == ast::ExprKind::kName && FindLocal(tree().Get(id).text) == nullptr) {
    const auto symbol = FindGlobal(tree().Get(id).text);
    if (!symbol || Get(*symbol).module != main()) return {};
    if (Get(*symbol).kind == SymbolKind::kSet) {
      id = DeclOf(Get(*symbol)).As<ast::SetDecl>().value;
    } else if (Get(*symbol).kind == SymbolKind::kConst) {
      id = DeclOf(Get(*symbol)).As<ast::ConstDecl>().value;
    } else {
      return {};
    }
    ast = &TreeOf(main());
  }
  std::vector<std::pair<std::string_view, SourceSpan>> texts;
  if (ast->Get(id).kind != ast::ExprKind::kList) return texts;
  for (const ExprId child : ast->Children(id)) {
    if (ast->Get(child).kind == ast::ExprKind::kString) texts.emplace_back(ast->Get(child).text, ast->Get(child).span);
  }
  return texts;
}

void Checker::WarnContained(const Expr& e, TypedId text, TypedId pattern, ExprId pattern_id) {
  if (build_.TypeOf(text) != kStringType) return;
  if (e.text_test() == ast::TextTest::kLike || e.text_test() == ast::TextTest::kMatches) return;
  const SourceSpan span = tree().Get(pattern_id).span;
  if (build_.Get(pattern).kind != TypedKind::kSet) {
    if (tables_.types.Kind(build_.TypeOf(pattern)) != TypeKind::kList) return;
    const auto of_list = SetOfList(pattern, {}, span, false);
    if (!of_list) return;
    pattern = *of_list;
  }
  const SetValues& set = tables_.resources.set(SetId(build_.Get(pattern).payload));
  if (!set.is_text() || set.size() < 2 || scope_.module != main()) return;
  // Files and sets that are worked out from others are not put in order by who uses them.
  const auto written = WrittenTexts(pattern_id);
  if (written.empty()) return;
  const bool all = e.text_test() == ast::TextTest::kHasAll;
  // A named set is told of once, however many tests and members of families use it.
  if (!warned_contained_.insert({build_.Get(pattern).payload, all, e.modifiers}).second) return;
  const SetModifiers modifiers{.nocase = set.modifiers().nocase || (e.modifiers & ast::Expr::kNocase) != 0,
                               .words = set.modifiers().words || (e.modifiers & ast::Expr::kWords) != 0};
  const Where where = e.text_test() == ast::TextTest::kStartsWith ? Where::kBegin : e.text_test() == ast::TextTest::kEndsWith ? Where::kEnd : Where::kAnywhere;
  const std::vector<Containment> found = FindContained(set, modifiers, where);
  if (found.empty()) return;
  const auto place_of = [&](size_t member) {
    for (const auto& [spelled, at] : written) {
      if (spelled == set.TextAt(member)) return at;
    }
    return span;
  };
  const bool inline_list = tree().Get(pattern_id).kind == ast::ExprKind::kList;
  const size_t told = std::min(found.size(), kMaxTold);
  for (size_t f = 0; f < told; ++f) {
    const auto& [inner, outer] = found[f];
    const size_t superfluous = all ? inner : outer;
    const SourceSpan at = place_of(superfluous);
    const SourceSpan other = place_of(all ? outer : inner);
    const auto quoted = [&](size_t member) { return fmt::format("\"{}\"", set.TextAt(member).substr(0, 60)); };
    const std::string_view verb = where == Where::kBegin ? "begins with" : where == Where::kEnd ? "ends with" : "has";
    Diagnostic warning(DiagnosticKind::kContainedPattern, at,
                       all ? fmt::format("{} is superfluous: it is in every text that has {}", quoted(inner), quoted(outer))
                           : fmt::format("{} is superfluous: every text that {} it {} {}", quoted(outer), verb, verb, quoted(inner)));
    if (other != at) warning.labels.push_back({other, "the other"});
    if (f + 1 == told && found.size() > told) warning.notes.push_back(fmt::format("and {} more of this list", found.size() - told));
    if (inline_list) {
      if (const auto cut = CutFromList(pattern_id, at)) warning.helps.push_back({fmt::format("leave out {}", quoted(superfluous)), {{*cut, ""}}});
    }
    if (warning.helps.empty()) {
      warning.helps.push_back({modifiers.words || all || where != Where::kAnywhere ? "leave it out" : "leave it out, or look for whole words: `words`", {}});
    }
    Report(std::move(warning));
  }
}

// What to delete for a member of a list to be gone, its comma with it. Nothing where a comment could go with it.
std::optional<SourceSpan> Checker::CutFromList(ExprId list, SourceSpan member) const {
  const auto children = tree().Children(list);
  for (size_t c = 0; c < children.size(); ++c) {
    if (tree().Get(children[c]).span != member) continue;
    SourceSpan cut = member;
    if (c > 0) {
      cut.begin = tree().Get(children[c - 1]).span.end;
    } else if (c + 1 < children.size()) {
      cut.end = tree().Get(children[c + 1]).span.begin;
    }
    SourceSpan between = cut;
    if (c > 0) {
      between.end = member.begin;
    } else {
      between.begin = member.end;
    }
    if (TextAt(between).find_first_of("#\n") != std::string_view::npos) return std::nullopt;
    return cut;
  }
  return std::nullopt;
}

void Checker::WarnContainedAlternatives(PatternId id, SourceSpan used_at) {
  const Pattern& pattern = tables_.resources.pattern(id);
  if (pattern.backtracking || !pattern.exact || pattern.source.find('|') == std::string::npos || scope_.module != main()) return;
  // Flags inside a pattern are for what stands behind them.
  for (size_t at = pattern.source.find("(?"); at != std::string::npos; at = pattern.source.find("(?", at + 1)) {
    if (pattern.source.substr(at, 3) != "(?:") return;
  }
  if (!warned_alternatives_.insert(id).second) return;
  const auto tree = patterns::ParseRegex(pattern.source, pattern.flags);
  if (!tree) return;
  patterns::NodeId top = tree->root();
  while ((*tree)[top].kind == patterns::NodeKind::kGroup) top = (*tree)[top].children[0];
  const patterns::Node& node = (*tree)[top];
  if (node.kind != patterns::NodeKind::kAlternate || node.children.size() > kMaxAlternatives) return;

  struct Alternative {
    uint32_t begin, end;
    text::Automaton automaton;
    std::string example;
  };
  std::vector<Alternative> alternatives;
  for (const patterns::NodeId child : node.children) {
    const auto [begin, end] = PlaceIn(*tree, child);
    const std::string_view source = pattern.source;
    const bool whole = begin < end && end <= source.size() && (begin == 0 || source[begin - 1] == '|' || source[begin - 1] == '(' || source[begin - 1] == ':') &&
                       (end == source.size() || source[end] == '|' || source[end] == ')');
    if (!whole) continue;
    const auto part = patterns::ParseRegex(source.substr(begin, end - begin), pattern.flags);
    if (!part) continue;
    patterns::SearchAutomata automata = patterns::ToAutomata(*part);
    if (!automata.exact || automata.automaton.MatchesEverywhere()) continue;
    auto example = patterns::TextWithMatch(automata.automaton);
    if (example) alternatives.push_back({begin, end, std::move(automata.automaton), std::move(*example)});
  }
  SourceSpan all = pattern.span;
  const bool verbatim = all.has_value() && TextAt(all).starts_with("/" + pattern.source + "/");
  if (!verbatim) all = used_at;
  const auto place_of = [&](const Alternative& a) {
    return verbatim ? SourceSpan{all.file, all.begin + 1 + a.begin, all.begin + 1 + a.end} : all;
  };
  std::vector<bool> gone(alternatives.size(), false);
  for (size_t narrow = 0; narrow < alternatives.size(); ++narrow) {
    for (size_t wide = 0; wide < alternatives.size(); ++wide) {
      const Alternative& n = alternatives[narrow];
      const Alternative& w = alternatives[wide];
      if (narrow == wide || gone[wide] || !text::Matches(w.automaton, n.example)) continue;
      if (patterns::Includes(w.automaton, n.automaton).outcome != patterns::Inclusion::kHolds) continue;
      gone[narrow] = true;
      const auto spelled = [&](const Alternative& a) { return std::string_view(pattern.source).substr(a.begin, std::min(a.end - a.begin, 60u)); };
      Diagnostic warning(DiagnosticKind::kContainedPattern, place_of(n),
                         fmt::format("`{}` is superfluous: every text that it is found in has a match of `{}`", spelled(n), spelled(w)));
      if (verbatim) warning.labels.push_back({place_of(w), "the other"});
      Report(std::move(warning).WithNote("which alternative matches makes a difference to what is extracted, not to what `matches` says"));
      break;
    }
  }
}

}  // namespace assay::sema
