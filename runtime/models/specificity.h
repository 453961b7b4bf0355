// Two experts without random numbers. The specificity prior (P0) learns nothing: a rule that votes rarely for its class is
// trusted more, where "rarely" is measured among the votes for the same class. Anchored EM (E) starts there, keeps half of its
// expected counts there, and lets abstaining speak with half a voice.
#pragma once

#include <atomic>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/expectation.h"
#include "runtime/models/vote_lists.h"

namespace assay {

struct SpecificityOptions {
  double beta = 0.4;       // how much a rule's rarity counts
  double accuracy = 0.75;  // of a rule of mean rarity
  double strength = 20;    // votes that the prior is worth in EM
  double gamma = 0.5;      // how much abstaining counts in EM
  int64_t rounds = 10;
  double tol = 1e-4;       // EM stops when no probability changes by more
};

// What an expert knows: the evidence of votes and of abstaining.
struct AnchoredParameters {
  std::vector<double> balance;      // pi, [classes]
  std::vector<double> weight;       // log P(vote | y), mean over y 0, [columns, classes]; 0 for a column without votes
  std::vector<double> log_abstain;  // log P(abstain | y), [rules, classes]
  std::vector<double> precision;    // P(y = vote | vote), [columns]
  double gamma = 0;                 // how much abstaining counts

  // The scores over lists of votes whose columns are those of the fit.
  LogLinear Scores(const VoteLists& lists) const;
};

// The prior precision of each column, [columns].
std::vector<double> SpecificityPrecision(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options);

// P0: uniform balance, abstaining says nothing.
AnchoredParameters FitSpecificityPrior(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options);

struct AnchoredFit {
  AnchoredParameters parameters;
  int64_t rounds = 0;
  std::vector<double> posterior;  // [patterns, classes]
};

// E. An error only when interrupted.
Result<AnchoredFit> FitAnchored(const VoteLists& lists, const VoteKinds& kinds, const SpecificityOptions& options,
                                const AnchoredParameters& prior, const std::atomic<bool>* interrupt);

}  // namespace assay
