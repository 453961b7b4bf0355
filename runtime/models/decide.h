// From probabilities to labels: what happens to ties and to rows without votes.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace assay {

enum class TiePolicy : uint8_t {
  kAbstain,  // no label
  kSplit,    // the tied classes in turn, so that equal ties are shared out evenly
  kRandom,   // one of them, by the SHA-1 of the row's number in the whole input: what Snorkel calls "random"
  kHash,     // one of them, by a hash of what the row holds: the same wherever the row stands
};

enum class NoVotesPolicy : uint8_t {
  kPrior,    // the model's balance, and the label that follows from it (as Snorkel does)
  kUniform,  // every class alike
  kAbstain,  // the model's balance, and no label
};

Result<TiePolicy> TiePolicyNamed(std::string_view name);
Result<NoVotesPolicy> NoVotesPolicyNamed(std::string_view name);
std::string_view NameOf(TiePolicy policy);
std::string_view NameOf(NoVotesPolicy policy);

// Classes whose probability is within this of the largest are tied: Snorkel's number. A model may have one of its own
// (LabelModel::tie_tolerance).
inline constexpr double kTieTolerance = 1e-5;

struct DecideOptions {
  TiePolicy tie = TiePolicy::kAbstain;
  NoVotesPolicy no_votes = NoVotesPolicy::kPrior;
  double tie_tolerance = kTieTolerance;
};

// Labels rows in order.
class Decider {
 public:
  explicit Decider(DecideOptions options) : options_(options) {}

  // The index of the class of row number `row`, or -1. `probabilities` is of a row that has votes, or already what the
  // no-votes policy says (see ApplyNoVotes). `content` is a hash of what the row holds, for TiePolicy::kHash.
  int32_t Decide(std::span<const double> probabilities, uint64_t row, bool has_votes, uint64_t content = 0);

  const DecideOptions& options() const { return options_; }

 private:
  DecideOptions options_;
  std::map<std::vector<uint32_t>, uint64_t> turns_;  // how often each set of classes was tied
};

// Replaces the probabilities of a row without votes as the policy says.
void ApplyNoVotes(NoVotesPolicy policy, std::span<const double> balance, std::span<double> probabilities);

// int(sha1(str(row)).hexdigest(), 16) % modulus
uint32_t RowHash(uint64_t row, uint32_t modulus);

}  // namespace assay
