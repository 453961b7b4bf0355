#include "runtime/models/shrunk_dawid_skene.h"

#include <algorithm>
#include <cmath>

#include "runtime/models/expectation.h"

namespace assay {
namespace {

// The log of the gamma function without a global sign.
double LogGamma(double x) {
#if defined(__GLIBC__)
  int sign = 0;
  return lgamma_r(x, &sign);
#else
  return std::lgamma(x);
#endif
}

// The evidence of the counts [columns, classes] under a Dirichlet prior of this strength around the pooled confusion
// [classes vote, classes]. Columns without votes add nothing.
double Evidence(const VoteLists& lists, const std::vector<double>& counts, const std::vector<double>& pooled, double strength) {
  const size_t classes = lists.classes;
  std::vector<double> of_pooled(pooled.size());
  for (size_t i = 0; i < pooled.size(); ++i) of_pooled[i] = LogGamma(strength * pooled[i]);
  const double of_strength = LogGamma(strength);
  double evidence = 0;
  std::vector<double> total(classes);
  for (size_t j = 0; j < lists.rules; ++j) {
    std::fill(total.begin(), total.end(), 0.0);
    for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) {
      const size_t vote = lists.columns[c].vote;
      for (size_t y = 0; y < classes; ++y) {
        const double n = counts[c * classes + y];
        total[y] += n;
        evidence += LogGamma(n + strength * pooled[vote * classes + y]) - of_pooled[vote * classes + y];
      }
    }
    for (size_t y = 0; y < classes; ++y) evidence -= LogGamma(total[y] + strength) - of_strength;
  }
  return evidence;
}

}  // namespace

Result<ShrunkFit> FitShrunkConfusions(const VoteLists& lists, int64_t rounds, double tol, const std::atomic<bool>* interrupt) {
  const size_t classes = lists.classes;
  const auto k = static_cast<double>(classes);
  ShrunkFit fit;
  ShrunkConfusions& p = fit.parameters;
  p.log_balance.assign(classes, -std::log(k));
  p.log_pooled.assign(classes * classes, 0.0);
  p.log_total.assign(lists.rules * classes, 0.0);
  p.log_theta.assign(lists.columns.size() * classes, 0.0);
  fit.posterior = VoteShares(lists);
  std::vector<double> anchor, counts, totals, pooled(classes * classes);
  CountExpected(lists, fit.posterior, anchor, totals);
  counts = anchor;
  while (fit.rounds < rounds) {
    if (interrupt != nullptr && interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
    ++fit.rounds;
    for (size_t y = 0; y < classes; ++y) p.log_balance[y] = std::log((totals[y] + 1) / (lists.covered + k));
    for (size_t i = 0; i < counts.size(); ++i) counts[i] += anchor[i];
    std::fill(pooled.begin(), pooled.end(), 0.0);
    double all = 0, right = 0;
    for (size_t c = 0; c < lists.columns.size(); ++c) {
      const size_t vote = lists.columns[c].vote;
      for (size_t y = 0; y < classes; ++y) {
        pooled[vote * classes + y] += counts[c * classes + y];
        all += counts[c * classes + y];
      }
      right += counts[c * classes + vote];
    }
    const double a = std::clamp(all > 0 ? right / all : 0.0, 1.1 / k, 0.98);
    for (size_t y = 0; y < classes; ++y) {
      double column = 2 * k;
      for (size_t l = 0; l < classes; ++l) column += pooled[l * classes + y];
      for (size_t l = 0; l < classes; ++l) {
        double& cell = pooled[l * classes + y];
        cell = (cell + 2 * k * (l == y ? a : (1 - a) / (k - 1))) / column;
      }
    }
    if (fit.rounds > 1) {
      double best = 0;
      p.strength = 0;
      for (double s = 1; s <= 128; s *= 2) {
        const double evidence = Evidence(lists, counts, pooled, s);
        if (p.strength == 0 || evidence > best) {
          best = evidence;
          p.strength = s;
        }
      }
    }
    const double s = p.strength;
    for (size_t i = 0; i < pooled.size(); ++i) p.log_pooled[i] = std::log(s * pooled[i]);
    for (size_t j = 0; j < lists.rules; ++j) {
      for (size_t y = 0; y < classes; ++y) {
        double total = s;
        for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) total += counts[c * classes + y];
        p.log_total[j * classes + y] = std::log(total);
      }
    }
    for (size_t c = 0; c < lists.columns.size(); ++c) {
      for (size_t y = 0; y < classes; ++y) {
        p.log_theta[c * classes + y] = std::log(counts[c * classes + y] + s * pooled[lists.columns[c].vote * classes + y]) -
                                       p.log_total[lists.columns[c].rule * classes + y];
      }
    }
    if (Expect(lists, {p.log_balance, p.log_theta}, fit.posterior, &counts, &totals) < tol) break;
  }
  return fit;
}

}  // namespace assay
