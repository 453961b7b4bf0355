// How the plan is found. Nodes are numbered so that operands come first, so every step is a loop over ids:
//
//   reach   mark what votes and slices need; classify each node as load, scan, derive or kernel
//   stage   a derived or scanned node whose operand is computed by a kernel runs one stage later than that kernel
//   share   in a stage the roots (nodes that somebody outside of kernels reads) are cut into groups, a function each. A node
//           that costs something, a comparison or arithmetic, and that several groups use, becomes a root of its own, and
//           such roots are computed by functions that run before; logic on planes is cheaper to repeat than to store
//   emit    stage by stage: derives and scans, then kernels
#include "compiler/planner/planner.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

namespace {

enum class Way : uint8_t { kNone, kConstant, kLoad, kScan, kDerive, kKernel };

class Planner {
 public:
  Planner(const RuleGraph& graph, const PlannerOptions& options)
      : graph_(graph), options_(options), count_(graph.nodes.size()), way_(count_), stage_(count_), counted_(count_), slot_(count_),
        outside_(count_), group_(count_, kNoGroup), mark_(count_) {}

  Result<Plan> Run() {
    CollectRoots();
    ASSAY_RETURN_IF_ERROR(Classify());
    Stage();
    for (uint32_t stage = 0; stage <= last_stage_; ++stage) EmitStage(stage);
    EmitOutputs();
    return std::move(plan_);
  }

 private:
  static constexpr uint32_t kNoGroup = 0xffffffff;
  static constexpr uint32_t kManyGroups = 0xfffffffe;

  const Node& At(NodeId id) const { return graph_.nodes.Get(id); }
  std::span<const NodeId> Operands(NodeId id) const { return graph_.nodes.Operands(id); }

  // --- reach ---

  void CollectRoots() {
    for (size_t r = 0; r < graph_.rules.size(); ++r) {
      const Rule& rule = graph_.rules[r];
      if (rule.disabled) continue;
      for (const Branch& branch : rule.branches) {
        if (branch.label == kAbstain) continue;
        if (graph_.nodes.IsConst(branch.fires) && !IsTrueConstant(branch.fires)) continue;
        plan_.votes.push_back({RuleId(r), branch.label, {SlotId(), branch.fires}});
        AddRoot(branch.fires);
      }
    }
    for (size_t s = 0; s < graph_.slices.size(); ++s) {
      plan_.slices.push_back({static_cast<uint32_t>(s), {SlotId(), graph_.slices[s].member}});
      AddRoot(graph_.slices[s].member);
    }
  }

  bool IsTrueConstant(NodeId node) const {
    const Value& value = graph_.nodes.ConstantAt(node).value;
    return value.kind() == Value::Kind::kBool && value.as_bool();
  }

  void AddRoot(NodeId node) {
    if (graph_.nodes.IsConst(node)) return;
    if (!outside_[node.index()]) roots_.push_back(node);
    outside_[node.index()] = true;
  }

  // What a node reads when it runs in its way: the text of a test, the operands of a counted call, all operands.
  template <typename Visit>
  void ForEachRead(NodeId node, const Visit& visit) const {
    switch (way_[node.index()]) {
      case Way::kNone:
      case Way::kConstant:
      case Way::kLoad: return;
      case Way::kScan: visit(AsTextTest(graph_, node)->text); return;
      case Way::kDerive:
        for (NodeId operand : Operands(counted_[node.index()].has_value() ? counted_[node.index()] : node)) visit(operand);
        return;
      case Way::kKernel:
        for (NodeId operand : Operands(node)) visit(operand);
        return;
    }
  }

  Status Classify() {
    std::vector<bool> needed(count_);
    for (NodeId root : roots_) needed[root.index()] = true;
    for (size_t i = count_; i-- > 0;) {
      if (!needed[i]) continue;
      const NodeId id(i);
      switch (At(id).kind) {
        case NodeKind::kConst:
        case NodeKind::kParam: way_[i] = Way::kConstant; break;
        case NodeKind::kField: way_[i] = Way::kLoad; break;
        default:
          if (AsTextTest(graph_, id)) {
            way_[i] = Way::kScan;
          } else if (IsKernelNode(graph_, id)) {
            way_[i] = Way::kKernel;
          } else {
            way_[i] = Way::kDerive;
            if (const auto counted = AsPieceCount(graph_, id)) counted_[i] = *counted;
            ASSAY_RETURN_IF_ERROR(CheckDerivable(id));
          }
      }
      const bool reads_slots = way_[i] != Way::kKernel;
      ForEachRead(id, [&](NodeId operand) {
        needed[operand.index()] = true;
        if (reads_slots) outside_[operand.index()] = true;
      });
    }
    return {};
  }

