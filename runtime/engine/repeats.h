// Texts of a plain column that repeat within a batch: equal texts get one number, so that tests are answered once for each
// distinct text and spread over the rows by their numbers, as for a dictionary column. Whether that pays is estimated from a
// sample of the batch; where it did not pay, later batches are asked ever more rarely.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/batch/batch.h"
#include "runtime/engine/load.h"

namespace assay {

// How many distinct texts `rows` rows of a kString column likely have, nulls left out, from some hundred of them: Chao's estimate
// of the unseen from how many texts came once and twice in the sample (A. Chao, 1984; for a larger sample Colwell et al., 2012).
size_t EstimateDistinctTexts(const Column& column, size_t rows);

// Which batches of a column are numbered.
class RepeatWatch {
 public:
  // The largest number of distinct texts, no more than `room`, with which numbering the batch's texts for `tests` tests still
  // pays; 0: it does not.
  size_t MostDistinct(const Column& column, size_t rows, size_t tests, size_t room);
  // What numbering the batch found: as many texts as MostDistinct allowed, or more.
  void Found() { repeats_ = true; }
  void FoundTooMany();

 private:
  void WaitLonger();

  bool repeats_ = false;  // the batch before did: no sample is needed
  uint32_t wait_ = 0;     // batches until the next sample
  uint32_t next_wait_ = 3;
};

// Numbers from 0 for the distinct texts of a batch. Some numbers may be of equal texts, where two threads saw one first.
class TextNumbers {
 public:
  // Room for `most` distinct texts of `rows` rows; whatever was numbered before is forgotten.
  void Reset(size_t rows, size_t most);
  // Numbers a block of the column; blocks may be numbered by several threads at once. False: there are more than `most`, and
  // no number is of use.
  bool Number(const Column& column, BlockRange block);

  // When all blocks are numbered. Rows without a text have number 0.
  std::span<const std::string_view> texts() const { return {texts_.data(), next_.load(std::memory_order_relaxed)}; }
  std::vector<uint32_t>& numbers() { return numbers_; }  // by row; the caller may take them

 private:
  bool NumberRow(uint64_t hash, std::string_view text, uint32_t& number);

  std::vector<uint32_t> numbers_;
  std::vector<std::string_view> texts_;  // by number
  std::vector<uint64_t> slots_;          // read and written as atomics: high half of the hash, number + 1; 0: free
  std::atomic<size_t> next_ = 0;
};

}  // namespace assay
