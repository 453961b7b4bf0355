// What verbs keep of the votes of one task while batches pass by: statistics; for a label model counts of pairs of votes where
// those are all that it needs, which take the same memory however many rows there are, else the distinct vote patterns; and the
// pattern of each row where rows are labeled. Then: fitting a model to them, and labels of every row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/command/fit_plan.h"
#include "compiler/command/options.h"
#include "compiler/command/vote_source.h"
#include "runtime/base/result.h"
#include "runtime/models/decide.h"
#include "runtime/models/diagnostics.h"
#include "runtime/models/label_files.h"
#include "runtime/models/label_model.h"
#include "runtime/models/scores.h"
#include "runtime/models/statistics.h"
#include "runtime/votes/patterns.h"
#include "runtime/votes/statistics.h"

namespace assay {

// What a user should know of a fit.
struct FitFindings {
  std::vector<std::string> notes;  // the model's own, then those of the diagnostics
  Diagnostics diagnostics;
};

class VoteCollector {
 public:
  struct Wanted {
    std::optional<FitPlan> fit;  // what Fit fits
    bool patterns = false;       // whoever wants patterns()
    bool rows = false;           // the pattern and the gold of each row, for LabelRows
    bool content = false;        // a hash of what each row holds, for ties that it breaks
  };
  // Where pairs suffice for the fit, patterns are kept up to so many, for what they tell of the fit beyond it.
  static constexpr size_t kFewPatterns = 65536;

  VoteCollector(const VoteLayout& layout, Wanted wanted);

  void AddStatistics(const VotePlanes& planes, std::span<const int32_t> gold) { statistics_.Add(planes, gold); }
  // What the fit and its diagnostics need: pairs of votes, and distinct rows of them. `data` may be absent: then what a row holds
  // is its votes.
  void AddPairs(const VotePlanes& planes);
  void AddPatterns(const VotePlanes& planes, std::span<const int32_t> gold, const Batch* data);

  const VoteStatistics& statistics() const { return statistics_; }
  // All patterns; nullptr where none are kept, or where there are too many to.
  const PatternTable* patterns() const { return patterns_ ? &*patterns_ : nullptr; }
  const VoteLayout& layout() const { return statistics_.layout(); }
  const std::vector<uint32_t>& pattern_of_row() const { return pattern_of_row_; }
  const std::vector<uint64_t>& content_of_row() const { return content_; }  // empty: not known

  // Fits the model of Wanted::fit.
  Result<std::unique_ptr<LabelModel>> Fit() const;

  // What the model that Fit has made, and the votes, say about each other.
  FitFindings FindingsOf(const LabelModel& model) const;

  // Whether ties are broken by what rows hold.
  static bool NeedsContent(const DecideOptions& options) { return options.tie == TiePolicy::kHash; }

  // Labels every row, in order: writes them, where a writer is given, and scores them, where gold is known.
  // `confidences` [rows, rules]: how far to trust each vote; empty: fully.
  Result<std::optional<Scores>> LabelRows(const LabelModel& model, const DecideOptions& options,
                                          LabelWriter* writer, std::span<const double> confidences = {}) const;

 private:
  VoteStatistics statistics_;
  Wanted wanted_;
  std::optional<PatternTable> patterns_;
  std::optional<VoteMoments> moments_;
  bool few_ = false;  // patterns are kept only up to kFewPatterns
  std::vector<uint32_t> pattern_of_row_;
  std::vector<int32_t> gold_;
  std::vector<uint64_t> content_;  // a row; empty: not known
};

// A collector a task. `fit`: what is to be fitted to each; nullptr: nothing is.
Result<std::vector<VoteCollector>> MakeCollectors(const VoteSource& source, const VoteCollector::Wanted& wanted,
                                                  const FitRequest* fit = nullptr);

// Reads all votes of a source, a collector a task.
Result<std::vector<VoteCollector>> CollectAllVotes(VoteSource& source, const VoteCollector::Wanted& wanted,
                                                   const FitRequest* fit = nullptr);

// Reads all votes of a source of one task, which is what a model is of; an error where there are several.
Result<VoteCollector> CollectVotes(VoteSource& source, const VoteCollector::Wanted& wanted, const FitRequest* fit = nullptr);

}  // namespace assay
