// Logic: junctions, negation, and the push of is_true. Arithmetic and calls are in builder_values.cc.
#include "compiler/passes/builder.h"

#include <algorithm>
#include <optional>

#include "compiler/passes/constants.h"

namespace assay {
namespace {

// Nested junctions are looked into only up to this many operands: a large one that many others use would be read again for
// each of them.
constexpr size_t kMaxNested = 64;

// One round may make what another round simplifies; chains longer than this are left alone, so the cost stays linear.
constexpr int kMaxRounds = 4;

NodeKind Opposite(NodeKind kind) { return kind == NodeKind::kAnd ? NodeKind::kOr : NodeKind::kAnd; }

}  // namespace

bool NodeBuilder::IsBool(NodeId x, bool value) const {
  if (!nodes_.IsConst(x)) return false;
  const Constant& constant = nodes_.ConstantAt(x);
  return constant.type == kBoolType && !constant.value.is_null() && constant.value.as_bool() == value;
}

bool NodeBuilder::IsNullConst(NodeId x) const {
  if (!nodes_.IsConst(x)) return false;
  const Constant& constant = nodes_.ConstantAt(x);
  const TypeKind kind = graph_.types.Kind(constant.type);
  return kind != TypeKind::kRegex && kind != TypeKind::kSet && constant.value.is_null();
}

Value NodeBuilder::ConstValue(NodeId x) const {
  if (!nodes_.IsConst(x)) return {};
  const Constant& constant = nodes_.ConstantAt(x);
  switch (graph_.types.Kind(constant.type)) {
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kString:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration: return constant.value;
    case TypeKind::kSpan:
    case TypeKind::kRegex:
    case TypeKind::kCharClass:
    case TypeKind::kNull:
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap:
    case TypeKind::kTuple:
    case TypeKind::kRecord:
    case TypeKind::kLabel: return {};
  }
  return {};
}

NodeId NodeBuilder::Not(NodeId x) {
  if (IsBool(x, true)) return nodes_.Bool(false);
  if (IsBool(x, false)) return nodes_.Bool(true);
  if (IsNullConst(x)) return nodes_.Null(kBoolType);
  if (Kind(x) == NodeKind::kNot) return nodes_.Operands(x)[0];
  return nodes_.Make(NodeKind::kNot, {x});
}

void NodeBuilder::Mark(NodeId x) {
  if (marks_.size() < nodes_.size()) {
    marks_.resize(nodes_.size() * 2);
    not_marks_.resize(nodes_.size() * 2);
  }
  marks_[x.index()] = epoch_;
  if (Kind(x) == NodeKind::kNot) not_marks_[nodes_.Operands(x)[0].index()] = epoch_;
}

bool NodeBuilder::ComplementMarked(NodeId x) const {
  return Kind(x) == NodeKind::kNot ? Marked(nodes_.Operands(x)[0]) : MarkedNot(x);
}

NodeId NodeBuilder::Junction(NodeKind kind, std::span<const NodeId> operands, int round) {
  const bool deciding = kind == NodeKind::kOr;  // the value of an operand that decides the junction
  std::vector<NodeId> kept;
  kept.reserve(operands.size());
  ++epoch_;
  for (NodeId operand : operands) {
    if (IsBool(operand, deciding)) return nodes_.Bool(deciding);
    if (IsBool(operand, !deciding) || Marked(operand)) continue;
    Mark(operand);
    kept.push_back(operand);
  }
  for (NodeId operand : kept) {
    // x and not x is false, x or not x is true, unless x may be unknown.
    if (!Nullable(operand) && ComplementMarked(operand)) return nodes_.Bool(deciding);
    // x is not true and false at once, even where it may be unknown.
    if (kind == NodeKind::kAnd && Kind(operand) == NodeKind::kIsTrue) {
      const NodeId inner = nodes_.Operands(operand)[0];
      if (Kind(inner) != NodeKind::kNot) continue;
      const NodeId plain = nodes_.Operands(inner)[0];
      const NodeId is_true = plain.index() < known_[1].size() ? known_[1][plain.index()] : NodeId();
      if (is_true.has_value() && Marked(is_true)) return nodes_.Bool(false);
    }
  }
  if (round < kMaxRounds && SimplifyNested(kind, kept)) return Junction(kind, kept, round + 1);
  if (kept.empty()) return nodes_.Bool(!deciding);
  if (kept.size() == 1) return kept[0];
  return nodes_.Make(kind, kept);
}

// What the other operands say about the operands of a nested junction. With `or` inside `and` (and the mirror image):
//   a and (a or b)      = a                  the nested one is dropped
//   a and (not a or b)  = a and b            where a is never unknown
// `not (a and b)` counts as `not a or not b`. True when something changed; the marks are then out of date.
bool NodeBuilder::SimplifyNested(NodeKind kind, std::vector<NodeId>& operands) {
  struct Change {
    size_t at;
    bool negated;
    bool drop;
    std::vector<NodeId> rest;
  };
  std::vector<Change> changes;
  for (size_t i = 0; i < operands.size(); ++i) {
    NodeId nested = operands[i];
    const bool negated = Kind(nested) == NodeKind::kNot;
    if (negated) nested = nodes_.Operands(nested)[0];
    if (Kind(nested) != (negated ? kind : Opposite(kind))) continue;
    const auto inner = nodes_.Operands(nested);
    if (inner.size() > kMaxNested) continue;
    Change change{i, negated, false, {}};
    for (NodeId x : inner) {
      const bool same = negated ? ComplementMarked(x) : Marked(x);
      const bool opposite = negated ? Marked(x) : ComplementMarked(x);
      if (same) change.drop = true;
      if (!(opposite && !Nullable(x))) change.rest.push_back(x);
    }
    if (change.drop || change.rest.size() < inner.size()) changes.push_back(std::move(change));
  }
  if (changes.empty()) return false;
  std::vector<NodeId> result;
  size_t next = 0;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (next == changes.size() || changes[next].at != i) {
      result.push_back(operands[i]);
      continue;
    }
    const Change& change = changes[next++];
    if (change.drop) continue;
    result.push_back(change.negated ? Not(Junction(kind, change.rest, kMaxRounds))
                                    : Junction(Opposite(kind), change.rest, kMaxRounds));
  }
  operands = std::move(result);
  return true;
}

