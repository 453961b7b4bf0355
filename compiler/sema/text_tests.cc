// `contains`, `has`, `matches`, `starts with`, `ends with`, `like`, and membership by `in`.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/checker.h"
#include "runtime/text/case.h"

namespace assay::sema {
namespace {

SetModifiers ModifiersOf(const ast::Expr& e) {
  return {.nocase = (e.modifiers & ast::Expr::kNocase) != 0, .words = (e.modifiers & ast::Expr::kWords) != 0};
}

bool IsHas(ast::TextTest test) {
  return test == ast::TextTest::kHas || test == ast::TextTest::kHasAny || test == ast::TextTest::kHasAll || test == ast::TextTest::kHasNone;
}

}  // namespace

TypedId Checker::CheckTextTest(ExprId id) {
  const Expr e = tree().Get(id);
  if (e.text_test() == ast::TextTest::kFuzzy) {
    if (Check(tree().Child(id, 0)).has_value()) Unsupported(e.op_span, "tests by edit distance (`~`)");
    return {};
  }
  const TypedId text = CheckValue(tree().Child(id, 0));
  const ExprId pattern_id = tree().Child(id, 1);
  const Expr& p = tree().Get(pattern_id);
  if (p.kind == ast::ExprKind::kCall) {
    const Expr& callee = tree().Get(tree().Child(pattern_id, 0));
    if (callee.kind == ast::ExprKind::kName && callee.text == "seq" && !FindGlobal("seq")) {
      Unsupported(p.span, "sequences (`seq(...)`)");
      return {};
    }
  }
  const TypedId pattern = Check(pattern_id);
  if (!text.has_value() || !pattern.has_value()) return {};
  const SourceSpan pattern_span = p.span;
  const TypedId test = TextTestOn(e, text, pattern, pattern_span);
  if (test.has_value()) WarnContained(e, text, pattern, pattern_id);
  return test;
}

TypedId Checker::TextTestOn(const Expr& e, TypedId text, TypedId pattern, SourceSpan pattern_span) {
  const TypeId type = build_.TypeOf(text);
  if (type == kNullType) return build_.Null(kBoolType, e.span);
  const bool tokens = tables_.types.Kind(type) == TypeKind::kList && tables_.types.Element(type) == kStringType;
  if (type != kStringType && !tokens) {
    NeedsType(build_.Get(text).span, "a text or a list of tokens", type);
    return {};
  }
  const std::string_view test = ast::SpellingOf(e.text_test());
  if (tokens && !IsHas(e.text_test())) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, build_.Get(text).span, fmt::format("`{}` looks into a text, this is a list", test))
               .WithPrimaryLabel(Print(type))
               .WithHelp("`has` asks for a member of a list"));
    return {};
  }
  if (e.text_test() == ast::TextTest::kMatches) return TestMatches(e, text, pattern, pattern_span);
  const TypeId pattern_type = build_.TypeOf(pattern);
  if (pattern_type == kRegexType) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, pattern_span, fmt::format("`{}` takes a text or a set, this is a pattern", test))
               .WithFix("a pattern is searched for by `matches`", e.op_span, "matches"));
    return {};
  }
  if (pattern_type == kNullType) return build_.Null(kBoolType, e.span);
  if (e.text_test() == ast::TextTest::kLike && e.modifiers != 0) {
    Error(DiagnosticKind::kBadModifier, e.span, "`like` takes no modifiers; `lower(text) like ...` ignores case");
    return {};
  }
  if ((e.modifiers & ast::Expr::kNocase) == 0) WarnUpperCase(text, pattern, pattern_span);
  if (!tokens && e.text_test() != ast::TextTest::kLike) WarnEmptyText(text, pattern, pattern_span);
  if (pattern_type == kStringType) return TestLiteral(e, text, pattern, pattern_span);
  if (tables_.types.Kind(pattern_type) == TypeKind::kSet && tables_.types.Element(pattern_type) == kStringType) return TestSet(e, text, pattern);
  if (tables_.types.Kind(pattern_type) == TypeKind::kList && tables_.types.Element(pattern_type) == kStringType) {
    if (const auto set = SetOfList(pattern, {}, pattern_span)) return TestSet(e, text, *set);
    if (e.modifiers != 0) {
      Error(DiagnosticKind::kBadModifier, e.span, "modifiers need texts that are known before any row is");
      return {};
    }
    switch (e.text_test()) {
      case ast::TextTest::kContains:
      case ast::TextTest::kHas:
      case ast::TextTest::kHasAny: return CallOverloaded("operator has any", {text, pattern}, e.span, e.op_span);
      case ast::TextTest::kHasAll: return CallOverloaded("operator has all", {text, pattern}, e.span, e.op_span);
      case ast::TextTest::kHasNone: return CallOverloaded("operator has none", {text, pattern}, e.span, e.op_span);
      case ast::TextTest::kMatches:
      case ast::TextTest::kStartsWith:
      case ast::TextTest::kEndsWith:
      case ast::TextTest::kLike:
      case ast::TextTest::kFuzzy: break;
    }
    Error(DiagnosticKind::kNotConstant, pattern_span, fmt::format("`{}` takes a list only where it is known before any row is", test));
    return {};
  }
  Report(Diagnostic(DiagnosticKind::kTypeMismatch, pattern_span, fmt::format("`{}` takes a text, a set of texts or a list of texts, this is {}", test, Print(pattern_type)))
             .WithPrimaryLabel(Print(pattern_type)));
  return {};
}

TypedId Checker::TestMatches(const Expr& e, TypedId text, TypedId pattern, SourceSpan pattern_span) {
  if (e.modifiers != 0) {
    Error(DiagnosticKind::kBadModifier, e.span, "`matches` takes no modifiers; the flag `i` of the pattern ignores case: /.../i");
    return {};
  }
  const TypeId type = build_.TypeOf(pattern);
  const auto search = [&](TypedId p) {
    if (build_.Get(p).kind == TypedKind::kPattern) WarnContainedAlternatives(PatternId(build_.Get(p).payload), build_.Get(p).span);
    return CallOverloaded("operator matches", {text, p}, e.span, e.op_span);
  };
  if (type == kRegexType) return search(pattern);
  if (tables_.types.Kind(type) == TypeKind::kList && tables_.types.Element(type) == kRegexType) {
    const std::vector<TypedId> patterns(program_.Children(pattern).begin(), program_.Children(pattern).end());
    std::vector<TypedId> any;
    for (const TypedId p : patterns) any.push_back(search(p));
    return build_.Make(TypedKind::kOr, kBoolType, any, e.span);
  }
  Diagnostic diagnostic(DiagnosticKind::kTypeMismatch, pattern_span, fmt::format("`matches` takes a pattern, this is {}", Print(type)));
  if (build_.IsConstant(pattern) && type == kStringType) {
    diagnostic.helps.push_back({"a pattern stands between slashes: /.../; a constant text becomes one by regex(text, \"\")", {}});
  } else if (type == kStringType) {
    diagnostic.helps.push_back({"a pattern must be known before any row is; `contains` looks for a text of the row", {}});
  } else if (tables_.types.Kind(type) == TypeKind::kSet) {
    diagnostic.helps.push_back({"the members of a set are looked for by `has`", {{e.op_span, "has"}}});
  }
  Report(std::move(diagnostic));
  return {};
}

TypedId Checker::TestLiteral(const Expr& e, TypedId text, TypedId pattern, SourceSpan pattern_span) {
  const bool tokens = build_.TypeOf(text) != kStringType;
  const bool nocase_only = (e.modifiers & ast::Expr::kNocase) != 0 && (e.modifiers & ast::Expr::kWords) == 0;
  const bool substring = e.text_test() == ast::TextTest::kContains || IsHas(e.text_test());
  const bool none = e.text_test() == ast::TextTest::kHasNone;
  const auto call = [&](std::string_view name) { return CallOverloaded(name, {text, pattern}, e.span, e.op_span); };
  if (e.modifiers == 0 || (substring && nocase_only && !tokens)) {
    TypedId result;
    if (substring) {
      result = call(tokens ? "operator has" : nocase_only ? "operator contains nocase" : "operator contains");
    } else if (e.text_test() == ast::TextTest::kStartsWith) {
      result = call("operator starts with");
    } else if (e.text_test() == ast::TextTest::kEndsWith) {
      result = call("operator ends with");
    } else {
      result = call("operator like");
    }
    return none && result.has_value() ? Not(result, e.span) : result;
  }
  // Other modifiers are those of a set: one of one member.
  if (!build_.IsConstant(pattern)) {
    Error(DiagnosticKind::kNotConstant, pattern_span, "with these modifiers the text must be known before any row is");
    return {};
  }
  if (build_.ValueOf(pattern).is_null()) return build_.Null(kBoolType, e.span);
  SetValues values({kStringType}, ModifiersOf(e));
  values.Add({std::string(build_.ValueOf(pattern).as_string())});
  return TestSet(e, text, build_.Set(tables_.resources.AddSet(std::move(values)), pattern_span));
}

