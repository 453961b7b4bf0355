// What the generated lexer needs beyond its grammar: whether a slash may begin a pattern.
#pragma once

#include <memory>

#include <antlr4-runtime.h>

namespace assay {

class LexerBase : public antlr4::Lexer {
 public:
  explicit LexerBase(antlr4::CharStream* input) : Lexer(input) {}

  std::unique_ptr<antlr4::Token> nextToken() override;

 protected:
  // False after a token that ends a value: there a slash divides. Words that can continue an expression (`matches`, `has`,
  // `in`, ...) do not end a value, even where they are the name of a field.
  bool PatternMayBegin() const;

 private:
  size_t previous_ = 0;  // the type of the last token that is not a comment; 0 at the start
};

}  // namespace assay
