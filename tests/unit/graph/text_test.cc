// Printing, reading and verifying.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "runtime/graph/rule_graph.h"

namespace assay {
namespace {

// A graph that has one of everything.
std::unique_ptr<RuleGraph> EverythingGraph() {
  auto graph = std::make_unique<RuleGraph>();
  RuleGraph& g = *graph;
  g.pack_name = "comments";
  g.pack_version = "1.2.0";
  g.files = {"rules.lf", "with \"quotes\".lf"};
  g.tasks.push_back({.name = "Spam", .classes = {{"HAM", 0}, {"SPAM", 4}}});
  g.tasks.push_back({.name = "Fine", .classes = {{"A", 0}}, .parent = TaskId(0), .parent_classes = {4}});
  g.fields.push_back({.name = "text", .column = "CONTENT", .type = kStringType, .span = {FileId(0), 3, 9}});
  g.fields.push_back({.name = "likes", .column = "likes", .type = kIntType, .has_default = true, .default_value = Value::Int(0)});
  g.fields.push_back({.name = "score", .column = "score", .type = kFloatType, .nullable = true});
  g.fields.push_back({.name = "tags", .column = "tags", .type = g.types.List(kStringType), .nullable = true});
  g.params.push_back({.name = "least", .type = kIntType, .value = Value::Int(-5)});
  NodeStore& n = g.nodes;
  const NodeId text = n.Field(FieldId(0), kStringType, false);
  const NodeId likes = n.Field(FieldId(1), kIntType, false);
  const NodeId score = n.Field(FieldId(2), kFloatType, true);
  const NodeId tags = n.Field(FieldId(3), g.types.List(kStringType), true);
  const NodeId least = n.Param(ParamId(0), kIntType, false);
  SetValues words({kStringType}, {.nocase = true, .words = true});
  words.Add({std::string("check out")});
  words.Add({std::string("a\"b\\c\n\x01é, ")});
  SetValues pairs({kStringType, kIntType}, {});
  pairs.Add({std::string("a"), int64_t{-1}});
  pairs.Add({std::string("b"), int64_t{2}});
  SetValues reals({kFloatType}, {});
  reals.Add({0.1});
  reals.Add({std::numeric_limits<double>::infinity()});
  const NodeId set = n.Set(g.resources.AddSet(words));
  n.Set(g.resources.AddSet(pairs));
  n.Set(g.resources.AddSet(reals));
  const NodeId pattern = n.Pattern(g.resources.AddPattern(
      {.source = "check.*out", .flags = "i", .canonical = "check.*out", .pcre2 = "check.*out", .matches_empty = true,
       .automaton = *text::ReadAutomaton("{[:63][^:a][:74]}(0)-{0(1,2)1(1,2)2()!}"), .exact = true,
       .pieces = {*text::ReadAutomaton("{[:63]}(0)-{0()!}"), *text::ReadAutomaton("{[:74]}(0:3f)-{0()!}")}, .span = {FileId(0), 1, 2}}));
  g.resources.AddPattern({.source = "(?=x)", .flags = "b", .canonical = "(?=x)", .pcre2 = "(?=x)", .backtracking = true});
  const NodeId has = n.Call(BuiltinId::OpHasAny, std::vector{text, set}, kBoolType);
  const NodeId matches = n.Call(BuiltinId::OpMatches, std::vector{text, pattern}, kBoolType);
  const NodeId few = n.Make(NodeKind::kLt, {likes, least});
  const NodeId high = n.Make(NodeKind::kLt, {n.Float(0.25), score});
  const NodeId any = n.Make(NodeKind::kOr, {has, matches, few, high});
  const NodeId fires = n.Make(NodeKind::kIsTrue, {any});
  const NodeId second = n.Make(NodeKind::kAnd, {n.Make(NodeKind::kNot, {fires}), n.Make(NodeKind::kIsNull, {tags})});
  const Value members[] = {Value::String("x"), Value::String("")};
  const NodeId list = n.List(g.types.List(kStringType), members);
  const NodeId equal = n.Make(NodeKind::kEq, {tags, list});
  n.Make(NodeKind::kIf, {has, n.Null(kIntType), n.Make(NodeKind::kMod, {likes, n.Int(3)})});
  n.Make(NodeKind::kCoalesce, {score, n.Make(NodeKind::kToFloat, {likes})});
  n.Make(NodeKind::kMakeList, {likes, least});
  n.AddSpan(any, {FileId(0), 10, 20});
  n.AddSpan(any, {FileId(1), 0, 7});
  g.rules.push_back({.name = "promotes",
                     .task = TaskId(0),
                     .branches = {{.label = 4, .condition = any, .fires = fires, .confidence = n.Float(0.5), .span = {FileId(0), 1, 2}},
                                  {.label = kAbstain, .condition = second, .fires = second}},
                     .doc = "Two\nlines",
                     .group = "lexicon",
                     .author = "jo",
                     .span = {FileId(0), 5, 6}});
  g.rules.push_back({.name = "off", .task = TaskId(1), .branches = {}, .disabled = true});
  g.slices.push_back({.name = "listed", .member = n.Make(NodeKind::kIsTrue, {equal})});
  g.tests.push_back({.name = "a test",
                     .row = {Value::String("t"), Value::Null(), Value::Float(1e300), Value::Null()},
                     .expectations = {{.holds = fires, .rule = RuleId(0), .text = "promotes == SPAM", .span = {FileId(0), 1, 2}}, {.holds = second, .text = "x"}}});
  return graph;
}

TEST(GraphText, AGraphWithOneOfEverythingIsConsistent) {
  const auto status = Verify(*EverythingGraph());
  EXPECT_TRUE(status) << status.error().message;
}

TEST(GraphText, ReadingGivesBackWhatWasPrinted) {
  const auto graph = EverythingGraph();
  const std::string text = Print(*graph);
  const auto read = ReadGraph(text);
  ASSERT_TRUE(read) << read.error().message << "\n" << text;
  EXPECT_EQ(Print(**read), text);
  ASSERT_EQ((*read)->nodes.size(), graph->nodes.size());
  for (size_t i = 0; i < graph->nodes.size(); ++i) EXPECT_EQ((*read)->nodes.Get(NodeId(i)).hash, graph->nodes.Get(NodeId(i)).hash);
  EXPECT_EQ((*read)->rules[0].doc, "Two\nlines");
  EXPECT_EQ(Roots(**read), Roots(*graph));
}

TEST(GraphText, NodesReadAsALineEach) {
  RuleGraph graph;
  graph.fields.push_back({.name = "n", .column = "n", .type = kIntType, .nullable = true});
  const NodeId n = graph.nodes.Field(FieldId(0), kIntType, true);
  graph.nodes.Make(NodeKind::kLt, {n, graph.nodes.Int(3)});
  EXPECT_EQ(Print(graph),
            "graph 1\n"
            "field \"n\" int? column \"n\"\n"
            "%0 = field int? 0\n"
            "%1 = const int 3\n"
            "%2 = lt bool? %0 %1\n");
}

TEST(GraphText, MalformedTextIsRefusedWithItsLine) {
  for (const char* text : {"", "grph 1\n", "graph 1\n%1 = const int 3\n", "graph 1\n%0 = const int x\n", "graph 1\n%0 = const int? 3\n", "graph 1\n%0 = const float 3 4\n",
                           "graph 1\n%0 = lt bool %0 %0\n", "graph 1\n%0 = field int 0\n", "graph 1\n%0 = call bool Nothing\n", "graph 1\n%0 = const string \"\\u{D800}\"\n",
                           "graph 1\n%0 = const string \"abc\n", "graph 1\n%0 = const string \"\xff\"\n", "graph 1\n%0 = const set<string> set 0\n",
                           "graph 1\n%0 = const regex pattern 4294967295\n", "graph 1\n  branch 0 when %0 fires %0\n", "graph 1\nrule \"a\" task 0\n",
                           "graph 1\n%0 = const int 1\n%1 = const int 1\n", "graph 1\n%0 = const list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<int 1\n",
                           "graph 1\n%0 = const bool true\n%1 = and bool %0 %0\n", "graph 1\nset 0 (bool): true\n", "graph 1\nset 0 (int): 1 1\n", "graph 1\ntask \"T\": \"A\"=0 \"B\"=0\n",
                           "graph 1\ntask \"T\" parent 0 0: \"A\"=0\n", "graph 1\ntest \"t\"\n  row\n  expect %0 \"\"\n", "graph 1\nwhat\n", "graph 1\n  automaton {}()-{}\n",
                           "graph 1\npattern 0 \"a\"\n  automaton exact {}(0)-{}\n", "graph 1\npattern 0 \"a\"\n  automaton \n",
                           "graph 1\npattern 0 \"a\"\n  piece {}()-{} x\n"}) {
    const auto read = ReadGraph(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kData);
  }
  EXPECT_NE(ReadGraph("graph 1\n%0 = const int x\n").error().message.find("line 2"), std::string::npos);
}

TEST(GraphText, NoDamageToTheTextCrashesTheReader) {
  const std::string text = Print(*EverythingGraph());
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = text;
    for (int change = 0; change < 1 + round % 3; ++change) {
      const size_t at = random() % damaged.size();
      switch (random() % 4) {
        case 0: damaged[at] = static_cast<char>(random() % 128); break;
        case 1: damaged.erase(at, random() % 20); break;
        case 2: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 20)); break;
        case 3: damaged[at] = static_cast<char>('0' + random() % 10); break;
      }
    }
    const auto read = ReadGraph(damaged);
    if (read) {
      EXPECT_TRUE(Verify(**read));
    }
  }
}

