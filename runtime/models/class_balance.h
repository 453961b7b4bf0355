// The class balance from votes alone, as MeTaL estimates it: with rules independent given the class, the shares in which
// three rules vote together (abstaining is a vote here) are
//
//   O_ijl[a, b, c] = sum_y Q_i[a, y] Q_j[b, y] Q_l[c, y],   Q_i[a, y] = P(rule i says a | y) P(y)^(1/3)
//
// and P(y) = (sum_a Q_i[a, y])^3. The Q that fits all triples of distinct rules best is found by L-BFGS. The tensor O, which
// has (rules x votes)^3 numbers, is never formed: its inner product with the model is a sum over vote patterns of the third
// elementary symmetric polynomial of Q's entries, and the model's norm the same of Q'Q; both cost rules x classes a pattern.
#pragma once

#include <atomic>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/patterns.h"

namespace assay {

struct BalanceEstimate {
  std::vector<double> balance;      // of the classes; sums to 1, no class has nothing
  std::vector<size_t> rules;        // those that were used: all that vote, or the 25 that vote most
  std::vector<double> conditional;  // P(vote | class) of those, [rules, classes + 1, classes], abstain first
  int iterations = 0;
};

// Needs three rules that vote. The patterns should be in canonical order, for the sums.
Result<BalanceEstimate> EstimateClassBalance(const PatternTable& patterns, const std::atomic<bool>* interrupt = nullptr);

}  // namespace assay
