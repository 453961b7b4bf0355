// Every invariant of a plan, checked in the order of its steps. Whoever runs or compiles a plan relies on them.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/plan/plan.h"

namespace assay {

namespace {

class Verifier {
 public:
  Verifier(const Plan& plan, const RuleGraph& graph)
      : plan_(plan), graph_(graph), written_(plan.slots.size()), marks_(graph.nodes.size()) {}

  Status Run() {
    for (size_t i = 0; i < plan_.slots.size(); ++i) ASSAY_RETURN_IF_ERROR(CheckSlot(i));
    size_t next[4] = {};
    for (const Step& step : plan_.steps) {
      if (step.index != next[static_cast<size_t>(step.kind)]++) return Broken("steps are not numbered in their order");
      ASSAY_RETURN_IF_ERROR(CheckStep(step));
    }
    if (next[0] != plan_.loads.size() || next[1] != plan_.derives.size() || next[2] != plan_.scans.size() ||
        next[3] != plan_.kernels.size()) {
      return Broken("a step is not run");
    }
    for (size_t i = 0; i < written_.size(); ++i) {
      if (!written_[i]) return Broken(fmt::format("slot %{} is never written", i));
    }
    for (const VoteOutput& vote : plan_.votes) ASSAY_RETURN_IF_ERROR(CheckVote(vote));
    for (size_t i = 0; i < plan_.slices.size(); ++i) {
      if (plan_.slices[i].slice != i || i >= graph_.slices.size()) return Broken("slices are not in their order");
      ASSAY_RETURN_IF_ERROR(CheckPlane(plan_.slices[i].plane, "a slice"));
    }
    return {};
  }

 private:
  static std::unexpected<Error> Broken(std::string what) {
    return Fail(ErrorKind::kInternal, fmt::format("broken plan: {}", what));
  }

  bool NodeInRange(NodeId node) const { return node.index() < graph_.nodes.size(); }
  bool Readable(SlotId slot) const { return slot.index() < plan_.slots.size() && written_[slot.index()]; }
  const Slot& At(SlotId slot) const { return plan_.slots[slot.index()]; }

  Status CheckSlot(size_t i) {
    const Slot& slot = plan_.slots[i];
    if (!NodeInRange(slot.node)) return Broken(fmt::format("slot %{} holds no node", i));
    const Node& node = graph_.nodes.Get(slot.node);
    if (slot.kind != SlotKindOf(graph_.types, node.type)) return Broken(fmt::format("slot %{} has not the kind of its node", i));
    if (node.nullable && !slot.nullable) return Broken(fmt::format("slot %{} loses the nulls of its node", i));
    return {};
  }

  Status Write(SlotId slot) {
    if (slot.index() >= plan_.slots.size()) return Broken("a slot out of range");
    if (written_[slot.index()]) return Broken(fmt::format("slot %{} is written twice", slot.value));
    written_[slot.index()] = true;
    return {};
  }

  Status CheckOperand(const PlanOperand& operand, NodeId node) {
    if (operand.slot.has_value() == operand.constant.has_value()) return Broken("an operand is a slot or a constant");
    if (operand.slot.has_value()) {
      if (!Readable(operand.slot)) return Broken(fmt::format("slot %{} is read before it is written", operand.slot.value));
      if (At(operand.slot).node != node) return Broken(fmt::format("slot %{} holds another node than it is read for", operand.slot.value));
      return {};
    }
    if (operand.constant != node || !IsConstantNode(node)) return Broken("an operand that is no constant");
    return {};
  }

  bool IsConstantNode(NodeId node) const {
    const NodeKind kind = graph_.nodes.Get(node).kind;
    return kind == NodeKind::kConst || kind == NodeKind::kParam;
  }

  Status CheckStep(const Step& step) {
    switch (step.kind) {
      case Step::Kind::kLoad: {
        if (step.index >= plan_.loads.size()) return Broken("a load out of range");
        const LoadStep& load = plan_.loads[step.index];
        if (load.field.index() >= graph_.fields.size()) return Broken("a field out of range");
        ASSAY_RETURN_IF_ERROR(Write(load.slot));
        const Node& node = graph_.nodes.Get(At(load.slot).node);
        if (node.kind != NodeKind::kField || node.payload != load.field.value) return Broken("a load of another field than its slot's");
        return {};
      }
      case Step::Kind::kDerive:
        if (step.index >= plan_.derives.size()) return Broken("a derive step out of range");
        return CheckDerive(plan_.derives[step.index]);
      case Step::Kind::kScan:
        if (step.index >= plan_.scans.size()) return Broken("a scan out of range");
        return CheckScan(plan_.scans[step.index]);
      case Step::Kind::kKernel:
        if (step.index >= plan_.kernels.size()) return Broken("a kernel out of range");
        return CheckKernel(plan_.kernels[step.index], step.index);
    }
    return {};
  }

