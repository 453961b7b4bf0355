// Comments and blank lines, from the tokens the parser does not see and the gaps between all tokens.
#include <algorithm>

#include "compiler/parse/generated/AssayLexer.h"
#include "compiler/parse/tokens.h"
#include "compiler/parse/tree_builder.h"

namespace assay {

using antlr4::Token;
using ast::Trivia;
using grammar::AssayLexer;

namespace {

size_t CountLineBreaks(std::string_view text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '\n')); }

bool IsComment(Token* token) { return token->getType() == AssayLexer::COMMENT || token->getType() == AssayLexer::DOC_COMMENT; }

}  // namespace

std::vector<Trivia> CollectTrivia(FileId file, std::string_view text, antlr4::CommonTokenStream& tokens) {
  std::vector<Trivia> trivia;
  uint32_t end = 0;  // of the token before
  for (size_t i = 0; i < tokens.size(); ++i) {
    Token* const token = tokens.get(i);
    const auto begin = token->getType() == Token::EOF ? static_cast<uint32_t>(text.size()) : static_cast<uint32_t>(token->getStartIndex());
    const std::string_view gap = text.substr(end, begin - end);
    const size_t line_breaks = CountLineBreaks(gap);
    // At the start of the file there is no line to end first.
    if (line_breaks > (end == 0 ? 0 : 1)) trivia.push_back({Trivia::Kind::kBlankLines, false, {file, end, begin}});
    if (token->getType() == Token::EOF) break;
    const SourceSpan span = SpanOf(file, token);
    if (IsComment(token)) {
      const auto kind = token->getType() == AssayLexer::DOC_COMMENT ? Trivia::Kind::kDocComment : Trivia::Kind::kComment;
      trivia.push_back({kind, end > 0 && line_breaks == 0, span});
    }
    end = span.end;
  }
  return trivia;
}

std::string TreeBuilder::DocBefore(Token* token, antlr4::CommonTokenStream& tokens) const {
  std::vector<std::string_view> lines;
  size_t below = token->getStartIndex();
  for (size_t i = token->getTokenIndex(); i > 0; --i) {
    Token* const comment = tokens.get(i - 1);
    if (!IsComment(comment) || !BeginsLine(text_, comment)) break;
    const SourceSpan span = SpanOf(file_, comment);
    if (CountLineBreaks(text_.substr(span.end, below - span.end)) > 1) break;  // a blank line ends the doc comment
    below = span.begin;
    if (comment->getType() != AssayLexer::DOC_COMMENT) continue;
    std::string_view line = TextOf(span).substr(2);
    if (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    lines.push_back(line);
  }
  std::string doc;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line != lines.rbegin()) doc += '\n';
    doc += *line;
  }
  return doc;
}

}  // namespace assay
