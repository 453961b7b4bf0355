// The node store: hash-consing, and what follows from the operands of a node: its type, whether it can be null, their order.
#include "runtime/graph/nodes.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/builtins/values.h"
#include "runtime/graph/rule_graph.h"

namespace assay {
namespace {

constexpr NodeKindInfo kNodeKinds[] = {
#define NODE_KIND(name, spelling, operands, payload) {spelling, operands, PayloadKind::payload},
#include "runtime/graph/node_kinds.def"
#undef NODE_KIND
};

void AddValue(const Value& value, Hasher& hasher) {
  hasher.Add(static_cast<uint64_t>(value.kind()));
  switch (value.kind()) {
    case Value::Kind::kNull: return;
    case Value::Kind::kBool: hasher.Add(value.as_bool() ? 1 : 0); return;
    case Value::Kind::kInt: hasher.Add(static_cast<uint64_t>(value.as_int())); return;
    // By bits: 0.0 and -0.0 are different constants, string() tells them apart.
    case Value::Kind::kFloat: hasher.Add(std::bit_cast<uint64_t>(value.as_float())); return;
    case Value::Kind::kString: hasher.Add(value.as_string()); return;
    case Value::Kind::kList:
      hasher.Add(value.as_list().size());
      for (const Value& member : value.as_list()) AddValue(member, hasher);
      return;
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return;  // constants of these types carry a resource instead of a value
  }
}

Hash128 HashOfValue(const Value& value) {
  Hasher hasher;
  AddValue(value, hasher);
  return hasher.Finish();
}

bool IsFiniteNonZero(const Value& value) {
  return value.kind() == Value::Kind::kFloat && std::isfinite(value.as_float()) && value.as_float() != 0.0;
}

}  // namespace

const NodeKindInfo& InfoOf(NodeKind kind) { return kNodeKinds[static_cast<size_t>(kind)]; }

std::optional<NodeKind> NodeKindSpelled(std::string_view spelling) {
  const auto* found = std::ranges::find(kNodeKinds, spelling, &NodeKindInfo::spelling);
  if (found == std::end(kNodeKinds)) return std::nullopt;
  return static_cast<NodeKind>(found - std::begin(kNodeKinds));
}

const Hash128& NodeStore::HashOf(TypeId type) {
  // By spelling: ids depend on the order in which a program mentions its types.
  while (type_hashes_.size() <= type.index()) type_hashes_.push_back(HashBytes(types_->Print(TypeId(type_hashes_.size()))));
  return type_hashes_[type.index()];
}

Hasher NodeStore::StartHash(NodeKind kind, TypeId type) {
  Hasher hasher;
  hasher.Add(InfoOf(kind).spelling).Add(HashOf(type));
  return hasher;
}

NodeId NodeStore::Intern(Node node, std::span<const NodeId> operands) {
  const auto [known, added] = by_hash_.try_emplace(node.hash, NodeId(nodes_.size()));
  if (added) {
    node.first_operand = static_cast<uint32_t>(operands_.size());
    node.operand_count = static_cast<uint32_t>(operands.size());
    // The operands may be a view of operands_ itself, which growing would invalidate.
    const std::vector<NodeId> copy(operands.begin(), operands.end());
    operands_.insert(operands_.end(), copy.begin(), copy.end());
    nodes_.push_back(node);
    spans_.emplace_back();
  }
  return known->second;
}

NodeId NodeStore::InternConstant(TypeId type, Value value, uint32_t resource, Hash128 content) {
  Node node{.kind = NodeKind::kConst,
            .nullable = value.is_null() && type != kRegexType && types_->Kind(type) != TypeKind::kSet,
            .type = type,
            .payload = static_cast<uint32_t>(constants_.size()),
            .hash = StartHash(NodeKind::kConst, type).Add(content).Finish()};
  if (const auto known = by_hash_.find(node.hash); known != by_hash_.end()) return known->second;
  constants_.push_back({type, CopyValue(value, text_), resource});
  return Intern(node, {});
}

NodeId NodeStore::Null(TypeId type) { return InternConstant(type, Value::Null(), 0, HashOfValue(Value::Null())); }
NodeId NodeStore::Bool(bool value) { return ConstantOf(kBoolType, Value::Bool(value)); }
NodeId NodeStore::Int(int64_t value, TypeId type) { return ConstantOf(type, Value::Int(value)); }
NodeId NodeStore::Float(double value) { return ConstantOf(kFloatType, Value::Float(value)); }
NodeId NodeStore::String(std::string_view value) { return ConstantOf(kStringType, Value::String(value)); }
NodeId NodeStore::List(TypeId type, std::span<const Value> values) { return ConstantOf(type, Value::List(values)); }
NodeId NodeStore::ConstantOf(TypeId type, Value value) { return InternConstant(type, value, 0, HashOfValue(value)); }

NodeId NodeStore::Pattern(PatternId pattern) {
  return InternConstant(kRegexType, Value::Null(), pattern.value, resources_->HashOf(pattern));
}

NodeId NodeStore::Set(SetId set) {
  const std::vector<TypeId>& columns = resources_->set(set).columns();
  const TypeId element = columns.size() == 1 ? columns[0] : types_->Tuple(columns);
  return InternConstant(types_->Set(element), Value::Null(), set.value, resources_->HashOf(set));
}

NodeId NodeStore::Field(FieldId field, TypeId type, bool nullable) {
  Hasher hasher = StartHash(NodeKind::kField, type);
  if (fields_ != nullptr && field.index() < fields_->size()) {
    hasher.Add(std::string_view((*fields_)[field.index()].name));
  } else {
    hasher.Add(field.value);
  }
  return Intern({.kind = NodeKind::kField, .nullable = nullable, .type = type, .payload = field.value, .hash = hasher.Finish()}, {});
}

NodeId NodeStore::Param(ParamId param, TypeId type, bool nullable) {
  Hasher hasher = StartHash(NodeKind::kParam, type);
  if (params_ != nullptr && param.index() < params_->size()) {
    hasher.Add(std::string_view((*params_)[param.index()].name));
  } else {
    hasher.Add(param.value);
  }
  return Intern({.kind = NodeKind::kParam, .nullable = nullable, .type = type, .payload = param.value, .hash = hasher.Finish()}, {});
}

NodeId NodeStore::Make(NodeKind kind, std::span<const NodeId> given) {
  const auto by_hash = [this](NodeId a, NodeId b) { return Get(a).hash < Get(b).hash; };
  std::vector<NodeId> ordered;
  std::span<const NodeId> operands = given;
  const bool logic = kind == NodeKind::kAnd || kind == NodeKind::kOr;
  const bool arithmetic = (kind == NodeKind::kAdd || kind == NodeKind::kMul) && !given.empty() && IsNumeric(Get(given[0]).type);
  if (logic || arithmetic || kind == NodeKind::kEq) {
    ordered.assign(given.begin(), given.end());
    std::ranges::sort(ordered, by_hash);
    if (logic) {
      const auto repeated = std::ranges::unique(ordered);
      ordered.erase(repeated.begin(), repeated.end());
      if (ordered.empty()) return Bool(kind == NodeKind::kAnd);
      if (ordered.size() == 1) return ordered[0];
    }
    operands = ordered;
  }
  const TypeId type = TypeOf(kind, operands);
  Hasher hasher = StartHash(kind, type);
  for (const NodeId operand : operands) hasher.Add(Get(operand).hash);
  return Intern({.kind = kind, .nullable = CanBeNull(kind, type, operands), .type = type, .hash = hasher.Finish()}, operands);
}

NodeId NodeStore::Call(BuiltinId builtin, std::span<const NodeId> operands, TypeId result) {
  Hasher hasher = StartHash(NodeKind::kCall, result);
  hasher.Add(InfoOf(builtin).enumerator);
  for (const NodeId operand : operands) hasher.Add(Get(operand).hash);
  return Intern({.kind = NodeKind::kCall,
                 .nullable = CallCanBeNull(builtin, operands),
                 .type = result,
                 .payload = static_cast<uint32_t>(builtin),
                 .hash = hasher.Finish()},
                operands);
}

TypeId NodeStore::TypeOf(NodeKind kind, std::span<const NodeId> operands) {
  const auto type_of = [&](size_t i) { return i < operands.size() ? Get(operands[i]).type : kNullType; };
  switch (kind) {
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull:
    case NodeKind::kEq:
    case NodeKind::kLt: return kBoolType;
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
    case NodeKind::kFloorDiv:
    case NodeKind::kMod:
    case NodeKind::kNeg: return type_of(0);
    case NodeKind::kDiv:
    case NodeKind::kToFloat: return kFloatType;
    case NodeKind::kIf: return type_of(1) != kNullType ? type_of(1) : type_of(2);
    case NodeKind::kCoalesce: return type_of(0) != kNullType ? type_of(0) : type_of(1);
    case NodeKind::kMakeList: return types_->List(type_of(0));
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kCall: break;  // not made from operands alone
  }
  return kNullType;
}

bool NodeStore::AnyNullable(std::span<const NodeId> operands) const {
  return std::ranges::any_of(operands, [this](NodeId id) { return Get(id).nullable; });
}

Value NodeStore::KnownValue(NodeId id) const { return IsConst(id) ? ConstantAt(id).value : Value::Null(); }

bool NodeStore::CanBeNull(NodeKind kind, TypeId type, std::span<const NodeId> operands) const {
  const bool spreads = AnyNullable(operands);
  switch (kind) {
    case NodeKind::kNot:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kEq:
    case NodeKind::kLt:
    case NodeKind::kToFloat:
    case NodeKind::kIf:
    case NodeKind::kMakeList: return spreads;
    case NodeKind::kIsTrue:
    case NodeKind::kIsNull: return false;
    case NodeKind::kAdd:
    case NodeKind::kSub:
    case NodeKind::kMul:
      // Whole numbers overflow and texts grow too long; floats give NaN only from infinities (and infinity times zero), so
      // not with an ordinary constant.
      if (type != kFloatType) return true;
      return spreads || !std::ranges::any_of(operands, [this](NodeId id) { return IsFiniteNonZero(KnownValue(id)); });
    case NodeKind::kDiv: return spreads || operands.size() != 2 || !IsFiniteNonZero(KnownValue(operands[1]));
    case NodeKind::kFloorDiv:
    case NodeKind::kMod: {
      if (type != kIntType || operands.size() != 2) return true;
      const Value divisor = KnownValue(operands[1]);
      if (divisor.kind() != Value::Kind::kInt || divisor.as_int() == 0) return true;
      return spreads || (kind == NodeKind::kFloorDiv && divisor.as_int() == -1);
    }
    case NodeKind::kNeg: return spreads || type != kFloatType;
    case NodeKind::kCoalesce: return std::ranges::all_of(operands, [this](NodeId id) { return Get(id).nullable; });
    case NodeKind::kConst:
    case NodeKind::kField:
    case NodeKind::kParam:
    case NodeKind::kCall: break;  // not made from operands alone
  }
  return true;
}

bool NodeStore::CallCanBeNull(BuiltinId builtin, std::span<const NodeId> operands) const {
  if (AnyNullable(operands)) return true;
  switch (InfoOf(builtin).nulls) {
    case NullBehaviour::kStrict: return false;
    case NullBehaviour::kPartial:
    case NullBehaviour::kOwn: break;
  }
  // A search is unknown only at the limits of flag b.
  if (builtin == BuiltinId::OpMatches && operands.size() == 2 && IsConst(operands[1]) && Get(operands[1]).type == kRegexType) {
    return resources_->pattern(PatternId(ConstantAt(operands[1]).resource)).backtracking;
  }
  // A slice is null only for step 0.
  if ((builtin == BuiltinId::OpSliceText || builtin == BuiltinId::OpSliceList) && operands.size() == 4) {
    const Value step = KnownValue(operands[3]);
    return step.kind() != Value::Kind::kInt || step.as_int() == 0;
  }
  return true;
}

void NodeStore::AddSpan(NodeId id, SourceSpan span) {
  std::vector<SourceSpan>& spans = spans_[id.index()];
  if (spans.empty() || spans.back() != span) spans.push_back(span);
}

std::span<const SourceSpan> NodeStore::Spans(NodeId id) const { return spans_[id.index()]; }

}  // namespace assay
