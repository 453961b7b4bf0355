// Expressions. Operators of one flat rule are put into their order of precedence here: `??` binds loosest of those in `operation`,
// then `+ - |`, then `* / // % &`, all from the left; `and` binds tighter than `or`.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/parse/parse.h"
#include "compiler/parse/tokens.h"
#include "compiler/parse/tree_builder.h"

namespace assay {

using antlr4::ParserRuleContext;
using antlr4::Token;
using ast::BinaryOp;
using ast::CompareOp;
using ast::Expr;
using ast::ExprId;
using ast::ExprKind;
using ast::Name;
using ast::Quantifier;
using ast::TextTest;
using P = grammar::AssayParser;

namespace {

// Missing, or left by an exception.
bool Broken(const ParserRuleContext* c) { return c == nullptr || c->exception != nullptr || c->start == nullptr || c->stop == nullptr; }

Token* TerminalOf(antlr4::tree::ParseTree* node) {
  auto* const terminal = dynamic_cast<antlr4::tree::TerminalNode*>(node);
  return terminal == nullptr ? nullptr : terminal->getSymbol();
}

size_t FirstType(const ParserRuleContext* c) { return c->start->getType(); }

// The children of a rule without looking for each by its position, which would be quadratic.
template <typename T>
std::vector<T*> RulesIn(ParserRuleContext* c) {
  std::vector<T*> found;
  for (antlr4::tree::ParseTree* const child : c->children) {
    if (auto* const rule = dynamic_cast<T*>(child)) found.push_back(rule);
  }
  return found;
}

struct Infix {
  BinaryOp op;
  int level;
};

Infix InfixOf(size_t type) {
  switch (type) {
    case P::COALESCE: return {BinaryOp::kCoalesce, 1};
    case P::PLUS: return {BinaryOp::kAdd, 2};
    case P::MINUS: return {BinaryOp::kSubtract, 2};
    case P::BAR: return {BinaryOp::kUnion, 2};
    case P::STAR: return {BinaryOp::kMultiply, 3};
    case P::DIVIDE: return {BinaryOp::kDivide, 3};
    case P::FLOOR_DIVIDE: return {BinaryOp::kFloorDivide, 3};
    case P::PERCENT: return {BinaryOp::kModulo, 3};
    default: return {BinaryOp::kIntersect, 3};
  }
}

bool IsComparison(P::TestContext* c) {
  const size_t type = FirstType(c);
  return (type >= P::EQUAL && type <= P::ASSIGN) || type == P::IDENTICAL || type == P::DIFFERS;
}

}  // namespace

Expr TreeBuilder::Node(ExprKind kind, SourceSpan span) const {
  Expr e;
  e.kind = kind;
  e.span = span;
  return e;
}

SourceSpan TreeBuilder::SpanOfContext(ParserRuleContext* c) const { return SpanOf(file_, c->start, c->stop); }

ExprId TreeBuilder::Add(Expr expr, std::span<const ExprId> children, std::span<const Name> names, std::span<const CompareOp> ops) {
  size_t height = 0;
  for (const ExprId child : children) {
    if (child.has_value()) height = std::max<size_t>(height, heights_[child.index()]);
  }
  if (++height > kMaxExprHeight) {
    if (!height_reported_) {
      sink_.Report(Diagnostic(DiagnosticKind::kNestedTooDeeply, expr.op_span.has_value() ? expr.op_span : expr.span,
                              fmt::format("more than {} operators inside each other", kMaxExprHeight))
                       .WithHelp("give parts of it names with `let`"));
    }
    height_reported_ = true;
    expr = Node(ExprKind::kError, expr.span);
    height = 1;
    children = {};
    names = {};
    ops = {};
  }
  const ExprId id = ast_.Add(expr, children, names, ops);
  heights_.resize(id.index() + 1);
  heights_[id.index()] = static_cast<uint16_t>(height);
  return id;
}

ExprId TreeBuilder::BuildExpression(P::ExpressionContext* c) {
  if (Broken(c)) return Error(c == nullptr || c->start == nullptr ? SourceSpan{file_, 0, 0} : SpanOf(file_, c->start));
  if (c->children.size() == 1) return BuildTerm(static_cast<P::TermContext*>(c->children[0]));
  // Groups of `and`, which are the operands of `or`.
  struct Group {
    Children operands;
    SourceSpan span;
  };
  std::vector<Group> groups(1);
  for (antlr4::tree::ParseTree* const child : c->children) {
    Token* const word = TerminalOf(child);
    if (word == nullptr) {
      auto* const term = static_cast<P::TermContext*>(child);
      Group& group = groups.back();
      const SourceSpan span = SpanOfContext(term);
      group.span = group.operands.empty() ? span : SourceSpan{file_, group.span.begin, span.end};
      group.operands.push_back(BuildTerm(term));
      continue;
    }
    const bool is_or = word->getType() == P::OR || word->getType() == P::BARS;
    if (word->getType() == P::AMPERSANDS || word->getType() == P::BARS) {
      const std::string_view right = is_or ? "or" : "and";
      const SourceSpan span = SpanOf(file_, word);
      sink_.Report(Diagnostic(DiagnosticKind::kForeignOperator, span, fmt::format("{} is written `{}`", Quote(text_, word), right))
                       .WithFix(fmt::format("write `{}`", right), span, std::string(right)));
    }
    if (is_or) groups.emplace_back();
  }
  Children operands;
  for (const Group& group : groups) {
    operands.push_back(group.operands.size() == 1 ? group.operands[0] : Add(Node(ExprKind::kAnd, group.span), group.operands));
  }
  return operands.size() == 1 ? operands[0] : Add(Node(ExprKind::kOr, SpanOfContext(c)), operands);
}

ExprId TreeBuilder::BuildTerm(P::TermContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  antlr4::tree::ParseTree* const last = c->children.back();
  ExprId inner;
  if (auto* const comparison = dynamic_cast<P::ComparisonContext*>(last)) {
    inner = BuildComparison(comparison);
  } else if (auto* const quantifier = dynamic_cast<P::QuantifierContext*>(last)) {
    inner = BuildQuantifier(quantifier);
  } else {
    inner = BuildConditional(static_cast<P::ConditionalContext*>(last));
  }
  for (size_t i = c->children.size() - 1; i > 0; --i) {
    Token* const word = TerminalOf(c->children[i - 1]);
    const SourceSpan span = SpanOf(file_, word);
    if (word->getType() == P::BANG) {
      sink_.Report(Diagnostic(DiagnosticKind::kForeignOperator, span, "`!` is written `not`").WithFix("write `not`", span, "not "));
    }
    Expr e = Node(ExprKind::kNot, {file_, span.begin, SpanOfContext(c).end});
    e.op_span = span;
    inner = Add(e, {inner});
  }
  return inner;
}

ExprId TreeBuilder::BuildConditional(P::ConditionalContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  Expr e = Node(ExprKind::kIf, SpanOfContext(c));
  e.op_span = SpanOf(file_, c->start);
  return Add(e, {BuildExpression(c->expression(0)), BuildExpression(c->expression(1)), BuildExpression(c->expression(2))});
}

ExprId TreeBuilder::BuildQuantifier(P::QuantifierContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  const ExprId list = BuildOperation(c->operation());
  const ExprId body = BuildExpression(c->expression());
  Expr e = Node(ExprKind::kQuantifier, SpanOfContext(c));
  e.op_span = SpanOf(file_, c->start);
  Children children = {list, body};
  Quantifier kind = Quantifier::kAtLeast;
  switch (FirstType(c)) {
    case P::ANY: kind = Quantifier::kAny; break;
    case P::ALL: kind = Quantifier::kAll; break;
    case P::NONE: kind = Quantifier::kNone; break;
    default: children.push_back(BuildPrimary(c->primary())); break;
  }
  e.op = static_cast<uint8_t>(kind);
  return Add(e, children, BuildVariables(c->variables()));
}

ExprId TreeBuilder::BuildComparison(P::ComparisonContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  const ExprId first = BuildOperation(static_cast<P::OperationContext*>(c->children[0]));
  if (c->children.size() == 1) return first;
  if (c->children.size() > 2) return BuildChain(c, first);
  return BuildTest(first, SpanOfContext(c), static_cast<P::TestContext*>(c->children[1]));
}

ExprId TreeBuilder::BuildChain(P::ComparisonContext* c, ExprId first) {
  const auto tests = RulesIn<P::TestContext>(c);
  const auto odd = std::find_if(tests.begin(), tests.end(), [](P::TestContext* t) { return !IsComparison(t); });
  if (odd != tests.end()) {
    // The second test of the pair is the one that does not fit.
    P::TestContext* const at = odd == tests.begin() ? tests[1] : *odd;
    sink_.Report(Diagnostic(DiagnosticKind::kBadChain, SpanOf(file_, at->start), "only comparisons can follow each other")
                     .WithHelp("join the tests with `and`, or put one in parentheses"));
    return Error(SpanOfContext(c));
  }
  Children operands = {first};
  std::vector<CompareOp> ops;
  for (P::TestContext* const test : tests) {
    if (Broken(test)) return Error(SpanOfContext(c));
    ops.push_back(CompareOpOf(test));
    operands.push_back(BuildOperation(test->operation(0)));
  }
  Expr e = Node(ExprKind::kChain, SpanOfContext(c));
  e.op_span = SpanOf(file_, tests[0]->start);
  return Add(e, operands, {}, ops);
}

CompareOp TreeBuilder::CompareOpOf(P::TestContext* c) {
  Token* const token = c->start;
  const SourceSpan span = SpanOf(file_, token);
  const auto foreign = [&](std::string_view right) {
    sink_.Report(Diagnostic(DiagnosticKind::kForeignOperator, span,
                            token->getType() == P::ASSIGN ? std::string("`=` gives a name to something; it does not compare")
                                                          : fmt::format("{} is written `{}`", Quote(text_, token), right))
                     .WithFix(fmt::format("write `{}`", right), span, std::string(right)));
  };
  switch (token->getType()) {
    case P::EQUAL: return CompareOp::kEqual;
    case P::NOT_EQUAL: return CompareOp::kNotEqual;
    case P::LESS: return CompareOp::kLess;
    case P::LESS_EQUAL: return CompareOp::kLessEqual;
    case P::GREATER: return CompareOp::kGreater;
    case P::GREATER_EQUAL: return CompareOp::kGreaterEqual;
    case P::DIFFERS: foreign("!="); return CompareOp::kNotEqual;
    default: foreign("=="); return CompareOp::kEqual;
  }
}

// `span` is that of the whole comparison.
ExprId TreeBuilder::BuildTest(ExprId left, SourceSpan span, P::TestContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  const SourceSpan op_span = SpanOf(file_, c->start);
  const auto make = [&](ExprKind kind) {
    Expr e = Node(kind, span);
    e.op_span = op_span;
    return e;
  };
  switch (FirstType(c)) {
    case P::IS: {
      Expr e = make(ExprKind::kIsNull);
      e.negated = c->NOT() != nullptr;
      e.op_span = SpanOfContext(c);
      return Add(e, {left});
    }
    case P::VOTES: return Add(make(ExprKind::kVotes), {left});
    case P::ABSTAINS: return Add(make(ExprKind::kAbstains), {left});
    case P::TILDE: {
      Expr e = make(ExprKind::kTextTest);
      e.op = static_cast<uint8_t>(TextTest::kFuzzy);
      return Add(e, {left, BuildOperation(c->operation(0)), BuildOperation(c->operation(1))});
    }
    default: break;
  }
  if (!IsComparison(c)) return BuildTextTest(left, span, c);
  Expr e = make(ExprKind::kCompare);
  e.op = static_cast<uint8_t>(CompareOpOf(c));
  return Add(e, {left, BuildOperation(c->operation(0))});
}

// `[not] in`, and text tests.
ExprId TreeBuilder::BuildTextTest(ExprId left, SourceSpan span, P::TestContext* c) {
  const ExprId right = BuildOperation(c->operation(0));
  Expr e = Node(ExprKind::kIn, span);
  e.op_span = SpanOf(file_, c->start);
  P::TextTestWordContext* const word = c->textTestWord();
  for (antlr4::tree::TerminalNode* const modifier : c->NOCASE()) {
    e.modifiers |= Expr::kNocase;
    if (word == nullptr) {
      sink_.Report(Diagnostic(DiagnosticKind::kBadArgument, SpanOf(file_, modifier->getSymbol()), "`in` takes no modifier")
                       .WithHelp("declare the set with `nocase`, or lower both sides"));
    }
  }
  if (!c->WORDS().empty()) e.modifiers |= Expr::kWords;
  if (word == nullptr) {
    e.modifiers = 0;
    e.negated = c->NOT() != nullptr;
    return Add(e, {left, right});
  }
  if (Broken(word)) return Error(e.span);
  e.kind = ExprKind::kTextTest;
  e.op_span = SpanOfContext(word);
  TextTest test = TextTest::kContains;
  switch (FirstType(word)) {
    case P::CONTAINS: test = TextTest::kContains; break;
    case P::MATCHES: test = TextTest::kMatches; break;
    case P::STARTS: test = TextTest::kStartsWith; break;
    case P::ENDS: test = TextTest::kEndsWith; break;
    case P::LIKE: test = TextTest::kLike; break;
    default:
      test = word->ANY() != nullptr    ? TextTest::kHasAny
             : word->ALL() != nullptr  ? TextTest::kHasAll
             : word->NONE() != nullptr ? TextTest::kHasNone
                                       : TextTest::kHas;
      break;
  }
  e.op = static_cast<uint8_t>(test);
  const ExprId positive = Add(e, {left, right});
  if (c->NOT() == nullptr) return positive;
  // `t not contains s`: what is meant is clear, how it is written is `not (t contains s)`.
  Token* const not_word = c->NOT()->getSymbol();
  const SourceSpan not_span = SpanOf(file_, not_word);
  Help help{"put `not` before the whole test", {}};
  help.edits.push_back({{file_, e.span.begin, e.span.begin}, "not ("});
  help.edits.push_back({{file_, not_span.begin, SpanOf(file_, word->start).begin}, ""});
  help.edits.push_back({{file_, e.span.end, e.span.end}, ")"});
  Diagnostic diagnostic(DiagnosticKind::kForeignOperator, not_span, "`not` stands before a text test, not inside it");
  diagnostic.helps.push_back(std::move(help));
  sink_.Report(std::move(diagnostic));
  return Add(Node(ExprKind::kNot, e.span), {positive});
}

ExprId TreeBuilder::BuildOperation(P::OperationContext* c) {
  if (Broken(c)) return Error(c == nullptr || c->start == nullptr ? SourceSpan{file_, 0, 0} : SpanOf(file_, c->start));
  if (c->children.size() == 1) return BuildOperand(static_cast<P::OperandContext*>(c->children[0]));
  // Two stacks: operands, and the operators that wait for their right side.
  struct Waiting {
    Infix infix;
    SourceSpan span;
  };
  struct Operand {
    ExprId id;
    SourceSpan span;  // with parentheses
  };
  std::vector<Operand> operands;
  std::vector<Waiting> waiting;
  const auto reduce = [&] {
    const Operand right = operands.back();
    operands.pop_back();
    const Operand left = operands.back();
    Expr e = Node(ExprKind::kBinary, {file_, left.span.begin, right.span.end});
    e.op = static_cast<uint8_t>(waiting.back().infix.op);
    e.op_span = waiting.back().span;
    waiting.pop_back();
    operands.back() = {Add(e, {left.id, right.id}), e.span};
  };
  for (antlr4::tree::ParseTree* const child : c->children) {
    if (auto* const infix = dynamic_cast<P::InfixContext*>(child)) {
      const Infix next = InfixOf(FirstType(infix));
      while (!waiting.empty() && waiting.back().infix.level >= next.level) reduce();
      waiting.push_back({next, SpanOf(file_, infix->start)});
    } else {
      auto* const operand = static_cast<P::OperandContext*>(child);
      operands.push_back({BuildOperand(operand), SpanOfContext(operand)});
    }
  }
  while (!waiting.empty()) reduce();
  return operands[0].id;
}

ExprId TreeBuilder::BuildOperand(P::OperandContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  size_t minuses = 0;
  while (TerminalOf(c->children[minuses]) != nullptr) ++minuses;
  auto* const primary = static_cast<P::PrimaryContext*>(c->children[minuses]);
  const bool bare = c->children.size() == minuses + 1;
  ExprId result;
  size_t negations = minuses;
  if (minuses > 0 && bare && !Broken(primary) && (primary->INTEGER() != nullptr || primary->FLOAT() != nullptr)) {
    // The last `-` is part of the number, so that the least integer can be written.
    Token* const minus = TerminalOf(c->children[minuses - 1]);
    result = BuildNumber(primary->start, true, SpanOf(file_, minus, primary->stop));
    --negations;
  } else {
    result = BuildPrimary(primary);
    for (size_t i = minuses + 1; i < c->children.size(); ++i) {
      auto* const postfix = static_cast<P::PostfixContext*>(c->children[i]);
      result = BuildPostfix(result, {file_, SpanOfContext(primary).begin, SpanOfContext(postfix).end}, postfix);
    }
  }
  for (; negations > 0; --negations) {
    const SourceSpan minus = SpanOf(file_, TerminalOf(c->children[negations - 1]));
    Expr e = Node(ExprKind::kNegate, {file_, minus.begin, SpanOfContext(c).end});
    e.op_span = minus;
    result = Add(e, {result});
  }
  return result;
}

ExprId TreeBuilder::BuildPostfix(ExprId object, SourceSpan span, P::PostfixContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  switch (FirstType(c)) {
    case P::DOT: {
      const Name member = NameOf(c->member());
      Expr e = Node(ExprKind::kMember, span);
      return Add(e, std::span(&object, 1), std::span(&member, 1));
    }
    case P::LEFT_PAREN: return BuildCall(object, c->arguments(), span);
    default: break;
  }
  // `[index]`, or `[start:stop:step]` with parts left out.
  const auto bounds = RulesIn<P::SliceBoundContext>(c);
  std::vector<ExprId> parts;
  for (P::SliceBoundContext* const bound : bounds) {
    parts.push_back(bound->children.empty() ? ExprId() : BuildExpression(bound->expression()));
  }
  if (parts.size() == 1) {
    if (!parts[0].has_value()) {
      sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedToken, SpanOf(file_, c->stop), "expected an index, found `]`"));
      return Error(span);
    }
    return Add(Node(ExprKind::kIndex, span), {object, parts[0]});
  }
  parts.resize(3);
  return Add(Node(ExprKind::kSlice, span), {object, parts[0], parts[1], parts[2]});
}

