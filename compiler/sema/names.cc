// Looking names up, and what a name stands for as an expression.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/sema/checker.h"
#include "compiler/sema/suggest.h"

namespace assay::sema {

Env::Binding* Checker::FindLocal(std::string_view name) {
  for (Env* env = scope_.env; env != nullptr; env = env->parent) {
    for (auto binding = env->bindings.rbegin(); binding != env->bindings.rend(); ++binding) {
      if (binding->name == name) return &*binding;
    }
  }
  return nullptr;
}

std::optional<SymbolId> Checker::FindIn(uint32_t module, std::string_view name) const {
  const auto found = names_[module].find(name);
  if (found == names_[module].end()) return std::nullopt;
  return found->second;
}

std::optional<SymbolId> Checker::FindGlobal(std::string_view name) {
  if (const auto found = FindIn(scope_.module, name)) return found;
  // The fields of the row are seen everywhere, also where another module declares the schema.
  if (row_module_ == kNoModule || row_module_ == scope_.module) return std::nullopt;
  const auto found = FindIn(row_module_, name);
  if (!found || Get(*found).kind != SymbolKind::kField) return std::nullopt;
  return found;
}

std::optional<SymbolId> Checker::FindModule(std::string_view name) {
  const auto found = aliases_[scope_.module].find(name);
  if (found == aliases_[scope_.module].end()) return std::nullopt;
  return found->second;
}

std::optional<SymbolId> Checker::SymbolOf(ExprId id) {
  const Expr& e = tree().Get(id);
  if (e.kind == ast::ExprKind::kName) {
    if (FindLocal(e.text) != nullptr) return std::nullopt;
    return FindGlobal(e.text);
  }
  if (e.kind != ast::ExprKind::kMember) return std::nullopt;
  const Expr& owner = tree().Get(tree().Child(id, 0));
  const auto object = owner.kind == ast::ExprKind::kName && FindLocal(owner.text) == nullptr ? FindModule(owner.text) : std::nullopt;
  if (!object || Get(*object).index == kNoModule) return std::nullopt;
  const auto found = FindIn(Get(*object).index, tree().Names(id)[0].text);
  if (found) Get(*object).used = true;
  return found;
}

std::optional<SymbolId> Checker::SymbolOf(const ast::Path& path) {
  std::optional<SymbolId> at = path.names.size() > 1 ? FindModule(path.names.front().text) : std::nullopt;
  if (!at) at = FindGlobal(path.names.front().text);
  if (!at) {
    UnknownName(path.names.front());
    return std::nullopt;
  }
  for (size_t i = 1; i < path.names.size(); ++i) {
    Symbol& module = Get(*at);
    if (module.kind != SymbolKind::kModule) {
      Error(DiagnosticKind::kWrongKind, path.names[i - 1].span, fmt::format("`{}` is {}, not a module", module.name, SpellingOf(module.kind)));
      return std::nullopt;
    }
    module.used = true;
    if (module.index == kNoModule) return std::nullopt;
    at = FindIn(module.index, path.names[i].text);
    if (!at) {
      Error(DiagnosticKind::kUnknownName, path.names[i].span, fmt::format("module `{}` has no `{}`", module.name, path.names[i].text));
      return std::nullopt;
    }
  }
  return at;
}

void Checker::UnknownName(const ast::Name& name, bool call) {
  if (!call && row_unclear_) return;  // it may be a field
  Diagnostic diagnostic(DiagnosticKind::kUnknownName, name.span,
                        call ? fmt::format("unknown function `{}`", name.text) : fmt::format("unknown name `{}`", name.text));
  std::vector<std::string_view> known;
  for (const auto& [text, id] : names_[scope_.module]) {
    if (!call || Get(id).kind == SymbolKind::kFn) known.push_back(text);
  }
  if (call) {
    for (const BuiltinInfo& info : AllBuiltins()) {
      if (info.name.find(' ') == std::string_view::npos) known.push_back(info.name);
    }
  } else {
    for (const Env* env = scope_.env; env != nullptr; env = env->parent) {
      for (const auto& binding : env->bindings) known.push_back(binding.name);
    }
    if (row_module_ != kNoModule && row_module_ != scope_.module) {
      for (const Field& field : tables_.fields) known.push_back(field.name);
    }
  }
  // What other languages call them.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kForeign = {{{"length", "len"}, {"size", "len"}, {"strlen", "len"}, {"lowercase", "lower"}, {"tolower", "lower"},
                                                                                      {"to_lower", "lower"}, {"uppercase", "upper"}, {"toupper", "upper"}, {"to_upper", "upper"}, {"trim", "strip"}}};
  if (call) {
    for (const auto& [foreign, ours] : kForeign) known.push_back(foreign);
  }
  std::ranges::sort(known);
  auto nearest = Nearest(name.text, known);
  for (const auto& [foreign, ours] : kForeign) {
    if (call && (name.text == foreign || nearest == foreign)) nearest = std::string(ours);
  }
  if (nearest) {
    diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{name.span, *nearest}}});
  } else if (!call && !FindBuiltins(name.text).empty()) {
    diagnostic.helps.push_back({fmt::format("`{}` is a function: {}(...)", name.text, name.text), {}});
  } else if (!call && row_module_ == kNoModule) {
    diagnostic.notes.push_back("no schema says which fields a row has: schema Row { text: string }");
  }
  Report(std::move(diagnostic));
}

