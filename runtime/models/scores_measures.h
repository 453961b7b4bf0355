// The measures behind scores, each from counts or from rows with weights.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/models/scores.h"

namespace assay {

// What follows from a confusion matrix [classes, classes], gold x label: accuracy to Matthews' correlation.
void AddConfusionScores(size_t classes, ViewScores& scores);

// A row for the measures of probabilities.
struct ScoredRow {
  size_t gold = 0;
  double weight = 0;
  std::span<const double> probabilities;
};

void AddProbabilityScores(size_t classes, std::span<const ScoredRow> rows, double tie_tolerance, ViewScores& scores);

// The classes level with the largest probability, each with its even share of the row, by `add(class, share)`.
template <typename Add>
void ShareTies(std::span<const double> probabilities, double tolerance, const Add& add) {
  double top = 0, tied = 0;
  for (const double p : probabilities) top = p > top ? p : top;
  for (const double p : probabilities) tied += top - p < tolerance ? 1 : 0;
  for (size_t c = 0; c < probabilities.size(); ++c) {
    if (top - probabilities[c] < tolerance) add(c, 1 / tied);
  }
}

}  // namespace assay
