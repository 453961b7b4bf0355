// Test blocks and `model`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/sema/checker.h"
#include "compiler/sema/suggest.h"

namespace assay::sema {

void Checker::CheckTest(const ast::Decl& decl) {
  const auto& test = decl.As<ast::TestDecl>();
  if (test.steps.empty()) {
    Report(Diagnostic(DiagnosticKind::kBadTest, test.title.span, "this test says nothing").WithHelp("given { text: \"...\" } expect rule == LABEL"));
  }
  size_t number = 0;
  for (const auto& step : test.steps) {
    ++number;
    CheckedTest checked;
    checked.name = test.steps.size() == 1 ? std::string(test.title.text) : fmt::format("{} ({})", test.title.text, number);
    checked.span = step.span;
    if (!step.given.has_value()) {
      Error(DiagnosticKind::kBadTest, step.span, "`expect` needs a row: given { ... }");
      continue;
    }
    auto row = CheckGiven(step.given);
    for (const ExprId expected : step.expected) CheckExpected(expected, checked);
    if (!row) continue;
    if (step.expected.empty()) Error(DiagnosticKind::kBadTest, step.span, "this row is given, but nothing is expected of it");
    checked.row = std::move(*row);
    program_.tests.push_back(std::move(checked));
  }
}

std::optional<std::vector<Value>> Checker::CheckGiven(ExprId id) {
  const Expr e = tree().Get(id);
  if (e.kind == ast::ExprKind::kError || row_unclear_) return std::nullopt;
  if (e.kind != ast::ExprKind::kRecord) {
    Error(DiagnosticKind::kBadTest, e.span, "a row is written { field: value, ... }");
    return std::nullopt;
  }
  std::vector<Value> row(tables_.fields.size());
  std::vector<SourceSpan> given(tables_.fields.size());
  const std::vector<ExprId> values(tree().Children(id).begin(), tree().Children(id).end());
  const std::vector<ast::Name> names(tree().Names(id).begin(), tree().Names(id).end());
  bool fine = true;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto found = row_fields_.find(std::string(names[i].text));
    if (found == row_fields_.end()) {
      Diagnostic diagnostic(DiagnosticKind::kUnknownName, names[i].span, fmt::format("the row has no field `{}`", names[i].text));
      std::vector<std::string_view> known;
      for (const Field& field : tables_.fields) known.push_back(field.name);
      std::vector<std::string_view> free;
      for (std::string_view field : known) {
        if (std::ranges::find(names, field, &ast::Name::text) == names.end()) free.push_back(field);
      }
      if (const auto nearest = Nearest(names[i].text, free)) {
        diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{names[i].span, *nearest}}});
      }
      if (known.size() <= 30) diagnostic.notes.push_back(fmt::format("its fields are: {}", fmt::join(known, ", ")));
      Report(std::move(diagnostic));
      fine = false;
      continue;
    }
    const size_t at = found->second.index();
    if (given[at].has_value()) {
      Report(Diagnostic(DiagnosticKind::kDuplicateName, names[i].span, fmt::format("`{}` is given twice", names[i].text)).WithLabel(given[at], "the first is here"));
      fine = false;
      continue;
    }
    given[at] = names[i].span;
    if (bad_fields_[at]) {
      fine = false;
      continue;
    }
    const auto value = ConstantOf(values[i], tables_.fields[at].type, "a value of a test's row");
    if (!value) {
      fine = false;
      continue;
    }
    row[at] = *value;
    if (value->is_null() && tables_.fields[at].has_default) row[at] = tables_.fields[at].default_value;
    if (row[at].is_null() && !tables_.fields[at].nullable) {
      Error(DiagnosticKind::kBadTest, tree().Get(values[i]).span, fmt::format("`{}` is never missing: its type has no `?`", names[i].text));
      fine = false;
    }
  }
  std::vector<std::string_view> missing;
  for (size_t f = 0; f < row.size(); ++f) {
    const Field& field = tables_.fields[f];
    if (given[f].has_value()) continue;
    if (field.has_default) {
      row[f] = field.default_value;
    } else if (!field.nullable) {
      missing.push_back(field.name);
    }
  }
  if (!missing.empty()) {
    Report(Diagnostic(DiagnosticKind::kBadTest, e.span, fmt::format("this row has no `{}`", fmt::join(missing, "`, `")))
               .WithNote("fields that may be missing (`?`) or have a default may be left out"));
    fine = false;
  }
  if (!fine) return std::nullopt;
  return row;
}

