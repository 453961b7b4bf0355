#include "compiler/command/measured_pairs.h"

#include <algorithm>
#include <map>

#include "runtime/models/correlations.h"
#include "runtime/models/label_model.h"

namespace assay {

Result<std::vector<MeasuredPair>> MeasureRulePairs(const PatternTable& patterns, std::span<const std::pair<uint32_t, uint32_t>> pairs,
                                                   const std::atomic<bool>* interrupt) {
  std::vector<MeasuredPair> measured(pairs.size());
  if (pairs.empty() || patterns.classes() < 2) return measured;
  ASSAY_ASSIGN_OR_RETURN(const auto model, FitModel(patterns, {.interrupt = interrupt}));
  const std::vector<double> all = model->PredictAll(patterns);
  const VoteLists lists = ListsOf(patterns);
  std::vector<double> posterior;
  for (const uint32_t pattern : lists.pattern) {
    const auto row = std::span(all).subspan(pattern * lists.classes, lists.classes);
    posterior.insert(posterior.end(), row.begin(), row.end());
  }
  std::vector<std::pair<uint32_t, uint32_t>> ordered;
  for (const auto& [a, b] : pairs) ordered.emplace_back(std::min(a, b), std::max(a, b));
  std::ranges::sort(ordered);
  ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
  std::map<std::pair<uint32_t, uint32_t>, MeasuredPair> found;
  for (const RulePair& pair : MeasurePairs(lists, ExpectedCountsOf(lists, posterior), ordered)) {
    found[{pair.first, pair.second}] = {pair.together, pair.expected, pair.agree, pair.expected_agree};
  }
  for (size_t i = 0; i < pairs.size(); ++i) measured[i] = found[{std::min(pairs[i].first, pairs[i].second), std::max(pairs[i].first, pairs[i].second)}];
  return measured;
}

}  // namespace assay
