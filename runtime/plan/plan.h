// How a rule graph is run over blocks of rows: a list of steps over slots. A slot holds one node's values for the rows of a
// block: a bit-plane for bool, an array for numbers, views for text. Steps are in an order in which every slot is written
// before it is read:
//
//   load     a field's column into a slot
//   derive   one built-in, row by row or by a vectorised routine, into a slot
//   scan     all tests of one text slot against constants (literals, sets, patterns, equality), a plane each
//   kernel   one compiled function: numbers, comparisons and Kleene logic, from slots to slots
//
// and last the votes: which planes are which (rule, class). A plan is data: it has a printer, a reader and a verifier, and
// refers to the graph's nodes, builtins and resources by id only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

using SlotId = Id<struct SlotTag>;

enum class SlotKind : uint8_t {
  kPlane,   // bool: 32 words a block
  kInt,     // int64_t[2048]; also dates, timestamps, durations
  kFloat,   // double[2048]
  kString,  // std::string_view[2048]
  kList,    // Value[2048] of kind kList, for lists
};

// The values of one node. A nullable slot has a known plane beside its values (bit set: not null).
struct Slot {
  SlotKind kind;
  bool nullable = false;
  NodeId node;
};

// An operand of a step: a slot, or a constant/parameter node of the graph (slot has no value then).
struct PlanOperand {
  SlotId slot;
  NodeId constant;
};

struct LoadStep {
  FieldId field;
  SlotId slot;
};

struct DeriveStep {
  NodeId node;                        // a kCall, kAdd of strings, kEq/kLt of text or lists, kIf/kCoalesce of text, kMakeList
  std::vector<PlanOperand> operands;
  SlotId result;
};

// A test of a text against a constant; `node` is the kCall or kEq node that asks for it.
struct ScanTest {
  NodeId node;
  SlotId plane;
};
struct ScanStep {
  SlotId text;                        // a kString slot
  std::vector<ScanTest> tests;
};

// A function over 64-row words. It computes `outputs` from `inputs`; the nodes between are its body.
struct KernelStep {
  uint32_t function = 0;              // number of the compiled function
  std::vector<SlotId> inputs;
  std::vector<SlotId> outputs;
};

struct Step {
  enum class Kind : uint8_t { kLoad, kDerive, kScan, kKernel };
  Kind kind;
  uint32_t index;                     // into the vector of its kind
};

// Where a rule's votes for a class are after the last step.
struct VoteOutput {
  RuleId rule;
  int32_t label;                      // the class id
  SlotId plane;                       // not nullable
};
struct SliceOutput {
  uint32_t slice;
  SlotId plane;
};

struct Plan {
  std::vector<Slot> slots;
  std::vector<LoadStep> loads;
  std::vector<DeriveStep> derives;
  std::vector<ScanStep> scans;
  std::vector<KernelStep> kernels;
  std::vector<Step> steps;
  std::vector<VoteOutput> votes;      // by rule in the order of the source, then by label; several branches of a label are one
  std::vector<SliceOutput> slices;
};

std::string Print(const Plan& plan, const RuleGraph& graph);
Result<Plan> ReadPlan(std::string_view text, const RuleGraph& graph);
Status Verify(const Plan& plan, const RuleGraph& graph);

}  // namespace assay
