// Expectations are Python 3.11's.
#include "runtime/text/utf8.h"

#include <gtest/gtest.h>

namespace assay::text {
namespace {

std::string Repaired(std::string_view bytes) {
  std::string out;
  RepairUtf8(bytes, out);
  return out;
}

TEST(Utf8, EveryCodePointEncodesAndDecodesToItself) {
  for (char32_t c = 0; c <= kMaxCodePoint; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string bytes;
    AppendUtf8(c, bytes);
    ASSERT_EQ(Decode(bytes.data()).code_point, c);
    ASSERT_EQ(Decode(bytes.data()).length, bytes.size());
    ASSERT_EQ(DecodeBefore(bytes, bytes.size()).code_point, c);
    ASSERT_TRUE(IsValidUtf8(bytes));
  }
}

TEST(Utf8, IllFormedSequencesAreNotValid) {
  for (const char* bytes : {"\x80", "\xC0\x80", "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF4\x90\x80\x80", "ab\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(bytes)) << bytes;
  }
}

TEST(Utf8, RepairReplacesEachMaximalSubpartOnce) {
  EXPECT_EQ(Repaired("ab\xE2\x82" "c"), "ab\uFFFDc");
  EXPECT_EQ(Repaired("\xC3"), "\uFFFD");
  EXPECT_EQ(Repaired("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Repaired("\xF0\x90\x8D"), "\uFFFD");
  EXPECT_EQ(Repaired("\xE9t\xE9"), "\uFFFDt\uFFFD");
  std::string out = "kept";
  EXPECT_EQ(RepairUtf8("fine \u00E9", out), 0u);
  EXPECT_EQ(out, "keptfine \u00E9");
}

TEST(Utf8, CountsAndOffsetsAgreeOnTextsOfAllLengths) {
  std::string text;
  std::vector<size_t> offsets;
  for (int i = 0; i < 60; ++i) {
    offsets.push_back(text.size());
    text += i % 4 == 0 ? "\U0001F600" : i % 3 == 0 ? "\u4E2D" : i % 5 == 0 ? "\u00E9" : "a";
    ASSERT_EQ(CountCodePoints(text), offsets.size());
  }
  for (size_t i = 0; i < offsets.size(); ++i) {
    EXPECT_EQ(ByteOffset(text, i), offsets[i]);
    EXPECT_EQ(CodePointIndex(text, offsets[i]), i);
  }
  EXPECT_EQ(ByteOffset(text, 60), text.size());
  EXPECT_EQ(ByteOffset(text, 1000), text.size());
  EXPECT_EQ(ByteOffset("", 0), 0u);
}

TEST(Utf8, AsciiIsSeenAtEveryPlace) {
  for (size_t n = 0; n < 70; ++n) {
    std::string text(n, 'a');
    EXPECT_TRUE(IsAscii(text));
    for (size_t i = 0; i < n; ++i) {
      text[i] = '\x80';
      EXPECT_FALSE(IsAscii(text));
      text[i] = 'a';
    }
  }
}

}  // namespace
}  // namespace assay::text
