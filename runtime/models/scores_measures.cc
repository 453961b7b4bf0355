#include "runtime/models/scores_measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/models/decide.h"

namespace assay {
namespace {

// A probability of 0 for the true class would make the loss infinite; this is the least that counts.
constexpr double kLeastProbability = 1e-15;
constexpr size_t kCalibrationBins = 10;

double RatioOrZero(double a, double b) { return b > 0 ? a / b : 0; }

// How well the probability of class `positive` tells its rows from those of every other class: `wins[b]` becomes the number
// of pairs (a row of `positive`, a row of b) in which the first has the larger probability, a tie counting one half.
void CountWins(std::span<const ScoredRow> rows, size_t positive, std::vector<size_t>& order, std::vector<double>& wins) {
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const double p = rows[a].probabilities[positive], q = rows[b].probabilities[positive];
    return p != q ? p < q : a < b;
  });
  std::fill(wins.begin(), wins.end(), 0.0);
  std::vector<double> below(wins.size());  // weight of the rows of each class with a smaller probability
  std::vector<double> level(wins.size());  // ... with this one
  for (size_t first = 0; first < order.size();) {
    size_t end = first;
    const double p = rows[order[first]].probabilities[positive];
    for (; end < order.size() && rows[order[end]].probabilities[positive] == p; ++end) {
      level[rows[order[end]].gold] += rows[order[end]].weight;
    }
    if (level[positive] > 0) {
      for (size_t b = 0; b < wins.size(); ++b) wins[b] += level[positive] * (below[b] + level[b] / 2);
    }
    for (size_t i = first; i < end; ++i) {
      const size_t gold = rows[order[i]].gold;
      below[gold] += level[gold];
      level[gold] = 0;
    }
    first = end;
  }
}

void AddRocAuc(size_t classes, std::span<const ScoredRow> rows, ViewScores& scores) {
  std::vector<double> gold(classes);
  double total = 0;
  for (const ScoredRow& row : rows) {
    gold[row.gold] += row.weight;
    total += row.weight;
  }
  if (std::count_if(gold.begin(), gold.end(), [](double n) { return n > 0; }) < 2) return;
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<double> wins(classes);
  double rest_sum = 0, rest_count = 0, pair_sum = 0, pair_count = 0;
  for (size_t a = 0; a < classes; ++a) {
    if (gold[a] == 0) continue;
    CountWins(rows, a, order, wins);
    double won = 0;
    for (size_t b = 0; b < classes; ++b) {
      if (b == a || gold[b] == 0) continue;
      won += wins[b];
      pair_sum += wins[b] / (gold[a] * gold[b]);
      pair_count += 1;
    }
    const double auc = won / (gold[a] * (total - gold[a]));
    rest_sum += auc;
    rest_count += 1;
    if (classes == 2 && a == 1) scores.roc_auc = auc;
  }
  scores.roc_auc_ovr = rest_sum / rest_count;
  scores.roc_auc_ovo = pair_sum / pair_count;
}

}  // namespace

void AddConfusionScores(size_t classes, ViewScores& scores) {
  const std::vector<double>& confusion = scores.confusion;
  std::vector<double> gold(classes), labeled(classes);
  double right = 0;
  scores.rows = 0;
  for (size_t c = 0; c < classes; ++c) {
    for (size_t other = 0; other < classes; ++other) {
      gold[c] += confusion[c * classes + other];
      labeled[c] += confusion[other * classes + c];
    }
    scores.rows += gold[c];
    right += confusion[c * classes + c];
  }
  if (!(scores.rows > 0)) return;

  double precision = 0, recall = 0, f1 = 0, occurring = 0;
  double agreement = 0, gold_squares = 0, label_squares = 0;
  for (size_t c = 0; c < classes; ++c) {
    agreement += gold[c] * labeled[c];
    gold_squares += gold[c] * gold[c];
    label_squares += labeled[c] * labeled[c];
    const double hit = confusion[c * classes + c];
    const double of_class[] = {RatioOrZero(hit, labeled[c]), RatioOrZero(hit, gold[c]), RatioOrZero(2 * hit, gold[c] + labeled[c])};
    if (gold[c] + labeled[c] > 0) {
      precision += of_class[0];
      recall += of_class[1];
      f1 += of_class[2];
      occurring += 1;
    }
    if (classes == 2 && c == 1) {
      scores.precision = of_class[0];
      scores.recall = of_class[1];
      scores.f1 = of_class[2];
    }
  }
  const double rows = scores.rows;
  scores.accuracy = right / rows;
  scores.f1_micro = scores.accuracy;
  scores.precision_macro = precision / occurring;
  scores.recall_macro = recall / occurring;
  scores.f1_macro = f1 / occurring;
  const double spread = (rows * rows - label_squares) * (rows * rows - gold_squares);
  scores.mcc = spread > 0 ? (right * rows - agreement) / std::sqrt(spread) : 0.0;
}

void AddProbabilityScores(size_t classes, std::span<const ScoredRow> rows, double tie_tolerance, ViewScores& scores) {
  if (rows.empty()) return;
  AddRocAuc(classes, rows, scores);
  double total = 0, loss = 0, brier = 0;
  struct Bin {
    double weight = 0, confidence = 0, right = 0;
  } bins[kCalibrationBins];
  for (const ScoredRow& row : rows) {
    const auto p = row.probabilities;
    total += row.weight;
    loss -= row.weight * std::log(std::max(p[row.gold], kLeastProbability));
    double squares = 0;
    for (size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
      const double error = p[c] - (c == row.gold ? 1 : 0);
      squares += error * error;
    }
    brier += row.weight * squares;
    const double top = *std::max_element(p.begin(), p.end());
    // The bins are open to the left, as in (0.9, 1].
    const auto bin = static_cast<size_t>(std::clamp(std::ceil(top * kCalibrationBins) - 1, 0.0, kCalibrationBins - 1.0));
    bins[bin].weight += row.weight;
    bins[bin].confidence += row.weight * top;
    ShareTies(p, tie_tolerance, [&](size_t c, double share) { bins[bin].right += c == row.gold ? row.weight * share : 0; });
  }
  double gap = 0;
  for (const Bin& bin : bins) gap += std::abs(bin.confidence - bin.right);
  scores.log_loss = loss / total;
  scores.brier = brier / total;
  scores.calibration_error = gap / total;
}

}  // namespace assay
