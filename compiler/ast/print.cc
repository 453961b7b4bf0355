// The tree, an indented line a node: a declaration with what it declares, and below it each expression node by node.
#include "compiler/ast/print.h"

#include <fmt/format.h>

namespace assay::ast {
namespace {

std::string PathText(const Path& path) {
  std::string out;
  for (const Name& name : path.names) out += fmt::format("{}{}", out.empty() ? "" : ".", name.text);
  return out;
}

std::string NameList(const std::vector<Name>& names) {
  std::string out;
  for (const Name& name : names) out += fmt::format("{}{}", out.empty() ? "" : ", ", name.text);
  return out;
}

class Printer {
 public:
  explicit Printer(const Ast& ast) : ast_(ast) {}

  std::string Take() { return std::move(out_); }

  void Print(DeclId id, size_t depth) {
    const Decl& d = ast_.Get(id);
    std::string line(SpellingOf(d.kind()));
    if (d.name.has_value()) line += fmt::format(" {}", d.name.text);
    if (d.has_error) line += " (has errors)";
    Line(depth, line);
    if (!d.doc.empty()) Line(depth + 1, fmt::format("doc {}", Quoted(d.doc)));
    for (const Attribute& attribute : d.attributes) {
      Line(depth + 1, fmt::format("@{}", attribute.name.text));
      for (const ExprId argument : attribute.arguments) Print(argument, depth + 2);
    }
    std::visit([&](const auto& data) { Body(data, depth + 1); }, d.data);
  }

  // `role` says what the node is to its parent; it may be empty.
  void Print(ExprId id, size_t depth, std::string_view role = {}) {
    const std::string prefix = role.empty() ? std::string() : fmt::format("{}: ", role);
    if (!id.has_value()) {
      Line(depth, prefix + "-");
      return;
    }
    const Expr& e = ast_.Get(id);
    const auto names = ast_.Names(id);
    const auto children = ast_.Children(id);
    Line(depth, prefix + Describe(id, e));
    for (size_t i = 0; i < children.size(); ++i) Print(children[i], depth + 1, RoleOf(e.kind, names, i));
  }

 private:
  void Line(size_t depth, std::string_view text) {
    out_.append(depth * 2, ' ');
    out_ += text;
    out_ += '\n';
  }

  // What a child is to its parent, where its place alone does not say so.
  static std::string_view RoleOf(ExprKind kind, std::span<const Name> names, size_t child) {
    static constexpr std::string_view kSliceRoles[] = {"", "start", "stop", "step"};
    if (kind == ExprKind::kCall) return child == 0 ? "callee" : names[child - 1].text;
    if (kind == ExprKind::kRecord) return names[child].text;
    if (kind == ExprKind::kSlice) return kSliceRoles[child];
    return "";
  }