TypedId Checker::CheckName(ExprId id, TaskId hint) {
  const Expr& e = tree().Get(id);
  if (Env::Binding* local = FindLocal(e.text)) {
    local->used = true;
    if (local->let.has_value() && local->state != State::kDone) {
      if (local->state == State::kResolving) {
        Error(DiagnosticKind::kCyclicDefinition, local->span, fmt::format("`{}` is defined by itself", local->name));
        return {};
      }
      // A `let` of a family sees the family's variables.
      Env* owner = scope_.env;
      while (owner != nullptr && std::ranges::none_of(owner->bindings, [&](const Env::Binding& b) { return &b == local; })) owner = owner->parent;
      local->state = State::kResolving;
      In in(*this, {scope_.module, owner});
      local->value = AsValue(Check(tree().Get(local->let).As<ast::LetDecl>().value));
      local->state = State::kDone;
    }
    if (!local->value.has_value()) return {};
    return local->moves ? build_.Moved(local->value, e.span) : local->value;
  }
  const auto symbol = FindGlobal(e.text);
  if (!symbol) {
    if (const auto module = FindModule(e.text)) return CheckSymbol(*module, e.span, hint);
    // A label of a task of another module, where the other side of a comparison says which task is meant.
    if (hint.has_value()) {
      for (const ClassInfo& info : tables_.tasks[hint.index()].classes) {
        if (info.name == e.text) return build_.Const(tables_.types.Label(hint.value), Value::Int(info.id), e.span);
      }
    }
    UnknownName({e.text, e.span});
    return {};
  }
  return CheckSymbol(*symbol, e.span, hint);
}

TypedId Checker::CheckMember(ExprId id, TaskId hint) {
  const Expr& e = tree().Get(id);
  const ExprId object = tree().Child(id, 0);
  const ast::Name member = tree().Names(id)[0];
  if (const auto symbol = SymbolOf(id)) return CheckSymbol(*symbol, e.span, hint);
  const Expr& written = tree().Get(object);
  auto owner = written.kind == ast::ExprKind::kName && FindLocal(written.text) == nullptr ? FindModule(written.text) : std::nullopt;
  if (!owner) owner = SymbolOf(object);
  if (owner) {
    Symbol& symbol = Get(*owner);
    if (symbol.kind == SymbolKind::kModule) {
      symbol.used = true;
      if (symbol.index == kNoModule) return {};
      Diagnostic diagnostic(DiagnosticKind::kUnknownName, member.span, fmt::format("module `{}` has no `{}`", symbol.name, member.text));
      std::vector<std::string_view> known;
      for (const auto& [text, unused] : names_[symbol.index]) known.push_back(text);
      std::ranges::sort(known);
      if (const auto nearest = Nearest(member.text, known)) {
        diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{member.span, *nearest}}});
      }
      Report(std::move(diagnostic));
      return {};
    }
    if (symbol.kind == SymbolKind::kTask) {
      symbol.used = true;
      const auto label = LabelNamed(TaskId(symbol.index), member.text, member.span);
      if (!label) return {};
      return build_.Const(tables_.types.Label(symbol.index), Value::Int(label->id), e.span);
    }
    if (symbol.kind == SymbolKind::kUnsupported) return {};
  }
  const TypedId value = Check(object);
  if (!value.has_value()) return {};
  Report(Diagnostic(DiagnosticKind::kTypeMismatch, member.span, fmt::format("{} has no parts, so no `.{}`", Print(build_.TypeOf(value)), member.text))
             .WithPrimaryLabel("only modules, tasks and records have"));
  return {};
}

