// Fits of label models on a million rows of a hundred rules, each beside a straightforward implementation of the same fit over
// rows with Eigen. Votes are made from a fixed seed: rules of one class (a third of them of two), accuracies .6 to .95, ten
// votes a row. Prints JSON; tests/bench/run makes sentences of it.
//
//   bench_models [rows] [rules] [classes]
#include <fmt/format.h>
#include <sys/resource.h>

#include <Eigen/Dense>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "runtime/models/label_model.h"
#include "runtime/models/statistics.h"
#include "runtime/votes/patterns.h"
#include "runtime/votes/statistics.h"

namespace {

using namespace assay;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

double Seconds(auto&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The most memory the process has had so far, in MB; Linux forgets it on request.
double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}
double NowMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

struct Votes {
  VoteLayout layout;
  VotePlanes planes;
};

Votes MakeVotes(size_t rows, size_t rules, size_t classes) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  Votes votes;
  for (size_t c = 0; c < classes; ++c) {
    votes.layout.class_names.push_back(fmt::format("C{}", c));
    votes.layout.class_ids.push_back(static_cast<int32_t>(c));
  }
  struct Rule {
    size_t vote, other;
    double accuracy, speaks;
  };
  std::vector<Rule> made;
  for (size_t j = 0; j < rules; ++j) {
    const size_t vote = j % classes, other = j % 3 == 0 ? (vote + 1) % classes : vote;
    made.push_back({vote, other, 0.6 + 0.35 * uniform(random), 0.02 + 0.16 * uniform(random)});
    VoteLayout::Rule rule{fmt::format("rule_{}", j), static_cast<uint32_t>(votes.layout.planes.size()), other == vote ? 1u : 2u};
    votes.layout.planes.push_back({static_cast<uint32_t>(j), static_cast<int32_t>(std::min(vote, other))});
    if (other != vote) votes.layout.planes.push_back({static_cast<uint32_t>(j), static_cast<int32_t>(std::max(vote, other))});
    votes.layout.rules.push_back(rule);
  }
  votes.planes = VotePlanes(votes.layout.planes.size(), rows);
  for (size_t i = 0; i < rows; ++i) {
    const auto y = static_cast<size_t>(uniform(random) * static_cast<double>(classes));
    for (size_t j = 0; j < rules; ++j) {
      const Rule& rule = made[j];
      // A rule of one class fires more often on its class; one of two says which of them it is.
      size_t vote = rule.vote;
      double fires = rule.speaks;
      if (rule.other == rule.vote) {
        fires *= y == rule.vote ? 2 * rule.accuracy : 2 * (1 - rule.accuracy);
      } else if ((y == rule.other) == (uniform(random) < rule.accuracy)) {
        vote = rule.other;
      }
      if (uniform(random) >= fires) continue;
      const VoteLayout::Rule& at = votes.layout.rules[j];
      votes.planes.Set(at.first_plane + (at.plane_count == 2 && vote == std::max(rule.vote, rule.other) ? 1 : 0), i);
    }
  }
  return votes;
}

// One-hot votes [rows, rules * classes], as implementations over rows have them.
Matrix OneHot(const Votes& votes, size_t classes) {
  Matrix hot = Matrix::Zero(static_cast<Eigen::Index>(votes.planes.rows()), static_cast<Eigen::Index>(votes.layout.rules.size() * classes));
  for (size_t p = 0; p < votes.layout.planes.size(); ++p) {
    const auto& plane = votes.layout.planes[p];
    const auto column = static_cast<Eigen::Index>(plane.rule * classes + static_cast<size_t>(plane.class_id));
    for (size_t i = 0; i < votes.planes.rows(); ++i) {
      if (votes.planes.Get(p, i)) hot(static_cast<Eigen::Index>(i), column) = 1;
    }
  }
  return hot;
}

Matrix SoftmaxRows(Matrix scores) {
  scores.colwise() -= scores.rowwise().maxCoeff().eval();
  scores = scores.array().exp().matrix();
  scores.array().colwise() /= scores.rowwise().sum().eval().array();
  return scores;
}

