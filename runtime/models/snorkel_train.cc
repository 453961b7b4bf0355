#include "runtime/models/snorkel_train.h"

#include <fmt/format.h>

#include <Eigen/SparseCore>
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <random>

namespace assay {
namespace {

using Eigen::Index;

class DenseProduct : public OverlapProduct {
 public:
  explicit DenseProduct(ModelMatrix overlaps) : overlaps_(std::move(overlaps)) {}
  void Multiply(const ModelMatrix& x, ModelMatrix& product) const override { product.noalias() = overlaps_ * x; }
  std::optional<double> SquaredNorm() const override { return overlaps_.squaredNorm(); }

 private:
  ModelMatrix overlaps_;
};

class SparseProduct : public OverlapProduct {
 public:
  SparseProduct(std::vector<size_t> begin, std::vector<uint32_t> column, std::vector<double> value)
      : begin_(std::move(begin)), column_(std::move(column)), value_(std::move(value)) {}
  void Multiply(const ModelMatrix& x, ModelMatrix& product) const override {
    product.setZero(x.rows(), x.cols());
    for (Index i = 0; i < x.rows(); ++i) {
      const auto row = static_cast<size_t>(i);
      for (size_t at = begin_[row]; at < begin_[row + 1]; ++at) product.row(i) += value_[at] * x.row(static_cast<Index>(column_[at]));
    }
  }
  std::optional<double> SquaredNorm() const override {
    double sum = 0;
    for (const double v : value_) sum += v * v;
    return sum;
  }

 private:
  std::vector<size_t> begin_;
  std::vector<uint32_t> column_;
  std::vector<double> value_;
};

// psi' diag(counts) psi / rows without its diagonal, pattern by pattern.
class PatternProduct : public OverlapProduct {
 public:
  PatternProduct(const PatternTable& patterns, std::vector<double> diagonal, std::vector<uint32_t> column_of_plane)
      : diagonal_(std::move(diagonal)) {
    begin_.push_back(0);
    for (size_t i = 0; i < patterns.size(); ++i) {
      const auto key = patterns.key(i);
      for (size_t k = 0; k < key.size(); ++k) {
        for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) {
          columns_.push_back(column_of_plane[k * 64 + static_cast<size_t>(std::countr_zero(bits))]);
        }
      }
      begin_.push_back(columns_.size());
      weights_.push_back(static_cast<double>(patterns.count(i)) / static_cast<double>(patterns.rows()));
    }
  }
  void Multiply(const ModelMatrix& x, ModelMatrix& product) const override {
    product.setZero(x.rows(), x.cols());
    for (Index c = 0; c < x.rows(); ++c) product.row(c) = -diagonal_[static_cast<size_t>(c)] * x.row(c);
    Eigen::RowVectorXd sum(x.cols());
    for (size_t i = 0; i < weights_.size(); ++i) {
      sum.setZero();
      for (size_t at = begin_[i]; at < begin_[i + 1]; ++at) sum += x.row(static_cast<Index>(columns_[at]));
      sum *= weights_[i];
      for (size_t at = begin_[i]; at < begin_[i + 1]; ++at) product.row(static_cast<Index>(columns_[at])) += sum;
    }
  }
  std::optional<double> SquaredNorm() const override { return std::nullopt; }

