// Which tokens end a value.
#include "compiler/parse/lexer_base.h"

#include "compiler/parse/generated/AssayLexer.h"

namespace assay {

using grammar::AssayLexer;

std::unique_ptr<antlr4::Token> LexerBase::nextToken() {
  std::unique_ptr<antlr4::Token> token = Lexer::nextToken();
  if (token->getChannel() == antlr4::Token::DEFAULT_CHANNEL) previous_ = token->getType();
  return token;
}

bool LexerBase::PatternMayBegin() const {
  // Words that are names unless they stand in their place: `test`, `from`, `label` ...
  if (previous_ >= AssayLexer::PACK && previous_ <= AssayLexer::LEAST) return previous_ == AssayLexer::WITH;
  // Literals and names.
  if (previous_ >= AssayLexer::RAW_STRING && previous_ <= AssayLexer::REGEX) return false;
  switch (previous_) {
    case AssayLexer::TRUE:
    case AssayLexer::FALSE:
    case AssayLexer::NULL_:
    case AssayLexer::ABSTAIN:
    case AssayLexer::VOTES:
    case AssayLexer::ABSTAINS:
    case AssayLexer::NOCASE:
    case AssayLexer::WORDS:
    case AssayLexer::RIGHT_PAREN:
    case AssayLexer::RIGHT_BRACKET:
    case AssayLexer::RIGHT_BRACE: return false;
    default: return true;
  }
}

}  // namespace assay
