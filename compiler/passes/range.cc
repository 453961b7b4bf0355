// range: what intervals and the facts of a junction's members decide.
//
//   decided       `len(t) >= 0` is true, `x in {}` is false, whatever the row
//   contradiction `x > 5 and x < 3` is false; a branch that an earlier one covers never fires; `x > 3 or x <= 5` is true
//   redundant     in `x > 5 and x > 3` the second is dropped
//
// Facts are used for the value only where the condition is never unknown (after folding, all that decides whether a rule fires
// is so); what they say of the others is good enough for a warning.
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "compiler/passes/facts.h"
#include "compiler/passes/pass_list.h"

namespace assay {
namespace {

// A junction with more members than this is only looked at for what two of its direct members say.
constexpr size_t kMaxFacts = 512;
// Facts about one operand that are compared pair by pair.
constexpr size_t kMaxPairs = 24;
// Members of a nested junction of the other kind that are tried against the facts.
constexpr size_t kMaxAlternatives = 16;

using FactsByOperand = std::unordered_map<NodeId, std::vector<Fact>>;

class Range {
 public:
  explicit Range(const PassContext& context)
      : context_(context), rewriter_(context), intervals_(context.graph.nodes.size()), decided_(context.graph.nodes.size()) {
    for (size_t i = 0; i < intervals_.size(); ++i) {
      const NodeId id(i);
      if (!rewriter_.Reachable(id)) continue;
      intervals_[i] = IntervalOf(from(), id, intervals_);
      decided_[i] = Decide(id);
    }
  }

  void Run() {
    if (context_.warnings != nullptr) WarnOfDecided();
    bool any = false;
    for (size_t i = 0; i < decided_.size(); ++i) {
      const NodeId id(i);
      if (!rewriter_.Reachable(id)) continue;
      any = any || decided_[i].has_value();
      const NodeKind kind = from().Get(id).kind;
      if (kind == NodeKind::kAnd || kind == NodeKind::kOr) Analyze(id, kind);
    }
    if (any || !changes_.empty()) rewriter_.Run([&](NodeId old) { return Visit(old); });
  }

 private:
  const NodeStore& from() const { return rewriter_.from(); }

  // The value of a comparison where its operands have values.
  std::optional<bool> Decide(NodeId id) const {
    const NodeKind kind = from().Get(id).kind;
    const auto operands = from().Operands(id);
    if (kind == NodeKind::kLt || kind == NodeKind::kEq) {
      const Interval& a = intervals_[operands[0].index()];
      const Interval& b = intervals_[operands[1].index()];
      if (a.unbounded() || b.unbounded() || a.empty() || b.empty()) return std::nullopt;
      if (kind == NodeKind::kLt) {
        if (a.Below(b)) return true;
        if (!a.MayBeBelow(b)) return false;
      } else if (a.Below(b) || b.Below(a)) {
        return false;
      }
      return std::nullopt;
    }
    if (kind == NodeKind::kCall && from().IsConst(operands.empty() ? id : operands.back())) {
      const std::optional<Fact> fact = FactOf(context_.graph, id, false, true);
      if (!fact || fact->kind != Fact::Kind::kMember) return std::nullopt;
      Fact alone = *fact;
      alone.or_null = false;
      if (!CanHold(context_.graph, {&alone, 1}, intervals_[alone.operand.index()])) return false;
    }
    return std::nullopt;
  }

  NodeId Visit(NodeId old) {
    NodeBuilder& build = rewriter_.build();
    const Node& node = from().Get(old);
    if (decided_[old.index()] && !node.nullable) return build.nodes().Bool(*decided_[old.index()]);
    if (node.kind == NodeKind::kIsTrue) {
      NodeId inner = from().Operands(old)[0];
      const bool negated = from().Get(inner).kind == NodeKind::kNot;
      if (negated) inner = from().Operands(inner)[0];
      if (const auto value = decided_[inner.index()]) {
        if (*value == negated) return build.nodes().Bool(false);
        return build.Not(build.IsNull(rewriter_[inner]));
      }
    }
    const auto change = changes_.find(old);
    if (change == changes_.end()) return rewriter_.Same(old);
    if (change->second.constant) return build.nodes().Bool(*change->second.constant);
    std::vector<NodeId> kept;
    for (NodeId operand : change->second.kept) kept.push_back(rewriter_[operand]);
    return build.Junction(node.kind, kept);
  }

