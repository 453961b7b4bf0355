// Expressions and types as text of the language, parenthesised where precedence asks for it.
#include <fmt/format.h>

#include "compiler/ast/print.h"

namespace assay::ast {
namespace {

// How tightly a form binds; a child that binds less tightly than its place needs parentheses.
enum class Level : uint8_t { kOpen, kOr, kAnd, kNot, kCompare, kCoalesce, kSum, kProduct, kUnary, kPostfix };

Level LevelOf(BinaryOp op) {
  switch (op) {
    case BinaryOp::kCoalesce: return Level::kCoalesce;
    case BinaryOp::kAdd:
    case BinaryOp::kSubtract:
    case BinaryOp::kUnion: return Level::kSum;
    case BinaryOp::kMultiply:
    case BinaryOp::kDivide:
    case BinaryOp::kFloorDivide:
    case BinaryOp::kModulo:
    case BinaryOp::kIntersect: return Level::kProduct;
  }
  return Level::kPostfix;
}

Level LevelOf(const Expr& e) {
  switch (e.kind) {
    case ExprKind::kOr: return Level::kOr;
    case ExprKind::kAnd: return Level::kAnd;
    case ExprKind::kNot: return Level::kNot;
    case ExprKind::kCompare:
    case ExprKind::kChain:
    case ExprKind::kIn:
    case ExprKind::kIsNull:
    case ExprKind::kTextTest:
    case ExprKind::kVotes:
    case ExprKind::kAbstains: return Level::kCompare;
    case ExprKind::kBinary: return LevelOf(e.binary_op());
    case ExprKind::kNegate: return Level::kUnary;
    case ExprKind::kInt:
      return e.value < 0 ? Level::kUnary : Level::kPostfix;
    case ExprKind::kFloat:
      return e.number < 0 ? Level::kUnary : Level::kPostfix;
    case ExprKind::kIf:
    case ExprKind::kQuantifier: return e.kind == ExprKind::kQuantifier && e.quantifier() == Quantifier::kCount ? Level::kPostfix : Level::kOpen;
    case ExprKind::kNull:
    case ExprKind::kBool:
    case ExprKind::kString:
    case ExprKind::kTemplate:
    case ExprKind::kRegex:
    case ExprKind::kDuration:
    case ExprKind::kName:
    case ExprKind::kMember:
    case ExprKind::kCall:
    case ExprKind::kIndex:
    case ExprKind::kSlice:
    case ExprKind::kComprehension:
    case ExprKind::kList:
    case ExprKind::kTuple:
    case ExprKind::kRecord:
    case ExprKind::kMap:
    case ExprKind::kAbstain:
    case ExprKind::kError: return Level::kPostfix;
  }
  return Level::kPostfix;
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{{{:X}}}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string PrintDuration(int64_t microseconds) {
  const int64_t seconds = microseconds / 1'000'000;
  for (const auto& [unit, letter] : {std::pair<int64_t, char>{86400, 'd'}, {3600, 'h'}, {60, 'm'}}) {
    if (seconds != 0 && seconds % unit == 0) return fmt::format("{}{}", seconds / unit, letter);
  }
  return fmt::format("{}s", seconds);
}

std::string PrintFloat(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".einf") == std::string::npos) text += ".0";
  return text;
}

class Writer {
 public:
  explicit Writer(const Ast& ast) : ast_(ast) {}

  std::string Write(ExprId id, Level least = Level::kOpen) const {
    if (!id.has_value()) return "";
    const Expr& e = ast_.Get(id);
    std::string text = WriteBare(id, e);
    return LevelOf(e) < least ? fmt::format("({})", text) : text;
  }

 private:
  std::string Separated(std::span<const ExprId> ids, std::string_view separator, Level least = Level::kOpen) const {
    std::string out;
    for (const ExprId id : ids) {
      if (!out.empty()) out += separator;
      out += Write(id, least);
    }
    return out;
  }

  std::string Variables(ExprId id) const {
    const auto names = ast_.Names(id);
    if (names.size() == 1) return std::string(names[0].text);
    std::string out;
    for (const Name& name : names) out += fmt::format("{}{}", out.empty() ? "" : ", ", name.text);
    return fmt::format("({})", out);
  }

  // `a, name: b`
  std::string Named(std::span<const ExprId> values, std::span<const Name> names) const {
    std::string out;
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ", ";
      if (i < names.size() && names[i].has_value()) out += fmt::format("{}: ", names[i].text);
      out += Write(values[i]);
    }
    return out;
  }

