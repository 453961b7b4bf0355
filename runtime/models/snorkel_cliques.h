// Rules that depend on each other, in Snorkel's label model, as MeTaL has it (Ratner et al. 2019, section 3): rules that the
// pairs a user names tie together are a clique. Beside the votes, the joint votes of the rules of a clique are indicators,
// too, and the inverse of their second moments is zero between those of no common clique, but for a term Z Z' that the class
// accounts for. Z found, Q = mu P mu' follows, and from it mu.
//
// Other than in the original: a clique is all that hangs together (with chains of cliques the class would not account for what
// two of them share, so Z would have to be larger); joint votes of every part of a clique are indicators, so that a clique of
// which some rules abstain still speaks; moments are scaled to a diagonal of ones, and 1e-6 is added to it, before they are
// inverted, so that rare votes and rules that copy each other do no harm; and Z is found in the scale of partial correlations
// by L-BFGS from the leading eigenvectors, instead of by gradient descent from random numbers.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/snorkel_train.h"
#include "runtime/votes/patterns.h"

namespace assay {

// Pairs of rules that depend on each other, each with the lower rule first, ascending, none twice.
using RulePairs = std::vector<std::pair<uint32_t, uint32_t>>;
RulePairs Ordered(RulePairs pairs);

// What hangs together by the pairs, each of two rules or more, ascending. Rules without a pair are in none.
struct RuleCliques {
  std::vector<std::vector<uint32_t>> cliques;
  std::vector<int32_t> of_rule;  // which clique; -1: none
};
RuleCliques MakeCliques(size_t rules, const RulePairs& pairs);

// What some rules vote together: (rule, vote), rules ascending. One vote or more.
using JointVote = std::vector<std::pair<uint32_t, uint32_t>>;

struct SnorkelCliqueFit {
  SnorkelFit fit;                     // of the columns
  std::vector<JointVote> columns;     // single votes first, in the order of the rule, then the vote
  std::vector<uint64_t> counts;       // rows with each column
};

// `patterns` in canonical order. An error when cliques are too large, or the problem is.
Result<SnorkelCliqueFit> TrainSnorkelCliques(const PatternTable& patterns, const RulePairs& pairs, const std::vector<double>& balance,
                                             const SnorkelOptions& options, double initial_factor, const std::atomic<bool>* interrupt);

}  // namespace assay