  static std::string Quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '\n') {
        out += "\\n";
      } else if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  // The node without its children.
  std::string Describe(ExprId id, const Expr& e) const {
    const std::string kind(SpellingOf(e.kind));
    switch (e.kind) {
      case ExprKind::kBool:
      case ExprKind::kInt:
      case ExprKind::kFloat:
      case ExprKind::kDuration: return fmt::format("{} {}", kind, ToSource(ast_, id));
      case ExprKind::kString: return fmt::format("{} {}", kind, ToSource(ast_, id));
      case ExprKind::kRegex: return fmt::format("{} {}", kind, ToSource(ast_, id));
      case ExprKind::kName: return fmt::format("{} {}", kind, e.text);
      case ExprKind::kMember: return fmt::format("{} .{}", kind, ast_.Names(id)[0].text);
      case ExprKind::kBinary: return fmt::format("{} {}", kind, SpellingOf(e.binary_op()));
      case ExprKind::kCompare: return fmt::format("{} {}", kind, SpellingOf(e.compare_op()));
      case ExprKind::kChain: {
        std::string out = kind;
        for (const CompareOp op : ast_.ChainOps(id)) out += fmt::format(" {}", SpellingOf(op));
        return out;
      }
      case ExprKind::kIn:
      case ExprKind::kIsNull: return e.negated ? kind + " negated" : kind;
      case ExprKind::kTextTest: {
        std::string out = fmt::format("{} {}", kind, SpellingOf(e.text_test()));
        if (e.modifiers & Expr::kNocase) out += " nocase";
        if (e.modifiers & Expr::kWords) out += " words";
        return out;
      }
      case ExprKind::kQuantifier: {
        std::string out = fmt::format("{} {}", kind, SpellingOf(e.quantifier()));
        for (const Name& name : ast_.Names(id)) out += fmt::format(" {}", name.text);
        return out;
      }
      case ExprKind::kComprehension: {
        std::string out = kind;
        for (const Name& name : ast_.Names(id)) out += fmt::format(" {}", name.text);
        return out;
      }
      case ExprKind::kNull:
      case ExprKind::kTemplate:
      case ExprKind::kCall:
      case ExprKind::kIndex:
      case ExprKind::kSlice:
      case ExprKind::kOr:
      case ExprKind::kAnd:
      case ExprKind::kNot:
      case ExprKind::kNegate:
      case ExprKind::kVotes:
      case ExprKind::kAbstains:
      case ExprKind::kIf:
      case ExprKind::kList:
      case ExprKind::kTuple:
      case ExprKind::kRecord:
      case ExprKind::kMap:
      case ExprKind::kAbstain:
      case ExprKind::kError: return kind;
    }
    return kind;
  }

  void Value(ExprId id, size_t depth) { Print(id, depth, "value"); }
  void Modifiers(const std::vector<Name>& modifiers, size_t depth) {
    if (!modifiers.empty()) Line(depth, fmt::format("modifiers {}", NameList(modifiers)));
  }
  void Parameters(std::string_view what, const std::vector<Parameter>& parameters, size_t depth) {
    for (const Parameter& p : parameters) Line(depth, fmt::format("{} {}: {}", what, p.name.text, ToSource(ast_, p.type)));
  }
  void TemplateParts(const NameTemplate& name, size_t depth) {
    for (const ExprId part : name.parts) Print(part, depth, "name part");
  }

