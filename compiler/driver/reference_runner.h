// Runs a batch by the reference evaluator, with several threads: the batch is cut into runs of whole words of rows, and
// every thread has an evaluator of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/batch/batch.h"
#include "runtime/evaluate/evaluator.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

class ReferenceRunner {
 public:
  // The graph must outlive the runner.
  ReferenceRunner(const RuleGraph& graph, std::vector<TaskId> tasks, uint32_t threads,
                  const std::atomic<bool>* interrupt)
      : graph_(&graph), tasks_(std::move(tasks)), threads_(threads), interrupt_(interrupt) {}

  // The planes of every task, and of the slices.
  Status Run(const Batch& batch, std::vector<VotePlanes>& tasks, VotePlanes& slices);

  uint64_t limit_hits() const;

 private:
  Status RunPart(Evaluator& evaluator, const Batch& batch, size_t first, size_t count, std::vector<VotePlanes>& tasks,
                 VotePlanes& slices);

  const RuleGraph* graph_;
  std::vector<TaskId> tasks_;
  uint32_t threads_;
  const std::atomic<bool>* interrupt_;
  std::vector<std::unique_ptr<Evaluator>> evaluators_;  // a thread each
};

// Rows [first, first + count) of a batch, borrowed; `first` is a multiple of 64.
Batch SliceOf(const Batch& batch, size_t first, size_t count);

}  // namespace assay
