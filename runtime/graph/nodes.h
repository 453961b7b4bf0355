// The rule graph's nodes: one hash-consed, typed DAG for a whole program. A node is a kind, a payload and operands; building
// a node that exists returns it, so what rules have in common is shared by construction. Nodes are numbered so that operands
// come before their users: a loop over the ids is a topological order. Equal programs give equal structural hashes on every
// run and machine.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/hash.h"
#include "runtime/base/id.h"
#include "runtime/base/span.h"
#include "runtime/base/types.h"
#include "runtime/base/value.h"
#include "runtime/builtins/registry.h"
#include "runtime/graph/resources.h"

namespace assay {

enum class NodeKind : uint8_t {
#define NODE_KIND(name, spelling, operands, payload) name,
#include "runtime/graph/node_kinds.def"
#undef NODE_KIND
};

enum class PayloadKind : uint8_t { kNone, kConstant, kField, kParam, kBuiltin };

struct NodeKindInfo {
  std::string_view spelling;
  int operands;  // -1: any number
  PayloadKind payload;
};
const NodeKindInfo& InfoOf(NodeKind kind);
// Nothing for a text that spells no kind.
std::optional<NodeKind> NodeKindSpelled(std::string_view spelling);

using NodeId = Id<struct NodeTag>;
using ConstantId = Id<struct ConstantTag>;
using FieldId = Id<struct FieldTag>;
using ParamId = Id<struct ParamTag>;

struct Node {
  NodeKind kind;
  bool nullable;           // can be null (for bool: unknown)
  TypeId type;
  uint32_t payload = 0;    // an index by InfoOf(kind).payload
  uint32_t first_operand = 0;
  uint32_t operand_count = 0;
  Hash128 hash;
};

// A constant: null, bool, int, float, string, a list of those, a regex or a set. Text is owned by the store.
struct Constant {
  TypeId type;
  Value value;          // for kRegex and kSet types unused: see resource
  uint32_t resource = 0;  // PatternId or SetId by type
};

struct Field;  // runtime/graph/rule_graph.h
struct Param;

class NodeStore {
 public:
  // Field and parameter nodes are hashed by the names in `fields` and `params`, which must be there before their nodes are
  // made; without the tables they are hashed by number.
  NodeStore(const ResourceStore* resources, TypeStore* types, const std::vector<Field>* fields = nullptr,
            const std::vector<Param>* params = nullptr)
      : resources_(resources), types_(types), fields_(fields), params_(params) {}

  // Leaves.
  NodeId Null(TypeId type);
  NodeId Bool(bool value);
  NodeId Int(int64_t value, TypeId type = kIntType);  // also dates, durations, character classes, labels
  NodeId Float(double value);                         // NaN gives Null(kFloatType)
  NodeId String(std::string_view value);
  NodeId List(TypeId type, std::span<const Value> values);  // deep copy
  NodeId Pattern(PatternId pattern);
  NodeId Set(SetId set);
  NodeId ConstantOf(TypeId type, Value value);  // any of the above but patterns and sets
  NodeId Field(FieldId field, TypeId type, bool nullable);
  NodeId Param(ParamId param, TypeId type, bool nullable);

  // Inner nodes. The type, and whether the node can be null, follow from the operands. Commutative operands are put in
  // order, kAnd/kOr are flattened only by a pass; an operand that occurs twice in kAnd/kOr is kept once; kAnd/kOr of one
  // operand is that operand, of none true or false. Nothing else is simplified here. Operand types are the caller's duty
  // (the verifier checks them).
  NodeId Make(NodeKind kind, std::span<const NodeId> operands);
  NodeId Make(NodeKind kind, std::initializer_list<NodeId> operands) { return Make(kind, std::span(operands.begin(), operands.size())); }
  NodeId Call(BuiltinId builtin, std::span<const NodeId> operands, TypeId result);  // nullable by the builtin's null behaviour

  const Node& Get(NodeId id) const { return nodes_[id.index()]; }
  std::span<const NodeId> Operands(NodeId id) const {
    const Node& node = nodes_[id.index()];
    return {operands_.data() + node.first_operand, node.operand_count};
  }
  const Constant& ConstantAt(NodeId id) const { return constants_[nodes_[id.index()].payload]; }
  bool IsConst(NodeId id) const { return nodes_[id.index()].kind == NodeKind::kConst; }
  BuiltinId BuiltinAt(NodeId id) const { return static_cast<BuiltinId>(nodes_[id.index()].payload); }

  size_t size() const { return nodes_.size(); }

  // The text of a constant that outlives the caller's: for values that the tables of a graph keep.
  Arena& text() { return text_; }

  // Where a node was written. A shared node keeps every place; the first is the earliest added.
  void AddSpan(NodeId id, SourceSpan span);
  std::span<const SourceSpan> Spans(NodeId id) const;

 private:
  NodeId Intern(Node node, std::span<const NodeId> operands);
  NodeId InternConstant(TypeId type, Value value, uint32_t resource, Hash128 content);
  Hasher StartHash(NodeKind kind, TypeId type);
  const Hash128& HashOf(TypeId type);
  TypeId TypeOf(NodeKind kind, std::span<const NodeId> operands);
  bool CanBeNull(NodeKind kind, TypeId type, std::span<const NodeId> operands) const;
  bool CallCanBeNull(BuiltinId builtin, std::span<const NodeId> operands) const;
  bool AnyNullable(std::span<const NodeId> operands) const;
  // The value of an operand that is a constant and not null; else null.
  Value KnownValue(NodeId id) const;

  const ResourceStore* resources_;
  TypeStore* types_;
  const std::vector<assay::Field>* fields_;
  const std::vector<assay::Param>* params_;
  std::vector<Hash128> type_hashes_;  // by TypeId, made as needed
  std::vector<Node> nodes_;
  std::vector<NodeId> operands_;
  std::vector<Constant> constants_;
  std::vector<std::vector<SourceSpan>> spans_;
  std::unordered_map<Hash128, NodeId> by_hash_;
  Arena text_;
};

}  // namespace assay
