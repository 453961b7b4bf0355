#include <limits>

#include "graph_fixture.h"

namespace assay {
namespace {

class Range : public GraphFixture {
 protected:
  std::string Ranged(NodeId node) { return After("fold,flatten,range", node); }
  NodeId InSet(NodeId x, std::vector<std::string> members) { return Call(BuiltinId::OpInSet, {x, Set(std::move(members))}); }
};

TEST_F(Range, LengthsAndCountsAreNeverNegative) {
  EXPECT_EQ(Ranged(Lt(Len(F("t")), I(0))), "false");
  EXPECT_EQ(Ranged(Not(Lt(Len(F("t")), I(0)))), "true");
  EXPECT_EQ(Ranged(IsTrue(Not(Lt(Len(F("u")), I(0))))), "not(is_null(u))");
  EXPECT_EQ(Ranged(Eq(Len(F("t")), I(-1))), "false");
}

TEST_F(Range, ArithmeticCarriesIntervals) {
  EXPECT_EQ(Ranged(IsTrue(Lt(Make(NodeKind::kAdd, {Len(F("t")), I(5)}), I(5)))), "false");
  EXPECT_EQ(Ranged(Lt(Make(NodeKind::kMod, {F("x"), I(7)}), I(7))), "true");
  EXPECT_EQ(Ranged(Lt(Make(NodeKind::kMod, {F("x"), I(7)}), I(6))), "lt(mod(x, 7), 6)");
}

TEST_F(Range, BoundsThatExcludeEachOther) {
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Lt(F("x"), I(3))})), "false");
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Lt(F("x"), I(7))})), "and(lt(5, x), lt(x, 7))");
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Lt(F("x"), I(6))})), "false");  // no int between
  EXPECT_EQ(Ranged(And({Gt(F("f"), D(5)), Lt(F("f"), D(6))})), "and(lt(5f, f), lt(f, 6f))");
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Lt(F("x"), I(7)), Not(Eq(F("x"), I(6)))})), "false");
  EXPECT_EQ(Ranged(Or({Gt(F("x"), I(3)), Lt(F("x"), I(5))})), "true");
  EXPECT_EQ(Ranged(IsTrue(And({Gt(F("y"), I(5)), Lt(F("y"), I(3))}))), "false");
  // Not true, but unknown where y is.
  EXPECT_EQ(Ranged(IsNull(And({Gt(F("y"), I(5)), Lt(F("y"), I(3))}))), "is_null(and(lt(5, y), lt(y, 3)))");
}

TEST_F(Range, EndsOfTheNumbers) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Ranged(Lt(I(kMax), F("x"))), "false");
  EXPECT_EQ(Ranged(And({Lt(D(0.0), F("f")), Lt(F("f"), D(5e-324))})), "false");
  EXPECT_EQ(Ranged(And({Not(Lt(F("f"), D(-0.0))), Not(Lt(D(0.0), F("f")))})), "and(not(lt(0f, f)), not(lt(f, -0f)))");
}

TEST_F(Range, LooserBoundsAreDropped) {
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Gt(F("x"), I(3))})), "lt(5, x)");
  EXPECT_EQ(Ranged(Or({Gt(F("x"), I(5)), Gt(F("x"), I(3))})), "lt(3, x)");
}

TEST_F(Range, AlternativesThatTheOthersExclude) {
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Or({Lt(F("x"), I(3)), Eq(F("x"), I(4))})})), "false");
  EXPECT_EQ(Ranged(And({Gt(F("x"), I(5)), Or({Gt(F("x"), I(3)), F("a")})})), "lt(5, x)");
}

TEST_F(Range, TextsThatAreTwoThingsAtOnce) {
  EXPECT_EQ(Ranged(And({Eq(F("t"), S("a")), Eq(F("t"), S("b"))})), "false");
  EXPECT_EQ(Ranged(And({InSet(F("t"), {"a", "b"}), InSet(F("t"), {"c", "d"})})), "false");
  EXPECT_EQ(Ranged(And({InSet(F("t"), {"a", "b"}), Not(InSet(F("t"), {"a", "b", "c"}))})), "false");
  EXPECT_EQ(Ranged(InSet(F("t"), {})), "false");
}

TEST_F(Range, NullExcludesEveryTest) {
  EXPECT_EQ(Ranged(IsTrue(And({IsNull(F("y")), Gt(F("y"), I(3))}))), "false");
}

TEST_F(Range, ABranchThatAnEarlierOneCoversNeverFires) {
  AddRule("tone", {Gt(F("y"), I(3)), Gt(F("y"), I(5))});
  EXPECT_EQ(Warnings(), std::vector<std::string>({"unreachable_branch 1200-1299: this branch of `tone` is never reached"}));
  EXPECT_EQ(Show(graph.rules[0].branches[1].fires), "false");
}

TEST_F(Range, ABranchWithMoreConditionsIsCoveredByOneWithFewer) {
  AddRule("tone", {Contains(F("u"), "a"), And({Contains(F("u"), "a"), Contains(F("t"), "b")})});
  EXPECT_EQ(Warnings(), std::vector<std::string>({"unreachable_branch 1200-1299: this branch of `tone` is never reached"}));
}

TEST_F(Range, ReportsWhatCannotBeTrue) {
  const NodeId low = Placed(Lt(F("y"), I(3)), 1120, 1130);
  const NodeId high = Placed(Gt(F("y"), I(5)), 1135, 1145);
  AddRule("both", {Placed(And({low, high}), 1120, 1145)});
  EXPECT_EQ(Warnings(), std::vector<std::string>({"never_true 1120-1145: this condition is never true"}));
}

TEST_F(Range, ReportsComparisonsThatNoRowChanges) {
  AddRule("a", {And({F("a"), Placed(Lt(Len(F("t")), I(0)), 1110, 1120)})});
  AddRule("b", {And({F("b"), Placed(Not(Placed(Lt(Len(F("t")), I(-5)), 2110, 2120)), 2110, 2120)})});
  EXPECT_EQ(Warnings(), std::vector<std::string>({"decided_comparison 1110-1120: this comparison is never true",
                                                  "decided_comparison 2110-2120: this comparison is always true"}));
}

TEST_F(Range, ReportsConditionsWhoseConstantsDecide) {
  AddRule("never", {And({F("a"), Not(F("a"))})});
  AddRule("always", {Or({F("a"), Not(F("a"))})});
  AddRule("meant", {True()});
  AddRule("silent", {F("b")});
  EXPECT_EQ(Warnings(),
            std::vector<std::string>({"never_true 1100-1199: `never` never votes: its condition is never true",
                                      "always_true 2100-2199: this condition of `always` is always true",
                                      "same_rule 3000-3005: `meant` votes exactly as `always` does"}));
}

TEST_F(Range, ReportsRulesThatAreTheSame) {
  AddRule("one", {Or({Contains(F("t"), "a"), Contains(F("t"), "b")})});
  AddRule("two", {Call(BuiltinId::OpMatches, {F("t"), Regex("b|a")})});
  EXPECT_EQ(Warnings(), std::vector<std::string>({"same_rule 2000-2005: `two` votes exactly as `one` does"}));
}

}  // namespace
}  // namespace assay
