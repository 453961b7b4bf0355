// The reference evaluator: one row at a time over the rule graph, no compilation. What it says is what a program means; every
// other way of running must agree with it bit for bit. It serves `assay explain`, test blocks, small inputs, and tests.
//
// A row's nodes are evaluated on demand and kept until the next row. There is no recursion: what a node needs waits on an
// explicit stack.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/result.h"
#include "runtime/base/value.h"
#include "runtime/batch/batch.h"
#include "runtime/evaluate/layout.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/text/regex.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

// What a rule did with a row.
struct RuleOutcome {
  static constexpr uint32_t kNoBranch = 0xffffffff;

  uint32_t branch = kNoBranch;  // the branch that fired; kNoBranch where none did
  int32_t label = kAbstain;     // the vote
  double confidence = 1.0;      // of the vote, clamped to [0, 1]; 1 where the branch names none or it is null
};

// The votes of a batch for one task.
struct EvaluatedVotes {
  VotePlanes planes;            // by MakeVoteLayout
  uint64_t limit_hits = 0;      // searches under flag b that ended at their limits
};

// Holds one row at a time: one Evaluator a thread. The graph must outlive it.
class Evaluator {
 public:
  // Compiles the patterns that the graph's nodes use. An error when one does not compile.
  static Result<Evaluator> Create(const RuleGraph& graph);

  // Sets a parameter for all rows that follow, in place of its default. The value's text must outlive the evaluator.
  void SetParam(ParamId param, Value value);

  // The row that Evaluate speaks of. Values read from a batch borrow from it. Missing columns are null.
  void SetRow(const Batch& batch, size_t row);
  void SetRow(std::span<const Value> fields);  // a value a field, in the order of the fields; null: the default, if there is one

  // A node's value for the row. Text and lists live until the next SetRow.
  Value Evaluate(NodeId node);

  // Evaluate(node) is true (not false, not unknown).
  bool IsTrue(NodeId node);

  // What a rule did with the row. A disabled rule abstains without a branch.
  RuleOutcome Outcome(RuleId rule);

  // Searches under flag b that ended at their limits, since the evaluator was made.
  uint64_t limit_hits() const { return context_.limit_hits; }

  // The nodes that `roots` need, operands before users: for evaluating the same roots for many rows.
  std::vector<NodeId> OrderOf(std::span<const NodeId> roots) const;
  // Evaluates nodes in the order that OrderOf gave. Evaluate() then answers from memory.
  void EvaluateInOrder(std::span<const NodeId> order);

 private:
  explicit Evaluator(const RuleGraph& graph);

  void BeginRow();
  Value Compute(NodeId id);

  const RuleGraph* graph_;
  std::vector<Value> constants_;     // by node: values of constants, patterns and sets
  std::vector<Value> params_;
  std::vector<Value> fields_;        // of the row
  std::vector<Value> values_;        // by node, valid where evaluated_[node] == row_
  std::vector<uint64_t> evaluated_;  // the row for which a node was evaluated
  uint64_t row_ = 1;                 // counts SetRow
  std::vector<Value> operands_;
  std::vector<NodeId> stack_;
  std::unique_ptr<Arena> arena_;
  std::unique_ptr<text::RegexScratch> scratch_;
  EvalContext context_;
};

// The value of a row of a column as the language sees it. `type` is the field's.
Value ReadColumn(const Column& column, TypeId type, const TypeStore& types, size_t row, Arena& arena);

// The votes of a batch. Rows that Batch::bad_rows names abstain. `stop`, where given, is looked at between rows: true ends the
// work with kInterrupted.
Result<EvaluatedVotes> EvaluateVotes(Evaluator& evaluator, const RuleGraph& graph, TaskId task, const Batch& batch,
                                     const std::atomic<bool>* stop = nullptr);

// Slices: a plane each in the order of RuleGraph::slices.
Result<VotePlanes> EvaluateSlices(Evaluator& evaluator, const RuleGraph& graph, const Batch& batch,
                                  const std::atomic<bool>* stop = nullptr);

// Whether an expectation of a test block holds for the test's row.
struct TestFailure {
  uint32_t test;
  uint32_t expectation;
};
// The expectations that do not hold, in order.
std::vector<TestFailure> RunTests(Evaluator& evaluator, const RuleGraph& graph);

}  // namespace assay
