// Operators, comparisons, conditionals and lists.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/checker.h"

namespace assay::sema {

TypedId Checker::Check(ExprId id, TaskId hint) {
  if (!id.has_value()) return {};
  if (build_.full()) {
    if (!too_large_reported_) {
      Error(DiagnosticKind::kProgramTooLarge, tree().Get(id).span, "the program is too large with its families expanded and its functions inlined");
      too_large_reported_ = true;
    }
    return {};
  }
  if (depth_ >= kMaxDepth) {
    if (!too_deep_reported_) {
      Report(Diagnostic(DiagnosticKind::kProgramTooLarge, tree().Get(id).span, fmt::format("definitions that need each other are nested more than {} deep", kMaxDepth))
                 .WithHelp("write definitions before what uses them"));
      too_deep_reported_ = true;
    }
    return {};
  }
  ++depth_;
  const TypedId result = CheckInner(id, hint);
  --depth_;
  return result;
}

TypedId Checker::CheckInner(ExprId id, TaskId hint) {
  const Expr& e = tree().Get(id);
  switch (e.kind) {
    case ast::ExprKind::kNull: return build_.Null(kNullType, e.span);
    case ast::ExprKind::kBool: return build_.Bool(e.value != 0, e.span);
    case ast::ExprKind::kInt: return build_.Int(e.value, e.span);
    case ast::ExprKind::kFloat: return build_.Const(kFloatType, Value::Float(e.number), e.span);
    case ast::ExprKind::kString: return build_.Text(e.text, e.span);
    case ast::ExprKind::kTemplate: Error(DiagnosticKind::kWrongKind, e.span, "names in braces are filled in by format(...) and in names of rules only"); return {};
    case ast::ExprKind::kRegex: return CheckPattern(id);
    case ast::ExprKind::kDuration: Unsupported(e.span, "durations"); return {};
    case ast::ExprKind::kName: return CheckName(id, hint);
    case ast::ExprKind::kMember: return CheckMember(id, hint);
    case ast::ExprKind::kCall: return CheckCall(id);
    case ast::ExprKind::kIndex: return CheckIndex(id);
    case ast::ExprKind::kSlice: return CheckSubrange(id);
    case ast::ExprKind::kOr: return CheckJunction(id, TypedKind::kOr);
    case ast::ExprKind::kAnd: return CheckJunction(id, TypedKind::kAnd);
    case ast::ExprKind::kNot: {
      const TypedId operand = CheckCondition(tree().Child(id, 0));
      return operand.has_value() ? Not(operand, e.span) : TypedId();
    }
    case ast::ExprKind::kNegate: return CheckNegate(id);
    case ast::ExprKind::kBinary: return CheckBinary(id);
    case ast::ExprKind::kCompare: return CheckCompare(id);
    case ast::ExprKind::kChain: return CheckChain(id);
    case ast::ExprKind::kIn: return CheckIn(id);
    case ast::ExprKind::kIsNull: return CheckIsNull(id);
    case ast::ExprKind::kTextTest: return CheckTextTest(id);
    case ast::ExprKind::kVotes:
    case ast::ExprKind::kAbstains: return CheckVoteTest(id);
    case ast::ExprKind::kIf: return CheckIf(id);
    case ast::ExprKind::kQuantifier:
      // A list of a refused type was reported where it is declared.
      if (Check(tree().Child(id, 0)).has_value()) Unsupported(e.op_span.has_value() ? e.op_span : e.span, "quantifiers");
      return {};
    case ast::ExprKind::kComprehension: {
      const auto table = ConstantTable(id);
      return table ? SetOf(*table, {}, e.span) : TypedId();
    }
    case ast::ExprKind::kList: return CheckList(id, hint);
    case ast::ExprKind::kTuple: Unsupported(e.span, "tuples outside of sets"); return {};
    case ast::ExprKind::kRecord: Unsupported(e.span, "records as values"); return {};
    case ast::ExprKind::kMap: Unsupported(e.span, "maps"); return {};
    case ast::ExprKind::kAbstain: Error(DiagnosticKind::kWrongKind, e.span, "`abstain` is what a branch says; ask `rule abstains`"); return {};
    case ast::ExprKind::kError: return {};
  }
  return {};
}

// --- Conditions ----------------------------------------------------------------------------------------------------------

TypedId Checker::CheckCondition(ExprId id) {
  const TypedId value = Check(id);
  return value.has_value() ? AsCondition(value, tree().Get(id).span) : TypedId();
}

TypedId Checker::AsCondition(TypedId id, SourceSpan span) {
  const TypeId type = build_.TypeOf(id);
  if (type == kBoolType) return id;
  if (type == kNullType) return build_.Null(kBoolType, span);
  Diagnostic diagnostic(DiagnosticKind::kNotACondition, span, fmt::format("a condition is needed here, this is {}", Print(type)));
  diagnostic.label = Print(type);
  const std::string text(TextAt(span).substr(0, 60));
  if (build_.Get(id).kind == TypedKind::kVote) {
    diagnostic.message = fmt::format("a condition is needed here, `{}` is a rule", text);
    diagnostic.helps.push_back({fmt::format("say what its vote should be: `{} votes`, `{} == LABEL`", text, text), {}});
  } else if (type == kStringType) {
    diagnostic.helps.push_back({fmt::format("say what is asked: `{} is not null`, `{} != \"\"`", text, text), {}});
  } else if (IsNumeric(type)) {
    diagnostic.helps.push_back({fmt::format("compare it: `{} != 0`", text), {}});
  } else if (tables_.types.Kind(type) == TypeKind::kList) {
    diagnostic.helps.push_back({fmt::format("say what is asked: `len({}) > 0`", text), {}});
  } else if (type == kRegexType) {
    diagnostic.helps.push_back({"say what it is searched for in: `text matches /.../`", {}});
  }
  Report(std::move(diagnostic));
  return {};
}

TypedId Checker::CheckJunction(ExprId id, TypedKind kind) {
  const Expr e = tree().Get(id);
  std::vector<TypedId> operands;
  bool fine = true;
  for (const ExprId child : tree().Children(id)) {
    const TypedId operand = CheckCondition(child);
    fine = fine && operand.has_value();
    operands.push_back(operand);
    if (sink_.full()) break;
  }
  return fine ? build_.Make(kind, kBoolType, operands, e.span) : TypedId();
}

TypedId Checker::AsValue(TypedId id) {
  if (!id.has_value()) return {};
  const TypedExpr& e = build_.Get(id);
  const TypeKind kind = tables_.types.Kind(e.type);
  if (kind == TypeKind::kLabel) {
    const std::string text(TextAt(e.span).substr(0, 60));
    if (e.kind == TypedKind::kVote) {
      Report(Diagnostic(DiagnosticKind::kTypeMismatch, e.span, fmt::format("`{}` is a rule, its vote is no value by itself", text))
                 .WithHelp(fmt::format("compare it: `{} == LABEL`, `{} votes`, `{} abstains`", text, text, text)));
    } else {
      Error(DiagnosticKind::kTypeMismatch, e.span, fmt::format("`{}` is a label, which only votes are compared with", text));
    }
    return {};
  }
  if (kind == TypeKind::kSet) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, e.span, "a set is no value of a row").WithHelp("ask `x in S` or `text has any S`; name it with `set`"));
    return {};
  }
  if (kind == TypeKind::kRegex) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, e.span, "a pattern is no value of a row").WithHelp("ask `text matches /.../`; name it with `regex`"));
    return {};
  }
  return id;
}

