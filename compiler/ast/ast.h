// The syntax tree of one file: value stores of expressions, types and declarations, the top-level declarations in order, and
// every comment and blank line, so that a formatter can write the file again. It owns all text it refers to except spans,
// which point into the SourceStore. It is made by compiler/parse and not changed afterwards.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/ast/decl.h"
#include "compiler/ast/expr.h"
#include "runtime/base/arena.h"

namespace assay::ast {

// A comment, or a run of blank lines, in the order of the source. A formatter merges these with the tree by their spans.
struct Trivia {
  enum class Kind : uint8_t { kComment, kDocComment, kBlankLines };
  Kind kind;
  bool trailing = false;  // a comment behind something on its line
  SourceSpan span;        // a comment with its marks, without the line break; blank lines: the white space
};

class Ast {
 public:
  explicit Ast(FileId file) : file_(file) {}
  Ast(Ast&&) = default;
  Ast& operator=(Ast&&) = default;

  FileId file() const { return file_; }
  std::span<const DeclId> declarations() const { return declarations_; }  // top level, in order
  std::span<const Trivia> trivia() const { return trivia_; }
  // The trivia that stand before a declaration, after whatever comes before it: [first, second) of trivia().
  std::span<const Trivia> LeadingTrivia(DeclId id) const;
  // The same for any place: trivia with begin in [from, to).
  std::span<const Trivia> TriviaIn(uint32_t from, uint32_t to) const;

  const Expr& Get(ExprId id) const { return exprs_[id.index()]; }
  const TypeExpr& Get(TypeExprId id) const { return types_[id.index()]; }
  const Decl& Get(DeclId id) const { return decls_[id.index()]; }

  std::span<const ExprId> Children(ExprId id) const {
    const Expr& e = Get(id);
    return std::span(children_).subspan(e.first_child, e.child_count);
  }
  ExprId Child(ExprId id, size_t n) const { return Children(id)[n]; }
  std::span<const Name> Names(ExprId id) const {
    const Expr& e = Get(id);
    return std::span(names_).subspan(e.first_name, e.name_count);
  }
  // The operators of a kChain, one fewer than its children.
  std::span<const CompareOp> ChainOps(ExprId id) const {
    const Expr& e = Get(id);
    return std::span(ops_).subspan(e.first_op, e.child_count - 1);
  }
  // Of a kCall: the callee is child 0.
  std::span<const ExprId> Arguments(ExprId call) const { return Children(call).subspan(1); }

  size_t expr_count() const { return exprs_.size(); }
  size_t decl_count() const { return decls_.size(); }

  // For whoever makes the tree.
  std::string_view Keep(std::string_view text) { return arena_.Copy(text); }
  ExprId Add(Expr expr, std::span<const ExprId> children = {}, std::span<const Name> names = {},
             std::span<const CompareOp> ops = {});
  ExprId Add(Expr expr, std::initializer_list<ExprId> children, std::initializer_list<Name> names = {}) {
    return Add(expr, std::span(children.begin(), children.size()), std::span(names.begin(), names.size()));
  }
  TypeExprId Add(TypeExpr type);
  DeclId Add(Decl decl);
  Expr& Mutable(ExprId id) { return exprs_[id.index()]; }
  void AddTopLevel(DeclId id) { declarations_.push_back(id); }
  void SetTrivia(std::vector<Trivia> trivia) { trivia_ = std::move(trivia); }

 private:
  FileId file_;
  Arena arena_;
  std::vector<Expr> exprs_;
  std::vector<TypeExpr> types_;
  std::vector<Decl> decls_;
  std::vector<ExprId> children_;
  std::vector<Name> names_;
  std::vector<CompareOp> ops_;
  std::vector<DeclId> declarations_;
  std::vector<Trivia> trivia_;
};

}  // namespace assay::ast