// Snorkel's fit, over rows: the matrix of co-votes is a product over all rows, then 100 steps.
void SnorkelOverRows(const Matrix& hot, size_t classes, int epochs) {
  const auto k = static_cast<Eigen::Index>(classes), d = hot.cols();
  const Matrix o = hot.transpose() * hot / static_cast<double>(hot.rows());
  Matrix mask = Matrix::Ones(d, d);
  for (Eigen::Index j = 0; j < d; j += k) mask.block(j, j, k, k).setZero();
  Matrix mu = Matrix::Constant(d, k, 0.1), velocity = Matrix::Zero(d, k);
  const Eigen::VectorXd pi = Eigen::VectorXd::Constant(k, 1.0 / static_cast<double>(classes));
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const Matrix scaled = mu * pi.asDiagonal();
    const Matrix off = (o - scaled * mu.transpose()).cwiseProduct(mask);
    const Matrix gradient = -4 * off * scaled + 2 * (mu * pi - o.diagonal()) * pi.transpose();
    velocity = 0.9 * velocity + gradient;
    mu -= 0.01 * velocity;
  }
  if (!std::isfinite(mu.sum())) std::abort();
}

// Expectation maximisation over rows, abstaining ignored.
void DawidSkeneOverRows(const Matrix& hot, size_t classes, int64_t rounds) {
  const auto k = static_cast<Eigen::Index>(classes);
  Matrix t = Matrix::Zero(hot.rows(), k);
  for (Eigen::Index c = 0; c < hot.cols(); ++c) t.col(c % k) += hot.col(c);
  t.array() += 1e-9;
  t.array().colwise() /= t.rowwise().sum().eval().array();
  for (int64_t round = 0; round < rounds; ++round) {
    const Eigen::RowVectorXd prior = t.colwise().mean();
    Matrix errors = (hot.transpose() * t).array() + 0.01;
    for (Eigen::Index j = 0; j < errors.rows(); j += k) {
      const Eigen::RowVectorXd sum = errors.middleRows(j, k).colwise().sum();
      errors.middleRows(j, k).array().rowwise() /= sum.array();
    }
    Matrix scores = hot * Matrix(errors.array().log());
    scores.rowwise() += prior.array().log().matrix();
    t = SoftmaxRows(std::move(scores));
  }
  if (!std::isfinite(t.sum())) std::abort();
}

// FlyingSquid's fit for two classes over rows: the products of votes over all rows, then every triplet of every rule.
void TripletOverRows(const Matrix& hot) {
  const Eigen::Index m = hot.cols() / 2;
  Matrix votes(hot.rows(), m);
  for (Eigen::Index j = 0; j < m; ++j) votes.col(j) = hot.col(2 * j + 1) - hot.col(2 * j);
  const Matrix product = votes.transpose() * votes / static_cast<double>(hot.rows());
  double all = 0;
  for (Eigen::Index j = 0; j < m; ++j) {
    for (Eigen::Index a = 0; a < m; ++a) {
      for (Eigen::Index b = 0; b < a; ++b) {
        if (a == j || b == j || product(a, b) == 0) continue;
        all += std::sqrt(std::abs(product(j, a) * product(j, b) / product(a, b)));
      }
    }
  }
  if (!std::isfinite(all)) std::abort();
}

