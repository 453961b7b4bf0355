// Answers about a dictionary's entries spread over the rows that refer to them: a bit an entry in, a bit a row out. One-byte
// codes take sixteen or thirty-two rows an instruction: the 256 answers are two tables of sixteen bytes, one for each half
// of the codes, indexed by the code's low four bits, in which the high bits choose the bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay {

// `codes`: `rows` numbers of `code_bytes` (1, 2 or 4) bytes each, below `entries`. `answers`: (entries + 63) / 64 words.
// Writes (rows + 63) / 64 words to `out`; bits behind the last row are 0.
void ExpandCodes(const void* codes, unsigned code_bytes, size_t rows, std::span<const uint64_t> answers, uint64_t* out);

// The same for many tests that are true of few entries each: by entry the list of its tests, so that a row costs what is true of
// it and not a look-up a test.
class RareAnswers {
 public:
  RareAnswers() = default;
  // `answers[i]` are those to test `tests[i]`, as ExpandCodes takes them.
  RareAnswers(std::span<const std::span<const uint64_t>> answers, std::span<const uint32_t> tests, size_t entries);

  bool empty() const { return begins_.empty(); }
  // Sets the bits of the rows in planes[test]; clears none.
  void Expand(const void* codes, unsigned code_bytes, size_t rows, std::span<uint64_t* const> planes) const;

 private:
  std::vector<uint32_t> begins_;  // by entry, and where the last one's list ends
  std::vector<uint32_t> tests_;
};

}  // namespace assay
