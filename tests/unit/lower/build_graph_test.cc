#include "compiler/lower/build_graph.h"

#include <gtest/gtest.h>

#include "compiler/diagnostics/render.h"
#include "compiler/parse/parse.h"
#include "compiler/sema/check.h"
#include "runtime/evaluate/evaluator.h"

namespace assay {
namespace {

constexpr std::string_view kHead = "labels S { NO, YES }\nschema Row { text: string  n: int  x: float?  name: string?  k: int? = 7 }\n";

std::unique_ptr<RuleGraph> Build(std::string_view body) {
  SourceStore sources;
  DiagnosticSink sink;
  const FileId file = sources.AddVirtual("rules.lf", std::string(kHead) + std::string(body));
  ast::Ast tree = Parse(sources, file, sink);
  auto program = Check(sources, std::move(tree), {}, sink);
  if (sink.has_errors()) {
    ADD_FAILURE() << RenderAll(sources, sink.Finish(), false, false);
    return nullptr;
  }
  auto graph = BuildGraph(std::move(program), sources);
  const Status status = Verify(*graph);
  EXPECT_TRUE(status.has_value()) << (status ? "" : status.error().message) << "\n" << Print(*graph);
  return graph;
}

// The labels that the rules vote for on one row: "YES - NO".
std::string Votes(std::string_view body, std::vector<Value> row) {
  const auto graph = Build(body);
  if (!graph) return "";
  auto evaluator = Evaluator::Create(*graph);
  EXPECT_TRUE(evaluator.has_value());
  evaluator->SetRow(row);
  std::string votes;
  for (size_t r = 0; r < graph->rules.size(); ++r) {
    const int32_t label = evaluator->Outcome(RuleId(r)).label;
    votes += (votes.empty() ? "" : " ") + std::string(label == kAbstain ? "-" : label == 0 ? "NO" : "YES");
  }
  return votes;
}

std::vector<Value> Row(std::string_view text, int64_t n, Value x = Value::Null(), Value name = Value::Null()) {
  return {Value::String(text), Value::Int(n), x, name, Value::Int(7)};
}

TEST(BuildGraph, TheFirstTrueBranchVotes) {
  constexpr std::string_view kRule = "lf r { abstain when name is null  YES when n > 5  NO when n > 2  YES when x > 1 }\n";
  EXPECT_EQ(Votes(kRule, Row("", 9)), "-");
  EXPECT_EQ(Votes(kRule, Row("", 9, Value::Null(), Value::String("a"))), "YES");
  EXPECT_EQ(Votes(kRule, Row("", 3, Value::Float(2), Value::String("a"))), "NO");
  EXPECT_EQ(Votes(kRule, Row("", 1, Value::Float(2), Value::String("a"))), "YES");
  EXPECT_EQ(Votes(kRule, Row("", 1, Value::Null(), Value::String("a"))), "-");
}

TEST(BuildGraph, UnknownNeverVotes) {
  EXPECT_EQ(Votes("lf a -> YES when x > 1\nlf b -> YES when not (x > 1)\nlf c -> YES when x > 1 or n == 3\nlf d -> YES when x is null\n"
                  "lf e -> YES when name != \"a\"\nlf f -> YES when (name ?? \"b\") != \"a\"\nlf g -> YES when name not in [\"a\"]\n",
                  Row("", 3)),
            "- - YES YES - YES -");
}

TEST(BuildGraph, RulesSeeOtherRulesVotes) {
  constexpr std::string_view kRules =
      "lf a { YES when n > 5  NO when n > 2 }\nlf b -> YES when a == YES\nlf c -> YES when a != YES\nlf d -> YES when a abstains\nlf e -> YES when a votes\n"
      "lf f -> YES when a == b\nlf g -> YES when a in [NO, YES]\nlf h -> YES when a == abstain\n@disabled lf off -> YES when true\nlf i -> YES when off votes\n";
  EXPECT_EQ(Votes(kRules, Row("", 6)), "YES YES - - YES YES YES - - -");
  EXPECT_EQ(Votes(kRules, Row("", 3)), "NO - YES - YES - YES - - -");
  EXPECT_EQ(Votes(kRules, Row("", 1)), "- - YES YES - YES - YES - -");
}

TEST(BuildGraph, AVoteIsReadFromAValue) {
  constexpr std::string_view kRules = "lf a from name { \"yes\" => YES, \"no\" => NO, \"unsure\" => abstain }\nlf b from n { 1 => YES, 2 => NO }\nlf c from a { YES => NO, NO => YES }\n";
  EXPECT_EQ(Votes(kRules, Row("", 1, Value::Null(), Value::String("yes"))), "YES YES NO");
  EXPECT_EQ(Votes(kRules, Row("", 2, Value::Null(), Value::String("no"))), "NO NO YES");
  EXPECT_EQ(Votes(kRules, Row("", 3, Value::Null(), Value::String("unsure"))), "- - -");
  EXPECT_EQ(Votes(kRules, Row("", 3)), "- - -");
}

TEST(BuildGraph, TextTestsOfEveryForm) {
  EXPECT_EQ(Votes("set w nocase words = [\"check out\", \"sub\"]\n"
                  "lf a -> YES when text contains \"CHECK\" nocase\nlf b -> YES when text has w\nlf c -> YES when text has all [\"out\", \"my\"]\n"
                  "lf d -> YES when text has none w\nlf e -> YES when text starts with [\"x\", \"Check\"]\nlf f -> YES when text like \"*my?chan*\"\n"
                  "lf g -> YES when text matches /^check.*CHANNEL$/i\nlf h -> YES when split(text) has \"my\"\nlf i -> YES when text has \"chan\" words\n"
                  "lf j -> YES when \"my\" in words(text)\nlf last -> YES when text ends with \"CHANNEL\" nocase\n",
                  Row("Check out my channel", 1)),
            "YES YES YES - YES YES YES YES - YES YES");
}

TEST(BuildGraph, ArithmeticAndChains) {
  EXPECT_EQ(Votes("lf a -> YES when 1 <= n < 4\nlf b -> YES when n / 2 == 1.5\nlf c -> YES when -n // 2 == -2\nlf d -> YES when n / 0 is null\nlf e -> YES when n ?? 1 > 2\n"
                  "fn half(v: float) = v / 2\nlf f -> YES when half(n) == 1.5\nlf g -> YES when if n > 2 then text == \"t\" else false\nlf h -> YES when k == 7 and k is not null\n",
                  Row("t", 3)),
            "YES YES YES YES YES YES YES YES");
}

TEST(BuildGraph, WhatRulesShareIsOneNode) {
  const auto graph = Build("let l = len(text)\nlf a -> YES when l > 3\nlf b -> NO when len(text) > 3\n");
  ASSERT_NE(graph, nullptr);
  EXPECT_EQ(graph->rules[0].branches[0].condition, graph->rules[1].branches[0].condition);
}

TEST(BuildGraph, ConfidencesStayBetweenZeroAndOne) {
  const auto graph = Build("lf a -> YES with x when n > 0\nlf b -> YES with 0.5 when n > 0\nlf c -> YES when n > 0\n");
  ASSERT_NE(graph, nullptr);
  auto evaluator = Evaluator::Create(*graph);
  evaluator->SetRow(Row("", 1, Value::Float(7)));
  EXPECT_EQ(evaluator->Outcome(RuleId(0)).confidence, 1.0);
  EXPECT_EQ(evaluator->Outcome(RuleId(1)).confidence, 0.5);
  EXPECT_EQ(evaluator->Outcome(RuleId(2)).confidence, 1.0);
  evaluator->SetRow(Row("", 1));
  EXPECT_EQ(evaluator->Outcome(RuleId(0)).confidence, 1.0);
}

TEST(BuildGraph, TestsAndSlicesAreRoots) {
  const auto graph = Build("lf a -> YES when n > 3\nslice big when n > 5\ntest \"t\" { given { text: \"\", n: 4 } expect a == YES, not big, k == 7 expect a abstains }\n");
  ASSERT_NE(graph, nullptr);
  ASSERT_EQ(graph->tests.size(), 1u);
  EXPECT_EQ(graph->tests[0].expectations[0].text, "a == YES");
  EXPECT_EQ(graph->tests[0].expectations[0].rule, RuleId(0));
  auto evaluator = Evaluator::Create(*graph);
  const auto failures = RunTests(*evaluator, *graph);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].expectation, 3u);
}

TEST(BuildGraph, ARuleOfManyBranchesStaysLinear) {
  std::string rule = "lf r {\n";
  for (int i = 0; i < 3000; ++i) rule += "  YES when n == " + std::to_string(i) + "\n";
  const auto graph = Build(rule + "}\n");
  ASSERT_NE(graph, nullptr);
  EXPECT_LT(graph->nodes.size(), 20'000u);
}

TEST(BuildGraph, ALongChainOfDerivedColumnsNeedsNoRecursion) {
  std::string text = "let a0 = n\n";
  for (int i = 1; i < 50'000; ++i) text += "let a" + std::to_string(i) + " = a" + std::to_string(i - 1) + " + n\n";
  EXPECT_EQ(Votes(text + "lf r -> YES when a49999 == 100000\n", Row("", 2)), "YES");
}

TEST(BuildGraph, TheGraphReadsBackAsItWasPrinted) {
  const auto graph = Build("set w = [\"a\", \"b\"]\nlf a -> YES when text has w and text matches /x+/i and x > 1\nlf b from name { \"y\" => YES }\n");
  ASSERT_NE(graph, nullptr);
  const auto read = ReadGraph(Print(*graph));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(Print(**read), Print(*graph));
}

}  // namespace
}  // namespace assay
