// Families: every member's rules, named.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/checker.h"

namespace assay::sema {

void Checker::DeclareInstance(Scope scope, DeclId id, const std::string& member, const std::string& group, bool disabled) {
  const ast::Decl& decl = TreeOf(scope.module).Get(id);
  In in(*this, scope);
  const bool is_rule = decl.kind() == ast::DeclKind::kLf;
  const ast::NameTemplate& written = is_rule ? decl.As<ast::LfDecl>().name : decl.As<ast::SliceDecl>().name;
  const auto name = NameOf(written);
  if (!name) return;
  auto& instances = is_rule ? rules_ : slices_;
  const auto index = static_cast<uint32_t>(instances.size());
  instances.push_back({.scope = scope, .decl = id, .name = *name, .span = written.span, .state = State::kUnresolved, .member = member, .group = group, .disabled = disabled});
  if (is_rule) {
    program_.rules.push_back({.name = *name, .span = written.span});
  } else {
    program_.slices.push_back({.name = *name, .condition = {}, .span = written.span});
  }
  const std::string_view kept = Keep(*name);
  const auto [at, fresh] = names_[scope.module].emplace(kept, SymbolId(symbols_.size()));
  if (!fresh) {
    const Symbol& before = Get(at->second);
    Diagnostic diagnostic(DiagnosticKind::kDuplicateName, written.span, fmt::format("`{}` is declared twice", *name));
    if (before.span == written.span) {
      diagnostic.message = fmt::format("two members of the family make a rule `{}`", *name);
      const auto& others = before.kind == SymbolKind::kRule ? rules_ : slices_;
      diagnostic.notes.push_back(fmt::format("the members are {} and {}", others[before.index].member, member));
      diagnostic.helps.push_back({"put what tells them apart, or `{index}`, in the name", {}});
    } else {
      diagnostic.label = fmt::format("{} of this name", is_rule ? "a rule" : "a slice");
      diagnostic.labels.push_back({before.span, fmt::format("{} of this name is here", SpellingOf(before.kind))});
      if (!member.empty()) diagnostic.notes.push_back(fmt::format("for {}", member));
    }
    Report(std::move(diagnostic));
  }
  symbols_.push_back({.kind = is_rule ? SymbolKind::kRule : SymbolKind::kSlice, .name = kept, .span = written.span, .module = scope.module, .decl = id, .index = index, .value = {}, .labels = {}});
}

std::optional<std::string> Checker::NameOf(const ast::NameTemplate& name) {
  if (name.parts.empty()) return std::string(name.name.text);
  std::string out;
  for (const ExprId part : name.parts) {
    if (tree().Get(part).kind == ast::ExprKind::kString) {
      out += tree().Get(part).text;
      continue;
    }
    TypedId value = CheckValue(part);
    if (!value.has_value()) return std::nullopt;
    if (build_.TypeOf(value) != kStringType) value = CallOverloaded("string", {value}, tree().Get(part).span, tree().Get(part).span);
    if (!value.has_value()) return std::nullopt;
    if (!build_.IsConstant(value)) {
      Error(DiagnosticKind::kNotConstant, tree().Get(part).span, "a name must be known before any row is");
      return std::nullopt;
    }
    if (build_.ValueOf(value).is_null()) {
      Error(DiagnosticKind::kNullConstant, tree().Get(part).span, "this part of the name comes out as null");
      return std::nullopt;
    }
    out += build_.ValueOf(value).as_string();
  }
  const bool control = std::ranges::any_of(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  constexpr size_t kMaxName = 200;
  if (out.empty() || control || out.size() > kMaxName) {
    Report(Diagnostic(DiagnosticKind::kBadName, name.span, out.empty() ? std::string("this name comes out empty")
                                                           : control   ? std::string("this name comes out with line breaks or control characters")
                                                                       : fmt::format("this name comes out with {} bytes, more than {}", out.size(), kMaxName))
               .WithHelp("`{index}` is the member's number"));
    return std::nullopt;
  }
  return out;
}

void Checker::ExpandFamily(Scope scope, DeclId id, const std::string& member, const std::string& group, bool disabled) {
  const ast::Decl& decl = TreeOf(scope.module).Get(id);
  if (decl.has_error) return;
  const auto& family = decl.As<ast::ForDecl>();
  In in(*this, scope);
  const auto table = ConstantTable(family.source);
  if (!table) return;
  const SourceSpan source_span = tree().Get(family.source).span;
  if (table->columns.size() != family.variables.size()) {
    Diagnostic diagnostic(DiagnosticKind::kBadFamily, source_span, fmt::format("{} variable{} for members of {} part{}", family.variables.size(), family.variables.size() == 1 ? "" : "s",
                                                                              table->columns.size(), table->columns.size() == 1 ? "" : "s"));
    if (!table->names.empty()) diagnostic.notes.push_back(fmt::format("the columns are: {}", fmt::join(table->names, ", ")));
    diagnostic.helps.push_back({"name one variable a part, or choose: csv(\"...\", columns: [\"a\", \"b\"])", {}});
    Report(std::move(diagnostic));
    return;
  }
  std::string family_group = group;
  bool family_disabled = disabled;
  for (const ast::Attribute& a : decl.attributes) {
    if (a.name.text == "group" && a.arguments.size() == 1) family_group = tree().Get(a.arguments[0]).text;
    if (a.name.text == "disabled") family_disabled = true;
  }
  for (const DeclId child : family.body) {
    const ast::Decl& inner = tree().Get(child);
    CheckAttributes(scope.module, inner);
    const ast::DeclKind kind = inner.kind();
    if (kind == ast::DeclKind::kLf || kind == ast::DeclKind::kSlice || kind == ast::DeclKind::kFor || kind == ast::DeclKind::kLet) continue;
    Unsupported(inner.keyword_span, fmt::format("declarations of `{}` in families", ast::SpellingOf(kind)));
  }
  for (size_t m = 0; m < table->rows.size(); ++m) {
    const size_t errors = sink_.error_count();
    envs_.push_back({.parent = scope.env, .bindings = {}});
    Env& env = envs_.back();
    const SourceSpan place = table->places[m];
    // Values stand where their text stands, so that a message about a pattern points into the table it came from.
    for (size_t c = 0; c < family.variables.size(); ++c) {
      env.bindings.push_back({family.variables[c].text, family.variables[c].span, CellOf(table->rows[m][c], place), {}, State::kDone, false, true});
    }
    if (std::ranges::none_of(family.variables, [](const ast::Name& v) { return v.text == "index"; })) {
      env.bindings.push_back({"index", decl.keyword_span, build_.Int(static_cast<int64_t>(m), decl.keyword_span), {}, State::kDone, false, true});
    }
    for (const DeclId child : family.body) {
      const ast::Decl& inner = tree().Get(child);
      if (inner.kind() == ast::DeclKind::kLet) env.bindings.push_back({inner.name.text, inner.name.span, {}, child, State::kUnresolved});
    }
    std::string described = MemberText(family.variables, table->rows[m]);
    if (!member.empty()) described = fmt::format("{}, {}", member, described);
    for (const DeclId child : family.body) {
      const ast::DeclKind kind = tree().Get(child).kind();
      if (kind == ast::DeclKind::kFor) {
        ExpandFamily({scope.module, &env}, child, described, family_group, family_disabled);
      } else if (kind == ast::DeclKind::kLf || kind == ast::DeclKind::kSlice) {
        DeclareInstance({scope.module, &env}, child, described, family_group, family_disabled);
      }
    }
    // The other members would say the same again.
    if (sink_.error_count() > errors && sink_.full()) return;
  }
}

}  // namespace assay::sema
