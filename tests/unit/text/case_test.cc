// Expectations are Python 3.11's.
#include "runtime/text/case.h"

#include <gtest/gtest.h>

#include "runtime/text/unicode.h"

namespace assay::text {
namespace {

std::string Of(void (*append)(std::string_view, std::string&), std::string_view text) {
  std::string out;
  append(text, out);
  return out;
}

struct Row {
  const char *text, *lower, *upper, *title, *folded;
};

constexpr Row kRows[] = {
    {"", "", "", "", ""},
    {"they're BILL's", "they're bill's", "THEY'RE BILL'S", "They'Re Bill'S", "they're bill's"},
    {"\u0391\u03A3", "\u03B1\u03C2", "\u0391\u03A3", "\u0391\u03C2", "\u03B1\u03C3"},
    {"\u0391\u03A3 \u0392", "\u03B1\u03C2 \u03B2", "\u0391\u03A3 \u0392", "\u0391\u03C2 \u0392", "\u03B1\u03C3 \u03B2"},
    {"\u03A3", "\u03C3", "\u03A3", "\u03A3", "\u03C3"},
    {"\u0391\u03A3.\u0392", "\u03B1\u03C3.\u03B2", "\u0391\u03A3.\u0392", "\u0391\u03C3.\u0392", "\u03B1\u03C3.\u03B2"},
    {"\u0130stanbul", "i\u0307stanbul", "\u0130STANBUL", "\u0130stanbul", "i\u0307stanbul"},
    {"STRASSE \u00DF", "strasse \u00DF", "STRASSE SS", "Strasse Ss", "strasse ss"},
    {"\u01C6UNGLA", "\u01C6ungla", "\u01C4UNGLA", "\u01C5ungla", "\u01C6ungla"},
    {"\uFB01n", "\uFB01n", "FIN", "Fin", "fin"},
};

TEST(Case, MappingsAreThoseOfPython) {
  Arena arena;
  for (const Row& row : kRows) {
    EXPECT_EQ(Of(Lower, row.text), row.lower);
    EXPECT_EQ(Of(Upper, row.text), row.upper);
    EXPECT_EQ(Of(Title, row.text), row.title);
    EXPECT_EQ(Of(Casefold, row.text), row.folded);
    EXPECT_EQ(Lower(row.text, arena), row.lower);
    EXPECT_EQ(Upper(row.text, arena), row.upper);
    EXPECT_EQ(Title(row.text, arena), row.title);
    EXPECT_EQ(Casefold(row.text, arena), row.folded);
  }
}

TEST(Case, SimpleFoldingKeepsOneCodePointForOne) {
  EXPECT_EQ(Of(SimpleFold, "\u212A\u017F\u00DF\u1E9E\u0130\u0131"), "ks\u00DF\u00DF\u0130\u0131");
  for (const char32_t c : FoldableCodePoints()) {
    bool member = false;
    for (const char32_t equal : FoldOrbit(c)) {
      EXPECT_EQ(SimpleFold(equal), SimpleFold(c));
      member = member || equal == c;
    }
    EXPECT_TRUE(member);
  }
  EXPECT_EQ(FoldOrbit('k').size(), 3u);
  EXPECT_TRUE(FoldOrbit('1').empty());
  EXPECT_TRUE(FoldOrbit(0x130).empty());
}

TEST(Case, QuestionsAboutTheEmptyTextAreFalse) {
  EXPECT_FALSE(IsUpper("") || IsLower("") || IsTitle("") || IsDigit("") || IsAlpha("") || IsAlnum("") || IsSpace(""));
}

TEST(Case, QuestionsAreThoseOfPython) {
  EXPECT_TRUE(IsUpper("AB1!"));
  EXPECT_FALSE(IsUpper("AB1!\u01C5"));
  EXPECT_FALSE(IsUpper("12"));
  EXPECT_TRUE(IsLower("ab\u00AA"));
  EXPECT_TRUE(IsTitle("They'Re Bill'S"));
  EXPECT_FALSE(IsTitle("They're"));
  EXPECT_TRUE(IsDigit("1\u00B2\u0663"));
  EXPECT_FALSE(IsDigit("\u00BD"));
  EXPECT_TRUE(IsAlnum("a1\u00BD"));
  EXPECT_FALSE(IsAlnum("a_1"));
  EXPECT_TRUE(IsSpace(" \t\x1C\u00A0\u3000"));
  EXPECT_FALSE(IsSpace("\u200B"));
}

TEST(Unicode, ValuesBeyondUnicodeHaveNoProperties) {
  EXPECT_EQ(Properties(0x110000), 0u);
  EXPECT_EQ(Properties(0xFFFFFFFF), 0u);
  EXPECT_EQ(SimpleFold(0x7FFFFFFF), char32_t{0x7FFFFFFF});
}

TEST(Unicode, EmojiAreEmojiAndDigitsAreNot) {
  EXPECT_TRUE(Has(0x1F600, kEmoji));
  EXPECT_TRUE(Has(0x2764, kEmoji));
  EXPECT_FALSE(Has('1', kEmoji));
  EXPECT_FALSE(Has(0xA9, kEmoji));
  EXPECT_FALSE(Has(0x1F3FB, kEmoji));
}

}  // namespace
}  // namespace assay::text
