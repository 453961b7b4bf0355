// The tests of a junction that ask about one text are compared two by two, as automata. Most pairs are told apart by a text that
// one of them finds; what is left is decided by a search with a limit.
#include "compiler/passes/contained.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/patterns/inclusion.h"
#include "runtime/plan/plan.h"

namespace assay {
namespace {

// Tests of one text in one junction that are compared with each other; in larger groups only neighbours of the first are.
constexpr size_t kMaxTests = 128;
// A set with more members is not compared with other tests, nor a pattern with more positions.
constexpr size_t kMaxMembers = 64;
constexpr size_t kMaxPositions = 1'000;
// Pairs of a whole program that are decided by search.
constexpr size_t kMaxSearches = 2'000;

// A test as a search, and a text that it finds.
struct Search {
  text::Automaton automaton;
  std::string example;
};

struct Member {
  NodeId test;
  bool negated = false;
};

class Contained {
 public:
  Contained(const RuleGraph& graph, Warnings& warnings) : graph_(graph), warnings_(warnings) {}

  void Run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      const NodeKind kind = graph_.nodes.Get(NodeId(i)).kind;
      if (kind == NodeKind::kAnd || kind == NodeKind::kOr) Junction(NodeId(i), kind);
    }
  }

 private:
  const NodeStore& nodes() const { return graph_.nodes; }

  void Junction(NodeId junction, NodeKind kind) {
    if (nodes().Spans(junction).empty()) return;
    std::map<std::pair<NodeId, bool>, std::vector<Member>> by_text;
    for (NodeId operand : nodes().Operands(junction)) {
      Member member{operand};
      while (nodes().Get(member.test).kind == NodeKind::kNot || nodes().Get(member.test).kind == NodeKind::kIsTrue) {
        member.negated ^= nodes().Get(member.test).kind == NodeKind::kNot;
        member.test = nodes().Operands(member.test)[0];
      }
      const std::optional<TextTestNode> test = AsTextTest(graph_, member.test);
      if (test && test->kind != TextTestKind::kHasAll && test->kind != TextTestKind::kHasNone) {
        by_text[{test->text, test->lowered}].push_back(member);
      }
    }
    for (const auto& [text, members] : by_text) {
      const size_t count = std::min(members.size(), kMaxTests);
      for (size_t a = 0; a < count; ++a) {
        for (size_t b = 0; b < count; ++b) {
          if (a != b && members[a].test != members[b].test) Pair(junction, kind, members[a], members[b]);
        }
      }
    }
  }

  // Whether `narrow` is true only where `wide` is.
  bool Implies(NodeId narrow, NodeId wide) {
    const auto [known, fresh] = implied_.try_emplace({narrow, wide}, false);
    if (!fresh) return known->second;
    const Search* n = SearchOf(narrow);
    const Search* w = SearchOf(wide);
    if (n == nullptr || w == nullptr || n->automaton == w->automaton || !text::Matches(w->automaton, n->example)) return false;
    if (searches_ == kMaxSearches) return false;
    ++searches_;
    known->second = patterns::Includes(w->automaton, n->automaton).outcome == patterns::Inclusion::kHolds;
    return known->second;
  }

  void Pair(NodeId junction, NodeKind kind, const Member& a, const Member& b) {
    if (!Implies(a.test, b.test)) return;
    if (a.negated && b.negated) {
      // not a, not b: where b is false a is, too.
      Superfluous(junction, kind == NodeKind::kAnd ? a.test : b.test, kind == NodeKind::kAnd ? b.test : a.test, a.test);
    } else if (!a.negated && !b.negated) {
      Superfluous(junction, kind == NodeKind::kOr ? a.test : b.test, kind == NodeKind::kOr ? b.test : a.test, a.test);
    } else if (kind == NodeKind::kAnd && !a.negated) {
      Exclude(junction, a.test, b.test);
    }
  }

  // Where `test` was written inside `place`.
  SourceSpan Within(NodeId test, SourceSpan place) const {
    for (const SourceSpan& span : nodes().Spans(test)) {
      if (span.file == place.file && place.begin <= span.begin && span.end <= place.end) return span;
    }
    return {};
  }

