// Votes batch by batch, wherever they come from: rules evaluated over data, or a file of votes that were written
// before. What `run`, `analyze`, `fit` and `label` have in common.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/console.h"
#include "compiler/command/options.h"
#include "compiler/driver/compile.h"
#include "runtime/base/result.h"
#include "runtime/engine/engine.h"
#include "runtime/io/table_reader.h"
#include "runtime/models/tasks.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

struct SourceOptions {
  std::vector<std::string> inputs;  // RULES DATA...
  RulesOptions rules;
  DataOptions data;
  EvaluateOptions evaluate;
  VotesOptions votes;
  std::string tasks;  // a file that describes several tasks
  std::string gold;   // a column of the data, or a file
};

// Declares the positional arguments and every group. `votes_files`: --votes FILE may stand in place of rules and data.
void AddSourceOptions(CLI::App& app, SourceOptions& options, bool votes_files);

struct SourceBatch {
  size_t rows = 0;
  std::vector<VotePlanes> tasks;  // beside VoteSource::layouts()
  VotePlanes slices;
  std::vector<int32_t> gold;    // class ids, kAbstain: unknown; empty without gold
  const Batch* data = nullptr;  // valid until the next call; none where votes come from a file
};

struct SourceTimes {
  double compile = 0;
  double read = 0;
  double evaluate = 0;
  StageSeconds stages;  // of compiled code, summed over threads
  ScanFigures scan;     // likewise
};

class VoteSource {
 public:
  virtual ~VoteSource() = default;

  virtual const std::vector<VoteLayout>& layouts() const = 0;
  virtual std::vector<std::string> slice_names() const { return {}; }
  virtual std::span<const Field> fields() const { return {}; }
  virtual bool has_gold() const = 0;
  // Advice to the label models from the rules; nullptr where there are no rules.
  virtual const Compilation* compilation() const { return nullptr; }

  // What `--tasks FILE` says; nullptr without it.
  virtual const TaskGraph* task_graph() const { return nullptr; }

  // How far to trust each vote, [rows, rules]; empty: every vote fully.
  virtual std::span<const double> confidences() const { return {}; }

  // False at the end; `batch` is filled otherwise.
  virtual Result<bool> Next(SourceBatch& batch) = 0;

  virtual SourceTimes times() const = 0;
  virtual uint64_t bytes() const { return 0; }  // of the columns evaluated
  virtual std::string engine() const { return {}; }
  // What happened on the way that a user should know: cells that could not be read, limits that were hit.
  virtual std::vector<std::string> warnings() const { return {}; }
  // What running the rules has shown about them.
  virtual DiagnosticSink::Summary findings() const { return {}; }
};

// The source that the options describe. Nothing (without an error) where the rules have errors: they were shown.
// `classes`: of votes in a file, where the options give none.
Result<std::unique_ptr<VoteSource>> OpenVoteSource(const SourceOptions& options, const ClassList& classes,
                                                   Console& console);
// Votes of several tasks from a file of votes, where the tasks are known otherwise.
Result<std::unique_ptr<VoteSource>> OpenVotesOfTasks(const SourceOptions& options, const TaskGraph& tasks);

}  // namespace assay