TypedId Checker::TestSet(const Expr& e, TypedId text, TypedId set) {
  if (e.text_test() == ast::TextTest::kLike) {
    std::vector<TypedId> any;
    const std::vector<SetMember> members = tables_.resources.set(SetId(build_.Get(set).payload)).members();
    for (const SetMember& member : members) {
      const TypedId glob = build_.Text(std::get<std::string>(member[0]), build_.Get(set).span);
      any.push_back(CallOverloaded("operator like", {text, glob}, e.span, e.op_span));
    }
    return any.empty() ? build_.Bool(false, e.span) : build_.Make(TypedKind::kOr, kBoolType, any, e.span);
  }
  set = WithModifiers(set, ModifiersOf(e), build_.Get(set).span);
  std::string_view name = "operator has any";
  switch (e.text_test()) {
    case ast::TextTest::kContains:
    case ast::TextTest::kHas:
    case ast::TextTest::kHasAny: break;
    case ast::TextTest::kHasAll: name = "operator has all"; break;
    case ast::TextTest::kHasNone: name = "operator has none"; break;
    case ast::TextTest::kStartsWith: name = "operator starts with"; break;
    case ast::TextTest::kEndsWith: name = "operator ends with"; break;
    case ast::TextTest::kMatches:
    case ast::TextTest::kLike:
    case ast::TextTest::kFuzzy: return {};
  }
  return CallOverloaded(name, {text, set}, e.span, e.op_span);
}

TypedId Checker::WithModifiers(TypedId set, SetModifiers modifiers, SourceSpan span) {
  const SetId id(build_.Get(set).payload);
  const SetValues& values = tables_.resources.set(id);
  const SetModifiers both{.nocase = modifiers.nocase || values.modifiers().nocase, .words = modifiers.words || values.modifiers().words};
  if (both == values.modifiers()) return set;
  const auto [at, fresh] = modified_sets_.try_emplace({id, both.nocase, both.words});
  if (fresh) {
    SetValues copy(values.columns(), both);
    if (values.is_text()) copy.ReserveText(values.size(), 0);
    for (size_t i = 0; i < values.size(); ++i) {
      if (values.is_text()) {
        copy.AddText(values.TextAt(i));
      } else {
        copy.Add(values.members()[i]);
      }
    }
    at->second = tables_.resources.AddSet(std::move(copy));
  }
  return build_.Set(at->second, span);
}

std::optional<TypedId> Checker::SetOfList(TypedId list, SetModifiers modifiers, SourceSpan span, bool warn) {
  if (!build_.IsConstant(list) || build_.ValueOf(list).is_null()) return std::nullopt;
  const TypeId element = tables_.types.Element(build_.TypeOf(list));
  if (element != kStringType && !IsNumeric(element)) return std::nullopt;
  SetValues values({element}, modifiers);
  for (const Value& v : build_.ValueOf(list).as_list()) {
    bool added = false;
    if (element == kStringType) {
      added = values.Add({std::string(v.as_string())});
    } else if (element == kIntType) {
      added = values.Add({v.as_int()});
    } else {
      added = values.Add({v.as_float()});
    }
    if (!added && warn) Error(DiagnosticKind::kDuplicateMember, span, fmt::format("the list names {} twice", PrintValue(v)));
  }
  return build_.Set(tables_.resources.AddSet(std::move(values)), span);
}

std::string Checker::PrintValue(const Value& value) const {
  switch (value.kind()) {
    case Value::Kind::kNull: return "null";
    case Value::Kind::kBool: return value.as_bool() ? "true" : "false";
    case Value::Kind::kInt: return fmt::format("{}", value.as_int());
    case Value::Kind::kFloat: return fmt::format("{}", value.as_float());
    case Value::Kind::kString: return fmt::format("\"{}\"", value.as_string().substr(0, 60));
    case Value::Kind::kList: return "a list";
    case Value::Kind::kRegex: return "a pattern";
    case Value::Kind::kSet: return "a set";
  }
  return {};
}

// --- in ------------------------------------------------------------------------------------------------------------------

TypedId Checker::CheckIn(ExprId id) {
  const Expr e = tree().Get(id);
  const ExprId element_id = tree().Child(id, 0), set_id = tree().Child(id, 1);
  if (tree().Get(element_id).kind == ast::ExprKind::kTuple) {
    if (Check(set_id).has_value()) Unsupported(tree().Get(element_id).span, "tuples outside of sets");
    return {};
  }
  TypedId element = Check(element_id);
  const TypedId set = Check(set_id, HintOf(element_id));
  if (!element.has_value() || !set.has_value()) return {};
  const SourceSpan set_span = tree().Get(set_id).span;
  TypedId result;
  if (build_.Get(element).kind == TypedKind::kVote) {
    result = InVotes(element, set_id, e.span);
  } else if (!AsValue(element).has_value()) {
    return {};
  } else {
    result = InSet(element, set, e.span, set_span);
  }
  return e.negated && result.has_value() ? Not(result, e.span) : result;
}