// --- Types ---------------------------------------------------------------------------------------------------------------

TypedId Checker::Widen(TypedId id, TypeId type) {
  const TypedExpr e = build_.Get(id);
  if (e.type == type) return id;
  if (e.type == kNullType) return build_.Null(type, e.span);
  if (e.type == kIntType && type == kFloatType) return build_.Make(TypedKind::kToFloat, kFloatType, {id}, e.span);
  if (tables_.types.Kind(e.type) == TypeKind::kList && tables_.types.Kind(type) == TypeKind::kList) {
    if (e.constant && build_.ValueOf(id).is_null()) return build_.Null(type, e.span);
    if (e.kind != TypedKind::kList && !e.constant) return {};
    const TypeId element = tables_.types.Element(type);
    if (e.kind == TypedKind::kList) {
      std::vector<TypedId> members(program_.Children(id).begin(), program_.Children(id).end());
      for (TypedId& member : members) {
        member = Widen(member, element);
        if (!member.has_value()) return {};
      }
      return build_.Make(TypedKind::kList, type, members, e.span);
    }
    std::vector<TypedId> members;
    const TypeId from = tables_.types.Element(e.type);
    for (const Value& v : build_.ValueOf(id).as_list()) {
      const TypedId member = Widen(build_.Const(from, v, e.span), element);
      if (!member.has_value()) return {};
      members.push_back(member);
    }
    return build_.Make(TypedKind::kList, type, members, e.span);
  }
  return {};
}

