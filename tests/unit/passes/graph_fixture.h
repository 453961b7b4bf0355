// Small graphs for tests of passes: fields of every type, nodes by short names, and a printer that shows a node as one
// expression, so that a test reads `before` and `after`.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/passes/passes.h"
#include "compiler/patterns/analyze.h"
#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

class GraphFixture : public ::testing::Test {
 protected:
  GraphFixture() {
    graph.files.push_back("rules.lf");
    graph.tasks.push_back({.name = "Spam", .classes = {{"HAM", 0}, {"SPAM", 1}}});
    const auto field = [&](std::string name, TypeId type, bool nullable) {
      graph.fields.push_back({.name = name, .column = name, .type = type, .nullable = nullable});
    };
    field("t", kStringType, false);
    field("u", kStringType, true);
    field("x", kIntType, false);
    field("y", kIntType, true);
    field("f", kFloatType, false);
    field("g", kFloatType, true);
    field("a", kBoolType, false);
    field("b", kBoolType, false);
    field("p", kBoolType, true);
    field("q", kBoolType, true);
  }

  NodeStore& nodes() { return graph.nodes; }

  NodeId F(std::string_view name) {
    for (size_t i = 0; i < graph.fields.size(); ++i) {
      if (graph.fields[i].name == name) return nodes().Field(FieldId(i), graph.fields[i].type, graph.fields[i].nullable);
    }
    ADD_FAILURE() << "no field " << name;
    return {};
  }
  NodeId I(int64_t v) { return nodes().Int(v); }
  NodeId D(double v) { return nodes().Float(v); }
  NodeId S(std::string_view v) { return nodes().String(v); }
  NodeId True() { return nodes().Bool(true); }
  NodeId False() { return nodes().Bool(false); }
  NodeId Unknown() { return nodes().Null(kBoolType); }
  NodeId Not(NodeId a) { return nodes().Make(NodeKind::kNot, {a}); }
  NodeId And(std::initializer_list<NodeId> ops) { return nodes().Make(NodeKind::kAnd, ops); }
  NodeId Or(std::initializer_list<NodeId> ops) { return nodes().Make(NodeKind::kOr, ops); }
  NodeId IsTrue(NodeId a) { return nodes().Make(NodeKind::kIsTrue, {a}); }
  NodeId IsNull(NodeId a) { return nodes().Make(NodeKind::kIsNull, {a}); }
  NodeId Lt(NodeId a, NodeId b) { return nodes().Make(NodeKind::kLt, {a, b}); }
  NodeId Gt(NodeId a, NodeId b) { return Lt(b, a); }
  NodeId Eq(NodeId a, NodeId b) { return nodes().Make(NodeKind::kEq, {a, b}); }
  NodeId Make(NodeKind kind, std::initializer_list<NodeId> ops) { return nodes().Make(kind, ops); }
  NodeId Call(BuiltinId id, std::vector<NodeId> ops, TypeId type = kBoolType) { return nodes().Call(id, ops, type); }
  NodeId Contains(NodeId text, std::string_view s) { return Call(BuiltinId::OpContains, {text, S(s)}); }
  NodeId Len(NodeId text) { return Call(BuiltinId::Len, {text}, kIntType); }
  NodeId Lower(NodeId text) { return Call(BuiltinId::Lower, {text}, kStringType); }
  NodeId Set(std::vector<std::string> members, SetModifiers modifiers = {}) {
    SetValues set({kStringType}, modifiers);
    for (auto& member : members) set.Add({member});
    return nodes().Set(graph.resources.AddSet(std::move(set)));
  }
  NodeId Regex(std::string source, std::string flags = "") {
    const auto tree = patterns::ParseRegex(source, flags);
    EXPECT_TRUE(tree.has_value()) << source;
    patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
    return nodes().Pattern(graph.resources.AddPattern({.source = source, .flags = flags, .canonical = patterns::Print(*tree),
                                                       .pcre2 = patterns::ToPcre2(*tree), .automaton = std::move(automata.automaton),
                                                       .exact = automata.exact, .pieces = std::move(automata.pieces)}));
  }

  // A place in the one file, for warnings.
  SourceSpan At(uint32_t begin, uint32_t end) { return {FileId(size_t{0}), begin, end}; }
  NodeId Placed(NodeId node, uint32_t begin, uint32_t end) {
    nodes().AddSpan(node, At(begin, end));
    return node;
  }