// is_true(x) or is_true(not x), pushed down to where x is neither and, or nor not. Operands are made before their users with
// a stack of our own: conditions may nest deeper than a thread's stack.
NodeId NodeBuilder::Known(NodeId root, bool root_value) {
  struct Task {
    NodeId node;
    bool value;
  };
  const auto memo = [&](const Task& task) -> NodeId& {
    auto& known = known_[task.value ? 1 : 0];
    if (known.size() <= task.node.index()) known.resize(std::max(nodes_.size(), task.node.index() + 1) * 2);
    return known[task.node.index()];
  };
  const auto decided_if = [&](NodeId x) {  // an `if` whose value is known in one of its branches
    const auto operands = nodes_.Operands(x);
    return nodes_.IsConst(operands[1]) || nodes_.IsConst(operands[2]);
  };
  const auto parts = [&](const Task& task, std::vector<Task>& out) {
    out.clear();
    if (!Nullable(task.node)) return;
    const auto operands = nodes_.Operands(task.node);
    const NodeKind kind = Kind(task.node);
    if (kind == NodeKind::kNot) out.push_back({operands[0], !task.value});
    if (kind == NodeKind::kAnd || kind == NodeKind::kOr) {
      for (NodeId operand : operands) out.push_back({operand, task.value});
    }
    if (kind == NodeKind::kIf && decided_if(task.node)) {
      out = {{operands[0], true}, {operands[1], task.value}, {operands[0], false}, {operands[2], task.value}};
    }
  };

  std::vector<Task> stack = {{root, root_value}};
  std::vector<Task> needed;
  std::vector<NodeId> made;
  while (!stack.empty()) {
    const Task task = stack.back();
    if (memo(task).has_value()) {
      stack.pop_back();
      continue;
    }
    parts(task, needed);
    bool ready = true;
    for (const Task& part : needed) {
      if (memo(part).has_value()) continue;
      stack.push_back(part);
      ready = false;
    }
    if (!ready) continue;
    stack.pop_back();
    made.clear();
    for (const Task& part : needed) made.push_back(memo(part));
    NodeId result;
    const NodeKind kind = Kind(task.node);
    if (IsNullConst(task.node)) {
      result = nodes_.Bool(false);
    } else if (!Nullable(task.node)) {
      result = task.value ? task.node : Not(task.node);
    } else if (needed.empty()) {
      result = nodes_.Make(NodeKind::kIsTrue, {task.value ? task.node : Not(task.node)});
    } else if (kind == NodeKind::kNot) {
      result = made[0];
    } else if (kind == NodeKind::kIf) {
      result = Or({And({made[0], made[1]}), And({made[2], made[3]})});
    } else {
      result = Junction(task.value ? kind : Opposite(kind), made);
    }
    memo(task) = result;
  }
  return memo({root, root_value});
}

