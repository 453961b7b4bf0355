// What the generated parser does about text that does not fit the grammar.
//
// A declaration is parsed twice if need be. The first time is quick: SLL prediction, and the first problem ends it. The second
// time is with full prediction and reports: the problem is put into the language's words, and parsing goes on behind the
// smallest item that contains it (a branch, a field, a declaration of a family, else the whole declaration).
#pragma once

#include <antlr4-runtime.h>

#include "compiler/diagnostics/sink.h"
#include "compiler/source/source_store.h"

namespace assay {

class ErrorStrategy : public antlr4::DefaultErrorStrategy {
 public:
  ErrorStrategy(const SourceStore& sources, FileId file, antlr4::CommonTokenStream& tokens, DiagnosticSink& sink)
      : file_(file), text_(sources.Text(file)), tokens_(tokens), sink_(sink) {}

  void set_quick(bool quick) { quick_ = quick; }
  // Where the declaration begins that is being parsed (an index of a token).
  void set_start(size_t start) { start_ = start; }

  void sync(antlr4::Parser*) override {}
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& e) override;
  void recover(antlr4::Parser* parser, std::exception_ptr e) override;

  // For text where no declaration begins.
  void ReportStray(size_t index);

 protected:
  void reportMissingToken(antlr4::Parser* parser) override;

 private:
  void Explain(antlr4::Parser* parser, antlr4::ParserRuleContext* context, antlr4::Token* token,
               const antlr4::misc::IntervalSet& expected);
  bool ExplainBracket(antlr4::Token* token);
  bool ExplainCharacter(antlr4::Token* token, bool value_expected);
  bool ExplainEmptyCondition(antlr4::Token* token);
  bool ExplainMissingComma(antlr4::ParserRuleContext* context, antlr4::Token* token);
  // Another token stands where `wanted` should.
  void ReportStandIn(antlr4::Token* token, size_t wanted);
  std::string Expectation(antlr4::Parser* parser, antlr4::ParserRuleContext* context, antlr4::Token* token,
                          const antlr4::misc::IntervalSet& expected) const;
  antlr4::Token* TokenBefore(antlr4::Token* token) const;
  // Where to point at a token: the end of the file is behind the last token, not behind the comments after it.
  SourceSpan PlaceOf(antlr4::Token* token) const;
  // The innermost bracket that is open before this token, within the declaration.
  antlr4::Token* OpenBracket(antlr4::Token* token) const;
  bool EndsDeclaration(antlr4::Token* token) const;
  void SkipItem(antlr4::Parser* parser, antlr4::ParserRuleContext* item);

  FileId file_;
  std::string_view text_;
  antlr4::CommonTokenStream& tokens_;
  DiagnosticSink& sink_;
  bool quick_ = true;
  size_t start_ = 0;
};

}  // namespace assay
