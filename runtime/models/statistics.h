// What a model of pairs of rules needs to know of the votes: how many rows carry each (rule, vote), and how many carry two of
// them together. All are counts, so those of batches, files and machines add up exactly, in any order, and a fit from them
// does not depend on the number of rows. Only the (rule, vote) pairs that occur, the columns, take space: a triangle of
// counts while they are few (kFewPlanes), a hash table of the pairs seen together when they are many.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/patterns.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

class VoteMoments {
 public:
  explicit VoteMoments(const VoteLayout& layout);

  // Of so many columns the counts take 64 MB at most, whatever the rows are.
  static constexpr size_t kFewPlanes = 4096;

  // Counts the rows of planes of this layout. About planes^2 / 2 population counts over the rows, or the squared votes of
  // each row where that is less.
  void Add(const VotePlanes& planes);
  // Counts the patterns, each as often as it occurs. The layout may have other planes, but the same rules and classes.
  void Add(const PatternTable& patterns);
  // Adds what another object has counted. An error when its rules or classes are others.
  Status Merge(const VoteMoments& other);

  const VoteLayout& layout() const { return layout_; }
  size_t rules() const { return layout_.rules.size(); }
  size_t classes() const { return layout_.class_ids.size(); }
  uint64_t rows() const { return rows_; }
  uint64_t covered() const { return covered_; }        // rows with a vote
  uint64_t overlapped() const { return overlapped_; }  // rows with two or more
  uint64_t silent() const { return rows_ - covered_; }

  // A vote that occurs. Votes are indices of classes.
  struct Column {
    uint32_t rule = 0;
    uint32_t vote = 0;
    uint64_t count = 0;  // rows

    friend bool operator==(const Column&, const Column&) = default;
  };
  // Two columns of different rules that occur together; `first` < `second` are numbers of columns.
  struct Pair {
    uint32_t first = 0;
    uint32_t second = 0;
    uint64_t count = 0;

    friend bool operator==(const Pair&, const Pair&) = default;
  };
  // In the order of the rule, then the vote: equal for equal votes, however they were counted. Made anew at each call.
  std::vector<Column> Columns() const;
  // Numbered as in Columns(), ascending by first, then second.
  std::vector<Pair> Pairs() const;

  uint64_t Count(size_t rule, size_t vote) const;
  uint64_t Together(size_t rule, size_t vote, size_t other_rule, size_t other_vote) const;
  uint64_t Votes(size_t rule) const;  // rows on which the rule votes

  // As JSON with a version, to be merged elsewhere.
  std::string ToJson() const;
  static Result<VoteMoments> FromJson(std::string_view json, const std::string& name);

 private:
  // Words a block of rows: what the planes of a block take stays in the cache.
  static constexpr size_t kBlockWords = 64;

  uint32_t ColumnOf(size_t rule, size_t vote);
  void AddPair(uint32_t a, uint32_t b, uint64_t count);
  uint64_t PairCount(uint32_t a, uint32_t b) const;
  void BecomeSparse();
  void GrowPairs();
  struct Active {
    uint32_t column = 0, rule = 0;
    const uint64_t* words = nullptr;
  };
  void AddBlock(std::span<const Active> active, size_t words, uint64_t weight);
  void AddRow(std::span<const uint32_t> columns, uint64_t weight);

  VoteLayout layout_;
  std::vector<uint32_t> class_of_plane_;
  uint64_t rows_ = 0, covered_ = 0, overlapped_ = 0;
  std::vector<int32_t> column_of_vote_;   // [rules, classes], -1: not seen
  std::vector<uint32_t> vote_of_column_;  // rule * classes + vote, in the order of first sight
  std::vector<uint64_t> counts_;          // of each column
  bool sparse_ = false;
  std::vector<uint64_t> triangle_;     // of columns a > b: a (a - 1) / 2 + b
  std::vector<uint64_t> pair_keys_;    // open addressing: (a << 32 | b) + 1, 0 free
  std::vector<uint64_t> pair_counts_;  // beside them
  size_t pairs_ = 0;
};

// The rules, classes and planes of votes as members of a JSON object, and back.
void AppendLayoutAsJson(const VoteLayout& layout, std::string& out);
Result<VoteLayout> LayoutFromJson(simdjson::dom::object json);

}  // namespace assay
