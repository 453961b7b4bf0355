// A loaded program: it runs batches and gives votes, by the engine that was asked for or, left to itself, by the one
// that will be done first. The votes are the same either way, bit for bit.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/driver/compile.h"
#include "runtime/base/result.h"
#include "runtime/batch/batch.h"
#include "runtime/engine/engine.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

enum class EngineChoice : uint8_t {
  kAuto,       // the reference evaluator for little data, compiled code otherwise
  kJit,        // compiled code; an error where it is not to be had
  kReference,  // the reference evaluator over the graph as written
};

struct ProgramOptions {
  EngineChoice engine = EngineChoice::kAuto;
  uint32_t threads = 1;
  std::string task;                              // only this one; empty: all
  const std::atomic<bool>* interrupt = nullptr;  // set: Run ends with kInterrupted
};

struct BatchVotes {
  std::vector<VotePlanes> tasks;  // beside Program::layouts()
  VotePlanes slices;              // a plane a slice
};

class Program {
 public:
  // The compilation must be ok and outlive the program. An unknown task is a kUsage error that lists the tasks.
  static Result<std::unique_ptr<Program>> Create(const Compilation& compilation, ProgramOptions options);
  ~Program();

  const std::vector<VoteLayout>& layouts() const;  // of the tasks that are run, in the order of the source
  const std::vector<TaskId>& tasks() const;        // beside layouts()
  std::vector<std::string> slice_names() const;

  Result<BatchVotes> Run(const Batch& batch);

  // "reference", "jit" or, where batches went both ways, "reference, jit"; empty before the first batch.
  std::string engines_used() const;
  // Why compiled code was not to be had, where `auto` had to do without it.
  const std::string& jit_problem() const;
  // Searches under flag b that ended at their limits: those tests were unknown.
  uint64_t limit_hits() const;
  // Making plans and machine code, in seconds; part of no Run's time that callers measure by RunSeconds.
  double compile_seconds() const;
  // Evaluating alone.
  double run_seconds() const;
  // Where compiled code spent it, summed over threads; zero for what the reference evaluator ran.
  StageSeconds stages() const;
  ScanFigures scan_figures() const;
  // Warnings that only the data can give, silenced where the rules say so: patterns that multiply the states of the scan.
  DiagnosticSink::Summary Findings() const;

 private:
  struct State;
  explicit Program(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay
