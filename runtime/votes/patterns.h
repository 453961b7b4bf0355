// The distinct rows of votes with how often each occurs, in the order of their first occurrence: all that a label model needs
// to know of the votes. Tables of batches, files and threads add up. Made only where a model is asked for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/votes/vote_planes.h"

namespace assay {

class PatternTable {
 public:
  explicit PatternTable(const VoteLayout& layout);

  // Counts the rows of the planes; appends the number of each row's pattern to `pattern_of_row` if given.
  void Add(const VotePlanes& planes, std::vector<uint32_t>* pattern_of_row = nullptr);
  // Adds the patterns of another table of the same layout, behind those already here; returns the number here of each
  // pattern there.
  std::vector<uint32_t> Merge(const PatternTable& other);

  size_t size() const { return counts_.size(); }
  uint64_t rows() const { return rows_; }
  uint64_t count(size_t pattern) const { return counts_[pattern]; }
  std::span<const uint64_t> counts() const { return counts_; }

  // The votes of a pattern as *indices* of classes (-1 abstains), one a rule.
  void Votes(size_t pattern, std::span<int32_t> votes) const;
  // Of all patterns, [size, rules].
  std::vector<int32_t> AllVotes() const;

  size_t rules() const { return layout_.rules.size(); }
  size_t classes() const { return layout_.class_names.size(); }
  const VoteLayout& layout() const { return layout_; }

 private:
  uint32_t Find(const uint64_t* key);
  void Grow();

  VoteLayout layout_;
  std::vector<int32_t> class_of_plane_;
  size_t key_words_;              // words a key: a bit a plane
  std::vector<uint64_t> keys_;    // [size, key_words]
  std::vector<uint64_t> counts_;
  std::vector<uint32_t> slots_;   // open addressing; pattern + 1
  uint64_t rows_ = 0;
};

}  // namespace assay
