// Recovery: where to go on after a problem, and which tokens can be taken for the one that should stand there.
#include "compiler/parse/error_strategy.h"

#include "compiler/parse/generated/AssayParser.h"
#include "compiler/parse/tokens.h"

namespace assay {

using antlr4::ParserRuleContext;
using antlr4::Token;
using grammar::AssayParser;

namespace {

// Rules behind which parsing can go on by itself.
bool IsItem(size_t rule) {
  switch (rule) {
    case AssayParser::RuleDeclaration:
    case AssayParser::RuleSchemaField:
    case AssayParser::RuleLfItem:
    case AssayParser::RuleModelItem:
    case AssayParser::RuleTestStep: return true;
    default: return false;
  }
}

}  // namespace

Token* ErrorStrategy::recoverInline(antlr4::Parser* parser) {
  if (!quick_ && !inErrorRecoveryMode(parser)) {
    Token* const token = parser->getCurrentToken();
    const antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
    for (const size_t wanted : {AssayParser::WHEN, AssayParser::ARROW, AssayParser::ASSIGN, AssayParser::COLON, AssayParser::IN}) {
      if (!expected.contains(wanted)) continue;
      const size_t found = token->getType();
      const bool stands_in = (wanted == AssayParser::WHEN && (found == AssayParser::IF || found == AssayParser::COLON)) ||
                             (wanted == AssayParser::ARROW && (found == AssayParser::ASSIGN || found == AssayParser::COLON)) ||
                             (wanted == AssayParser::ASSIGN && (found == AssayParser::COLON || found == AssayParser::EQUAL)) ||
                             (wanted == AssayParser::COLON && found == AssayParser::ASSIGN) ||
                             (wanted == AssayParser::IN && (found == AssayParser::COLON || found == AssayParser::ASSIGN));
      if (stands_in) {
        beginErrorCondition(parser);
        ReportStandIn(token, wanted);
        return parser->consume();
      }
      // Where what follows fits once the missing token is there, it is taken as written.
      const bool can_insert = wanted == AssayParser::WHEN || wanted == AssayParser::ASSIGN || wanted == AssayParser::COLON;
      if (can_insert && !IsCloser(found) && found != Token::EOF && !EndsDeclaration(token) && singleTokenInsertion(parser)) {
        return getMissingSymbol(parser);
      }
    }
  }
  throw antlr4::InputMismatchException(parser);
}

bool ErrorStrategy::EndsDeclaration(Token* token) const {
  if (token->getType() == Token::EOF) return true;
  if (!BeginsLine(text_, token) || token->getTokenIndex() == start_) return false;
  return token->getCharPositionInLine() <= tokens_.get(start_)->getCharPositionInLine() &&
         StartsDeclaration(tokens_, token->getTokenIndex());
}

void ErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr e) {
  if (quick_) throw antlr4::ParseCancellationException();
  ParserRuleContext* const context = parser->getContext();
  if (!IsItem(context->getRuleIndex())) std::rethrow_exception(e);
  // The outermost declaration is left to whoever drives the parser.
  if (context->parent != nullptr) SkipItem(parser, context);
}

void ErrorStrategy::SkipItem(antlr4::Parser* parser, ParserRuleContext* item) {
  const size_t first = item->getStart()->getTokenIndex();
  ssize_t depth = 0;
  for (size_t i = first; i < tokens_.index(); ++i) {
    const size_t type = tokens_.get(i)->getType();
    if (IsOpener(type)) ++depth;
    if (IsCloser(type)) depth = std::max<ssize_t>(depth - 1, 0);
  }
  while (true) {
    Token* const token = tokens_.LT(1);
    const size_t type = token->getType();
    if (type == Token::EOF || EndsDeclaration(token)) return;
    if (IsCloser(type) && depth-- == 0) return;
    if (depth == 0 && token->getTokenIndex() > first && BeginsLine(text_, token)) return;
    if (IsOpener(type)) ++depth;
    parser->consume();
  }
}

Token* ErrorStrategy::TokenBefore(Token* token) const {
  for (size_t i = token->getTokenIndex(); i > start_; --i) {
    if (tokens_.get(i - 1)->getChannel() == Token::DEFAULT_CHANNEL) return tokens_.get(i - 1);
  }
  return nullptr;
}

Token* ErrorStrategy::OpenBracket(Token* token) const {
  std::vector<Token*> open;
  for (size_t i = start_; i < token->getTokenIndex(); ++i) {
    Token* const at = tokens_.get(i);
    if (IsOpener(at->getType())) open.push_back(at);
    if (IsCloser(at->getType()) && !open.empty()) open.pop_back();
  }
  return open.empty() ? nullptr : open.back();
}

}  // namespace assay
