// Each test becomes an automaton once. A text that the one finds and the other doesn't decides most pairs; what is left is
// decided by a search with a limit.
#include "compiler/passes/text_test_inclusion.h"

#include "compiler/patterns/inclusion.h"
#include "runtime/plan/plan.h"

namespace assay {
namespace {

// A set with more members is not compared with other tests, nor a pattern with more positions.
constexpr size_t kMostMembers = 64;
constexpr size_t kMostPositions = 1'000;

// Nothing for tests that an automaton for "one of these is found" does not decide.
std::optional<patterns::Place> PlaceOf(TextTestKind kind) {
  switch (kind) {
    case TextTestKind::kEqual:
    case TextTestKind::kInSet: return patterns::Place::kWhole;
    case TextTestKind::kStartsWith:
    case TextTestKind::kStartsWithAny: return patterns::Place::kAtBegin;
    case TextTestKind::kEndsWith:
    case TextTestKind::kEndsWithAny: return patterns::Place::kAtEnd;
    case TextTestKind::kContains:
    case TextTestKind::kContainsNocase:
    case TextTestKind::kHasAny:
    case TextTestKind::kMatches: return patterns::Place::kAnywhere;
    case TextTestKind::kHasAll:
    case TextTestKind::kHasNone:
    case TextTestKind::kLike: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool TextTestInclusion::Implies(NodeId narrow, NodeId wide) {
  const auto [known, fresh] = implied_.try_emplace({narrow, wide}, false);
  if (!fresh || left_ == 0) return known->second;
  const Search* n = SearchOf(narrow);
  const Search* w = SearchOf(wide);
  if (n == nullptr || w == nullptr || n->text != w->text || n->lowered != w->lowered) return false;
  if (!text::Matches(w->automaton, n->example)) return false;
  --left_;
  known->second = patterns::Includes(w->automaton, n->automaton).outcome == patterns::Inclusion::kHolds;
  return known->second;
}

bool TextTestInclusion::SameSearch(NodeId a, NodeId b) {
  const Search* x = SearchOf(a);
  const Search* y = SearchOf(b);
  return x != nullptr && y != nullptr && x->text == y->text && x->lowered == y->lowered && x->automaton == y->automaton;
}

// Nothing for what is too large, matches every text or none, or is not decided by an automaton.
const TextTestInclusion::Search* TextTestInclusion::SearchOf(NodeId node) {
  const auto [known, fresh] = searches_.try_emplace(node);
  if (fresh) known->second = MakeSearch(node);
  return known->second ? &*known->second : nullptr;
}

std::optional<TextTestInclusion::Search> TextTestInclusion::MakeSearch(NodeId node) const {
  const std::optional<TextTestNode> test = AsTextTest(graph_, node);
  const std::optional<patterns::Place> place = test ? PlaceOf(test->kind) : std::nullopt;
  if (!place) return std::nullopt;
  const Constant& constant = graph_.nodes.ConstantAt(test->constant);
  Search search{.text = test->text, .lowered = test->lowered, .automaton = {}, .example = {}};
  search.automaton.empty = {};
  if (test->kind == TextTestKind::kMatches) {
    const Pattern& pattern = graph_.resources.pattern(PatternId(constant.resource));
    if (!pattern.exact || pattern.backtracking) return std::nullopt;
    search.automaton = pattern.automaton;
  } else {
    patterns::LiteralUse use{.lowered = test->lowered, .place = *place};
    if (graph_.types.Kind(constant.type) == TypeKind::kSet) {
      const SetValues& set = graph_.resources.set(SetId(constant.resource));
      if (!set.is_text() || set.size() > kMostMembers) return std::nullopt;
      use.options = {.nocase = set.modifiers().nocase, .words = set.modifiers().words && use.place != patterns::Place::kWhole};
      for (size_t m = 0; m < set.size(); ++m) patterns::AddLiteral(set.TextAt(m), use, search.automaton);
    } else {
      use.options.nocase = test->kind == TextTestKind::kContainsNocase;
      patterns::AddLiteral(constant.value.as_string(), use, search.automaton);
    }
  }
  if (search.automaton.positions.size() > kMostPositions || search.automaton.MatchesEverywhere()) return std::nullopt;
  auto example = patterns::TextWithMatch(search.automaton);
  if (!example) return std::nullopt;
  search.example = std::move(*example);
  return search;
}

}  // namespace assay