  Status CheckDerive(const DeriveStep& derive) {
    if (!NodeInRange(derive.node)) return Broken("a derived node out of range");
    NodeId source = derive.node;
    if (derive.counted.has_value()) {
      if (AsPieceCount(graph_, derive.node) != derive.counted) return Broken("a count of pieces that is none");
      const uint64_t enough = derive.enough == 0 ? 0 : PiecesEnough(graph_, derive.node);
      if (derive.enough != 0 && (enough == 0 || derive.enough < enough)) return Broken("a count that stops too early");
      source = derive.counted;
    }
    const auto operands = graph_.nodes.Operands(source);
    if (operands.size() != derive.operands.size()) return Broken("a derive step with a wrong number of operands");
    for (size_t i = 0; i < operands.size(); ++i) ASSAY_RETURN_IF_ERROR(CheckOperand(derive.operands[i], operands[i]));
    ASSAY_RETURN_IF_ERROR(Write(derive.result));
    const NodeKind kind = graph_.nodes.Get(derive.node).kind;
    if (kind == NodeKind::kConst || kind == NodeKind::kField || kind == NodeKind::kParam) return Broken("a leaf is derived");
    if (At(derive.result).node != derive.node) return Broken("a derive step that writes another node's slot");
    return {};
  }

  Status CheckScan(const ScanStep& scan) {
    if (!Readable(scan.text) || At(scan.text).kind != SlotKind::kString) return Broken("a scan of no text");
    for (const ScanTest& test : scan.tests) {
      if (!NodeInRange(test.node)) return Broken("a test out of range");
      const auto shape = AsTextTest(graph_, test.node);
      if (!shape || shape->text != At(scan.text).node) return Broken(fmt::format("node {} is no test of the scanned text", test.node.value));
      ASSAY_RETURN_IF_ERROR(Write(test.plane));
      if (At(test.plane).node != test.node) return Broken("a scan that writes another node's slot");
    }
    return {};
  }

  // Everything between outputs and inputs is what a kernel can compute.
  Status CheckKernel(const KernelStep& kernel, uint32_t index) {
    if (kernel.function != index) return Broken("kernels are not numbered in their order");
    ++mark_;
    for (SlotId input : kernel.inputs) {
      if (!Readable(input)) return Broken("a kernel reads a slot that is not written");
      marks_[At(input).node.index()] = mark_;
    }
    std::vector<NodeId> pending;
    for (SlotId output : kernel.outputs) {
      ASSAY_RETURN_IF_ERROR(Write(output));
      pending.push_back(At(output).node);
    }
    while (!pending.empty()) {
      const NodeId node = pending.back();
      pending.pop_back();
      if (marks_[node.index()] == mark_ || IsConstantNode(node)) continue;
      marks_[node.index()] = mark_;
      if (!IsKernelNode(graph_, node)) return Broken(fmt::format("node {} is in no slot and no kernel can compute it", node.value));
      const auto operands = graph_.nodes.Operands(node);
      pending.insert(pending.end(), operands.begin(), operands.end());
    }
    return {};
  }

  Status CheckPlane(const PlanOperand& operand, std::string_view what) {
    if (operand.slot.has_value() == operand.constant.has_value()) return Broken(fmt::format("{} is a slot or a constant", what));
    if (operand.slot.has_value()) {
      if (!Readable(operand.slot) || At(operand.slot).kind != SlotKind::kPlane) return Broken(fmt::format("{} is no plane", what));
      return {};
    }
    if (!NodeInRange(operand.constant) || !IsConstantNode(operand.constant) ||
        graph_.nodes.Get(operand.constant).type != kBoolType) {
      return Broken(fmt::format("{} is no constant bool", what));
    }
    return {};
  }

  Status CheckVote(const VoteOutput& vote) {
    if (vote.rule.index() >= graph_.rules.size()) return Broken("a vote of no rule");
    const auto& branches = graph_.rules[vote.rule.index()].branches;
    const bool known = std::ranges::any_of(branches, [&](const Branch& branch) { return branch.label == vote.label; });
    if (!known || vote.label == kAbstain) return Broken("a vote for a class that its rule has no branch for");
    return CheckPlane(vote.plane, "a vote");
  }

  const Plan& plan_;
  const RuleGraph& graph_;
  std::vector<bool> written_;
  std::vector<uint32_t> marks_;  // by node: the last kernel that had it
  uint32_t mark_ = 0;
};

}  // namespace

Status Verify(const Plan& plan, const RuleGraph& graph) { return Verifier(plan, graph).Run(); }

}  // namespace assay