// The first rule that an expectation speaks of.
std::optional<uint32_t> Checker::RuleIn(ExprId id) {
  std::vector<ExprId> pending = {id};
  while (!pending.empty()) {
    const ExprId at = pending.back();
    pending.pop_back();
    if (!at.has_value()) continue;
    if (const auto symbol = SymbolOf(at); symbol && Get(*symbol).kind == SymbolKind::kRule) return Get(*symbol).index;
    const auto children = tree().Children(at);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  return std::nullopt;
}

void Checker::CheckExpected(ExprId id, CheckedTest& test) {
  const Expr e = tree().Get(id);
  const TypedId condition = CheckCondition(id);
  if (!condition.has_value()) return;
  const auto rule = RuleIn(id);
  test.expectations.push_back({.condition = condition, .rule = rule, .text = std::string(TextAt(e.span)), .span = e.span});
}

void Checker::CheckModel(const ast::Decl& decl) {
  const auto& model = decl.As<ast::ModelDecl>();
  if (!model.task.has_value()) return;
  const auto task = TaskOf(model.task);
  if (!task) return;
  CheckedModel checked{.task = *task, .balance = {}, .correlated = {}, .method = std::string(model.method.text)};
  double sum = 0;
  for (const auto& entry : model.balance) {
    const auto label = LabelOf(entry.label, *task);
    const auto share = ConstantOf(entry.share, kFloatType, "a share");
    if (!label || !share) continue;
    const bool twice = std::ranges::any_of(checked.balance, [&](const auto& b) { return b.first == label->id; });
    if (share->is_null() || !(share->as_float() > 0 && share->as_float() <= 1) || twice) {
      Error(DiagnosticKind::kBadModel, tree().Get(entry.share).span, twice ? "this label has a share already" : "a share is above 0 and at most 1");
      continue;
    }
    sum += share->as_float();
    checked.balance.emplace_back(label->id, share->as_float());
  }
  const bool complete = checked.balance.size() == tables_.tasks[task->index()].classes.size();
  constexpr double kTolerance = 1e-6;
  if (complete && (sum < 1 - kTolerance || sum > 1 + kTolerance)) {
    Error(DiagnosticKind::kBadModel, model.balance_span, fmt::format("the shares add up to {}, not to 1", sum));
  } else if (!complete && !model.balance.empty() && checked.balance.size() == model.balance.size()) {
    Error(DiagnosticKind::kBadModel, model.balance_span, fmt::format("every label of task {} needs a share", tables_.tasks[task->index()].name));
  }
  for (const auto& group : model.correlated) {
    std::vector<uint32_t> rules;
    for (const ExprId id : group) {
      const auto symbol = SymbolOf(id);
      if (symbol && Get(*symbol).kind == SymbolKind::kRule) {
        const uint32_t rule = Get(*symbol).index;
        if (CheckRule(rule) && program_.rules[rule].task != *task) {
          WrongTask(*task, program_.rules[rule].task, tree().Get(id).span);
        }
        rules.push_back(rule);
      } else if (!symbol && tree().Get(id).kind == ast::ExprKind::kName) {
        UnknownName({tree().Get(id).text, tree().Get(id).span});
      } else {
        Error(DiagnosticKind::kWrongKind, tree().Get(id).span, fmt::format("only rules are correlated, {}", WhatIs(id, {})));
      }
    }
    checked.correlated.push_back(std::move(rules));
  }
  if (model.method.has_value()) {
    constexpr std::array<std::string_view, 7> kMethods = {"majority", "weighted", "dawid_skene", "snorkel", "triplet", "specificity", "auto"};
    if (std::ranges::find(kMethods, model.method.text) == kMethods.end()) {
      Diagnostic diagnostic(DiagnosticKind::kBadModel, model.method.span, fmt::format("there is no label model `{}`", model.method.text));
      if (const auto nearest = Nearest(model.method.text, kMethods)) {
        diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{model.method.span, *nearest}}});
      }
      diagnostic.notes.push_back(fmt::format("there are: {}", fmt::join(kMethods, ", ")));
      Report(std::move(diagnostic));
    }
  }
  program_.models.push_back(std::move(checked));
}

}  // namespace assay::sema
