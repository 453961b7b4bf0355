// What to say about text that does not fit the grammar: the commonest mistakes by name and with their mend, the rest as what
// was expected and what was found, in the language's words.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/parse/error_strategy.h"
#include "compiler/parse/generated/AssayParser.h"
#include "compiler/parse/tokens.h"

namespace assay {

using antlr4::ParserRuleContext;
using antlr4::Token;
using grammar::AssayParser;

namespace {

bool ExpectsValue(size_t rule) {
  switch (rule) {
    case AssayParser::RuleExpression:
    case AssayParser::RuleWholeExpression:
    case AssayParser::RuleTerm:
    case AssayParser::RuleComparison:
    case AssayParser::RuleOperation:
    case AssayParser::RuleOperand:
    case AssayParser::RulePrimary:
    case AssayParser::RuleExpressionName: return true;
    default: return false;
  }
}

bool BeginsValue(size_t type) {
  switch (type) {
    case AssayParser::LEFT_PAREN:
    case AssayParser::LEFT_BRACKET:
    case AssayParser::LEFT_BRACE:
    case AssayParser::TRUE:
    case AssayParser::FALSE:
    case AssayParser::NULL_:
    case AssayParser::IF:
    case AssayParser::NOT: return true;
    default: return IsNameLike(type) || (type >= AssayParser::RAW_STRING && type <= AssayParser::REGEX);
  }
}

// "`a`, `b` or `c`"
std::string Either(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

// Of the tokens that may be put in for the user.
std::string FixedSpelling(size_t type) {
  switch (type) {
    case AssayParser::WHEN: return "when";
    case AssayParser::ARROW: return "->";
    case AssayParser::ASSIGN: return "=";
    case AssayParser::COLON: return ":";
    default: return "in";
  }
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

constexpr auto kDeclarationWords = std::to_array<std::string_view>(
    {"lf", "labels", "schema", "set", "regex", "let", "for", "import", "param", "const", "map", "relation", "fn", "extern",
     "slice", "transform", "model", "test", "pack"});

// What other languages and tools call a declaration of ours.
std::string_view DeclarationFor(std::string_view word) {
  if (word == "rule" || word == "function" || word == "labeling_function") return "lf";
  if (word == "def" || word == "func") return "fn";
  if (word == "var" || word == "val") return "let";
  if (word == "record" || word == "struct" || word == "type" || word == "table") return "schema";
  if (word == "use" || word == "include") return "import";
  if (word == "pattern" || word == "re") return "regex";
  if (word == "list") return "set";
  if (word == "dict") return "map";
  if (word == "enum" || word == "classes") return "labels";
  if (word.size() < 3) return {};
  std::string_view best;
  size_t least = word.size() > 4 ? 3 : 2;
  for (const std::string_view candidate : kDeclarationWords) {
    if (candidate.size() < 3) continue;
    const size_t distance = EditDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

void ErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& e) {
  if (quick_ || inErrorRecoveryMode(parser)) return;
  beginErrorCondition(parser);
  auto* const context = static_cast<ParserRuleContext*>(e.getCtx());
  Explain(parser, context, e.getOffendingToken(), e.getExpectedTokens());
}

void ErrorStrategy::Explain(antlr4::Parser* parser, ParserRuleContext* context, Token* token,
                            const antlr4::misc::IntervalSet& expected) {
  const bool value_expected = ExpectsValue(context->getRuleIndex());
  if (ExplainCharacter(token, value_expected) || ExplainBracket(token) || ExplainMissingComma(context, token)) return;

  const SourceSpan span = PlaceOf(token);
  if (context->getRuleIndex() == AssayParser::RuleLfBody && token->getType() == AssayParser::ASSIGN) {
    ReportStandIn(token, AssayParser::ARROW);
    return;
  }
  if (ExplainEmptyCondition(token)) return;
  const std::string wanted = Expectation(parser, context, token, expected);
  Diagnostic diagnostic(DiagnosticKind::kUnexpectedToken, span, fmt::format("expected {}, found {}", wanted, Quote(text_, token)));
  if (IsReservedWord(token->getType()) && !EndsDeclaration(token) && wanted.find("name") != std::string::npos) {
    diagnostic.notes.push_back(fmt::format("{} is a reserved word and cannot be a name", Quote(text_, token)));
  }
  if (token->getType() == AssayParser::DOT && value_expected) diagnostic.notes.push_back("a number has a digit before its point: `0.5`");
  // Where the problem is on another line than the declaration, say which declaration it is.
  Token* const start = tokens_.get(start_);
  Token* const near = token->getType() == Token::EOF && TokenBefore(token) != nullptr ? TokenBefore(token) : token;
  if (start->getLine() != near->getLine() && start != near) {
    diagnostic.labels.push_back({SpanOf(file_, start), "in this declaration"});
  }
  sink_.Report(std::move(diagnostic));
}

SourceSpan ErrorStrategy::PlaceOf(Token* token) const {
  Token* const before = token->getType() == Token::EOF ? TokenBefore(token) : nullptr;
  if (before == nullptr) return SpanOf(file_, token);
  const uint32_t end = SpanOf(file_, before).end;
  return {file_, end, end};
}

bool ErrorStrategy::ExplainCharacter(Token* token, bool value_expected) {
  const SourceSpan span = SpanOf(file_, token);
  switch (token->getType()) {
    case AssayParser::UNEXPECTED: {
      const std::string_view character = text_.substr(span.begin, span.end - span.begin);
      if (character == "\"" || character == "'") {
        sink_.Report(Diagnostic(DiagnosticKind::kUnterminatedString, span, "this string has no closing quote on its line"));
      } else if (character == ";") {
        sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedCharacter, span, "`;` does not end anything")
                         .WithFix("leave it out", span, ""));
      } else if (character == "\u201C" || character == "\u201D" || character == "\u201E") {
        // Both marks of the string, where it ends on the line.
        Help help{"strings stand in straight quotes", {{span, "\""}}};
        const std::string_view rest = text_.substr(span.end, text_.find('\n', span.end) - span.end);
        if (const size_t close = rest.find("\u201D"); close != std::string_view::npos) {
          const auto at = static_cast<uint32_t>(span.end + close);
          help.edits.push_back({{file_, at, at + 3}, "\""});
        }
        Diagnostic diagnostic(DiagnosticKind::kUnexpectedCharacter, span, "a typographic quotation mark");
        diagnostic.helps.push_back(std::move(help));
        sink_.Report(std::move(diagnostic));
      } else if (static_cast<unsigned char>(character[0]) < 0x20 || character == "\x7f") {
        sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedCharacter, span,
                                fmt::format("a control character, U+{:04X}", static_cast<unsigned char>(character[0]))));
      } else {
        sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedCharacter, span, fmt::format("`{}` has no meaning here", character)));
      }
      return true;
    }
    case AssayParser::DIVIDE:
    case AssayParser::FLOOR_DIVIDE:
      if (!value_expected) return false;
      sink_.Report(Diagnostic(DiagnosticKind::kUnterminatedRegex, span,
                              token->getType() == AssayParser::DIVIDE ? "this pattern has no closing `/` on its line"
                                                                      : "an empty pattern")
                       .WithHelp("a pattern is written `/.../`; a slash inside is `\\/`"));
      return true;
    case AssayParser::UNTERMINATED_STRING:
      sink_.Report(Diagnostic(DiagnosticKind::kUnterminatedString, span, "this string has no closing quote on its line"));
      return true;
    default: return false;
  }
}

