// Batches: columns of every layout, votes, slices, outcomes, tests, interruption, deep graphs.
#include <cmath>

#include "tests/unit/evaluate/graph_builder.h"

namespace assay {
namespace {

class Batches : public EvaluateTest {
 protected:
  Batches() { graph_.tasks.push_back({.name = "T", .classes = {{"LOW", 2}, {"HIGH", 7}}}); }

  NodeId Certain(NodeId condition) { return nodes_.Make(NodeKind::kIsTrue, {condition}); }

  Branch MakeBranch(int32_t label, NodeId condition) { return {.label = label, .condition = condition, .fires = Certain(condition)}; }

  // A batch of `rows` rows in which only field i0 has a column: 0, 1, 2, ...
  Batch CountingBatch(size_t rows) {
    numbers_.resize(rows);
    for (size_t i = 0; i < rows; ++i) numbers_[i] = static_cast<int64_t>(i);
    Batch batch{.rows = rows};
    batch.columns.resize(graph_.fields.size());
    batch.columns[nodes_.Get(ints_[0]).payload] = {.layout = ColumnLayout::kInt64, .rows = rows, .values = numbers_.data()};
    return batch;
  }

  Evaluator Make() {
    const auto status = Verify(graph_);
    EXPECT_TRUE(status) << status.error().message;
    auto evaluator = Evaluator::Create(graph_);
    EXPECT_TRUE(evaluator);
    return std::move(*evaluator);
  }

