// How a rule graph is run over blocks of rows: a list of steps over slots. A slot holds one node's values for the rows of a
// block: a bit-plane for bool, an array for numbers, views for text. Steps are in an order in which every slot is written
// before it is read:
//
//   load     a field's column into a slot
//   derive   one built-in or operator, row by row or by a vectorised routine, into a slot
//   scan     all tests of one text slot against constants (literals, sets, patterns, equality), a plane each
//   kernel   one compiled function: numbers, comparisons and Kleene logic, from slots to slots
//
// and last the votes: which planes are which (rule, class). A plan is data: it has a printer, a reader and a verifier, and
// refers to the graph's nodes, builtins and resources by id only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

using SlotId = Id<struct SlotTag>;

enum class SlotKind : uint8_t {
  kPlane,   // bool: 32 words a block; 0 where unknown
  kInt,     // int64_t[2048]; also dates, timestamps, durations, labels
  kFloat,   // double[2048]
  kString,  // std::string_view[2048]
  kValue,   // Value[2048], for lists and everything else
};

std::string_view SpellingOf(SlotKind kind);
// The kind of slot that holds values of a type.
SlotKind SlotKindOf(const TypeStore& types, TypeId type);

// The values of one node. A nullable slot has a known plane beside its values (bit set: not null).
struct Slot {
  SlotKind kind = SlotKind::kPlane;
  bool nullable = false;
  NodeId node;
  friend bool operator==(const Slot&, const Slot&) = default;
};

// An operand of a step: a slot, or a constant or parameter node of the graph. Exactly one of the two has a value.
struct PlanOperand {
  SlotId slot;
  NodeId constant;
  friend bool operator==(const PlanOperand&, const PlanOperand&) = default;
};

struct LoadStep {
  FieldId field;
  SlotId slot;
  friend bool operator==(const LoadStep&, const LoadStep&) = default;
};

// One node that is not compiled: any kCall, text and list operators, and the arithmetic that has one shared implementation
// (floor division and remainder).
struct DeriveStep {
  NodeId node;
  // Where node is len(split(t)) or the like: the inner call. `operands` are then its operands, and no list is made.
  NodeId counted;
  // A count that is as good as any larger one, for all who read it compare it with less (PiecesEnough); 0: none is.
  uint64_t enough = 0;
  std::vector<PlanOperand> operands;
  SlotId result;
  friend bool operator==(const DeriveStep&, const DeriveStep&) = default;
};

// A test of a text against a constant; `node` is the kCall or kEq node that asks for it.
struct ScanTest {
  NodeId node;
  SlotId plane;
  friend bool operator==(const ScanTest&, const ScanTest&) = default;
};
struct ScanStep {
  SlotId text;  // a kString slot
  std::vector<ScanTest> tests;
  friend bool operator==(const ScanStep&, const ScanStep&) = default;
};

// A function over 64-row words. It computes `outputs` from `inputs`; the nodes between are its body.
struct KernelStep {
  uint32_t function = 0;  // number of the compiled function: 0.. in the order of the steps
  std::vector<SlotId> inputs;
  std::vector<SlotId> outputs;
  friend bool operator==(const KernelStep&, const KernelStep&) = default;
};

struct Step {
  enum class Kind : uint8_t { kLoad, kDerive, kScan, kKernel };
  Kind kind = Kind::kLoad;
  uint32_t index = 0;  // into the vector of its kind; ascending within a kind
  friend bool operator==(const Step&, const Step&) = default;
};

// Where a rule's votes for a class are after the last step: in a plane that is never unknown, or a constant or parameter. A rule
// whose branches vote the same class has an output for each: the class is voted where any of them is set. A branch that
// never fires has none.
struct VoteOutput {
  RuleId rule;
  int32_t label = kAbstain;  // the class id
  PlanOperand plane;
  friend bool operator==(const VoteOutput&, const VoteOutput&) = default;
};
struct SliceOutput {
  uint32_t slice = 0;
  PlanOperand plane;  // a plane, or a constant or parameter
  friend bool operator==(const SliceOutput&, const SliceOutput&) = default;
};

struct Plan {
  std::vector<Slot> slots;
  std::vector<LoadStep> loads;
  std::vector<DeriveStep> derives;
  std::vector<ScanStep> scans;
  std::vector<KernelStep> kernels;
  std::vector<Step> steps;
  std::vector<VoteOutput> votes;    // by rule in the order of the source, then by branch
  std::vector<SliceOutput> slices;  // by slice
  friend bool operator==(const Plan&, const Plan&) = default;
};

// What a scan tests, read off its node: the one place that knows which nodes are scanned and how their operands lie.
enum class TextTestKind : uint8_t {
  kEqual,            // text == "..."
  kInSet,            // text in [...]
  kContains,
  kContainsNocase,
  kHasAny,
  kHasAll,
  kHasNone,
  kMatches,
  kStartsWith,
  kStartsWithAny,
  kEndsWith,
  kEndsWithAny,
  kLike,
};
struct TextTestNode {
  TextTestKind kind;
  NodeId text;
  NodeId constant;  // a constant string, set or pattern
  // The test asks about lower(text): the scan looks for what becomes its literals by lowering, so that nobody has to lower.
  bool lowered = false;
};
// Nothing where `node` is no test of a text against a constant.
std::optional<TextTestNode> AsTextTest(const RuleGraph& graph, NodeId node);

// How a scan answers a test.
enum class ScanWay : uint8_t {
  kHash,         // one look-up of the whole text serves all tests of this way
  kPass,         // searches in the one pass over the text
  kPassAndPcre2,  // what the pass lets through goes to PCRE2 (flag b, or a pattern too large for an automaton)
  kDictionary,   // a large set: a dictionary of its own
  kEachText,     // text by text
};
ScanWay ScanWayOf(const RuleGraph& graph, const TextTestNode& test);

// Whether a kernel can compute the node, its operands being given: numbers, comparisons and logic.
bool IsKernelNode(const RuleGraph& graph, NodeId node);

// Where `node` is a list's length and its operand one of the calls whose pieces can be counted without making the list
// (split, words, tokens, lines, sentences): that operand.
std::optional<NodeId> AsPieceCount(const RuleGraph& graph, NodeId node);

// Where a count of pieces is only compared with constants: the least number that compares with them as every larger one does,
// so that counting may stop there. 0 where there is none.
uint64_t PiecesEnough(const RuleGraph& graph, NodeId count);

// A readable, complete text of the plan: `assay build --emit plan`. ReadPlan accepts what Print writes and gives an equal plan.
std::string Print(const Plan& plan, const RuleGraph& graph);
Result<Plan> ReadPlan(std::string_view text, const RuleGraph& graph);

// Checks every invariant: ids in range, slots written once and before they are read, kinds that fit, bodies of kernels that
// a kernel can compute, votes that are planes and never unknown. The first broken one is an internal error that names it.
Status Verify(const Plan& plan, const RuleGraph& graph);

}  // namespace assay