bool Checker::Unify(TypedId& left, TypedId& right) {
  const TypeId a = build_.TypeOf(left), b = build_.TypeOf(right);
  if (a == b) return true;
  if (const TypedId widened = Widen(left, b); widened.has_value()) {
    left = widened;
    return true;
  }
  if (const TypedId widened = Widen(right, a); widened.has_value()) {
    right = widened;
    return true;
  }
  return false;
}

// --- Arithmetic ----------------------------------------------------------------------------------------------------------

TypedId Checker::CheckNegate(ExprId id) {
  const Expr& e = tree().Get(id);
  const TypedId operand = CheckValue(tree().Child(id, 0));
  if (!operand.has_value()) return {};
  if (!IsNumeric(build_.TypeOf(operand))) {
    NeedsType(build_.Get(operand).span, "a number", build_.TypeOf(operand));
    return {};
  }
  return build_.Make(TypedKind::kNeg, build_.TypeOf(operand), {operand}, e.span);
}

TypedId Checker::CheckBinary(ExprId id) {
  const Expr& e = tree().Get(id);
  if (e.binary_op() == ast::BinaryOp::kIntersect || e.binary_op() == ast::BinaryOp::kUnion) return CheckSetOperation(id);
  // Left-leaning chains (`a + b + c + ...`) may be long: walk down them in a loop.
  std::vector<ExprId> spine;
  ExprId at = id;
  while (true) {
    const Expr& x = tree().Get(at);
    if (x.kind != ast::ExprKind::kBinary || x.binary_op() == ast::BinaryOp::kIntersect || x.binary_op() == ast::BinaryOp::kUnion) break;
    spine.push_back(at);
    at = tree().Child(at, 0);
  }
  TypedId left = CheckValue(at);
  for (auto node = spine.rbegin(); node != spine.rend(); ++node) {
    const Expr x = tree().Get(*node);
    const TypedId right = CheckValue(tree().Child(*node, 1));
    if (!left.has_value() || !right.has_value()) {
      left = {};
      continue;
    }
    left = x.binary_op() == ast::BinaryOp::kCoalesce ? CheckCoalesce(x, left, right) : CheckArithmetic(x, left, right);
  }
  return left;
}

TypedId Checker::CheckCoalesce(const Expr& e, TypedId left, TypedId right) {
  if (!Unify(left, right)) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, e.op_span, fmt::format("`??` needs two values of one type, these are {} and {}",
                                                                            Print(build_.TypeOf(left)), Print(build_.TypeOf(right))))
               .WithLabel(build_.Get(left).span, Print(build_.TypeOf(left)))
               .WithLabel(build_.Get(right).span, Print(build_.TypeOf(right))));
    return {};
  }
  return build_.Make(TypedKind::kCoalesce, build_.TypeOf(left), {left, right}, e.span);
}

