#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "runtime/graph/rule_graph.h"

namespace assay {
namespace {

class Nodes : public testing::Test {
 protected:
  Nodes() {
    graph_.fields.push_back({.name = "text", .column = "text", .type = kStringType});
    graph_.fields.push_back({.name = "n", .column = "n", .type = kIntType, .nullable = true});
    graph_.fields.push_back({.name = "x", .column = "x", .type = kFloatType});
    graph_.fields.push_back({.name = "b", .column = "b", .type = kBoolType});
    text_ = nodes_.Field(FieldId(0), kStringType, false);
    n_ = nodes_.Field(FieldId(1), kIntType, true);
    x_ = nodes_.Field(FieldId(2), kFloatType, false);
    b_ = nodes_.Field(FieldId(3), kBoolType, false);
  }

  bool Nullable(NodeId id) const { return nodes_.Get(id).nullable; }
  TypeId TypeOf(NodeId id) const { return nodes_.Get(id).type; }

  RuleGraph graph_;
  NodeStore& nodes_ = graph_.nodes;
  NodeId text_, n_, x_, b_;
};

TEST_F(Nodes, ANodeThatExistsIsReturned) {
  const NodeId one = nodes_.Int(1);
  EXPECT_EQ(nodes_.Int(1), one);
  EXPECT_NE(nodes_.Int(2), one);
  EXPECT_NE(nodes_.Int(1, kDateType), one);
  EXPECT_NE(nodes_.Float(1), one);
  EXPECT_NE(nodes_.Float(0.0), nodes_.Float(-0.0));
  EXPECT_EQ(nodes_.String("a"), nodes_.String(std::string("a")));
  EXPECT_EQ(nodes_.Make(NodeKind::kSub, {n_, one}), nodes_.Make(NodeKind::kSub, {n_, one}));
  const size_t before = nodes_.size();
  nodes_.Make(NodeKind::kSub, {n_, one});
  EXPECT_EQ(nodes_.size(), before);
}

TEST_F(Nodes, CommutativeOperandsAreOrdered) {
  const NodeId one = nodes_.Int(1);
  for (const NodeKind kind : {NodeKind::kAdd, NodeKind::kMul, NodeKind::kEq}) {
    EXPECT_EQ(nodes_.Make(kind, {n_, one}), nodes_.Make(kind, {one, n_}));
  }
  EXPECT_NE(nodes_.Make(NodeKind::kSub, {n_, one}), nodes_.Make(NodeKind::kSub, {one, n_}));
  EXPECT_NE(nodes_.Make(NodeKind::kLt, {n_, one}), nodes_.Make(NodeKind::kLt, {one, n_}));
  const NodeId a = nodes_.String("a");
  EXPECT_NE(nodes_.Make(NodeKind::kAdd, {text_, a}), nodes_.Make(NodeKind::kAdd, {a, text_}));
}

TEST_F(Nodes, AndAndOrDropRepeatsAndCollapse) {
  const NodeId other = nodes_.Make(NodeKind::kIsNull, {n_});
  const NodeId both = nodes_.Make(NodeKind::kAnd, {b_, other, b_});
  EXPECT_EQ(nodes_.Operands(both).size(), 2u);
  EXPECT_EQ(both, nodes_.Make(NodeKind::kAnd, {other, b_}));
  EXPECT_EQ(nodes_.Make(NodeKind::kOr, {b_, b_}), b_);
  EXPECT_EQ(nodes_.Make(NodeKind::kAnd, {}), nodes_.Bool(true));
  EXPECT_EQ(nodes_.Make(NodeKind::kOr, {}), nodes_.Bool(false));
}

TEST_F(Nodes, OperandsMayBeAViewOfTheStore) {
  const NodeId difference = nodes_.Make(NodeKind::kSub, {n_, nodes_.Int(1)});
  NodeId last = difference;
  for (int i = 0; i < 1000; ++i) last = nodes_.Make(i % 2 == 0 ? NodeKind::kFloorDiv : NodeKind::kSub, nodes_.Operands(i % 3 == 0 ? difference : last));
  EXPECT_EQ(nodes_.Operands(last)[0], n_);
}

TEST_F(Nodes, TypesFollowFromOperands) {
  EXPECT_EQ(TypeOf(nodes_.Make(NodeKind::kAdd, {n_, n_})), kIntType);
  EXPECT_EQ(TypeOf(nodes_.Make(NodeKind::kDiv, {x_, x_})), kFloatType);
  EXPECT_EQ(TypeOf(nodes_.Make(NodeKind::kIf, {b_, nodes_.Null(kNullType), n_})), kIntType);
  EXPECT_EQ(TypeOf(nodes_.Make(NodeKind::kCoalesce, {n_, nodes_.Int(0)})), kIntType);
  EXPECT_EQ(graph_.types.Print(TypeOf(nodes_.Make(NodeKind::kMakeList, {x_, x_}))), "list<float>");
  EXPECT_EQ(TypeOf(nodes_.Make(NodeKind::kLt, {x_, x_})), kBoolType);
}

TEST_F(Nodes, NullabilityFollowsFromOperands) {
  EXPECT_TRUE(Nullable(nodes_.Null(kIntType)));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kIsNull, {n_})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kEq, {n_, nodes_.Int(1)})));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kIsTrue, {nodes_.Make(NodeKind::kEq, {n_, nodes_.Int(1)})})));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kCoalesce, {n_, nodes_.Int(1)})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kCoalesce, {n_, n_})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kIf, {b_, n_, nodes_.Int(1)})));
  // Floats: NaN comes from infinities only.
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kSub, {x_, x_})));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kSub, {x_, nodes_.Float(1)})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kMul, {x_, nodes_.Float(0)})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kMul, {x_, nodes_.Float(std::numeric_limits<double>::infinity())})));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kDiv, {x_, nodes_.Float(2)})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kDiv, {x_, x_})));
  // Ints: overflow, and division by zero and of the smallest int by -1.
  const NodeId length = nodes_.Call(BuiltinId::Len, std::vector{text_}, kIntType);
  EXPECT_FALSE(Nullable(length));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kAdd, {length, length})));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kFloorDiv, {length, nodes_.Int(2)})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kFloorDiv, {length, nodes_.Int(-1)})));
  EXPECT_FALSE(Nullable(nodes_.Make(NodeKind::kMod, {length, nodes_.Int(-1)})));
  EXPECT_TRUE(Nullable(nodes_.Make(NodeKind::kMod, {length, nodes_.Int(0)})));
}