TypedId Checker::CheckSymbol(SymbolId id, SourceSpan span, TaskId hint) {
  Symbol& symbol = Get(id);
  symbol.used = true;
  switch (symbol.kind) {
    case SymbolKind::kField: return FieldOf(symbol, span);
    case SymbolKind::kParam: return build_.Leaf(TypedKind::kParam, tables_.params[symbol.index].type, symbol.index, span);
    case SymbolKind::kConst:
    case SymbolKind::kSet:
    case SymbolKind::kRegex:
      if (!Resolve(id)) return {};
      return build_.Moved(symbol.value, span);
    case SymbolKind::kLet:
      if (!Resolve(id)) return {};
      return symbol.value;
    case SymbolKind::kRule: {
      if (!CheckRule(symbol.index)) return {};
      return build_.Leaf(TypedKind::kVote, tables_.types.Label(program_.rules[symbol.index].task.value), symbol.index, span);
    }
    case SymbolKind::kSlice: {
      if (!CheckSlice(symbol.index)) return {};
      // A row is in a slice or it is not.
      return build_.Make(TypedKind::kCoalesce, kBoolType, {program_.slices[symbol.index].condition, build_.Bool(false, span)}, span);
    }
    case SymbolKind::kLabel: {
      if (symbol.labels.size() == 1) return build_.Const(tables_.types.Label(symbol.labels[0].first.value), Value::Int(symbol.labels[0].second), span);
      for (const auto& [task, label] : symbol.labels) {
        if (task == hint) return build_.Const(tables_.types.Label(task.value), Value::Int(label), span);
      }
      const std::string& first = tables_.tasks[symbol.labels[0].first.index()].name;
      Report(Diagnostic(DiagnosticKind::kAmbiguousLabel, span, fmt::format("several tasks have a label `{}`", symbol.name))
                 .WithHelp(fmt::format("say which task: {}.{}", first, symbol.name)));
      return {};
    }
    case SymbolKind::kUnsupported: return {};
    case SymbolKind::kFn:
      Report(Diagnostic(DiagnosticKind::kWrongKind, span, fmt::format("`{}` is a function", symbol.name)).WithHelp(fmt::format("call it: {}(...)", symbol.name)));
      return {};
    case SymbolKind::kModule:
    case SymbolKind::kTask:
    case SymbolKind::kSchema:
      Error(DiagnosticKind::kWrongKind, span, fmt::format("`{}` is {}, not a value", symbol.name, SpellingOf(symbol.kind)));
      return {};
  }
  return {};
}

TypedId Checker::FieldOf(const Symbol& symbol, SourceSpan span) {
  const auto found = row_fields_.find(std::string(symbol.name));
  if (found == row_fields_.end()) {
    Report(Diagnostic(DiagnosticKind::kBadSchema, span, fmt::format("the row has no field `{}`", symbol.name))
               .WithLabel(symbol.span, "the module that is used here expects it"));
    return {};
  }
  const FieldId field = found->second;
  if (bad_fields_[field.index()]) return {};
  return build_.Leaf(TypedKind::kField, tables_.fields[field.index()].type, field.index(), span);
}

std::optional<TaskId> Checker::TaskOf(const ast::Path& path) {
  const auto found = SymbolOf(path);
  if (!found) return std::nullopt;
  Symbol& symbol = Get(*found);
  if (symbol.kind != SymbolKind::kTask) {
    Error(DiagnosticKind::kWrongKind, path.span, fmt::format("`{}` is {}, not a task", symbol.name, SpellingOf(symbol.kind)));
    return std::nullopt;
  }
  symbol.used = true;
  return TaskId(symbol.index);
}

std::optional<Checker::LabelRef> Checker::LabelNamed(TaskId task, std::string_view name, SourceSpan span, LabelText written) {
  const Task& t = tables_.tasks[task.index()];
  for (const ClassInfo& info : t.classes) {
    if (info.name == name) return LabelRef{task, info.id};
  }
  Diagnostic diagnostic(DiagnosticKind::kUnknownLabel, span, fmt::format("task {} has no label `{}`", t.name, name));
  std::vector<std::string_view> known;
  for (const ClassInfo& info : t.classes) known.push_back(info.name);
  if (const auto nearest = Nearest(name, known)) {
    Help help{fmt::format("did you mean `{}`?", *nearest), {}};
    switch (written) {
      case LabelText::kName: help.edits.push_back({span, *nearest}); break;
      case LabelText::kString: help.edits.push_back({span, fmt::format("\"{}\"", *nearest)}); break;
      case LabelText::kComputed: break;
    }
    diagnostic.helps.push_back(std::move(help));
  }
  if (known.size() <= 20) diagnostic.notes.push_back(fmt::format("its labels are: {}", fmt::join(known, ", ")));
  if (task_spans_[task.index()].has_value()) diagnostic.labels.push_back({task_spans_[task.index()], "the task is declared here"});
  Report(std::move(diagnostic));
  return std::nullopt;
}

std::string Checker::WhatIs(ExprId id, TypedId value) {
  if (const auto symbol = SymbolOf(id)) return fmt::format("`{}` is {}", Get(*symbol).name, SpellingOf(Get(*symbol).kind));
  return value.has_value() ? fmt::format("this is {}", Print(build_.TypeOf(value))) : "this is none";
}