TypedId Checker::CheckArithmetic(const Expr& e, TypedId left, TypedId right) {
  TypedKind kind = TypedKind::kAdd;
  switch (e.binary_op()) {
    case ast::BinaryOp::kAdd: kind = TypedKind::kAdd; break;
    case ast::BinaryOp::kSubtract: kind = TypedKind::kSub; break;
    case ast::BinaryOp::kMultiply: kind = TypedKind::kMul; break;
    case ast::BinaryOp::kDivide: kind = TypedKind::kDiv; break;
    case ast::BinaryOp::kFloorDivide: kind = TypedKind::kFloorDiv; break;
    case ast::BinaryOp::kModulo: kind = TypedKind::kMod; break;
    case ast::BinaryOp::kIntersect:
    case ast::BinaryOp::kUnion:
    case ast::BinaryOp::kCoalesce: return {};
  }
  const TypeId a = build_.TypeOf(left), b = build_.TypeOf(right);
  const auto fits = [&](TypeId t) { return IsNumeric(t) || t == kNullType || (kind == TypedKind::kAdd && t == kStringType); };
  if (!fits(a) || !fits(b) || !Unify(left, right)) {
    Diagnostic diagnostic(DiagnosticKind::kTypeMismatch, e.op_span,
                          fmt::format("`{}` does not go with {} and {}", ast::SpellingOf(e.binary_op()), Print(a), Print(b)));
    diagnostic.labels.push_back({build_.Get(left).span, Print(a)});
    diagnostic.labels.push_back({build_.Get(right).span, Print(b)});
    if (kind == TypedKind::kAdd && (a == kStringType) != (b == kStringType)) {
      diagnostic.helps.push_back({"make a text of the other side with string(...), or a number of the text with int(...) or float(...)", {}});
    }
    Report(std::move(diagnostic));
    return {};
  }
  if (build_.TypeOf(left) == kNullType) return build_.Null(kNullType, e.span);
  if (kind == TypedKind::kDiv) {
    left = Widen(left, kFloatType);
    right = Widen(right, kFloatType);
  }
  return build_.Make(kind, build_.TypeOf(left), {left, right}, e.span);
}

TypedId Checker::CheckSetOperation(ExprId id) {
  const Expr& e = tree().Get(id);
  const TypedId left = Check(tree().Child(id, 0)), right = Check(tree().Child(id, 1));
  if (!left.has_value() || !right.has_value()) return {};
  const auto is_fixed = [&](TypedId t) { return build_.Get(t).kind == TypedKind::kSet || build_.IsConstant(t); };
  const auto is_list = [&](TypedId t) { return tables_.types.Kind(build_.TypeOf(t)) == TypeKind::kList; };
  const auto is_set = [&](TypedId t) { return build_.Get(t).kind == TypedKind::kSet; };
  if ((is_list(left) || is_set(left)) && (is_list(right) || is_set(right))) {
    if (is_fixed(left) && is_fixed(right)) {
      return CombineSets(e.binary_op() == ast::BinaryOp::kIntersect, left, right, e.span);
    }
    Unsupported(e.op_span, "intersections and unions of lists");
    return {};
  }
  const bool bools = build_.TypeOf(left) == kBoolType && build_.TypeOf(right) == kBoolType;
  Diagnostic diagnostic(DiagnosticKind::kTypeMismatch, e.op_span, fmt::format("`{}` goes with sets, these are {} and {}", ast::SpellingOf(e.binary_op()),
                                                                              Print(build_.TypeOf(left)), Print(build_.TypeOf(right))));
  if (bools) diagnostic.helps.push_back({e.binary_op() == ast::BinaryOp::kIntersect ? "conditions are joined by `and`" : "conditions are joined by `or`", {}});
  Report(std::move(diagnostic));
  return {};
}

// --- Comparisons ---------------------------------------------------------------------------------------------------------

TypedId Checker::CheckCompare(ExprId id) {
  const Expr e = tree().Get(id);
  const ExprId left_id = tree().Child(id, 0), right_id = tree().Child(id, 1);
  // `rule == abstain`
  const bool equality = e.compare_op() == ast::CompareOp::kEqual || e.compare_op() == ast::CompareOp::kNotEqual;
  for (const auto& [rule_side, other] : {std::pair(left_id, right_id), std::pair(right_id, left_id)}) {
    if (!equality || tree().Get(other).kind != ast::ExprKind::kAbstain) continue;
    const TypedId vote = Check(rule_side);
    if (!vote.has_value()) return {};
    if (build_.Get(vote).kind != TypedKind::kVote) {
      Error(DiagnosticKind::kTypeMismatch, tree().Get(other).span, "only rules abstain");
      return {};
    }
    const TypedId abstains = build_.VoteIs(build_.Get(vote).payload, kAbstain, e.span);
    return e.compare_op() == ast::CompareOp::kEqual ? abstains : Not(abstains, e.span);
  }
  const TypedId left = Check(left_id, HintOf(right_id));
  const TypedId right = Check(right_id, HintOf(left_id));
  if (!left.has_value() || !right.has_value()) return {};
  return Compare(e.compare_op(), left, right, e.span, e.op_span);
}

