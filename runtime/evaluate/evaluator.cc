// Evaluation of a row's nodes on demand, and of whole batches row by row.
#include "runtime/evaluate/evaluator.h"

#include <algorithm>

#include "runtime/evaluate/compute.h"

namespace assay {

Evaluator::Evaluator(const RuleGraph& graph)
    : graph_(&graph),
      constants_(graph.nodes.size()),
      fields_(graph.fields.size()),
      values_(graph.nodes.size()),
      evaluated_(graph.nodes.size()),
      arena_(std::make_unique<Arena>()),
      scratch_(std::make_unique<text::RegexScratch>()) {
  for (const Param& param : graph.params) params_.push_back(param.value);
  context_.arena = arena_.get();
  context_.regex = scratch_.get();
}

Result<Evaluator> Evaluator::Create(const RuleGraph& graph) {
  Evaluator evaluator(graph);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const NodeId id(i);
    if (!graph.nodes.IsConst(id)) continue;
    const Constant& constant = graph.nodes.ConstantAt(id);
    Value& value = evaluator.constants_[i];
    if (constant.type == kRegexType) {
      ASSAY_ASSIGN_OR_RETURN(const text::Regex* regex, graph.resources.Compiled(PatternId(constant.resource)));
      value = Value::OfRegex(regex);
    } else if (graph.types.Kind(constant.type) == TypeKind::kSet) {
      value = Value::OfSet(&graph.resources.set(SetId(constant.resource)));
    } else {
      value = constant.value;
    }
  }
  return evaluator;
}

void Evaluator::SetParam(ParamId param, Value value) {
  params_[param.index()] = value;
  ++row_;  // what was evaluated may depend on it
}

void Evaluator::BeginRow() {
  ++row_;
  arena_->Reset();
}

void Evaluator::SetRow(const Batch& batch, size_t row) {
  BeginRow();
  for (size_t i = 0; i < fields_.size(); ++i) {
    fields_[i] = i < batch.columns.size() ? ReadColumn(batch.columns[i], graph_->fields[i].type, graph_->types, row, *arena_) : Value::Null();
  }
}

void Evaluator::SetRow(std::span<const Value> fields) {
  BeginRow();
  for (size_t i = 0; i < fields_.size(); ++i) {
    fields_[i] = i < fields.size() ? fields[i] : Value::Null();
    if (fields_[i].is_null() && graph_->fields[i].has_default) fields_[i] = graph_->fields[i].default_value;
  }
}

Value Evaluator::Compute(NodeId id) {
  const Node& node = graph_->nodes.Get(id);
  switch (InfoOf(node.kind).payload) {
    case PayloadKind::kConstant: return constants_[id.index()];
    case PayloadKind::kField: return fields_[node.payload];
    case PayloadKind::kParam: return params_[node.payload];
    case PayloadKind::kNone:
    case PayloadKind::kBuiltin: break;
  }
  operands_.clear();
  for (const NodeId operand : graph_->nodes.Operands(id)) operands_.push_back(values_[operand.index()]);
  return ComputeNode(node.kind, static_cast<BuiltinId>(node.payload), operands_, context_);
}

Value Evaluator::Evaluate(NodeId root) {
  stack_.assign(1, root);
  while (!stack_.empty()) {
    const NodeId id = stack_.back();
    if (evaluated_[id.index()] == row_) {
      stack_.pop_back();
      continue;
    }
    const size_t before = stack_.size();
    for (const NodeId operand : graph_->nodes.Operands(id)) {
      if (evaluated_[operand.index()] != row_) stack_.push_back(operand);
    }
    if (stack_.size() > before) continue;
    values_[id.index()] = Compute(id);
    evaluated_[id.index()] = row_;
    stack_.pop_back();
  }
  return values_[root.index()];
}

bool Evaluator::IsTrue(NodeId node) {
  const Value value = Evaluate(node);
  return value.kind() == Value::Kind::kBool && value.as_bool();
}

