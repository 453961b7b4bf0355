// Rules are the same when they vote the same labels under the same nodes: after the passes, equal nodes mean equal conditions
// for all that the passes can see.
#include "compiler/passes/rule_warnings.h"

#include <unordered_map>

#include <fmt/format.h>

#include "runtime/base/hash.h"

namespace assay {
namespace {

bool IsBoolConst(const NodeStore& nodes, NodeId node, bool value) {
  if (!nodes.IsConst(node)) return false;
  const Constant& constant = nodes.ConstantAt(node);
  return constant.type == kBoolType && !constant.value.is_null() && constant.value.as_bool() == value;
}

}  // namespace

RuleWarnings::RuleWarnings(RuleGraph& graph) {
  for (const Rule& rule : graph.rules) {
    for (const Branch& branch : rule.branches) {
      literal_.push_back(graph.nodes.IsConst(branch.condition));
      watched_.push_back(graph.nodes.Make(NodeKind::kIsTrue, {branch.condition}));
    }
  }
}

void RuleWarnings::Find(const RuleGraph& graph, Warnings& warnings) const {
  FindDecided(graph, warnings);
  FindSame(graph, warnings);
}

void RuleWarnings::FindDecided(const RuleGraph& graph, Warnings& warnings) const {
  size_t at = 0;
  for (const Rule& rule : graph.rules) {
    bool unreachable = false;  // said once a rule: what follows a branch that is always true is unreachable, too
    for (size_t b = 0; b < rule.branches.size(); ++b, ++at) {
      const Branch& branch = rule.branches[b];
      if (!branch.span.has_value()) continue;
      if (IsBoolConst(graph.nodes, watched_[at], false)) {
        if (warnings.AnyWithin(branch.span) || warnings.ExplainedWithin(branch.span)) continue;
        Diagnostic warning(DiagnosticKind::kNeverTrue, branch.span,
                           rule.branches.size() == 1 ? fmt::format("`{}` never votes: its condition is never true", rule.name)
                                                     : fmt::format("this condition of `{}` is never true", rule.name));
        warnings.Add(std::move(warning));
      } else if (IsBoolConst(graph.nodes, branch.fires, false)) {
        if (unreachable) continue;
        unreachable = true;
        if (warnings.ExplainedWithin(branch.span)) continue;
        Diagnostic warning(DiagnosticKind::kUnreachableBranch, branch.span,
                           fmt::format("this branch of `{}` is never reached", rule.name));
        warning.label = "wherever this is true, an earlier branch is, too";
        if (b == 1) warning.labels.push_back({rule.branches[0].span, "the branch before it"});
        warnings.Add(std::move(warning));
      } else if (IsBoolConst(graph.nodes, watched_[at], true) && !literal_[at] && !warnings.AnyWithin(branch.span) &&
                 !warnings.ExplainedWithin(branch.span)) {
        warnings.Add(Diagnostic(DiagnosticKind::kAlwaysTrue, branch.span,
                                fmt::format("this condition of `{}` is always true", rule.name))
                         .WithHelp("write `when true` if that is meant"));
      }
    }
  }
}

void RuleWarnings::FindSame(const RuleGraph& graph, Warnings& warnings) const {
  std::unordered_map<Hash128, const Rule*> seen;
  for (const Rule& rule : graph.rules) {
    if (rule.disabled) continue;
    Hasher hasher;
    hasher.Add(rule.task.value);
    bool fires = false;
    for (const Branch& branch : rule.branches) {
      if (IsBoolConst(graph.nodes, branch.fires, false)) continue;
      fires = true;
      hasher.Add(static_cast<uint64_t>(static_cast<int64_t>(branch.label))).Add(graph.nodes.Get(branch.fires).hash);
      hasher.Add(branch.confidence.has_value() ? graph.nodes.Get(branch.confidence).hash : Hash128{});
    }
    if (!fires) continue;  // it has been said that it never votes
    const auto [first, added] = seen.try_emplace(hasher.Finish(), &rule);
    if (added) continue;
    Diagnostic warning(DiagnosticKind::kSameRule, rule.span,
                       fmt::format("`{}` votes exactly as `{}` does", rule.name, first->second->name));
    if (first->second->span != rule.span) warning.labels.push_back({first->second->span, "the same rule"});
    warnings.Add(std::move(warning).WithNote("a label model counts what two rules agree on twice"));
  }
}

}  // namespace assay
