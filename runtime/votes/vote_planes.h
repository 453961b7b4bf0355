// The votes of some rows as bit-planes: one plane for each (rule, class) that the rule can vote. A row's bit is set where
// the rule votes that class; a rule votes at most one class a row, and abstains where none of its bits is set. This is what
// the engine makes and what statistics, label models and writers read; a dense matrix is made only where one is asked for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/batch/batch.h"

namespace assay {

// Which plane means what. The planes of a rule are neighbours, in ascending order of the class.
struct VoteLayout {
  struct Rule {
    std::string name;
    uint32_t first_plane = 0;
    uint32_t plane_count = 0;  // 0 for a rule that always abstains
  };
  struct Plane {
    uint32_t rule = 0;
    int32_t class_id = 0;
  };

  std::string task;                       // name of the task
  std::vector<std::string> class_names;   // in the order of the declaration
  std::vector<int32_t> class_ids;         // the ids beside the names (0.. unless the program gives others)
  std::vector<Rule> rules;                // in the order of the source
  std::vector<Plane> planes;
};

// rows x planes bits. Bits behind the last row are zero.
class VotePlanes {
 public:
  VotePlanes() = default;
  VotePlanes(size_t planes, size_t rows) : rows_(rows), words_((rows + 63) / 64), bits_(planes * words_) {}

  size_t rows() const { return rows_; }
  size_t words() const { return words_; }  // words a plane
  size_t planes() const { return words_ == 0 ? 0 : bits_.size() / words_; }
  std::span<uint64_t> plane(size_t p) { return {bits_.data() + p * words_, words_}; }
  std::span<const uint64_t> plane(size_t p) const { return {bits_.data() + p * words_, words_}; }
  bool Get(size_t p, size_t row) const { return ((bits_[p * words_ + row / 64] >> (row % 64)) & 1) != 0; }
  void Set(size_t p, size_t row) { bits_[p * words_ + row / 64] |= uint64_t{1} << (row % 64); }

 private:
  size_t rows_ = 0;
  size_t words_ = 0;
  std::vector<uint64_t> bits_;
};

}  // namespace assay
