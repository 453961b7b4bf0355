// Adds expressions to a checked program and works out the value of those that are constant at once, so that asking for the
// value of a constant never walks a tree.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "compiler/sema/program.h"
#include "runtime/builtins/registry.h"
#include "runtime/text/regex.h"

namespace assay::sema {

class TypedBuilder {
 public:
  // A program of this many expressions is a mistake (functions that call functions twice, nested); each costs some 100 bytes.
  static constexpr size_t kMaxExprs = 5'000'000;

  explicit TypedBuilder(CheckedProgram& program) : program_(program) {}

  TypedId Const(TypeId type, Value value, SourceSpan span);
  TypedId Null(TypeId type, SourceSpan span) { return Const(type, Value::Null(), span); }
  TypedId Bool(bool value, SourceSpan span) { return Const(kBoolType, Value::Bool(value), span); }
  TypedId Int(int64_t value, SourceSpan span) { return Const(kIntType, Value::Int(value), span); }
  TypedId Text(std::string_view value, SourceSpan span);  // copies
  TypedId Set(SetId set, SourceSpan span);
  TypedId Pattern(PatternId pattern, SourceSpan span);
  // kField, kParam, kArgument, kVote.
  TypedId Leaf(TypedKind kind, TypeId type, size_t payload, SourceSpan span);
  TypedId VoteIs(size_t rule, int32_t label, SourceSpan span);
  TypedId Make(TypedKind kind, TypeId type, std::span<const TypedId> children, SourceSpan span, uint32_t payload = 0);
  TypedId Make(TypedKind kind, TypeId type, std::initializer_list<TypedId> children, SourceSpan span) {
    return Make(kind, type, std::span(children.begin(), children.size()), span);
  }
  TypedId Call(BuiltinId builtin, TypeId type, std::span<const TypedId> children, SourceSpan span) {
    return Make(TypedKind::kCall, type, children, span, static_cast<uint32_t>(builtin));
  }

  // A copy of an expression that stands elsewhere, for leaves; others keep their place.
  TypedId Moved(TypedId id, SourceSpan span);

  const TypedExpr& Get(TypedId id) const { return program_.exprs[id.index()]; }
  TypeId TypeOf(TypedId id) const { return Get(id).type; }
  bool IsConstant(TypedId id) const { return Get(id).constant; }
  const Value& ValueOf(TypedId id) const { return program_.ValueOf(id); }
  bool full() const { return program_.exprs.size() >= kMaxExprs; }

 private:
  TypedId Add(TypedExpr expr, std::span<const TypedId> children);
  bool Fold(TypedExpr& expr, std::span<const TypedId> children);
  Value FoldCall(BuiltinId builtin, std::span<const TypedId> children);

  CheckedProgram& program_;
  text::RegexScratch scratch_;
};

}  // namespace assay::sema
