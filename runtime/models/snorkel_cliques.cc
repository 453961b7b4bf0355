#include "runtime/models/snorkel_cliques.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include "runtime/models/lbfgs.h"

namespace assay {
namespace {

using Eigen::Index;

// A clique of n rules has 2^n - 1 parts.
constexpr size_t kLargestClique = 8;
// The moments are inverted and decomposed: a few seconds at this size.
constexpr size_t kMostColumns = 2000;
constexpr double kRidge = 1e-6;

struct Columns {
  std::vector<JointVote> votes;
  std::vector<std::vector<uint32_t>> of_pattern;  // the columns of each pattern
};

// Single votes in order, then the joint votes of every part of every clique, in order; those that occur.
Columns ColumnsOf(const PatternTable& patterns, const RuleCliques& cliques) {
  std::set<JointVote> single, joint;
  std::vector<std::vector<JointVote>> all(patterns.size());
  std::vector<int32_t> votes(patterns.rules());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    std::set<JointVote> of_pattern;
    for (uint32_t j = 0; j < votes.size(); ++j) {
      if (votes[j] >= 0) of_pattern.insert({{j, static_cast<uint32_t>(votes[j])}});
    }
    for (const auto& clique : cliques.cliques) {
      JointVote voted;
      for (const uint32_t j : clique) {
        if (votes[j] >= 0) voted.emplace_back(j, static_cast<uint32_t>(votes[j]));
      }
      for (uint32_t part = 1; part < (uint32_t{1} << voted.size()); ++part) {
        if (std::popcount(part) < 2) continue;
        JointVote of_part;
        for (size_t i = 0; i < voted.size(); ++i) {
          if ((part >> i & 1) != 0) of_part.push_back(voted[i]);
        }
        of_pattern.insert(std::move(of_part));
      }
    }
    for (const JointVote& vote : of_pattern) (vote.size() == 1 ? single : joint).insert(vote);
    all[p].assign(of_pattern.begin(), of_pattern.end());
  }
  Columns columns;
  std::map<JointVote, uint32_t> number;
  for (const auto* set : {&single, &joint}) {
    for (const JointVote& vote : *set) {
      number.emplace(vote, static_cast<uint32_t>(columns.votes.size()));
      columns.votes.push_back(vote);
    }
  }
  for (const auto& of_pattern : all) {
    auto& numbers = columns.of_pattern.emplace_back();
    for (const JointVote& vote : of_pattern) numbers.push_back(number.at(vote));
  }
  return columns;
}

// 1 where two columns are of different cliques, and of different rules where these are in none; else 0.
Eigen::MatrixXd MaskOf(const std::vector<JointVote>& columns, const RuleCliques& cliques) {
  const auto d = static_cast<Index>(columns.size());
  const auto group = [&](Index c) {
    const uint32_t rule = columns[static_cast<size_t>(c)].front().first;
    return cliques.of_rule[rule] >= 0 ? int64_t{cliques.of_rule[rule]} : -1 - int64_t{rule};
  };
  Eigen::MatrixXd mask(d, d);
  for (Index a = 0; a < d; ++a) {
    for (Index b = 0; b < d; ++b) mask(a, b) = group(a) == group(b) ? 0 : 1;
  }
  return mask;
}

// Q = mu P mu' from the second moments.
Result<Eigen::MatrixXd> ClassPart(const Eigen::MatrixXd& moments, const Eigen::MatrixXd& mask, Index classes,
                                  const std::atomic<bool>* interrupt) {
  const Index d = moments.rows();
  const Eigen::VectorXd scale = moments.diagonal().cwiseSqrt();
  Eigen::MatrixXd scaled = scale.cwiseInverse().asDiagonal() * moments * scale.cwiseInverse().asDiagonal();
  scaled.diagonal().array() += kRidge;
  const Eigen::MatrixXd inverse = scaled.llt().solve(Eigen::MatrixXd::Identity(d, d));
  // In the scale of partial correlations, where sampling leaves the same error in every entry.
  const Eigen::VectorXd spread = inverse.diagonal().cwiseSqrt();
  const Eigen::MatrixXd wanted =
      -(spread.cwiseInverse().asDiagonal() * inverse * spread.cwiseInverse().asDiagonal()).cwiseProduct(mask);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(wanted);
  const Index rank = std::min(classes, d);
  Eigen::VectorXd z = Eigen::VectorXd::Zero(d * classes);
  for (Index k = 0; k < rank; ++k) {
    const double value = std::max(eigen.eigenvalues()(d - 1 - k), 1e-6);
    Eigen::VectorXd vector = eigen.eigenvectors().col(d - 1 - k);
    Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    if (vector(largest) < 0) vector = -vector;
    z.segment(k * d, d) = std::sqrt(value) * vector;
  }
  const auto loss = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
    const Eigen::Map<const Eigen::MatrixXd> factors(x.data(), d, classes);
    const Eigen::MatrixXd off = (factors * factors.transpose()).cwiseProduct(mask) - wanted;
    gradient.resize(x.size());
    Eigen::Map<Eigen::MatrixXd>(gradient.data(), d, classes).noalias() = 4 * off * factors;
    return off.squaredNorm();
  };
  ASSAY_RETURN_IF_ERROR(Minimise(loss, {.iterations = 500, .gradient_tolerance = 1e-10, .change_tolerance = 1e-13, .interrupt = interrupt}, z));
  const Eigen::MatrixXd factors = spread.asDiagonal() * Eigen::Map<const Eigen::MatrixXd>(z.data(), d, classes);
  const Eigen::MatrixXd through = scaled * factors;
  const Eigen::MatrixXd middle = Eigen::MatrixXd::Identity(classes, classes) + factors.transpose() * through;
  const Eigen::MatrixXd q = through * middle.llt().solve(through.transpose());
  return Eigen::MatrixXd(scale.asDiagonal() * q * scale.asDiagonal());
}

}  // namespace

