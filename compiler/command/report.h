// What a run has found, shown to people as text or to programs as JSON: the table of rules, coverage, scores, times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/console.h"
#include "compiler/command/json_writer.h"
#include "compiler/command/measured_pairs.h"
#include "compiler/passes/rule_correlations.h"
#include "runtime/engine/engine.h"
#include "runtime/models/diagnostics.h"
#include "runtime/models/label_model.h"
#include "runtime/models/scores.h"
#include "runtime/votes/statistics.h"

namespace assay {

// Two rules that depend on each other by what they say, and what their votes show of it.
struct CorrelationReport {
  RuleCorrelation found;
  std::string first, second;  // names of rules
  MeasuredPair measured;
};

struct TaskReport {
  const VoteStatistics* statistics = nullptr;
  const LabelModel* model = nullptr;  // fitted or loaded; adds the learned weights
  std::vector<std::string> notes;     // about a fit
  const Diagnostics* diagnostics = nullptr;
  std::optional<Scores> scores;
  std::vector<CorrelationReport> correlations;
};

struct SliceReport {
  std::string name;
  uint64_t rows = 0;
};

// The figures of a run; `analyze` has none.
struct RunFigures {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t covered = 0;  // rows with a vote in any task
  std::string engine;
  double compile = 0, read = 0, evaluate = 0, model = 0, write = 0, total = 0;  // seconds
  StageSeconds stages;    // of `evaluate`, summed over threads
  ScanFigures scan;       // likewise
  double statistics = 0;  // of `evaluate`
  double pairs = 0;       // of `model`: pairs of votes counted for the fit, before it
  double patterns = 0;    // likewise distinct rows of votes
};

struct Report {
  std::vector<TaskReport> tasks;
  std::vector<SliceReport> slices;
  std::optional<RunFigures> run;
  uint64_t rows = 0;
};

std::string ReportAsText(const Report& report, size_t width, bool color);
std::string ReportAsJson(const Report& report);

// The members "notes" and "diagnostics" of an object.
void AppendFindings(const std::vector<std::string>& notes, const Diagnostics& diagnostics, JsonWriter& json);

// The scores alone, as `label` and `score` show them.
std::string ScoresAsText(const Scores& scores, const ClassList& classes, size_t width, bool color);
// The confusion matrix of one view; `what` says which.
std::string ConfusionAsText(const ViewScores& view, const ClassList& classes, std::string_view what, size_t width, bool color);

}  // namespace assay
