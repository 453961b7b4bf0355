// A pattern table in the form that methods need which go over all patterns many times (expectation.h). A vote is the number of
// its column: a column is one class that one rule votes. A pattern's votes are a list of columns or, where that is less work,
// a few codes (vote_codes.h). Patterns keep the order of the table: sums over a canonical table are the same bits
// however the rows were divided and in whatever order they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/models/vote_codes.h"
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
  VoteCodes codes;                     // or, when they are empty:
  std::vector<uint64_t> begin;         // [patterns + 1], into `column`
  std::vector<uint32_t> column;        // of each vote, ascending within a pattern
  std::vector<double> count;           // rows of each pattern; whole numbers
  std::vector<uint32_t> pattern;       // its number in the table

  double covered = 0;                  // rows with a vote
  double uncovered = 0;                // rows without
  double overlapped = 0;               // rows with two or more votes

  size_t threads = 1;                  // that a pass may use; its result is the same bits with any number

  size_t size() const { return count.size(); }
  // The columns of a pattern's votes, ascending. `room` is where they are written if they are not at hand.
  std::span<const uint32_t> of(size_t i, std::vector<uint32_t>& room) const;
  double votes_of_rule(size_t rule) const;
};

enum class VoteForm : uint8_t { kFaster, kLists, kCodes };

VoteLists ListsOf(const PatternTable& patterns, size_t threads = 1, VoteForm form = VoteForm::kFaster);

// How rules vote, which decides between forms of a model.
struct VoteKinds {
  std::vector<bool> several;  // a rule: at least two of its classes have more than one vote in fifty each
  std::vector<bool> common;   // a column: it has more than one in fifty of its rule's votes
  double share = 0;           // of all votes, from rules that vote several classes
  size_t voting_rules = 0;    // rules with a vote
};

VoteKinds KindsOf(const VoteLists& lists);

}  // namespace assay
