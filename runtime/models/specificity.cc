// Formulas: P(vote l of rule j | y) = P(y | vote) P(vote) / P(y), with P(y | vote) the precision on y = l and the rest shared out
// by the balance; for a rule that votes several classes the columns are scaled so that it votes equally often on each of them.
#include "runtime/models/specificity.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr double kFloor = 1e-9;  // of a probability that is divided by or logged

// `counts` [columns, classes]: expected rows of each class; nullptr: the prior alone.
AnchoredParameters Parameters(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options,
                              const std::vector<double>& precision, const std::vector<double>* counts,
                              const std::vector<double>& balance) {
  const size_t classes = lists.classes;
  AnchoredParameters p;
  p.balance = balance;
  p.weight.assign(lists.columns.size() * classes, 0.0);
  p.log_abstain.assign(lists.rules * classes, 0.0);
  p.precision = precision;
  std::vector<double> pi(classes), sum(classes);
  double all = 0;
  for (size_t y = 0; y < classes; ++y) all += pi[y] = std::max(balance[y], kFloor);
  const double covered = std::max(lists.covered, 1.0);
  std::vector<double>& mu = p.weight;  // P(vote | y) first, its logarithm in the end
  for (size_t j = 0; j < lists.rules; ++j) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) {
      const double votes = lists.votes[c];
      if (votes == 0) continue;
      const size_t vote = lists.columns[c].vote;
      const double others = std::max(all - pi[vote], kFloor);
      for (size_t y = 0; y < classes; ++y) {
        double rho = y == vote ? precision[c] : (1 - precision[c]) * pi[y] / others;
        if (counts != nullptr) rho = ((*counts)[c * classes + y] + options.strength * rho) / (votes + options.strength);
        if (y == vote) p.precision[c] = rho;
        sum[y] += mu[c * classes + y] = std::clamp(rho * votes / covered / pi[y], kFloor, 1.0);
      }
    }
    if (kinds.several[j]) {
      double weighted = 0, weight = 0;
      for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) {
        const size_t y = lists.columns[c].vote;
        if (!kinds.common[c]) continue;
        weighted += sum[y] * pi[y];
        weight += pi[y];
      }
      const double propensity = weighted / weight;
      for (uint32_t of = lists.first_column[j]; of < lists.first_column[j + 1]; ++of) {
        const size_t y = lists.columns[of].vote;
        if (!kinds.common[of]) continue;
        const double scale = propensity / sum[y];
        for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) mu[c * classes + y] *= scale;
        sum[y] = propensity;
      }
    }
    for (size_t y = 0; y < classes; ++y) p.log_abstain[j * classes + y] = std::log1p(-std::clamp(sum[y], kFloor, 0.995));
    for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) {
      if (lists.votes[c] == 0) continue;
      double mean = 0;
      for (size_t y = 0; y < classes; ++y) {
        double& w = mu[c * classes + y];
        mean += w = std::log(std::clamp(w, kFloor, 1.0));
      }
      mean /= static_cast<double>(classes);
      for (size_t y = 0; y < classes; ++y) mu[c * classes + y] -= mean;
    }
  }
  return p;
}

}  // namespace

LogLinear AnchoredParameters::Scores(const VoteLists& lists) const {
  const size_t classes = lists.classes;
  LogLinear scores{std::vector<double>(classes), weight};
  for (size_t y = 0; y < classes; ++y) scores.base[y] = std::log(std::max(balance[y], kFloor));
  if (gamma == 0) return scores;
  for (size_t j = 0; j < lists.rules; ++j) {
    for (size_t y = 0; y < classes; ++y) scores.base[y] += gamma * log_abstain[j * classes + y];
  }
  for (size_t c = 0; c < lists.columns.size(); ++c) {
    for (size_t y = 0; y < classes; ++y) {
      scores.evidence[c * classes + y] -= gamma * log_abstain[lists.columns[c].rule * classes + y];
    }
  }
  return scores;
}

std::vector<double> SpecificityPrecision(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options) {
  const size_t classes = lists.classes;
  std::vector<double> rarity(lists.columns.size()), of_class(classes), votes_of_class(classes);
  double all = 0, votes = 0;
  for (size_t c = 0; c < rarity.size(); ++c) {
    rarity[c] = std::log(std::max(lists.covered, 1.0) / std::max(lists.votes[c], 0.5));
    of_class[lists.columns[c].vote] += lists.votes[c] * rarity[c];
    votes_of_class[lists.columns[c].vote] += lists.votes[c];
    all += lists.votes[c] * rarity[c];
    votes += lists.votes[c];
  }
  const double least = classes == 2 ? 0.52 : std::max(0.35, 1.2 / static_cast<double>(classes));
  const double logit = std::log(options.accuracy / (1 - options.accuracy));
  std::vector<double> precision(rarity.size());
  for (size_t c = 0; c < rarity.size(); ++c) {
    const size_t y = lists.columns[c].vote;
    const double mean = votes_of_class[y] > 0 ? of_class[y] / votes_of_class[y] : votes > 0 ? all / votes : 0;
    const double beta = kinds.several[lists.columns[c].rule] ? 0 : options.beta;
    precision[c] = std::clamp(1 / (1 + std::exp(-(logit + beta * (rarity[c] - mean)))), least, 0.97);
  }
  return precision;
}

AnchoredParameters FitSpecificityPrior(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options) {
  const std::vector<double> uniform(lists.classes, 1 / static_cast<double>(lists.classes));
  return Parameters(lists, kinds, options, SpecificityPrecision(lists, kinds, options), nullptr, uniform);
}

Result<AnchoredFit> FitAnchored(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options,
                                const AnchoredParameters& prior, const std::atomic<bool>* interrupt) {
  AnchoredFit fit;
  fit.posterior.assign(lists.size() * lists.classes, 0.0);
  std::vector<double> anchor, counts, totals;
  Expect(lists, prior.Scores(lists), fit.posterior, &anchor, &totals);
  // The balance stays where the prior puts it: estimated again it runs away on classes that few rules vote.
  std::vector<double> balance = totals;
  for (double& p : balance) p = lists.covered > 0 ? p / lists.covered : 1 / static_cast<double>(lists.classes);
  counts = anchor;
  fit.parameters = prior;
  while (fit.rounds < options.rounds) {
    if (interrupt != nullptr && interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
    for (size_t i = 0; i < counts.size(); ++i) counts[i] = (counts[i] + anchor[i]) / 2;
    fit.parameters = Parameters(lists, kinds, options, prior.precision, &counts, balance);
    fit.parameters.gamma = options.gamma;
    ++fit.rounds;
    if (Expect(lists, fit.parameters.Scores(lists), fit.posterior, &counts, &totals) < options.tol) break;
  }
  return fit;
}

}  // namespace assay
