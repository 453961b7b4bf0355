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

TEST(RareAnswers, AreTheSameAnswers) {
  std::mt19937 random(5);
  for (const size_t entries : {1, 64, 1000, 1024, 1025, 5000}) {
    const size_t words = (entries + 63) / 64;
    std::vector<std::vector<uint64_t>> answers(4, std::vector<uint64_t>(words));
    for (size_t entry = 0; entry < entries; ++entry) {
      for (size_t t = 0; t < answers.size(); ++t) {
        if (random() % (1 + 30 * t) == 0) answers[t][entry / 64] |= uint64_t{1} << (entry % 64);
      }
    }
    const std::vector<std::span<const uint64_t>> rare = {answers[1], answers[0], answers[3]};
    const std::vector<uint32_t> tests = {1, 0, 3};
    const RareAnswers lists(rare, tests, entries);
    std::vector<uint16_t> codes(777);
    for (uint16_t& code : codes) code = static_cast<uint16_t>(random() % entries);
    std::vector<std::vector<uint64_t>> expected(4, std::vector<uint64_t>(13)), out = expected;
    for (const uint32_t t : tests) ExpandCodes(codes.data(), 2, codes.size(), answers[t], expected[t].data());
    const std::vector<uint64_t*> planes = {out[0].data(), out[1].data(), out[2].data(), out[3].data()};
    lists.Expand(codes.data(), 2, codes.size(), planes);
    EXPECT_EQ(out, expected) << entries;
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