 private:
  std::vector<double> diagonal_;
  std::vector<size_t> begin_;
  std::vector<uint32_t> columns_;
  std::vector<double> weights_;
};

// Where each rule's columns begin: [rules + 1].
std::vector<size_t> BlocksOf(const std::vector<VoteMoments::Column>& columns, size_t rules) {
  std::vector<size_t> begin;
  for (size_t c = 0; c < columns.size(); ++c) {
    while (begin.size() <= columns[c].rule) begin.push_back(c);
  }
  while (begin.size() <= rules) begin.push_back(columns.size());
  return begin;
}

// The permutation with the least cost, by the Hungarian method; result[row] is its column.
std::vector<size_t> Assign(const Eigen::MatrixXd& cost) {
  const auto n = static_cast<size_t>(cost.rows());
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> u(n + 1), v(n + 1);
  std::vector<size_t> row_of(n + 1, 0), way(n + 1, 0);  // of columns, from 1; row 0 is none
  for (size_t i = 1; i <= n; ++i) {
    row_of[0] = i;
    size_t column = 0;
    std::vector<double> least(n + 1, infinity);
    std::vector<bool> used(n + 1);
    do {
      used[column] = true;
      const size_t row = row_of[column];
      double delta = infinity;
      size_t next = 0;
      for (size_t j = 1; j <= n; ++j) {
        if (used[j]) continue;
        const double reduced = cost(static_cast<Index>(row - 1), static_cast<Index>(j - 1)) - u[row] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          way[j] = column;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (size_t j = 0; j <= n; ++j) {
        if (used[j]) {
          u[row_of[j]] += delta;
          v[j] -= delta;
        } else {
          least[j] -= delta;
        }
      }
      column = next;
    } while (row_of[column] != 0);
    while (column != 0) {
      const size_t before = way[column];
      row_of[column] = row_of[before];
      column = before;
    }
  }
  std::vector<size_t> assigned(n);
  for (size_t j = 1; j <= n; ++j) assigned[row_of[j] - 1] = j - 1;
  return assigned;
}

}  // namespace

Overlaps OverlapsOf(const VoteMoments& moments) {
  Overlaps overlaps{moments.Columns(), static_cast<double>(moments.rows()), nullptr};
  const size_t d = overlaps.columns.size();
  const std::vector<VoteMoments::Pair> pairs = moments.Pairs();
  if (d <= 4096 && pairs.size() * 8 >= d * d) {
    ModelMatrix dense = ModelMatrix::Zero(static_cast<Index>(d), static_cast<Index>(d));
    for (const VoteMoments::Pair& pair : pairs) {
      const double share = static_cast<double>(pair.count) / overlaps.rows;
      dense(pair.first, pair.second) = share;
      dense(pair.second, pair.first) = share;
    }
    overlaps.off_diagonal = std::make_unique<DenseProduct>(std::move(dense));
    return overlaps;
  }
  std::vector<size_t> begin(d + 1);
  for (const VoteMoments::Pair& pair : pairs) {
    ++begin[pair.first + 1];
    ++begin[pair.second + 1];
  }
  for (size_t c = 0; c < d; ++c) begin[c + 1] += begin[c];
  std::vector<uint32_t> column(pairs.size() * 2);
  std::vector<double> value(pairs.size() * 2);
  std::vector<size_t> next(begin.begin(), begin.end() - 1);
  // Pairs ascend, so each row's columns do: first those below the row, then those above.
  for (const VoteMoments::Pair& pair : pairs) {
    column[next[pair.second]] = pair.first;
    value[next[pair.second]++] = static_cast<double>(pair.count) / overlaps.rows;
  }
  for (const VoteMoments::Pair& pair : pairs) {
    column[next[pair.first]] = pair.second;
    value[next[pair.first]++] = static_cast<double>(pair.count) / overlaps.rows;
  }
  overlaps.off_diagonal = std::make_unique<SparseProduct>(std::move(begin), std::move(column), std::move(value));
  return overlaps;
}

Overlaps OverlapsOf(const PatternTable& patterns) {
  const VoteLayout& layout = patterns.layout();
  std::vector<uint64_t> counts(layout.planes.size());
  for (size_t i = 0; i < patterns.size(); ++i) {
    const auto key = patterns.key(i);
    for (size_t k = 0; k < key.size(); ++k) {
      for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) counts[k * 64 + static_cast<size_t>(std::countr_zero(bits))] += patterns.count(i);
    }
  }
  Overlaps overlaps{{}, static_cast<double>(patterns.rows()), nullptr};
  std::vector<uint32_t> plane_of_column;
  for (uint32_t p = 0; p < counts.size(); ++p) {
    if (counts[p] > 0) plane_of_column.push_back(p);
  }
  const auto column_at = [&](uint32_t p) {
    const auto vote = std::ranges::find(layout.class_ids, layout.planes[p].class_id) - layout.class_ids.begin();
    return VoteMoments::Column{layout.planes[p].rule, static_cast<uint32_t>(vote), counts[p]};
  };
  std::ranges::sort(plane_of_column, [&](uint32_t a, uint32_t b) {
    const auto x = column_at(a), y = column_at(b);
    return x.rule != y.rule ? x.rule < y.rule : x.vote < y.vote;
  });
  std::vector<uint32_t> column_of_plane(counts.size());
  std::vector<double> diagonal;
  for (const uint32_t p : plane_of_column) {
    column_of_plane[p] = static_cast<uint32_t>(overlaps.columns.size());
    overlaps.columns.push_back(column_at(p));
    diagonal.push_back(overlaps.diagonal(overlaps.columns.size() - 1));
  }
  overlaps.off_diagonal = std::make_unique<PatternProduct>(patterns, std::move(diagonal), std::move(column_of_plane));
  return overlaps;
}

