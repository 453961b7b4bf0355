// Calls: functions of the program, which are inlined, and built-ins, of whose overloads the first that fits is taken.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/sema/checker.h"

namespace assay::sema {

TypedId Checker::CheckCall(ExprId id) {
  const Expr e = tree().Get(id);
  const ExprId callee_id = tree().Child(id, 0);
  const Expr& callee = tree().Get(callee_id);
  if (const auto symbol_id = SymbolOf(callee_id)) {
    Symbol& symbol = Get(*symbol_id);
    if (symbol.kind == SymbolKind::kFn) return CallFunction(*symbol_id, id);
    if (symbol.kind == SymbolKind::kTask) {
      symbol.used = true;
      const auto label = LabelOfCall(id, TaskId(symbol.index));
      return label ? build_.Const(tables_.types.Label(symbol.index), Value::Int(label->id), e.span) : TypedId();
    }
    if (symbol.kind == SymbolKind::kUnsupported) {
      symbol.used = true;
      return {};
    }
    const bool builtin = callee.kind == ast::ExprKind::kName && (!FindBuiltins(callee.text).empty() || IsTableFunction(callee.text) || callee.text == "regex");
    if (!builtin) {
      Report(Diagnostic(DiagnosticKind::kWrongKind, callee.span, fmt::format("`{}` is {}, not a function", TextAt(callee.span), SpellingOf(symbol.kind)))
                 .WithLabel(symbol.span, "it is declared here"));
      return {};
    }
  }
  if (callee.kind == ast::ExprKind::kMember) {
    const ExprId object = tree().Child(callee_id, 0);
    const ast::Name method = tree().Names(callee_id)[0];
    const bool of_module = tree().Get(object).kind == ast::ExprKind::kName && FindModule(tree().Get(object).text);
    if (of_module) return CheckMember(callee_id, {});
    Diagnostic diagnostic(DiagnosticKind::kUnknownName, method.span, fmt::format("values have no functions of their own, so no `.{}(...)`", method.text));
    if (!FindBuiltins(method.text).empty()) {
      diagnostic.helps.push_back({fmt::format("write `{}({}{})`", method.text, TextAt(tree().Get(object).span).substr(0, 60), tree().Arguments(id).empty() ? "" : ", ..."), {}});
    }
    Report(std::move(diagnostic));
    return {};
  }
  if (callee.kind != ast::ExprKind::kName) {
    Error(DiagnosticKind::kWrongKind, callee.span, "this is no function");
    return {};
  }
  if (IsTableFunction(callee.text)) {
    if (const auto of_file = SetOfFile(id, {}, e.span)) return *of_file;
    const auto table = ConstantTable(id);
    return table ? SetOf(*table, {}, e.span) : TypedId();
  }
  if (callee.text == "regex") return CheckRegexCall(id);
  if (callee.text == "format") return CheckFormat(id);
  return CallBuiltin(id, callee.text, callee.span);
}

// --- Functions of the program --------------------------------------------------------------------------------------------

TypedId Checker::CallFunction(SymbolId id, ExprId call) {
  Symbol& symbol = Get(id);
  symbol.used = true;
  const Expr e = tree().Get(call);
  const ast::Decl& decl = DeclOf(symbol);
  const auto& fn = decl.As<ast::FnDecl>();
  const std::vector<ExprId> written(tree().Arguments(call).begin(), tree().Arguments(call).end());
  std::vector<TypedId> arguments;
  bool fine = !decl.has_error;
  for (const ExprId argument : written) {
    arguments.push_back(Check(argument));
    fine = fine && arguments.back().has_value();
  }
  if (!CheckFunctionAlone(id) || !fine) return {};
  if (arguments.size() != fn.parameters.size()) {
    Report(Diagnostic(DiagnosticKind::kArgumentCount, e.span, fmt::format("`{}` takes {} argument{}, here are {}", symbol.name, fn.parameters.size(),
                                                                         fn.parameters.size() == 1 ? "" : "s", arguments.size()))
               .WithLabel(symbol.span, "it is declared here"));
    return {};
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::optional<std::pair<TypeId, bool>> type;
    {
      In in(*this, {symbol.module, nullptr});
      type = ResolveType(fn.parameters[i].type, false);
    }
    if (!type) return {};
    TypedId& argument = arguments[i];
    const TypeKind kind = tables_.types.Kind(type->first);
    if (kind == TypeKind::kSet && tables_.types.Kind(build_.TypeOf(argument)) == TypeKind::kList) {
      if (const auto set = SetOfList(argument, {}, build_.Get(argument).span)) argument = *set;
    }
    if (kind != TypeKind::kSet && kind != TypeKind::kRegex && !AsValue(argument).has_value()) return {};
    const TypedId widened = Widen(argument, type->first);
    if (!widened.has_value()) {
      Report(Diagnostic(DiagnosticKind::kNoOverload, tree().Get(written[i]).span, fmt::format("`{}` takes {} here, this is {}", symbol.name, Print(type->first), Print(build_.TypeOf(argument))))
                 .WithLabel(fn.parameters[i].name.span, "the parameter"));
      return {};
    }
    argument = widened;
  }
  return InlineFunction(id, arguments, e.span);
}

TypedId Checker::InlineFunction(SymbolId id, std::span<const TypedId> arguments, SourceSpan call_span) {
  FunctionState& state = functions_[id];
  const Symbol& symbol = Get(id);
  if (state.inlining) {
    Report(Diagnostic(DiagnosticKind::kCyclicDefinition, call_span, fmt::format("function `{}` calls itself", symbol.name))
               .WithNote("functions are always inlined, there is no recursion"));
    state.broken = true;
    return {};
  }
  const std::vector<TypedId> key(arguments.begin(), arguments.end());
  if (const auto known = state.calls.find(key); known != state.calls.end()) return known->second;
  const auto& fn = DeclOf(symbol).As<ast::FnDecl>();
  envs_.push_back({});
  Env& env = envs_.back();
  for (size_t i = 0; i < arguments.size(); ++i) env.bindings.push_back({fn.parameters[i].name.text, fn.parameters[i].name.span, arguments[i], {}});
  state.inlining = true;
  In in(*this, {symbol.module, &env});
  TypedId result = Check(fn.body);
  state.inlining = false;
  if (result.has_value()) result = AsValue(result);
  if (result.has_value() && fn.result.has_value()) {
    const auto declared = ResolveType(fn.result, false);
    const TypedId widened = declared ? Widen(result, declared->first) : TypedId();
    if (declared && !widened.has_value()) {
      Report(Diagnostic(DiagnosticKind::kTypeMismatch, tree().Get(fn.body).span, fmt::format("`{}` is declared to give {}, its body is {}", symbol.name, Print(declared->first), Print(build_.TypeOf(result))))
                 .WithLabel(tree().Get(fn.result).span, "declared here"));
    }
    result = widened;
  }
  return state.calls[key] = result;
}

bool Checker::CheckFunctionAlone(SymbolId id) {
  FunctionState& state = functions_[id];
  if (state.alone != State::kUnresolved) return !state.broken;
  state.alone = State::kResolving;
  const Symbol& symbol = Get(id);
  const ast::Decl& decl = DeclOf(symbol);
  if (decl.has_error) {
    state.broken = true;
    state.alone = State::kDone;
    return false;
  }
  In in(*this, {symbol.module, nullptr});
  const auto& fn = decl.As<ast::FnDecl>();
  std::vector<TypedId> arguments;
  bool by_itself = true;  // a set or a pattern is needed to check what is done with it
  for (size_t i = 0; i < fn.parameters.size(); ++i) {
    const ast::Parameter& parameter = fn.parameters[i];
    for (size_t j = 0; j < i; ++j) {
      if (fn.parameters[j].name.text != parameter.name.text) continue;
      Report(Diagnostic(DiagnosticKind::kDuplicateName, parameter.name.span, fmt::format("`{}` has two parameters `{}`", symbol.name, parameter.name.text))
                 .WithLabel(fn.parameters[j].name.span, "the first is here"));
      state.broken = true;
    }
    const auto type = parameter.type.has_value() ? ResolveType(parameter.type, false) : std::nullopt;
    if (!type) {
      state.broken = true;
      continue;
    }
    const TypeKind kind = tables_.types.Kind(type->first);
    by_itself = by_itself && kind != TypeKind::kSet && kind != TypeKind::kRegex;
    arguments.push_back(build_.Leaf(TypedKind::kArgument, type->first, i, parameter.name.span));
  }
  if (by_itself && !state.broken && !InlineFunction(id, arguments, symbol.span).has_value()) state.broken = true;
  state.alone = State::kDone;
  return !state.broken;
}

// --- Built-ins -----------------------------------------------------------------------------------------------------------

std::optional<int64_t> Checker::CharClassNamed(std::string_view name) const {
  const auto found = std::ranges::find(kCharClassNames, name);
  if (found == std::end(kCharClassNames)) return std::nullopt;
  return found - std::begin(kCharClassNames);
}

// What a function of the language that is not supported yet is about; empty for any other name.
std::string_view Checker::UnsupportedBuiltin(std::string_view name) const {
  constexpr std::array<std::string_view, 9> kDates = {"date", "timestamp", "parse_date", "year", "month", "day", "weekday", "hour", "minute"};
  constexpr std::array<std::string_view, 7> kSpans = {"between", "left", "right", "window", "distance", "overlaps", "before"};
  if (std::ranges::find(kDates, name) != kDates.end()) return "dates";
  if (std::ranges::find(kSpans, name) != kSpans.end()) return "spans";
  if (name == "area" || name == "iou") return "boxes";
  return name == "seq" ? "sequences" : "";
}

TypedId Checker::CallBuiltin(ExprId id, std::string_view name, SourceSpan name_span) {
  const std::vector<BuiltinId> overloads = FindBuiltins(name);
  const Expr e = tree().Get(id);
  if (overloads.empty()) {
    if (const std::string_view of = UnsupportedBuiltin(name); !of.empty()) {
      // Arguments of a refused type were reported where they are declared.
      bool known = true;
      for (const ExprId argument : std::vector<ExprId>(tree().Arguments(id).begin(), tree().Arguments(id).end())) known = Check(argument).has_value() && known;
      if (known) Unsupported(name_span, fmt::format("functions of {} (`{}`)", of, name));
    } else {
      UnknownName({name, name_span}, true);
    }
    return {};
  }
  std::vector<TypedId> arguments;
  bool fine = true;
  const std::vector<ExprId> written(tree().Arguments(id).begin(), tree().Arguments(id).end());
  const std::vector<ast::Name> labels(tree().Names(id).begin(), tree().Names(id).end());
  for (size_t i = 0; i < written.size(); ++i) {
    const Expr& argument = tree().Get(written[i]);
    if (i < labels.size() && labels[i].has_value()) {
      Error(DiagnosticKind::kNoOverload, labels[i].span, fmt::format("`{}` takes no argument by name", name));
      return {};
    }
    const bool wants_class = std::ranges::any_of(overloads, [&](BuiltinId b) {
      const auto& parameters = InfoOf(b).parameters;
      return i < parameters.size() && parameters[i].kind == TypeKind::kCharClass;
    });
    if (wants_class && argument.kind == ast::ExprKind::kName && FindLocal(argument.text) == nullptr && !FindGlobal(argument.text)) {
      if (const auto char_class = CharClassNamed(argument.text)) {
        arguments.push_back(build_.Const(kCharClassType, Value::Int(*char_class), argument.span));
        continue;
      }
    }
    TypedId value = Check(written[i]);
    if (value.has_value() && build_.TypeOf(value) != kRegexType) value = AsValue(value);
    fine = fine && value.has_value();
    arguments.push_back(value);
  }
  if (!fine) return {};
  return CallOverloaded(name, std::move(arguments), e.span, name_span);
}

// The result's type where a built-in takes these arguments; they are widened to what it takes.
std::optional<TypeId> Checker::Fit(const BuiltinInfo& info, std::vector<TypedId>& arguments) {
  const size_t fixed = info.parameters.size() - (!info.parameters.empty() && info.parameters.back().repeated ? 1 : 0);
  if (arguments.size() < fixed || (fixed == info.parameters.size() && arguments.size() > fixed)) return std::nullopt;
  const auto parameter = [&](size_t i) -> const ParameterType& { return info.parameters[std::min(i, info.parameters.size() - 1)]; };
  // Variables get the types of lists' and sets' members first: a number that goes with them is widened.
  TypeId variable;
  for (const bool containers : {true, false}) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const ParameterType& p = parameter(i);
      const TypeId type = build_.TypeOf(arguments[i]);
      if (type == kNullType || variable.has_value()) continue;
      if (containers && (p.kind == TypeKind::kList || p.kind == TypeKind::kSet) && p.element_variable != 0) {
        if (tables_.types.Kind(type) != p.kind) return std::nullopt;
        variable = tables_.types.Element(type);
      } else if (!containers && p.kind == TypeKind::kNull && p.variable != 0) {
        variable = type;
      }
    }
  }
  const auto type_of = [&](const ParameterType& p) -> TypeId {
    if (p.kind == TypeKind::kNull) return variable;
    if (p.kind != TypeKind::kList && p.kind != TypeKind::kSet) return TypeId(static_cast<size_t>(p.kind));
    const TypeId element = p.element_variable != 0 ? variable : TypeId(static_cast<size_t>(p.element));
    if (!element.has_value()) return {};
    return p.kind == TypeKind::kList ? tables_.types.List(element) : tables_.types.Set(element);
  };
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TypeId type = type_of(parameter(i));
    if (!type.has_value()) return std::nullopt;
    if (tables_.types.Kind(type) == TypeKind::kRegex && build_.TypeOf(arguments[i]) != kRegexType) return std::nullopt;
    const TypedId widened = Widen(arguments[i], type);
    if (!widened.has_value()) return std::nullopt;
    arguments[i] = widened;
  }
  const TypeId result = type_of(info.result);
  if (!result.has_value()) return std::nullopt;
  return result;
}

