// The triplet method (FlyingSquid): how accurate each rule is, in closed form, from how often pairs of rules agree. Two
// classes, votes -1 and +1, 0 where a rule abstains; for three rules that err independently, E[lambda_j Y] =
// sqrt|M_jk M_jl / M_kl| with M the mean products of votes. Several classes are as many problems of one class against the rest.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "runtime/models/statistics.h"
#include "runtime/models/vote_lists.h"

namespace assay {

struct TripletOptions {
  bool median = false;           // over the triplets of a rule, instead of the mean
  bool skip_zeros = false;       // leave out triplets that give 0 (later versions of the package), instead of counting them
  // E[lambda Y] is at most the share of rows on which the rule votes. The package lets it be more; then some probability is
  // negative, and mending that makes the most accurate rules look worse.
  bool bound = false;
  bool flip_negative = true;     // a negative marginal becomes positive; else it becomes 1e-8
  bool clamp = true;             // false, with flip_negative false: negative marginals stay
  bool original_exponent = false;  // the prior counts twice, as in the package: P(y) to the power m - 2, not m - 1
};

// What the method needs of the votes of two classes.
struct SignedVotes {
  size_t rules = 0;
  double rows = 0;
  std::vector<double> positive, negative;  // rows on which each rule votes +1, -1
  std::vector<double> products;            // sums of lambda_j lambda_l over rows, [rules, rules]; the diagonal is not used
};

// One class against the rest: the class's votes are +1, all others -1.
SignedVotes OneAgainstRest(const VoteMoments& moments, size_t positive_class);
// The same from patterns, where pairs of votes are more than those.
SignedVotes OneAgainstRest(const VoteLists& lists, size_t positive_class);

struct SignedTriplets {
  struct Rule {
    double accuracy = 0;                 // a = E[lambda Y]
    std::array<double, 6> marginal{};    // P(lambda, Y), lambda -1, 0, 1 by Y -1, 1; sums to 1
    bool positive_seen = false, negative_seen = false;
    bool repaired = false;               // a marginal was negative
  };
  struct Dependency {
    uint32_t first = 0, second = 0;
    double strength = 0;  // 0: independent, 1: one repeats the other
  };

  double balance = 0.5;  // P(Y = 1)
  bool original_exponent = false;
  std::vector<Rule> rules;
  std::vector<Dependency> dependencies;

  // P(Y = 1) of a row: a vote that the fit did not see says nothing. Rules that depend on each other share their weight:
  // five copies of a rule speak as one. With negative marginals kept, it can lie outside [0, 1].
  double Posterior(std::span<const int8_t> votes) const;
  // log P(vote | Y = 1) - log P(vote | Y = -1) of one vote; 0 where it was not seen.
  double LogOdds(size_t rule, int vote) const;
  // The share of a vote that counts beside the other votes of the row.
  double Share(size_t rule, std::span<const int8_t> votes) const;
  // P(the vote is right | the rule votes).
  double Precision(size_t rule) const;
};

// `correlated`: pairs of rules that are never taken into the same triplet, and whose strength of dependency is estimated.
SignedTriplets SolveTriplets(const SignedVotes& votes, double balance, const TripletOptions& options,
                             std::span<const std::pair<uint32_t, uint32_t>> correlated = {});

}  // namespace assay