bool ErrorStrategy::ExplainBracket(Token* token) {
  Token* const open = OpenBracket(token);
  if (open != nullptr && EndsDeclaration(token)) {
    const char closer = open->getType() == AssayParser::LEFT_PAREN ? ')' : open->getType() == AssayParser::LEFT_BRACE ? '}' : ']';
    Diagnostic diagnostic(DiagnosticKind::kUnclosedBracket, SpanOf(file_, open), fmt::format("{} is never closed", Quote(text_, open)));
    const bool at_end = token->getType() == Token::EOF;
    diagnostic.labels.push_back({PlaceOf(token), at_end ? fmt::format("expected `{}` at the end", closer)
                                                        : fmt::format("expected `{}` before this", closer)});
    sink_.Report(std::move(diagnostic));
    return true;
  }
  if (!IsCloser(token->getType())) return false;
  if (open == nullptr) {
    sink_.Report(Diagnostic(DiagnosticKind::kUnclosedBracket, SpanOf(file_, token),
                            fmt::format("{} closes nothing", Quote(text_, token))));
    return true;
  }
  if (CloserOf(open->getType()) == token->getType()) return false;
  sink_.Report(Diagnostic(DiagnosticKind::kUnclosedBracket, SpanOf(file_, token),
                          fmt::format("{} does not close {}", Quote(text_, token), Quote(text_, open)))
                   .WithLabel(SpanOf(file_, open), "opened here"));
  return true;
}

bool ErrorStrategy::ExplainMissingComma(ParserRuleContext* context, Token* token) {
  switch (context->getRuleIndex()) {
    case AssayParser::RuleList:
    case AssayParser::RuleRecord:
    case AssayParser::RuleParenthesized:
    case AssayParser::RulePostfix:
    case AssayParser::RuleLabelsDeclaration:
    case AssayParser::RuleLfBody:
    case AssayParser::RuleTransformDeclaration: break;
    default: return false;
  }
  Token* const open = OpenBracket(token);
  Token* const before = TokenBefore(token);
  if (open == nullptr || before == nullptr || !BeginsValue(token->getType()) || IsOpener(before->getType()) ||
      before->getType() == AssayParser::COMMA) {
    return false;
  }
  const SourceSpan end = SpanOf(file_, before);
  const SourceSpan gap{file_, end.end, end.end};
  sink_.Report(Diagnostic(DiagnosticKind::kMissingToken, SpanOf(file_, token),
                          fmt::format("expected `,` before {}", Quote(text_, token)))
                   .WithFix("put a comma between the two", gap, ","));
  return true;
}

