// What modules declare, and resolving a declaration when something first needs it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/ast/print.h"
#include "compiler/sema/checker.h"
#include "compiler/sema/suggest.h"

namespace assay {

std::unique_ptr<CheckedProgram> Check(SourceStore& sources, ast::Ast main, const CheckOptions& options, DiagnosticSink& sink) {
  auto program = std::make_unique<CheckedProgram>();
  sema::Checker(sources, options, sink, *program).Run(std::move(main));
  return program;
}

namespace sema {

std::string_view SpellingOf(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::kModule: return "a module";
    case SymbolKind::kTask: return "a task";
    case SymbolKind::kLabel: return "a label";
    case SymbolKind::kSchema: return "a schema";
    case SymbolKind::kField: return "a field";
    case SymbolKind::kParam: return "a parameter";
    case SymbolKind::kConst: return "a constant";
    case SymbolKind::kSet: return "a set";
    case SymbolKind::kRegex: return "a pattern";
    case SymbolKind::kLet: return "a derived column";
    case SymbolKind::kFn: return "a function";
    case SymbolKind::kRule: return "a rule";
    case SymbolKind::kSlice: return "a slice";
    case SymbolKind::kUnsupported: return "something that is not supported yet";
  }
  return "";
}

void Checker::Run(ast::Ast main_tree) {
  modules_ = ModuleLoader(sources_, options_.stdlib.empty() ? DefaultStdlib() : options_.stdlib, sink_).Load(std::move(main_tree), options_.root);
  names_.resize(modules_.size());
  aliases_.resize(modules_.size());
  for (uint32_t m = 0; m < modules_.size(); ++m) Declare(m);
  FinishTaskParents();
  for (const auto& step : deferred_) step();
  // Members of families need the sets they run over, which may stand anywhere: rules are declared when all else is.
  for (uint32_t m = 0; m < modules_.size(); ++m) {
    for (const DeclId id : TreeOf(m).declarations()) {
      const ast::DeclKind kind = TreeOf(m).Get(id).kind();
      if (kind == ast::DeclKind::kLf || kind == ast::DeclKind::kSlice) DeclareInstance({m, nullptr}, id, {}, {}, false);
      if (kind == ast::DeclKind::kFor) ExpandFamily({m, nullptr}, id, {}, {}, false);
    }
  }
  ResolveAll();
  for (size_t i = 0; i < sources_.size(); ++i) tables_.files.emplace_back(sources_.Name(FileId(i)));
  if (sink_.has_errors()) return;
  WarnUnused();
  WarnUnvoted();
  WarnNaming();
}

void Checker::Error(DiagnosticKind kind, SourceSpan span, std::string message) { Report(Diagnostic(kind, span, std::move(message))); }

void Checker::Unsupported(SourceSpan span, std::string_view what) {
  Error(DiagnosticKind::kUnsupported, span, fmt::format("{} are not supported yet", what));
}

void Checker::NeedsType(SourceSpan span, std::string_view needed, TypeId found) {
  Report(Diagnostic(DiagnosticKind::kTypeMismatch, span, fmt::format("{} is needed here, this is {}", needed, Print(found)))
             .WithPrimaryLabel(Print(found)));
}

std::string Checker::Print(TypeId type) const {
  const TypeInfo& info = tables_.types.Get(type);
  if (info.kind == TypeKind::kLabel) return tables_.tasks[info.payload].name;
  if (info.kind == TypeKind::kList) return fmt::format("list<{}>", Print(info.operands[0]));
  return tables_.types.Print(type);
}

// --- Declaring -----------------------------------------------------------------------------------------------------------

void Checker::Declare(uint32_t module) {
  DeclareSchemas(module);
  for (const DeclId id : TreeOf(module).declarations()) DeclareOne(module, id);
}

SymbolId Checker::AddSymbol(Symbol symbol) {
  symbols_.push_back(std::move(symbol));
  const SymbolId id(symbols_.size() - 1);
  const Symbol& added = symbols_.back();
  if (added.name.empty()) return id;
  auto& names = added.kind == SymbolKind::kModule ? aliases_ : names_;
  const auto [at, fresh] = names[added.module].emplace(added.name, id);
  if (fresh) return id;
  Symbol& before = Get(at->second);
  if (before.kind == SymbolKind::kLabel && added.kind == SymbolKind::kLabel) {
    before.labels.insert(before.labels.end(), added.labels.begin(), added.labels.end());
    return at->second;
  }
  Report(Diagnostic(DiagnosticKind::kDuplicateName, added.span, fmt::format("`{}` is declared twice", added.name))
             .WithPrimaryLabel(fmt::format("{} of this name", SpellingOf(added.kind)))
             .WithLabel(before.span, fmt::format("{} of this name is here", SpellingOf(before.kind))));
  return id;
}

void Checker::DeclareOne(uint32_t module, DeclId id) {
  const ast::Decl& decl = TreeOf(module).Get(id);
  CheckAttributes(module, decl);
  const auto add = [&](SymbolKind kind, uint32_t index = 0) {
    return AddSymbol({.kind = kind, .name = decl.name.text, .span = decl.name.span, .module = module, .decl = id, .index = index, .value = {}, .labels = {}});
  };
  const auto refuse = [&](std::string_view what) {
    Unsupported(decl.keyword_span, what);
    add(SymbolKind::kUnsupported);
  };
  switch (decl.kind()) {
    case ast::DeclKind::kPack:
      if (module == main()) {
        tables_.pack_name = decl.name.text;
        tables_.pack_version = decl.As<ast::PackDecl>().version.text;
      }
      break;
    case ast::DeclKind::kImport: {
      const auto found = modules_[module].imports.find(id);
      add(SymbolKind::kModule, found == modules_[module].imports.end() ? kNoModule : found->second);
      break;
    }
    case ast::DeclKind::kLabels: DeclareTask(module, id); break;
    case ast::DeclKind::kSchema: break;
    case ast::DeclKind::kParam: DeclareParam(Get(add(SymbolKind::kParam))); break;
    case ast::DeclKind::kConst: add(SymbolKind::kConst); break;
    case ast::DeclKind::kSet: add(SymbolKind::kSet); break;
    case ast::DeclKind::kMap: refuse("maps"); break;
    case ast::DeclKind::kRelation: refuse("relations"); break;
    case ast::DeclKind::kRegex: add(SymbolKind::kRegex); break;
    case ast::DeclKind::kLet: add(SymbolKind::kLet); break;
    case ast::DeclKind::kFn: add(SymbolKind::kFn); break;
    case ast::DeclKind::kExternFn: refuse("functions of the host"); break;
    case ast::DeclKind::kTransform: refuse("transformations"); break;
    case ast::DeclKind::kLf:
    case ast::DeclKind::kFor:
    case ast::DeclKind::kSlice:
    case ast::DeclKind::kModel:
    case ast::DeclKind::kTest: break;
  }
}

void Checker::CheckAttributes(uint32_t module, const ast::Decl& decl) {
  constexpr std::array<std::string_view, 4> kNames = {"allow", "disabled", "group", "author"};
  const bool rules = decl.kind() == ast::DeclKind::kLf || decl.kind() == ast::DeclKind::kFor || decl.kind() == ast::DeclKind::kSlice;
  for (const ast::Attribute& attribute : decl.attributes) {
    const std::string_view name = attribute.name.text;
    if (std::ranges::find(kNames, name) == kNames.end()) {
      Diagnostic diagnostic(DiagnosticKind::kUnknownAttribute, attribute.name.span, fmt::format("there is no attribute `@{}`", name));
      if (const auto nearest = Nearest(name, kNames)) {
        diagnostic.helps.push_back({fmt::format("did you mean `@{}`?", *nearest), {{attribute.name.span, *nearest}}});
      }
      diagnostic.notes.push_back("there are: @allow(warning), @disabled, @group(\"...\"), @author(\"...\")");
      Report(std::move(diagnostic));
    } else if (name != "allow" && !rules) {
      Error(DiagnosticKind::kUnknownAttribute, attribute.span, fmt::format("`@{}` goes with rules only", name));
    } else if (name == "disabled" && !attribute.arguments.empty()) {
      Error(DiagnosticKind::kUnknownAttribute, attribute.span, "`@disabled` takes no arguments");
    } else if (name == "group" || name == "author") {
      const bool text = attribute.arguments.size() == 1 && TreeOf(module).Get(attribute.arguments[0]).kind == ast::ExprKind::kString;
      if (!text) Error(DiagnosticKind::kUnknownAttribute, attribute.span, fmt::format("`@{}` takes one text, as in @{}(\"...\")", name, name));
    }
  }
}

void Checker::DeclareTask(uint32_t module, DeclId id) {
  const ast::Decl& decl = TreeOf(module).Get(id);
  const auto& labels = decl.As<ast::LabelsDecl>();
  const TaskId task(tables_.tasks.size());
  tables_.tasks.push_back({.name = std::string(decl.name.text), .classes = {}, .parent = {}});
  task_spans_.push_back(decl.name.span);
  label_spans_.emplace_back();
  task_decls_.emplace_back(module, id);
  AddSymbol({.kind = SymbolKind::kTask, .name = decl.name.text, .span = decl.name.span, .module = module, .decl = id, .index = task.value, .value = {}, .labels = {}});
  constexpr int64_t kMaxLabel = 32'767;
  int64_t next = 0;
  int64_t spare = kMaxLabel;  // after an error: ids that nobody can have written
  std::unordered_map<std::string_view, size_t> by_name;
  std::unordered_map<int64_t, size_t> by_id;
  for (const auto& label : labels.labels) {
    const SourceSpan span = label.name.span;
    int64_t value = label.value.has_value() ? TreeOf(module).Get(label.value).value : next;
    if (const auto [at, fresh] = by_name.emplace(label.name.text, label_spans_.back().size()); !fresh) {
      Report(Diagnostic(DiagnosticKind::kDuplicateName, span, fmt::format("task {} has two labels `{}`", decl.name.text, label.name.text))
                 .WithLabel(label_spans_.back()[at->second], "the first is here"));
      continue;
    }
    bool taken = false;
    if (value < 0 || value > kMaxLabel) {
      Error(DiagnosticKind::kBadLabels, label.value.has_value() ? TreeOf(module).Get(label.value).span : span,
            value == -1 ? std::string("-1 is how an abstention is written, labels count from 0") : fmt::format("the id of a label is between 0 and {}", kMaxLabel));
      taken = true;
    } else if (const auto [at, fresh] = by_id.emplace(value, label_spans_.back().size()); !fresh) {
      Report(Diagnostic(DiagnosticKind::kBadLabels, span, fmt::format("two labels of task {} have the id {}", decl.name.text, value))
                 .WithLabel(label_spans_.back()[at->second], "the other is here"));
      taken = true;
    }
    // With an id of its own it remains a label that rules may name.
    if (taken) value = ++spare;
    if (!taken) next = value + 1;
    tables_.tasks.back().classes.push_back({std::string(label.name.text), static_cast<int32_t>(value)});
    label_spans_.back().push_back(span);
    AddSymbol({.kind = SymbolKind::kLabel, .name = label.name.text, .span = span, .module = module, .decl = id, .value = {}, .labels = {{task, static_cast<int32_t>(value)}}});
  }
  if (labels.labels.empty() && !decl.has_error) {
    Error(DiagnosticKind::kBadLabels, decl.name.span, fmt::format("task {} has no labels", decl.name.text));
  }
}

void Checker::FinishTaskParents() {
  for (size_t t = 0; t < task_decls_.size(); ++t) {
    const auto [module, id] = task_decls_[t];
    const auto& labels = TreeOf(module).Get(id).As<ast::LabelsDecl>();
    In in(*this, {module, nullptr});
    TaskId parent;
    if (labels.parent.has_value()) {
      const auto found = TaskOf(labels.parent);
      if (!found) continue;
      if (found->index() == t) {
        Error(DiagnosticKind::kBadLabels, labels.parent.span, "a task cannot refine itself");
        continue;
      }
      parent = *found;
      if (parent.index() > t) {
        Report(Diagnostic(DiagnosticKind::kBadLabels, labels.parent.span,
                          fmt::format("task {} refines {}, which is declared only after it", tables_.tasks[t].name, tables_.tasks[parent.index()].name))
                   .WithLabel(task_spans_[parent.index()], "this must come first"));
        continue;
      }
      tables_.tasks[t].parent = parent;
    }
    // Each class refines a class of its own, or none does.
    const bool some = std::ranges::any_of(labels.labels, [](const auto& label) { return label.parent.has_value(); });
    std::vector<int32_t> refined;
    bool complete = parent.has_value() && some;
    for (const auto& label : labels.labels) {
      if (!label.parent.has_value()) {
        if (parent.has_value() && some) {
          Report(Diagnostic(DiagnosticKind::kBadLabels, label.name.span,
                            fmt::format("label `{}` does not say which label of {} it refines", label.name.text, tables_.tasks[parent.index()].name))
                     .WithHelp(fmt::format("the other labels of {} do: {}: LABEL", tables_.tasks[t].name, label.name.text)));
          complete = false;
        }
        continue;
      }
      if (!parent.has_value()) {
        Report(Diagnostic(DiagnosticKind::kBadLabels, label.parent.span, fmt::format("task {} refines no other task", tables_.tasks[t].name))
                   .WithHelp(fmt::format("name it: labels {}: Parent {{ ... }}", tables_.tasks[t].name)));
        break;
      }
      const auto found = LabelNamed(parent, label.parent.text, label.parent.span);
      if (found) refined.push_back(found->id);
    }
    if (complete && refined.size() == tables_.tasks[t].classes.size()) tables_.tasks[t].parent_classes = std::move(refined);
  }
}

void Checker::DeclareSchemas(uint32_t module) {
  const ast::Ast& tree = TreeOf(module);
  std::vector<DeclId> schemas;
  std::vector<std::string_view> contained;
  const auto mention = [&](auto& self, ast::TypeExprId type) -> void {
    if (!type.has_value()) return;
    const ast::TypeExpr& t = tree.Get(type);
    contained.push_back(t.name.text);
    for (const ast::TypeExprId argument : t.arguments) self(self, argument);
  };
  for (const DeclId id : tree.declarations()) {
    const ast::Decl& decl = tree.Get(id);
    if (decl.kind() != ast::DeclKind::kSchema) continue;
    schemas.push_back(id);
    AddSymbol({.kind = SymbolKind::kSchema, .name = decl.name.text, .span = decl.name.span, .module = module, .decl = id, .value = {}, .labels = {}});
    for (const auto& field : decl.As<ast::SchemaDecl>().fields) mention(mention, field.type);
  }
  DeclId row;
  for (const DeclId id : schemas) {
    const ast::Name& name = tree.Get(id).name;
    if (std::ranges::find(contained, name.text) != contained.end()) continue;
    if (row.has_value()) {
      Report(Diagnostic(DiagnosticKind::kBadSchema, name.span, "two schemas describe the row")
                 .WithPrimaryLabel("no other schema contains this one")
                 .WithLabel(tree.Get(row).name.span, "nor this one")
                 .WithNote("the schema that no other schema contains is the row that rules see")
                 .WithHelp("put the fields of both into one schema, or make one the type of a field of the other"));
      row_unclear_ = true;
      return;
    }
    row = id;
  }
  if (!row.has_value()) {
    if (!schemas.empty()) {
      Error(DiagnosticKind::kBadSchema, tree.Get(schemas.front()).name.span, "no schema describes the row: every one is contained in another");
      row_unclear_ = true;
    }
    return;
  }
  DeclareFields(module, row);
}

void Checker::DeclareFields(uint32_t module, DeclId schema) {
  // The main module comes last: its schema takes the place of an imported one.
  if (module == main() || row_module_ == kNoModule) {
    row_module_ = module;
    tables_.fields.clear();
    row_fields_.clear();
    bad_fields_.clear();
  }
  const bool is_row = row_module_ == module;
  In in(*this, {module, nullptr});
  for (const auto& field : tree().Get(schema).As<ast::SchemaDecl>().fields) {
    const auto type = field.type.has_value() ? ResolveType(field.type, true) : std::nullopt;
    AddSymbol({.kind = SymbolKind::kField, .name = field.name.text, .span = field.name.span, .module = module, .decl = schema,
               .index = static_cast<uint32_t>(is_row ? tables_.fields.size() : 0), .value = {}, .labels = {}});
    if (!is_row) continue;
    row_fields_.emplace(std::string(field.name.text), FieldId(tables_.fields.size()));
    Field added{.name = std::string(field.name.text),
                .column = std::string(field.column.has_value() ? field.column.text : field.name.text),
                .type = type ? type->first : kStringType,
                .nullable = !type || type->second,
                .has_default = false,
                .default_value = {},
                .span = field.name.span};
    bad_fields_.push_back(!type);
    if (type && field.default_value.has_value()) {
      deferred_.push_back([this, module, at = tables_.fields.size(), default_value = field.default_value] { SetDefault(module, at, default_value); });
    }
    tables_.fields.push_back(std::move(added));
  }
}

void Checker::SetDefault(uint32_t module, size_t at, ExprId default_value) {
  if (module != row_module_) return;
  In in(*this, {module, nullptr});
  Field& field = tables_.fields[at];
  const auto value = ConstantOf(default_value, field.type, "the default");
  if (!value) return;
  field.has_default = true;
  field.default_value = *value;
  if (value->is_null() && !field.nullable) {
    Error(DiagnosticKind::kNullConstant, tree().Get(default_value).span,
          fmt::format("the default is null, but `{}` cannot be missing; declare it {}?", field.name, Print(field.type)));
  }
}

void Checker::DeclareParam(Symbol& symbol) {
  In in(*this, {symbol.module, nullptr});
  const auto& param = DeclOf(symbol).As<ast::ParamDecl>();
  symbol.state = State::kDone;
  symbol.index = static_cast<uint32_t>(tables_.params.size());
  const auto type = param.type.has_value() ? ResolveType(param.type, true) : std::nullopt;
  if (type && type->second) {
    Error(DiagnosticKind::kUnsupported, tree().Get(param.type).span, "parameters that may be null are not supported yet");
  }
  tables_.params.push_back({.name = std::string(symbol.name), .type = type ? type->first : kIntType, .value = Value::Null(), .span = symbol.span});
  if (!type || !param.value.has_value()) {
    symbol.kind = SymbolKind::kUnsupported;
    return;
  }
  deferred_.push_back([this, &symbol, value_id = param.value] {
    In scope(*this, {symbol.module, nullptr});
    Param& declared = tables_.params[symbol.index];
    const auto value = ConstantOf(value_id, declared.type, "the value of a parameter");
    if (!value) return;
    declared.value = *value;
    if (value->is_null()) Error(DiagnosticKind::kNullConstant, tree().Get(value_id).span, "the value of a parameter cannot be null");
  });
}

std::optional<std::pair<TypeId, bool>> Checker::ResolveType(ast::TypeExprId id, bool for_field) {
  const ast::TypeExpr& type = tree().Get(id);
  const std::string_view name = type.name.text;
  if (type.tuple) {
    Unsupported(type.span, "tuples");
    return std::nullopt;
  }
  if (!type.qualifier.has_value()) {
    if (name == "bool") return std::pair(kBoolType, type.nullable);
    if (name == "int") return std::pair(kIntType, type.nullable);
    if (name == "float") return std::pair(kFloatType, type.nullable);
    if (name == "string") return std::pair(kStringType, type.nullable);
    if (name == "date") return Unsupported(type.span, "dates"), std::nullopt;
    if (name == "timestamp") return Unsupported(type.span, "timestamps"), std::nullopt;
    if (name == "duration") return Unsupported(type.span, "durations"), std::nullopt;
    if (name == "span") return Unsupported(type.span, "spans"), std::nullopt;
    if (name == "map") return Unsupported(type.span, "maps"), std::nullopt;
    if (name == "regex" && !for_field) return std::pair(kRegexType, false);
    if (name == "list" || name == "set") {
      if (for_field) return Unsupported(type.span, fmt::format("fields that are {}s", name)), std::nullopt;
      if (type.arguments.size() != 1) {
        Error(DiagnosticKind::kUnknownType, type.span, fmt::format("`{}` takes the type of its members, as in {}<string>", name, name));
        return std::nullopt;
      }
      const auto element = ResolveType(type.arguments[0], false);
      if (!element) return std::nullopt;
      return std::pair(name == "list" ? tables_.types.List(element->first) : tables_.types.Set(element->first), type.nullable);
    }
  }
  const auto symbol = type.qualifier.has_value() ? std::nullopt : FindIn(scope_.module, name);
  if (type.qualifier.has_value() || (symbol && Get(*symbol).kind == SymbolKind::kSchema)) {
    Unsupported(type.span, "nested records");
    return std::nullopt;
  }
  if (symbol && Get(*symbol).kind == SymbolKind::kTask) {
    Unsupported(type.span, "labels as values of fields and parameters");
    return std::nullopt;
  }
  constexpr std::array<std::string_view, 10> kTypes = {"bool", "int", "float", "string", "date", "timestamp", "duration", "span", "list", "set"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kForeign = {{{"str", "string"}, {"text", "string"}, {"String", "string"}, {"integer", "int"},
                                                                                      {"boolean", "bool"}, {"double", "float"}, {"number", "float"}, {"long", "int"}}};
  Diagnostic diagnostic(DiagnosticKind::kUnknownType, type.name.span, fmt::format("there is no type `{}`", name));
  auto nearest = Nearest(name, kTypes);
  for (const auto& [foreign, ours] : kForeign) {
    if (name == foreign) nearest = std::string(ours);
  }
  if (nearest) diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{type.name.span, *nearest}}});
  Report(std::move(diagnostic));
  return std::nullopt;
}

