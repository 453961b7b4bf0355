#include "runtime/models/effects.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

// Logarithms with mean 0; a probability counts as at least 1e-12.
std::vector<double> CentredLogs(const std::vector<double>& p) {
  std::vector<double> logs;
  double mean = 0;
  for (const double v : p) mean += logs.emplace_back(std::log(std::max(v, 1e-12))) / static_cast<double>(p.size());
  for (double& v : logs) v -= mean;
  return logs;
}

}  // namespace

Explanation ExplainByEffects(const LabelModel& model, std::span<const int32_t> votes) {
  const size_t classes = model.classes().size();
  Explanation explanation;
  explanation.probabilities.resize(classes);
  model.Predict(votes, explanation.probabilities);
  std::vector<int32_t> some(votes.size(), -1);
  std::vector<double> p(classes);
  model.Predict(some, p);
  explanation.prior = CentredLogs(p);
  for (uint32_t j = 0; j < votes.size(); ++j) {
    if (votes[j] >= 0) explanation.votes.push_back({j, votes[j], std::vector<double>(classes)});
  }
  const auto walk = [&](auto begin, auto end) {
    std::fill(some.begin(), some.end(), -1);
    std::vector<double> before = explanation.prior;
    for (auto vote = begin; vote != end; ++vote) {
      some[vote->rule] = vote->vote;
      model.Predict(some, p);
      std::vector<double> after = CentredLogs(p);
      for (size_t y = 0; y < classes; ++y) vote->log_odds[y] += (after[y] - before[y]) / 2;
      before = std::move(after);
    }
  };
  walk(explanation.votes.begin(), explanation.votes.end());
  walk(explanation.votes.rbegin(), explanation.votes.rend());
  return explanation;
}

}  // namespace assay