TypedId Checker::CallOverloaded(std::string_view name, std::vector<TypedId> arguments, SourceSpan span, SourceSpan name_span) {
  const std::vector<BuiltinId> overloads = FindBuiltins(name);
  for (const BuiltinId builtin : overloads) {
    std::vector<TypedId> fitted = arguments;
    if (const auto result = Fit(InfoOf(builtin), fitted)) return build_.Call(builtin, *result, fitted, span);
  }
  const bool all_null = !arguments.empty() && std::ranges::all_of(arguments, [&](TypedId a) { return build_.TypeOf(a) == kNullType; });
  if (all_null) return build_.Null(kNullType, span);
  const bool counted = std::ranges::any_of(overloads, [&](BuiltinId b) {
    const auto& parameters = InfoOf(b).parameters;
    const bool repeated = !parameters.empty() && parameters.back().repeated;
    return repeated ? arguments.size() + 1 >= parameters.size() : arguments.size() == parameters.size();
  });
  std::string types;
  for (const TypedId a : arguments) types += (types.empty() ? "" : ", ") + Print(build_.TypeOf(a));
  const bool is_operator = name.starts_with("operator ");
  const std::string shown = is_operator ? std::string(name.substr(9)) : std::string(name);
  Diagnostic diagnostic(counted ? DiagnosticKind::kNoOverload : DiagnosticKind::kArgumentCount, counted ? name_span : span,
                        counted ? fmt::format("`{}` does not take ({})", shown, types) : fmt::format("`{}` does not take {} argument{}", shown, arguments.size(), arguments.size() == 1 ? "" : "s"));
  if (counted) {
    for (const TypedId a : arguments) {
      const SourceSpan at = build_.Get(a).span;
      if (at.file == span.file && at.begin >= span.begin && at.end <= span.end) diagnostic.labels.push_back({at, Print(build_.TypeOf(a))});
    }
  }
  for (const BuiltinId builtin : overloads) diagnostic.notes.push_back(fmt::format("{}{}", shown, InfoOf(builtin).signature));
  const bool text_to_number = counted && std::ranges::any_of(arguments, [&](TypedId a) { return IsNumeric(build_.TypeOf(a)); }) &&
                              std::ranges::any_of(overloads, [&](BuiltinId b) { return InfoOf(b).parameters.size() == arguments.size() && InfoOf(b).parameters[0].kind == TypeKind::kString; });
  if (text_to_number && !is_operator) diagnostic.helps.push_back({"string(x) makes a text of a number", {}});
  Report(std::move(diagnostic));
  return {};
}

