// Expectations are Python 3.11's, except for sentences, whose rule is ours.
#include "runtime/text/split.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/text/unicode.h"

namespace assay::text {
namespace {

using Pieces = std::vector<std::string_view>;

template <typename F>
Pieces Of(F split, std::string_view text) {
  Pieces out;
  split(text, out);
  return out;
}

TEST(Split, WhiteSpaceIsUnicodes) {
  EXPECT_EQ(Of(Split, "  a b\u00A0c\u2003\u3000d\x1F" "e\u200Bf "), (Pieces{"a", "b", "c", "d", "e\u200Bf"}));
  EXPECT_EQ(Of(Split, ""), Pieces{});
  EXPECT_EQ(Of(Split, " \n "), Pieces{});
  EXPECT_EQ(CountSplit("  a b\u00A0c\u2003\u3000d\x1F" "e "), 5u);
  EXPECT_EQ(CountSplit(""), 0u);
  // The comments of the YouTube data begin with this character, which is no white space.
  EXPECT_EQ(CountSplit("\uFEFF one two"), 3u);
}

TEST(Split, BySeparatorKeepsEmptyPieces) {
  const auto comma = [](std::string_view text, Pieces& out) { SplitBy(text, ", ", out); };
  EXPECT_EQ(Of(comma, "a, b,c, "), (Pieces{"a", "b,c", ""}));
  EXPECT_EQ(Of(comma, ""), (Pieces{""}));
}

TEST(Split, WordsAndTokens) {
  EXPECT_EQ(Of(Words, "don't _x1, caf\u00E9\u00B2!"), (Pieces{"don", "t", "_x1", "caf\u00E9\u00B2"}));
  EXPECT_EQ(Of(Tokens, "don't \u4E2D\u6587!? \U0001F600"), (Pieces{"don", "'", "t", "\u4E2D\u6587", "!", "?", "\U0001F600"}));
  EXPECT_EQ(CountTokens("don't \u4E2D\u6587!? \U0001F600"), 7u);
  EXPECT_EQ(CountWords("a b"), 2u);
  const std::string many(1000, 'x');
  std::string text;
  for (size_t i = 0; i < 50; ++i) text += many + " b\n";
  for (const size_t enough : {size_t{1}, size_t{7}, size_t{100}, size_t{101}, kAll}) {
    EXPECT_GE(CountSplit(text, enough), std::min<size_t>(enough, 100));
    EXPECT_GE(CountWords(text, enough), std::min<size_t>(enough, 100));
    EXPECT_GE(CountTokens(text, enough), std::min<size_t>(enough, 100));
    EXPECT_GE(CountLines(text, enough), std::min<size_t>(enough, 50));
  }
  EXPECT_EQ(CountTokens(text, 7), 7u);
}

TEST(Split, LinesEndWherePythonsDo) {
  EXPECT_EQ(Of(Lines, "a\r\nb\rc\n\nd\x0B" "e\u2028f\u0085"), (Pieces{"a", "b", "c", "", "d", "e", "f"}));
  EXPECT_EQ(Of(Lines, ""), Pieces{});
  EXPECT_EQ(Of(Lines, "\n"), (Pieces{""}));
}

TEST(Split, SentencesEndAtMarksBeforeWhiteSpace) {
  EXPECT_EQ(Of(Sentences, "Hi there! How are you?? Fine."), (Pieces{"Hi there!", "How are you??", "Fine."}));
  EXPECT_EQ(Of(Sentences, "Version 3.5 of J. Smith is e.g. here. \"Yes.\" No"), (Pieces{"Version 3.5 of J. Smith is e.g. here.", "\"Yes.\"", "No"}));
  EXPECT_EQ(Of(Sentences, "a title\n\nsome text"), (Pieces{"a title", "some text"}));
  EXPECT_EQ(Of(Sentences, "\u4F60\u597D\u3002\u518D\u89C1"), (Pieces{"\u4F60\u597D\u3002", "\u518D\u89C1"}));
  EXPECT_EQ(Of(Sentences, " \n"), Pieces{});
  EXPECT_EQ(CountSentences("One. Two."), 2u);
}

TEST(Split, StripTakesWhiteSpaceFromBothEnds) {
  EXPECT_EQ(Strip("\u3000 a b \u00A0\n"), "a b");
  EXPECT_EQ(Strip(" \t"), "");
  EXPECT_EQ(StripLeft(" a "), "a ");
  EXPECT_EQ(StripRight(" a "), " a");
}

TEST(Split, ClassesAreCountedByCodePoint) {
  const std::string_view text = "Ab\u00C9 1\u0663,\u3002\U0001F600\U0001F44D\U0001F3FD";
  EXPECT_EQ(CountClass(text, CharClass::kUpper), 2u);
  EXPECT_EQ(CountClass(text, CharClass::kLower), 1u);
  EXPECT_EQ(CountClass(text, CharClass::kLetter), 3u);
  EXPECT_EQ(CountClass(text, CharClass::kDigit), 2u);
  EXPECT_EQ(CountClass(text, CharClass::kSpace), 1u);
  EXPECT_EQ(CountClass(text, CharClass::kPunct), 2u);
  EXPECT_EQ(CountClass(text, CharClass::kEmoji), 2u);
  EXPECT_EQ(CountClass(text, CharClass::kAscii), 5u);
  const CharCounts all = CountClasses(text);
  for (size_t i = 0; i < kCharClasses; ++i) EXPECT_EQ(all.of[i], CountClass(text, static_cast<CharClass>(i))) << i;
  EXPECT_EQ(all.code_points, 11u);
}

TEST(Split, TheTableForAsciiAgreesWithTheGeneratedOne) {
  constexpr uint32_t kProperties[] = {kUpper, kLower, kAlpha, kDecimal, kSpace, kPunct, kEmoji};
  for (int c = 0; c < 128; ++c) {
    const std::string alone(1, static_cast<char>(c));
    for (size_t i = 0; i < std::size(kProperties); ++i) {
      EXPECT_EQ(CountClass(alone, static_cast<CharClass>(i)) == 1, Has(static_cast<char32_t>(c), kProperties[i])) << c;
    }
    EXPECT_EQ(CountWords(alone) == 1, IsWord(static_cast<char32_t>(c))) << c;
  }
}

}  // namespace
}  // namespace assay::text
