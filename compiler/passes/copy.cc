// A deep copy of a graph, and a graph without the nodes that nothing uses. Resources are added in the order of their ids, so
// ids stay the same.
#include <utility>
#include <vector>

#include "compiler/passes/constants.h"
#include "compiler/passes/pass_list.h"
#include "compiler/passes/passes.h"

namespace assay {
namespace {

Value CopyInto(const Value& value, Arena& arena) {
  if (value.kind() == Value::Kind::kString) return Value::String(arena.Copy(value.as_string()));
  if (value.kind() != Value::Kind::kList) return value;
  const auto members = arena.Allocate<Value>(value.as_list().size());
  for (size_t i = 0; i < members.size(); ++i) members[i] = CopyInto(value.as_list()[i], arena);
  return Value::List(members);
}

// One node as it is, nothing simplified.
NodeId CopyNode(const TypeStore& types, const NodeStore& from, NodeId id, std::span<const NodeId> operands, NodeStore& to) {
  const Node& node = from.Get(id);
  switch (node.kind) {
    case NodeKind::kConst: return CopyConstant(types, from, id, to);
    case NodeKind::kField: return to.Field(FieldId(node.payload), node.type, node.nullable);
    case NodeKind::kParam: return to.Param(ParamId(node.payload), node.type, node.nullable);
    case NodeKind::kCall: return to.Call(from.BuiltinAt(id), operands, node.type);
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull:
    case NodeKind::kEq:
    case NodeKind::kLt:
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
    case NodeKind::kDiv:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod:
    case NodeKind::kNeg:
    case NodeKind::kToFloat:
    case NodeKind::kIf:
    case NodeKind::kCoalesce:
    case NodeKind::kMakeList: return to.Make(node.kind, operands);
  }
  return {};
}

}  // namespace

std::unique_ptr<RuleGraph> CopyGraph(const RuleGraph& from) {
  auto to = std::make_unique<RuleGraph>();
  to->pack_name = from.pack_name;
  to->pack_version = from.pack_version;
  to->types = from.types;
  for (size_t i = 0; i < from.resources.pattern_count(); ++i) to->resources.AddPattern(from.resources.pattern(PatternId(i)));
  for (size_t i = 0; i < from.resources.set_count(); ++i) to->resources.AddSet(from.resources.set(SetId(i)));
  to->tasks = from.tasks;
  to->fields = from.fields;
  to->params = from.params;
  to->rules = from.rules;
  to->slices = from.slices;
  to->tests = from.tests;
  to->files = from.files;
  for (Field& field : to->fields) field.default_value = CopyInto(field.default_value, to->text);
  for (Param& param : to->params) param.value = CopyInto(param.value, to->text);
  for (Test& test : to->tests) {
    for (Value& value : test.row) value = CopyInto(value, to->text);
  }

  std::vector<NodeId> map(from.nodes.size());
  std::vector<NodeId> operands;
  for (size_t i = 0; i < map.size(); ++i) {
    const NodeId id(i);
    operands.clear();
    for (NodeId operand : from.nodes.Operands(id)) operands.push_back(map[operand.index()]);
    map[i] = CopyNode(from.types, from.nodes, id, operands, to->nodes);
    for (const SourceSpan& span : from.nodes.Spans(id)) to->nodes.AddSpan(map[i], span);
  }
  const auto move = [&](NodeId& node) {
    if (node.has_value()) node = map[node.index()];
  };
  for (Rule& rule : to->rules) {
    for (Branch& branch : rule.branches) {
      move(branch.condition);
      move(branch.fires);
      move(branch.confidence);
    }
  }
  for (Slice& slice : to->slices) move(slice.member);
  for (Test& test : to->tests) {
    for (Expectation& expectation : test.expectations) move(expectation.holds);
  }
  return to;
}

void Sweep(RuleGraph& graph) {
  std::vector<bool> used(graph.nodes.size());
  ForEachRoot(graph, [&](NodeId& root, bool) { used[root.index()] = true; });
  bool unused = false;
  for (size_t i = used.size(); i-- > 0;) {
    unused = unused || !used[i];
    if (!used[i]) continue;
    for (NodeId operand : graph.nodes.Operands(NodeId(i))) used[operand.index()] = true;
  }
  if (!unused) return;
  NodeStore swept(&graph.resources, &graph.types, &graph.fields, &graph.params);
  std::vector<NodeId> map(used.size());
  std::vector<NodeId> operands;
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const NodeId id(i);
    operands.clear();
    for (NodeId operand : graph.nodes.Operands(id)) operands.push_back(map[operand.index()]);
    map[i] = CopyNode(graph.types, graph.nodes, id, operands, swept);
    for (const SourceSpan& span : graph.nodes.Spans(id)) swept.AddSpan(map[i], span);
  }
  ForEachRoot(graph, [&](NodeId& root, bool) { root = map[root.index()]; });
  graph.nodes = std::move(swept);
}

}  // namespace assay
