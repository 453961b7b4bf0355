// The plan as text, a line a step in the order of execution:
//
//   plan 1
//   load 2 -> %0:int?@17                     field 2 into slot 0, which holds node 17
//   derive 25 (%0 @12) -> %1:plane@25        operands: slots and constant nodes
//   derive 30 counting 29 (%0) -> %2:int@30
//   scan %3 31 -> %4:plane@31, 33 -> %5:plane@33
//   kernel (%0 %4) -> (%6:plane@40)
//   vote 3 1 %6                              rule, class, plane
//   slice 0 @5
//
// What stands behind `#` is for people.
#include <fmt/format.h>

#include <iterator>

#include "runtime/plan/plan.h"

namespace assay {

namespace {

class Printer {
 public:
  Printer(const Plan& plan, const RuleGraph& graph) : plan_(plan), graph_(graph) {}

  std::string Run() {
    Add("plan 1\n");
    for (const Step& step : plan_.steps) PrintStep(step);
    for (const VoteOutput& vote : plan_.votes) {
      Add("vote {} {} {}  # {}\n", vote.rule.value, vote.label, Operand(vote.plane), graph_.rules[vote.rule.index()].name);
    }
    for (const SliceOutput& slice : plan_.slices) {
      Add("slice {} {}  # {}\n", slice.slice, Operand(slice.plane), graph_.slices[slice.slice].name);
    }
    return std::move(out_);
  }

 private:
  template <typename... Arguments>
  void Add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
  }

  static std::string Operand(const PlanOperand& operand) {
    return operand.slot.has_value() ? fmt::format("%{}", operand.slot.value) : fmt::format("@{}", operand.constant.value);
  }

  std::string Defined(SlotId id) const {
    const Slot& slot = plan_.slots[id.index()];
    return fmt::format("%{}:{}{}@{}", id.value, SpellingOf(slot.kind), slot.nullable ? "?" : "", slot.node.value);
  }

  void PrintStep(const Step& step) {
    switch (step.kind) {
      case Step::Kind::kLoad: {
        const LoadStep& load = plan_.loads[step.index];
        Add("load {} -> {}  # {}\n", load.field.value, Defined(load.slot), graph_.fields[load.field.index()].name);
        return;
      }
      case Step::Kind::kDerive: {
        const DeriveStep& derive = plan_.derives[step.index];
        Add("derive {}", derive.node.value);
        if (derive.counted.has_value()) Add(" counting {}", derive.counted.value);
        if (derive.enough != 0) Add(" to {}", derive.enough);
        Add(" (");
        for (size_t i = 0; i < derive.operands.size(); ++i) Add("{}{}", i == 0 ? "" : " ", Operand(derive.operands[i]));
        const Node& node = graph_.nodes.Get(derive.node);
        Add(") -> {}  # {}\n", Defined(derive.result),
            node.kind == NodeKind::kCall ? InfoOf(graph_.nodes.BuiltinAt(derive.node)).name : InfoOf(node.kind).spelling);
        return;
      }
      case Step::Kind::kScan: {
        const ScanStep& scan = plan_.scans[step.index];
        Add("scan %{}", scan.text.value);
        for (size_t i = 0; i < scan.tests.size(); ++i) {
          Add("{} {} -> {}", i == 0 ? "" : ",", scan.tests[i].node.value, Defined(scan.tests[i].plane));
        }
        Add("\n");
        for (const ScanTest& test : scan.tests) Add("#   %{} {}\n", test.plane.value, WayText(test.node));
        return;
      }
      case Step::Kind::kKernel: {
        const KernelStep& kernel = plan_.kernels[step.index];
        Add("kernel (");
        for (size_t i = 0; i < kernel.inputs.size(); ++i) Add("{}%{}", i == 0 ? "" : " ", kernel.inputs[i].value);
        Add(") -> (");
        for (size_t i = 0; i < kernel.outputs.size(); ++i) Add("{}{}", i == 0 ? "" : " ", Defined(kernel.outputs[i]));
        Add(")\n");
        return;
      }
    }
  }

  // How a test is answered, for readers.
  std::string WayText(NodeId node) const {
    const TextTestNode test = *AsTextTest(graph_, node);
    const Constant& constant = graph_.nodes.ConstantAt(test.constant);
    switch (ScanWayOf(graph_, test)) {
      case ScanWay::kHash: return "by one look-up for all tests of equality";
      case ScanWay::kDictionary: return fmt::format("by a dictionary of {}", graph_.resources.set(SetId(constant.resource)).size());
      case ScanWay::kEachText: return "text by text";
      case ScanWay::kPass:
        if (graph_.types.Kind(constant.type) != TypeKind::kRegex) return test.lowered ? "in the pass, without lowering" : "in the pass";
        return "in the pass, " + PatternText(constant);
      case ScanWay::kPassAndPcre2: return "by PCRE2 where the pass lets a text through, " + PatternText(constant);
    }
    return "";
  }

  std::string PatternText(const Constant& constant) const {
    const Pattern& pattern = graph_.resources.pattern(PatternId(constant.resource));
    std::string text = fmt::format("{} positions", pattern.automaton.positions.size());
    if (!pattern.pieces.empty()) {
      text += fmt::format("; by its {} {} and a walk of its own where it multiplies states", pattern.pieces.size(),
                          pattern.pieces.size() == 1 ? "piece" : "pieces");
    }
    return text;
  }

  const Plan& plan_;
  const RuleGraph& graph_;
  std::string out_;
};

}  // namespace

std::string Print(const Plan& plan, const RuleGraph& graph) { return Printer(plan, graph).Run(); }

}  // namespace assay