ExprId TreeBuilder::BuildCall(ExprId callee, P::ArgumentsContext* c, SourceSpan span) {
  Children children = {callee};
  std::vector<Name> names;
  const bool by_name = ast_.Get(callee).kind == ExprKind::kName;
  const std::string_view function = by_name ? ast_.Get(callee).text : std::string_view();
  if (c != nullptr) {
    if (Broken(c)) return Error(span);
    const auto arguments = RulesIn<P::ArgumentContext>(c);
    for (P::ArgumentContext* const argument : arguments) {
      if (Broken(argument)) return Error(span);
      const ExprId first = BuildExpression(argument->expression(0));
      if (argument->COLON() == nullptr) {
        children.push_back(first);
        names.emplace_back();
        continue;
      }
      const Expr& key = ast_.Get(first);
      if (key.kind == ExprKind::kName && !key.parenthesized) {
        const Name name{key.text, key.span};
        names.push_back(name);
        children.push_back(BuildExpression(argument->expression(1)));
      } else if (function == "count" && arguments.size() == 1 && key.kind == ExprKind::kIn && !key.negated) {
        const auto parts = ast_.Children(first);
        const std::vector<Name> variables = NamesIn(parts[0]);
        const ExprId list = parts[1];
        const ExprId body = BuildExpression(argument->expression(1));
        if (variables.empty()) {
          sink_.Report(Diagnostic(DiagnosticKind::kBadArgument, ast_.Get(parts[0]).span, "expected the name of a variable before `in`"));
          return Error(span);
        }
        Expr e = Node(ExprKind::kQuantifier, span);
        e.op = static_cast<uint8_t>(Quantifier::kCount);
        e.op_span = ast_.Get(callee).span;
        const ExprId both[] = {list, body};
        return Add(e, both, variables);
      } else {
        if (key.kind != ExprKind::kError) {
          sink_.Report(Diagnostic(DiagnosticKind::kBadArgument, key.span, "expected the name of an argument before `:`"));
        }
        return Error(span);
      }
    }
  }
  if (function == "format" && children.size() > 1 && ast_.Get(children[1]).kind == ExprKind::kString) {
    const SourceSpan literal = ast_.Get(children[1]).span;
    const Children parts = BuildTemplateParts(literal);
    children[1] = Add(Node(ExprKind::kTemplate, literal), parts);
  }
  return Add(Node(ExprKind::kCall, span), children, names);
}

