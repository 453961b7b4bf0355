// Drives the generated parser over a file, a declaration at a time: quickly first, and again with reports where that fails.
#include "compiler/parse/parse.h"

#include <fmt/format.h>

#include "compiler/parse/byte_stream.h"
#include "compiler/parse/error_strategy.h"
#include "compiler/parse/generated/AssayLexer.h"
#include "compiler/parse/generated/AssayParser.h"
#include "compiler/parse/parser_base.h"
#include "compiler/parse/tokens.h"
#include "compiler/parse/tree_builder.h"

namespace assay {

using antlr4::Token;
using grammar::AssayLexer;
using grammar::AssayParser;

namespace {

class FileParser {
 public:
  FileParser(const SourceStore& sources, FileId file, DiagnosticSink& sink, ast::Ast& ast)
      : sources_(sources),
        file_(file),
        text_(sources.Text(file)),
        sink_(sink),
        ast_(ast),
        stream_(text_, 0, text_.size()),
        lexer_(&stream_),
        tokens_(&lexer_),
        parser_(&tokens_),
        strategy_(std::make_shared<ErrorStrategy>(sources, file, tokens_, sink)),
        builder_(sources, ast, sink) {
    lexer_.removeErrorListeners();
    parser_.removeErrorListeners();
    parser_.setErrorHandler(strategy_);
  }

  void Run() {
    tokens_.fill();
    ast_.SetTrivia(CollectTrivia(file_, text_, tokens_));
    size_t at = FirstIndex();
    bool follows_error = false;
    while (tokens_.get(at)->getType() != Token::EOF && !sink_.full()) {
      Token* const token = tokens_.get(at);
      if (IsDeclarationKeyword(token->getType())) {
        follows_error = !ParseDeclaration(at);
        const size_t after = tokens_.index();
        at = follows_error ? Resync(std::max(after, NextIndex(tokens_, at)), at) : after;
      } else {
        // The end of a block whose start could not be read is not another mistake.
        if (!(follows_error && IsCloser(token->getType()))) strategy_->ReportStray(at);
        at = Resync(NextIndex(tokens_, at), at);
        follows_error = true;
      }
    }
  }

 private:
  static bool IsDeclarationKeyword(size_t type) {
    return (type >= AssayLexer::LF && type <= AssayLexer::FN) || (type >= AssayLexer::PACK && type <= AssayLexer::TEST) ||
           type == AssayLexer::MARK;
  }

  size_t FirstIndex() {
    return tokens_.get(0)->getChannel() == Token::DEFAULT_CHANNEL ? 0 : NextIndex(tokens_, 0);
  }

  // Parses the declaration that begins at this token and adds it. False where there was a problem.
  bool ParseDeclaration(size_t start) {
    strategy_->set_start(start);
    const size_t errors_before = sink_.error_count();
    AssayParser::DeclarationContext* context = TryParse(start, true);
    const bool quick = context != nullptr;
    try {
      if (!quick) context = TryParse(start, false);
    } catch (const NestingError& e) {
      sink_.Report(Diagnostic(DiagnosticKind::kNestedTooDeeply, SpanOf(file_, e.token),
                              fmt::format("more than {} levels of nesting", kMaxNesting))
                       .WithHelp("give parts of it names with `let`"));
      return false;
    }
    if (context == nullptr) return false;
    const ast::DeclId id = builder_.BuildDeclaration(context, tokens_);
    if (id.has_value()) ast_.AddTopLevel(id);
    return quick || sink_.error_count() == errors_before;
  }

  // Null where the quick way finds a problem.
  AssayParser::DeclarationContext* TryParse(size_t start, bool quick) {
    strategy_->set_quick(quick);
    parser_.reset();
    tokens_.seek(start);
    parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(quick ? antlr4::atn::PredictionMode::SLL
                                                                                      : antlr4::atn::PredictionMode::LL);
    try {
      return parser_.declaration();
    } catch (const antlr4::ParseCancellationException&) {
      return nullptr;
    } catch (const NestingError&) {
      if (!quick) throw;
      return nullptr;
    }
  }

  // The first token from `from` on that begins a line and a declaration, no further to the right than the one that failed.
  size_t Resync(size_t from, size_t failed) {
    const size_t column = tokens_.get(failed)->getCharPositionInLine();
    for (size_t at = from;; at = NextIndex(tokens_, at)) {
      Token* const token = tokens_.get(at);
      if (token->getType() == Token::EOF) return at;
      if (BeginsLine(text_, token) && token->getCharPositionInLine() <= column && 
          (StartsDeclaration(tokens_, at) || ResemblesDeclaration(at))) {
        return at;
      }
    }
  }

  // `lable Spam {`: two names and what follows them in a declaration.
  bool ResemblesDeclaration(size_t at) {
    if (tokens_.get(at)->getType() != AssayLexer::IDENTIFIER) return false;
    const size_t second = NextIndex(tokens_, at);
    if (!IsNameLike(tokens_.get(second)->getType())) return false;
    switch (tokens_.get(NextIndex(tokens_, second))->getType()) {
      case AssayLexer::LEFT_BRACE:
      case AssayLexer::LEFT_PAREN:
      case AssayLexer::ARROW:
      case AssayLexer::FAT_ARROW:
      case AssayLexer::COLON:
      case AssayLexer::ASSIGN: return true;
      default: return false;
    }
  }

  const SourceStore& sources_;
  FileId file_;
  std::string_view text_;
  DiagnosticSink& sink_;
  ast::Ast& ast_;
  ByteStream stream_;
  AssayLexer lexer_;
  antlr4::CommonTokenStream tokens_;
  AssayParser parser_;
  std::shared_ptr<ErrorStrategy> strategy_;
  TreeBuilder builder_;
};

}  // namespace

ast::Ast Parse(const SourceStore& sources, FileId file, DiagnosticSink& sink) {
  ast::Ast ast(file);
  if (const auto invalid = sources.FirstInvalidByte(file)) {
    const uint32_t end = *invalid + 3;  // the replacement character
    sink.Report(Diagnostic(DiagnosticKind::kInvalidUtf8, {file, *invalid, end}, "this byte is not UTF-8")
                    .WithHelp("rule files are UTF-8 text; save the file as UTF-8"));
    return ast;
  }
  FileParser(sources, file, sink, ast).Run();
  return ast;
}

}  // namespace assay