  // Facts of the members of an `and` (as they are) or of an `or` (as they are not: if no value leaves them all false, the `or`
  // is true). Members of nested junctions of the same sense count, too.
  void Collect(NodeId member, bool negated, bool maybe_unknown, FactsByOperand& facts, size_t& budget) const {
    struct Task {
      NodeId node;
      bool negated;
    };
    std::vector<Task> stack = {{member, negated}};
    while (!stack.empty() && budget > 0) {
      Task task = stack.back();
      stack.pop_back();
      --budget;
      if (const auto fact = FactOf(context_.graph, task.node, task.negated, maybe_unknown)) {
        facts[fact->operand].push_back(*fact);
        continue;
      }
      while (from().Get(task.node).kind == NodeKind::kNot) {
        task.node = from().Operands(task.node)[0];
        task.negated = !task.negated;
      }
      const bool takes_part = from().Get(task.node).kind == (task.negated ? NodeKind::kOr : NodeKind::kAnd) &&
                              (maybe_unknown || !from().Get(task.node).nullable);
      if (!takes_part || from().Operands(task.node).size() > budget) continue;
      for (NodeId operand : from().Operands(task.node)) stack.push_back({operand, task.negated});
    }
  }

  bool Contradiction(const FactsByOperand& facts) const {
    return std::ranges::any_of(facts, [&](const auto& group) {
      return !CanHold(context_.graph, group.second, intervals_[group.first.index()]);
    });
  }

  // What becomes of a junction: a constant, or fewer operands.
  struct Change {
    std::optional<bool> constant;
    std::vector<NodeId> kept;
  };

  void Analyze(NodeId junction, NodeKind kind) {
    const bool negated = kind == NodeKind::kOr;
    const auto operands = from().Operands(junction);
    FactsByOperand facts;
    size_t budget = kMaxFacts;
    for (NodeId operand : operands) Collect(operand, negated, false, facts, budget);
    if (context_.warnings != nullptr && kind == NodeKind::kAnd) WarnOfContradiction(junction);
    if (facts.empty()) return;
    if (Contradiction(facts)) {
      changes_[junction] = {negated, {}};
      return;
    }
    std::vector<NodeId> kept;
    for (NodeId operand : operands) {
      if (Redundant(operand, negated, facts)) continue;
      switch (TryAlternatives(operand, negated, facts)) {
        case Alternatives::kOpen: kept.push_back(operand); break;
        case Alternatives::kImplied: break;
        case Alternatives::kImpossible: changes_[junction] = {negated, {}}; return;
      }
    }
    if (kept.size() < operands.size()) changes_[junction] = {std::nullopt, std::move(kept)};
  }

  // A bound that a tighter one of another member implies.
  bool Redundant(NodeId operand, bool negated, const FactsByOperand& facts) const {
    const auto fact = FactOf(context_.graph, operand, negated);
    if (!fact || fact->kind != Fact::Kind::kInterval) return false;
    const auto& group = facts.at(fact->operand);
    if (group.size() > kMaxPairs) return false;
    return std::ranges::any_of(group, [&](const Fact& other) {
      if (other.test == fact->test || !Implied(*fact, other)) return false;
      // Of two that imply each other the one with the smaller id stays.
      return !Implied(other, *fact) || other.test < fact->test;
    });
  }

  enum class Alternatives : uint8_t { kOpen, kImplied, kImpossible };

  // A nested junction of the other kind: `x > 5 and (x > 3 or y)` needs no alternatives, `x > 5 and (x < 3 or x == 4)` has none.
  Alternatives TryAlternatives(NodeId operand, bool negated, const FactsByOperand& facts) const {
    bool inner_negated = negated;
    while (from().Get(operand).kind == NodeKind::kNot) {
      operand = from().Operands(operand)[0];
      inner_negated = !inner_negated;
    }
    const Node& node = from().Get(operand);
    if (node.kind != (inner_negated ? NodeKind::kAnd : NodeKind::kOr) || node.nullable) return Alternatives::kOpen;
    if (node.operand_count > kMaxAlternatives) return Alternatives::kOpen;
    bool all_impossible = true;
    for (NodeId alternative : from().Operands(operand)) {
      if (Excluded(alternative, !inner_negated, facts)) return Alternatives::kImplied;
      all_impossible = all_impossible && Excluded(alternative, inner_negated, facts);
    }
    return all_impossible ? Alternatives::kImpossible : Alternatives::kOpen;
  }

  // The facts leave no value with which `condition` holds (`negated`: fails).
  bool Excluded(NodeId condition, bool negated, const FactsByOperand& facts) const {
    const auto fact = FactOf(context_.graph, condition, negated);
    if (!fact) return false;
    const auto group = facts.find(fact->operand);
    if (group == facts.end() || group->second.size() > kMaxPairs) return false;
    std::vector<Fact> together = group->second;
    together.push_back(*fact);
    return !CanHold(context_.graph, together, intervals_[fact->operand.index()]);
  }

