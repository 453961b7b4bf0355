// Reads what Print writes. The text may come from a pack, so nothing in it is trusted: every number is checked for its range
// here, and the plan is verified before it is handed out.
#include <fmt/format.h>

#include <charconv>

#include "runtime/plan/plan.h"

namespace assay {

namespace {

// A plan has a slot for some of the graph's nodes, so more are nonsense.
class Reader {
 public:
  Reader(std::string_view text, const RuleGraph& graph) : text_(text), graph_(graph) {}

  Result<Plan> Run() {
    if (!Word("plan") || !Number(version_) || version_ != 1) return Wrong("a plan begins with `plan 1`");
    while (SkipBlanks(), at_ < text_.size()) {
      ASSAY_RETURN_IF_ERROR(ReadLine());
    }
    for (size_t i = 0; i < defined_.size(); ++i) {
      if (!defined_[i]) return Wrong(fmt::format("slot %{} is never written", i));
    }
    ASSAY_RETURN_IF_ERROR(Verify(plan_, graph_));
    return std::move(plan_);
  }

 private:
  Status ReadLine() {
    if (Word("load")) {
      LoadStep load;
      if (!Number(load.field.value) || !Mark("->") || !Definition(load.slot)) return Wrong("load FIELD -> SLOT");
      plan_.loads.push_back(load);
      AddStep(Step::Kind::kLoad, plan_.loads.size());
      return {};
    }
    if (Word("derive")) return ReadDerive();
    if (Word("scan")) return ReadScan();
    if (Word("kernel")) return ReadKernel();
    if (Word("vote")) {
      VoteOutput vote;
      if (!Number(vote.rule.value) || !Number(vote.label) || !Operand(vote.plane)) return Wrong("vote RULE CLASS OPERAND");
      plan_.votes.push_back(vote);
      return {};
    }
    if (Word("slice")) {
      SliceOutput slice;
      if (!Number(slice.slice) || !Operand(slice.plane)) return Wrong("slice NUMBER OPERAND");
      plan_.slices.push_back(slice);
      return {};
    }
    return Wrong("load, derive, scan, kernel, vote or slice");
  }

  Status ReadDerive() {
    DeriveStep derive;
    if (!Number(derive.node.value)) return Wrong("derive NODE");
    if (Word("counting") && !Number(derive.counted.value)) return Wrong("counting NODE");
    if (Word("to") && !Number(derive.enough)) return Wrong("to NUMBER");
    if (!Mark("(")) return Wrong("derive NODE (OPERANDS) -> SLOT");
    while (!Mark(")")) {
      PlanOperand operand;
      if (!Operand(operand)) return Wrong("an operand: %SLOT or @NODE");
      derive.operands.push_back(operand);
    }
    if (!Mark("->") || !Definition(derive.result)) return Wrong("-> SLOT");
    plan_.derives.push_back(std::move(derive));
    AddStep(Step::Kind::kDerive, plan_.derives.size());
    return {};
  }

  Status ReadScan() {
    ScanStep scan;
    if (!SlotName(scan.text)) return Wrong("scan %SLOT");
    do {
      ScanTest test;
      if (!Number(test.node.value) || !Mark("->") || !Definition(test.plane)) return Wrong("NODE -> SLOT");
      scan.tests.push_back(test);
    } while (Mark(","));
    plan_.scans.push_back(std::move(scan));
    AddStep(Step::Kind::kScan, plan_.scans.size());
    return {};
  }

  Status ReadKernel() {
    KernelStep kernel;
    kernel.function = static_cast<uint32_t>(plan_.kernels.size());
    if (!Mark("(")) return Wrong("kernel (SLOTS) -> (SLOTS)");
    while (!Mark(")")) {
      if (!SlotName(kernel.inputs.emplace_back())) return Wrong("an input: %SLOT");
    }
    if (!Mark("->") || !Mark("(")) return Wrong("-> (SLOTS)");
    while (!Mark(")")) {
      if (!Definition(kernel.outputs.emplace_back())) return Wrong("an output: %SLOT:KIND@NODE");
    }
    plan_.kernels.push_back(std::move(kernel));
    AddStep(Step::Kind::kKernel, plan_.kernels.size());
    return {};
  }

  void AddStep(Step::Kind kind, size_t count) { plan_.steps.push_back({kind, static_cast<uint32_t>(count - 1)}); }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        line_ += c == '\n';
        ++at_;
      } else {
        return;
      }
    }
  }

  bool Mark(std::string_view mark) {
    SkipBlanks();
    if (!text_.substr(at_).starts_with(mark)) return false;
    at_ += mark.size();
    return true;
  }

  bool Word(std::string_view word) {
    SkipBlanks();
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() && rest[word.size()] >= 'a' && rest[word.size()] <= 'z') return false;
    at_ += word.size();
    return true;
  }

  template <typename T>
  bool Number(T& to) {
    SkipBlanks();
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), to);
    if (error != std::errc()) return false;
    at_ = static_cast<size_t>(end - text_.data());
    return true;
  }

  bool SlotName(SlotId& id) { return Mark("%") && Number(id.value) && id.index() <= graph_.nodes.size(); }

  bool Operand(PlanOperand& operand) {
    if (Mark("@")) return Number(operand.constant.value) && operand.constant.has_value();
    return SlotName(operand.slot);
  }

  bool Definition(SlotId& id) {
    if (!SlotName(id) || !Mark(":")) return false;
    Slot slot;
    bool known = false;
    for (SlotKind kind : {SlotKind::kPlane, SlotKind::kInt, SlotKind::kFloat, SlotKind::kString, SlotKind::kValue}) {
      if (Word(SpellingOf(kind))) {
        slot.kind = kind;
        known = true;
        break;
      }
    }
    if (!known) return false;
    slot.nullable = Mark("?");
    if (!Mark("@") || !Number(slot.node.value)) return false;
    if (plan_.slots.size() <= id.index()) {
      plan_.slots.resize(id.index() + 1);
      defined_.resize(id.index() + 1);
    }
    if (defined_[id.index()]) return false;
    plan_.slots[id.index()] = slot;
    defined_[id.index()] = true;
    return true;
  }

  std::unexpected<Error> Wrong(std::string_view expected) const {
    return Fail(ErrorKind::kData, fmt::format("plan, line {}: expected {}", line_, expected));
  }

  std::string_view text_;
  const RuleGraph& graph_;
  size_t at_ = 0;
  size_t line_ = 1;
  uint32_t version_ = 0;
  Plan plan_;
  std::vector<bool> defined_;
};

}  // namespace

Result<Plan> ReadPlan(std::string_view text, const RuleGraph& graph) { return Reader(text, graph).Run(); }

}  // namespace assay
