// Comparison by the reference evaluator, and shrinking by trial.
#include "compare.h"

#include <fmt/format.h>

#include <bit>

#include "compiler/passes/constants.h"
#include "compiler/passes/passes.h"
#include "runtime/evaluate/evaluator.h"

namespace assay::differential {

bool SameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull: return true;
    case Value::Kind::kBool: return a.as_bool() == b.as_bool();
    case Value::Kind::kInt: return a.as_int() == b.as_int();
    case Value::Kind::kFloat: return std::bit_cast<uint64_t>(a.as_float()) == std::bit_cast<uint64_t>(b.as_float());
    case Value::Kind::kString: return a.as_string() == b.as_string();
    case Value::Kind::kList: {
      if (a.as_list().size() != b.as_list().size()) return false;
      for (size_t i = 0; i < a.as_list().size(); ++i) {
        if (!SameValue(a.as_list()[i], b.as_list()[i])) return false;
      }
      return true;
    }
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return true;
  }
  return false;
}

std::string PrintValue(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull: return "null";
    case Value::Kind::kBool: return value.as_bool() ? "true" : "false";
    case Value::Kind::kInt: return fmt::format("{}", value.as_int());
    case Value::Kind::kFloat: return fmt::format("{}", value.as_float());
    case Value::Kind::kString: return fmt::format("\"{}\"", value.as_string());
    case Value::Kind::kList: return fmt::format("a list of {}", value.as_list().size());
    case Value::Kind::kRegex:
    case Value::Kind::kSet: break;
  }
  return "?";
}

std::optional<Difference> CompareGraphs(const RuleGraph& before, const RuleGraph& after, const Batch& batch) {
  const std::vector<NodeId> roots_before = Roots(before);
  const std::vector<NodeId> roots_after = Roots(after);
  if (roots_before.size() != roots_after.size()) return Difference{0, 0, "different numbers of roots"};
  Result<Evaluator> one = Evaluator::Create(before);
  Result<Evaluator> two = Evaluator::Create(after);
  if (!one || !two) return Difference{0, 0, one ? two.error().message : one.error().message};
  for (size_t row = 0; row < batch.rows; ++row) {
    one->SetRow(batch, row);
    two->SetRow(batch, row);
    for (size_t i = 0; i < roots_before.size(); ++i) {
      const Value a = one->Evaluate(roots_before[i]);
      const Value b = two->Evaluate(roots_after[i]);
      if (!SameValue(a, b)) return Difference{i, row, fmt::format("{}, then {}", PrintValue(a), PrintValue(b))};
    }
  }
  return std::nullopt;
}

namespace {

// `graph` with one slice, the root, and everything else gone.
std::unique_ptr<RuleGraph> Alone(const RuleGraph& graph, NodeId root) {
  std::unique_ptr<RuleGraph> copy = CopyGraph(graph);
  // Copies hash-cons alike and keep ids where the original has no node twice, which a store never has.
  copy->rules.clear();
  copy->tests.clear();
  copy->slices = {{.name = "root", .member = root}};
  return copy;
}

// `graph` with `target` replaced by `replacement` (an earlier node), without what is then unused.
std::unique_ptr<RuleGraph> Replace(const RuleGraph& graph, NodeId target, const std::function<NodeId(RuleGraph&, std::span<const NodeId>)>& replacement) {
  auto result = std::make_unique<RuleGraph>();
  result->types = graph.types;
  result->tasks = graph.tasks;
  result->fields = graph.fields;
  result->params = graph.params;
  for (size_t i = 0; i < graph.resources.pattern_count(); ++i) result->resources.AddPattern(graph.resources.pattern(PatternId(i)));
  for (size_t i = 0; i < graph.resources.set_count(); ++i) result->resources.AddSet(graph.resources.set(SetId(i)));
  const NodeId root = graph.slices[0].member;
  std::vector<bool> needed(graph.nodes.size());
  needed[root.index()] = true;
  for (size_t i = needed.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (NodeId operand : graph.nodes.Operands(NodeId(i))) needed[operand.index()] = true;
  }
  std::vector<NodeId> map(graph.nodes.size());
  std::vector<NodeId> operands;
  for (size_t i = 0; i < map.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id(i);
    const Node& node = graph.nodes.Get(id);
    operands.clear();
    for (NodeId operand : graph.nodes.Operands(id)) operands.push_back(map[operand.index()]);
    if (id == target) {
      map[i] = replacement(*result, operands);
      if (!map[i].has_value()) return nullptr;
    } else if (node.kind == NodeKind::kConst) {
      map[i] = CopyConstant(result->types, graph.nodes, id, result->nodes);
    } else if (node.kind == NodeKind::kField) {
      map[i] = result->nodes.Field(FieldId(node.payload), node.type, node.nullable);
    } else if (node.kind == NodeKind::kParam) {
      map[i] = result->nodes.Param(ParamId(node.payload), node.type, node.nullable);
    } else if (node.kind == NodeKind::kCall) {
      map[i] = result->nodes.Call(graph.nodes.BuiltinAt(id), operands, node.type);
    } else {
      map[i] = result->nodes.Make(node.kind, operands);
    }
  }
  result->slices = {{.name = "root", .member = map[root.index()]}};
  return result;
}

}  // namespace

std::unique_ptr<RuleGraph> Shrink(const RuleGraph& graph, NodeId root, const std::function<bool(const RuleGraph&)>& fails) {
  std::unique_ptr<RuleGraph> best = Alone(graph, root);
  if (!fails(*best)) return best;
  // Without a change to anything: drops what is unused.
  if (auto compact = Replace(*best, NodeId(), {}); compact != nullptr && fails(*compact)) best = std::move(compact);
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (size_t i = best->nodes.size(); i-- > 0 && !smaller;) {
      const NodeId target(i);
      const Node node = best->nodes.Get(target);
      if (node.kind == NodeKind::kConst) continue;
      const auto attempt = [&](const std::function<NodeId(RuleGraph&, std::span<const NodeId>)>& replacement) {
        if (smaller) return;
        auto candidate = Replace(*best, target, replacement);
        if (candidate == nullptr || candidate->nodes.size() >= best->nodes.size() || !fails(*candidate)) return;
        best = std::move(candidate);
        smaller = true;
      };
      for (size_t o = 0; o < node.operand_count; ++o) {
        attempt([&](RuleGraph& to, std::span<const NodeId> operands) {
          return to.nodes.Get(operands[o]).type == node.type ? operands[o] : NodeId();
        });
      }
      if ((node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr) && node.operand_count > 2) {
        for (size_t o = 0; o < node.operand_count; ++o) {
          attempt([&](RuleGraph& to, std::span<const NodeId> operands) {
            std::vector<NodeId> fewer(operands.begin(), operands.end());
            fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(o));
            return to.nodes.Make(node.kind, fewer);
          });
        }
      }
      if (node.type == kBoolType) {
        attempt([](RuleGraph& to, std::span<const NodeId>) { return to.nodes.Bool(true); });
        attempt([](RuleGraph& to, std::span<const NodeId>) { return to.nodes.Bool(false); });
      }
      if (node.type == kIntType) attempt([](RuleGraph& to, std::span<const NodeId>) { return to.nodes.Int(1); });
      if (node.type == kFloatType) attempt([](RuleGraph& to, std::span<const NodeId>) { return to.nodes.Float(1.0); });
      if (node.type == kStringType) attempt([](RuleGraph& to, std::span<const NodeId>) { return to.nodes.String("a"); });
    }
  }
  return best;
}

}  // namespace assay::differential
