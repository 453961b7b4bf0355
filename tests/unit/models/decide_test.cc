// Labels from probabilities: Snorkel's voters that never look at votes (ASSAY_GOLDEN), and what the policies promise.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/models/decide.h"

namespace assay {
namespace {

TEST(Decide, RowsWithoutVotesByTheBalanceAreSnorkelsMajorityClass) {
  const char* given = std::getenv("ASSAY_GOLDEN");
  const std::string folder = given != nullptr ? given : "../shared/golden";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent (set ASSAY_GOLDEN)";
  simdjson::dom::parser parser;
  simdjson::dom::element golden;
  ASSERT_EQ(parser.load(folder + "/majority.json").get(golden), simdjson::SUCCESS);
  const simdjson::dom::array cases(golden["majority_class"]);
  size_t tried = 0;
  for (const auto c : cases) {
    const simdjson::dom::array shares(c["balance"]);
    std::vector<double> balance;
    double total = 0;
    for (const auto share : shares) {
      balance.push_back(share.get_double().value());
      total += balance.back();
    }
    for (double& share : balance) share /= total;
    std::vector<double> row(balance.size());
    ApplyNoVotes(NoVotesPolicy::kPrior, balance, row);
    EXPECT_EQ(row, balance);
    Decider abstain({TiePolicy::kAbstain}), random({TiePolicy::kRandom});
    for (uint64_t r = 0; r < 3; ++r) {
      EXPECT_EQ(abstain.Decide(row, r, false), c["predict_abstain_3rows"].at(r).get_int64().value());
      EXPECT_EQ(random.Decide(row, r, false), c["predict_random_3rows"].at(r).get_int64().value());
    }
    ++tried;
  }
  EXPECT_EQ(tried, 7u);
}

TEST(Decide, RowsWithoutVotesFollowTheirPolicy) {
  const std::vector<double> balance = {.25, .75};
  std::vector<double> row = {1, 0};
  ApplyNoVotes(NoVotesPolicy::kUniform, balance, row);
  EXPECT_EQ(row, (std::vector<double>{.5, .5}));
  EXPECT_EQ(Decider({TiePolicy::kAbstain, NoVotesPolicy::kUniform}).Decide(row, 0, false), -1);
  ApplyNoVotes(NoVotesPolicy::kAbstain, balance, row);
  EXPECT_EQ(row, balance);
  EXPECT_EQ(Decider({TiePolicy::kSplit, NoVotesPolicy::kAbstain}).Decide(row, 0, false), -1);
}

TEST(Decide, SplitSharesEachKindOfTieOutEvenly) {
  Decider split({TiePolicy::kSplit});
  std::vector<int> counts(3);
  for (uint64_t row = 0; row < 300; ++row) {
    ++counts[static_cast<size_t>(split.Decide(std::vector<double>{1.0 / 3, 1.0 / 3, 1.0 / 3}, row, true))];
    EXPECT_NE(split.Decide(std::vector<double>{.4, .2, .4}, row, true), 1);
  }
  EXPECT_EQ(counts, (std::vector<int>{100, 100, 100}));
}

TEST(Decide, PoliciesHaveTheNamesThatTheyAreAskedForBy) {
  for (const TiePolicy policy : {TiePolicy::kAbstain, TiePolicy::kSplit, TiePolicy::kRandom, TiePolicy::kHash}) {
    EXPECT_EQ(*TiePolicyNamed(NameOf(policy)), policy);
  }
  for (const NoVotesPolicy policy : {NoVotesPolicy::kPrior, NoVotesPolicy::kUniform, NoVotesPolicy::kAbstain}) {
    EXPECT_EQ(*NoVotesPolicyNamed(NameOf(policy)), policy);
  }
}

TEST(Decide, TiesAreAsCloseAsTheModelSays) {
  const std::vector<double> row = {.500002, .499998};
  EXPECT_EQ(Decider({}).Decide(row, 0, true), -1);
  EXPECT_EQ(Decider({.tie_tolerance = 1e-6}).Decide(row, 0, true), 0);
}

}  // namespace
}  // namespace assay