// The anchored EM of `auto` over rows: abstaining counts half.
void AnchoredOverRows(const Matrix& hot, size_t classes, int rounds) {
  const auto k = static_cast<Eigen::Index>(classes);
  const Eigen::Index m = hot.cols() / k;
  const double n = static_cast<double>(hot.rows());
  const Eigen::RowVectorXd votes = hot.colwise().sum().array() + 1e-9;
  Matrix t = Matrix::Constant(hot.rows(), k, 1.0 / static_cast<double>(classes));
  for (Eigen::Index c = 0; c < hot.cols(); ++c) t.col(c % k) += hot.col(c);
  t.array().colwise() /= t.rowwise().sum().eval().array();
  const Matrix anchor = hot.transpose() * t;
  Matrix cast(hot.rows(), m);
  for (Eigen::Index j = 0; j < m; ++j) cast.col(j) = hot.middleCols(j * k, k).rowwise().sum();
  for (int round = 0; round < rounds; ++round) {
    const Matrix counts = (hot.transpose() * t + anchor) / 2;
    Matrix mu = ((counts.array() + 5) / (n / static_cast<double>(classes) + 20)).min(0.9);
    Matrix abstain(m, k);
    for (Eigen::Index j = 0; j < m; ++j) {
      abstain.row(j) = (1 - mu.middleRows(j * k, k).colwise().sum().array().min(0.995)).log();
    }
    Matrix scores = hot * Matrix(mu.array().log()) - 0.5 * (cast * abstain);
    scores.rowwise() += 0.5 * abstain.colwise().sum();
    t = SoftmaxRows(std::move(scores));
  }
  if (!std::isfinite(t.sum() + votes.sum())) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, size_t fallback) { return argc > i ? static_cast<size_t>(std::strtoull(argv[i], nullptr, 10)) : fallback; };
  const size_t rows = argument(1, 1'000'000), rules = argument(2, 100), classes = argument(3, 2);
  const bool peers = argument(4, 1) != 0;
  const Votes votes = MakeVotes(rows, rules, classes);
  ForgetPeak();
  const double before = NowMegabytes();

  VoteMoments moments(votes.layout);
  const double pairs = Seconds([&] { moments.Add(votes.planes); });
  PatternTable patterns(votes.layout);
  const double table = Seconds([&] { patterns.Add(votes.planes); });
  VoteStatistics statistics(votes.layout);
  const double rules_table = Seconds([&] { statistics.Add(votes.planes); });

  struct Fit {
    std::string name;
    double seconds = 0, two_threads = 0, megabytes = 0, over_rows = 0;
    int64_t rounds = 0;
  };
  std::vector<Fit> fits;
  for (const char* method : {"snorkel", "dawid_skene", "triplet", "auto"}) {
    Fit fit{method};
    FitOptions options{.method = method};
    if (fit.name == "snorkel") options.options["n_epochs"] = "100";
    if (fit.name == "dawid_skene") options.options = {{"abstain", "ignore"}, {"n_iter", "20"}, {"tol", "0"}};
    std::string json;
    const auto run = [&](size_t threads) {
      options.threads = threads;
      return Seconds([&] {
        const auto model = FitsFromMoments(options) ? FitModel(moments, options) : FitModel(patterns, options);
        if (!model) {
          std::fprintf(stderr, "%s\n", model.error().message.c_str());
          std::exit(1);
        }
        const std::string now = (*model)->ToJson();
        if (!json.empty() && now != json) {
          std::fprintf(stderr, "%s: the number of threads shows\n", method);
          std::exit(1);
        }
        json = now;
      });
    };
    // What the fit needs of the votes is part of it; that is counted on one thread.
    const double counting = FitsFromMoments(options) ? pairs : table;
    ForgetPeak();
    fit.seconds = counting + run(1);
    fit.megabytes = PeakMegabytes() - before;
    fit.two_threads = counting + run(2);
    fits.push_back(fit);
  }
  if (peers) {
    const Matrix hot = OneHot(votes, classes);
    fits[0].over_rows = Seconds([&] { SnorkelOverRows(hot, classes, 100); });
    fits[1].over_rows = Seconds([&] { DawidSkeneOverRows(hot, classes, 20); });
    if (classes == 2) fits[2].over_rows = Seconds([&] { TripletOverRows(hot); });
    fits[3].over_rows = Seconds([&] { AnchoredOverRows(hot, classes, 10); });
  }
  fmt::print("{{\"rows\": {}, \"rules\": {}, \"classes\": {}, \"patterns\": {}, \"seconds_of_pairs\": {:.4f}, \"seconds_of_patterns\": {:.4f}, "
             "\"seconds_of_table\": {:.4f}, \"votes_megabytes\": {:.1f}, \"fits\": [",
             rows, rules, classes, patterns.size(), pairs, table, rules_table, static_cast<double>(votes.layout.planes.size() * rows) / 8e6);
  for (size_t i = 0; i < fits.size(); ++i) {
    fmt::print("{}{{\"method\": \"{}\", \"seconds\": {:.4f}, \"seconds_of_two_threads\": {:.4f}, \"megabytes\": {:.0f}, \"over_rows\": {:.4f}}}", i > 0 ? ", " : "", fits[i].name,
               fits[i].seconds, fits[i].two_threads, fits[i].megabytes, fits[i].over_rows);
  }
  fmt::print("]}}\n");
}
