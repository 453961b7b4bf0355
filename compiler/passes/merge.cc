// merge: several tests of one operand against constants become one test against a set: `t contains "a" or t contains "b"` is
// `t has any {a, b}`, `x == "a" or x == "b"` is `x in {a, b}`, and the mirror images under `and not`. Only tests that nothing
// else uses are taken: a test that other rules need is made anyway. All of them are null exactly where the operand is, so
// the junction of them is, too.
//
// Numbers: a comparison is one instruction for eight rows, a set is a look-up for each, so a set pays only for many members.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/passes/pass_list.h"

namespace assay {
namespace {

constexpr size_t kMinTexts = 2;
constexpr size_t kMinNumbers = 16;

// How a test stands in its junction.
enum class Form : uint8_t {
  kPlain,         // or: t
  kTrue,          // or: is_true(t)
  kNot,           // and: not t
  kFalse,         // and: is_true(not t)
  kNotTrue,       // and: not is_true(t)
};

struct Key {
  Form form;
  BuiltinId builtin;  // the test against a set
  NodeId operand;
  bool nocase;
  bool words;
  TypeId member;
  auto operator<=>(const Key&) const = default;
};

struct Candidate {
  Key key;
  NodeId constant;
};

class Merge {
 public:
  explicit Merge(const PassContext& context) : context_(context), rewriter_(context) {}

  void Run() {
    for (size_t i = 0; i < from().size(); ++i) {
      if (rewriter_.Reachable(NodeId(i))) FindGroups(NodeId(i));
    }
    if (groups_.empty()) return;
    rewriter_.Run([&](NodeId old) {
      const auto groups = groups_.find(old);
      return groups == groups_.end() ? rewriter_.Same(old) : Junction(old, groups->second);
    });
  }

 private:
  const NodeStore& from() const { return rewriter_.from(); }

  // What `operand` of a junction is a test of, where it is one that can be merged.
  std::optional<Candidate> Classify(NodeId operand, NodeKind junction) const {
    // A node with more than one user stays; conditions as written are no users (Rewriter::Uses).
    NodeId node = operand;
    Form form = Form::kPlain;
    const auto step_into = [&](NodeKind kind) {
      if (from().Get(node).kind != kind || rewriter_.Uses(node) > 1) return false;
      node = from().Operands(node)[0];
      return true;
    };
    if (junction == NodeKind::kOr) {
      if (step_into(NodeKind::kIsTrue)) form = Form::kTrue;
    } else if (step_into(NodeKind::kNot)) {
      form = step_into(NodeKind::kIsTrue) ? Form::kNotTrue : Form::kNot;
    } else if (step_into(NodeKind::kIsTrue) && step_into(NodeKind::kNot)) {
      form = Form::kFalse;
    } else {
      return std::nullopt;
    }
    if (rewriter_.Uses(node) > 1) return std::nullopt;
    return TestAt(node, form);
  }

  std::optional<Candidate> TestAt(NodeId node, Form form) const {
    const auto operands = from().Operands(node);
    const NodeKind kind = from().Get(node).kind;
    if (kind == NodeKind::kEq) {
      NodeId x = operands[0];
      NodeId constant = operands[1];
      if (from().IsConst(x)) std::swap(x, constant);
      if (!from().IsConst(constant) || from().IsConst(x)) return std::nullopt;
      const TypeId type = from().ConstantAt(constant).type;
      if (type != kStringType && type != kIntType) return std::nullopt;
      return Candidate{{form, BuiltinId::OpInSet, x, false, false, type}, constant};
    }
    if (kind != NodeKind::kCall || operands.size() != 2 || !from().IsConst(operands[1])) return std::nullopt;
    BuiltinId builtin = from().BuiltinAt(node);
    SetModifiers modifiers;
    TypeId member = kStringType;
    const Constant& constant = from().ConstantAt(operands[1]);
    if (context_.graph.types.Kind(constant.type) == TypeKind::kSet) {
      const SetValues& set = context_.graph.resources.set(SetId(constant.resource));
      if (set.columns().size() != 1) return std::nullopt;
      modifiers = set.modifiers();
      member = set.columns()[0];
    } else if (constant.type != kStringType) {
      return std::nullopt;
    }
    switch (builtin) {
      case BuiltinId::OpContains: builtin = BuiltinId::OpHasAny; break;
      case BuiltinId::OpContainsNocase:
        builtin = BuiltinId::OpHasAny;
        modifiers.nocase = true;
        break;
      case BuiltinId::OpStartsWith: builtin = BuiltinId::OpStartsWithAny; break;
      case BuiltinId::OpEndsWith: builtin = BuiltinId::OpEndsWithAny; break;
      case BuiltinId::OpHasToken: builtin = BuiltinId::OpHasAnyToken; break;
      case BuiltinId::OpHasAny:
      case BuiltinId::OpStartsWithAny:
      case BuiltinId::OpEndsWithAny:
      case BuiltinId::OpHasAnyToken:
      case BuiltinId::OpInSet: break;
      default: return std::nullopt;  // not a test that one set could answer
    }
    if (member != kStringType && member != kIntType) return std::nullopt;
    return Candidate{{form, builtin, operands[0], modifiers.nocase, modifiers.words, member}, operands[1]};
  }

