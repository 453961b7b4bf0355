#include <map>
#include <set>

#include "graph_fixture.h"
#include "runtime/text/case.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

class Case : public GraphFixture {};

TEST_F(Case, AKeywordInUpperCaseNeverOccursInLoweredText) {
  AddRule("shout", {Placed(Contains(Lower(F("t")), "Plz"), 1110, 1130)});
  EXPECT_EQ(Warnings(), std::vector<std::string>({"never_true 1100-1199: `shout` never votes: its condition is never true"}));
  EXPECT_EQ(Show(graph.rules[0].branches[0].fires), "false");
}

TEST_F(Case, PiecesOfLoweredTextAreLowered) {
  // Passes number nodes anew, so each expectation builds its own.
  const auto tokens = [&] { return Call(BuiltinId::Split, {Lower(F("t"))}, graph.types.List(kStringType)); };
  EXPECT_EQ(After("case", Call(BuiltinId::OpHasToken, {tokens(), S("Wife")})), "false");
  EXPECT_EQ(After("case", Call(BuiltinId::OpHasToken, {tokens(), S("wife")})), "OpHasToken(Split(Lower(t)), 'wife')");
}

TEST_F(Case, OfNullableTextOnlyIsTrueIsDecided) {
  EXPECT_EQ(After("case", IsNull(Contains(Lower(F("u")), "X"))), "is_null(u)");
  EXPECT_EQ(After("case", IsTrue(Contains(Lower(F("u")), "X"))), "false");
  EXPECT_EQ(After("case", IsTrue(Not(Contains(Lower(F("u")), "X")))), "not(is_null(u))");
}

TEST_F(Case, LoweredTextBecomesATestWithoutCaseWhereTheyAgree) {
  EXPECT_EQ(After("case", Contains(Lower(F("t")), "check")), "OpContainsNocase(t, 'check')");
  EXPECT_EQ(After("case", Eq(Lower(F("t")), S("ok"))), "OpInSet(t, {ok} nocase)");
  // i: lowering U+0130 makes one. s: folding takes U+017F for one. Accents: not proved.
  EXPECT_EQ(After("case", Contains(Lower(F("t")), "hi")), "OpContains(Lower(t), 'hi')");
  EXPECT_EQ(After("case", Contains(Lower(F("t")), "so")), "OpContains(Lower(t), 'so')");
  EXPECT_EQ(After("case", Contains(Lower(F("t")), "é")), "OpContains(Lower(t), 'é')");
}

TEST_F(Case, TheLoweredTextStaysWhereSomebodyNeedsIt) {
  graph.slices.push_back({.name = "other", .member = Contains(Lower(F("t")), "song")});
  EXPECT_EQ(After("case", Contains(Lower(F("t")), "check")), "OpContains(Lower(t), 'check')");
}

// --- What the rules of the pass rest on, for every code point -----------------------------------------------------------

bool Same(const text::Mapping& mapping, char32_t c) { return mapping.length == 1 && mapping.code_points[0] == c; }

TEST(CaseFacts, NoLoweredOrUpperedTextHasACharacterThatTheMappingChanges) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    const text::Mapping lower = text::FullLower(c);
    for (uint32_t i = 0; i < lower.length; ++i) ASSERT_TRUE(Same(text::FullLower(lower.code_points[i]), lower.code_points[i])) << static_cast<uint32_t>(c);
    const text::Mapping upper = text::FullUpper(c);
    for (uint32_t i = 0; i < upper.length; ++i) ASSERT_TRUE(Same(text::FullUpper(upper.code_points[i]), upper.code_points[i])) << static_cast<uint32_t>(c);
    const text::Mapping fold = text::FullFold(c);
    for (uint32_t i = 0; i < fold.length; ++i) ASSERT_TRUE(Same(text::FullFold(fold.code_points[i]), fold.code_points[i])) << static_cast<uint32_t>(c);
    const char32_t simple = text::SimpleFold(c);
    ASSERT_EQ(text::SimpleFold(simple), simple) << static_cast<uint32_t>(c);
  }
  // The two that depend on their neighbours.
  EXPECT_TRUE(Same(text::FullLower(U'ς'), U'ς'));
  EXPECT_TRUE(Same(text::FullLower(U'σ'), U'σ'));
}

TEST(CaseFacts, LoweringAndFoldingAgreeOnAsciiButForIAndS) {
  // For each ASCII character, what lowers to it or to something with it, and what folds as it does.
  std::map<char32_t, std::set<char32_t>> lowered;
  std::map<char32_t, std::set<char32_t>> folded;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    const text::Mapping lower = text::FullLower(c);
    for (uint32_t i = 0; i < lower.length; ++i) {
      const char32_t to = lower.code_points[i];
      if (to >= 0x80) continue;
      lowered[to].insert(c);
      if (to != U'i') {
        EXPECT_EQ(lower.length, 1u) << "U+" << std::hex << static_cast<uint32_t>(c);
      }
    }
    if (text::SimpleFold(c) < 0x80) folded[text::SimpleFold(c)].insert(c);
  }
  for (char32_t c = 0; c < 0x80; ++c) {
    if (c == U'i' || c == U's' || (c >= U'A' && c <= U'Z')) continue;
    EXPECT_EQ(lowered[c], folded[c]) << static_cast<uint32_t>(c);
  }
  EXPECT_NE(lowered[U'i'], folded[U'i']);
  EXPECT_NE(lowered[U's'], folded[U's']);
}

}  // namespace
}  // namespace assay
