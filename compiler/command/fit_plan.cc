#include "compiler/command/fit_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/command/suggest.h"
#include "compiler/passes/rule_correlations.h"

namespace assay {
namespace {

// The rules' own words about a task's label model; nullptr where they say nothing.
const CheckedModel* AdviceFor(const Compilation* compilation, const std::string& task) {
  if (compilation == nullptr) return nullptr;
  for (const CheckedModel& model : compilation->models) {
    if (compilation->graph->tasks.at(model.task.index()).name == task) return &model;
  }
  return nullptr;
}

// Whether every rule has two others that depend neither on it nor on each other: a triplet for its accuracy to rest on. `pairs`
// are sorted.
bool LeavesTriplets(std::span<const std::pair<uint32_t, uint32_t>> pairs, uint32_t rules) {
  const auto apart = [&](uint32_t a, uint32_t b) { return a != b && !std::ranges::binary_search(pairs, std::pair<uint32_t, uint32_t>(std::minmax(a, b))); };
  for (uint32_t rule = 0; rule < rules; ++rule) {
    bool found = false;
    for (uint32_t a = 0; a < rules && !found; ++a) {
      for (uint32_t b = a + 1; apart(rule, a) && b < rules && !found; ++b) found = apart(rule, b) && apart(a, b);
    }
    if (!found) return false;
  }
  return true;
}

// The pairs of rules that `--correlated` names, or that the rules show.
Result<std::vector<std::pair<uint32_t, uint32_t>>> CorrelatedPairs(const FitRequest& request, const VoteLayout& layout,
                                                                  const Compilation* compilation) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  const std::vector<VoteLayout::Rule>& rules = layout.rules;
  const auto index_of = [&](const std::string& name) -> Result<uint32_t> {
    std::vector<std::string> names;
    for (const VoteLayout::Rule& rule : rules) names.push_back(rule.name);
    const auto at = std::ranges::find(names, name);
    if (at != names.end()) return static_cast<uint32_t>(at - names.begin());
    return Fail(ErrorKind::kUsage, fmt::format("--correlated: there is no rule `{}`{}", name, DidYouMean(name, names)));
  };
  for (const std::vector<std::string>& group : request.correlated) {
    std::vector<uint32_t> members;
    for (const std::string& name : group) {
      ASSAY_ASSIGN_OR_RETURN(const uint32_t rule, index_of(name));
      if (std::ranges::find(members, rule) != members.end()) {
        return Fail(ErrorKind::kUsage, fmt::format("--correlated names rule `{}` twice", name));
      }
      members.push_back(rule);
    }
    for (size_t i = 0; i < members.size(); ++i) {
      for (size_t j = i + 1; j < members.size(); ++j) pairs.emplace_back(std::min(members[i], members[j]), std::max(members[i], members[j]));
    }
  }
  const bool rules_known = compilation != nullptr && compilation->optimized != nullptr;
  const bool by_default = rules_known && request.correlated.empty() && request.options.method == "triplet";
  if (request.correlated_by_code.value_or(by_default)) {
    if (!rules_known) {
      return Fail(ErrorKind::kUsage, "--correlated code needs rules: votes from a file do not say what rules have in common");
    }
    for (const RuleCorrelation& found : FindRuleCorrelations(*compilation->optimized)) {
      if (!found.strong()) continue;
      const auto place = [&](RuleId rule) { return std::ranges::find(rules, compilation->optimized->rules[rule.index()].name, &VoteLayout::Rule::name); };
      const auto a = place(found.first), b = place(found.second);
      if (a == rules.end() || b == rules.end()) continue;
      pairs.emplace_back(std::minmax(static_cast<uint32_t>(a - rules.begin()), static_cast<uint32_t>(b - rules.begin())));
    }
  }
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  if (!request.correlated_by_code && by_default && !LeavesTriplets(pairs, static_cast<uint32_t>(rules.size()))) pairs.clear();
  return pairs;
}

}  // namespace

Result<FitPlan> PlanFit(const FitRequest& request, const VoteLayout& layout, const Compilation* compilation) {
  FitPlan plan{request.options, request.wants_gold_balance};
  FitOptions& options = plan.options;
  const std::vector<int32_t>& ids = layout.class_ids;
  if (!options.balance.empty() && options.balance.size() != ids.size()) {
    return Fail(ErrorKind::kUsage,
                fmt::format("--balance has {} shares, the task has {} classes", options.balance.size(), ids.size()));
  }
  if (const CheckedModel* advice = AdviceFor(compilation, layout.task); advice != nullptr) {
    if (!request.balance_given && advice->balance.size() == ids.size()) {
      options.balance.assign(ids.size(), 0.0);
      for (const auto& [id, share] : advice->balance) {
        const auto at = std::ranges::find(ids, id);
        if (at != ids.end()) options.balance[static_cast<size_t>(at - ids.begin())] = share;
      }
    }
    if (options.method == "auto" && !advice->method.empty()) options.method = advice->method;
  }
  ASSAY_ASSIGN_OR_RETURN(options.correlated, CorrelatedPairs(request, layout, compilation));
  return plan;
}

}  // namespace assay
