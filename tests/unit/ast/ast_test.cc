// The stores, and expressions as text.
#include "compiler/ast/ast.h"

#include <gtest/gtest.h>

#include "compiler/ast/print.h"

namespace assay::ast {
namespace {

class AstTest : public testing::Test {
 protected:
  ExprId Name(std::string_view text) {
    Expr e;
    e.kind = ExprKind::kName;
    e.text = ast_.Keep(text);
    return ast_.Add(e, {});
  }
  ExprId Int(int64_t value) {
    Expr e;
    e.kind = ExprKind::kInt;
    e.value = value;
    return ast_.Add(e, {});
  }
  ExprId Binary(BinaryOp op, ExprId a, ExprId b) {
    Expr e;
    e.kind = ExprKind::kBinary;
    e.op = static_cast<uint8_t>(op);
    return ast_.Add(e, {a, b});
  }

  Ast ast_{FileId(0)};
};

TEST_F(AstTest, ChildrenAndNamesComeBackInOrder) {
  const ExprId a = Name("a");
  const ExprId b = Name("b");
  const ExprId sum = Binary(BinaryOp::kAdd, a, b);
  ASSERT_EQ(ast_.Children(sum).size(), 2u);
  EXPECT_EQ(ast_.Child(sum, 0), a);
  EXPECT_EQ(ast_.Child(sum, 1), b);
  EXPECT_EQ(ast_.Get(b).text, "b");
  EXPECT_TRUE(ast_.Names(sum).empty());
}

TEST_F(AstTest, SourceTextHasParenthesesOnlyWhereTheyAreNeeded) {
  const ExprId sum = Binary(BinaryOp::kSubtract, Name("a"), Int(1));
  EXPECT_EQ(ToSource(ast_, Binary(BinaryOp::kMultiply, sum, Name("b"))), "(a - 1) * b");
  EXPECT_EQ(ToSource(ast_, Binary(BinaryOp::kSubtract, sum, Name("b"))), "a - 1 - b");
  EXPECT_EQ(ToSource(ast_, Binary(BinaryOp::kSubtract, Name("b"), sum)), "b - (a - 1)");
  EXPECT_EQ(ToSource(ast_, Binary(BinaryOp::kCoalesce, sum, Int(-2))), "a - 1 ?? -2");
}

TEST_F(AstTest, TextOutlivesWhereItCameFrom) {
  ExprId id;
  {
    const std::string text = "a_name_that_is_long_enough_to_live_on_the_heap";
    id = Name(text);
  }
  for (int i = 0; i < 10'000; ++i) Name("x");
  EXPECT_EQ(ast_.Get(id).text, "a_name_that_is_long_enough_to_live_on_the_heap");
  const Ast moved = std::move(ast_);
  EXPECT_EQ(moved.Get(id).text, "a_name_that_is_long_enough_to_live_on_the_heap");
}

TEST_F(AstTest, TriviaAreFoundByTheirPlace) {
  const auto comment = [](uint32_t begin) { return Trivia{Trivia::Kind::kComment, false, {FileId(0), begin, begin + 1}}; };
  ast_.SetTrivia({comment(1), comment(5), comment(9)});
  EXPECT_EQ(ast_.TriviaIn(0, 10).size(), 3u);
  EXPECT_EQ(ast_.TriviaIn(2, 9).size(), 1u);
  EXPECT_TRUE(ast_.TriviaIn(6, 2).empty());
}

}  // namespace
}  // namespace assay::ast