  Status CheckDerivable(NodeId id) const {
    const SlotKind kind = SlotKindOf(graph_.types, At(id).type);
    switch (At(id).kind) {
      case NodeKind::kCall:
      case NodeKind::kMakeList:
      case NodeKind::kEq:
      case NodeKind::kLt:
      case NodeKind::kIf:
      case NodeKind::kCoalesce: return {};
      case NodeKind::kAdd:
        if (kind == SlotKind::kString) return {};
        break;
      case NodeKind::kFloorDiv:
      case NodeKind::kMod:
        if (kind == SlotKind::kInt || kind == SlotKind::kFloat) return {};
        break;
      default: break;  // the other kinds are leaves or computed by kernels
    }
    return Fail(ErrorKind::kInternal, fmt::format("no step computes node {} ({})", id.value, InfoOf(At(id).kind).spelling));
  }

  // --- stage ---

  void Stage() {
    for (size_t i = 0; i < count_; ++i) {
      const bool kernel = way_[i] == Way::kKernel;
      ForEachRead(NodeId(i), [&](NodeId operand) {
        const size_t o = operand.index();
        const uint32_t after = stage_[o] + (!kernel && way_[o] == Way::kKernel ? 1 : 0);
        stage_[i] = std::max(stage_[i], after);
      });
      if (way_[i] != Way::kNone) last_stage_ = std::max(last_stage_, stage_[i]);
    }
    // A kernel node that a later stage's kernel reads is handed over in a slot.
    for (size_t i = 0; i < count_; ++i) {
      if (way_[i] != Way::kKernel) continue;
      for (NodeId operand : Operands(NodeId(i))) {
        if (stage_[operand.index()] != stage_[i] || way_[operand.index()] != Way::kKernel) outside_[operand.index()] = true;
      }
    }
  }

  // --- emit ---

  SlotId NewSlot(NodeId node) {
    plan_.slots.push_back({SlotKindOf(graph_.types, At(node).type), At(node).nullable, node});
    return slot_[node.index()] = SlotId(plan_.slots.size() - 1);
  }

  void AddStep(Step::Kind kind, size_t count) { plan_.steps.push_back({kind, static_cast<uint32_t>(count - 1)}); }

  PlanOperand OperandOf(NodeId node) const {
    if (way_[node.index()] == Way::kConstant) return {SlotId(), node};
    return {slot_[node.index()], NodeId()};
  }

  void EmitStage(uint32_t stage) {
    EmitReaders(stage);
    EmitKernels(stage);
  }

  // Loads, derives and scans in the order of ids; all tests of a text are one scan, run when its text is there.
  void EmitReaders(uint32_t stage) {
    std::vector<std::pair<NodeId, std::vector<NodeId>>> scans;  // by text, in the order of the first test
    std::vector<size_t> scan_of(count_, 0);
    for (size_t i = 0; i < count_; ++i) {
      if (way_[i] != Way::kScan || stage_[i] != stage) continue;
      const NodeId text = AsTextTest(graph_, NodeId(i))->text;
      if (scan_of[text.index()] == 0) {
        scans.emplace_back(text, std::vector<NodeId>());
        scan_of[text.index()] = scans.size();
      }
      scans[scan_of[text.index()] - 1].second.push_back(NodeId(i));
    }
    // A scan runs with its first test; the text has a lower id, so it is there.
    for (size_t i = 0; i < count_; ++i) {
      const NodeId id(i);
      if (stage_[i] != stage) continue;
      switch (way_[i]) {
        case Way::kLoad:
          plan_.loads.push_back({FieldId(At(id).payload), NewSlot(id)});
          AddStep(Step::Kind::kLoad, plan_.loads.size());
          break;
        case Way::kDerive: EmitDerive(id); break;
        case Way::kScan: {
          auto& [text, tests] = scans[scan_of[AsTextTest(graph_, id)->text.index()] - 1];
          if (tests.front() != id) break;
          ScanStep scan;
          scan.text = slot_[text.index()];
          for (NodeId test : tests) scan.tests.push_back({test, NewSlot(test)});
          plan_.scans.push_back(std::move(scan));
          AddStep(Step::Kind::kScan, plan_.scans.size());
          break;
        }
        case Way::kNone:
        case Way::kConstant:
        case Way::kKernel: break;
      }
    }
  }

  void EmitDerive(NodeId id) {
    DeriveStep derive;
    derive.node = id;
    derive.counted = counted_[id.index()];
    if (derive.counted.has_value()) derive.enough = PiecesEnough(graph_, id);
    for (NodeId operand : Operands(derive.counted.has_value() ? derive.counted : id)) derive.operands.push_back(OperandOf(operand));
    derive.result = NewSlot(id);
    plan_.derives.push_back(std::move(derive));
    AddStep(Step::Kind::kDerive, plan_.derives.size());
  }

  void EmitKernels(uint32_t stage) {
    std::vector<NodeId> roots;
    for (size_t i = 0; i < count_; ++i) {
      if (way_[i] == Way::kKernel && stage_[i] == stage && outside_[i]) roots.push_back(NodeId(i));
    }
    if (roots.empty()) return;
    const std::vector<NodeId> shared = FindShared(roots, stage);
    EmitFunctions(shared);
    std::erase_if(roots, [&](NodeId root) { return slot_[root.index()].has_value(); });
    EmitFunctions(roots);
  }