TypedId Checker::InVotes(TypedId vote, ExprId list, SourceSpan span) {
  const uint32_t rule = build_.Get(vote).payload;
  if (tree().Get(list).kind != ast::ExprKind::kList) {
    Error(DiagnosticKind::kTypeMismatch, tree().Get(list).span, "a vote is looked for in a list of labels, as in `rule in [A, B]`");
    return {};
  }
  std::vector<TypedId> any;
  for (const ExprId child : tree().Children(list)) {
    const auto label = LabelOf(child, program_.rules[rule].task);
    if (!label) return {};
    any.push_back(build_.VoteIs(rule, label->id, tree().Get(child).span));
  }
  return any.empty() ? build_.Bool(false, span) : build_.Make(TypedKind::kOr, kBoolType, any, span);
}

TypedId Checker::InSet(TypedId element, TypedId set, SourceSpan span, SourceSpan set_span) {
  const TypeId set_type = build_.TypeOf(set);
  const TypeKind kind = tables_.types.Kind(set_type);
  if (kind != TypeKind::kSet && kind != TypeKind::kList) {
    Diagnostic diagnostic(DiagnosticKind::kTypeMismatch, set_span, fmt::format("`in` looks into a set or a list, this is {}", Print(set_type)));
    if (set_type == kStringType && build_.TypeOf(element) == kStringType) {
      diagnostic.helps.push_back({fmt::format("a text within a text: `{} contains {}`", TextAt(set_span).substr(0, 60), TextAt(build_.Get(element).span).substr(0, 60)), {}});
    }
    Report(std::move(diagnostic));
    return {};
  }
  TypeId member = tables_.types.Element(set_type);
  if (tables_.types.Kind(member) == TypeKind::kTuple) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, set_span, fmt::format("the members of this set are tuples {}, not {}", Print(member), Print(build_.TypeOf(element)))));
    return {};
  }
  if (build_.TypeOf(element) == kNullType) return build_.Null(kBoolType, span);
  if (kind == TypeKind::kList) {
    if (member == kIntType && build_.TypeOf(element) == kFloatType) {
      if (const TypedId widened = Widen(set, tables_.types.List(kFloatType)); widened.has_value()) set = widened;
    }
    if (const auto constant = SetOfList(set, {}, set_span)) set = *constant;
  } else if (member == kIntType && build_.TypeOf(element) == kFloatType) {
    const std::vector<SetMember> members = tables_.resources.set(SetId(build_.Get(set).payload)).members();
    SetValues floats({kFloatType}, {});
    for (const SetMember& m : members) floats.Add({static_cast<double>(std::get<int64_t>(m[0]))});
    set = build_.Set(tables_.resources.AddSet(std::move(floats)), set_span);
  }
  member = tables_.types.Element(build_.TypeOf(set));
  const TypedId widened = Widen(element, member);
  if (!widened.has_value()) {
    Report(Diagnostic(DiagnosticKind::kTypeMismatch, span, fmt::format("a value of type {} cannot be in {}", Print(build_.TypeOf(element)), Print(set_type)))
               .WithLabel(build_.Get(element).span, Print(build_.TypeOf(element)))
               .WithLabel(set_span, Print(set_type)));
    return {};
  }
  WarnUpperCase(widened, set, set_span);
  return CallOverloaded("operator in", {widened, set}, span, span);
}

// --- Keywords in the wrong case -----------------------------------------------------------------------------------------

