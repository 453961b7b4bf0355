#include "runtime/models/scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/decide.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

// A probability of 0 for the true class would make the loss infinite; this is the least that counts.
constexpr double kLeastProbability = 1e-15;

std::optional<double> Ratio(double a, double b) {
  if (b > 0) return a / b;
  return std::nullopt;
}

template <typename T>
ViewScores ScoresOf(const std::vector<T>& confusion, size_t classes) {
  ViewScores scores;
  double right = 0, macro = 0, occurring = 0;
  for (size_t c = 0; c < classes; ++c) {
    double gold = 0, labeled = 0;
    for (size_t other = 0; other < classes; ++other) {
      gold += static_cast<double>(confusion[c * classes + other]);
      labeled += static_cast<double>(confusion[other * classes + c]);
    }
    const auto hit = static_cast<double>(confusion[c * classes + c]);
    scores.rows += gold;
    right += hit;
    if (gold + labeled > 0) {
      const double f1 = 2 * hit / (gold + labeled);
      macro += f1;
      occurring += 1;
      if (classes == 2 && c == 1) scores.f1 = f1;
    }
    if (classes == 2 && c == 1) {
      scores.precision = Ratio(hit, labeled);
      scores.recall = Ratio(hit, gold);
    }
  }
  scores.accuracy = Ratio(right, scores.rows);
  scores.f1_macro = Ratio(macro, occurring);
  return scores;
}

std::string Json(std::optional<double> value) { return value ? text::FormatFloat(*value) : "null"; }

std::string Json(const ViewScores& view) {
  return fmt::format("{{\"rows\": {}, \"accuracy\": {}, \"f1\": {}, \"precision\": {}, \"recall\": {}, \"f1_macro\": {}}}",
                     static_cast<uint64_t>(std::llround(view.rows)), Json(view.accuracy), Json(view.f1), Json(view.precision),
                     Json(view.recall), Json(view.f1_macro));
}

}  // namespace

Scorer::Scorer(size_t classes)
    : classes_(classes), labeled_(classes * classes), covered_(classes * classes), all_(classes * classes) {}

void Scorer::Add(int32_t gold, int32_t label, std::span<const double> probabilities, bool has_votes, uint64_t times) {
  if (gold < 0 || static_cast<size_t>(gold) >= classes_) return;
  const auto truth = static_cast<size_t>(gold);
  const auto weight = static_cast<double>(times);
  rows_ += times;
  if (has_votes) with_votes_ += times;
  if (label >= 0) {
    with_label_ += times;
    labeled_[truth * classes_ + static_cast<size_t>(label)] += times;
  }
  const auto add = [&](size_t predicted, double share) {
    all_[truth * classes_ + predicted] += weight * share;
    if (has_votes) covered_[truth * classes_ + predicted] += weight * share;
  };
  if (probabilities.empty()) {
    if (label >= 0) {
      add(static_cast<size_t>(label), 1);
    } else {  // nothing is known of the row: every class alike
      for (size_t c = 0; c < classes_; ++c) add(c, 1 / static_cast<double>(classes_));
    }
    return;
  }
  const double top = *std::max_element(probabilities.begin(), probabilities.end());
  double tied = 0;
  for (const double p : probabilities) tied += top - p < kTieTolerance ? 1 : 0;
  for (size_t c = 0; c < classes_; ++c) {
    if (top - probabilities[c] < kTieTolerance) add(c, 1 / tied);
  }
  if (has_votes) {
    loss_ -= weight * std::log(std::max(probabilities[truth], kLeastProbability));
    with_loss_ += times;
  }
}

Scores Scorer::Finish() const {
  Scores scores;
  scores.rows = rows_;
  if (rows_ > 0) {
    scores.coverage = static_cast<double>(with_votes_) / static_cast<double>(rows_);
    scores.label_coverage = static_cast<double>(with_label_) / static_cast<double>(rows_);
  }
  scores.labeled = ScoresOf(labeled_, classes_);
  scores.covered = ScoresOf(covered_, classes_);
  scores.all = ScoresOf(all_, classes_);
  if (with_loss_ > 0) scores.log_loss = loss_ / static_cast<double>(with_loss_);
  scores.confusion = labeled_;
  return scores;
}

std::string Scorer::ToJson(const Scores& scores) {
  return fmt::format("{{\"rows\": {}, \"coverage\": {}, \"label_coverage\": {}, \"labeled\": {}, \"covered\": {}, \"all\": {}, "
                     "\"log_loss\": {}}}",
                     scores.rows, text::FormatFloat(scores.coverage), text::FormatFloat(scores.label_coverage), Json(scores.labeled),
                     Json(scores.covered), Json(scores.all), Json(scores.log_loss));
}

}  // namespace assay