RuleOutcome Evaluator::Outcome(RuleId id) {
  const Rule& rule = graph_->rules[id.index()];
  RuleOutcome outcome;
  if (rule.disabled) return outcome;
  for (size_t i = 0; i < rule.branches.size(); ++i) {
    const Branch& branch = rule.branches[i];
    if (!IsTrue(branch.fires)) continue;
    outcome.branch = static_cast<uint32_t>(i);
    outcome.label = branch.label;
    if (branch.confidence.has_value()) {
      const Value confidence = Evaluate(branch.confidence);
      if (!confidence.is_null()) outcome.confidence = std::clamp(confidence.as_float(), 0.0, 1.0);
    }
    break;
  }
  return outcome;
}

std::vector<NodeId> Evaluator::OrderOf(std::span<const NodeId> roots) const {
  std::vector<bool> needed(graph_->nodes.size());
  for (const NodeId root : roots) needed[root.index()] = true;
  // Operands have smaller ids than their users.
  for (size_t i = needed.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const NodeId operand : graph_->nodes.Operands(NodeId(i))) needed[operand.index()] = true;
  }
  std::vector<NodeId> order;
  for (size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) order.push_back(NodeId(i));
  }
  return order;
}

void Evaluator::EvaluateInOrder(std::span<const NodeId> order) {
  for (const NodeId id : order) {
    values_[id.index()] = Compute(id);
    evaluated_[id.index()] = row_;
  }
}

namespace {

bool IsBad(const Batch& batch, size_t row) {
  return row / 64 < batch.bad_rows.size() && ((batch.bad_rows[row / 64] >> (row % 64)) & 1) != 0;
}

// A plane, and the node whose truth its bits are.
struct PlaneRoot {
  NodeId node;
  uint32_t plane;
};

Status EvaluatePlanes(Evaluator& evaluator, std::span<const PlaneRoot> roots, const Batch& batch, const std::atomic<bool>* stop, VotePlanes& planes) {
  std::vector<NodeId> nodes;
  for (const PlaneRoot& root : roots) nodes.push_back(root.node);
  const std::vector<NodeId> order = evaluator.OrderOf(nodes);
  for (size_t row = 0; row < batch.rows; ++row) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) return Fail(ErrorKind::kInterrupted, "interrupted");
    if (IsBad(batch, row)) continue;
    evaluator.SetRow(batch, row);
    evaluator.EvaluateInOrder(order);
    for (const PlaneRoot& root : roots) {
      if (evaluator.IsTrue(root.node)) planes.Set(root.plane, row);
    }
  }
  return {};
}

}  // namespace

Result<EvaluatedVotes> EvaluateVotes(Evaluator& evaluator, const RuleGraph& graph, TaskId task, const Batch& batch, const std::atomic<bool>* stop) {
  std::vector<PlaneRoot> roots;
  for (const PlaneBranch& each : PlaneBranches(graph, task)) {
    roots.push_back({graph.rules[each.rule.index()].branches[each.branch].fires, each.plane});
  }
  const uint64_t hits_before = evaluator.limit_hits();
  EvaluatedVotes votes{.planes = VotePlanes(MakeVoteLayout(graph, task).planes.size(), batch.rows)};
  ASSAY_RETURN_IF_ERROR(EvaluatePlanes(evaluator, roots, batch, stop, votes.planes));
  votes.limit_hits = evaluator.limit_hits() - hits_before;
  return votes;
}

Result<VotePlanes> EvaluateSlices(Evaluator& evaluator, const RuleGraph& graph, const Batch& batch, const std::atomic<bool>* stop) {
  std::vector<PlaneRoot> roots;
  for (size_t i = 0; i < graph.slices.size(); ++i) roots.push_back({graph.slices[i].member, static_cast<uint32_t>(i)});
  VotePlanes planes(graph.slices.size(), batch.rows);
  ASSAY_RETURN_IF_ERROR(EvaluatePlanes(evaluator, roots, batch, stop, planes));
  return planes;
}

std::vector<TestFailure> RunTests(Evaluator& evaluator, const RuleGraph& graph) {
  std::vector<TestFailure> failures;
  for (size_t i = 0; i < graph.tests.size(); ++i) {
    const Test& test = graph.tests[i];
    evaluator.SetRow(test.row);
    for (size_t j = 0; j < test.expectations.size(); ++j) {
      if (!evaluator.IsTrue(test.expectations[j].holds)) failures.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(j)});
    }
  }
  return failures;
}

}  // namespace assay