// `HAM when` without a condition takes the label on the next line for one; the problem shows at the `when` behind that.
bool ErrorStrategy::ExplainEmptyCondition(Token* token) {
  if (token->getType() != AssayParser::WHEN) return false;
  Token* const label = TokenBefore(token);
  if (label == nullptr || !BeginsLine(text_, label)) return false;
  Token* const when = TokenBefore(label);
  if (when == nullptr || when->getType() != AssayParser::WHEN) return false;
  sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedToken, SpanOf(file_, when), "expected a condition behind `when`"));
  return true;
}

void ErrorStrategy::ReportStandIn(Token* token, size_t wanted) {
  const std::string word = FixedSpelling(wanted);
  // `x:int` is written without blanks; a word needs them.
  const SourceSpan span = SpanOf(file_, token);
  const bool blank_before = span.begin > 0 && (text_[span.begin - 1] == ' ' || text_[span.begin - 1] == '\n');
  const bool is_word = wanted == AssayParser::WHEN || wanted == AssayParser::IN;
  sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedToken, span, fmt::format("expected `{}`, found {}", word, Quote(text_, token)))
                   .WithFix(fmt::format("write `{}`", word), span, is_word && !blank_before ? fmt::format(" {}", word) : word));
}

void ErrorStrategy::reportMissingToken(antlr4::Parser* parser) {
  if (inErrorRecoveryMode(parser)) return;
  beginErrorCondition(parser);
  Token* const token = parser->getCurrentToken();
  const antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
  const std::string word = FixedSpelling(static_cast<size_t>(expected.getMinElement()));
  const SourceSpan span = SpanOf(file_, token);
  Token* const before = TokenBefore(token);
  // A colon stands close to what is before it, other tokens have blanks on both sides.
  const bool close = word == ":" && before != nullptr;
  const uint32_t at = close ? SpanOf(file_, before).end : span.begin;
  sink_.Report(Diagnostic(DiagnosticKind::kMissingToken, span, fmt::format("expected `{}` before {}", word, Quote(text_, token)))
                   .WithFix(fmt::format("put `{}` before it", word), SourceSpan{file_, at, at}, close ? word : fmt::format("{} ", word)));
}

std::string ErrorStrategy::Expectation(antlr4::Parser* parser, ParserRuleContext* context, Token* token,
                                       const antlr4::misc::IntervalSet& expected) const {
  const size_t rule = context->getRuleIndex();
  Token* const before = TokenBefore(token);
  const size_t previous = before == nullptr ? 0 : before->getType();
  if (ExpectsValue(rule)) return previous == AssayParser::WHEN ? "a condition" : "a value";
  switch (rule) {
    case AssayParser::RuleDeclarationBody: return "a declaration";
    case AssayParser::RuleType:
    case AssayParser::RuleTypeName: return "a type";
    case AssayParser::RuleLabel: return "a label or `abstain`";
    case AssayParser::RuleString: return "a string";
    case AssayParser::RuleTextTestWord:
      if (previous == AssayParser::STARTS || previous == AssayParser::ENDS) return "`with`";
      return "a text test";
    case AssayParser::RuleVariables: return "a name, or names in parentheses";
    case AssayParser::RuleVersion: return "a version such as `1.0.0`";
    default: break;
  }
  const bool is_name = rule == AssayParser::RuleName || rule == AssayParser::RuleLabelName || rule == AssayParser::RuleTemplateName ||
                       rule == AssayParser::RuleMember || expected.contains(static_cast<size_t>(AssayParser::IDENTIFIER));
  std::vector<std::string> words;
  if (is_name) words.push_back("a name");
  constexpr size_t kMostWords = 5;
  for (const size_t type : expected.toList()) {
    if (is_name && IsNameLike(type)) continue;
    if (is_name && rule != AssayParser::RuleLfBody && (IsReservedWord(type) || type == AssayParser::MARK)) continue;
    std::string word = NameOfTokenType(parser->getVocabulary(), type);
    if (!word.empty()) words.push_back(std::move(word));
  }
  if (words.empty() || words.size() > kMostWords) return is_name ? "a name" : "something else";
  return Either(words);
}

void ErrorStrategy::ReportStray(size_t index) {
  set_start(index);
  Token* const token = tokens_.get(index);
  if (ExplainCharacter(token, false) || (IsCloser(token->getType()) && ExplainBracket(token))) return;
  const std::string_view word = text_.substr(token->getStartIndex(), token->getStopIndex() + 1 - token->getStartIndex());
  Diagnostic diagnostic(DiagnosticKind::kUnexpectedToken, SpanOf(file_, token),
                        fmt::format("expected a declaration, found {}", Quote(text_, token)));
  const std::string_view meant = IsNameLike(token->getType()) ? DeclarationFor(word) : std::string_view();
  if (!meant.empty()) {
    diagnostic.helps.push_back({fmt::format("did you mean `{}`?", meant), {{SpanOf(file_, token), std::string(meant)}}});
  } else {
    diagnostic.notes.push_back("a declaration begins with `lf`, `labels`, `schema`, `set`, `regex`, `let`, `for`, `import`, ...");
  }
  sink_.Report(std::move(diagnostic));
}

}  // namespace assay
