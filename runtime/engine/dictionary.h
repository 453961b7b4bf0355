// Tests of a column whose rows refer to distinct texts by code: the entries of a dictionary column, or what repeats.h has found in
// a plain one. The tests are answered once for each text, then spread over the rows by their codes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/batch/batch.h"
#include "runtime/scan/expand_codes.h"
#include "runtime/scan/pattern_set.h"

namespace assay {

class DictionaryAnswers {
 public:
  // Room for the answers of tests about `entries` texts, which the rows name by codes of `code_bytes` bytes; what was answered
  // before is forgotten. `known_asked`, by test: whether Expand will ask where its answers are known.
  void Reset(const std::vector<bool>& known_asked, size_t entries, const void* codes, unsigned code_bytes);
  void Clear() { made_ = false; }

  // Answers about entries first.. (a multiple of kBlockRows; at most kBlockRows). Calls about different entries may run at once.
  void Answer(const PatternSet& tests, size_t first, std::span<const std::string_view> texts, ScanScratch& scratch);
  // When all entries are answered.
  void Finish();

  // Spreads the answers over the rows first.. (a multiple of 64): (rows + 63) / 64 words a test, bits behind the last row 0.
  // The answers of rows without a text are any. An output has a `known` only where that was asked for.
  void Expand(size_t first, size_t rows, std::span<const PatternSet::Output> outputs) const;

  bool empty() const { return !made_; }
  size_t entries() const { return entries_; }

  // Whether a column's dictionary is worth it: fewer entries than rows.
  static bool Pays(const Column& column);

 private:
  // (entries + 63) / 64 words of the answers to a test; where they are known.
  std::span<const uint64_t> plane(size_t test) const { return {planes_.data() + test * words_, words_}; }
  std::span<const uint64_t> known(size_t test) const { return {known_.data() + known_of_[test] * words_, words_}; }
  static constexpr size_t kNotAsked = ~size_t{0};

  bool made_ = false;
  const void* codes_ = nullptr;
  unsigned code_bytes_ = 0;
  size_t entries_ = 0;
  size_t words_ = 0;
  std::vector<uint64_t> planes_;
  std::vector<uint64_t> known_;
  std::vector<size_t> known_of_;  // by test: its place in known_, or kNotAsked
  std::vector<bool> unknown_;   // by test: whether some answer is unknown
  RareAnswers rare_;            // of tests that are true of few entries
  std::vector<bool> is_rare_;
};

}  // namespace assay
