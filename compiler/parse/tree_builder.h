// From ANTLR's parse tree to ours: a declaration at a time. It settles what the grammar leaves open (precedence, named arguments,
// records and maps, counts), reads literals, and refuses what the grammar accepts only for the sake of a good message.
//
// It takes trees with holes: a rule context that is missing or carries an exception gives an empty name, a kError expression,
// or a part that is left out; the problem has been reported by then.
//
// The pieces: declarations.cc, expressions.cc, literals.cc, trivia.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <antlr4-runtime.h>

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/parse/generated/AssayParser.h"
#include "compiler/source/source_store.h"

namespace assay {

class TreeBuilder {
 public:
  using P = grammar::AssayParser;

  TreeBuilder(const SourceStore& sources, ast::Ast& ast, DiagnosticSink& sink)
      : sources_(sources), file_(ast.file()), text_(sources.Text(ast.file())), ast_(ast), sink_(sink) {}

  // Adds the declaration, or nothing where not even its kind is known. `tokens` are those of the whole file.
  ast::DeclId BuildDeclaration(P::DeclarationContext* context, antlr4::CommonTokenStream& tokens);

 private:
  using Children = std::vector<ast::ExprId>;

  // declarations.cc
  ast::Decl::Data BuildBody(antlr4::ParserRuleContext* body, ast::Decl& decl, antlr4::CommonTokenStream& tokens);
  ast::PackDecl Build(P::PackDeclarationContext* c, ast::Decl& decl);
  ast::ImportDecl Build(P::ImportDeclarationContext* c, ast::Decl& decl);
  ast::LabelsDecl Build(P::LabelsDeclarationContext* c, antlr4::CommonTokenStream& tokens);
  ast::SchemaDecl Build(P::SchemaDeclarationContext* c, antlr4::CommonTokenStream& tokens);
  ast::LfDecl Build(P::LfDeclarationContext* c, ast::Decl& decl);
  ast::ForDecl Build(P::ForDeclarationContext* c, antlr4::CommonTokenStream& tokens);
  ast::TransformDecl Build(P::TransformDeclarationContext* c);
  ast::ModelDecl Build(P::ModelDeclarationContext* c, ast::Decl& decl);
  ast::TestDecl Build(P::TestDeclarationContext* c, ast::Decl& decl);
  ast::LfDecl::Branch BuildBranch(antlr4::ParserRuleContext* whole, P::LabelContext* label,
                                  const std::vector<P::ExpressionContext*>& expressions);
  std::vector<ast::Parameter> BuildParameters(P::ParametersContext* c);
  std::vector<ast::Name> BuildModifiers(const std::vector<P::ModifierContext*>& modifiers);
  std::vector<ast::Attribute> BuildAttributes(P::DeclarationContext* c);
  void ApplyAllow(const ast::Decl& decl);
  ast::Path BuildPath(P::PathContext* c);
  ast::NameTemplate BuildNameTemplate(P::TemplateNameContext* c);
  ast::TypeExprId BuildType(P::TypeContext* c);
  std::vector<ast::Name> BuildVariables(P::VariablesContext* c);
  ast::ExprId BuildLabel(P::LabelContext* c);

  // trivia.cc: the `##` lines that stand right above a token.
  std::string DocBefore(antlr4::Token* token, antlr4::CommonTokenStream& tokens) const;

  // expressions.cc
  ast::ExprId BuildExpression(P::ExpressionContext* c);
  ast::ExprId BuildTerm(P::TermContext* c);
  ast::ExprId BuildConditional(P::ConditionalContext* c);
  ast::ExprId BuildQuantifier(P::QuantifierContext* c);
  ast::ExprId BuildComparison(P::ComparisonContext* c);
  ast::ExprId BuildChain(P::ComparisonContext* c, ast::ExprId first);
  ast::ExprId BuildTest(ast::ExprId left, SourceSpan span, P::TestContext* c);
  ast::ExprId BuildTextTest(ast::ExprId left, SourceSpan span, P::TestContext* c);
  ast::ExprId BuildOperation(P::OperationContext* c);
  ast::ExprId BuildOperand(P::OperandContext* c);
  ast::ExprId BuildPostfix(ast::ExprId object, SourceSpan span, P::PostfixContext* c);
  ast::ExprId BuildCall(ast::ExprId callee, P::ArgumentsContext* c, SourceSpan span);
  ast::ExprId BuildPrimary(P::PrimaryContext* c);
  ast::ExprId BuildParenthesized(P::ParenthesizedContext* c);
  ast::ExprId BuildList(P::ListContext* c);
  ast::ExprId BuildRecord(P::RecordContext* c);
  ast::CompareOp CompareOpOf(P::TestContext* c);
  // The names of a variable or of a tuple of variables; empty where the expression is something else.
  std::vector<ast::Name> NamesIn(ast::ExprId pattern) const;

  // literals.cc
  ast::ExprId BuildNumber(antlr4::Token* token, bool negative, SourceSpan span);
  ast::ExprId BuildDuration(antlr4::Token* token);
  ast::ExprId BuildString(P::StringContext* c);
  ast::ExprId BuildPattern(antlr4::Token* token);
  // The content of a string token, without escapes; reports what is wrong with it.
  std::string DecodeString(antlr4::Token* token);
  std::string DecodeEscapes(std::string_view content, uint32_t begin);
  // The parts of a string with `{expression}` inside; `span` is that of the literal.
  std::vector<ast::ExprId> BuildTemplateParts(SourceSpan span);
  ast::ExprId ParseInner(uint32_t begin, uint32_t end);

  // Adds an expression, unless the tree gets too high.
  ast::ExprId Add(ast::Expr expr, std::span<const ast::ExprId> children = {}, std::span<const ast::Name> names = {},
                  std::span<const ast::CompareOp> ops = {});
  ast::ExprId Add(ast::Expr expr, std::initializer_list<ast::ExprId> children) {
    return Add(expr, std::span(children.begin(), children.size()));
  }
  ast::Expr Node(ast::ExprKind kind, SourceSpan span) const;
  ast::ExprId Error(SourceSpan span) { return Add(Node(ast::ExprKind::kError, span)); }
  SourceSpan SpanOfContext(antlr4::ParserRuleContext* c) const;
  std::string_view TextOf(const SourceSpan& span) const { return text_.substr(span.begin, span.end - span.begin); }
  // Of a rule that derives one word; empty where it is missing.
  ast::Name NameOf(antlr4::ParserRuleContext* c);
  ast::Name NameOf(antlr4::Token* token);

  const SourceStore& sources_;
  FileId file_;
  std::string_view text_;
  ast::Ast& ast_;
  DiagnosticSink& sink_;
  std::vector<uint16_t> heights_;  // of each expression
  size_t inner_depth_ = 0;         // of templates within templates
  bool height_reported_ = false;   // in this declaration
};

// Every comment and run of blank lines of the file.
std::vector<ast::Trivia> CollectTrivia(FileId file, std::string_view text, antlr4::CommonTokenStream& tokens);

}  // namespace assay