void Checker::WrongTask(TaskId expected, TaskId found, SourceSpan span) {
  Report(Diagnostic(DiagnosticKind::kWrongTask, span,
                    fmt::format("a label of task {} where one of task {} is needed", tables_.tasks[found.index()].name, tables_.tasks[expected.index()].name)));
}

std::optional<Checker::LabelRef> Checker::LabelOfCall(ExprId id, TaskId task) {
  const auto arguments = tree().Arguments(id);
  const SourceSpan span = tree().Get(id).span;
  if (arguments.size() != 1) {
    Error(DiagnosticKind::kArgumentCount, span, fmt::format("`{}(...)` takes one text, the name of a label", tables_.tasks[task.index()].name));
    return std::nullopt;
  }
  const auto name = ConstantOf(arguments[0], kStringType, "the name of a label");
  if (!name) return std::nullopt;
  if (name->is_null()) {
    Error(DiagnosticKind::kNullConstant, tree().Get(arguments[0]).span, "the name of a label is null");
    return std::nullopt;
  }
  const Expr& written = tree().Get(arguments[0]);
  return LabelNamed(task, name->as_string(), written.span, written.kind == ast::ExprKind::kString ? LabelText::kString : LabelText::kComputed);
}

std::optional<Checker::LabelRef> Checker::LabelOf(ExprId id, TaskId expected) {
  const Expr& e = tree().Get(id);
  if (e.kind == ast::ExprKind::kError) return std::nullopt;
  if (e.kind == ast::ExprKind::kAbstain) return LabelRef{};
  std::optional<LabelRef> found;
  if (e.kind == ast::ExprKind::kName) {
    const auto symbol = FindGlobal(e.text);
    if (symbol && Get(*symbol).kind == SymbolKind::kLabel) {
      Get(*symbol).used = true;
      const auto& labels = Get(*symbol).labels;
      for (const auto& [task, label] : labels) {
        if (task == expected) return LabelRef{task, label};
      }
      if (labels.size() == 1) {
        found = LabelRef{labels[0].first, labels[0].second};
      } else {
        const TypedId reports = CheckSymbol(*symbol, e.span, expected);
        if (!reports.has_value()) return std::nullopt;
      }
    } else if (expected.has_value()) {
      return LabelNamed(expected, e.text, e.span);
    } else if (symbol) {
      if (Get(*symbol).kind != SymbolKind::kUnsupported) {
        Error(DiagnosticKind::kWrongKind, e.span, fmt::format("`{}` is {}, not a label", e.text, SpellingOf(Get(*symbol).kind)));
      }
      return std::nullopt;
    } else {
      // No task has it. Where there is one task only, it is meant.
      if (tables_.tasks.size() == 1) return LabelNamed(TaskId(0), e.text, e.span);
      Diagnostic diagnostic(DiagnosticKind::kUnknownLabel, e.span, fmt::format("no task has a label `{}`", e.text));
      std::vector<std::string_view> known;
      for (const Task& task : tables_.tasks) {
        for (const ClassInfo& info : task.classes) known.push_back(info.name);
      }
      if (const auto nearest = Nearest(e.text, known)) {
        diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{e.span, *nearest}}});
      }
      if (tables_.tasks.empty()) diagnostic.notes.push_back("no task is declared: labels Task { A, B }");
      Report(std::move(diagnostic));
      return std::nullopt;
    }
  } else if (e.kind == ast::ExprKind::kCall) {
    const auto callee = SymbolOf(tree().Child(id, 0));
    if (callee && Get(*callee).kind == SymbolKind::kTask) {
      Get(*callee).used = true;
      found = LabelOfCall(id, TaskId(Get(*callee).index));
    } else {
      Error(DiagnosticKind::kUnknownLabel, e.span, "this is no label; a text becomes one by its task, as in Task(name)");
      return std::nullopt;
    }
  } else {
    const TypedId value = Check(id, expected);
    if (!value.has_value()) return std::nullopt;
    const TypeInfo& type = tables_.types.Get(build_.TypeOf(value));
    if (type.kind != TypeKind::kLabel || !build_.IsConstant(value)) {
      Error(DiagnosticKind::kUnknownLabel, e.span, "this is no label");
      return std::nullopt;
    }
    found = LabelRef{TaskId(type.payload), static_cast<int32_t>(build_.ValueOf(value).as_int())};
  }
  if (found && expected.has_value() && found->task != expected) {
    WrongTask(expected, found->task, e.span);
    return std::nullopt;
  }
  return found;
}

// The task of an expression that is a rule's name; no messages.
TaskId Checker::HintOf(ExprId id) {
  const auto symbol = SymbolOf(id);
  if (!symbol || Get(*symbol).kind != SymbolKind::kRule) return {};
  if (!CheckRule(Get(*symbol).index)) return {};
  return program_.rules[Get(*symbol).index].task;
}

}  // namespace assay::sema
