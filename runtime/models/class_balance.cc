#include "runtime/models/class_balance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "runtime/models/lbfgs.h"
#include "runtime/models/snorkel_train.h"

namespace assay {
namespace {

using Eigen::Index;

// More rules add little to the estimate and much to its cost.
constexpr size_t kMostRules = 25;

// No class is thought rarer than this: a balance of 0 would forbid it for good.
constexpr double kRarest = 1e-4;

// The votes of the chosen rules: distinct rows with their shares of all rows.
struct Sample {
  size_t rules = 0, classes = 0;
  std::vector<uint32_t> symbols;  // [rows, rules]; 0 abstains, else the class + 1
  std::vector<double> shares;     // [rows]
};

Sample SampleOf(const PatternTable& patterns, const std::vector<size_t>& rules) {
  Sample sample{rules.size(), patterns.classes(), {}, {}};
  std::map<std::vector<uint32_t>, uint64_t> counts;
  std::vector<int32_t> votes(patterns.rules());
  std::vector<uint32_t> row(rules.size());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    for (size_t i = 0; i < rules.size(); ++i) row[i] = static_cast<uint32_t>(votes[rules[i]] + 1);
    counts[row] += patterns.count(p);
  }
  for (const auto& [symbols, count] : counts) {
    sample.symbols.insert(sample.symbols.end(), symbols.begin(), symbols.end());
    sample.shares.push_back(static_cast<double>(count) / static_cast<double>(patterns.rows()));
  }
  return sample;
}

// |O - model|^2 over triples i < j < l, less |O|^2, and its gradient. Q is [rules, classes + 1, classes].
double Loss(const Sample& sample, const Eigen::VectorXd& q, Eigen::VectorXd& gradient) {
  const auto m = static_cast<Index>(sample.rules), k = static_cast<Index>(sample.classes), s = k + 1;
  gradient.setZero(q.size());
  double loss = 0;
  // What the votes say: -2 sum of shares times e3.
  const size_t classes = sample.classes;
  std::vector<double> e1(classes), e2(classes), e3(classes);
  std::vector<size_t> at(sample.rules);
  for (size_t r = 0; r < sample.shares.size(); ++r) {
    const uint32_t* symbols = sample.symbols.data() + r * sample.rules;
    std::ranges::fill(e1, 0);
    std::ranges::fill(e2, 0);
    std::ranges::fill(e3, 0);
    for (size_t i = 0; i < sample.rules; ++i) {
      at[i] = (i * (classes + 1) + symbols[i]) * classes;
      const double* values = q.data() + at[i];
      for (size_t y = 0; y < classes; ++y) {
        e3[y] += e2[y] * values[y];
        e2[y] += e1[y] * values[y];
        e1[y] += values[y];
      }
    }
    const double weight = -2 * sample.shares[r];
    for (size_t y = 0; y < classes; ++y) loss += weight * e3[y];
    for (size_t i = 0; i < sample.rules; ++i) {
      const double* values = q.data() + at[i];
      double* slopes = gradient.data() + at[i];
      for (size_t y = 0; y < classes; ++y) slopes[y] += weight * (e2[y] - values[y] * (e1[y] - values[y]));
    }
  }
  // The model's norm: e3 of the Gram matrices, entry by entry.
  std::vector<Eigen::MatrixXd> grams;
  Eigen::ArrayXXd g1 = Eigen::ArrayXXd::Zero(k, k), g2 = g1, g3 = g1;
  using Map = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
  for (Index i = 0; i < m; ++i) {
    const Map of_rule(q.data() + i * s * k, s, k);
    grams.push_back(of_rule.transpose() * of_rule);
    g3 += g2 * grams.back().array();
    g2 += g1 * grams.back().array();
    g1 += grams.back().array();
  }
  loss += g3.sum();
  for (Index i = 0; i < m; ++i) {
    const auto& gram = grams[static_cast<size_t>(i)].array();
    const Eigen::ArrayXXd without1 = g1 - gram;
    const Eigen::MatrixXd without2 = (g2 - gram * without1).matrix();
    Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(gradient.data() + i * s * k, s, k).noalias() +=
        2 * Map(q.data() + i * s * k, s, k) * without2;
  }
  return loss;
}

}  // namespace

