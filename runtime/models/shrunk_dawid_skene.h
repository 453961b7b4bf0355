// Shrunk Dawid-Skene (H): confusion matrices of rules that vote several classes, each drawn towards the pooled one with a
// strength that the votes themselves choose. Abstaining carries no information.
#pragma once

#include <atomic>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/vote_lists.h"

namespace assay {

struct ShrunkConfusions {
  std::vector<double> log_balance;  // [classes]
  std::vector<double> log_pooled;   // log(s C'), a vote that a rule never cast [classes vote, classes]
  std::vector<double> log_total;    // log(expected votes + s), [rules, classes]
  std::vector<double> log_theta;    // log P(vote | y), [columns, classes]
  double strength = 8;              // s

  // log P(vote | y) of a vote whose column is unknown to the fit.
  double Unseen(size_t rule, size_t vote, size_t y) const {
    const size_t classes = log_balance.size();
    return log_pooled[vote * classes + y] - log_total[rule * classes + y];
  }
};

struct ShrunkFit {
  ShrunkConfusions parameters;
  std::vector<double> posterior;  // [patterns, classes]
  int64_t rounds = 0;
};

// An error only when interrupted.
Result<ShrunkFit> FitShrunkConfusions(const VoteLists& lists, int64_t rounds, double tol, const std::atomic<bool>* interrupt);

}  // namespace assay
