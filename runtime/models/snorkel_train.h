// The parameters of Snorkel's label model (the matrix completion of Ratner et al. 2019, rules independent given the class):
// gradient descent on
//
//   |(O - mu P mu') o M|^2 + |mu pi - diag O|^2 + l2^2 |mu - mu_init|^2
//
// where O [columns, columns] is how often two votes occur together, M leaves out the votes of one and the same rule, and P =
// diag(pi). Two things make it cheap. Only votes that occur are columns: the others begin and stay at zero. And mu P mu' is
// never formed: what the gradient needs of it is mu P (mu' mu P), less the rules' own blocks, so that an epoch costs
// the pairs that occur, times the classes, and nothing that depends on the rows.
#pragma once

#include <Eigen/Dense>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/models/snorkel_options.h"
#include "runtime/models/statistics.h"

namespace assay {

// [columns, classes], row by row.
using ModelMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// O without its diagonal, as what it does to a matrix.
class OverlapProduct {
 public:
  virtual ~OverlapProduct() = default;
  virtual void Multiply(const ModelMatrix& x, ModelMatrix& product) const = 0;  // product = O x
  virtual std::optional<double> SquaredNorm() const = 0;                        // where it is known
};

struct Overlaps {
  std::vector<VoteMoments::Column> columns;  // by rule, then vote
  double rows = 0;
  std::unique_ptr<OverlapProduct> off_diagonal;

  double diagonal(size_t column) const { return static_cast<double>(columns[column].count) / rows; }
};

Overlaps OverlapsOf(const VoteMoments& moments);
// Straight from the patterns, which stay in use: for votes so many that pairs of them would not fit.
Overlaps OverlapsOf(const PatternTable& patterns);

// The first uniform draw of NumPy's legacy generator after np.random.seed(seed).
double FirstUniformDraw(uint32_t seed);

// min(0.01, 10^-ceil(log10 rows)).
double DefaultMuEps(uint64_t rows);

// The loss of mu; leaves its gradient, but for weight decay, in `gradient`.
using SnorkelLoss = std::function<double(const ModelMatrix& mu, ModelMatrix& gradient)>;

// One step after another by the optimizer's rule, weight decay included.
class OptimizerSteps {
 public:
  explicit OptimizerSteps(const SnorkelOptions& options) : options_(options) {}
  // Changes `mu` by the gradient, whose content is lost.
  void Step(double lr, ModelMatrix& gradient, ModelMatrix& mu);

 private:
  const SnorkelOptions& options_;
  int64_t steps_ = 0;
  ModelMatrix first_, second_, largest_;  // moments; what they are depends on the optimizer
};

struct SnorkelFit {
  ModelMatrix mu;                    // P(vote | class) of the columns, after clamp and permutation
  double mu_eps = 0;
  std::vector<double> losses;        // at the beginning of each epoch, less a constant where the product has no norm
  double loss_after_last_step = 0;
  bool permuted = false;
};

// Trains fit.mu from where it stands by the options' optimizer and schedule, and clamps it (`rows`: of the votes). An error
// when it is interrupted or the loss is no number any more.
Status Descend(const SnorkelLoss& loss_of, const SnorkelOptions& options, uint64_t rows, const std::atomic<bool>* interrupt,
               SnorkelFit& fit);

struct SnorkelProblem {
  const Overlaps& overlaps;
  size_t rules = 0;
  const std::vector<double>& balance;  // as given, not normalised
  const SnorkelOptions& options;
  double initial_factor = 1;  // of mu at the beginning; the l2 term is around mu without it
  const std::atomic<bool>* interrupt = nullptr;
};

// An error when it is interrupted or the loss is no number any more.
Result<SnorkelFit> TrainSnorkel(const SnorkelProblem& problem);

// The parameters that training begins with, before the factor.
ModelMatrix InitialMu(const SnorkelProblem& problem);

// Which class each column of mu shall be, so that rules vote as rightly as possible: classes change places only with those
// of equal balance (to 3 decimals). `right` [classes, classes]: how much speaks for class a's parameters being class b's.
std::vector<size_t> BestPermutation(const ModelMatrix& right, const std::vector<double>& balance);
// Gives the columns of fit.mu these places.
void Permute(const std::vector<size_t>& becomes, SnorkelFit& fit);

}  // namespace assay