TypedId Checker::CheckFormat(ExprId id) {
  const Expr e = tree().Get(id);
  const std::vector<ExprId> written(tree().Arguments(id).begin(), tree().Arguments(id).end());
  if (written.empty()) {
    Error(DiagnosticKind::kArgumentCount, e.span, "`format` takes a text, as in format(\"{a} of {b}\")");
    return {};
  }
  std::vector<ExprId> parts;
  for (const ExprId argument : written) {
    if (tree().Get(argument).kind != ast::ExprKind::kTemplate) {
      parts.push_back(argument);
      continue;
    }
    for (const ExprId part : tree().Children(argument)) parts.push_back(part);
  }
  std::vector<TypedId> texts;
  bool fine = true;
  for (const ExprId part : parts) {
    TypedId value = CheckValue(part);
    if (value.has_value() && build_.TypeOf(value) != kStringType) {
      value = build_.TypeOf(value) == kNullType ? build_.Null(kStringType, e.span) : CallOverloaded("string", {value}, tree().Get(part).span, tree().Get(part).span);
    }
    fine = fine && value.has_value();
    texts.push_back(value);
  }
  return fine ? CallOverloaded("format", std::move(texts), e.span, tree().Get(tree().Child(id, 0)).span) : TypedId();
}

TypedId Checker::CheckRegexCall(ExprId id) {
  const Expr e = tree().Get(id);
  const std::vector<ExprId> written(tree().Arguments(id).begin(), tree().Arguments(id).end());
  if (written.empty() || written.size() > 2) {
    Error(DiagnosticKind::kArgumentCount, e.span, "`regex` takes a constant text and flags, as in regex(pattern, \"i\")");
    return {};
  }
  std::string parts[2];
  for (size_t i = 0; i < written.size(); ++i) {
    const auto value = ConstantOf(written[i], kStringType, i == 0 ? "a pattern" : "the flags of a pattern");
    if (!value) return {};
    if (value->is_null()) {
      Error(DiagnosticKind::kNullConstant, tree().Get(written[i]).span, "a pattern cannot be null");
      return {};
    }
    parts[i] = value->as_string();
  }
  return AddPattern(parts[0], parts[1], e.span, {}).value_or(TypedId());
}

}  // namespace assay::sema
