#include "graph_fixture.h"

namespace assay {
namespace {

class Flatten : public GraphFixture {};
class Merge : public GraphFixture {};
class Patterns : public GraphFixture {};

TEST_F(Flatten, NestedJunctionsBecomeOne) {
  const NodeId inner = And({F("b"), Contains(F("t"), "x")});
  EXPECT_EQ(After("flatten", And({F("a"), inner})), "and(OpContains(t, 'x'), a, b)");
}

TEST_F(Flatten, WhatOthersUseStaysShared) {
  const NodeId inner = And({F("b"), Contains(F("t"), "x")});
  graph.slices.push_back({.name = "shared", .member = inner});
  EXPECT_EQ(After("flatten", And({F("a"), inner})), "and(a, and(OpContains(t, 'x'), b))");
}

TEST_F(Flatten, DuplicatesAndAbsorptionShowOnceFlat) {
  EXPECT_EQ(After("flatten", And({F("a"), And({F("b"), Or({F("a"), Contains(F("t"), "x")})})})), "and(a, b)");
}

TEST_F(Flatten, AChainOfTwentyThousandOperandsIsLinear) {
  NodeId chain = Contains(F("t"), "w0");
  for (int i = 1; i < 20'000; ++i) chain = Or({chain, Contains(F("t"), fmt::format("w{}", i))});
  graph.slices.push_back({.name = "s", .member = chain});
  ASSERT_TRUE(RunPass("flatten", graph).has_value());
  EXPECT_EQ(nodes().Operands(graph.slices[0].member).size(), 20'000u);
}

TEST_F(Merge, ContainsOnOneTextBecomesHasAny) {
  EXPECT_EQ(After("merge", Or({Contains(F("t"), "a"), Contains(F("t"), "b"), F("a")})), "or(OpHasAny(t, {a b}), a)");
}

TEST_F(Merge, TestsThatOthersUseAreLeftAlone) {
  const NodeId shared = Contains(F("t"), "a");
  graph.slices.push_back({.name = "shared", .member = shared});
  EXPECT_EQ(After("merge", Or({shared, Contains(F("t"), "b")})), "or(OpContains(t, 'a'), OpContains(t, 'b'))");
}

TEST_F(Merge, ModifiersKeepTestsApart) {
  const NodeId nocase = Call(BuiltinId::OpContainsNocase, {F("t"), S("c")});
  EXPECT_EQ(After("merge", Or({Contains(F("t"), "a"), Contains(F("t"), "b"), nocase})),
            "or(OpContainsNocase(t, 'c'), OpHasAny(t, {a b}))");
}

TEST_F(Merge, EqualitiesOfOneTextBecomeMembership) {
  EXPECT_EQ(After("merge", Or({Eq(F("t"), S("a")), Eq(F("t"), S("b"))})), "OpInSet(t, {a b})");
  EXPECT_EQ(After("merge", And({Not(Eq(F("t"), S("a"))), Not(Eq(F("t"), S("b")))})), "not(OpInSet(t, {a b}))");
}

TEST_F(Merge, AFewEqualNumbersStayComparisons) {
  EXPECT_EQ(After("merge", Or({Eq(F("x"), I(1)), Eq(F("x"), I(2))})), "or(eq(1, x), eq(2, x))");
}

TEST_F(Merge, TestsOfNullableTextAreMergedUnderIsTrue) {
  EXPECT_EQ(After("fold,merge", IsTrue(Or({Contains(F("u"), "a"), Contains(F("u"), "b")}))), "is_true(OpHasAny(u, {a b}))");
  EXPECT_EQ(After("fold,merge", IsTrue(And({Not(Contains(F("u"), "a")), Not(Contains(F("u"), "b"))}))),
            "is_true(not(OpHasAny(u, {a b})))");
}

TEST_F(Patterns, PlainPatternsBecomeTextTests) {
  const auto matches = [&](std::string pattern, std::string flags = "") {
    return After("patterns", Call(BuiltinId::OpMatches, {F("t"), Regex(pattern, flags)}));
  };
  EXPECT_EQ(matches("foo"), "OpContains(t, 'foo')");
  EXPECT_EQ(matches("Foo", "i"), "OpContainsNocase(t, 'foo')");
  EXPECT_EQ(matches("foo|bars?"), "OpHasAny(t, {bar bars foo})");
  EXPECT_EQ(matches(R"(\b(foo|bar)\b)", "i"), "OpHasAny(t, {bar foo} nocase words)");
  EXPECT_EQ(matches("^foo"), "OpStartsWith(t, 'foo')");
  EXPECT_EQ(matches(R"(foo\Z)"), "OpEndsWith(t, 'foo')");
  EXPECT_EQ(matches(R"(^(foo|bar)\Z)"), "OpInSet(t, {bar foo})");
}

TEST_F(Patterns, OthersStayPatterns) {
  const auto matches = [&](std::string pattern, std::string flags = "") {
    return After("patterns", Call(BuiltinId::OpMatches, {F("t"), Regex(pattern, flags)}));
  };
  EXPECT_EQ(matches("fo+"), "OpMatches(t, /fo+/)");
  EXPECT_EQ(matches("foo$"), "OpMatches(t, /foo$/)");          // also before a final line feed
  EXPECT_EQ(matches("^foo", "m"), "OpMatches(t, /^foo/)");
  EXPECT_EQ(matches(R"(\bfoo)"), R"(OpMatches(t, /\bfoo/))");
  EXPECT_EQ(matches(R"(\b!\b)"), R"(OpMatches(t, /\b!\b/))");  // between word characters only
  EXPECT_EQ(matches("ask", "ia"), "OpMatches(t, /ask/)");        // only k and s of ASCII
}

}  // namespace
}  // namespace assay