  std::vector<int64_t> numbers_;
};

TEST_F(Batches, VotesHaveAPlaneForEachClassOfARule) {
  const NodeId low = nodes_.Make(NodeKind::kLt, {ints_[0], nodes_.Int(3)});
  const NodeId high = nodes_.Make(NodeKind::kLt, {nodes_.Int(60), ints_[0]});
  graph_.rules.push_back({.name = "two", .task = TaskId(0), .branches = {MakeBranch(7, high), MakeBranch(2, low), MakeBranch(7, nodes_.Bool(false))}});
  graph_.rules.push_back({.name = "off", .task = TaskId(0), .branches = {MakeBranch(2, low)}, .disabled = true});
  graph_.rules.push_back({.name = "never", .task = TaskId(0), .branches = {MakeBranch(kAbstain, low)}});
  graph_.rules.push_back({.name = "one", .task = TaskId(0), .branches = {MakeBranch(2, low)}});
  const VoteLayout layout = MakeVoteLayout(graph_, TaskId(0));
  ASSERT_EQ(layout.rules.size(), 3u);
  EXPECT_EQ(layout.rules[0].plane_count, 2u);
  EXPECT_EQ(layout.rules[1].plane_count, 0u);
  EXPECT_EQ(layout.rules[2].name, "one");
  ASSERT_EQ(layout.planes.size(), 3u);
  EXPECT_EQ(layout.planes[0].class_id, 2);
  EXPECT_EQ(layout.planes[1].class_id, 7);
  EXPECT_EQ(layout.planes[2].rule, 2u);
  EXPECT_EQ(layout.class_names, (std::vector<std::string>{"LOW", "HIGH"}));

  Evaluator evaluator = Make();
  for (const size_t rows : {size_t{0}, size_t{1}, size_t{63}, size_t{64}, size_t{65}}) {
    const Batch batch = CountingBatch(rows);
    const auto votes = EvaluateVotes(evaluator, graph_, TaskId(0), batch);
    ASSERT_TRUE(votes);
    EXPECT_EQ(votes->planes.rows(), rows);
    for (size_t row = 0; row < rows; ++row) {
      EXPECT_EQ(votes->planes.Get(0, row), row < 3);
      EXPECT_EQ(votes->planes.Get(1, row), row > 60);
      EXPECT_EQ(votes->planes.Get(2, row), row < 3);
    }
  }
}

TEST_F(Batches, BadRowsAbstainAndAreInNoSlice) {
  graph_.rules.push_back({.name = "all", .task = TaskId(0), .branches = {MakeBranch(2, nodes_.Bool(true))}});
  graph_.slices.push_back({.name = "everything", .member = nodes_.Bool(true)});
  Evaluator evaluator = Make();
  Batch batch = CountingBatch(70);
  batch.bad_rows = {uint64_t{1} << 5, 0};
  const auto votes = EvaluateVotes(evaluator, graph_, TaskId(0), batch);
  const auto slices = EvaluateSlices(evaluator, graph_, batch);
  ASSERT_TRUE(votes && slices);
  for (size_t row = 0; row < 70; ++row) {
    EXPECT_EQ(votes->planes.Get(0, row), row != 5);
    EXPECT_EQ(slices->Get(0, row), row != 5);
  }
}

TEST_F(Batches, TheUserCanStopTheWork) {
  graph_.rules.push_back({.name = "all", .task = TaskId(0), .branches = {MakeBranch(2, nodes_.Bool(true))}});
  Evaluator evaluator = Make();
  const std::atomic<bool> stop = true;
  const auto votes = EvaluateVotes(evaluator, graph_, TaskId(0), CountingBatch(10), &stop);
  ASSERT_FALSE(votes);
  EXPECT_EQ(votes.error().kind, ErrorKind::kInterrupted);
}

TEST_F(Batches, ColumnsOfEveryLayoutAreRead) {
  Arena arena;
  TypeStore types;
  const uint64_t validity[] = {0b101};
  const uint64_t bits[] = {0b100};
  const double reals[] = {1.5, NAN, 2.5};
  const int64_t wholes[] = {1, 2, 3};
  const int64_t offsets[] = {0, 1, 1, 3};
  const uint16_t codes[] = {1, 0, 1};
  const Column flags{.layout = ColumnLayout::kBool, .rows = 3, .validity = validity, .values = bits};
  EXPECT_SAME(ReadColumn(flags, kBoolType, types, 0, arena), B(false));
  EXPECT_SAME(ReadColumn(flags, kBoolType, types, 1, arena), Null());
  EXPECT_SAME(ReadColumn(flags, kBoolType, types, 2, arena), B(true));
  const Column floats{.layout = ColumnLayout::kFloat64, .rows = 3, .values = reals};
  EXPECT_SAME(ReadColumn(floats, kFloatType, types, 0, arena), F(1.5));
  EXPECT_SAME(ReadColumn(floats, kFloatType, types, 1, arena), Null());
  const Column ints{.layout = ColumnLayout::kInt64, .rows = 3, .values = wholes};
  EXPECT_SAME(ReadColumn(ints, kIntType, types, 2, arena), I(3));
  EXPECT_SAME(ReadColumn(ints, kFloatType, types, 2, arena), F(3));
  const Column texts{.layout = ColumnLayout::kString, .rows = 3, .validity = validity, .values = "abc", .offsets = offsets};
  EXPECT_SAME(ReadColumn(texts, kStringType, types, 0, arena), S("a"));
  EXPECT_SAME(ReadColumn(texts, kStringType, types, 1, arena), Null());
  EXPECT_SAME(ReadColumn(texts, kStringType, types, 2, arena), S("bc"));
  Column dictionary{.layout = ColumnLayout::kDictionary, .code_bytes = 2, .rows = 3, .validity = validity, .values = codes};
  dictionary.children.push_back({.layout = ColumnLayout::kString, .rows = 2, .values = "xyz", .offsets = offsets});
  dictionary.children[0].offsets = offsets + 1;  // "", "yz"
  EXPECT_SAME(ReadColumn(dictionary, kStringType, types, 0, arena), S("yz"));
  EXPECT_SAME(ReadColumn(dictionary, kStringType, types, 1, arena), Null());
  Column lists{.layout = ColumnLayout::kList, .rows = 3, .values = nullptr, .offsets = offsets};
  lists.children.push_back(ints);
  const Value last[] = {I(2), I(3)};
  EXPECT_SAME(ReadColumn(lists, types.List(kIntType), types, 2, arena), Value::List(last));
  EXPECT_SAME(ReadColumn(lists, types.List(kIntType), types, 1, arena), Value::List({}));
  const Column nothing{.layout = ColumnLayout::kNull, .rows = 3};
  EXPECT_SAME(ReadColumn(nothing, kStringType, types, 0, arena), Null());
}

TEST_F(Batches, AColumnOfAnotherTypeOrLengthReadsAsNull) {
  Arena arena;
  TypeStore types;
  const int64_t wholes[] = {1};
  const Column ints{.layout = ColumnLayout::kInt64, .rows = 1, .values = wholes};
  EXPECT_SAME(ReadColumn(ints, kStringType, types, 0, arena), Null());
  EXPECT_SAME(ReadColumn(ints, kBoolType, types, 0, arena), Null());
  EXPECT_SAME(ReadColumn(ints, kIntType, types, 1, arena), Null());
}

TEST_F(Batches, TheFirstBranchThatIsTrueVotes) {
  const NodeId low = nodes_.Make(NodeKind::kLt, {ints_[0], nodes_.Int(3)});
  const NodeId not_low = nodes_.Make(NodeKind::kAnd, {nodes_.Make(NodeKind::kNot, {Certain(low)}), Certain(nodes_.Make(NodeKind::kLt, {ints_[0], nodes_.Int(9)}))});
  graph_.rules.push_back({.name = "r",
                          .task = TaskId(0),
                          .branches = {{.label = kAbstain, .condition = low, .fires = Certain(low)},
                                       {.label = 7, .condition = not_low, .fires = not_low, .confidence = floats_[0]}}});
  Evaluator evaluator = Make();
  std::vector<Value> row(graph_.fields.size());
  const auto outcome = [&](Value number, Value confidence) {
    row[nodes_.Get(ints_[0]).payload] = number;
    row[nodes_.Get(floats_[0]).payload] = confidence;
    evaluator.SetRow(row);
    return evaluator.Outcome(RuleId(0));
  };
  EXPECT_EQ(outcome(I(1), Null()).branch, 0u);
  EXPECT_EQ(outcome(I(1), Null()).label, kAbstain);
  EXPECT_EQ(outcome(I(5), F(0.25)).label, 7);
  EXPECT_EQ(outcome(I(5), F(0.25)).confidence, 0.25);
  EXPECT_EQ(outcome(I(5), F(3)).confidence, 1.0);
  EXPECT_EQ(outcome(I(5), Null()).confidence, 1.0);
  EXPECT_EQ(outcome(I(50), Null()).branch, RuleOutcome::kNoBranch);
  EXPECT_EQ(outcome(Null(), Null()).branch, RuleOutcome::kNoBranch);
}

TEST_F(Batches, ParametersCanBeSet) {
  graph_.params.push_back({.name = "p", .type = kIntType, .value = I(5)});
  const NodeId param = nodes_.Param(ParamId(0), kIntType, false);
  Evaluator evaluator = Make();
  evaluator.SetRow(std::span<const Value>());
  EXPECT_SAME(evaluator.Evaluate(param), I(5));
  evaluator.SetParam(ParamId(0), I(6));
  EXPECT_SAME(evaluator.Evaluate(param), I(6));
}

TEST_F(Batches, TestRowsTakeDefaultsAndReportWhatFails) {
  graph_.fields[nodes_.Get(ints_[0]).payload].has_default = true;
  graph_.fields[nodes_.Get(ints_[0]).payload].default_value = I(7);
  const NodeId seven = Certain(nodes_.Make(NodeKind::kEq, {ints_[0], nodes_.Int(7)}));
  const NodeId eight = Certain(nodes_.Make(NodeKind::kEq, {ints_[0], nodes_.Int(8)}));
  graph_.tests.push_back({.name = "t", .row = std::vector<Value>(graph_.fields.size()), .expectations = {{.holds = seven}, {.holds = eight}}});
  Evaluator evaluator = Make();
  const auto failures = RunTests(evaluator, graph_);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].expectation, 1u);
}

TEST_F(Batches, AChainOfAHundredThousandNodesIsEvaluated) {
  NodeId sum = ints_[0];
  for (int64_t i = 0; i < 100'000; ++i) sum = nodes_.Make(NodeKind::kSub, {sum, nodes_.Int(i % 7)});
  EXPECT_SAME(Evaluate(sum, {{ints_[0], I(0)}}), I(-299'995));
}

TEST_F(Batches, PatternsThatDoNotCompileAreAnError) {
  nodes_.Pattern(graph_.resources.AddPattern({.source = "(", .canonical = "(", .pcre2 = "("}));
  const auto evaluator = Evaluator::Create(graph_);
  ASSERT_FALSE(evaluator);
  EXPECT_EQ(evaluator.error().kind, ErrorKind::kInternal);
}

TEST_F(Batches, LimitsOfFlagBAreCountedAndUnknown) {
  const NodeId pattern = nodes_.Pattern(graph_.resources.AddPattern({.source = "(a+)+(?=b)", .flags = "b", .canonical = "(a+)+(?=b)", .pcre2 = "(a+)+(?=b)", .backtracking = true}));
  const NodeId matches = nodes_.Call(BuiltinId::OpMatches, std::vector{texts_[0], pattern}, kBoolType);
  graph_.rules.push_back({.name = "r", .task = TaskId(0), .branches = {MakeBranch(2, matches)}});
  Evaluator evaluator = Make();
  std::vector<Value> row(graph_.fields.size());
  const std::string text(100, 'a');
  row[nodes_.Get(texts_[0]).payload] = S(text);
  evaluator.SetRow(row);
  EXPECT_SAME(evaluator.Evaluate(matches), Null());
  EXPECT_EQ(evaluator.Outcome(RuleId(0)).label, kAbstain);
  EXPECT_EQ(evaluator.limit_hits(), 1u);
}

}  // namespace
}  // namespace assay