TypedId Checker::CheckChain(ExprId id) {
  const Expr e = tree().Get(id);
  const auto children = tree().Children(id);
  const std::vector<ExprId> operands(children.begin(), children.end());
  const std::vector<ast::CompareOp> ops(tree().ChainOps(id).begin(), tree().ChainOps(id).end());
  std::vector<TypedId> values;
  bool fine = true;
  for (const ExprId operand : operands) {
    values.push_back(CheckValue(operand));
    fine = fine && values.back().has_value();
  }
  if (!fine) return {};
  std::vector<TypedId> links;
  for (size_t i = 0; i + 1 < values.size(); ++i) {
    const SourceSpan from = build_.Get(values[i]).span, to = build_.Get(values[i + 1]).span;
    SourceSpan span = e.span;
    if (from.file == e.span.file && to.file == e.span.file && from.begin >= e.span.begin && to.end <= e.span.end && from.begin < to.end) {
      span = {from.file, from.begin, to.end};
    }
    links.push_back(Compare(ops[i], values[i], values[i + 1], span, span));
    if (!links.back().has_value()) return {};
  }
  return build_.Make(TypedKind::kAnd, kBoolType, links, e.span);
}

TypedId Checker::Compare(ast::CompareOp op, TypedId left, TypedId right, SourceSpan span, SourceSpan op_span) {
  const TypeId a = build_.TypeOf(left), b = build_.TypeOf(right);
  const TypeKind ka = tables_.types.Kind(a), kb = tables_.types.Kind(b);
  const bool equality = op == ast::CompareOp::kEqual || op == ast::CompareOp::kNotEqual;
  if (ka == TypeKind::kLabel && kb == TypeKind::kLabel) return CompareVotes(op, left, right, span, op_span);
  if (a == kNullType || b == kNullType) {
    if (ka == TypeKind::kLabel || kb == TypeKind::kLabel) {
      Report(Diagnostic(DiagnosticKind::kTypeMismatch, op_span, "a vote is never null").WithHelp("a rule that says nothing abstains: `rule abstains`"));
      return {};
    }
    Diagnostic diagnostic(DiagnosticKind::kNullComparison, span, "a comparison with null is never true");
    if (equality) {
      const TypedId other = a == kNullType ? right : left;
      diagnostic.helps.push_back({fmt::format("write `{} is {}null`", TextAt(build_.Get(other).span).substr(0, 60), op == ast::CompareOp::kEqual ? "" : "not "), {}});
    }
    Report(std::move(diagnostic));
    return build_.Null(kBoolType, span);
  }
  if (ka == TypeKind::kLabel || kb == TypeKind::kLabel) {
    const TypedId label = ka == TypeKind::kLabel ? left : right, other = ka == TypeKind::kLabel ? right : left;
    const bool vote = build_.Get(label).kind == TypedKind::kVote;
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, op_span, fmt::format("{} cannot be compared with {}", vote ? "a vote" : "a label", Print(build_.TypeOf(other))))
               .WithLabel(build_.Get(other).span, Print(build_.TypeOf(other)))
               .WithHelp(vote ? "votes are compared with labels: `rule == LABEL`" : "labels are compared with votes: `rule == LABEL`"));
    return {};
  }
  if (!AsValue(left).has_value() || !AsValue(right).has_value()) return {};
  if (!Unify(left, right)) {
    Diagnostic diagnostic(DiagnosticKind::kTypeMismatch, op_span, fmt::format("{} cannot be compared with {}", Print(a), Print(b)));
    diagnostic.labels.push_back({build_.Get(left).span, Print(a)});
    diagnostic.labels.push_back({build_.Get(right).span, Print(b)});
    if ((a == kStringType && IsNumeric(b)) || (b == kStringType && IsNumeric(a))) {
      const TypedId text = a == kStringType ? left : right;
      const bool whole = a == kIntType || b == kIntType;
      diagnostic.helps.push_back({fmt::format("`{}({})` reads a number from text; null where there is none", whole ? "int" : "float", TextAt(build_.Get(text).span).substr(0, 60)), {}});
    }
    Report(std::move(diagnostic));
    return {};
  }
  const TypeId type = build_.TypeOf(left);
  if (!equality && !IsNumeric(type) && type != kStringType) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, op_span, fmt::format("values of type {} have no order", Print(type))).WithHelp("they can be compared by `==` and `!=`"));
    return {};
  }
  if (equality) {
    WarnUpperCase(left, right, build_.Get(right).span);
    WarnUpperCase(right, left, build_.Get(left).span);
  }
  switch (op) {
    case ast::CompareOp::kEqual: return build_.Make(TypedKind::kEq, kBoolType, {left, right}, span);
    case ast::CompareOp::kNotEqual: return build_.Make(TypedKind::kNe, kBoolType, {left, right}, span);
    case ast::CompareOp::kLess: return build_.Make(TypedKind::kLt, kBoolType, {left, right}, span);
    case ast::CompareOp::kLessEqual: return build_.Make(TypedKind::kLe, kBoolType, {left, right}, span);
    case ast::CompareOp::kGreater: return build_.Make(TypedKind::kLt, kBoolType, {right, left}, span);
    case ast::CompareOp::kGreaterEqual: return build_.Make(TypedKind::kLe, kBoolType, {right, left}, span);
  }
  return {};
}