  void Body(const PackDecl& d, size_t depth) { Line(depth, fmt::format("version {}", d.version.text)); }
  void Body(const ImportDecl& d, size_t depth) {
    Line(depth, fmt::format("{} {}", d.is_file ? "file" : "module", Quoted(d.path.text)));
  }
  void Body(const LabelsDecl& d, size_t depth) {
    if (d.parent.has_value()) Line(depth, fmt::format("parent {}", PathText(d.parent)));
    for (const LabelsDecl::Label& label : d.labels) {
      std::string line = fmt::format("label {}", label.name.text);
      if (label.parent.has_value()) line += fmt::format(": {}", label.parent.text);
      if (label.value.has_value()) line += fmt::format(" = {}", ToSource(ast_, label.value));
      Line(depth, line);
    }
  }
  void Body(const SchemaDecl& d, size_t depth) {
    for (const SchemaDecl::Field& field : d.fields) {
      std::string line = fmt::format("field {}: {}", field.name.text, ToSource(ast_, field.type));
      if (field.column.has_value()) line += fmt::format(" from {}", Quoted(field.column.text));
      if (field.default_value.has_value()) line += fmt::format(" = {}", ToSource(ast_, field.default_value));
      Line(depth, line);
    }
  }
  void Body(const ParamDecl& d, size_t depth) {
    Line(depth, fmt::format("type {}", ToSource(ast_, d.type)));
    Value(d.value, depth);
  }
  void Body(const ConstDecl& d, size_t depth) { Value(d.value, depth); }
  void Body(const SetDecl& d, size_t depth) {
    Modifiers(d.modifiers, depth);
    Value(d.value, depth);
  }
  void Body(const MapDecl& d, size_t depth) {
    Line(depth, fmt::format("type {} -> {}", ToSource(ast_, d.key), ToSource(ast_, d.element)));
    Modifiers(d.modifiers, depth);
    Value(d.value, depth);
  }
  void Body(const RelationDecl& d, size_t depth) {
    Parameters("column", d.columns, depth);
    Modifiers(d.modifiers, depth);
    Value(d.value, depth);
  }
  void Body(const RegexDecl& d, size_t depth) { Value(d.value, depth); }
  void Body(const LetDecl& d, size_t depth) { Value(d.value, depth); }
  void Body(const FnDecl& d, size_t depth) {
    Parameters("parameter", d.parameters, depth);
    if (d.result.has_value()) Line(depth, fmt::format("result {}", ToSource(ast_, d.result)));
    Print(d.body, depth, "body");
  }
  void Body(const ExternFnDecl& d, size_t depth) {
    Parameters("parameter", d.parameters, depth);
    Line(depth, fmt::format("result {}{}", ToSource(ast_, d.result), d.pure ? " pure" : ""));
  }
  void Body(const LfDecl& d, size_t depth) {
    TemplateParts(d.name, depth);
    if (d.task.has_value()) Line(depth, fmt::format("task {}", PathText(d.task)));
    for (const LfDecl::Let& let : d.lets) {
      Line(depth, fmt::format("let {}", let.name.text));
      Value(let.value, depth + 1);
    }
    for (const LfDecl::Branch& branch : d.branches) {
      Line(depth, fmt::format("branch {}", ToSource(ast_, branch.label)));
      if (branch.confidence.has_value()) Print(branch.confidence, depth + 1, "confidence");
      Print(branch.condition, depth + 1, "when");
    }
    if (d.source.has_value()) Print(d.source, depth, "from");
    for (const LfDecl::Case& c : d.cases) {
      Line(depth, fmt::format("case {} => {}", ToSource(ast_, c.value), ToSource(ast_, c.label)));
      if (c.confidence.has_value()) Print(c.confidence, depth + 1, "confidence");
    }
  }
  void Body(const ForDecl& d, size_t depth) {
    Line(depth, fmt::format("variables {}", NameList(d.variables)));
    Print(d.source, depth, "in");
    for (const DeclId id : d.body) Print(id, depth);
  }
  void Body(const SliceDecl& d, size_t depth) {
    TemplateParts(d.name, depth);
    Print(d.condition, depth, "when");
  }
  void Body(const TransformDecl& d, size_t depth) {
    for (const TransformDecl::Assignment& a : d.assignments) Print(a.value, depth, a.field.text);
    if (d.condition.has_value()) Print(d.condition, depth, "when");
  }
  void Body(const ModelDecl& d, size_t depth) {
    for (const ModelDecl::Balance& b : d.balance) {
      Line(depth, fmt::format("balance {}: {}", ToSource(ast_, b.label), ToSource(ast_, b.share)));
    }
    for (const auto& group : d.correlated) {
      std::string line = "correlated";
      for (const ExprId rule : group) line += fmt::format(" {}", ToSource(ast_, rule));
      Line(depth, line);
    }
    if (d.method.has_value()) Line(depth, fmt::format("method {}", d.method.text));
  }
  void Body(const TestDecl& d, size_t depth) {
    for (const TestDecl::Step& step : d.steps) {
      Print(step.given, depth, "given");
      for (const ExprId expected : step.expected) Print(expected, depth, "expect");
    }
  }

  const Ast& ast_;
  std::string out_;
};

}  // namespace

std::string Print(const Ast& ast) {
  Printer printer(ast);
  for (const DeclId id : ast.declarations()) printer.Print(id, 0);
  return printer.Take();
}

std::string Print(const Ast& ast, ExprId id) {
  Printer printer(ast);
  printer.Print(id, 0);
  return printer.Take();
}

}  // namespace assay::ast