  size_t SizeOf(NodeId constant) const {
    const Constant& value = from().ConstantAt(constant);
    if (context_.graph.types.Kind(value.type) != TypeKind::kSet) return 1;
    return context_.graph.resources.set(SetId(value.resource)).size();
  }

  struct Groups {
    std::map<Key, std::vector<Candidate>> of;
    std::vector<NodeId> others;  // operands that belong to no group
  };

  // What of a junction is merged; it is remembered where there is something.
  void FindGroups(NodeId junction) {
    const NodeKind kind = from().Get(junction).kind;
    if (kind != NodeKind::kAnd && kind != NodeKind::kOr) return;
    const auto operands = from().Operands(junction);
    std::map<Key, std::vector<Candidate>> groups;
    std::vector<std::optional<Key>> key_of(operands.size());
    for (size_t i = 0; i < operands.size(); ++i) {
      if (auto candidate = Classify(operands[i], kind)) {
        key_of[i] = candidate->key;
        groups[candidate->key].push_back(*candidate);
      }
    }
    std::erase_if(groups, [&](const auto& group) {
      size_t members = 0;
      for (const Candidate& candidate : group.second) members += SizeOf(candidate.constant);
      return group.second.size() < 2 || members < (group.first.member == kStringType ? kMinTexts : kMinNumbers);
    });
    if (groups.empty()) return;
    Groups& found = groups_[junction];
    for (size_t i = 0; i < operands.size(); ++i) {
      if (!key_of[i] || !groups.contains(*key_of[i])) found.others.push_back(operands[i]);
    }
    found.of = std::move(groups);
  }

  NodeId Junction(NodeId old, const Groups& groups) {
    std::vector<NodeId> result;
    for (NodeId operand : groups.others) result.push_back(rewriter_[operand]);
    for (const auto& [key, members] : groups.of) result.push_back(MakeTest(key, members));
    return rewriter_.build().Junction(from().Get(old).kind, result);
  }

  NodeId MakeTest(const Key& key, const std::vector<Candidate>& candidates) {
    // In one order, so that rules that test for the same members share the test.
    std::vector<SetMember> members;
    for (const Candidate& candidate : candidates) {
      const Constant& constant = from().ConstantAt(candidate.constant);
      if (context_.graph.types.Kind(constant.type) == TypeKind::kSet) {
        const auto& more = context_.graph.resources.set(SetId(constant.resource)).members();
        members.insert(members.end(), more.begin(), more.end());
      } else if (constant.type == kIntType) {
        members.push_back({constant.value.as_int()});
      } else {
        members.push_back({std::string(constant.value.as_string())});
      }
    }
    std::ranges::sort(members);
    SetValues set({key.member}, {.nocase = key.nocase, .words = key.words});
    for (SetMember& member : members) set.Add(std::move(member));
    NodeBuilder& build = rewriter_.build();
    const NodeId constant = build.nodes().Set(context_.graph.resources.AddSet(std::move(set)));
    const NodeId test = build.Call(key.builtin, {rewriter_[key.operand], constant}, kBoolType);
    switch (key.form) {
      case Form::kPlain: return test;
      case Form::kTrue: return build.IsTrue(test);
      case Form::kNot: return build.Not(test);
      case Form::kFalse: return build.IsFalse(test);
      case Form::kNotTrue: return build.Not(build.IsTrue(test));
    }
    return test;
  }

  const PassContext& context_;
  Rewriter rewriter_;
  std::unordered_map<NodeId, Groups> groups_;
};

}  // namespace

void MergePass(const PassContext& context) { Merge(context).Run(); }

}  // namespace assay