NodeId NodeBuilder::IsNull(NodeId x) {
  // Null exactly where an operand is: null is asked of the operands. A value that only this asks for is then never computed.
  std::vector<NodeId> stack = {x};
  std::vector<NodeId> parts;
  constexpr size_t kMaxParts = 16;
  size_t visited = 0;
  while (!stack.empty()) {
    const NodeId node = stack.back();
    stack.pop_back();
    if (IsNullConst(node)) return nodes_.Bool(true);
    if (!Nullable(node)) continue;
    bool strict = false;
    switch (Kind(node)) {
      case NodeKind::kNot:
      case NodeKind::kEq:
      case NodeKind::kLt:
      case NodeKind::kToFloat:
      case NodeKind::kMakeList: strict = true; break;
      case NodeKind::kNeg: strict = nodes_.Get(node).type == kFloatType; break;  // the smallest int has no opposite
      case NodeKind::kCall: strict = InfoOf(nodes_.BuiltinAt(node)).nulls == NullBehaviour::kStrict; break;
      case NodeKind::kConst:
      case NodeKind::kField:
      case NodeKind::kParam:
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kIsTrue:
      case NodeKind::kIsNull:
      case NodeKind::kAdd:
      case NodeKind::kSub:
      case NodeKind::kMul:
      case NodeKind::kDiv:
      case NodeKind::kFloorDiv:
      case NodeKind::kMod:
      case NodeKind::kIf:
      case NodeKind::kCoalesce: break;
    }
    if (!strict) {
      parts.push_back(node);
      continue;
    }
    if (++visited > kMaxParts || nodes_.Operands(node).size() > kMaxParts) return nodes_.Make(NodeKind::kIsNull, {x});
    for (NodeId operand : nodes_.Operands(node)) stack.push_back(operand);
  }
  std::vector<NodeId> tests;
  for (NodeId part : parts) tests.push_back(nodes_.Make(NodeKind::kIsNull, {part}));
  return Or(tests);
}

NodeId NodeBuilder::If(NodeId condition, NodeId then, NodeId otherwise) {
  if (IsBool(condition, true)) return then;
  if (IsBool(condition, false)) return otherwise;
  const TypeId type = nodes_.Get(nodes_.Get(then).type == kNullType ? otherwise : then).type;
  if (IsNullConst(condition)) return nodes_.Null(type);
  if (Kind(condition) == NodeKind::kNot) return If(nodes_.Operands(condition)[0], otherwise, then);
  if (then == otherwise && !Nullable(condition)) return then;
  if (type == kBoolType) {
    if (IsBool(then, true) && IsBool(otherwise, false)) return condition;
    if (IsBool(then, false) && IsBool(otherwise, true)) return Not(condition);
    if (!Nullable(condition)) {
      if (IsBool(then, true)) return Or({condition, otherwise});
      if (IsBool(then, false)) return And({Not(condition), otherwise});
      if (IsBool(otherwise, true)) return Or({Not(condition), then});
      if (IsBool(otherwise, false)) return And({condition, then});
    }
  }
  return nodes_.Make(NodeKind::kIf, {condition, then, otherwise});
}

NodeId NodeBuilder::Coalesce(NodeId first, NodeId second) {
  if (!Nullable(first)) return first;
  if (IsNullConst(first) || first == second) return second;
  if (IsNullConst(second)) return first;
  // For bool: unknown counts as false, or as true.
  if (IsBool(second, false)) return IsTrue(first);
  if (IsBool(second, true)) return Not(IsFalse(first));
  return nodes_.Make(NodeKind::kCoalesce, {first, second});
}

}  // namespace assay
