// Tests of a dictionary column: answered once for each entry of the dictionary, then spread over the rows by their codes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/batch/batch.h"
#include "runtime/scan/pattern_set.h"

namespace assay {

class DictionaryAnswers {
 public:
  DictionaryAnswers() = default;
  DictionaryAnswers(const PatternSet& tests, const Column& dictionary, ScanScratch& scratch);

  bool empty() const { return planes_.empty(); }
  // (entries + 63) / 64 words of the answers to a test; where they are known.
  std::span<const uint64_t> plane(size_t test) const { return {planes_.data() + test * words_, words_}; }
  std::span<const uint64_t> known(size_t test) const { return {known_.data() + test * words_, words_}; }
  // Whether some answer of the test is unknown.
  bool HasUnknown(size_t test) const { return unknown_[test]; }

  // Whether a column's dictionary is worth it: fewer entries than rows.
  static bool Pays(const Column& column);

 private:
  size_t words_ = 0;
  std::vector<uint64_t> planes_;
  std::vector<uint64_t> known_;
  std::vector<bool> unknown_;
};

}  // namespace assay
