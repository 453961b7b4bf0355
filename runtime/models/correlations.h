// Rules that say the same thing. Measured: how often two rules vote together, and agree, beyond what their votes on each
// class would give if they were independent there. A model that counts two such rules as two witnesses is too sure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/models/statistics.h"
#include "runtime/models/vote_lists.h"

namespace assay {

struct RulePair {
  uint32_t first = 0, second = 0;  // rules, first < second
  double together = 0;             // rows on which both vote
  double expected = 0;             // the same if they were independent given the class
  double agree = 0;                // rows on which both vote the same class
  double expected_agree = 0;

  double excess() const { return together - expected; }
  double excess_agreement() const { return agree - expected_agree; }
};

// What the pairs are compared with: each column's expected rows of each class [columns, classes], and those of all rows.
struct ExpectedCounts {
  std::vector<double> of_column;
  std::vector<double> of_class;
};
// From a model's posterior over the patterns; rows without votes are of the classes as the others are.
ExpectedCounts ExpectedCountsOf(const VoteLists& lists, const std::vector<double>& posterior);

// The pairs given, or (`pairs` empty) all that vote together on a row; ordered. Costs the squared votes of each pattern.
std::vector<RulePair> MeasurePairs(const VoteLists& lists, const ExpectedCounts& expected,
                                   const std::vector<std::pair<uint32_t, uint32_t>>& pairs = {});

// All that vote together, from counts of pairs of votes; `lists` has the same columns, its patterns are not looked at.
std::vector<RulePair> MeasurePairs(const VoteMoments& moments, const VoteLists& lists, const ExpectedCounts& expected);

// Those that vote together more often than chance has it: by three standard deviations and a tenth of the votes of the rule
// that votes less; the largest share first.
std::vector<RulePair> RedundantPairs(const VoteLists& lists, const std::vector<RulePair>& measured);

}  // namespace assay
