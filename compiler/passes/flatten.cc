// flatten: an `and` inside an `and` becomes part of it, likewise `or`, where nothing else uses the inner one; a shared one
// stays, since computing it once is cheaper. Flat junctions make duplicates, absorption and complements visible to the
// builder, and tests of one operand to the merging of tests.
//
// Idea: whether a junction is taken up by its user is known from the counts of uses alone, so the members of a flat junction
// are gathered once, from its top; a chain of n binary nodes costs n, not n squared.
#include "compiler/passes/pass_list.h"

namespace assay {
namespace {

bool IsJunction(NodeKind kind) { return kind == NodeKind::kAnd || kind == NodeKind::kOr; }

class Flatten {
 public:
  explicit Flatten(const PassContext& context)
      : rewriter_(context), needed_(context.graph.nodes.size()), members_(context.graph.nodes.size()) {
    ForEachRoot(context.graph, [&](NodeId& root, bool) { needed_[root.index()] = true; });
    if (context.watched != nullptr) {
      for (NodeId node : *context.watched) needed_[node.index()] = true;
    }
    // Users before operands: who is needed says which of its parts are.
    budget_ = 4 * needed_.size() + 1024;
    for (size_t i = needed_.size(); i-- > 0;) {
      if (!needed_[i]) continue;
      const NodeId node(i);
      if (IsJunction(rewriter_.from().Get(node).kind)) {
        Gather(node);
        for (NodeId member : members_[i]) needed_[member.index()] = true;
      } else {
        for (NodeId operand : rewriter_.from().Operands(node)) needed_[operand.index()] = true;
      }
    }
  }

  void Run() {
    std::vector<NodeId> operands;
    rewriter_.Run([&](NodeId old) {
      if (!needed_[old.index()]) return NodeId();
      const NodeKind kind = rewriter_.from().Get(old).kind;
      if (!IsJunction(kind)) return rewriter_.Same(old);
      operands.clear();
      for (NodeId member : members_[old.index()]) Append(kind, member, operands);
      return rewriter_.build().Junction(kind, operands);
    });
  }

 private:
  // The members of the junction `top`, through inner ones of its kind that only it uses.
  void Gather(NodeId top) {
    const NodeStore& from = rewriter_.from();
    const NodeKind kind = from.Get(top).kind;
    std::vector<NodeId>& members = members_[top.index()];
    std::vector<NodeId> stack(from.Operands(top).begin(), from.Operands(top).end());
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      const size_t size = from.Operands(node).size();
      // Conditions as written are no users (Rewriter::Uses), so they may see a chain again and again: the budget bounds that.
      if (from.Get(node).kind == kind && rewriter_.Uses(node) <= 1 && size <= budget_) {
        budget_ -= size;
        stack.insert(stack.end(), from.Operands(node).begin(), from.Operands(node).end());
      } else {
        members.push_back(node);
      }
    }
  }

  // A member that was no junction of this kind may have become one only now, by folding.
  void Append(NodeKind kind, NodeId old, std::vector<NodeId>& operands) {
    const NodeStore& nodes = rewriter_.build().nodes();
    const NodeId member = rewriter_[old];
    if (rewriter_.from().Get(old).kind == kind || nodes.Get(member).kind != kind) {
      operands.push_back(member);
      return;
    }
    for (NodeId inner : nodes.Operands(member)) operands.push_back(inner);
  }

  Rewriter rewriter_;
  std::vector<bool> needed_;
  std::vector<std::vector<NodeId>> members_;
  size_t budget_ = 0;
};

}  // namespace

void FlattenPass(const PassContext& context) {
  const NodeStore& nodes = context.graph.nodes;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const NodeKind kind = nodes.Get(NodeId(i)).kind;
    if (!IsJunction(kind)) continue;
    for (NodeId operand : nodes.Operands(NodeId(i))) {
      if (nodes.Get(operand).kind == kind) return Flatten(context).Run();
    }
  }
}

}  // namespace assay
