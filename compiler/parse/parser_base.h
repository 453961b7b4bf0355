// What the generated parser needs beyond its grammar: the limit on nesting.
#pragma once

#include <antlr4-runtime.h>

namespace assay {

// Thrown out of the generated parser where kMaxNesting is exceeded; caught in parse.cc.
struct NestingError {
  antlr4::Token* token;
};

class ParserBase : public antlr4::Parser {
 public:
  explicit ParserBase(antlr4::TokenStream* input) : Parser(input) {}

 protected:
  // Called on entering each rule that can contain itself.
  void Descend(const antlr4::ParserRuleContext* context);
};

}  // namespace assay