TypedId Checker::CompareVotes(ast::CompareOp op, TypedId left, TypedId right, SourceSpan span, SourceSpan op_span) {
  if (op != ast::CompareOp::kEqual && op != ast::CompareOp::kNotEqual) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, op_span, "labels have no order").WithHelp("they can be compared by `==` and `!=`"));
    return {};
  }
  if (build_.TypeOf(left) != build_.TypeOf(right)) {
    WrongTask(TaskId(tables_.types.Get(build_.TypeOf(left)).payload), TaskId(tables_.types.Get(build_.TypeOf(right)).payload), build_.Get(right).span);
    return {};
  }
  if (build_.Get(left).kind != TypedKind::kVote) std::swap(left, right);
  TypedId equal;
  if (build_.Get(left).kind != TypedKind::kVote) {
    equal = build_.Bool(build_.ValueOf(left).as_int() == build_.ValueOf(right).as_int(), span);
  } else if (build_.Get(right).kind != TypedKind::kVote) {
    equal = build_.VoteIs(build_.Get(left).payload, static_cast<int32_t>(build_.ValueOf(right).as_int()), span);
  } else {
    // Two rules agree: both abstain, or both vote for the same class.
    const uint32_t a = build_.Get(left).payload, b = build_.Get(right).payload;
    std::vector<int32_t> labels = {kAbstain};
    for (const ClassInfo& info : tables_.tasks[program_.rules[a].task.index()].classes) labels.push_back(info.id);
    std::vector<TypedId> both;
    for (const int32_t label : labels) {
      both.push_back(build_.Make(TypedKind::kAnd, kBoolType, {build_.VoteIs(a, label, span), build_.VoteIs(b, label, span)}, span));
    }
    equal = build_.Make(TypedKind::kOr, kBoolType, both, span);
  }
  return op == ast::CompareOp::kEqual ? equal : Not(equal, span);
}

TypedId Checker::CheckIsNull(ExprId id) {
  const Expr e = tree().Get(id);
  const TypedId value = Check(tree().Child(id, 0));
  if (!value.has_value()) return {};
  if (build_.Get(value).kind == TypedKind::kVote) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, e.span, "a vote is never null").WithHelp("a rule that says nothing abstains: `rule abstains`"));
    return {};
  }
  if (!AsValue(value).has_value()) return {};
  const TypedId is_null = build_.Make(TypedKind::kIsNull, kBoolType, {value}, e.span);
  return e.negated ? Not(is_null, e.span) : is_null;
}

TypedId Checker::CheckVoteTest(ExprId id) {
  const Expr e = tree().Get(id);
  const TypedId vote = Check(tree().Child(id, 0));
  if (!vote.has_value()) return {};
  if (build_.Get(vote).kind != TypedKind::kVote) {
    const ExprId object = tree().Child(id, 0);
    Error(DiagnosticKind::kWrongKind, tree().Get(object).span, fmt::format("only rules vote and abstain, {}", WhatIs(object, vote)));
    return {};
  }
  const TypedId abstains = build_.VoteIs(build_.Get(vote).payload, kAbstain, e.span);
  return e.kind == ast::ExprKind::kAbstains ? abstains : Not(abstains, e.span);
}

// --- Conditionals, lists -------------------------------------------------------------------------------------------------