// --- Resolving -----------------------------------------------------------------------------------------------------------

bool Checker::Resolve(SymbolId id) {
  Symbol& symbol = Get(id);
  if (symbol.state == State::kDone) return symbol.value.has_value();
  if (symbol.state == State::kResolving) {
    Error(DiagnosticKind::kCyclicDefinition, symbol.span, fmt::format("`{}` is defined by itself", symbol.name));
    symbol.value = {};
    symbol.state = State::kDone;
    return false;
  }
  symbol.state = State::kResolving;
  const ast::Decl& decl = DeclOf(symbol);
  In in(*this, {symbol.module, nullptr});
  TypedId value;
  if (!decl.has_error) {
    if (symbol.kind == SymbolKind::kConst) {
      const ExprId expr = decl.As<ast::ConstDecl>().value;
      value = CheckValue(expr);
      if (value.has_value() && !build_.IsConstant(value)) {
        Error(DiagnosticKind::kNotConstant, tree().Get(expr).span, "a constant is known before any row is; use `let` for a value of the row");
        value = {};
      }
    } else if (symbol.kind == SymbolKind::kLet) {
      value = AsValue(Check(decl.As<ast::LetDecl>().value));
    } else if (symbol.kind == SymbolKind::kSet) {
      value = ResolveSet(symbol);
    } else if (symbol.kind == SymbolKind::kRegex) {
      const ExprId expr = decl.As<ast::RegexDecl>().value;
      value = Check(expr);
      if (value.has_value() && build_.TypeOf(value) != kRegexType) {
        NeedsType(tree().Get(expr).span, "a pattern", build_.TypeOf(value));
        value = {};
      }
    }
  }
  if (symbol.state == State::kDone) return false;  // it needed itself
  symbol.value = value;
  symbol.state = State::kDone;
  return value.has_value();
}

