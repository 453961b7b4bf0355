// Expressions and types as they are written. One struct for every kind of expression; expr_kinds.def says what each kind keeps
// where. Nodes live in an Ast (ast.h) and refer to each other by id.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/base/id.h"
#include "runtime/base/span.h"

namespace assay::ast {

using ExprId = Id<struct ExprTag>;
using TypeExprId = Id<struct TypeExprTag>;
using DeclId = Id<struct DeclTag>;

// A name with its place. The text belongs to the Ast.
struct Name {
  std::string_view text;
  SourceSpan span;

  bool has_value() const { return !text.empty(); }
};

enum class ExprKind : uint8_t {
#define EXPR_KIND(name, spelling) name,
#include "compiler/ast/expr_kinds.def"
#undef EXPR_KIND
};

enum class BinaryOp : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kIntersect, kUnion, kCoalesce };
enum class CompareOp : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
enum class TextTest : uint8_t {
  kContains,
  kHas,      // `t has s`, `t has S`: the same as kHasAny
  kHasAny,
  kHasAll,
  kHasNone,
  kMatches,  // also with seq(...) on the right
  kStartsWith,
  kEndsWith,
  kLike,
  kFuzzy,    // `t ~ s within n`
};
enum class Quantifier : uint8_t { kAny, kAll, kNone, kCount, kAtLeast };

std::string_view SpellingOf(ExprKind kind);    // "text_test"
std::string_view SpellingOf(BinaryOp op);      // "+"
std::string_view SpellingOf(CompareOp op);     // "<="
std::string_view SpellingOf(TextTest test);    // "has any"; kFuzzy: "~"
std::string_view SpellingOf(Quantifier q);     // "at least"

struct Expr {
  // Modifiers of text tests, bits of `modifiers`.
  static constexpr uint8_t kNocase = 1;
  static constexpr uint8_t kWords = 2;

  ExprKind kind = ExprKind::kError;
  uint8_t op = 0;              // BinaryOp, CompareOp, TextTest or Quantifier, by kind
  uint8_t modifiers = 0;       // kTextTest
  bool negated = false;        // kIn, kIsNull
  bool parenthesized = false;  // stood in parentheses of its own
  SourceSpan span;             // without such parentheses
  SourceSpan op_span;          // the operator or keyword, where a message about it should point; else like `span`
  std::string_view text;
  union {
    int64_t value = 0;
    double number;
  };
  uint32_t first_child = 0;  // into the Ast's pools; use Ast::Children, Ast::Names, Ast::ChainOps
  uint32_t child_count = 0;
  uint32_t first_name = 0;
  uint32_t name_count = 0;
  uint32_t first_op = 0;  // kChain

  BinaryOp binary_op() const { return static_cast<BinaryOp>(op); }
  CompareOp compare_op() const { return static_cast<CompareOp>(op); }
  TextTest text_test() const { return static_cast<TextTest>(op); }
  Quantifier quantifier() const { return static_cast<Quantifier>(op); }
};

// A type as written: `int`, `string?`, `list<T>`, `set<T>`, `(T, U)`, `Schema`, `Task`, `module.Schema`.
struct TypeExpr {
  SourceSpan span;
  Name qualifier;  // the module, if one was written
  Name name;       // `list` for `list<T>`; empty for a tuple
  bool tuple = false;
  bool nullable = false;              // `T?`
  std::vector<TypeExprId> arguments;  // of list, set, map; members of a tuple
};

}  // namespace assay::ast
