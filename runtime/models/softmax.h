// Softmax of many rows at once, for passes over patterns: the exponentials are computed in vectors, by the same operations in
// the same order whatever the processor has, so that results are the same bits everywhere.
#pragma once

#include <cstddef>
#include <span>

namespace assay {

// Softmax in place of each row of [rows, classes]; rows of two classes are better given as log-odds. The scores are finite.
void SoftmaxRows(double* scores, size_t rows, size_t classes);

// Two classes: from log-odds of the second [rows] the probabilities of both [rows, 2].
void ProbabilitiesOfLogOdds(const double* log_odds, size_t rows, double* probabilities);

// Overwrites numbers by others; returns the largest difference.
double Replace(double* numbers, const double* by, size_t count);

// Softmax of one row in place, with the largest score subtracted first; uniform where the scores are not finite, which a file
// that was tampered with can bring about.
void Softmax(std::span<double> scores);

}  // namespace assay