double FirstUniformDraw(uint32_t seed) {
  std::mt19937 twister(seed);
  const auto high = static_cast<double>(twister() >> 5);
  const auto low = static_cast<double>(twister() >> 6);
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

double DefaultMuEps(uint64_t rows) {
  double power = 1;
  while (power < static_cast<double>(rows)) power *= 10;
  return std::min(0.01, 1 / power);
}

void OptimizerSteps::Step(double lr, ModelMatrix& gradient, ModelMatrix& mu) {
  gradient += options_.l2 * mu;
  ++steps_;
  switch (options_.optimizer) {
    case SnorkelOptimizer::kSgd:
      if (steps_ == 1) {
        first_ = gradient;
      } else {
        first_ = options_.momentum * first_ + gradient;
      }
      mu -= lr * first_;
      return;
    case SnorkelOptimizer::kAdam: {
      if (steps_ == 1) {
        first_ = second_ = ModelMatrix::Zero(mu.rows(), mu.cols());
        if (options_.amsgrad) largest_ = first_;
      }
      first_ = options_.beta1 * first_ + (1 - options_.beta1) * gradient;
      second_ = options_.beta2 * second_ + (1 - options_.beta2) * gradient.cwiseProduct(gradient);
      if (options_.amsgrad) largest_ = largest_.cwiseMax(second_);
      const ModelMatrix& squares = options_.amsgrad ? largest_ : second_;
      const double step = lr / (1 - std::pow(options_.beta1, static_cast<double>(steps_)));
      const double root = std::sqrt(1 - std::pow(options_.beta2, static_cast<double>(steps_)));
      mu.array() -= step * first_.array() / (squares.array().sqrt() / root + 1e-8);
      return;
    }
    case SnorkelOptimizer::kAdamax: {
      if (steps_ == 1) first_ = second_ = ModelMatrix::Zero(mu.rows(), mu.cols());
      first_ = options_.beta1 * first_ + (1 - options_.beta1) * gradient;
      second_ = (options_.beta2 * second_).cwiseMax((gradient.array().abs() + options_.eps).matrix());
      const double step = lr / (1 - std::pow(options_.beta1, static_cast<double>(steps_)));
      mu.array() -= step * first_.array() / second_.array();
      return;
    }
  }
}

ModelMatrix InitialMu(const SnorkelProblem& problem) {
  const Overlaps& overlaps = problem.overlaps;
  const std::vector<double>& precision = problem.options.prec_init;
  ModelMatrix mu = ModelMatrix::Zero(static_cast<Index>(overlaps.columns.size()), static_cast<Index>(problem.balance.size()));
  for (size_t c = 0; c < overlaps.columns.size(); ++c) {
    const VoteMoments::Column& column = overlaps.columns[c];
    const double of_rule = precision.size() == 1 ? precision[0] : precision[column.rule];
    mu(static_cast<Index>(c), column.vote) = std::clamp(overlaps.diagonal(c) * of_rule / problem.balance[column.vote], 0.0, 1.0);
  }
  return mu;
}

std::vector<size_t> BestPermutation(const ModelMatrix& right, const std::vector<double>& balance) {
  std::map<double, std::vector<size_t>> groups;
  for (size_t y = 0; y < balance.size(); ++y) groups[std::nearbyint(balance[y] * 1000)].push_back(y);
  std::vector<size_t> becomes(balance.size());
  for (size_t y = 0; y < becomes.size(); ++y) becomes[y] = y;
  for (const auto& [share, group] : groups) {
    const auto n = static_cast<Index>(group.size());
    if (n == 1) continue;
    // cost(a, b): of class group[a]'s parameters becoming group[b]'s.
    Eigen::MatrixXd cost(n, n);
    for (Index a = 0; a < n; ++a) {
      for (Index b = 0; b < n; ++b) {
        cost(a, b) = -right(static_cast<Index>(group[static_cast<size_t>(b)]), static_cast<Index>(group[static_cast<size_t>(a)]));
      }
    }
    const std::vector<size_t> assigned = Assign(cost);
    double found = 0;
    for (Index a = 0; a < n; ++a) found += cost(a, static_cast<Index>(assigned[static_cast<size_t>(a)]));
    if (cost.trace() <= found + 1e-12 * std::abs(found)) continue;  // as good as it stands
    for (size_t a = 0; a < group.size(); ++a) becomes[group[a]] = group[assigned[a]];
  }
  return becomes;
}

Status Descend(const SnorkelLoss& loss_of, const SnorkelOptions& options, uint64_t rows, const std::atomic<bool>* interrupt,
               SnorkelFit& fit) {
  ModelMatrix gradient(fit.mu.rows(), fit.mu.cols());
  OptimizerSteps optimizer(options);
  LearningRate rate(options);
  for (int64_t epoch = 0; epoch <= options.n_epochs; ++epoch) {
    if (interrupt != nullptr && interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
    const double loss = loss_of(fit.mu, gradient);
    if (!std::isfinite(loss)) {
      return Fail(ErrorKind::kUsage, fmt::format("the loss is no number any more after {} epochs: the steps are too large; reduce the "
                                                 "learning rate (--set lr={})",
                                                 epoch, options.lr / 10));
    }
    if (epoch == options.n_epochs) {
      fit.loss_after_last_step = loss;
      break;
    }
    fit.losses.push_back(loss);
    optimizer.Step(rate.now(), gradient, fit.mu);
    rate.Next();
  }
  fit.mu_eps = options.mu_eps.value_or(DefaultMuEps(rows));
  fit.mu = fit.mu.cwiseMax(fit.mu_eps).cwiseMin(1 - fit.mu_eps);
  return {};
}

void Permute(const std::vector<size_t>& becomes, SnorkelFit& fit) {
  const ModelMatrix mu = fit.mu;
  for (size_t y = 0; y < becomes.size(); ++y) {
    fit.mu.col(static_cast<Index>(becomes[y])) = mu.col(static_cast<Index>(y));
    if (becomes[y] != y) fit.permuted = true;
  }
}

Result<SnorkelFit> TrainSnorkel(const SnorkelProblem& problem) {
  const Overlaps& overlaps = problem.overlaps;
  const SnorkelOptions& options = problem.options;
  const auto d = static_cast<Index>(overlaps.columns.size());
  const auto classes = static_cast<Index>(problem.balance.size());
  const std::vector<size_t> blocks = BlocksOf(overlaps.columns, problem.rules);
  const Eigen::VectorXd pi = Eigen::Map<const Eigen::VectorXd>(problem.balance.data(), classes);
  Eigen::VectorXd diagonal(d);
  for (Index c = 0; c < d; ++c) diagonal(c) = overlaps.diagonal(static_cast<size_t>(c));
  const double norm = overlaps.off_diagonal->SquaredNorm().value_or(0);
  const double l2_squared = options.l2 * options.l2;

  SnorkelFit fit;
  ModelMatrix mu_init = InitialMu(problem);
  fit.mu = mu_init * problem.initial_factor;
  ModelMatrix weighted(d, classes);
  const auto loss_of = [&](const ModelMatrix& mu, ModelMatrix& gradient) {
    weighted.noalias() = mu * pi.asDiagonal();
    overlaps.off_diagonal->Multiply(weighted, gradient);  // (O o M) mu P
    double loss = norm - 2 * gradient.cwiseProduct(mu).sum();
    const ModelMatrix square = mu.transpose() * weighted;  // mu' mu P
    loss += square.cwiseProduct(square.transpose()).sum();
    gradient.noalias() -= weighted * square;
    ModelMatrix own(classes, classes);
    for (size_t j = 0; j < problem.rules; ++j) {
      const auto first = static_cast<Index>(blocks[j]), count = static_cast<Index>(blocks[j + 1] - blocks[j]);
      if (count == 0) continue;
      // The block is small beside the classes when rules vote few of them; then mu_j P mu_j' is what is formed.
      if (count <= classes) {
        const ModelMatrix block = weighted.middleRows(first, count) * mu.middleRows(first, count).transpose();
        loss -= block.squaredNorm();
        gradient.middleRows(first, count).noalias() += block * weighted.middleRows(first, count);
      } else {
        own.noalias() = mu.middleRows(first, count).transpose() * weighted.middleRows(first, count);
        loss -= own.cwiseProduct(own.transpose()).sum();
        gradient.middleRows(first, count).noalias() += weighted.middleRows(first, count) * own;
      }
    }
    gradient *= -4;
    const Eigen::VectorXd off = mu * pi - diagonal;
    loss += off.squaredNorm();
    gradient.noalias() += 2 * off * pi.transpose();
    if (l2_squared > 0) {
      loss += l2_squared * (mu - mu_init).squaredNorm();
      gradient += 2 * l2_squared * (mu - mu_init);
    }
    return loss;
  };

  ASSAY_RETURN_IF_ERROR(Descend(loss_of, options, static_cast<uint64_t>(overlaps.rows), problem.interrupt, fit));

  // Which class is which. Votes that do not occur count with mu_eps.
  ModelMatrix right = ModelMatrix::Zero(classes, classes);
  Eigen::VectorXd occur = Eigen::VectorXd::Zero(classes);
  for (Index c = 0; c < d; ++c) {
    const auto vote = static_cast<Index>(overlaps.columns[static_cast<size_t>(c)].vote);
    right.row(vote) += fit.mu.row(c);
    occur(vote) += 1;
  }
  for (Index y = 0; y < classes; ++y) right.row(y).array() += fit.mu_eps * (static_cast<double>(problem.rules) - occur(y));
  right = right * pi.asDiagonal();
  Permute(BestPermutation(right, problem.balance), fit);
  return fit;
}

}  // namespace assay
