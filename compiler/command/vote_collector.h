// What verbs keep of the votes of one task while batches pass by: statistics, and, where a label model is asked for,
// the distinct vote patterns with the pattern of each row. Then: fitting a model to them, and labels of every row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/command/options.h"
#include "compiler/command/vote_source.h"
#include "compiler/driver/compile.h"
#include "runtime/base/result.h"
#include "runtime/models/decide.h"
#include "runtime/models/label_files.h"
#include "runtime/models/label_model.h"
#include "runtime/models/scores.h"
#include "runtime/votes/patterns.h"
#include "runtime/votes/statistics.h"

namespace assay {

class VoteCollector {
 public:
  struct Wanted {
    bool patterns = false;  // for FitTo
    bool rows = false;      // the pattern and the gold of each row, for LabelRows
    bool content = false;   // a hash of what each row holds, for ties that it breaks
  };

  VoteCollector(const VoteLayout& layout, Wanted wanted) : statistics_(layout), patterns_(layout), wanted_(wanted) {}

  void AddStatistics(const VotePlanes& planes, std::span<const int32_t> gold) { statistics_.Add(planes, gold); }
  // `data` may be absent: then what a row holds is its votes.
  void AddPatterns(const VotePlanes& planes, std::span<const int32_t> gold, const Batch* data);

  const VoteStatistics& statistics() const { return statistics_; }
  const PatternTable& patterns() const { return patterns_; }
  const VoteLayout& layout() const { return statistics_.layout(); }
  const std::vector<uint32_t>& pattern_of_row() const { return pattern_of_row_; }
  const std::vector<uint64_t>& content_of_row() const { return content_; }  // empty: not known

  // Fits a model. What the options leave open is taken from the rules' own advice (`model Task { ... }`), if there is
  // some.
  Result<std::unique_ptr<LabelModel>> FitTo(const FitRequest& request, const Compilation* compilation) const;

  // Whether ties are broken by what rows hold.
  static bool NeedsContent(const DecideOptions& options) { return options.tie == TiePolicy::kHash; }

  // Labels every row, in order: writes them, where a writer is given, and scores them, where gold is known.
  // `confidences` [rows, rules]: how far to trust each vote; empty: fully.
  Result<std::optional<Scores>> LabelRows(const LabelModel& model, const DecideOptions& options,
                                          LabelWriter* writer, std::span<const double> confidences = {}) const;

 private:
  // The pairs of rules that `--correlated` names, or that the rules show.
  Result<std::vector<std::pair<uint32_t, uint32_t>>> CorrelatedPairs(const FitRequest& request, const Compilation* compilation) const;

  VoteStatistics statistics_;
  PatternTable patterns_;
  Wanted wanted_;
  std::vector<uint32_t> pattern_of_row_;
  std::vector<int32_t> gold_;
  std::vector<uint64_t> content_;  // a row; empty: not known
};

// Reads all votes of a source, a collector a task.
Result<std::vector<VoteCollector>> CollectAllVotes(VoteSource& source, VoteCollector::Wanted wanted);

// Reads all votes of a source of one task, which is what a model is of; an error where there are several.
Result<VoteCollector> CollectVotes(VoteSource& source, VoteCollector::Wanted wanted);

}  // namespace assay