Result<BalanceEstimate> EstimateClassBalance(const PatternTable& patterns, const std::atomic<bool>* interrupt) {
  const size_t classes = patterns.classes();
  std::vector<uint64_t> voted(patterns.rules());
  std::vector<int32_t> votes(patterns.rules());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    for (size_t j = 0; j < votes.size(); ++j) voted[j] += votes[j] >= 0 ? patterns.count(p) : 0;
  }
  BalanceEstimate estimate;
  for (size_t j = 0; j < voted.size(); ++j) {
    if (voted[j] > 0) estimate.rules.push_back(j);
  }
  if (estimate.rules.size() < 3) {
    return Fail(ErrorKind::kUsage, fmt::format("estimating the class balance needs three rules that vote, and there {} {}; give the balance, or "
                                               "take it from gold",
                                               estimate.rules.size() == 1 ? "is" : "are", estimate.rules.size()));
  }
  if (estimate.rules.size() > kMostRules) {
    std::ranges::stable_sort(estimate.rules, [&](size_t a, size_t b) { return voted[a] > voted[b]; });
    estimate.rules.resize(kMostRules);
    std::ranges::sort(estimate.rules);
  }
  const Sample sample = SampleOf(patterns, estimate.rules);
  const size_t m = sample.rules, s = classes + 1;

  // The start: what the rules would be if each row's votes were right in equal shares.
  std::vector<double> start(m * s * classes), pi(classes, 1e-3);
  for (size_t r = 0; r < sample.shares.size(); ++r) {
    const uint32_t* symbols = sample.symbols.data() + r * m;
    std::vector<double> t(classes, 0.1 / static_cast<double>(classes));
    double total = 0.1;
    for (size_t i = 0; i < m; ++i) {
      if (symbols[i] == 0) continue;
      t[symbols[i] - 1] += 1;
      total += 1;
    }
    for (size_t y = 0; y < classes; ++y) {
      const double share = sample.shares[r] * t[y] / total;
      pi[y] += share;
      for (size_t i = 0; i < m; ++i) start[(i * s + symbols[i]) * classes + y] += share;
    }
  }
  Eigen::VectorXd q(static_cast<Index>(start.size()));
  double all = 0;
  for (const double share : pi) all += share;
  for (size_t i = 0; i < start.size(); ++i) {
    const size_t y = i % classes;
    q(static_cast<Index>(i)) = start[i] / pi[y] * std::cbrt(pi[y] / all);
  }
  ASSAY_ASSIGN_OR_RETURN(const LbfgsEnd end, Minimise([&](const Eigen::VectorXd& x, Eigen::VectorXd& g) { return Loss(sample, x, g); },
                                                      {.iterations = 1000, .interrupt = interrupt}, q));
  estimate.iterations = end.iterations;

  std::vector<double> found(classes);
  for (size_t y = 0; y < classes; ++y) {
    for (size_t i = 0; i < m; ++i) {
      double root = 0;
      for (size_t a = 0; a < s; ++a) root += q(static_cast<Index>((i * s + a) * classes + y));
      found[y] += root * root * root / static_cast<double>(m);
    }
    found[y] = std::isfinite(found[y]) ? std::max(found[y], kRarest) : kRarest;
  }
  // Which column is which class: rules are right more often than not.
  ModelMatrix right = ModelMatrix::Zero(static_cast<Index>(classes), static_cast<Index>(classes));
  for (size_t i = 0; i < m; ++i) {
    for (size_t v = 0; v < classes; ++v) {
      for (size_t y = 0; y < classes; ++y) {
        right(static_cast<Index>(v), static_cast<Index>(y)) += q(static_cast<Index>((i * s + v + 1) * classes + y)) / std::cbrt(found[y]);
      }
    }
  }
  const std::vector<size_t> becomes = BestPermutation(right, std::vector<double>(classes, 1 / static_cast<double>(classes)));
  estimate.balance.resize(classes);
  estimate.conditional.resize(start.size());
  double total = 0;
  for (size_t y = 0; y < classes; ++y) {
    estimate.balance[becomes[y]] = found[y];
    total += found[y];
    for (size_t row = 0; row < m * s; ++row) {
      estimate.conditional[row * classes + becomes[y]] = q(static_cast<Index>(row * classes + y)) / std::cbrt(found[y]);
    }
  }
  for (double& share : estimate.balance) share /= total;
  return estimate;
}

}  // namespace assay
