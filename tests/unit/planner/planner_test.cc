// What the planner decides: tests of a text are one scan, lists that are only counted are not made, and nothing is planned
// that no vote needs.
#include "compiler/planner/planner.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

class PlannerTest : public ::testing::Test {
 protected:
  PlannerTest() {
    AddField("text", kStringType);
    AddField("n", kIntType);
    AddField("m", kIntType);
    Task task;
    task.name = "Class";
    task.classes = {{"A", 0}, {"B", 1}};
    graph_.tasks.push_back(task);
  }
  void AddField(const char* name, TypeId type) {
    Field field;
    field.name = field.column = name;
    field.type = type;
    graph_.fields.push_back(field);
  }
  NodeStore& N() { return graph_.nodes; }
  NodeId F(size_t i) { return N().Field(FieldId(i), graph_.fields[i].type, false); }
  NodeId Call(BuiltinId id, std::vector<NodeId> operands, TypeId type) { return N().Call(id, operands, type); }
  void AddRule(NodeId fires, int32_t label = 1, bool disabled = false) {
    Rule rule;
    rule.name = "rule" + std::to_string(graph_.rules.size());
    rule.task = TaskId(size_t{0});
    rule.disabled = disabled;
    rule.branches.push_back({label, fires, fires, NodeId(), {}});
    graph_.rules.push_back(rule);
  }
  Plan Make() {
    auto plan = MakePlan(graph_);
    EXPECT_TRUE(plan.has_value());
    const Status status = Verify(*plan, graph_);
    EXPECT_TRUE(status.has_value()) << status.error().message;
    return *plan;
  }
  RuleGraph graph_;
};

TEST_F(PlannerTest, PutsAllTestsOfATextIntoOneScan) {
  AddRule(Call(BuiltinId::OpContains, {F(0), N().String("a")}, kBoolType));
  AddRule(N().Make(NodeKind::kEq, {F(0), N().String("b")}));
  AddRule(Call(BuiltinId::OpLike, {F(0), N().String("c*")}, kBoolType));
  const Plan plan = Make();
  ASSERT_EQ(plan.scans.size(), 1u);
  EXPECT_EQ(plan.scans[0].tests.size(), 3u);
  EXPECT_TRUE(plan.kernels.empty());
  EXPECT_EQ(plan.votes.size(), 3u);
}

TEST_F(PlannerTest, CountsPiecesWithoutMakingTheList) {
  const NodeId split = Call(BuiltinId::Split, {F(0)}, graph_.types.List(kStringType));
  AddRule(N().Make(NodeKind::kLt, {Call(BuiltinId::LenList, {split}, kIntType), N().Int(5)}));
  const Plan plan = Make();
  ASSERT_EQ(plan.derives.size(), 1u);
  EXPECT_EQ(plan.derives[0].counted, split);
  EXPECT_EQ(plan.kernels.size(), 1u);
}

TEST_F(PlannerTest, CountsNoFurtherThanConstantsCompare) {
  const NodeId split = Call(BuiltinId::Split, {F(0)}, graph_.types.List(kStringType));
  const NodeId count = Call(BuiltinId::LenList, {split}, kIntType);
  AddRule(N().Make(NodeKind::kLt, {count, N().Int(5)}));
  AddRule(N().Make(NodeKind::kLt, {N().Int(8), count}));
  AddRule(N().Make(NodeKind::kEq, {count, N().Int(-3)}));
  const Plan plan = Make();
  ASSERT_EQ(plan.derives.size(), 1u);
  EXPECT_EQ(plan.derives[0].enough, 9u);
  const auto read = ReadPlan(Print(plan, graph_), graph_);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, plan);
  Plan early = plan;
  early.derives[0].enough = 8;
  EXPECT_FALSE(Verify(early, graph_).has_value());
}

TEST_F(PlannerTest, CountsAllThatSomethingElseReads) {
  const NodeId split = Call(BuiltinId::Split, {F(0)}, graph_.types.List(kStringType));
  const NodeId count = Call(BuiltinId::LenList, {split}, kIntType);
  AddRule(N().Make(NodeKind::kLt, {count, N().Int(5)}));
  AddRule(N().Make(NodeKind::kLt, {count, F(1)}));
  const Plan plan = Make();
  ASSERT_EQ(plan.derives.size(), 1u);
  EXPECT_EQ(plan.derives[0].enough, 0u);
  Plan early = plan;
  early.derives[0].enough = 6;
  EXPECT_FALSE(Verify(early, graph_).has_value());
}

TEST_F(PlannerTest, LeavesOutWhatNoVoteNeeds) {
  AddRule(N().Make(NodeKind::kLt, {F(1), N().Int(5)}), 1, true);
  AddRule(N().Make(NodeKind::kLt, {F(2), N().Int(5)}), kAbstain);
  AddRule(N().Bool(false));
  const Plan plan = Make();
  EXPECT_TRUE(plan.steps.empty());
  EXPECT_TRUE(plan.votes.empty());
}

TEST_F(PlannerTest, KeepsAVoteThatIsAlwaysCast) {
  AddRule(N().Bool(true));
  const Plan plan = Make();
  ASSERT_EQ(plan.votes.size(), 1u);
  EXPECT_TRUE(plan.votes[0].plane.constant.has_value());
}

TEST_F(PlannerTest, RunsADeriveAfterTheKernelItReads) {
  const NodeId sum = N().Make(NodeKind::kAdd, {F(1), F(2)});
  const NodeId halves = N().Make(NodeKind::kFloorDiv, {sum, N().Int(2)});
  AddRule(N().Make(NodeKind::kIsTrue, {N().Make(NodeKind::kLt, {halves, N().Int(5)})}));
  const Plan plan = Make();
  EXPECT_EQ(plan.kernels.size(), 2u);
  EXPECT_EQ(plan.derives.size(), 1u);
}

TEST_F(PlannerTest, ComputesAComparisonOfManyFunctionsOnce) {
  const NodeId shared = N().Make(NodeKind::kLt, {F(1), N().Int(5)});
  for (int i = 0; i < 40; ++i) AddRule(N().Make(NodeKind::kAnd, {shared, N().Make(NodeKind::kLt, {F(2), N().Int(i)})}));
  const Plan plan = Make();
  size_t slots = 0;
  for (const Slot& slot : plan.slots) slots += slot.node == shared;
  EXPECT_EQ(slots, 1u);
  EXPECT_EQ(plan.kernels.size(), 5u);  // the shared one, and forty rules in groups of twelve
}

}  // namespace
}  // namespace assay
