// Dawid and Skene's model (1979) by expectation maximisation over unique vote patterns with counts. Two forms: abstaining is
// no answer and says nothing (crowd-sourcing, as crowd-kit has it), or abstaining is one more symbol (WRENCH), which also
// works for rules that vote one class only.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/models/label_model.h"
#include "runtime/models/vote_lists.h"

namespace assay {

struct DawidSkeneOptions {
  bool abstain_is_symbol = false;
  int64_t n_iter = 100;
  // Stops when no probability changes by more. In crowd-kit's form (abstaining ignored, no smoothing), when the evidence bound
  // gains less per vote.
  double tol = 1e-5;
  double smoothing = 0.01;  // added to each expected count of a rule's answers

  bool IsCrowdKits() const { return !abstain_is_symbol && smoothing == 0; }
};

struct DawidSkeneFit {
  std::vector<double> priors;         // [classes]
  std::vector<double> errors;         // P(answer | class) after the last M step, [rules, classes + 1, classes], abstain first;
                                      // zero where an answer never occurs, and for abstaining unless it is a symbol
  std::vector<double> posterior;      // of the last E step over the lists, [patterns, classes]
  std::vector<double> probabilities;  // the same by the table's patterns, at least 1e-10; uniform for those that were left out
  size_t iterations = 0;
  std::vector<double> bounds;         // evidence bound per vote: of each iteration in crowd-kit's form, else of the last
  bool converged = false;
};

// `balance`: priors that stay fixed; empty: estimated. An error only when interrupted. From lists, `probabilities` stays empty.
Result<DawidSkeneFit> FitDawidSkeneModel(const VoteLists& lists, const DawidSkeneOptions& options,
                                         const std::vector<double>& balance, const std::atomic<bool>* interrupt);
Result<DawidSkeneFit> FitDawidSkeneModel(const PatternTable& patterns, const DawidSkeneOptions& options,
                                         const std::vector<double>& balance, const std::atomic<bool>* interrupt);

}  // namespace assay
