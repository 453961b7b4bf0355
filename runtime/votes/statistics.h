// The table of rules with Snorkel's definitions, accumulated batch by batch from bit-planes. Idea: for each block of rows
// two planes are made, the rows with two or more votes and the rows with two or more different classes; every statistic of
// a rule is then the population count of its own planes with one of these. All counts are exact integers and add up over
// batches and threads in any order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/votes/vote_planes.h"

namespace assay {

class VoteStatistics {
 public:
  explicit VoteStatistics(const VoteLayout& layout);

  // `gold`: class ids (kAbstain: unknown) a row, or empty. Either every batch has gold or none.
  void Add(const VotePlanes& planes, std::span<const int32_t> gold = {});
  // Adds what another object with the same layout has counted.
  void Merge(const VoteStatistics& other);

  struct Rule {
    std::string name;
    std::vector<int32_t> polarity;     // the class ids that it voted, ascending
    uint64_t votes = 0;                // rows on which it voted
    uint64_t overlaps = 0;             // ... and another rule too
    uint64_t conflicts = 0;            // ... and the row's votes are of two or more classes
    uint64_t correct = 0;              // with gold, on rows whose gold is known
    uint64_t incorrect = 0;
    std::vector<uint64_t> votes_by_class;  // by index of the class

    std::optional<double> empirical_accuracy() const;  // correct / (correct + incorrect); none without such votes
  };

  const VoteLayout& layout() const { return layout_; }
  uint64_t rows() const { return rows_; }
  bool has_gold() const { return has_gold_; }
  uint64_t known_gold() const { return known_gold_; }
  uint64_t covered() const { return covered_; }          // rows with a vote
  uint64_t overlapped() const { return overlapped_; }    // rows with two or more
  uint64_t conflicted() const { return conflicted_; }    // rows with two or more classes
  const std::vector<uint64_t>& gold_by_class() const { return gold_by_class_; }  // by index of the class
  std::vector<Rule> Rules() const;

  // count / rows; 0 without rows.
  double Share(uint64_t count) const { return rows_ == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(rows_); }
  double coverage() const { return Share(covered_); }

 private:
  struct PlaneCounts {
    uint64_t votes = 0, overlaps = 0, conflicts = 0, correct = 0, known = 0;
  };

  VoteLayout layout_;
  std::vector<uint32_t> class_of_plane_;  // index of the class
  std::vector<uint32_t> planes_by_class_;  // plane numbers, grouped by class
  uint64_t rows_ = 0, covered_ = 0, overlapped_ = 0, conflicted_ = 0, known_gold_ = 0;
  bool has_gold_ = false;
  std::vector<uint64_t> gold_by_class_;
  std::vector<PlaneCounts> counts_;
};

}  // namespace assay