RulePairs Ordered(RulePairs pairs) {
  for (auto& [a, b] : pairs) {
    if (a > b) std::swap(a, b);
  }
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

RuleCliques MakeCliques(size_t rules, const RulePairs& pairs) {
  std::vector<uint32_t> least(rules);  // the first rule that each hangs together with
  for (uint32_t j = 0; j < rules; ++j) least[j] = j;
  for (const auto& [a, b] : pairs) {
    const uint32_t from = std::max(least[a], least[b]), to = std::min(least[a], least[b]);
    if (from != to) std::ranges::replace(least, from, to);
  }
  std::map<uint32_t, std::vector<uint32_t>> groups;
  for (uint32_t j = 0; j < rules; ++j) groups[least[j]].push_back(j);
  RuleCliques cliques;
  cliques.of_rule.assign(rules, -1);
  for (auto& [first, group] : groups) {
    if (group.size() < 2) continue;
    for (const uint32_t j : group) cliques.of_rule[j] = static_cast<int32_t>(cliques.cliques.size());
    cliques.cliques.push_back(std::move(group));
  }
  return cliques;
}

Result<SnorkelCliqueFit> TrainSnorkelCliques(const PatternTable& patterns, const RulePairs& pairs, const std::vector<double>& balance,
                                             const SnorkelOptions& options, double initial_factor, const std::atomic<bool>* interrupt) {
  const RuleCliques cliques = MakeCliques(patterns.rules(), pairs);
  for (const auto& clique : cliques.cliques) {
    if (clique.size() > kLargestClique) {
      return Fail(ErrorKind::kUsage, fmt::format("the correlations tie {} rules together ({}, {}, ...): the label model snorkel can take {} at "
                                                 "most, for it looks at all of their joint votes",
                                                 clique.size(), patterns.layout().rules[clique[0]].name, patterns.layout().rules[clique[1]].name,
                                                 kLargestClique));
    }
  }
  Columns columns = ColumnsOf(patterns, cliques);
  if (columns.votes.size() > kMostColumns) {
    return Fail(ErrorKind::kUsage, fmt::format("with these correlations the label model snorkel would have {} votes and joint votes to tell "
                                               "apart, and {} is the most: name fewer correlations, or fit fewer rules",
                                               columns.votes.size(), kMostColumns));
  }
  const auto d = static_cast<Index>(columns.votes.size()), classes = static_cast<Index>(balance.size());
  const auto rows = static_cast<double>(patterns.rows());

  SnorkelCliqueFit result;
  std::vector<uint64_t> together(columns.votes.size() * columns.votes.size());
  for (size_t p = 0; p < patterns.size(); ++p) {
    for (const uint32_t a : columns.of_pattern[p]) {
      for (const uint32_t b : columns.of_pattern[p]) together[a * columns.votes.size() + b] += patterns.count(p);
    }
  }
  Eigen::MatrixXd moments(d, d);
  for (Index a = 0; a < d; ++a) {
    for (Index b = 0; b < d; ++b) moments(a, b) = static_cast<double>(together[static_cast<size_t>(a * d + b)]) / rows;
    result.counts.push_back(together[static_cast<size_t>(a * d + a)]);
  }
  Eigen::MatrixXd q = Eigen::MatrixXd::Zero(d, d);
  if (d > 0) {
    ASSAY_ASSIGN_OR_RETURN(q, ClassPart(moments, MaskOf(columns.votes, cliques), classes, interrupt));
  }

  // mu: a vote speaks for its own class, joint votes for the classes of their votes in equal shares.
  ModelMatrix mu_init = ModelMatrix::Zero(d, classes);
  for (Index c = 0; c < d; ++c) {
    const JointVote& joint = columns.votes[static_cast<size_t>(c)];
    for (const auto& [rule, vote] : joint) {
      const double precision = options.prec_init.size() == 1 ? options.prec_init[0] : options.prec_init[rule];
      mu_init(c, vote) += moments(c, c) * precision / balance[vote] / static_cast<double>(joint.size());
    }
  }
  mu_init = mu_init.cwiseMin(1.0);
  SnorkelFit& fit = result.fit;
  fit.mu = mu_init * initial_factor;
  const Eigen::VectorXd pi = Eigen::Map<const Eigen::VectorXd>(balance.data(), classes);
  const Eigen::VectorXd diagonal = moments.diagonal();
  const double l2_squared = options.l2 * options.l2, norm = q.squaredNorm();
  const auto loss_of = [&](const ModelMatrix& mu, ModelMatrix& gradient) {
    const ModelMatrix weighted = mu * pi.asDiagonal();
    gradient.noalias() = q * weighted;
    const Eigen::VectorXd off = mu * pi - diagonal;
    const ModelMatrix square = mu.transpose() * weighted;
    double loss = norm - 2 * gradient.cwiseProduct(mu).sum() + square.cwiseProduct(square.transpose()).sum() + off.squaredNorm();
    gradient = -4 * (gradient - weighted * square) + 2 * off * pi.transpose();
    if (l2_squared > 0) {
      loss += l2_squared * (mu - mu_init).squaredNorm();
      gradient += 2 * l2_squared * (mu - mu_init);
    }
    return loss;
  };
  ASSAY_RETURN_IF_ERROR(Descend(loss_of, options, patterns.rows(), interrupt, fit));
  ModelMatrix right = ModelMatrix::Zero(classes, classes);
  for (Index c = 0; c < d; ++c) {
    const JointVote& vote = columns.votes[static_cast<size_t>(c)];
    if (vote.size() == 1) right.row(vote[0].second) += fit.mu.row(c);
  }
  right = right * pi.asDiagonal();
  Permute(BestPermutation(right, balance), fit);
  result.columns = std::move(columns.votes);
  return result;
}

}  // namespace assay
