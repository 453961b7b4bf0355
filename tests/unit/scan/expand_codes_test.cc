// Answers spread by codes equal answers looked up one by one.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "runtime/scan/expand_codes.h"

namespace assay {
namespace {

template <typename Code>
void CheckExpansion(size_t entries) {
  std::mt19937 random(static_cast<uint32_t>(entries));
  std::vector<uint64_t> answers((entries + 63) / 64);
  for (uint64_t& word : answers) word = (uint64_t{random()} << 32) | random();
  for (size_t rows : {1, 63, 64, 65, 129, 2048}) {
    std::vector<Code> codes(rows);
    for (Code& code : codes) code = static_cast<Code>(random() % entries);
    std::vector<uint64_t> out((rows + 63) / 64, 0xAAAA);
    ExpandCodes(codes.data(), sizeof(Code), rows, answers, out.data());
    for (size_t row = 0; row < out.size() * 64; ++row) {
      const bool expected = row < rows && ((answers[codes[row] / 64] >> (codes[row] % 64)) & 1) != 0;
      ASSERT_EQ(((out[row / 64] >> (row % 64)) & 1) != 0, expected) << "row " << row << " of " << rows;
    }
  }
}

TEST(ExpandCodes, GivesEachRowItsEntrysAnswer) {
  CheckExpansion<uint8_t>(1);
  CheckExpansion<uint8_t>(7);
  CheckExpansion<uint8_t>(100);
  CheckExpansion<uint8_t>(256);
  CheckExpansion<uint16_t>(1000);
  CheckExpansion<uint32_t>(70000);
}

}  // namespace
}  // namespace assay
