// Warnings about a program as a whole: unused names, labels without a rule, naming.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/sema/checker.h"
#include "compiler/sema/suggest.h"

namespace assay::sema {

void Checker::WarnUnused() {
  // A file without rules is there for others to import.
  const bool library = std::ranges::none_of(rules_, [&](const Instance& r) { return r.scope.module == main(); });
  if (library) return;
  for (const Symbol& symbol : symbols_) {
    if (symbol.module != main() || symbol.used || symbol.name.starts_with('_')) continue;
    switch (symbol.kind) {
      case SymbolKind::kParam:
      case SymbolKind::kConst:
      case SymbolKind::kSet:
      case SymbolKind::kRegex:
      case SymbolKind::kLet:
      case SymbolKind::kFn:
      case SymbolKind::kModule:
        Report(Diagnostic(DiagnosticKind::kUnusedName, symbol.span.has_value() && symbol.span.end > symbol.span.begin ? symbol.span : DeclOf(symbol).span,
                          fmt::format("nothing uses {} `{}`", SpellingOf(symbol.kind).substr(2), symbol.name)));
        break;
      case SymbolKind::kTask:
      case SymbolKind::kLabel:
      case SymbolKind::kSchema:
      case SymbolKind::kField:
      case SymbolKind::kRule:
      case SymbolKind::kSlice:
      case SymbolKind::kUnsupported: break;
    }
  }
}

void Checker::WarnUnvoted() {
  std::set<std::pair<TaskId, int32_t>> voted;
  std::set<TaskId> tasks;
  for (const CheckedRule& rule : program_.rules) {
    if (!rule.votes) continue;
    tasks.insert(rule.task);
    for (const CheckedBranch& branch : rule.branches) voted.emplace(rule.task, branch.label);
  }
  if (tasks.empty()) return;
  for (size_t t = 0; t < tables_.tasks.size(); ++t) {
    if (task_decls_[t].first != main()) continue;
    const Task& task = tables_.tasks[t];
    if (!tasks.contains(TaskId(t))) {
      Report(Diagnostic(DiagnosticKind::kUnvotedLabel, task_spans_[t], fmt::format("no rule votes in task {}", task.name)));
      continue;
    }
    for (size_t c = 0; c < task.classes.size(); ++c) {
      if (voted.contains({TaskId(t), task.classes[c].id})) continue;
      Report(Diagnostic(DiagnosticKind::kUnvotedLabel, label_spans_[t][c], fmt::format("no rule votes for `{}`", task.classes[c].name)));
    }
  }
}

void Checker::WarnNaming() {
  const auto check = [&](std::string_view name, SourceSpan span, NameStyle style, std::string_view what, std::string_view style_name) {
    const std::string wanted = InStyle(name, style);
    if (wanted == name) return;
    Report(Diagnostic(DiagnosticKind::kNamingConvention, span, fmt::format("{} are written {} by convention: `{}`", what, style_name, wanted)));
  };
  for (const Symbol& symbol : symbols_) {
    if (symbol.module != main()) continue;
    switch (symbol.kind) {
      case SymbolKind::kTask: check(symbol.name, symbol.span, NameStyle::kCamelCase, "tasks", "CamelCase"); break;
      case SymbolKind::kSchema: check(symbol.name, symbol.span, NameStyle::kCamelCase, "schemas", "CamelCase"); break;
      case SymbolKind::kLabel: check(symbol.name, symbol.span, NameStyle::kUpperCase, "labels", "UPPER_CASE"); break;
      case SymbolKind::kRule:
      case SymbolKind::kSlice:
        // Names that a family makes are made of its members.
        if (rules_.empty() || !(symbol.kind == SymbolKind::kRule ? rules_ : slices_)[symbol.index].member.empty()) break;
        check(symbol.name, symbol.span, NameStyle::kSnakeCase, symbol.kind == SymbolKind::kRule ? "rules" : "slices", "snake_case");
        break;
      case SymbolKind::kField:
      case SymbolKind::kParam:
      case SymbolKind::kConst:
      case SymbolKind::kSet:
      case SymbolKind::kRegex:
      case SymbolKind::kLet:
      case SymbolKind::kFn: check(symbol.name, symbol.span, NameStyle::kSnakeCase, "names of values and functions", "snake_case"); break;
      case SymbolKind::kModule:
      case SymbolKind::kUnsupported: break;
    }
  }
}

}  // namespace assay::sema
