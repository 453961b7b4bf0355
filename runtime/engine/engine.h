// Runs a plan over batches: rows in blocks of 2,048, each block through the plan's steps, blocks spread over threads. Votes
// come as bit-planes. They are a function of the row alone: threads, blocks and batches never change one.
//
//   auto engine = Engine::Create(graph, std::move(plan), std::move(kernels), {.threads = 2});
//   auto result = (*engine)->Run(batch);
//
// An engine keeps its threads and each thread's buffers between runs. One run at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/batch/batch.h"
#include "runtime/engine/kernel_table.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/plan/plan.h"
#include "runtime/scan/scanner.h"
#include "runtime/scan/state_shares.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

// Whether equal texts of a plain column are looked for, so that each is scanned once a batch. Votes are the same in any case.
enum class RepeatedTexts : uint8_t { kWhereItPays, kAlways, kNever };

struct EngineOptions {
  unsigned threads = 0;  // that work on a batch, the caller's among them; 0: as many as the machine has
  RepeatedTexts repeats = RepeatedTexts::kWhereItPays;
};

// Seconds in each stage, summed over threads.
struct StageSeconds {
  double load = 0;
  double derive = 0;
  double scan = 0;
  double kernel = 0;
  double vote = 0;

  StageSeconds& operator+=(const StageSeconds& other);
};

struct BatchResult {
  std::vector<VotePlanes> votes;  // by task: the planes of MakeVoteLayout(graph, task)
  VotePlanes slices;              // a plane a slice
  uint64_t limit_hits = 0;        // searches under flag b that ended at their limits
  StageSeconds seconds;
};

// What scans did in all runs so far, summed over threads and texts.
struct ScanFigures {
  scan::ScanStatistics statistics;
  uint64_t tests = 0;
  uint64_t repeated_rows = 0;  // that were not scanned, since an equal text of their batch was
  // The patterns that are searched for by their pieces and a walk of their own, as the program wrote them: /.../flags.
  std::vector<std::string> taken_out;
};

// A pattern that multiplies the states of a scan, as measured on the first of the scan's texts.
struct SlowPattern {
  PatternId pattern;
  uint64_t texts = 0;   // that were measured
  uint64_t bytes = 0;
  scan::StateShare share;
};

class Engine {
 public:
  // The graph must outlive the engine; parameters have the values of graph.params. `kernels` has a function for each of the
  // plan's. An error where the plan does not fit the graph or the kernels, or where a pattern does not compile.
  static Result<std::unique_ptr<Engine>> Create(const RuleGraph& graph, Plan plan, KernelTable kernels,
                                                EngineOptions options = {});
  ~Engine();

  // The votes of a batch, rows of Batch::bad_rows abstaining and in no slice. An error where a column has not the layout of its field, and
  // kInterrupted where `stop` became true (looked at between blocks).
  Result<BatchResult> Run(const Batch& batch, const std::atomic<bool>* stop = nullptr);

  unsigned threads() const;
  ScanFigures scan_figures() const;
  // Patterns to warn of after a run; looked for only where scans built so many states that it could pay to know.
  std::vector<SlowPattern> SlowPatterns() const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay
