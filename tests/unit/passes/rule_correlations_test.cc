// Correlations between rules, found in small graphs.
#include "compiler/passes/rule_correlations.h"

#include "tests/unit/passes/graph_fixture.h"

namespace assay {
namespace {

class RuleCorrelationsTest : public GraphFixture {
 protected:
  void Lf(std::string name, NodeId condition, int32_t label = 1, size_t task = 0) {
    const NodeId fires = nodes().Get(condition).nullable ? IsTrue(condition) : condition;
    graph.rules.push_back({.name = std::move(name), .task = TaskId(task), .branches = {{.label = label, .condition = condition, .fires = fires}}});
  }
  NodeId Contains(std::string_view text, std::string_view field = "t") {
    const NodeId operands[] = {F(field), S(text)};
    return nodes().Call(BuiltinId::OpContains, operands, kBoolType);
  }
  // "first kind second shared/of_first/of_second", a line a pair.
  std::vector<std::string> Found() {
    std::vector<std::string> lines;
    for (const RuleCorrelation& c : FindRuleCorrelations(graph)) {
      lines.push_back(fmt::format("{} {} {} {}/{}/{}", graph.rules[c.first.index()].name, NameOf(c.kind), graph.rules[c.second.index()].name,
                                  c.shared, c.of_first, c.of_second));
    }
    return lines;
  }
  using Lines = std::vector<std::string>;
};

TEST_F(RuleCorrelationsTest, CopiesAreTheSame) {
  Lf("a", Or({Contains("x"), Contains("y")}));
  Lf("b", Or({Contains("x"), Contains("y")}), 0);
  Lf("c", Contains("z"));
  EXPECT_EQ(Found(), (Lines{"a same b 2/2/2"}));
  EXPECT_EQ(FindRuleCorrelations(graph)[0].examples, (std::vector<std::string>{"\"x\"", "\"y\""}));
}

TEST_F(RuleCorrelationsTest, RulesThatImplyEachOtherAreTheSame) {
  Lf("a", Or({Contains("xx"), Contains("x")}));
  Lf("b", Contains("x"));
  EXPECT_EQ(Found(), (Lines{"a same b 1/2/1"}));
}

TEST_F(RuleCorrelationsTest, OneMoreConditionMakesANarrowerRule) {
  Lf("wide", Contains("x"));
  Lf("narrow", And({Contains("x"), F("a")}));
  Lf("wider", Or({Contains("x"), F("b")}));
  const Lines found = Found();
  EXPECT_NE(std::ranges::find(found, "narrow implies wide 1/2/1"), found.end());
  EXPECT_NE(std::ranges::find(found, "wide implies wider 1/1/2"), found.end());
  EXPECT_NE(std::ranges::find(found, "narrow implies wider 1/2/2"), found.end());
}

TEST_F(RuleCorrelationsTest, TextsContainedInTextsImply) {
  Lf("spam", Contains("spam"));
  Lf("spammer", Contains("spammer"));
  Lf("other", Contains("ham"));
  Lf("elsewhere", Contains("spammer", "u"));
  EXPECT_EQ(Found(), (Lines{"spammer implies spam 0/1/1"}));
}

TEST_F(RuleCorrelationsTest, IntervalsImply) {
  const auto above = [&](int64_t n) { return nodes().Make(NodeKind::kLt, {I(n), F("x")}); };
  Lf("few", And({above(5), F("a")}));
  Lf("many", And({above(50), F("a")}));
  Lf("half", above(7));
  EXPECT_EQ(Found(), (Lines{"many implies few 1/2/2", "many implies half 0/2/1"}));
}

TEST_F(RuleCorrelationsTest, SharedWordsCount) {
  Lf("a", Or({Contains("x"), Contains("y")}));
  Lf("b", Or({Contains("Y"), Contains("z")}));
  EXPECT_EQ(Found(), (Lines{"a shares b 1/2/2"}));
  EXPECT_TRUE(FindRuleCorrelations(graph)[0].strong());
}

TEST_F(RuleCorrelationsTest, RulesOfTwoTasksAreNotCompared) {
  graph.tasks.push_back({.name = "Tone", .classes = {{"NICE", 0}, {"RUDE", 1}}});
  Lf("a", Contains("x"));
  Lf("b", Contains("x"), 1, 1);
  EXPECT_EQ(Found(), Lines{});
}

TEST_F(RuleCorrelationsTest, WhatEveryRuleHasIsNoSign) {
  for (int i = 0; i < 100; ++i) Lf(fmt::format("r{}", i), And({F("a"), Contains(fmt::format("<{}>", i))}));
  EXPECT_EQ(Found(), Lines{});
}

}  // namespace
}  // namespace assay