std::vector<Name> TreeBuilder::NamesIn(ExprId pattern) const {
  const Expr& e = ast_.Get(pattern);
  if (e.kind == ExprKind::kName) return {Name{e.text, e.span}};
  if (e.kind != ExprKind::kTuple) return {};
  std::vector<Name> names;
  for (const ExprId child : ast_.Children(pattern)) {
    const Expr& name = ast_.Get(child);
    if (name.kind != ExprKind::kName) return {};
    names.push_back({name.text, name.span});
  }
  return names;
}

ExprId TreeBuilder::BuildPrimary(P::PrimaryContext* c) {
  if (Broken(c)) return Error(c == nullptr || c->start == nullptr ? SourceSpan{file_, 0, 0} : SpanOf(file_, c->start));
  const SourceSpan span = SpanOfContext(c);
  switch (FirstType(c)) {
    case P::NULL_: return Add(Node(ExprKind::kNull, span));
    case P::ABSTAIN: return Add(Node(ExprKind::kAbstain, span));
    case P::TRUE:
    case P::FALSE: {
      Expr e = Node(ExprKind::kBool, span);
      e.value = FirstType(c) == P::TRUE ? 1 : 0;
      return Add(e);
    }
    case P::INTEGER:
    case P::FLOAT:
    case P::BAD_NUMBER:
    case P::VERSION: return BuildNumber(c->start, false, span);
    case P::DURATION: return BuildDuration(c->start);
    case P::REGEX: return BuildPattern(c->start);
    case P::STRING:
    case P::RAW_STRING:
    case P::SINGLE_QUOTED:
    case P::UNTERMINATED_STRING: return BuildString(c->string());
    case P::LEFT_PAREN: return BuildParenthesized(c->parenthesized());
    case P::LEFT_BRACKET: return BuildList(c->list());
    case P::LEFT_BRACE: return BuildRecord(c->record());
    default: {
      Expr e = Node(ExprKind::kName, span);
      e.text = ast_.Keep(TextOf(span));
      return Add(e);
    }
  }
}