TypedId Checker::CheckIf(ExprId id) {
  const Expr e = tree().Get(id);
  const TypedId condition = CheckCondition(tree().Child(id, 0));
  TypedId then_value = CheckValue(tree().Child(id, 1)), else_value = CheckValue(tree().Child(id, 2));
  if (!condition.has_value() || !then_value.has_value() || !else_value.has_value()) return {};
  if (!Unify(then_value, else_value)) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, e.span, "the two sides of `if` are of different types")
               .WithLabel(build_.Get(then_value).span, Print(build_.TypeOf(then_value)))
               .WithLabel(build_.Get(else_value).span, Print(build_.TypeOf(else_value))));
    return {};
  }
  return build_.Make(TypedKind::kIf, build_.TypeOf(then_value), {condition, then_value, else_value}, e.span);
}

TypedId Checker::CheckList(ExprId id, TaskId hint) {
  const Expr e = tree().Get(id);
  std::vector<TypedId> members;
  bool fine = true;
  for (const ExprId child : tree().Children(id)) {
    const TypedId member = Check(child, hint);
    fine = fine && member.has_value();
    members.push_back(member);
    if (sink_.full()) break;
  }
  if (!fine) return {};
  if (members.empty()) return build_.Make(TypedKind::kList, tables_.types.List(kStringType), members, e.span);
  // The type that all members have once they are widened.
  TypeId type = kNullType;
  for (const TypedId member : members) {
    const TypeId t = build_.TypeOf(member);
    if (type == kNullType || (type == kIntType && t == kFloatType)) type = t;
  }
  if (type == kNullType) type = kStringType;
  for (TypedId& member : members) {
    const TypedId widened = Widen(member, type);
    if (!widened.has_value()) {
      Report(Diagnostic(DiagnosticKind::kMixedMembers, build_.Get(member).span, fmt::format("a list of {} with a member of type {}", Print(type), Print(build_.TypeOf(member))))
                 .WithLabel(build_.Get(members.front()).span, Print(build_.TypeOf(members.front()))));
      return {};
    }
    member = widened;
  }
  const TypeKind kind = tables_.types.Kind(type);
  if (kind == TypeKind::kList || kind == TypeKind::kSet) {
    Unsupported(e.span, "lists of lists");
    return {};
  }
  return build_.Make(TypedKind::kList, tables_.types.List(type), members, e.span);
}

TypedId Checker::CheckIndex(ExprId id) {
  const Expr e = tree().Get(id);
  const TypedId object = CheckValue(tree().Child(id, 0)), index = CheckValue(tree().Child(id, 1));
  if (!object.has_value() || !index.has_value()) return {};
  const TypeId type = build_.TypeOf(object);
  if (type != kStringType && tables_.types.Kind(type) != TypeKind::kList) {
    NeedsType(build_.Get(object).span, "a list or a text", type);
    return {};
  }
  const TypedId at = Widen(index, kIntType);
  if (!at.has_value()) {
    NeedsType(build_.Get(index).span, "a whole number", build_.TypeOf(index));
    return {};
  }
  return CallOverloaded("operator index", {object, at}, e.span, e.op_span);
}

TypedId Checker::CheckSubrange(ExprId id) {
  const Expr e = tree().Get(id);
  const TypedId object = CheckValue(tree().Child(id, 0));
  if (!object.has_value()) return {};
  const TypeId type = build_.TypeOf(object);
  if (type != kStringType && tables_.types.Kind(type) != TypeKind::kList) {
    NeedsType(build_.Get(object).span, "a list or a text", type);
    return {};
  }
  std::vector<TypedId> arguments = {object};
  for (size_t i = 1; i < 4; ++i) {
    const ExprId bound = tree().Child(id, i);
    if (!bound.has_value()) {
      arguments.push_back(build_.Int(i == 3 ? 1 : kAbsentBound, e.span));
      continue;
    }
    const TypedId value = CheckValue(bound);
    if (!value.has_value()) return {};
    const TypedId at = Widen(value, kIntType);
    if (!at.has_value()) {
      NeedsType(tree().Get(bound).span, "a whole number", build_.TypeOf(value));
      return {};
    }
    arguments.push_back(at);
  }
  return CallOverloaded("operator slice", std::move(arguments), e.span, e.op_span);
}

}  // namespace assay::sema
