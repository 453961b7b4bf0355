// A pattern table as lists of votes, for methods that go over all patterns many times. A vote is the number of its column: a
// column is one class that one rule votes. Patterns keep the order of the table: sums over a canonical table are the same bits
// however the rows were divided and in whatever order they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/votes/patterns.h"

namespace assay {

struct VoteLists {
  struct Column {
    uint32_t rule = 0;
    uint32_t vote = 0;  // index of the class
  };

  size_t rules = 0;
  size_t classes = 0;
  std::vector<Column> columns;         // by rule, then class; only those that occur
  std::vector<uint32_t> first_column;  // [rules + 1]
  std::vector<double> votes;           // rows of each column

  // Patterns with at least one vote.
  std::vector<uint64_t> begin;         // [patterns + 1], into `column`
  std::vector<uint32_t> column;        // of each vote, ascending within a pattern
  std::vector<double> count;           // rows of each pattern; whole numbers
  std::vector<uint32_t> pattern;       // its number in the table

  double covered = 0;                  // rows with a vote
  double uncovered = 0;                // rows without
  double overlapped = 0;               // rows with two or more votes

  size_t size() const { return count.size(); }
  std::span<const uint32_t> of(size_t i) const { return {column.data() + begin[i], column.data() + begin[i + 1]}; }
  double votes_of_rule(size_t rule) const;
};

VoteLists ListsOf(const PatternTable& patterns);

// How rules vote, which decides between forms of a model.
struct VoteKinds {
  std::vector<bool> several;  // a rule: at least two of its classes have more than one vote in fifty each
  std::vector<bool> common;   // a column: it has more than one in fifty of its rule's votes
  double share = 0;           // of all votes, from rules that vote several classes
  size_t voting_rules = 0;    // rules with a vote
};

VoteKinds KindsOf(const VoteLists& lists);

// Scores that add up over votes: of class y, base[y] + the sum of evidence[column, y] over the pattern's votes.
struct LogLinear {
  std::vector<double> base;      // [classes]
  std::vector<double> evidence;  // [columns, classes]
};

struct ExpectationStep {
  double change = 0;   // the largest change of a probability
  double entropy = 0;  // sum over rows and classes of p log p, p at least 1e-10
};

// Replaces posterior [patterns, classes] by the softmax of the scores. With `counts`, it becomes the expected number of rows
// of each class for each column [columns, classes], and `totals` [classes] that of all covered rows; `entropy`: also that.
ExpectationStep Expect(const VoteLists& lists, const LogLinear& scores, std::vector<double>& posterior,
                   std::vector<double>* counts = nullptr, std::vector<double>* totals = nullptr, bool entropy = false);

// The expected counts alone.
void CountExpected(const VoteLists& lists, const std::vector<double>& posterior, std::vector<double>& counts,
                   std::vector<double>& totals);

// A pattern's votes for each class, as shares of its votes; [patterns, classes].
std::vector<double> VoteShares(const VoteLists& lists);

// Softmax in place, with the largest score subtracted first.
void Softmax(std::span<double> scores);

}  // namespace assay