ExprId TreeBuilder::BuildParenthesized(P::ParenthesizedContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  Children members;
  for (P::ExpressionContext* const e : RulesIn<P::ExpressionContext>(c)) members.push_back(BuildExpression(e));
  if (members.size() > 1) return Add(Node(ExprKind::kTuple, SpanOfContext(c)), members);
  if (!c->COMMA().empty()) {
    sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedToken, SpanOf(file_, c->stop), "a tuple has at least two members"));
  }
  ast_.Mutable(members[0]).parenthesized = true;
  return members[0];
}

ExprId TreeBuilder::BuildList(P::ListContext* c) {
  if (Broken(c)) return Error(SpanOf(file_, c->start));
  Children members;
  for (P::ExpressionContext* const e : RulesIn<P::ExpressionContext>(c)) members.push_back(BuildExpression(e));
  for (size_t i = 0; i + 1 < c->children.size(); ++i) {
    Token* const comma = TerminalOf(c->children[i]);
    Token* const next = TerminalOf(c->children[i + 1]);
    if (comma != nullptr && next != nullptr && comma->getType() == P::COMMA && next->getType() == P::COMMA) {
      sink_.Report(Diagnostic(DiagnosticKind::kUnexpectedToken, SpanOf(file_, next), "expected a value, found `,`")
                       .WithFix("leave it out", SpanOf(file_, next), ""));
    }
  }
  if (c->FOR() == nullptr) return Add(Node(ExprKind::kList, SpanOfContext(c)), members);
  const ExprId list = BuildOperation(c->operation());
  const ExprId children[] = {members[0], list, members.size() > 1 ? members[1] : ExprId()};
  return Add(Node(ExprKind::kComprehension, SpanOfContext(c)), children, BuildVariables(c->variables()));
}

ExprId TreeBuilder::BuildRecord(P::RecordContext* c) {
  if (Broken(c)) return Error(c == nullptr || c->start == nullptr ? SourceSpan{file_, 0, 0} : SpanOf(file_, c->start));
  Children keys;
  Children values;
  for (P::EntryContext* const entry : RulesIn<P::EntryContext>(c)) {
    if (Broken(entry)) return Error(SpanOfContext(c));
    keys.push_back(BuildExpression(entry->expression(0)));
    values.push_back(BuildExpression(entry->expression(1)));
  }
  const bool is_record = std::all_of(keys.begin(), keys.end(), [&](ExprId key) {
    const Expr& e = ast_.Get(key);
    return e.kind == ExprKind::kName && !e.parenthesized;
  });
  if (!is_record) {
    Children both;
    for (size_t i = 0; i < keys.size(); ++i) both.insert(both.end(), {keys[i], values[i]});
    return Add(Node(ExprKind::kMap, SpanOfContext(c)), both);
  }
  std::vector<Name> names;
  for (const ExprId key : keys) names.push_back({ast_.Get(key).text, ast_.Get(key).span});
  return Add(Node(ExprKind::kRecord, SpanOfContext(c)), values, names);
}

}  // namespace assay
