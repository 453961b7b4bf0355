#include <limits>

#include "graph_fixture.h"

namespace assay {
namespace {

class Fold : public GraphFixture {
 protected:
  std::string Folded(NodeId node) { return After("fold", node); }
  // A value as a bool that keeps it alive.
  std::string FoldedValue(NodeId node) {
    const std::string shown = Folded(IsNull(node));
    return shown;
  }
  std::string FoldedInt(NodeId node) {  // eq(<node>, x)
    return Folded(IsTrue(Eq(node, F("x"))));
  }
};

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

TEST_F(Fold, ConstantsAreEvaluatedThroughArithmeticAndComparisons) {
  EXPECT_EQ(Folded(IsTrue(Lt(Make(NodeKind::kAdd, {I(2), I(3)}), I(6)))), "true");
  EXPECT_EQ(FoldedInt(Make(NodeKind::kFloorDiv, {I(-7), I(2)})), "eq(-4, x)");
  EXPECT_EQ(FoldedInt(Make(NodeKind::kMod, {I(-7), I(3)})), "eq(2, x)");
}

TEST_F(Fold, WhatIsNullFoldsToNull) {
  EXPECT_EQ(FoldedValue(Make(NodeKind::kAdd, {I(kMax), I(1)})), "true");
  EXPECT_EQ(FoldedValue(Make(NodeKind::kFloorDiv, {I(1), I(0)})), "true");
  EXPECT_EQ(FoldedValue(Make(NodeKind::kNeg, {I(kMin)})), "true");
  EXPECT_EQ(Folded(IsTrue(Eq(nodes().Null(kIntType), F("x")))), "false");
}

TEST_F(Fold, CallsOfConstantsAreEvaluated) {
  EXPECT_EQ(Folded(IsTrue(Contains(S("subscribe"), "scr"))), "true");
  EXPECT_EQ(FoldedInt(Len(S("héllo"))), "eq(5, x)");
  EXPECT_EQ(Folded(IsTrue(Call(BuiltinId::OpMatches, {S("abc"), Regex("b.$")}))), "true");
  EXPECT_EQ(Folded(Call(BuiltinId::OpHasAny, {S("foo BAR"), Set({"bar"}, {.nocase = true})})), "true");
}

TEST_F(Fold, KleeneNeutralAndDecidingOperands) {
  EXPECT_EQ(Folded(IsTrue(And({F("a"), True()}))), "a");
  EXPECT_EQ(Folded(IsTrue(And({F("p"), False()}))), "false");
  EXPECT_EQ(Folded(IsTrue(Or({F("p"), True()}))), "true");
  EXPECT_EQ(Folded(Or({F("a"), False()})), "a");
  EXPECT_EQ(Folded(Not(Not(F("a")))), "a");
}

TEST_F(Fold, UnknownIsNotNeutral) {
  EXPECT_EQ(Folded(IsNull(And({F("a"), Unknown()}))), "is_null(and(a, null))");
  EXPECT_EQ(Folded(IsTrue(And({F("a"), Unknown()}))), "false");
  EXPECT_EQ(Folded(IsTrue(Or({F("a"), Unknown()}))), "a");
}

TEST_F(Fold, ComplementsDecideOnlyWhatIsNeverUnknown) {
  EXPECT_EQ(Folded(And({F("a"), Not(F("a"))})), "false");
  EXPECT_EQ(Folded(Or({F("a"), Not(F("a"))})), "true");
  EXPECT_EQ(Folded(IsNull(Or({F("p"), Not(F("p"))}))), "is_null(or(not(p), p))");
  EXPECT_EQ(Folded(IsTrue(Or({F("p"), Not(F("p"))}))), "or(is_true(not(p)), is_true(p))");
  EXPECT_EQ(Folded(IsTrue(And({F("p"), Not(F("p"))}))), "false");
}

TEST_F(Fold, AbsorptionHoldsForUnknownToo) {
  EXPECT_EQ(Folded(IsNull(And({F("p"), Or({F("p"), F("q")})}))), "is_null(p)");
  EXPECT_EQ(Folded(Or({F("a"), And({F("a"), F("b")})})), "a");
}

TEST_F(Fold, OperandsThatOthersExcludeLeaveANestedJunction) {
  EXPECT_EQ(Folded(And({Not(F("a")), Or({F("a"), F("b")})})), "and(b, not(a))");
  EXPECT_EQ(Folded(Or({F("a"), And({Not(F("a")), F("b")})})), "or(a, b)");
  EXPECT_EQ(Folded(And({F("a"), Not(And({F("a"), F("b")}))})), "and(a, not(b))");
}

TEST_F(Fold, IsTrueIsPushedDownToTests) {
  const NodeId test = Contains(F("u"), "x");
  EXPECT_EQ(Folded(IsTrue(And({test, Or({F("a"), F("p")})}))), "and(is_true(OpContains(u, 'x')), or(a, is_true(p)))");
  EXPECT_EQ(Folded(IsTrue(Not(And({F("p"), F("q")})))), "or(is_true(not(p)), is_true(not(q)))");
}

TEST_F(Fold, IsNullIsAskedOfTheOperandsOfStrictFunctions) {
  EXPECT_EQ(Folded(IsNull(Len(F("u")))), "is_null(u)");
  EXPECT_EQ(Folded(IsNull(Lt(Len(F("u")), F("y")))), "or(is_null(u), is_null(y))");
  EXPECT_EQ(Folded(IsNull(Len(F("t")))), "false");
  // Overflow makes null of its own.
  EXPECT_EQ(Folded(IsNull(Make(NodeKind::kAdd, {F("y"), I(1)}))), "is_null(add(1, y))");
}

TEST_F(Fold, ConditionalsWithKnownParts) {
  EXPECT_EQ(Folded(Make(NodeKind::kIf, {F("a"), True(), False()})), "a");
  EXPECT_EQ(Folded(Make(NodeKind::kIf, {F("a"), F("b"), False()})), "and(a, b)");
  EXPECT_EQ(Folded(IsNull(Make(NodeKind::kIf, {F("p"), F("b"), False()}))), "is_null(if(p, b, false))");
  EXPECT_EQ(Folded(IsTrue(Make(NodeKind::kIf, {F("p"), F("b"), False()}))), "and(b, is_true(p))");
  EXPECT_EQ(FoldedInt(Make(NodeKind::kIf, {True(), I(3), F("y")})), "eq(3, x)");
}

TEST_F(Fold, CoalesceOfWhatIsNeverNullIsItself) {
  EXPECT_EQ(FoldedInt(Make(NodeKind::kCoalesce, {F("x"), I(3)})), "true");
  EXPECT_EQ(Folded(Make(NodeKind::kCoalesce, {F("p"), False()})), "is_true(p)");
  EXPECT_EQ(Folded(Make(NodeKind::kCoalesce, {F("p"), True()})), "not(is_true(not(p)))");
}

TEST_F(Fold, ArithmeticIdentitiesKeepEveryBit) {
  EXPECT_EQ(FoldedInt(Make(NodeKind::kAdd, {F("x"), I(0)})), "true");
  EXPECT_EQ(FoldedInt(Make(NodeKind::kMul, {F("x"), I(1)})), "true");
  EXPECT_EQ(Folded(IsTrue(Eq(Make(NodeKind::kMul, {F("f"), D(1.0)}), F("f")))), "true");
  EXPECT_EQ(Folded(IsTrue(Eq(Make(NodeKind::kSub, {F("f"), D(0.0)}), F("f")))), "true");
  // x + 0.0 makes 0.0 of -0.0, y * 0 is null where y is, -(-x) is null for the smallest int.
  EXPECT_EQ(Folded(IsTrue(Lt(Make(NodeKind::kAdd, {F("f"), D(0.0)}), F("f")))), "is_true(lt(add(0f, f), f))");
  EXPECT_EQ(FoldedInt(Make(NodeKind::kMul, {F("y"), I(0)})), "is_true(eq(mul(0, y), x))");
  EXPECT_EQ(FoldedInt(Make(NodeKind::kNeg, {Make(NodeKind::kNeg, {F("x")})})), "is_true(eq(neg(neg(x)), x))");
}

TEST_F(Fold, AValueEqualsItselfUnlessItIsNull) {
  EXPECT_EQ(Folded(Eq(F("f"), F("f"))), "true");
  EXPECT_EQ(Folded(Lt(F("x"), F("x"))), "false");
  EXPECT_EQ(Folded(IsTrue(Eq(F("g"), F("g")))), "is_true(eq(g, g))");
}

TEST_F(Fold, TestsThatMeanTheSameHaveOneSpelling) {
  EXPECT_EQ(Folded(Call(BuiltinId::Starts, {F("t"), S("a")})), "OpStartsWith(t, 'a')");
  EXPECT_EQ(Folded(Call(BuiltinId::OpHasNone, {F("t"), Set({"a", "b"})})), "not(OpHasAny(t, {a b}))");
  EXPECT_EQ(Folded(Call(BuiltinId::OpHasAny, {F("t"), Set({"a"})})), "OpContains(t, 'a')");
  EXPECT_EQ(Folded(Call(BuiltinId::OpHasAny, {F("t"), Set({"A1"}, {.nocase = true})})), "OpContainsNocase(t, 'a1')");
  EXPECT_EQ(Folded(Call(BuiltinId::OpContainsNocase, {F("t"), S("12")})), "OpContains(t, '12')");
  EXPECT_EQ(Folded(Call(BuiltinId::OpInSet, {F("t"), Set({"a"})})), "eq('a', t)");
  EXPECT_EQ(Folded(Call(BuiltinId::OpContains, {F("t"), S("")})), "true");
  EXPECT_EQ(Folded(IsTrue(Call(BuiltinId::OpContains, {F("u"), S("")}))), "is_true(OpContains(u, ''))");
}

TEST_F(Fold, ParametersStayUntilTheyAreBound) {
  graph.params.push_back({.name = "least", .type = kIntType, .value = Value::Int(3)});
  const NodeId least = nodes().Param(ParamId(size_t{0}), kIntType, false);
  graph.slices.push_back({.name = "s", .member = Lt(Make(NodeKind::kAdd, {least, I(1)}), I(9))});
  graph.slices[0].member = IsTrue(graph.slices[0].member);
  ASSERT_TRUE(RunPass("fold", graph).has_value());
  EXPECT_EQ(Show(graph.slices[0].member), "is_true(lt(add(1, least), 9))");
  BindParams(graph);
  EXPECT_EQ(Show(graph.slices[0].member), "true");
}

TEST_F(Fold, VeryDeepConditionsDoNotOverflowTheStack) {
  NodeId node = F("p");
  for (int i = 0; i < 200'000; ++i) node = i % 2 == 0 ? And({node, F("q")}) : Or({node, F("a")});
  graph.slices.push_back({.name = "s", .member = IsTrue(node)});
  Optimize(graph);
  EXPECT_TRUE(Verify(graph).has_value());
}

}  // namespace
}  // namespace assay