// What is wrong with a graph that `spoil` has changed; empty when nothing is.
std::string Broken(const std::function<void(RuleGraph&)>& spoil) {
  const auto graph = EverythingGraph();
  spoil(*graph);
  const auto status = Verify(*graph);
  return status ? "" : status.error().message;
}

TEST(GraphVerifier, TypesOfOperandsAreChecked) {
  const NodeId text(0), likes(1), score(2), tags(3);
  const std::vector<std::pair<const char*, std::function<void(NodeStore&, RuleGraph&)>>> cases = {
      {"an operand is not a bool", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kNot, {likes}); }},
      {"an operand is not a bool", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kAnd, {likes, text}); }},
      {"differ in type", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kEq, {likes, score}); }},
      {"no order", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kLt, {tags, tags}); }},
      {"cannot be added", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kAdd, {text, likes}); }},
      {"not a number", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kMul, {likes, score}); }},
      {"not a number", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kNeg, {text}); }},
      {"not a float", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kDiv, {likes, likes}); }},
      {"not an int", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kToFloat, {score}); }},
      {"condition is not a bool", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kIf, {likes, likes, likes}); }},
      {"branches differ", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kIf, {n.Bool(true), likes, text}); }},
      {"operands differ", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kCoalesce, {likes, score}); }},
      {"members differ", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kMakeList, {likes, score}); }},
      {"a pattern or set", [&](NodeStore& n, RuleGraph&) { n.Make(NodeKind::kIsNull, {n.Pattern(PatternId(0))}); }},
      {"an argument has another type", [&](NodeStore& n, RuleGraph&) { n.Call(BuiltinId::Len, std::vector{likes}, kIntType); }},
      {"an argument has another type", [&](NodeStore& n, RuleGraph&) { n.Call(BuiltinId::CountMember, std::vector{tags, likes}, kIntType); }},
      {"wrong number of arguments", [&](NodeStore& n, RuleGraph&) { n.Call(BuiltinId::Len, std::vector{text, text}, kIntType); }},
      {"wrong number of arguments", [&](NodeStore& n, RuleGraph&) { n.Call(BuiltinId::MinInt, std::vector{likes}, kIntType); }},
      {"the result has another type", [&](NodeStore& n, RuleGraph&) { n.Call(BuiltinId::Len, std::vector{text}, kFloatType); }},
      {"the result has another type", [&](NodeStore& n, RuleGraph&) { n.Call(BuiltinId::First, std::vector{tags}, kIntType); }},
      {"no such field", [&](NodeStore& n, RuleGraph&) { n.Field(FieldId(99), kIntType, true); }},
      {"another type", [&](NodeStore& n, RuleGraph&) { n.Field(FieldId(0), kIntType, true); }},
      {"no such parameter", [&](NodeStore& n, RuleGraph&) { n.Param(ParamId(9), kIntType, true); }},
      {"not of its type", [&](NodeStore& n, RuleGraph&) { n.ConstantOf(kIntType, Value::String("x")); }},
      {"not of its type", [&](NodeStore& n, RuleGraph&) { n.Int(99, kCharClassType); }},
      {"the field can be null", [&](NodeStore& n, RuleGraph& g) { g.fields.push_back({.name = "z", .column = "z", .type = kIntType, .nullable = true}); n.Field(FieldId(4), kIntType, false); }},
  };
  for (const auto& [expected, spoil] : cases) {
    const std::string message = Broken([&](RuleGraph& graph) { spoil(graph.nodes, graph); });
    EXPECT_NE(message.find(expected), std::string::npos) << "expected " << expected << ", got: " << message;
  }
}

TEST(GraphVerifier, RootsAreChecked) {
  EXPECT_EQ(Broken([](RuleGraph&) {}), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.rules[0].branches[0].fires = g.rules[0].branches[0].condition; }), "");  // can be unknown
  EXPECT_NE(Broken([](RuleGraph& g) { g.rules[0].branches[0].fires = NodeId(); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.rules[0].branches[0].condition = NodeId(12345); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.rules[0].branches[0].confidence = NodeId(1); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.rules[0].branches[0].label = 3; }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.rules[0].task = TaskId(9); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.slices[0].member = NodeId(0); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.tests[0].row.pop_back(); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.tests[0].row[0] = Value::Int(1); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.tests[0].row[0] = Value::Null(); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.tests[0].expectations[0].rule = RuleId(7); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.params[0].value = Value::Float(1); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.fields[1].default_value = Value::String("0"); }), "");
  EXPECT_NE(Broken([](RuleGraph& g) { g.fields[1].type = kRegexType; }), "");
}

}  // namespace
}  // namespace assay
