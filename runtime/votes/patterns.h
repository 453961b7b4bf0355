// The distinct rows of votes with how often each occurs, in the order of their first occurrence: all that a label model needs
// to know of the votes. Tables of batches, files, threads and machines add up; in canonical order the sum does not show how
// the rows were divided. Made only where a model is asked for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

// The layout that has the planes of both, whose rules and classes must be the same; files of votes differ in the classes
// that a rule happens to vote. The error says what differs.
Result<VoteLayout> UnionOf(const VoteLayout& a, const VoteLayout& b);

class PatternTable {
 public:
  explicit PatternTable(const VoteLayout& layout);

  // Counts the rows of the planes; appends the number of each row's pattern to `pattern_of_row` if given.
  void Add(const VotePlanes& planes, std::vector<uint32_t>* pattern_of_row = nullptr) { AddWhileFew(planes, SIZE_MAX, pattern_of_row); }
  // The same, but stops with false once there are more than `most` patterns: then some of the rows are counted, some not.
  bool AddWhileFew(const VotePlanes& planes, size_t most, std::vector<uint32_t>* pattern_of_row = nullptr);
  // Adds a pattern of votes (indices of classes, -1 abstains) that occurs `count` times. Each vote needs a plane.
  uint32_t AddPattern(std::span<const int32_t> votes, uint64_t count);
  // Adds the patterns of another table of the same layout, behind those already here; returns the number here of each
  // pattern there.
  std::vector<uint32_t> Merge(const PatternTable& other);
  // The same for a table whose layout may have other planes; this one gets the union of both.
  Result<std::vector<uint32_t>> MergeAny(const PatternTable& other);

  // The patterns in an order of their own (the earliest plane in which two differ decides), which depends neither on the
  // order of rows nor on planes that nobody votes: sums over it are the same to the last bit however the rows were divided.
  PatternTable Canonical() const;
  bool IsCanonical() const;

  size_t size() const { return counts_.size(); }
  uint64_t rows() const { return rows_; }
  uint64_t count(size_t pattern) const { return counts_[pattern]; }
  std::span<const uint64_t> counts() const { return counts_; }
  // A bit a plane of the layout.
  std::span<const uint64_t> key(size_t pattern) const { return {keys_.data() + pattern * key_words_, key_words_}; }
  size_t key_words() const { return key_words_; }

  // The votes of a pattern as *indices* of classes (-1 abstains), one a rule.
  void Votes(size_t pattern, std::span<int32_t> votes) const;
  // Of all patterns, [size, rules].
  std::vector<int32_t> AllVotes() const;

  size_t rules() const { return layout_.rules.size(); }
  size_t classes() const { return layout_.class_names.size(); }
  const VoteLayout& layout() const { return layout_; }

 private:
  uint32_t Find(const uint64_t* key);
  uint32_t Find(const uint64_t* key, uint64_t hash);
  void Rehash();
  void Widen(VoteLayout layout);

  VoteLayout layout_;
  std::vector<int32_t> class_of_plane_;
  size_t key_words_;              // words a key: a bit a plane
  std::vector<uint64_t> keys_;    // [size, key_words]
  std::vector<uint64_t> counts_;
  std::vector<uint64_t> slots_;   // open addressing: the low half of the hash above pattern + 1; none until they are needed
  uint64_t rows_ = 0;
};

}  // namespace assay
