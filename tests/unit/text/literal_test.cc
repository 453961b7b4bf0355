#include "runtime/text/literal.h"

#include <gtest/gtest.h>

#include <random>

namespace assay::text {
namespace {

constexpr LiteralOptions kNocase{.nocase = true};
constexpr LiteralOptions kWords{.words = true};
constexpr LiteralOptions kBoth{.nocase = true, .words = true};

TEST(Literal, EveryStringContainsTheEmptyOne) {
  EXPECT_TRUE(Literal("").In(""));
  EXPECT_TRUE(Literal("", kNocase).In("abc"));
  EXPECT_EQ(Literal("").Count("a\u00E9"), 3u);
  EXPECT_FALSE(Literal("", kWords).In("a"));
  EXPECT_TRUE(Literal("", kWords).In(""));
  EXPECT_TRUE(Literal("", kWords).In("a ! b"));
}

TEST(Literal, NocaseFoldsBothSides) {
  EXPECT_TRUE(Literal("Check Out", kNocase).In("please CHECK OUT my channel"));
  EXPECT_TRUE(Literal("kiss", kNocase).In("\u212AI\u017FS"));
  EXPECT_TRUE(Literal("\u212A", kNocase).In("look"));
  EXPECT_TRUE(Literal("\u00C9T\u00C9", kNocase).In("l'\u00E9t\u00E9"));
  EXPECT_TRUE(Literal("\u1E9E", kNocase).In("stra\u00DFe"));
  EXPECT_FALSE(Literal("ss", kNocase).In("stra\u00DFe"));
  EXPECT_FALSE(Literal("i", kNocase).In("\u0130\u0131"));
  EXPECT_TRUE(Literal("\u03A3", kNocase).In("\u03C2"));
  EXPECT_FALSE(Literal("check out").In("CHECK OUT"));
  EXPECT_FALSE(Literal("[", kNocase).In("{"));
  EXPECT_FALSE(Literal("@", kNocase).In("`"));
}

TEST(Literal, WordsLookAtBothSidesOfEveryOccurrence) {
  EXPECT_TRUE(Literal("free", kWords).In("freedom is free!"));
  EXPECT_FALSE(Literal("free", kWords).In("freedom carefree free_"));
  EXPECT_FALSE(Literal("caf", kWords).In("caf\u00E9"));
  EXPECT_TRUE(Literal("!", kWords).In("a ! b"));
  EXPECT_FALSE(Literal("!", kWords).In("a!"));
  EXPECT_TRUE(Literal("aa", kWords).In("aaa aa"));
  EXPECT_TRUE(Literal("FREE", kBoth).In("(free)"));
  EXPECT_EQ(Literal("a", kWords).Count("a aa a"), 2u);
}

TEST(Literal, StartsEndsAndEquals) {
  EXPECT_TRUE(Literal("\u212Ail", kNocase).Starts("KILO"));
  EXPECT_TRUE(Literal("LO", kNocase).Ends("kilo"));
  EXPECT_FALSE(Literal("kilo").Starts("kil"));
  EXPECT_FALSE(Literal("kil", kWords).Starts("kilo"));
  EXPECT_TRUE(Literal("kilo", kBoth).Ends("a KILO"));
  EXPECT_FALSE(Literal("kilo", kBoth).Ends("aKILO"));
  EXPECT_TRUE(Literal("\u017Fo", kNocase).Equals("SO"));
  EXPECT_FALSE(Literal("so", kNocase).Equals("soo"));
  EXPECT_TRUE(Literal("").Starts(""));
  EXPECT_TRUE(EqualsNocase("\u212A", "k"));
  EXPECT_FALSE(EqualsNocase("kk", "k"));
}

TEST(Literal, SearchAgreesWithTheStandardLibraryOnRandomTexts) {
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    std::string needle;
    const size_t size = random() % 70;
    for (size_t i = 0; i < size; ++i) text.push_back("abAB"[random() % 4]);
    const size_t needle_size = 1 + random() % 4;
    for (size_t i = 0; i < needle_size; ++i) needle.push_back("abAB"[random() % 4]);
    const size_t from = random() % (size + 1);
    ASSERT_EQ(FindBytes(text, needle, from), text.find(needle, from)) << text << " " << needle;
    std::string lower_text = text;
    std::string lower_needle = needle;
    for (char& c : lower_text) c |= 0x20;
    for (char& c : lower_needle) c |= 0x20;
    const auto found = Literal(needle, kNocase).Find(text, from);
    ASSERT_EQ(found ? found->begin : std::string::npos, lower_text.find(lower_needle, from)) << text << " " << needle;
  }
}

TEST(Like, MatchesTheWholeText) {
  EXPECT_TRUE(Like("abc", "a*c"));
  EXPECT_TRUE(Like("ac", "a*c"));
  EXPECT_FALSE(Like("acd", "a*c"));
  EXPECT_TRUE(Like("a\n\nc", "a*c"));
  EXPECT_TRUE(Like("a\u00E9c", "a?c"));
  EXPECT_FALSE(Like("ac", "a?c"));
  EXPECT_TRUE(Like("a\\c", "a\\c"));
  EXPECT_TRUE(Like("", ""));
  EXPECT_TRUE(Like("", "**"));
  EXPECT_FALSE(Like("", "?"));
  EXPECT_TRUE(Like("ABC", "a*C", true));
  EXPECT_FALSE(Like("ABC", "a*C"));
  EXPECT_TRUE(Like("xaxbxc", "*a*b*c"));
  EXPECT_FALSE(Like(std::string(5000, 'a'), "*a*a*a*a*a*b"));
  EXPECT_TRUE(Like("a*c", "a*c"));
}

}  // namespace
}  // namespace assay::text
