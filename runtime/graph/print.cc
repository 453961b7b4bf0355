// The text of a rule graph: a line a thing, in an order in which what a line refers to stands above it. README.md has the
// grammar; read_graph.cc is its inverse.
#include <fmt/format.h>

#include "runtime/graph/rule_graph.h"
#include "runtime/graph/value_text.h"

namespace assay {
namespace {

class Printer {
 public:
  explicit Printer(const RuleGraph& graph) : graph_(graph) {}

  std::string Print() {
    out_ = "graph 1\n";
    if (!graph_.pack_name.empty() || !graph_.pack_version.empty()) {
      out_ += "pack";
      Text(graph_.pack_name);
      Text(graph_.pack_version);
      out_ += '\n';
    }
    for (const std::string& file : graph_.files) {
      out_ += "file";
      Text(file);
      out_ += '\n';
    }
    for (const Task& task : graph_.tasks) PrintTask(task);
    for (size_t i = 0; i < graph_.resources.pattern_count(); ++i) PrintPattern(i);
    for (size_t i = 0; i < graph_.resources.set_count(); ++i) PrintSet(i);
    for (const Field& field : graph_.fields) PrintField(field);
    for (const Param& param : graph_.params) PrintParam(param);
    for (size_t i = 0; i < graph_.nodes.size(); ++i) PrintNode(NodeId(i));
    for (const Rule& rule : graph_.rules) PrintRule(rule);
    for (const Slice& slice : graph_.slices) {
      out_ += "slice";
      Text(slice.name);
      Ref(slice.member);
      EndWith(slice.span);
    }
    for (const Test& test : graph_.tests) PrintTest(test);
    return std::move(out_);
  }

 private:
  void Text(std::string_view text) {
    out_ += ' ';
    AppendQuoted(text, out_);
  }
  void Named(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out_ += ' ';
    out_ += name;
    Text(text);
  }
  void Ref(NodeId node) { out_ += fmt::format(" %{}", node.value); }
  void EndWith(const SourceSpan& span) {
    AppendSpan(span, out_);
    out_ += '\n';
  }
  void Type(TypeId type, bool nullable) {
    out_ += ' ';
    out_ += graph_.types.Print(type);
    if (nullable) out_ += '?';
  }

  void PrintTask(const Task& task) {
    out_ += "task";
    Text(task.name);
    if (task.parent.has_value()) out_ += fmt::format(" parent {}", task.parent.value);
    out_ += ':';
    for (size_t c = 0; c < task.classes.size(); ++c) {
      Text(task.classes[c].name);
      out_ += fmt::format("={}", task.classes[c].id);
      if (!task.parent_classes.empty()) out_ += fmt::format("<{}", task.parent_classes[c]);
    }
    out_ += '\n';
  }

  void PrintPattern(size_t index) {
    const Pattern& pattern = graph_.resources.pattern(PatternId(index));
    out_ += fmt::format("pattern {}", index);
    Text(pattern.source);
    Named("flags", pattern.flags);
    Named("canonical", pattern.canonical);
    Named("pcre2", pattern.pcre2);
    if (pattern.pcre2_options != 0) out_ += fmt::format(" options {}", pattern.pcre2_options);
    if (pattern.backtracking) out_ += " backtracking";
    if (pattern.matches_empty) out_ += " matches_empty";
    EndWith(pattern.span);
    if (pattern.exact || pattern.automaton != Pattern().automaton) {
      out_ += fmt::format("  automaton{} {}\n", pattern.exact ? " exact" : "", text::Print(pattern.automaton));
    }
    for (const text::Automaton& piece : pattern.pieces) out_ += fmt::format("  piece {}\n", text::Print(piece));
  }

  void PrintSet(size_t index) {
    const SetValues& set = graph_.resources.set(SetId(index));
    out_ += fmt::format("set {} (", index);
    for (size_t i = 0; i < set.columns().size(); ++i) {
      if (i > 0) out_ += ", ";
      out_ += graph_.types.Print(set.columns()[i]);
    }
    out_ += ')';
    if (set.modifiers().nocase) out_ += " nocase";
    if (set.modifiers().words) out_ += " words";
    out_ += ':';
    for (const SetMember& member : set.members()) {
      for (size_t i = 0; i < member.size(); ++i) {
        out_ += i == 0 ? " " : ",";
        AppendScalar(member[i], out_);
      }
    }
    out_ += '\n';
  }

  void PrintField(const Field& field) {
    out_ += "field";
    Text(field.name);
    Type(field.type, field.nullable);
    Named("column", field.column);
    if (field.has_default) {
      out_ += " default ";
      AppendValue(field.default_value, out_);
    }
    EndWith(field.span);
  }

  void PrintParam(const Param& param) {
    out_ += "param";
    Text(param.name);
    Type(param.type, false);
    out_ += " = ";
    AppendValue(param.value, out_);
    EndWith(param.span);
  }

  void PrintNode(NodeId id) {
    const Node& node = graph_.nodes.Get(id);
    out_ += fmt::format("%{} = {}", id.value, InfoOf(node.kind).spelling);
    Type(node.type, node.nullable);
    switch (InfoOf(node.kind).payload) {
      case PayloadKind::kNone: break;
      case PayloadKind::kConstant: PrintConstant(graph_.nodes.ConstantAt(id)); break;
      case PayloadKind::kField:
      case PayloadKind::kParam: out_ += fmt::format(" {}", node.payload); break;
      case PayloadKind::kBuiltin: out_ += fmt::format(" {}", InfoOf(graph_.nodes.BuiltinAt(id)).enumerator); break;
    }
    for (const NodeId operand : graph_.nodes.Operands(id)) Ref(operand);
    for (const SourceSpan& span : graph_.nodes.Spans(id)) AppendSpan(span, out_);
    out_ += '\n';
  }

  void PrintConstant(const Constant& constant) {
    if (constant.type == kRegexType) {
      out_ += fmt::format(" pattern {}", constant.resource);
    } else if (graph_.types.Kind(constant.type) == TypeKind::kSet) {
      out_ += fmt::format(" set {}", constant.resource);
    } else {
      out_ += ' ';
      AppendValue(constant.value, out_);
    }
  }

  void PrintRule(const Rule& rule) {
    out_ += "rule";
    Text(rule.name);
    out_ += fmt::format(" task {}", rule.task.value);
    Named("group", rule.group);
    Named("author", rule.author);
    Named("doc", rule.doc);
    if (rule.disabled) out_ += " disabled";
    EndWith(rule.span);
    for (const Branch& branch : rule.branches) {
      out_ += fmt::format("  branch {} when", branch.label);
      Ref(branch.condition);
      out_ += " fires";
      Ref(branch.fires);
      if (branch.confidence.has_value()) {
        out_ += " with";
        Ref(branch.confidence);
      }
      EndWith(branch.span);
    }
  }

  void PrintTest(const Test& test) {
    out_ += "test";
    Text(test.name);
    EndWith(test.span);
    out_ += "  row";
    for (const Value& value : test.row) {
      out_ += ' ';
      AppendValue(value, out_);
    }
    out_ += '\n';
    for (const Expectation& expectation : test.expectations) {
      out_ += "  expect";
      Ref(expectation.holds);
      if (expectation.rule.has_value()) out_ += fmt::format(" rule {}", expectation.rule.value);
      Text(expectation.text);
      EndWith(expectation.span);
    }
  }

  const RuleGraph& graph_;
  std::string out_;
};

}  // namespace

std::string Print(const RuleGraph& graph) { return Printer(graph).Print(); }

}  // namespace assay
