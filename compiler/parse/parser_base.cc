// Counting the nesting: a walk up the contexts, bounded by the limit itself.
#include "compiler/parse/parser_base.h"

#include "compiler/parse/generated/AssayParser.h"
#include "compiler/parse/parse.h"

namespace assay {

using grammar::AssayParser;

void ParserBase::Descend(const antlr4::ParserRuleContext* context) {
  size_t depth = 0;
  for (const antlr4::RuleContext* at = context; at != nullptr; at = static_cast<const antlr4::RuleContext*>(at->parent)) {
    const size_t rule = at->getRuleIndex();
    if (rule == AssayParser::RuleExpression || rule == AssayParser::RuleType || rule == AssayParser::RuleDeclaration) ++depth;
  }
  if (depth > kMaxNesting) throw NestingError{getCurrentToken()};
}

}  // namespace assay