  // A rule of branches; each fires where its condition is true and no earlier one is.
  void AddRule(std::string name, const std::vector<NodeId>& conditions) {
    Rule rule{.name = std::move(name), .task = TaskId(size_t{0})};
    rule.span = At(1000 * static_cast<uint32_t>(graph.rules.size() + 1), 1000 * static_cast<uint32_t>(graph.rules.size() + 1) + 5);
    std::vector<NodeId> earlier;
    for (NodeId condition : conditions) {
      std::vector<NodeId> all = earlier;
      all.push_back(IsTrue(condition));
      Branch branch{.label = 1, .condition = condition, .fires = nodes().Make(NodeKind::kAnd, all)};
      branch.span = At(rule.span.begin + 100 * static_cast<uint32_t>(rule.branches.size() + 1),
                       rule.span.begin + 100 * static_cast<uint32_t>(rule.branches.size() + 1) + 99);
      rule.branches.push_back(branch);
      earlier.push_back(Not(all.back()));
    }
    graph.rules.push_back(std::move(rule));
  }

  // What the passes make of one condition.
  std::string After(std::string_view passes, NodeId condition) {
    graph.slices.push_back({.name = "s", .member = condition});
    const size_t at = graph.slices.size() - 1;
    EXPECT_TRUE(RunPasses(passes, graph).has_value());
    const std::string shown = Show(graph.slices[at].member);
    graph.slices.clear();
    return shown;
  }
  std::string FiresAfter(std::string_view passes, size_t rule = 0, size_t branch = 0) {
    EXPECT_TRUE(RunPasses(passes, graph).has_value());
    return Show(graph.rules[rule].branches[branch].fires);
  }

  // The warnings of the whole pipeline, by name, with their places.
  std::vector<std::string> Warnings() {
    DiagnosticSink sink(100'000);
    Optimize(graph, &sink);
    std::vector<std::string> found;
    for (const Diagnostic& d : sink.Finish().diagnostics) {
      found.push_back(fmt::format("{} {}-{}: {}", InfoOf(d.kind).name, d.span.begin, d.span.end, d.message));
    }
    return found;
  }

  std::string Show(NodeId id) {
    const Node& node = nodes().Get(id);
    if (node.kind == NodeKind::kField) return graph.fields[node.payload].name;
    if (node.kind == NodeKind::kParam) return graph.params[node.payload].name;
    if (node.kind == NodeKind::kConst) return ShowConstant(nodes().ConstantAt(id));
    std::vector<std::string> operands;
    for (NodeId operand : nodes().Operands(id)) operands.push_back(Show(operand));
    // The order of commutative operands is that of their hashes: sorted, tests do not depend on it.
    if (node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr || node.kind == NodeKind::kEq || node.kind == NodeKind::kMul ||
        (node.kind == NodeKind::kAdd && node.type != kStringType)) {
      std::ranges::sort(operands);
    }
    std::string name(node.kind == NodeKind::kCall ? InfoOf(nodes().BuiltinAt(id)).enumerator : InfoOf(node.kind).spelling);
    return fmt::format("{}({})", name, fmt::join(operands, ", "));
  }

  std::string ShowConstant(const Constant& constant) {
    if (constant.type == kRegexType) return "/" + graph.resources.pattern(PatternId(constant.resource)).source + "/";
    if (graph.types.Kind(constant.type) == TypeKind::kSet) {
      const SetValues& set = graph.resources.set(SetId(constant.resource));
      std::vector<std::string> members;
      for (const SetMember& member : set.members()) {
        if (const auto* text = std::get_if<std::string>(&member[0])) members.push_back(*text);
        if (const auto* whole = std::get_if<int64_t>(&member[0])) members.push_back(fmt::format("{}", *whole));
      }
      std::ranges::sort(members);
      return fmt::format("{{{}}}{}{}", fmt::join(members, " "), set.modifiers().nocase ? " nocase" : "",
                         set.modifiers().words ? " words" : "");
    }
    switch (constant.value.kind()) {
      case Value::Kind::kNull: return "null";
      case Value::Kind::kBool: return constant.value.as_bool() ? "true" : "false";
      case Value::Kind::kInt: return fmt::format("{}", constant.value.as_int());
      case Value::Kind::kFloat: return fmt::format("{}f", constant.value.as_float());
      case Value::Kind::kString: return fmt::format("'{}'", constant.value.as_string());
      case Value::Kind::kList: return fmt::format("list of {}", constant.value.as_list().size());
      case Value::Kind::kRegex:
      case Value::Kind::kSet: break;
    }
    return "?";
  }

  RuleGraph graph;
};

}  // namespace assay