Checker::TextCase Checker::CaseOf(TypedId text, size_t& budget) const {
  if (budget == 0) return TextCase::kUnknown;
  --budget;
  const TypedExpr& e = build_.Get(text);
  if (e.constant) return TextCase::kUnknown;
  const auto children = program_.Children(text);
  const auto both = [&](TypedId a, TypedId b) {
    const TextCase one = CaseOf(a, budget);
    return one == TextCase::kUnknown || CaseOf(b, budget) != one ? TextCase::kUnknown : one;
  };
  if (e.kind == TypedKind::kIf) return both(children[1], children[2]);
  if (e.kind == TypedKind::kCoalesce || e.kind == TypedKind::kAdd) return both(children[0], children[1]);
  if (e.kind != TypedKind::kCall) return TextCase::kUnknown;
  switch (static_cast<BuiltinId>(e.payload)) {
    case BuiltinId::Lower: return TextCase::kLower;
    case BuiltinId::Casefold: return TextCase::kFolded;
    case BuiltinId::Upper: return TextCase::kUpper;
    // Parts of a text, and other orders of its characters.
    case BuiltinId::Strip:
    case BuiltinId::TrimPrefix:
    case BuiltinId::TrimSuffix:
    case BuiltinId::Split:
    case BuiltinId::SplitBy:
    case BuiltinId::Words:
    case BuiltinId::Tokens:
    case BuiltinId::Lines:
    case BuiltinId::Sentences:
    case BuiltinId::Ngrams:
    case BuiltinId::Substring:
    case BuiltinId::SubstringTo:
    case BuiltinId::OpIndexText:
    case BuiltinId::OpIndex:
    case BuiltinId::OpSliceText:
    case BuiltinId::OpSliceList:
    case BuiltinId::Reverse:
    case BuiltinId::ReverseList:
    case BuiltinId::Repeat:
    case BuiltinId::First:
    case BuiltinId::Last:
    case BuiltinId::Extract:
    case BuiltinId::ExtractGroup:
    case BuiltinId::ExtractAll:
    case BuiltinId::ExtractAllGroup: return CaseOf(children[0], budget);
    case BuiltinId::Replace: return both(children[0], children[2]);
    default: return TextCase::kUnknown;  // makes characters of its own, or no text
  }
}

void Checker::WarnEmptyText(TypedId text, TypedId pattern, SourceSpan span) {
  if (build_.IsConstant(text)) return;
  bool empty = false;
  if (build_.Get(pattern).kind == TypedKind::kSet) {
    const SetValues& set = tables_.resources.set(SetId(build_.Get(pattern).payload));
    empty = set.columns().size() == 1 && set.columns()[0] == kStringType && set.Contains(std::string_view());
  } else if (build_.IsConstant(pattern) && build_.TypeOf(pattern) == kStringType && !build_.ValueOf(pattern).is_null()) {
    empty = build_.ValueOf(pattern).as_string().empty();
  }
  if (empty) Report(Diagnostic(DiagnosticKind::kEmptyPattern, span, "the empty text is found in every text"));
}

void Checker::WarnUpperCase(TypedId text, TypedId pattern, SourceSpan span) {
  size_t budget = kMaxCaseSteps;
  const TextCase text_case = CaseOf(text, budget);
  if (text_case == TextCase::kUnknown) return;
  const auto mapped = [&](std::string_view keyword) {
    std::string out;
    switch (text_case) {
      case TextCase::kUnknown: break;
      case TextCase::kLower: text::Lower(keyword, out); break;
      case TextCase::kFolded: text::Casefold(keyword, out); break;
      case TextCase::kUpper: text::Upper(keyword, out); break;
    }
    return out;
  };
  std::string_view keyword;
  const bool set = build_.Get(pattern).kind == TypedKind::kSet;
  if (set) {
    const SetValues& values = tables_.resources.set(SetId(build_.Get(pattern).payload));
    if (values.modifiers().nocase || values.columns().size() != 1 || values.columns()[0] != kStringType) return;
    size_t at = 0;
    while (at < values.size() && mapped(values.TextAt(at)) == values.TextAt(at)) ++at;
    if (at == values.size()) return;
    keyword = values.TextAt(at);
  } else if (build_.IsConstant(pattern) && build_.TypeOf(pattern) == kStringType && !build_.ValueOf(pattern).is_null()) {
    keyword = build_.ValueOf(pattern).as_string();
    if (mapped(keyword) == keyword) return;
  } else {
    return;
  }
  // A family comes here once a member, always with the same words of the file.
  if (!warned_case_.insert({span.file.value, span.begin}).second) return;
  const bool upper = text_case == TextCase::kUpper;
  Diagnostic diagnostic(DiagnosticKind::kUpperCaseKeyword, span,
                        fmt::format("\"{}\" never occurs in {}-cased text", keyword.substr(0, 60), upper ? "upper" : "lower"));
  const std::string mended = mapped(keyword);
  const std::string_view written = TextAt(span);
  if (!set && written == fmt::format("\"{}\"", keyword)) {
    diagnostic.helps.push_back({fmt::format("write \"{}\"", mended), {{span, fmt::format("\"{}\"", mended)}}});
  } else if (set) {
    diagnostic.helps.push_back({fmt::format("write \"{}\", or declare the set `nocase`", mended.substr(0, 60)), {}});
  } else {
    diagnostic.helps.push_back({fmt::format("write \"{}\"", mended.substr(0, 60)), {}});
  }
  Report(std::move(diagnostic));
}

}  // namespace assay::sema
