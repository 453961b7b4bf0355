// The mean over all triplets of a rule is a quadratic form: with r_jl = sqrt|M_jl| and R_kl = 1 / r_kl, the sum over pairs k < l
// of r_jk r_jl R_kl is half of r_j' R r_j. So all rules together are one product of matrices.
#include "runtime/models/triplet.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr double kClamp = 1e-8;
constexpr double kFloor = 1e-300;  // of what is logged

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

double Median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// Marginal of vote -1, 0, 1 and Y -1, 1.
SignedTriplets::Rule Solve(double accuracy, double positive, double negative, double q, const TripletOptions& options) {
  SignedTriplets::Rule rule;
  rule.accuracy = accuracy;
  rule.positive_seen = positive > 0;
  rule.negative_seen = negative > 0;
  const double abstain = std::max(1 - positive - negative, 0.0);
  const double right = (1 + accuracy - abstain) / 2;  // P(lambda Y = 1)
  const double both = (positive + right + q - abstain * q - (1 - abstain)) / 2;
  rule.marginal = {right - both, q - abstain * q - both, abstain * (1 - q), abstain * q, positive - both, both};
  double sum = 0;
  for (double& p : rule.marginal) {
    if (p < 0) {
      rule.repaired = true;
      if (options.flip_negative) {
        p = -p;
      } else if (options.clamp) {
        p = kClamp;
      }
    }
    sum += p;
  }
  if (sum > 0) {
    for (double& p : rule.marginal) p /= sum;
  }
  return rule;
}

// How much of the agreement of two rules their accuracies leave unexplained: 0 none, 1 as much as that of equal rules.
double Strength(const SignedVotes& votes, const std::vector<double>& accuracy, uint32_t j, uint32_t l) {
  const double product = votes.products[j * votes.rules + l] / votes.rows;
  const double explained = accuracy[j] * accuracy[l];
  const double most = std::sqrt((votes.positive[j] + votes.negative[j]) * (votes.positive[l] + votes.negative[l])) / votes.rows;
  if (!(most > explained)) return 0;
  return std::clamp((product - explained) / (most - explained), 0.0, 1.0);
}

SignedVotes NoVotes(size_t rules, double rows) {
  return {rules, rows, std::vector<double>(rules), std::vector<double>(rules), std::vector<double>(rules * rules)};
}

// A pair of rules was counted in one of its two places.
void MirrorProducts(SignedVotes& votes) {
  for (size_t j = 0; j < votes.rules; ++j) {
    for (size_t l = j + 1; l < votes.rules; ++l) {
      double& above = votes.products[j * votes.rules + l];
      double& below = votes.products[l * votes.rules + j];
      above = below = above + below;
    }
  }
}

}  // namespace

SignedVotes OneAgainstRest(const VoteMoments& moments, size_t positive_class) {
  SignedVotes votes = NoVotes(moments.rules(), static_cast<double>(moments.rows()));
  const std::vector<VoteMoments::Column> columns = moments.Columns();
  for (const VoteMoments::Column& c : columns) {
    (c.vote == positive_class ? votes.positive : votes.negative)[c.rule] += static_cast<double>(c.count);
  }
  for (const VoteMoments::Pair& pair : moments.Pairs()) {
    const auto &a = columns[pair.first], &b = columns[pair.second];
    const bool same = (a.vote == positive_class) == (b.vote == positive_class);
    const auto count = static_cast<double>(pair.count);
    votes.products[a.rule * votes.rules + b.rule] += same ? count : -count;
  }
  MirrorProducts(votes);
  return votes;
}

SignedVotes OneAgainstRest(const VoteLists& lists, size_t positive_class) {
  SignedVotes votes = NoVotes(lists.rules, lists.covered + lists.uncovered);
  for (size_t c = 0; c < lists.columns.size(); ++c) {
    (lists.columns[c].vote == positive_class ? votes.positive : votes.negative)[lists.columns[c].rule] += lists.votes[c];
  }
  std::vector<uint32_t> room;
  std::vector<std::pair<uint32_t, double>> signs;  // rule and sign of each vote of a pattern
  for (size_t i = 0; i < lists.size(); ++i) {
    signs.clear();
    for (const uint32_t c : lists.of(i, room)) signs.emplace_back(lists.columns[c].rule, lists.columns[c].vote == positive_class ? 1 : -1);
    for (size_t a = 0; a < signs.size(); ++a) {
      double* row = votes.products.data() + signs[a].first * votes.rules;
      const double signed_count = signs[a].second * lists.count[i];
      for (size_t b = a + 1; b < signs.size(); ++b) row[signs[b].first] += signed_count * signs[b].second;
    }
  }
  MirrorProducts(votes);
  return votes;
}

