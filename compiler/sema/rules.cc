// Rules and slices.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/checker.h"

namespace assay::sema {
namespace {

std::string TextOf(const ast::Ast& tree, const ast::Decl& decl, std::string_view attribute) {
  for (const ast::Attribute& a : decl.attributes) {
    if (a.name.text == attribute && a.arguments.size() == 1) return std::string(tree.Get(a.arguments[0]).text);
  }
  return {};
}

}  // namespace

// The task that a rule names, or that of its labels. None, reported, where there is neither.
TaskId Checker::TaskOfRule(const ast::LfDecl& lf) {
  if (lf.task.has_value()) return TaskOf(lf.task).value_or(TaskId());
  // A label that one task alone has decides; only where none does is a label of several ambiguous.
  std::optional<ExprId> ambiguous;
  const auto decides = [&](ExprId label) -> std::optional<TaskId> {
    const Expr& e = tree().Get(label);
    if (e.kind == ast::ExprKind::kAbstain || e.kind == ast::ExprKind::kError) return std::nullopt;
    if (e.kind == ast::ExprKind::kName) {
      const auto symbol = FindGlobal(e.text);
      if (symbol && Get(*symbol).kind == SymbolKind::kLabel && Get(*symbol).labels.size() > 1) {
        if (!ambiguous) ambiguous = label;
        return std::nullopt;
      }
    }
    const auto found = LabelOf(label, {});
    return found ? found->task : TaskId();
  };
  for (const auto& branch : lf.branches) {
    if (const auto task = decides(branch.label)) return *task;
  }
  for (const auto& c : lf.cases) {
    if (const auto task = decides(c.label)) return *task;
  }
  if (ambiguous) {
    LabelOf(*ambiguous, {});
    return {};
  }
  Report(Diagnostic(DiagnosticKind::kUnknownLabel, lf.name.span, fmt::format("rule `{}` votes for nothing", TextAt(lf.name.span)))
             .WithHelp("a rule names the label it votes for; a rule that only abstains says its task: lf name: Task { ... }"));
  return {};
}

bool Checker::CheckRule(uint32_t index) {
  Instance& instance = rules_[index];
  if (instance.state == State::kDone) return program_.rules[index].task.has_value();
  const ast::Decl& decl = TreeOf(instance.scope.module).Get(instance.decl);
  const auto& lf = decl.As<ast::LfDecl>();
  if (instance.state == State::kResolving) {
    Error(DiagnosticKind::kCyclicDefinition, lf.name.span, fmt::format("rule `{}` depends on its own vote", instance.name));
    instance.state = State::kDone;
    program_.rules[index].task = {};
    return false;
  }
  instance.state = State::kResolving;
  In in(*this, instance.scope);
  const size_t errors = sink_.error_count();
  CheckedRule rule;
  rule.name = instance.name;
  rule.votes = instance.scope.module == main();
  rule.doc = decl.doc;
  rule.group = TextOf(tree(), decl, "group");
  if (rule.group.empty()) rule.group = instance.group;
  rule.author = TextOf(tree(), decl, "author");
  rule.disabled = instance.disabled || std::ranges::any_of(decl.attributes, [](const ast::Attribute& a) { return a.name.text == "disabled"; });
  rule.span = instance.span;
  if (!decl.has_error) {
    const TaskId task = TaskOfRule(lf);
    if (task.has_value()) {
      if (lf.source.has_value()) {
        CheckCases(rule, lf, task);
      } else {
        CheckBranches(rule, instance, lf, task);
      }
      if (sink_.error_count() == errors) rule.task = task;
    }
  }
  if (sink_.error_count() > errors) rule.task = {};
  if (instance.state == State::kDone) return false;  // it needed itself
  program_.rules[index] = std::move(rule);
  instance.state = State::kDone;
  return program_.rules[index].task.has_value();
}

void Checker::CheckBranches(CheckedRule& rule, const Instance& instance, const ast::LfDecl& lf, TaskId task) {
  envs_.push_back({.parent = instance.scope.env, .bindings = {}});
  Env& env = envs_.back();
  In in(*this, {instance.scope.module, &env});
  size_t next_let = 0;
  const auto bind_lets = [&](uint32_t before) {
    for (; next_let < lf.lets.size() && lf.lets[next_let].span.begin < before; ++next_let) {
      const auto& let = lf.lets[next_let];
      for (const Env::Binding& b : env.bindings) {
        if (b.name != let.name.text) continue;
        Report(Diagnostic(DiagnosticKind::kDuplicateName, let.name.span, fmt::format("`{}` is declared twice", let.name.text)).WithLabel(b.span, "the first is here"));
      }
      const TypedId value = AsValue(Check(let.value));
      env.bindings.push_back({let.name.text, let.name.span, value, {}});
    }
  };
  for (const auto& branch : lf.branches) {
    bind_lets(branch.span.begin);
    const auto label = LabelOf(branch.label, task);
    const TypedId condition = CheckCondition(branch.condition);
    const TypedId confidence = CheckConfidence(branch.confidence);
    if (label) rule.branches.push_back({.label = label->id, .condition = condition, .confidence = confidence, .span = branch.span});
    if (label && label->id == kAbstain && branch.confidence.has_value()) {
      Error(DiagnosticKind::kBadConfidence, tree().Get(branch.confidence).span, "an abstention has no confidence");
    }
  }
  bind_lets(0xffffffff);
  for (const Env::Binding& b : env.bindings) {
    if (b.used || b.name.starts_with('_')) continue;
    Report(Diagnostic(DiagnosticKind::kUnusedName, b.span, fmt::format("nothing uses `{}`", b.name)));
  }
}

TypedId Checker::CheckConfidence(ExprId id) {
  if (!id.has_value()) return {};
  const SourceSpan span = tree().Get(id).span;
  const TypedId value = CheckValue(id);
  if (!value.has_value()) return {};
  const TypedId number = Widen(value, kFloatType);
  if (!number.has_value()) {
    NeedsType(span, "a number between 0 and 1", build_.TypeOf(value));
    return {};
  }
  if (build_.IsConstant(number)) {
    const Value v = build_.ValueOf(number);
    if (v.is_null() || v.as_float() < 0 || v.as_float() > 1) {
      Error(DiagnosticKind::kBadConfidence, span, fmt::format("a confidence is between 0 and 1, this is {}", PrintValue(v)));
      return {};
    }
  }
  return number;
}

void Checker::CheckCases(CheckedRule& rule, const ast::LfDecl& lf, TaskId task) {
  const TypedId source = Check(lf.source);
  if (!source.has_value()) {
    for (const auto& c : lf.cases) LabelOf(c.label, task);
    return;
  }
  const bool vote = build_.Get(source).kind == TypedKind::kVote;
  if (!vote && !AsValue(source).has_value()) return;
  const TaskId source_task = vote ? program_.rules[build_.Get(source).payload].task : TaskId();
  std::unordered_map<std::string, SourceSpan> seen;
  rule.exclusive = true;
  for (const auto& c : lf.cases) {
    const SourceSpan span = tree().Get(c.value).span;
    const auto label = LabelOf(c.label, task);
    const TypedId confidence = CheckConfidence(c.confidence);
    TypedId condition;
    std::string key;
    if (vote) {
      const auto of = LabelOf(c.value, source_task);
      if (!of) continue;
      key = fmt::format("{}", of->id);
      condition = build_.VoteIs(build_.Get(source).payload, of->id, c.span);
    } else {
      TypedId value = CheckValue(c.value);
      if (!value.has_value()) continue;
      condition = Compare(ast::CompareOp::kEqual, source, value, c.span, span);
      if (!condition.has_value()) continue;
      if (!build_.IsConstant(value)) {
        rule.exclusive = false;
      } else {
        key = PrintValue(build_.ValueOf(value));
      }
    }
    if (!key.empty()) {
      if (const auto [at, fresh] = seen.emplace(key, span); !fresh) {
        rule.exclusive = false;
        Report(Diagnostic(DiagnosticKind::kDuplicateMember, span, "this value stands above already, the first counts").WithLabel(at->second, "here"));
      }
    }
    if (label) rule.branches.push_back({.label = label->id, .condition = condition, .confidence = confidence, .span = c.span});
  }
}

bool Checker::CheckSlice(uint32_t index) {
  Instance& instance = slices_[index];
  if (instance.state == State::kDone) return program_.slices[index].condition.has_value();
  const ast::Decl& decl = TreeOf(instance.scope.module).Get(instance.decl);
  const auto& slice = decl.As<ast::SliceDecl>();
  if (instance.state == State::kResolving) {
    Error(DiagnosticKind::kCyclicDefinition, slice.name.span, fmt::format("slice `{}` depends on itself", instance.name));
    instance.state = State::kDone;
    return false;
  }
  instance.state = State::kResolving;
  In in(*this, instance.scope);
  const TypedId condition = decl.has_error ? TypedId() : CheckCondition(slice.condition);
  if (instance.state == State::kDone) return false;
  program_.slices[index].condition = condition;
  instance.state = State::kDone;
  return condition.has_value();
}

}  // namespace assay::sema
