// Declarations: each rule of the grammar to the struct of its kind.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/parse/tokens.h"
#include "compiler/parse/tree_builder.h"

namespace assay {

using antlr4::ParserRuleContext;
using antlr4::Token;
using ast::Decl;
using ast::Expr;
using ast::ExprId;
using ast::ExprKind;
using ast::Name;
using P = grammar::AssayParser;

namespace {

bool Broken(const ParserRuleContext* c) { return c == nullptr || c->exception != nullptr || c->start == nullptr || c->stop == nullptr; }

std::string_view LastWord(std::string_view dotted) {
  const size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

// "lexicons/praise.lf" -> "praise", where that is a name.
std::string_view StemOf(std::string_view path) {
  if (const size_t slash = path.rfind('/'); slash != std::string_view::npos) path.remove_prefix(slash + 1);
  if (path.ends_with(".lf")) path.remove_suffix(3);
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const bool is_name = !path.empty() && letter(path[0]) &&
                       std::all_of(path.begin(), path.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  return is_name ? path : std::string_view();
}

}  // namespace

Name TreeBuilder::NameOf(Token* token) {
  if (token == nullptr) return {};
  const SourceSpan span = SpanOf(file_, token);
  // A token that recovery made up stands where nothing is.
  if (token->getTokenIndex() == INVALID_INDEX) return {};
  return {ast_.Keep(TextOf(span)), span};
}

Name TreeBuilder::NameOf(ParserRuleContext* c) { return Broken(c) ? Name() : NameOf(c->start); }

ast::DeclId TreeBuilder::BuildDeclaration(P::DeclarationContext* c, antlr4::CommonTokenStream& tokens) {
  P::DeclarationBodyContext* const body = c->declarationBody();
  if (body == nullptr || body->children.empty()) return {};
  auto* const specific = dynamic_cast<ParserRuleContext*>(body->children[0]);
  if (specific == nullptr || specific->start == nullptr) return {};
  height_reported_ = false;
  const size_t errors_before = sink_.error_count();
  Decl decl;
  Token* const first = c->start;
  // Without a last token of its own the declaration ends where the parser stands.
  Token* last = c->stop != nullptr && c->exception == nullptr ? c->stop : tokens.LT(-1);
  if (last == nullptr || last->getTokenIndex() < first->getTokenIndex()) last = first;
  decl.span = SpanOf(file_, first, last);
  decl.keyword_span = SpanOf(file_, specific->start);
  if (specific->start->getType() == P::EXTERN) decl.keyword_span.end = SpanOf(file_, tokens.get(NextIndex(tokens, specific->start->getTokenIndex()))).end;
  for (size_t i = first->getTokenIndex(); i > 0; --i) {
    Token* const before = tokens.get(i - 1);
    if (before->getChannel() != Token::DEFAULT_CHANNEL) continue;
    decl.previous_end = SpanOf(file_, before).end;
    break;
  }
  decl.doc = DocBefore(first, tokens);
  decl.attributes = BuildAttributes(c);
  decl.has_error = c->exception != nullptr || body->exception != nullptr || specific->exception != nullptr;
  decl.data = BuildBody(specific, decl, tokens);
  decl.has_error |= sink_.error_count() != errors_before;
  ApplyAllow(decl);
  return ast_.Add(std::move(decl));
}

ast::Decl::Data TreeBuilder::BuildBody(ParserRuleContext* body, Decl& decl, antlr4::CommonTokenStream& tokens) {
  switch (body->getRuleIndex()) {
    case P::RulePackDeclaration: return Build(static_cast<P::PackDeclarationContext*>(body), decl);
    case P::RuleImportDeclaration: return Build(static_cast<P::ImportDeclarationContext*>(body), decl);
    case P::RuleLabelsDeclaration: {
      auto* const c = static_cast<P::LabelsDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return Build(c, tokens);
    }
    case P::RuleSchemaDeclaration: {
      auto* const c = static_cast<P::SchemaDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return Build(c, tokens);
    }
    case P::RuleParamDeclaration: {
      auto* const c = static_cast<P::ParamDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::ParamDecl{BuildType(c->type()), BuildExpression(c->expression())};
    }
    case P::RuleConstDeclaration: {
      auto* const c = static_cast<P::ConstDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::ConstDecl{BuildExpression(c->expression())};
    }
    case P::RuleSetDeclaration: {
      auto* const c = static_cast<P::SetDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::SetDecl{BuildModifiers(c->modifier()), BuildExpression(c->expression())};
    }
    case P::RuleMapDeclaration: {
      auto* const c = static_cast<P::MapDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::MapDecl{BuildModifiers(c->modifier()), BuildType(c->type(0)), BuildType(c->type(1)), BuildExpression(c->expression())};
    }
    case P::RuleRelationDeclaration: {
      auto* const c = static_cast<P::RelationDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::RelationDecl{BuildParameters(c->parameters()), BuildModifiers(c->modifier()), BuildExpression(c->expression())};
    }
    case P::RuleRegexDeclaration: {
      auto* const c = static_cast<P::RegexDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::RegexDecl{BuildExpression(c->expression())};
    }
    case P::RuleLetDeclaration: {
      auto* const c = static_cast<P::LetDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::LetDecl{BuildExpression(c->expression())};
    }
    case P::RuleFnDeclaration: {
      auto* const c = static_cast<P::FnDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::FnDecl{BuildParameters(c->parameters()), c->type() == nullptr ? ast::TypeExprId() : BuildType(c->type()),
                         BuildExpression(c->expression())};
    }
    case P::RuleExternDeclaration: {
      auto* const c = static_cast<P::ExternDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return ast::ExternFnDecl{BuildParameters(c->parameters()), BuildType(c->type()), c->PURE() != nullptr};
    }
    case P::RuleLfDeclaration: return Build(static_cast<P::LfDeclarationContext*>(body), decl);
    case P::RuleForDeclaration: return Build(static_cast<P::ForDeclarationContext*>(body), tokens);
    case P::RuleSliceDeclaration: {
      auto* const c = static_cast<P::SliceDeclarationContext*>(body);
      ast::SliceDecl slice{BuildNameTemplate(c->templateName()), BuildExpression(c->expression())};
      decl.name = slice.name.name;
      return slice;
    }
    case P::RuleTransformDeclaration: {
      auto* const c = static_cast<P::TransformDeclarationContext*>(body);
      decl.name = NameOf(c->name());
      return Build(c);
    }
    case P::RuleModelDeclaration: return Build(static_cast<P::ModelDeclarationContext*>(body), decl);
    default: return Build(static_cast<P::TestDeclarationContext*>(body), decl);
  }
}

ast::PackDecl TreeBuilder::Build(P::PackDeclarationContext* c, Decl& decl) {
  decl.name = NameOf(c->name());
  if (!ast_.declarations().empty()) {
    sink_.Report(Diagnostic(DiagnosticKind::kMisplacedPack, decl.keyword_span, "`pack` is the first declaration of a file, and the only one of its kind")
                     .WithLabel(ast_.Get(ast_.declarations()[0]).keyword_span, "this comes before it"));
  }
  ast::PackDecl pack;
  if (Broken(c->version())) return pack;
  Token* const version = c->version()->start;
  pack.version = NameOf(version);
  if (version->getType() == P::STRING) pack.version.text = ast_.Keep(DecodeString(version));
  return pack;
}

ast::ImportDecl TreeBuilder::Build(P::ImportDeclarationContext* c, Decl& decl) {
  ast::ImportDecl import;
  if (!Broken(c->string())) {
    import.is_file = true;
    import.path = {ast_.Keep(DecodeString(c->string()->start)), SpanOfContext(c->string())};
    decl.name = {ast_.Keep(StemOf(import.path.text)), import.path.span};
  } else if (!Broken(c->path())) {
    const ast::Path path = BuildPath(c->path());
    std::string dotted;
    for (const Name& name : path.names) dotted += fmt::format("{}{}", dotted.empty() ? "" : ".", name.text);
    import.path = {ast_.Keep(dotted), path.span};
    decl.name = {ast_.Keep(LastWord(dotted)), path.names.back().span};
  }
  if (c->name() != nullptr) {
    import.has_alias = true;
    decl.name = NameOf(c->name());
  }
  return import;
}

ast::LabelsDecl TreeBuilder::Build(P::LabelsDeclarationContext* c, antlr4::CommonTokenStream& tokens) {
  ast::LabelsDecl labels;
  if (c->path() != nullptr) labels.parent = BuildPath(c->path());
  for (P::LabelEntryContext* const entry : c->labelEntry()) {
    if (Broken(entry)) continue;
    ast::LabelsDecl::Label label;
    label.name = NameOf(entry->name(0));
    if (entry->COLON() != nullptr) label.parent = NameOf(entry->name(1));
    if (entry->INTEGER() != nullptr) {
      Token* const digits = entry->INTEGER()->getSymbol();
      const bool negative = entry->MINUS() != nullptr;
      Token* const begin = negative ? entry->MINUS()->getSymbol() : digits;
      label.value = BuildNumber(digits, negative, SpanOf(file_, begin, digits));
    }
    label.doc = DocBefore(entry->start, tokens);
    labels.labels.push_back(std::move(label));
  }
  return labels;
}

ast::SchemaDecl TreeBuilder::Build(P::SchemaDeclarationContext* c, antlr4::CommonTokenStream& tokens) {
  ast::SchemaDecl schema;
  for (P::SchemaFieldContext* const entry : c->schemaField()) {
    if (Broken(entry)) continue;
    ast::SchemaDecl::Field field;
    field.name = NameOf(entry->name());
    field.type = BuildType(entry->type());
    if (!Broken(entry->string())) {
      field.column = {ast_.Keep(DecodeString(entry->string()->start)), SpanOfContext(entry->string())};
    }
    if (entry->operation() != nullptr) field.default_value = BuildOperation(entry->operation());
    field.doc = DocBefore(entry->start, tokens);
    field.span = SpanOfContext(entry);
    if (entry->COMMA() != nullptr && entry->children.size() > 1) {
      // Without the comma.
      field.span.end = static_cast<uint32_t>(entry->COMMA()->getSymbol()->getStartIndex());
      while (field.span.end > field.span.begin && text_[field.span.end - 1] == ' ') --field.span.end;
    }
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

ast::LfDecl TreeBuilder::Build(P::LfDeclarationContext* c, Decl& decl) {
  ast::LfDecl lf;
  lf.name = BuildNameTemplate(c->templateName());
  decl.name = lf.name.name;
  if (c->path() != nullptr) lf.task = BuildPath(c->path());
  P::LfBodyContext* const body = c->lfBody();
  if (body == nullptr || body->children.empty()) return lf;
  if (body->FROM() != nullptr) {
    lf.source = BuildExpression(body->expression(0));
    for (P::LfCaseContext* const entry : body->lfCase()) {
      if (Broken(entry)) continue;
      ast::LfDecl::Case c_;
      c_.value = BuildOperation(entry->operation());
      c_.label = BuildLabel(entry->label());
      if (entry->expression() != nullptr) c_.confidence = BuildExpression(entry->expression());
      c_.span = SpanOfContext(entry);
      if (entry->ARROW() != nullptr) {
        const SourceSpan arrow = SpanOf(file_, entry->ARROW()->getSymbol());
        sink_.Report(Diagnostic(DiagnosticKind::kForeignOperator, arrow, "a value is turned into a label by `=>`").WithFix("write `=>`", arrow, "=>"));
      }
      lf.cases.push_back(c_);
    }
    return lf;
  }
  if (body->LEFT_BRACE() != nullptr) {
    lf.is_block = true;
    for (P::LfItemContext* const item : body->lfItem()) {
      if (Broken(item)) continue;
      if (item->LET() != nullptr) {
        lf.lets.push_back({NameOf(item->name()), BuildExpression(item->expression(0)), SpanOfContext(item)});
      } else {
        lf.branches.push_back(BuildBranch(item, item->label(), item->expression()));
      }
    }
    return lf;
  }
  if (body->FAT_ARROW() != nullptr) {
    const SourceSpan arrow = SpanOf(file_, body->FAT_ARROW()->getSymbol());
    sink_.Report(Diagnostic(DiagnosticKind::kForeignOperator, arrow, "a rule votes with `->`").WithFix("write `->`", arrow, "->"));
  }
  lf.branches.push_back(BuildBranch(body, body->label(), body->expression()));
  return lf;
}

ast::LfDecl::Branch TreeBuilder::BuildBranch(ParserRuleContext* whole, P::LabelContext* label,
                                             const std::vector<P::ExpressionContext*>& expressions) {
  ast::LfDecl::Branch branch;
  branch.label = BuildLabel(label);
  const bool with = !whole->getTokens(P::WITH).empty();
  const size_t condition = with ? 1 : 0;
  if (with && !expressions.empty()) branch.confidence = BuildExpression(expressions[0]);
  branch.condition = BuildExpression(expressions.size() > condition ? expressions[condition] : nullptr);
  // From the label on.
  Token* const first = label != nullptr && label->start != nullptr ? label->start : whole->start;
  branch.span = SpanOf(file_, first, whole->stop != nullptr ? whole->stop : first);
  return branch;
}

ast::ForDecl TreeBuilder::Build(P::ForDeclarationContext* c, antlr4::CommonTokenStream& tokens) {
  ast::ForDecl family;
  family.variables = BuildVariables(c->variables());
  family.source = BuildExpression(c->expression());
  for (P::DeclarationContext* const inner : c->declaration()) {
    const ast::DeclId id = BuildDeclaration(inner, tokens);
    if (id.has_value()) family.body.push_back(id);
  }
  return family;
}

ast::TransformDecl TreeBuilder::Build(P::TransformDeclarationContext* c) {
  ast::TransformDecl transform;
  for (P::TransformItemContext* const item : c->transformItem()) {
    if (!Broken(item)) transform.assignments.push_back({NameOf(item->name()), BuildExpression(item->expression())});
  }
  if (c->expression() != nullptr) transform.condition = BuildExpression(c->expression());
  return transform;
}

ast::ModelDecl TreeBuilder::Build(P::ModelDeclarationContext* c, Decl& decl) {
  ast::ModelDecl model;
  if (c->path() != nullptr) model.task = BuildPath(c->path());
  if (!model.task.names.empty()) decl.name = model.task.names.back();
  for (P::ModelItemContext* const item : c->modelItem()) {
    if (Broken(item)) continue;
    if (item->METHOD() != nullptr) {
      model.method = NameOf(item->name());
    } else if (item->CORRELATED() != nullptr) {
      std::vector<ExprId> group;
      for (P::PathContext* const path : item->path()) {
        const ast::Path names = BuildPath(path);
        ExprId rule;
        for (const Name& name : names.names) {
          Expr e = Node(rule.has_value() ? ExprKind::kMember : ExprKind::kName, {file_, names.span.begin, name.span.end});
          if (rule.has_value()) {
            rule = Add(e, std::span(&rule, 1), std::span(&name, 1));
          } else {
            e.text = name.text;
            rule = Add(e);
          }
        }
        if (rule.has_value()) group.push_back(rule);
      }
      model.correlated.push_back(std::move(group));
    } else if (!Broken(item->record())) {
      model.balance_span = SpanOfContext(item);
      for (P::EntryContext* const entry : item->record()->entry()) {
        if (!Broken(entry)) model.balance.push_back({BuildExpression(entry->expression(0)), BuildExpression(entry->expression(1))});
      }
    }
  }
  return model;
}

ast::TestDecl TreeBuilder::Build(P::TestDeclarationContext* c, Decl& decl) {
  ast::TestDecl test;
  if (!Broken(c->string())) {
    test.title = {ast_.Keep(DecodeString(c->string()->start)), SpanOfContext(c->string())};
    decl.name = test.title;
  }
  for (P::TestStepContext* const step : c->testStep()) {
    if (Broken(step)) continue;
    if (step->GIVEN() != nullptr) {
      test.steps.push_back({BuildRecord(step->record()), {}, SpanOfContext(step)});
      continue;
    }
    if (test.steps.empty()) {
      sink_.Report(Diagnostic(DiagnosticKind::kMissingToken, SpanOf(file_, step->start), "expected `given { ... }` before `expect`"));
      continue;
    }
    ast::TestDecl::Step& last = test.steps.back();
    for (P::ExpressionContext* const e : step->expression()) last.expected.push_back(BuildExpression(e));
    last.span.end = SpanOfContext(step).end;
  }
  return test;
}

std::vector<ast::Parameter> TreeBuilder::BuildParameters(P::ParametersContext* c) {
  std::vector<ast::Parameter> parameters;
  if (c == nullptr) return parameters;
  for (P::ParameterContext* const p : c->parameter()) {
    if (!Broken(p)) parameters.push_back({NameOf(p->name()), BuildType(p->type())});
  }
  return parameters;
}

std::vector<Name> TreeBuilder::BuildModifiers(const std::vector<P::ModifierContext*>& modifiers) {
  std::vector<Name> names;
  for (P::ModifierContext* const modifier : modifiers) {
    if (!Broken(modifier)) names.push_back(NameOf(modifier));
  }
  return names;
}

std::vector<ast::Attribute> TreeBuilder::BuildAttributes(P::DeclarationContext* c) {
  std::vector<ast::Attribute> attributes;
  for (P::AttributeContext* const a : c->attribute()) {
    if (Broken(a)) continue;
    ast::Attribute attribute;
    attribute.name = NameOf(a->name());
    attribute.span = SpanOfContext(a);
    if (a->arguments() != nullptr) {
      for (P::ArgumentContext* const argument : a->arguments()->argument()) {
        if (!Broken(argument)) attribute.arguments.push_back(BuildExpression(argument->expression(0)));
      }
    }
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

void TreeBuilder::ApplyAllow(const Decl& decl) {
  for (const ast::Attribute& attribute : decl.attributes) {
    if (attribute.name.text != "allow") continue;
    for (const ExprId argument : attribute.arguments) {
      const Expr& name = ast_.Get(argument);
      if (name.kind == ExprKind::kError) continue;
      const bool is_text = name.kind == ExprKind::kName || name.kind == ExprKind::kString;
      const auto kind = is_text ? FindDiagnosticKind(name.text) : std::nullopt;
      if (!kind) {
        sink_.Report(Diagnostic(DiagnosticKind::kUnknownWarning, name.span, fmt::format("there is no warning `{}`", TextOf(name.span))));
      } else if (InfoOf(*kind).severity == Severity::kError) {
        sink_.Report(Diagnostic(DiagnosticKind::kUnknownWarning, name.span, fmt::format("`{}` is an error and cannot be allowed", name.text)));
      } else {
        sink_.Allow(*kind, decl.span);
      }
    }
  }
}

ast::Path TreeBuilder::BuildPath(P::PathContext* c) {
  ast::Path path;
  if (Broken(c)) return path;
  path.names.push_back(NameOf(c->name()));
  for (P::MemberContext* const member : c->member()) path.names.push_back(NameOf(member));
  path.span = SpanOfContext(c);
  return path;
}

ast::NameTemplate TreeBuilder::BuildNameTemplate(P::TemplateNameContext* c) {
  ast::NameTemplate result;
  if (Broken(c)) return result;
  result.span = SpanOfContext(c);
  if (c->name() != nullptr) {
    result.name = NameOf(c->name());
    return result;
  }
  Token* const token = c->string()->start;
  result.name = {ast_.Keep(DecodeString(token)), result.span};
  if (token->getType() == P::STRING || token->getType() == P::RAW_STRING) result.parts = BuildTemplateParts(result.span);
  return result;
}

ast::TypeExprId TreeBuilder::BuildType(P::TypeContext* c) {
  ast::TypeExpr type;
  if (Broken(c)) return ast_.Add(std::move(type));
  type.span = SpanOfContext(c);
  type.nullable = c->QUESTION() != nullptr;
  type.tuple = c->typeName() == nullptr;
  if (!type.tuple) {
    P::TypeNameContext* const name = c->typeName();
    type.name = NameOf(name->name());
    if (name->member() != nullptr) {
      type.qualifier = type.name;
      type.name = NameOf(name->member());
    }
  }
  for (P::TypeContext* const argument : c->type()) type.arguments.push_back(BuildType(argument));
  return ast_.Add(std::move(type));
}

std::vector<Name> TreeBuilder::BuildVariables(P::VariablesContext* c) {
  std::vector<Name> names;
  if (Broken(c)) return names;
  for (P::NameContext* const name : c->name()) names.push_back(NameOf(name));
  return names;
}

ExprId TreeBuilder::BuildLabel(P::LabelContext* c) {
  if (Broken(c)) return Error(c == nullptr || c->start == nullptr ? SourceSpan{file_, 0, 0} : SpanOf(file_, c->start));
  if (c->ABSTAIN() != nullptr) return Add(Node(ExprKind::kAbstain, SpanOfContext(c)));
  Expr name = Node(ExprKind::kName, SpanOf(file_, c->start));
  name.text = NameOf(c->labelName()).text;
  ExprId result = Add(name);
  for (P::MemberContext* const member : c->member()) {
    const Name part = NameOf(member);
    result = Add(Node(ExprKind::kMember, {file_, name.span.begin, part.span.end}), std::span(&result, 1), std::span(&part, 1));
  }
  return c->LEFT_PAREN() == nullptr ? result : BuildCall(result, c->arguments(), SpanOfContext(c));
}

}  // namespace assay
