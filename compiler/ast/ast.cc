// The stores, and the spellings of the kinds.
#include "compiler/ast/ast.h"

#include <algorithm>

namespace assay::ast {

static_assert(sizeof(Expr) <= 96, "expressions are the bulk of a tree");

std::string_view SpellingOf(ExprKind kind) {
  switch (kind) {
#define EXPR_KIND(name, spelling) \
  case ExprKind::name: return spelling;
#include "compiler/ast/expr_kinds.def"
#undef EXPR_KIND
  }
  return "?";
}

std::string_view SpellingOf(DeclKind kind) {
  switch (kind) {
#define DECL_KIND(name, spelling, type) \
  case DeclKind::name: return spelling;
#include "compiler/ast/decl_kinds.def"
#undef DECL_KIND
  }
  return "?";
}

#define DECL_KIND(name, spelling, type) \
  static_assert(std::is_same_v<std::variant_alternative_t<static_cast<size_t>(DeclKind::name), Decl::Data>, type>);
#include "compiler/ast/decl_kinds.def"
#undef DECL_KIND

std::string_view SpellingOf(BinaryOp op) {
  switch (op) {
    case BinaryOp::kAdd: return "+";
    case BinaryOp::kSubtract: return "-";
    case BinaryOp::kMultiply: return "*";
    case BinaryOp::kDivide: return "/";
    case BinaryOp::kFloorDivide: return "//";
    case BinaryOp::kModulo: return "%";
    case BinaryOp::kIntersect: return "&";
    case BinaryOp::kUnion: return "|";
    case BinaryOp::kCoalesce: return "??";
  }
  return "?";
}

std::string_view SpellingOf(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual: return "==";
    case CompareOp::kNotEqual: return "!=";
    case CompareOp::kLess: return "<";
    case CompareOp::kLessEqual: return "<=";
    case CompareOp::kGreater: return ">";
    case CompareOp::kGreaterEqual: return ">=";
  }
  return "?";
}

std::string_view SpellingOf(TextTest test) {
  switch (test) {
    case TextTest::kContains: return "contains";
    case TextTest::kHas: return "has";
    case TextTest::kHasAny: return "has any";
    case TextTest::kHasAll: return "has all";
    case TextTest::kHasNone: return "has none";
    case TextTest::kMatches: return "matches";
    case TextTest::kStartsWith: return "starts with";
    case TextTest::kEndsWith: return "ends with";
    case TextTest::kLike: return "like";
    case TextTest::kFuzzy: return "~";
  }
  return "?";
}

std::string_view SpellingOf(Quantifier q) {
  switch (q) {
    case Quantifier::kAny: return "any";
    case Quantifier::kAll: return "all";
    case Quantifier::kNone: return "none";
    case Quantifier::kCount: return "count";
    case Quantifier::kAtLeast: return "at least";
  }
  return "?";
}

ExprId Ast::Add(Expr expr, std::span<const ExprId> children, std::span<const Name> names, std::span<const CompareOp> ops) {
  expr.first_child = static_cast<uint32_t>(children_.size());
  expr.child_count = static_cast<uint32_t>(children.size());
  expr.first_name = static_cast<uint32_t>(names_.size());
  expr.name_count = static_cast<uint32_t>(names.size());
  expr.first_op = static_cast<uint32_t>(ops_.size());
  children_.insert(children_.end(), children.begin(), children.end());
  names_.insert(names_.end(), names.begin(), names.end());
  ops_.insert(ops_.end(), ops.begin(), ops.end());
  if (!expr.op_span.has_value()) expr.op_span = expr.span;
  exprs_.push_back(expr);
  return ExprId(exprs_.size() - 1);
}

TypeExprId Ast::Add(TypeExpr type) {
  types_.push_back(std::move(type));
  return TypeExprId(types_.size() - 1);
}

DeclId Ast::Add(Decl decl) {
  decls_.push_back(std::move(decl));
  return DeclId(decls_.size() - 1);
}

std::span<const Trivia> Ast::TriviaIn(uint32_t from, uint32_t to) const {
  const auto before = [](const Trivia& t, uint32_t offset) { return t.span.begin < offset; };
  const auto first = std::lower_bound(trivia_.begin(), trivia_.end(), from, before);
  const auto last = std::lower_bound(first, trivia_.end(), std::max(from, to), before);
  return {first, last};
}

std::span<const Trivia> Ast::LeadingTrivia(DeclId id) const {
  const Decl& decl = Get(id);
  auto leading = TriviaIn(decl.previous_end, decl.span.begin);
  // A comment behind the declaration before, on its line, is that one's.
  while (!leading.empty() && leading.front().trailing) leading = leading.subspan(1);
  return leading;
}

}  // namespace assay::ast