  // The nodes of the stage that cost something and that functions of several groups of roots would compute.
  std::vector<NodeId> FindShared(std::span<const NodeId> roots, uint32_t stage) {
    for (size_t r = 0; r < roots.size(); ++r) {
      const auto group = static_cast<uint32_t>(r / options_.roots_per_kernel);
      uint32_t& at = group_[roots[r].index()];
      at = at == kNoGroup || at == group ? group : kManyGroups;
    }
    std::vector<NodeId> shared;
    for (size_t i = count_; i-- > 0;) {
      if (way_[i] != Way::kKernel || stage_[i] != stage || group_[i] == kNoGroup) continue;
      const uint32_t group = group_[i];
      const bool store = group == kManyGroups && CostsSomething(NodeId(i));
      if (store) shared.push_back(NodeId(i));
      for (NodeId operand : Operands(NodeId(i))) {
        if (way_[operand.index()] != Way::kKernel || stage_[operand.index()] != stage) continue;
        uint32_t& at = group_[operand.index()];
        // What only stored nodes read is computed beside them.
        at = at == kNoGroup || at == group ? group : kManyGroups;
      }
    }
    std::ranges::reverse(shared);  // ascending: a shared node may read those before it
    // Comparisons of one column stand together, so that its values are read once. Nodes that read other shared nodes keep
    // their place behind them.
    const auto leaf = [&](NodeId id) {
      return std::ranges::none_of(Operands(id), [&](NodeId o) { return way_[o.index()] == Way::kKernel; });
    };
    std::ranges::stable_sort(shared, [&](NodeId a, NodeId b) {
      if (leaf(a) != leaf(b)) return leaf(a);
      return leaf(a) && FirstSlotOperand(a) < FirstSlotOperand(b);
    });
    return shared;
  }

  NodeId FirstSlotOperand(NodeId id) const {
    for (NodeId operand : Operands(id)) {
      if (way_[operand.index()] != Way::kConstant) return operand;
    }
    return NodeId();
  }

  bool CostsSomething(NodeId id) const {
    switch (At(id).kind) {
      case NodeKind::kNot:
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kIsTrue:
      case NodeKind::kIsNull: return false;
      default: break;
    }
    const auto is_plane = [&](NodeId o) { return SlotKindOf(graph_.types, At(o).type) == SlotKind::kPlane; };
    return !is_plane(id) || !std::ranges::all_of(Operands(id), is_plane);
  }

  void EmitFunctions(std::span<const NodeId> outputs) {
    for (size_t first = 0; first < outputs.size(); first += options_.roots_per_kernel) {
      EmitFunction(outputs.subspan(first, std::min<size_t>(options_.roots_per_kernel, outputs.size() - first)));
    }
  }

  void EmitFunction(std::span<const NodeId> outputs) {
    KernelStep kernel;
    kernel.function = static_cast<uint32_t>(plan_.kernels.size());
    ++marker_;
    std::vector<NodeId> pending(outputs.begin(), outputs.end());
    std::vector<NodeId> inputs;
    while (!pending.empty()) {
      const NodeId node = pending.back();
      pending.pop_back();
      if (mark_[node.index()] == marker_ || way_[node.index()] == Way::kConstant) continue;
      mark_[node.index()] = marker_;
      if (slot_[node.index()].has_value()) {
        inputs.push_back(node);
        continue;
      }
      const auto operands = Operands(node);
      pending.insert(pending.end(), operands.begin(), operands.end());
    }
    std::ranges::sort(inputs);
    for (NodeId input : inputs) kernel.inputs.push_back(slot_[input.index()]);
    for (NodeId output : outputs) kernel.outputs.push_back(NewSlot(output));
    plan_.kernels.push_back(std::move(kernel));
    AddStep(Step::Kind::kKernel, plan_.kernels.size());
  }

  void EmitOutputs() {
    const auto settle = [&](PlanOperand& operand) {
      if (way_[operand.constant.index()] == Way::kConstant || graph_.nodes.IsConst(operand.constant)) return;
      operand = {slot_[operand.constant.index()], NodeId()};
    };
    for (VoteOutput& vote : plan_.votes) settle(vote.plane);
    for (SliceOutput& slice : plan_.slices) settle(slice.plane);
  }

  const RuleGraph& graph_;
  const PlannerOptions& options_;
  const size_t count_;
  std::vector<Way> way_;
  std::vector<uint32_t> stage_;
  std::vector<NodeId> counted_;  // by node: the call whose pieces it counts
  std::vector<SlotId> slot_;     // by node
  std::vector<bool> outside_;    // by node: read by others than kernels of its stage
  std::vector<uint32_t> group_;  // by node: the group of roots that needs it
  std::vector<uint32_t> mark_;
  uint32_t marker_ = 0;
  uint32_t last_stage_ = 0;
  std::vector<NodeId> roots_;
  Plan plan_;
};

}  // namespace

Result<Plan> MakePlan(const RuleGraph& graph, const PlannerOptions& options) { return Planner(graph, options).Run(); }

}  // namespace assay
