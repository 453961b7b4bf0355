// Storing expressions, folding constants.
#include "compiler/sema/typed_builder.h"

#include <algorithm>
#include <vector>

#include "compiler/sema/operators.h"

namespace assay::sema {

TypedId TypedBuilder::Add(TypedExpr expr, std::span<const TypedId> children) {
  expr.first_child = static_cast<uint32_t>(program_.children.size());
  expr.child_count = static_cast<uint32_t>(children.size());
  program_.children.insert(program_.children.end(), children.begin(), children.end());
  program_.exprs.push_back(expr);
  return TypedId(program_.exprs.size() - 1);
}

TypedId TypedBuilder::Const(TypeId type, Value value, SourceSpan span) {
  TypedExpr e{.kind = TypedKind::kConst, .constant = true, .type = type, .value = static_cast<uint32_t>(program_.values.size()), .span = span};
  program_.values.push_back(value);
  return Add(e, {});
}

TypedId TypedBuilder::Text(std::string_view value, SourceSpan span) {
  return Const(kStringType, Value::String(program_.tables->text.Copy(value)), span);
}

TypedId TypedBuilder::Set(SetId set, SourceSpan span) {
  const SetValues& values = program_.tables->resources.set(set);
  TypeStore& types = program_.tables->types;
  const TypeId element = values.columns().size() == 1 ? values.columns()[0] : types.Tuple(values.columns());
  return Add({.kind = TypedKind::kSet, .type = types.Set(element), .payload = set.value, .span = span}, {});
}

TypedId TypedBuilder::Pattern(PatternId pattern, SourceSpan span) {
  return Add({.kind = TypedKind::kPattern, .type = kRegexType, .payload = pattern.value, .span = span}, {});
}

TypedId TypedBuilder::Leaf(TypedKind kind, TypeId type, size_t payload, SourceSpan span) {
  return Add({.kind = kind, .type = type, .payload = static_cast<uint32_t>(payload), .span = span}, {});
}

TypedId TypedBuilder::VoteIs(size_t rule, int32_t label, SourceSpan span) {
  return Add({.kind = TypedKind::kVoteIs, .label = label, .type = kBoolType, .payload = static_cast<uint32_t>(rule), .span = span}, {});
}

TypedId TypedBuilder::Make(TypedKind kind, TypeId type, std::span<const TypedId> children, SourceSpan span, uint32_t payload) {
  TypedExpr e{.kind = kind, .type = type, .payload = payload, .span = span};
  // `children` may be a view of the pool that Add grows.
  const std::vector<TypedId> copy(children.begin(), children.end());
  e.constant = Fold(e, copy);
  return Add(e, copy);
}

TypedId TypedBuilder::Moved(TypedId id, SourceSpan span) {
  TypedExpr e = Get(id);
  if (e.child_count > 0) return id;
  e.span = span;
  return Add(e, {});
}

bool TypedBuilder::Fold(TypedExpr& expr, std::span<const TypedId> children) {
  const bool fixed = std::ranges::all_of(children, [&](TypedId c) {
    const TypedExpr& child = Get(c);
    return child.constant || (expr.kind == TypedKind::kCall && (child.kind == TypedKind::kSet || child.kind == TypedKind::kPattern));
  });
  if (!fixed) return false;
  Value value;
  if (expr.kind == TypedKind::kCall) {
    value = FoldCall(static_cast<BuiltinId>(expr.payload), children);
  } else {
    std::vector<Value> operands;
    for (const TypedId c : children) operands.push_back(ValueOf(c));
    const TypeKind type = children.empty() ? TypeKind::kNull : program_.tables->types.Kind(TypeOf(children[0]));
    const std::optional<Value> folded = FoldOperator(expr.kind, type, operands, program_.tables->text);
    if (!folded) return false;
    value = *folded;
  }
  expr.value = static_cast<uint32_t>(program_.values.size());
  program_.values.push_back(value);
  return true;
}

Value TypedBuilder::FoldCall(BuiltinId builtin, std::span<const TypedId> children) {
  const ResourceStore& resources = program_.tables->resources;
  std::vector<Value> arguments;
  for (const TypedId c : children) {
    const TypedExpr& child = Get(c);
    if (child.kind == TypedKind::kSet) {
      arguments.push_back(Value::OfSet(&resources.set(SetId(child.payload))));
    } else if (child.kind == TypedKind::kPattern) {
      const auto compiled = resources.Compiled(PatternId(child.payload));
      if (!compiled) return Value::Null();
      arguments.push_back(Value::OfRegex(*compiled));
    } else {
      arguments.push_back(ValueOf(c));
    }
    if (arguments.back().is_null() && InfoOf(builtin).nulls != NullBehaviour::kOwn) return Value::Null();
  }
  EvalContext context{.arena = &program_.tables->text, .regex = &scratch_};
  return EvaluateBuiltin(builtin, arguments, context);
}

}  // namespace assay::sema
