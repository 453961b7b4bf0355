#include "runtime/models/decide.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string>

#include "runtime/models/kind_named.h"

namespace assay {

Result<TiePolicy> TiePolicyNamed(std::string_view name) {
  const auto policy = KindNamed(name, {TiePolicy::kAbstain, TiePolicy::kSplit, TiePolicy::kRandom, TiePolicy::kHash}, NameOf);
  if (policy) return *policy;
  return Fail(ErrorKind::kUsage, fmt::format("there is no way to break ties called \"{}\"; there are abstain, split, random and hash", name));
}

Result<NoVotesPolicy> NoVotesPolicyNamed(std::string_view name) {
  const auto policy = KindNamed(name, {NoVotesPolicy::kPrior, NoVotesPolicy::kUniform, NoVotesPolicy::kAbstain}, NameOf);
  if (policy) return *policy;
  return Fail(ErrorKind::kUsage, fmt::format("there is no way to treat rows without votes called \"{}\"; there are prior, uniform and abstain", name));
}

std::string_view NameOf(TiePolicy policy) {
  switch (policy) {
    case TiePolicy::kAbstain: return "abstain";
    case TiePolicy::kSplit: return "split";
    case TiePolicy::kRandom: return "random";
    case TiePolicy::kHash: return "hash";
  }
  return "";
}

std::string_view NameOf(NoVotesPolicy policy) {
  switch (policy) {
    case NoVotesPolicy::kPrior: return "prior";
    case NoVotesPolicy::kUniform: return "uniform";
    case NoVotesPolicy::kAbstain: return "abstain";
  }
  return "";
}

int32_t Decider::Decide(std::span<const double> probabilities, uint64_t row, bool has_votes, uint64_t content) {
  if (!has_votes && options_.no_votes == NoVotesPolicy::kAbstain) return -1;
  if (probabilities.empty()) return -1;
  const double top = *std::max_element(probabilities.begin(), probabilities.end());
  std::vector<uint32_t> tied;
  for (uint32_t c = 0; c < probabilities.size(); ++c) {
    if (top - probabilities[c] < options_.tie_tolerance) tied.push_back(c);
  }
  if (tied.size() == 1) return static_cast<int32_t>(tied[0]);
  const auto choices = static_cast<uint32_t>(tied.size());
  if (choices == 0) return -1;
  switch (options_.tie) {
    case TiePolicy::kAbstain: return -1;
    case TiePolicy::kSplit: {
      const uint64_t turn = turns_[tied]++;
      return static_cast<int32_t>(tied[turn % choices]);
    }
    case TiePolicy::kRandom: return static_cast<int32_t>(tied[RowHash(row, choices)]);
    case TiePolicy::kHash: return static_cast<int32_t>(tied[content % choices]);
  }
  return -1;
}

void ApplyNoVotes(NoVotesPolicy policy, std::span<const double> balance, std::span<double> probabilities) {
  switch (policy) {
    case NoVotesPolicy::kPrior:
    case NoVotesPolicy::kAbstain: std::copy(balance.begin(), balance.end(), probabilities.begin()); return;
    case NoVotesPolicy::kUniform:
      std::fill(probabilities.begin(), probabilities.end(), 1 / static_cast<double>(probabilities.size()));
      return;
  }
}

uint32_t RowHash(uint64_t row, uint32_t modulus) {
  const std::string text = std::to_string(row);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1) return static_cast<uint32_t>(row % modulus);
  uint64_t rest = 0;
  for (unsigned int i = 0; i < size; ++i) rest = (rest * 256 + digest[i]) % modulus;
  return static_cast<uint32_t>(rest);
}

}  // namespace assay
