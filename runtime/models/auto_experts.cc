#include "runtime/models/auto_experts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/kind_named.h"

namespace assay {
namespace {

constexpr int64_t kAgreementRounds = 2;
constexpr int64_t kConfusionRounds = 50;
constexpr double kConfusionTol = 1e-4;

std::vector<double> BaseOf(const AnchoredParameters& p, size_t rules, size_t classes) {
  if (p.balance.empty()) return {};
  VoteLists none;
  none.rules = rules;
  none.classes = classes;
  return p.Scores(none).base;
}

}  // namespace

std::string_view RegimeName(Regime regime) {
  switch (regime) {
    case Regime::kSmall: return "small";
    case Regime::kUnipolar: return "unipolar";
    case Regime::kConfusion: return "confusion";
  }
  return "";
}

Result<Regime> RegimeNamed(std::string_view name) {
  const auto regime = KindNamed(name, {Regime::kSmall, Regime::kUnipolar, Regime::kConfusion}, RegimeName);
  if (regime) return *regime;
  return Fail(ErrorKind::kData, fmt::format("\"{}\" is no regime", name));
}

Regime RegimeOf(const VoteLists& lists, const VoteKinds& kinds) {
  if (kinds.voting_rules < 3 || lists.overlapped == 0) return Regime::kSmall;
  return kinds.share >= 0.5 && kinds.voting_rules >= 10 ? Regime::kConfusion : Regime::kUnipolar;
}

void AutoExperts::Prepare() {
  column_of_.assign(rules * classes, -1);
  for (size_t c = 0; c < columns.size(); ++c) column_of_[columns[c].rule * classes + columns[c].vote] = static_cast<int32_t>(c);
  prior_base_ = BaseOf(prior, rules, classes);
  anchored_base_ = BaseOf(anchored, rules, classes);
}

void AutoExperts::Score(const AnchoredParameters& parameters, const std::vector<double>& base, std::span<const int32_t> votes,
                        std::span<double> p) const {
  std::copy(base.begin(), base.end(), p.begin());
  for (size_t j = 0; j < votes.size(); ++j) {
    if (votes[j] < 0) continue;
    if (const int64_t c = ColumnOf(j, votes[j]); c >= 0) {
      const double* weight = parameters.weight.data() + static_cast<size_t>(c) * classes;
      for (size_t y = 0; y < classes; ++y) p[y] += weight[y];
    }
    if (parameters.gamma == 0) continue;
    const double* log_abstain = parameters.log_abstain.data() + j * classes;
    for (size_t y = 0; y < classes; ++y) p[y] -= parameters.gamma * log_abstain[y];
  }
  Softmax(p);
}

void AutoExperts::Shares(std::span<const int32_t> votes, std::span<double> p) const {
  std::fill(p.begin(), p.end(), 0.0);
  double cast = 0;
  for (const int32_t vote : votes) {
    if (vote < 0) continue;
    p[static_cast<size_t>(vote)] += 1;
    ++cast;
  }
  for (double& share : p) share /= std::max(cast, 1.0);
}

void AutoExperts::Agreed(std::span<const int32_t> votes, std::span<double> p) const {
  std::fill(p.begin(), p.end(), 0.0);
  for (size_t j = 0; j < votes.size(); ++j) {
    if (votes[j] >= 0) p[static_cast<size_t>(votes[j])] += agreement.weight[j];
  }
  Softmax(p);
}

void AutoExperts::Confused(std::span<const int32_t> votes, std::span<double> p) const {
  std::copy(confusions.log_balance.begin(), confusions.log_balance.end(), p.begin());
  for (size_t j = 0; j < votes.size(); ++j) {
    if (votes[j] < 0) continue;
    const int64_t c = ColumnOf(j, votes[j]);
    for (size_t y = 0; y < classes; ++y) {
      p[y] += c >= 0 ? confusions.log_theta[static_cast<size_t>(c) * classes + y]
                     : confusions.Unseen(j, static_cast<size_t>(votes[j]), y);
    }
  }
  Softmax(p);
}

void AutoExperts::Average(std::span<const int32_t> votes, std::span<double> p) const {
  if (regime == Regime::kSmall) {
    Prior(votes, p);
    return;
  }
  std::vector<double> other(classes);
  Shares(votes, p);
  if (regime == Regime::kUnipolar) {
    Anchored(votes, other);
    for (size_t y = 0; y < classes; ++y) p[y] = (2 * other[y] + p[y]) / 3;
    return;
  }
  Agreed(votes, other);
  for (size_t y = 0; y < classes; ++y) p[y] += other[y];
  Confused(votes, other);
  for (size_t y = 0; y < classes; ++y) p[y] = (p[y] + other[y]) / 3;
}

Result<AutoExperts> FitAutoExperts(const VoteLists& lists, const SpecificityOptions& options, bool every,
                                   const std::atomic<bool>* interrupt, std::vector<double>* posterior) {
  const VoteKinds kinds = KindsOf(lists);
  AutoExperts experts;
  experts.rules = lists.rules;
  experts.classes = lists.classes;
  experts.share = kinds.share;
  experts.regime = RegimeOf(lists, kinds);
  experts.columns = lists.columns;
  experts.prior = FitSpecificityPrior(lists, kinds, options);
  std::vector<double> average;  // of the experts in use, not yet divided by the sum of their weights
  const auto add = [&](const std::vector<double>& p, double weight) {
    if (posterior == nullptr) return;
    average.resize(p.size());
    for (size_t i = 0; i < p.size(); ++i) average[i] += weight * p[i];
  };
  if (every || experts.regime == Regime::kUnipolar) {
    ASSAY_ASSIGN_OR_RETURN(AnchoredFit fit, FitAnchored(lists, kinds, options, experts.prior, interrupt));
    experts.anchored = std::move(fit.parameters);
    experts.rounds = fit.rounds;
    if (experts.regime == Regime::kUnipolar) add(fit.posterior, 2);
  }
  if (every || experts.regime == Regime::kConfusion) {
    std::vector<double> agreed;
    experts.agreement = FitAgreement(lists, kAgreementRounds, agreed);
    ASSAY_ASSIGN_OR_RETURN(ShrunkFit fit, FitShrunkConfusions(lists, kConfusionRounds, kConfusionTol, interrupt));
    experts.confusions = std::move(fit.parameters);
    if (experts.regime == Regime::kConfusion) {
      experts.rounds = fit.rounds;
      add(agreed, 1);
      add(fit.posterior, 1);
    }
  }
  if (posterior != nullptr) {
    if (experts.regime == Regime::kSmall) {
      average.assign(lists.size() * lists.classes, 0.0);
      Expect(lists, experts.prior.Scores(lists), average);
    } else {
      add(VoteShares(lists), 1);
      for (double& p : average) p /= 3;
    }
    *posterior = std::move(average);
  }
  experts.Prepare();
  return experts;
}

}  // namespace assay
