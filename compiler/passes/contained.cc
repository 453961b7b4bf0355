// The tests of a junction that ask about one text are compared two by two.
#include "compiler/passes/contained.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/passes/text_test_inclusion.h"
#include "runtime/plan/plan.h"

namespace assay {
namespace {

// Tests of one text in one junction that are compared with each other; in larger groups only neighbours of the first are.
constexpr size_t kMaxTests = 128;
// Pairs of a whole program that are decided by search.
constexpr size_t kMaxSearches = 2'000;

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

  void Pair(NodeId junction, NodeKind kind, const Member& a, const Member& b) {
    // Two spellings of one search are no matter of less and more.
    if (inclusion_.SameSearch(a.test, b.test) || !inclusion_.Implies(a.test, b.test)) return;
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

  const RuleGraph& graph_;
  Warnings& warnings_;
  TextTestInclusion inclusion_{graph_, kMaxSearches};
};

}  // namespace

void WarnOfContained(const RuleGraph& graph, Warnings& warnings) { Contained(graph, warnings).Run(); }

}  // namespace assay