SignedTriplets SolveTriplets(const SignedVotes& votes, double balance, const TripletOptions& options,
                             std::span<const std::pair<uint32_t, uint32_t>> correlated) {
  const auto m = static_cast<Eigen::Index>(votes.rules);
  SignedTriplets solved;
  solved.balance = balance;
  solved.original_exponent = options.original_exponent;
  std::vector<double> accuracy(votes.rules);
  if (votes.rows > 0) {
    Matrix root = Matrix::Zero(m, m);    // sqrt|M|
    Matrix allowed = Matrix::Ones(m, m);  // whether two rules may stand in one triplet
    allowed.diagonal().setZero();
    for (const auto& [j, l] : correlated) allowed(j, l) = allowed(l, j) = 0;
    for (Eigen::Index j = 0; j < m; ++j) {
      for (Eigen::Index l = 0; l < m; ++l) {
        if (allowed(j, l) != 0) root(j, l) = std::sqrt(std::abs(votes.products[static_cast<size_t>(j * m + l)] / votes.rows));
      }
    }
    const Matrix inverse = root.unaryExpr([](double r) { return r > 0 ? 1 / r : 0.0; });
    if (options.median) {
      std::vector<double> values;
      for (Eigen::Index j = 0; j < m; ++j) {
        values.clear();
        for (Eigen::Index k = 0; k < m; ++k) {
          if (allowed(j, k) == 0) continue;
          for (Eigen::Index l = k + 1; l < m; ++l) {
            if (allowed(j, l) == 0 || allowed(k, l) == 0) continue;
            const double value = root(j, k) * root(j, l) * inverse(k, l);
            if (value > 0 || !options.skip_zeros) values.push_back(value);
          }
        }
        accuracy[static_cast<size_t>(j)] = Median(values);
      }
    } else {
      const Eigen::VectorXd sums = (root * inverse).cwiseProduct(root).rowwise().sum();
      const auto nonzero = [](double v) { return v > 0 ? 1.0 : 0.0; };
      const Matrix side = options.skip_zeros ? Matrix(root.unaryExpr(nonzero)) : allowed;
      const Eigen::VectorXd triplets = (side * side).cwiseProduct(side).rowwise().sum();
      for (Eigen::Index j = 0; j < m; ++j) accuracy[static_cast<size_t>(j)] = triplets(j) > 0 ? sums(j) / triplets(j) : 0;
    }
  }
  for (size_t j = 0; j < votes.rules; ++j) {
    const double rows = std::max(votes.rows, 1.0);
    if (options.bound) accuracy[j] = std::min(accuracy[j], (votes.positive[j] + votes.negative[j]) / rows);
    solved.rules.push_back(Solve(accuracy[j], votes.positive[j] / rows, votes.negative[j] / rows, balance, options));
  }
  for (const auto& [j, l] : correlated) {
    solved.dependencies.push_back({j, l, votes.rows > 0 ? Strength(votes, accuracy, j, l) : 0});
  }
  return solved;
}

double SignedTriplets::LogOdds(size_t rule, int vote) const {
  const Rule& r = rules[rule];
  if (vote == 0 || (vote > 0 ? !r.positive_seen : !r.negative_seen)) return 0;
  const double* p = r.marginal.data() + (vote > 0 ? 4 : 0);
  return std::log(std::max(std::abs(p[1]), kFloor) / std::max(balance, kFloor)) -
         std::log(std::max(std::abs(p[0]), kFloor) / std::max(1 - balance, kFloor));
}

double SignedTriplets::Share(size_t rule, std::span<const int8_t> votes) const {
  double witnesses = 1;
  for (const Dependency& d : dependencies) {
    if (d.first == rule && votes[d.second] != 0) witnesses += d.strength;
    if (d.second == rule && votes[d.first] != 0) witnesses += d.strength;
  }
  return 1 / witnesses;
}

double SignedTriplets::Posterior(std::span<const int8_t> votes) const {
  const double prior = std::log(std::max(balance, kFloor)) - std::log(std::max(1 - balance, kFloor));
  double log_odds = original_exponent ? 2 * prior : prior;
  double sign_of_one = 1, sign_of_other = 1;
  for (size_t j = 0; j < votes.size(); ++j) {
    if (votes[j] == 0) continue;
    log_odds += LogOdds(j, votes[j]) * (dependencies.empty() ? 1.0 : Share(j, votes));
    const double* p = rules[j].marginal.data() + (votes[j] > 0 ? 4 : 0);
    if (p[0] < 0) sign_of_other = -sign_of_other;
    if (p[1] < 0) sign_of_one = -sign_of_one;
  }
  if (sign_of_one == sign_of_other) return 1 / (1 + std::exp(-log_odds));
  return 1 / (1 - std::exp(-log_odds));  // only where negative marginals were kept
}

double SignedTriplets::Precision(size_t rule) const {
  const std::array<double, 6>& p = rules[rule].marginal;
  const double votes = p[0] + p[1] + p[4] + p[5];
  return votes > 0 ? (p[0] + p[5]) / votes : 0;
}

}  // namespace assay
