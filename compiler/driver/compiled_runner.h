// Runs batches by compiled code: plans the optimised graph, has the codegen module (loaded when the first program is
// made) emit kernels, and drives the engine.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/batch/batch.h"
#include "runtime/engine/engine.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

class CompiledRunner {
 public:
  // The graph must outlive the runner. An error where the codegen module cannot be loaded or does not compile the plan.
  static Result<std::unique_ptr<CompiledRunner>> Create(const RuleGraph& graph, const std::vector<TaskId>& tasks,
                                                        uint32_t threads, const std::atomic<bool>* interrupt);
  ~CompiledRunner();

  // `layouts` are those of the tasks, of the graph as written: an optimised graph may have lost planes that are always
  // empty.
  Status Run(const Batch& batch, const std::vector<VoteLayout>& layouts, std::vector<VotePlanes>& tasks,
             VotePlanes& slices);

  uint64_t limit_hits() const;
  const StageSeconds& stages() const;  // of all runs, summed over threads
  ScanFigures scan_figures() const;
  std::vector<SlowPattern> SlowPatterns() const;

 private:
  struct State;
  explicit CompiledRunner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay
