// Classes of tokens by their types, which the grammar numbers in the order in which they stand.
#include "compiler/parse/tokens.h"

#include <fmt/format.h>

#include "compiler/parse/generated/AssayLexer.h"

namespace assay {

using antlr4::Token;
using grammar::AssayLexer;

SourceSpan SpanOf(FileId file, Token* token) { return SpanOf(file, token, token); }

SourceSpan SpanOf(FileId file, Token* first, Token* last) {
  const auto begin = static_cast<uint32_t>(first->getStartIndex());
  if (last == nullptr || last->getType() == Token::EOF) return {file, begin, begin};
  const auto end = static_cast<uint32_t>(last->getStopIndex() + 1);
  return {file, begin, std::max(begin, end)};
}

bool IsOpener(size_t type) {
  return type == AssayLexer::LEFT_PAREN || type == AssayLexer::LEFT_BRACKET || type == AssayLexer::LEFT_BRACE;
}

bool IsCloser(size_t type) {
  return type == AssayLexer::RIGHT_PAREN || type == AssayLexer::RIGHT_BRACKET || type == AssayLexer::RIGHT_BRACE;
}

size_t CloserOf(size_t opener) { return opener + 1; }
static_assert(AssayLexer::RIGHT_PAREN == AssayLexer::LEFT_PAREN + 1 && AssayLexer::RIGHT_BRACKET == AssayLexer::LEFT_BRACKET + 1 &&
              AssayLexer::RIGHT_BRACE == AssayLexer::LEFT_BRACE + 1);

bool IsReservedWord(size_t type) { return type >= AssayLexer::LF && type <= AssayLexer::NONE; }

bool IsNameLike(size_t type) {
  return type == AssayLexer::IDENTIFIER || (type >= AssayLexer::PACK && type <= AssayLexer::WORDS);
}

std::string Quote(std::string_view text, Token* token) {
  constexpr size_t kLongest = 24;
  if (token->getType() == Token::EOF) return "the end of the file";
  std::string_view shown = text.substr(token->getStartIndex(), token->getStopIndex() + 1 - token->getStartIndex());
  if (shown.size() <= kLongest) return fmt::format("`{}`", shown);
  size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xC0) == 0x80) --cut;
  return fmt::format("`{}...`", shown.substr(0, cut));
}

std::string NameOfTokenType(const antlr4::dfa::Vocabulary& vocabulary, size_t type) {
  switch (type) {
    case Token::EOF: return "the end of the file";
    case AssayLexer::IDENTIFIER: return "a name";
    case AssayLexer::STRING: return "a string";
    case AssayLexer::INTEGER: return "a number";
    case AssayLexer::VERSION: return "a version";
    default: {
      const std::string literal = vocabulary.getLiteralName(type);  // 'when'
      return literal.size() > 2 ? fmt::format("`{}`", literal.substr(1, literal.size() - 2)) : "";
    }
  }
}

bool BeginsLine(std::string_view text, Token* token) {
  for (size_t at = token->getStartIndex(); at > 0; --at) {
    const char c = text[at - 1];
    if (c == '\n') return true;
    if (c != ' ' && c != '\t' && c != '\r' && c != '\f') return false;
  }
  return true;
}

size_t NextIndex(antlr4::CommonTokenStream& tokens, size_t index) {
  const size_t last = tokens.size() - 1;
  do {
    ++index;
  } while (index < last && tokens.get(index)->getChannel() != Token::DEFAULT_CHANNEL);
  return std::min(index, last);
}

bool StartsDeclaration(antlr4::CommonTokenStream& tokens, size_t index) {
  const size_t type = tokens.get(index)->getType();
  const size_t next = tokens.get(NextIndex(tokens, index))->getType();
  const bool name_follows = IsNameLike(next) || IsReservedWord(next) || next == AssayLexer::STRING;
  switch (type) {
    case AssayLexer::MARK:
    case AssayLexer::LF:
    case AssayLexer::FN: return true;
    case AssayLexer::LET: return true;
    case AssayLexer::FOR: return name_follows || next == AssayLexer::LEFT_PAREN;
    default:
      return type >= AssayLexer::PACK && type <= AssayLexer::TEST && (name_follows || next == AssayLexer::LEFT_BRACE);
  }
}

}  // namespace assay
