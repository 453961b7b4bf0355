// Reads what Print writes. Input is taken as hostile: every number is checked before it is used as an index, and what the text
// says of a node (its number, type, nullability) must be what follows from its operands. A graph that was read is verified.
#include <fmt/format.h>

#include "runtime/graph/rule_graph.h"
#include "runtime/graph/value_text.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

// A line is read by functions that return false where it is malformed; Reader turns that into an error with the line's number.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), graph_(std::make_unique<RuleGraph>()) {}

  Result<std::unique_ptr<RuleGraph>> Read() {
    if (!text::IsValidUtf8(text_)) return Fail(ErrorKind::kData, "the rule graph is not valid UTF-8");
    while (!text_.empty()) {
      LineReader reader(NextLine());
      const bool header = number_ == 1;
      const bool good = header ? reader.Take("graph 1") && reader.AtEnd() : reader.AtEnd() || Line(reader);
      if (!good) {
        return Fail(ErrorKind::kData, fmt::format("the rule graph is malformed at line {}, near \"{}\"", number_, Excerpt(reader.rest())));
      }
    }
    if (number_ == 0) return Fail(ErrorKind::kData, "the rule graph is empty");
    if (auto status = Verify(*graph_); !status) {
      return Fail(ErrorKind::kData, "the rule graph is not consistent: " + status.error().message);
    }
    return std::move(graph_);
  }

 private:
  std::string_view NextLine() {
    ++number_;
    const size_t end = std::min(text_.find('\n'), text_.size());
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return line;
  }

  static std::string_view Excerpt(std::string_view text) {
    size_t end = std::min<size_t>(text.size(), 40);
    while (end > 0 && end < text.size() && text::IsContinuation(text[end])) --end;
    return text.substr(0, end);
  }

  bool Line(LineReader& line) {
    if (line.rest().starts_with("%")) return NodeLine(line);
    const auto word = line.Word();
    if (!word) return false;
    if (*word == "pack") return Texts(line, {&graph_->pack_name, &graph_->pack_version}) && line.AtEnd();
    if (*word == "file") return Texts(line, {&graph_->files.emplace_back()}) && line.AtEnd();
    if (*word == "task") return TaskLine(line);
    if (*word == "pattern") return PatternLine(line);
    if (*word == "set") return SetLine(line);
    if (*word == "field") return FieldLine(line);
    if (*word == "param") return ParamLine(line);
    if (*word == "rule") return RuleLine(line);
    if (*word == "branch") return BranchLine(line);
    if (*word == "slice") return SliceLine(line);
    if (*word == "test") return TestLine(line);
    if (*word == "row") return RowLine(line);
    if (*word == "expect") return ExpectLine(line);
    return false;
  }

  static bool Texts(LineReader& line, std::initializer_list<std::string*> targets) {
    for (std::string* target : targets) {
      auto text = line.Quoted();
      if (!text) return false;
      *target = std::move(*text);
    }
    return true;
  }
  // ` name "text"`, which may be absent.
  static bool Named(LineReader& line, std::string_view name, std::string& target) { return !line.Take(name) || Texts(line, {&target}); }

  static bool End(LineReader& line, SourceSpan& span) {
    if (const auto read = line.Span()) span = *read;
    return line.AtEnd();
  }

  bool Ref(LineReader& line, NodeId& target) {
    const auto index = line.Prefixed('%');
    if (!index || *index >= graph_->nodes.size()) return false;
    target = NodeId(*index);
    return true;
  }

  bool Type(LineReader& line, TypeId& type, bool& nullable) {
    const auto read = line.Type(graph_->types);
    if (!read) return false;
    type = *read;
    nullable = line.Take("?");
    return true;
  }

  bool TaskLine(LineReader& line) {
    Task task;
    if (!Texts(line, {&task.name})) return false;
    if (line.Take("parent")) {
      const auto parent = line.Index();
      if (!parent) return false;
      task.parent = TaskId(*parent);
    }
    if (!line.Take(":")) return false;
    while (!line.AtEnd()) {
      ClassInfo info;
      if (!Texts(line, {&info.name}) || !line.Take("=")) return false;
      const auto id = line.Int();
      if (!id || *id < 0 || *id > std::numeric_limits<int32_t>::max()) return false;
      info.id = static_cast<int32_t>(*id);
      if (line.Take("<")) {
        const auto refined = line.Int();
        if (!refined || *refined < 0 || *refined > std::numeric_limits<int32_t>::max()) return false;
        task.parent_classes.push_back(static_cast<int32_t>(*refined));
      }
      task.classes.push_back(std::move(info));
    }
    if (!task.parent_classes.empty() && task.parent_classes.size() != task.classes.size()) return false;
    graph_->tasks.push_back(std::move(task));
    return true;
  }

  bool PatternLine(LineReader& line) {
    Pattern pattern;
    const auto index = line.Index();
    if (!index || !Texts(line, {&pattern.source}) || !Named(line, "flags", pattern.flags) || !Named(line, "canonical", pattern.canonical) ||
        !Named(line, "pcre2", pattern.pcre2)) {
      return false;
    }
    if (line.Take("options")) {
      const auto options = line.Index();
      if (!options) return false;
      pattern.pcre2_options = *options;
    }
    pattern.backtracking = line.Take("backtracking");
    pattern.matches_empty = line.Take("matches_empty");
    if (!End(line, pattern.span)) return false;
    while (text_.starts_with("  automaton ") || text_.starts_with("  piece ")) {
      line = LineReader(NextLine());
      if (!AutomatonLine(line, pattern)) return false;
    }
    return graph_->resources.AddPattern(std::move(pattern)) == PatternId(*index);
  }

  // What stands below a pattern.
  static bool AutomatonLine(LineReader& line, Pattern& pattern) {
    const bool piece = line.Take("piece");
    if (!piece && !line.Take("automaton")) return false;
    if (!piece) pattern.exact = line.Take("exact");
    if (line.AtEnd()) return false;
    auto automaton = text::ReadAutomaton(line.rest());
    if (!automaton) return false;
    if (piece) {
      pattern.pieces.push_back(*std::move(automaton));
    } else {
      pattern.automaton = *std::move(automaton);
    }
    return true;
  }

  bool SetLine(LineReader& line) {
    const auto index = line.Index();
    if (!index || !line.Take("(")) return false;
    std::vector<TypeId> columns;
    do {
      const auto type = line.Type(graph_->types);
      if (!type || (*type != kIntType && *type != kFloatType && *type != kStringType)) return false;
      columns.push_back(*type);
    } while (line.Take(","));
    if (!line.Take(")")) return false;
    SetModifiers modifiers;
    modifiers.nocase = line.Take("nocase");
    modifiers.words = line.Take("words");
    if (!line.Take(":")) return false;
    SetValues set(columns, modifiers);
    while (!line.AtEnd()) {
      SetMember member;
      for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0 && !line.Take(",")) return false;
        auto scalar = Scalar(line, columns[i]);
        if (!scalar) return false;
        member.push_back(std::move(*scalar));
      }
      if (!set.Add(std::move(member))) return false;
    }
    return graph_->resources.AddSet(std::move(set)) == SetId(*index);
  }

  static std::optional<SetScalar> Scalar(LineReader& line, TypeId type) {
    if (type == kIntType) {
      const auto value = line.Int();
      return value ? std::optional<SetScalar>(*value) : std::nullopt;
    }
    if (type == kFloatType) {
      const auto value = line.Float();
      return value ? std::optional<SetScalar>(*value) : std::nullopt;
    }
    auto value = line.Quoted();
    return value ? std::optional<SetScalar>(std::move(*value)) : std::nullopt;
  }

  bool FieldLine(LineReader& line) {
    Field field;
    if (!Texts(line, {&field.name}) || !Type(line, field.type, field.nullable) || !Named(line, "column", field.column)) return false;
    if (line.Take("default")) {
      const auto value = line.ValueOf(field.type, graph_->types, graph_->text);
      if (!value) return false;
      field.has_default = true;
      field.default_value = *value;
    }
    if (!End(line, field.span)) return false;
    graph_->fields.push_back(std::move(field));
    return true;
  }

  bool ParamLine(LineReader& line) {
    Param param;
    bool nullable = false;
    if (!Texts(line, {&param.name}) || !Type(line, param.type, nullable) || !line.Take("=")) return false;
    const auto value = line.ValueOf(param.type, graph_->types, graph_->text);
    if (!value || !End(line, param.span)) return false;
    param.value = *value;
    graph_->params.push_back(std::move(param));
    return true;
  }

  bool NodeLine(LineReader& line) {
    const auto number = line.Prefixed('%');
    if (!number || *number != graph_->nodes.size() || !line.Take("=")) return false;
    const auto spelling = line.Word();
    const auto kind = spelling ? NodeKindSpelled(*spelling) : std::nullopt;
    TypeId type;
    bool nullable = false;
    if (!kind || !Type(line, type, nullable)) return false;
    NodeId made;
    if (!MakeNode(line, *kind, type, nullable, made)) return false;
    while (const auto span = line.Span()) graph_->nodes.AddSpan(made, *span);
    const Node& node = graph_->nodes.Get(made);
    return line.AtEnd() && made.value == *number && node.type == type && node.nullable == nullable;
  }

  bool MakeNode(LineReader& line, NodeKind kind, TypeId type, bool nullable, NodeId& made) {
    NodeStore& nodes = graph_->nodes;
    switch (InfoOf(kind).payload) {
      case PayloadKind::kConstant: return ConstantNode(line, type, made);
      case PayloadKind::kField: {
        const auto field = line.Index();
        if (!field || *field >= graph_->fields.size()) return false;
        made = nodes.Field(FieldId(*field), type, nullable);
        return true;
      }
      case PayloadKind::kParam: {
        const auto param = line.Index();
        if (!param || *param >= graph_->params.size()) return false;
        made = nodes.Param(ParamId(*param), type, nullable);
        return true;
      }
      case PayloadKind::kBuiltin: {
        const auto name = line.Word();
        const auto builtin = name ? BuiltinWithEnumerator(*name) : std::nullopt;
        std::vector<NodeId> operands;
        if (!builtin || !Operands(line, operands)) return false;
        made = nodes.Call(*builtin, operands, type);
        return true;
      }
      case PayloadKind::kNone: {
        std::vector<NodeId> operands;
        if (!Operands(line, operands)) return false;
        const int expected = InfoOf(kind).operands;
        if (expected >= 0 ? operands.size() != static_cast<size_t>(expected) : operands.empty()) return false;
        made = nodes.Make(kind, operands);
        return true;
      }
    }
    return false;
  }

  bool Operands(LineReader& line, std::vector<NodeId>& operands) {
    NodeId operand;
    while (Ref(line, operand)) operands.push_back(operand);
    return true;  // an operand that does not exist is left on the line, which then does not end
  }

  bool ConstantNode(LineReader& line, TypeId type, NodeId& made) {
    if (type == kRegexType) {
      if (!line.Take("pattern")) return false;
      const auto pattern = line.Index();
      if (!pattern || *pattern >= graph_->resources.pattern_count()) return false;
      made = graph_->nodes.Pattern(PatternId(*pattern));
      return true;
    }
    if (graph_->types.Kind(type) == TypeKind::kSet) {
      if (!line.Take("set")) return false;
      const auto set = line.Index();
      if (!set || *set >= graph_->resources.set_count()) return false;
      made = graph_->nodes.Set(SetId(*set));
      return true;
    }
    const auto value = line.ValueOf(type, graph_->types, graph_->text);
    if (!value) return false;
    made = graph_->nodes.ConstantOf(type, *value);
    return true;
  }

  bool RuleLine(LineReader& line) {
    Rule rule;
    if (!Texts(line, {&rule.name}) || !line.Take("task")) return false;
    const auto task = line.Index();
    if (!task || !Named(line, "group", rule.group) || !Named(line, "author", rule.author) || !Named(line, "doc", rule.doc)) return false;
    rule.task = TaskId(*task);
    rule.disabled = line.Take("disabled");
    if (!End(line, rule.span)) return false;
    graph_->rules.push_back(std::move(rule));
    return true;
  }

  bool BranchLine(LineReader& line) {
    Branch branch;
    const auto label = line.Int();
    if (graph_->rules.empty() || !label || *label != static_cast<int32_t>(*label)) return false;
    branch.label = static_cast<int32_t>(*label);
    if (!line.Take("when") || !Ref(line, branch.condition) || !line.Take("fires") || !Ref(line, branch.fires)) return false;
    if (line.Take("with") && !Ref(line, branch.confidence)) return false;
    if (!End(line, branch.span)) return false;
    graph_->rules.back().branches.push_back(branch);
    return true;
  }

  bool SliceLine(LineReader& line) {
    Slice slice;
    if (!Texts(line, {&slice.name}) || !Ref(line, slice.member) || !End(line, slice.span)) return false;
    graph_->slices.push_back(std::move(slice));
    return true;
  }

  bool TestLine(LineReader& line) {
    Test test;
    if (!Texts(line, {&test.name}) || !End(line, test.span)) return false;
    graph_->tests.push_back(std::move(test));
    return true;
  }

  bool RowLine(LineReader& line) {
    if (graph_->tests.empty() || !graph_->tests.back().row.empty()) return false;
    std::vector<Value>& row = graph_->tests.back().row;
    for (const Field& field : graph_->fields) {
      const auto value = line.ValueOf(field.type, graph_->types, graph_->text);
      if (!value) return false;
      row.push_back(*value);
    }
    return line.AtEnd();
  }

  bool ExpectLine(LineReader& line) {
    Expectation expectation;
    if (graph_->tests.empty() || !Ref(line, expectation.holds)) return false;
    if (line.Take("rule")) {
      const auto rule = line.Index();
      if (!rule) return false;
      expectation.rule = RuleId(*rule);
    }
    if (!Texts(line, {&expectation.text}) || !End(line, expectation.span)) return false;
    graph_->tests.back().expectations.push_back(std::move(expectation));
    return true;
  }

  std::string_view text_;
  size_t number_ = 0;  // of the line read last
  std::unique_ptr<RuleGraph> graph_;
};

}  // namespace

Result<std::unique_ptr<RuleGraph>> ReadGraph(std::string_view text) { return Reader(text).Read(); }

}  // namespace assay