TEST_F(Nodes, CallsAreNullableByTheirBuiltin) {
  const NodeId linear = nodes_.Pattern(graph_.resources.AddPattern({.source = "a", .canonical = "a", .pcre2 = "a"}));
  const NodeId backtracking = nodes_.Pattern(graph_.resources.AddPattern({.source = "(?=a)", .canonical = "(?=a)", .pcre2 = "(?=a)", .backtracking = true}));
  EXPECT_FALSE(Nullable(linear));
  EXPECT_FALSE(Nullable(nodes_.Call(BuiltinId::OpMatches, std::vector{text_, linear}, kBoolType)));
  EXPECT_TRUE(Nullable(nodes_.Call(BuiltinId::OpMatches, std::vector{text_, backtracking}, kBoolType)));
  EXPECT_TRUE(Nullable(nodes_.Call(BuiltinId::Find, std::vector{text_, text_}, kIntType)));
  EXPECT_FALSE(Nullable(nodes_.Call(BuiltinId::OpContains, std::vector{text_, text_}, kBoolType)));
  const NodeId absent = nodes_.Int(kAbsentBound);
  EXPECT_FALSE(Nullable(nodes_.Call(BuiltinId::OpSliceText, std::vector{text_, absent, absent, nodes_.Int(-1)}, kStringType)));
  EXPECT_TRUE(Nullable(nodes_.Call(BuiltinId::OpSliceText, std::vector{text_, absent, absent, n_}, kStringType)));
}

TEST_F(Nodes, HashesDoNotDependOnNumbering) {
  RuleGraph other;
  other.types.List(kFloatType);  // numbers types, fields and nodes otherwise
  other.fields.push_back({.name = "other", .column = "", .type = kStringType});
  other.fields.push_back({.name = "n", .column = "N", .type = kIntType, .nullable = true});
  other.nodes.String("first");
  const NodeId n = other.nodes.Field(FieldId(1), kIntType, true);
  EXPECT_EQ(other.nodes.Get(n).hash, nodes_.Get(n_).hash);
  const Value members[] = {Value::Int(1)};
  EXPECT_EQ(other.nodes.Get(other.nodes.List(other.types.List(kIntType), members)).hash,
            nodes_.Get(nodes_.List(graph_.types.List(kIntType), members)).hash);
  // The same in every release of these sources.
  EXPECT_EQ(ToHex(nodes_.Get(nodes_.Make(NodeKind::kLt, {n_, nodes_.Int(1)})).hash), "fbaa8a5fbf3c577e0cd93854b9f3d936");
}

TEST_F(Nodes, ResourcesAreKeptOnce) {
  const PatternId a = graph_.resources.AddPattern({.source = "a", .canonical = "a", .pcre2 = "a"});
  EXPECT_EQ(graph_.resources.AddPattern({.source = "(?:a)", .canonical = "a", .pcre2 = "a"}), a);
  EXPECT_NE(graph_.resources.AddPattern({.source = "b", .canonical = "b", .pcre2 = "b"}), a);
  SetValues set({kStringType}, {});
  set.Add({std::string("x")});
  EXPECT_EQ(graph_.resources.AddSet(set), graph_.resources.AddSet(set));
  EXPECT_EQ(graph_.resources.set_count(), 1u);
  const auto compiled = graph_.resources.Compiled(a);
  ASSERT_TRUE(compiled);
  EXPECT_EQ(*compiled, *graph_.resources.Compiled(a));
  const PatternId bad = graph_.resources.AddPattern({.source = "(", .canonical = "(", .pcre2 = "("});
  EXPECT_FALSE(graph_.resources.Compiled(bad));
}

TEST_F(Nodes, PlacesAreKeptInOrder) {
  const SourceSpan first{FileId(0), 1, 2};
  const SourceSpan second{FileId(0), 5, 6};
  nodes_.AddSpan(n_, first);
  nodes_.AddSpan(n_, first);
  nodes_.AddSpan(n_, second);
  ASSERT_EQ(nodes_.Spans(n_).size(), 2u);
  EXPECT_EQ(nodes_.Spans(n_)[0], first);
}

TEST_F(Nodes, TwentyThousandOperandsAreNothingSpecial) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<NodeId> tests;
  for (int64_t i = 0; i < 20'000; ++i) tests.push_back(nodes_.Make(NodeKind::kEq, {n_, nodes_.Int(i)}));
  tests.insert(tests.end(), tests.begin(), tests.end());
  const NodeId any = nodes_.Make(NodeKind::kOr, tests);
  EXPECT_EQ(nodes_.Operands(any).size(), 20'000u);
  EXPECT_TRUE(Verify(graph_));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace assay
