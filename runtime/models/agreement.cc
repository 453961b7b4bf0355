#include "runtime/models/agreement.h"

#include <algorithm>
#include <cmath>

#include "runtime/models/expectation.h"

namespace assay {

Agreement FitAgreement(const VoteLists& lists, int64_t rounds, std::vector<double>& posterior) {
  const size_t classes = lists.classes;
  Agreement fit{std::vector<double>(lists.rules), std::vector<double>(lists.rules)};
  posterior = VoteShares(lists);
  std::vector<double> votes(lists.rules), counts, totals;
  double all_votes = 0;
  for (size_t j = 0; j < lists.rules; ++j) all_votes += votes[j] = lists.votes_of_rule(j);
  CountExpected(lists, posterior, counts, totals);
  for (int64_t round = 0; round < rounds; ++round) {
    std::vector<double> agreed(lists.rules);
    double all_agreed = 0;
    for (size_t c = 0; c < lists.columns.size(); ++c) {
      agreed[lists.columns[c].rule] += counts[c * classes + lists.columns[c].vote];
    }
    for (const double a : agreed) all_agreed += a;
    const double mean = all_votes > 0 ? all_agreed / all_votes : 0.5;
    for (size_t j = 0; j < lists.rules; ++j) {
      const double a = std::clamp((agreed[j] + 2 * mean) / (votes[j] + 2), 1e-3, 1 - 1e-3);
      fit.accuracy[j] = a;
      fit.weight[j] = std::max(std::log(a * static_cast<double>(classes - 1) / (1 - a)), 0.01);
    }
    LogLinear scores{std::vector<double>(classes), std::vector<double>(lists.columns.size() * classes)};
    for (size_t c = 0; c < lists.columns.size(); ++c) {
      scores.evidence[c * classes + lists.columns[c].vote] = fit.weight[lists.columns[c].rule];
    }
    Expect(lists, scores, posterior, &counts, &totals);
  }
  return fit;
}

}  // namespace assay
