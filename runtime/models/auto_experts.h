// What `auto` is made of: four simple posteriors, of which it averages some, chosen by how the rules vote. Where most votes
// come from rules that vote several classes: the shrunk Dawid-Skene, iterated agreement and vote shares, alike. Otherwise:
// anchored EM twice and vote shares once. Where nearly nothing overlaps: the specificity prior alone. No random numbers.
#pragma once

#include <atomic>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/agreement.h"
#include "runtime/models/shrunk_dawid_skene.h"
#include "runtime/models/specificity.h"
#include "runtime/models/vote_lists.h"

namespace assay {

enum class Regime : uint8_t {
  kSmall,      // fewer than three rules vote, or no row has two votes
  kUnipolar,   // most votes come from rules that vote one class
  kConfusion,  // at least half of the votes come from rules that vote several classes, and ten rules vote
};
std::string_view RegimeName(Regime regime);
Result<Regime> RegimeNamed(std::string_view name);

struct AutoExperts {
  size_t rules = 0;
  size_t classes = 0;
  Regime regime = Regime::kSmall;
  double share = 0;                     // of the votes, from rules that vote several classes
  int64_t rounds = 0;                   // of the iterated expert in use
  std::vector<VoteLists::Column> columns;  // by rule, then class
  AnchoredParameters prior;             // P0
  AnchoredParameters anchored;          // E, empty where it is not in use
  Agreement agreement;                  // V, likewise
  ShrunkConfusions confusions;          // H, likewise

  // To be called when `columns` and the parameters are set: what the posteriors need beyond them.
  void Prepare();

  // Posteriors of one row [rules] with at least one vote, [classes].
  void Shares(std::span<const int32_t> votes, std::span<double> p) const;
  void Prior(std::span<const int32_t> votes, std::span<double> p) const { Score(prior, prior_base_, votes, p); }
  void Anchored(std::span<const int32_t> votes, std::span<double> p) const { Score(anchored, anchored_base_, votes, p); }
  void Agreed(std::span<const int32_t> votes, std::span<double> p) const;
  void Confused(std::span<const int32_t> votes, std::span<double> p) const;
  // What `auto` says: the average that the regime asks for.
  void Average(std::span<const int32_t> votes, std::span<double> p) const;

 private:
  void Score(const AnchoredParameters& parameters, const std::vector<double>& base, std::span<const int32_t> votes,
             std::span<double> p) const;
  int64_t ColumnOf(size_t rule, int32_t vote) const { return column_of_[rule * classes + static_cast<size_t>(vote)]; }

  std::vector<int32_t> column_of_;  // [rules, classes]; -1: a vote that the fit did not see
  std::vector<double> prior_base_, anchored_base_;
};

// `every`: all experts, in use or not. `posterior`: the average over the patterns of the fit [patterns, classes]. An error
// only when interrupted.
Result<AutoExperts> FitAutoExperts(const VoteLists& lists, const SpecificityOptions& options, bool every,
                                   const std::atomic<bool>* interrupt, std::vector<double>* posterior = nullptr);

// The regime alone.
Regime RegimeOf(const VoteLists& lists, const VoteKinds& kinds);

}  // namespace assay