  // --- Warnings ---------------------------------------------------------------------------------------------------------

  static bool Inside(SourceSpan inner, SourceSpan outer) {
    return inner.file == outer.file && outer.begin <= inner.begin && inner.end <= outer.end;
  }

  // A place inside `outer` where a node stands.
  std::optional<SourceSpan> PlaceWithin(NodeId node, SourceSpan outer) const {
    for (const SourceSpan& span : from().Spans(node)) {
      if (Inside(span, outer)) return span;
    }
    return std::nullopt;
  }

  void WarnOfDecided() {
    // `a <= b` is not(b < a), both at one place: there the negation is what the author wrote.
    std::vector<std::vector<SourceSpan>> negated(decided_.size());
    for (size_t i = 0; i < decided_.size(); ++i) {
      const NodeId id(i);
      if (!rewriter_.Reachable(id) || from().Get(id).kind != NodeKind::kNot) continue;
      const NodeId inner = from().Operands(id)[0];
      if (!decided_[inner.index()]) continue;
      for (const SourceSpan& span : from().Spans(id)) {
        const auto inner_spans = from().Spans(inner);
        const bool wraps = std::ranges::any_of(inner_spans, [&](SourceSpan s) { return s != span && Inside(s, span); });
        if (!wraps) negated[inner.index()].push_back(span);
      }
    }
    for (size_t i = 0; i < decided_.size(); ++i) {
      if (!decided_[i]) continue;
      const NodeId id(i);
      for (const SourceSpan& span : negated[i]) WarnDecided(id, span, !*decided_[i]);
      for (const SourceSpan& span : from().Spans(id)) {
        if (std::ranges::find(negated[i], span) == negated[i].end()) WarnDecided(id, span, *decided_[i]);
      }
    }
  }

  void WarnDecided(NodeId id, SourceSpan span, bool value) {
    Diagnostic warning(DiagnosticKind::kDecidedComparison, span,
                       fmt::format("this comparison is {}", value ? "always true" : "never true"));
    for (NodeId operand : from().Operands(id)) {
      const Interval& interval = intervals_[operand.index()];
      if (from().IsConst(operand) || interval.unbounded()) continue;
      const auto place = PlaceWithin(operand, span);
      if (place) {
        warning.labels.push_back({*place, fmt::format("{} in every row", interval.Describe())});
      } else {
        warning.notes.push_back(fmt::format("one side is {} in every row", interval.Describe()));
      }
    }
    context_.warnings->Add(std::move(warning));
  }

  // An `and` as its author wrote it, two members of which exclude each other, unknown or not.
  void WarnOfContradiction(NodeId old) {
    const auto places = from().Spans(old);
    if (places.empty()) return;
    FactsByOperand facts;
    size_t budget = kMaxFacts;
    for (NodeId operand : from().Operands(old)) Collect(operand, false, true, facts, budget);
    for (const auto& [operand, group] : facts) {
      if (CanHold(context_.graph, group, intervals_[operand.index()])) continue;
      for (const SourceSpan& place : places) WarnContradiction(place, operand, group);
    }
  }

  void WarnContradiction(SourceSpan place, NodeId operand, const std::vector<Fact>& group) {
    Diagnostic warning(DiagnosticKind::kNeverTrue, place, "this condition is never true");
    const size_t count = std::min(group.size(), kMaxPairs);
    for (size_t i = 0; i < count; ++i) {
      for (size_t j = i + 1; j < count; ++j) {
        const Fact pair[] = {group[i], group[j]};
        if (CanHold(context_.graph, pair, intervals_[operand.index()])) continue;
        const auto one = PlaceWithin(pair[0].test, place);
        const auto two = PlaceWithin(pair[1].test, place);
        if (!one || !two || *one == *two) continue;
        const bool ordered = one->begin < two->begin;
        warning.labels.push_back({ordered ? *one : *two, "this"});
        warning.labels.push_back({ordered ? *two : *one, "and this exclude each other"});
        context_.warnings->Add(std::move(warning));
        return;
      }
    }
    context_.warnings->Add(std::move(warning));
  }

  const PassContext& context_;
  Rewriter rewriter_;
  std::vector<Interval> intervals_;           // by node
  std::vector<std::optional<bool>> decided_;  // by node: the value of a comparison where it has one
  std::unordered_map<NodeId, Change> changes_;
};

}  // namespace

void RangePass(const PassContext& context) { Range(context).Run(); }

}  // namespace assay