void Checker::ResolveAll() {
  for (size_t i = 0; i < symbols_.size(); ++i) {
    Symbol& symbol = symbols_[i];
    if (symbol.module != main()) continue;
    switch (symbol.kind) {
      case SymbolKind::kConst:
      case SymbolKind::kLet:
      case SymbolKind::kSet:
      case SymbolKind::kRegex: Resolve(SymbolId(i)); break;
      case SymbolKind::kFn: CheckFunctionAlone(SymbolId(i)); break;
      case SymbolKind::kModule:
      case SymbolKind::kTask:
      case SymbolKind::kLabel:
      case SymbolKind::kSchema:
      case SymbolKind::kField:
      case SymbolKind::kParam:
      case SymbolKind::kRule:
      case SymbolKind::kSlice:
      case SymbolKind::kUnsupported: break;
    }
  }
  // After a member of a family with an error, the others would say the same again.
  DeclId broken;
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].scope.module != main() || (rules_[i].decl == broken && !rules_[i].member.empty())) continue;
    const size_t errors = sink_.error_count();
    CheckRule(i);
    if (sink_.error_count() > errors) broken = rules_[i].decl;
  }
  for (uint32_t i = 0; i < slices_.size(); ++i) {
    if (slices_[i].scope.module != main() || (slices_[i].decl == broken && !slices_[i].member.empty())) continue;
    const size_t errors = sink_.error_count();
    CheckSlice(i);
    if (sink_.error_count() > errors) broken = slices_[i].decl;
  }
  for (const DeclId id : TreeOf(main()).declarations()) {
    const ast::Decl& decl = TreeOf(main()).Get(id);
    if (decl.has_error) continue;
    In in(*this, {main(), nullptr});
    if (decl.kind() == ast::DeclKind::kTest) CheckTest(decl);
    if (decl.kind() == ast::DeclKind::kModel) CheckModel(decl);
  }
}

TypedId Checker::ConvertConstant(TypedId id, TypeId type, std::string_view what) {
  if (!id.has_value()) return {};
  const SourceSpan span = build_.Get(id).span;
  const TypedId converted = Widen(id, type);
  if (!converted.has_value()) {
    NeedsType(span, fmt::format("{} {}", type == kIntType ? "an" : "a", Print(type)), build_.TypeOf(id));
    return {};
  }
  if (!build_.IsConstant(converted)) {
    Error(DiagnosticKind::kNotConstant, span, fmt::format("{} must be known before any row is", what));
    return {};
  }
  return converted;
}

std::optional<Value> Checker::ConstantOf(ExprId id, TypeId type, std::string_view what) {
  const TypedId converted = ConvertConstant(CheckValue(id), type, what);
  if (!converted.has_value()) return std::nullopt;
  return build_.ValueOf(converted);
}

}  // namespace sema
}  // namespace assay