  std::string WriteBare(ExprId id, const Expr& e) const {
    const auto children = ast_.Children(id);
    const auto names = ast_.Names(id);
    switch (e.kind) {
      case ExprKind::kNull: return "null";
      case ExprKind::kBool: return e.value != 0 ? "true" : "false";
      case ExprKind::kInt: return fmt::format("{}", e.value);
      case ExprKind::kFloat: return PrintFloat(e.number);
      case ExprKind::kString: return fmt::format("\"{}\"", Escape(e.text));
      case ExprKind::kTemplate: {
        std::string out = "\"";
        for (const ExprId part : children) {
          const Expr& p = ast_.Get(part);
          out += p.kind == ExprKind::kString ? Escape(p.text) : fmt::format("{{{}}}", Write(part));
        }
        return out + "\"";
      }
      case ExprKind::kRegex: return fmt::format("/{}/{}", e.text, names[0].text);
      case ExprKind::kDuration: return PrintDuration(e.value);
      case ExprKind::kName: return std::string(e.text);
      case ExprKind::kMember: return fmt::format("{}.{}", Write(children[0], Level::kPostfix), names[0].text);
      case ExprKind::kCall: return fmt::format("{}({})", Write(children[0], Level::kPostfix), Named(children.subspan(1), names));
      case ExprKind::kIndex: return fmt::format("{}[{}]", Write(children[0], Level::kPostfix), Write(children[1]));
      case ExprKind::kSlice: {
        std::string out = fmt::format("{}[{}:{}", Write(children[0], Level::kPostfix), Write(children[1]), Write(children[2]));
        if (children[3].has_value()) out += fmt::format(":{}", Write(children[3]));
        return out + "]";
      }
      case ExprKind::kOr: return Separated(children, " or ", Level::kAnd);
      case ExprKind::kAnd: return Separated(children, " and ", Level::kNot);
      case ExprKind::kNot: return fmt::format("not {}", Write(children[0], Level::kNot));
      case ExprKind::kNegate: return fmt::format("-{}", Write(children[0], Level::kUnary));
      case ExprKind::kBinary: {
        const Level level = LevelOf(e.binary_op());
        const Level right = static_cast<Level>(static_cast<uint8_t>(level) + 1);
        return fmt::format("{} {} {}", Write(children[0], level), SpellingOf(e.binary_op()), Write(children[1], right));
      }
      case ExprKind::kCompare:
        return fmt::format("{} {} {}", Write(children[0], Level::kCoalesce), SpellingOf(e.compare_op()),
                           Write(children[1], Level::kCoalesce));
      case ExprKind::kChain: {
        std::string out = Write(children[0], Level::kCoalesce);
        const auto ops = ast_.ChainOps(id);
        for (size_t i = 0; i < ops.size(); ++i) {
          out += fmt::format(" {} {}", SpellingOf(ops[i]), Write(children[i + 1], Level::kCoalesce));
        }
        return out;
      }
      case ExprKind::kIn:
        return fmt::format("{} {}in {}", Write(children[0], Level::kCoalesce), e.negated ? "not " : "",
                           Write(children[1], Level::kCoalesce));
      case ExprKind::kIsNull:
        return fmt::format("{} is {}null", Write(children[0], Level::kCoalesce), e.negated ? "not " : "");
      case ExprKind::kTextTest: {
        std::string out = fmt::format("{} {} {}", Write(children[0], Level::kCoalesce), SpellingOf(e.text_test()),
                                      Write(children[1], Level::kCoalesce));
        if (e.modifiers & Expr::kNocase) out += " nocase";
        if (e.modifiers & Expr::kWords) out += " words";
        if (children.size() > 2) out += fmt::format(" within {}", Write(children[2], Level::kCoalesce));
        return out;
      }
      case ExprKind::kVotes: return Write(children[0], Level::kCoalesce) + " votes";
      case ExprKind::kAbstains: return Write(children[0], Level::kCoalesce) + " abstains";
      case ExprKind::kIf:
        return fmt::format("if {} then {} else {}", Write(children[0]), Write(children[1]), Write(children[2]));
      case ExprKind::kQuantifier: {
        const std::string in = fmt::format("{} in {}: {}", Variables(id), Write(children[0], Level::kCoalesce), Write(children[1]));
        switch (e.quantifier()) {
          case Quantifier::kAny:
          case Quantifier::kAll:
          case Quantifier::kNone: return fmt::format("{} {}", SpellingOf(e.quantifier()), in);
          case Quantifier::kCount: return fmt::format("count({})", in);
          case Quantifier::kAtLeast: return fmt::format("at least {} {}", Write(children[2], Level::kPostfix), in);
        }
        return in;
      }
      case ExprKind::kComprehension: {
        std::string out = fmt::format("[{} for {} in {}", Write(children[0]), Variables(id), Write(children[1], Level::kCoalesce));
        if (children[2].has_value()) out += fmt::format(" if {}", Write(children[2]));
        return out + "]";
      }
      case ExprKind::kList: return fmt::format("[{}]", Separated(children, ", "));
      case ExprKind::kTuple: return fmt::format("({})", Separated(children, ", "));
      case ExprKind::kRecord: return children.empty() ? std::string("{}") : fmt::format("{{ {} }}", Named(children, names));
      case ExprKind::kMap: {
        std::string out;
        for (size_t i = 0; i + 1 < children.size(); i += 2) {
          if (i > 0) out += ", ";
          out += fmt::format("{}: {}", Write(children[i]), Write(children[i + 1]));
        }
        return fmt::format("{{ {} }}", out);
      }
      case ExprKind::kAbstain: return "abstain";
      case ExprKind::kError: return "<error>";
    }
    return "?";
  }

  const Ast& ast_;
};

}  // namespace

std::string ToSource(const Ast& ast, ExprId id) { return Writer(ast).Write(id); }

std::string ToSource(const Ast& ast, TypeExprId id) {
  if (!id.has_value()) return "";
  const TypeExpr& type = ast.Get(id);
  std::string out;
  std::string arguments;
  for (const TypeExprId argument : type.arguments) arguments += fmt::format("{}{}", arguments.empty() ? "" : ", ", ToSource(ast, argument));
  if (type.tuple) {
    out = fmt::format("({})", arguments);
  } else {
    if (type.qualifier.has_value()) out = std::string(type.qualifier.text) + ".";
    out += type.name.text;
    if (!arguments.empty()) out += fmt::format("<{}>", arguments);
  }
  return type.nullable ? out + "?" : out;
}

}  // namespace assay::ast
