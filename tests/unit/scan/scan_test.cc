// Answers spread by codes equal answers looked up one by one; member search equals trying every member.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "runtime/scan/expand_codes.h"
#include "runtime/scan/member_search.h"
#include "runtime/text/literal.h"

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

TEST(MemberSearch, AgreesWithTryingEveryMember) {
  static const char* kPieces[] = {"a", "b", "ab", "K", "k", "\xe2\x84\xaa", "s", "\xc5\xbf", " ", "é", "É", "_", "1", "-"};
  std::mt19937 random(3);
  const auto text = [&](size_t most) {
    std::string made;
    for (size_t n = random() % most; n > 0; --n) made += kPieces[random() % std::size(kPieces)];
    return made;
  };
  for (int round = 0; round < 400; ++round) {
    SetValues set({kStringType}, {.nocase = random() % 2 == 0, .words = random() % 2 == 0});
    for (int n = 0; n < 8; ++n) set.Add({SetScalar(text(5))});
    const MemberSearch search(set);
    std::string folded;
    for (int n = 0; n < 50; ++n) {
      const std::string t = text(12);
      bool expected = false;
      for (const text::Literal& literal : set.Literals()) expected = expected || literal.In(t);
      const auto found = search.AnyIn(t, folded);
      if (found.has_value()) {
        ASSERT_EQ(*found, expected) << t;
      }
    }
  }
}

}  // namespace
}  // namespace assay