  void Superfluous(NodeId junction, NodeId test, NodeId by, NodeId narrow) {
    for (const SourceSpan& place : nodes().Spans(junction)) {
      const SourceSpan at = Within(test, place);
      const SourceSpan other = Within(by, place);
      if (!at.has_value() || !other.has_value() || at == other) continue;
      const bool either = test == narrow;
      Diagnostic warning(DiagnosticKind::kContainedPattern, at, "this test decides nothing that the other does not");
      warning.label = either ? "true only where the other is" : "true wherever the other is";
      warning.labels.push_back({other, "the other"});
      warnings_.Add(std::move(warning).WithHelp("one of the two can go"));
    }
  }

  void Exclude(NodeId junction, NodeId narrow, NodeId wide) {
    for (const SourceSpan& place : nodes().Spans(junction)) {
      const SourceSpan at = Within(narrow, place);
      const SourceSpan other = Within(wide, place);
      if (!at.has_value() || !other.has_value() || at == other) continue;
      Diagnostic warning(DiagnosticKind::kNeverTrue, place, "this condition is never true");
      warning.labels.push_back({at, "wherever this is true"});
      warning.labels.push_back({other, "this is, too"});
      warnings_.Add(std::move(warning));
    }
  }

  // Nothing for what is too large, matches every text or none, or is not decided by an automaton.
  const Search* SearchOf(NodeId node) {
    const auto [known, fresh] = searches_of_.try_emplace(node);
    if (fresh) known->second = MakeSearch(node);
    return known->second ? &*known->second : nullptr;
  }

  std::optional<Search> MakeSearch(NodeId node) const {
    const TextTestNode test = *AsTextTest(graph_, node);
    const Constant& constant = nodes().ConstantAt(test.constant);
    Search search;
    search.automaton.empty = {};
    if (test.kind == TextTestKind::kMatches) {
      const Pattern& pattern = graph_.resources.pattern(PatternId(constant.resource));
      if (!pattern.exact || pattern.backtracking) return std::nullopt;
      search.automaton = pattern.automaton;
    } else {
      if (test.kind == TextTestKind::kLike) return std::nullopt;
      patterns::LiteralUse use{.lowered = test.lowered, .place = PlaceOf(test.kind)};
      if (graph_.types.Kind(constant.type) == TypeKind::kSet) {
        const SetValues& set = graph_.resources.set(SetId(constant.resource));
        if (!set.is_text() || set.size() > kMaxMembers) return std::nullopt;
        use.options = {.nocase = set.modifiers().nocase, .words = set.modifiers().words && use.place != patterns::Place::kWhole};
        for (size_t m = 0; m < set.size(); ++m) patterns::AddLiteral(set.TextAt(m), use, search.automaton);
      } else {
        use.options.nocase = test.kind == TextTestKind::kContainsNocase;
        patterns::AddLiteral(constant.value.as_string(), use, search.automaton);
      }
    }
    if (search.automaton.positions.size() > kMaxPositions || search.automaton.MatchesEverywhere()) return std::nullopt;
    auto example = patterns::TextWithMatch(search.automaton);
    if (!example) return std::nullopt;
    search.example = std::move(*example);
    return search;
  }

  static patterns::Place PlaceOf(TextTestKind kind) {
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
      case TextTestKind::kHasAll:
      case TextTestKind::kHasNone:
      case TextTestKind::kMatches:
      case TextTestKind::kLike: return patterns::Place::kAnywhere;
    }
    return patterns::Place::kAnywhere;
  }

  const RuleGraph& graph_;
  Warnings& warnings_;
  std::unordered_map<NodeId, std::optional<Search>> searches_of_;
  std::map<std::pair<NodeId, NodeId>, bool> implied_;
  size_t searches_ = 0;
};

}  // namespace

void WarnOfContained(const RuleGraph& graph, Warnings& warnings) { Contained(graph, warnings).Run(); }

}  // namespace assay
