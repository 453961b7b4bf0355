// The class balance from votes alone, and fits that go on or are put together from parts.
#include "runtime/models/class_balance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "runtime/models/incremental_fit.h"
#include "runtime/models/label_model.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

PatternTable TableOf(const VoteMatrix& matrix, const VoteLayout& layout) {
  PatternTable table(layout);
  table.Add(PlanesOf(matrix, layout));
  return table;
}

// Rules that vote the truth in `accuracy` of their votes, else another class.
VoteMatrix MadeVotes(size_t rules, size_t rows, const std::vector<double>& balance, double coverage, double accuracy, uint32_t seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  const size_t classes = balance.size();
  VoteMatrix matrix;
  matrix.rows = rows;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  for (size_t r = 0; r < rows; ++r) {
    double draw = uniform();
    size_t truth = 0;
    while (truth + 1 < classes && draw >= balance[truth]) draw -= balance[truth++];
    for (size_t j = 0; j < rules; ++j) {
      const size_t vote = uniform() < accuracy ? truth : (truth + 1 + random() % (classes - 1)) % classes;
      matrix.votes.push_back(uniform() < coverage ? static_cast<int16_t>(vote) : int16_t{-1});
    }
  }
  return matrix;
}

TEST(EstimateClassBalance, FindsTheBalanceOfTheProcessThatMadeTheVotes) {
  for (const auto& [balance, coverage] : {std::pair<std::vector<double>, double>{{.7, .3}, 1}, {{.2, .8}, .5}, {{.5, .3, .2}, .7}, {{.4, .3, .2, .1}, .6}}) {
    const VoteMatrix matrix = MadeVotes(12, 20000, balance, coverage, .75, 3);
    const auto estimate = EstimateClassBalance(TableOf(matrix, *LayoutOf(matrix, ClassList::Numbered(balance.size()))).Canonical());
    ASSERT_TRUE(estimate.has_value()) << estimate.error().message;
    for (size_t y = 0; y < balance.size(); ++y) EXPECT_NEAR(estimate->balance[y], balance[y], .02) << y << " of " << balance.size();
    std::printf("%zu classes: %d iterations\n", balance.size(), estimate->iterations);
  }
}

TEST(EstimateClassBalance, FromTheExactSharesItIsExact) {
  // Three-valued answers of four rules with known tables: every pattern with its probability, as a count of 10^12 rows.
  const double pi[2] = {.35, .65};
  const double p[4][2][3] = {{{.2, .6, .2}, {.3, .1, .6}}, {{.1, .7, .2}, {.2, .2, .6}}, {{.4, .5, .1}, {.3, .2, .5}}, {{.0, .8, .2}, {.0, .3, .7}}};
  VoteMatrix matrix;
  matrix.rules = {"a", "b", "c", "d"};
  matrix.rows = 2;
  matrix.votes = {0, 0, 0, 0, 1, 1, 1, 1};
  PatternTable table(*LayoutOf(matrix, ClassList::Numbered(2)));
  for (int i = 0; i < 81; ++i) {
    const int symbols[4] = {i % 3, i / 3 % 3, i / 9 % 3, i / 27};
    double share = 0;
    for (int y = 0; y < 2; ++y) {
      double q = pi[y];
      for (int j = 0; j < 4; ++j) q *= p[j][y][symbols[j]];
      share += q;
    }
    const auto count = static_cast<uint64_t>(std::llround(share * 1e12));
    if (count > 0) table.AddPattern(std::vector<int32_t>{symbols[0] - 1, symbols[1] - 1, symbols[2] - 1, symbols[3] - 1}, count);
  }
  const auto estimate = EstimateClassBalance(table.Canonical());
  ASSERT_TRUE(estimate.has_value());
  EXPECT_NEAR(estimate->balance[0], pi[0], 1e-3);
  for (int j = 0; j < 4; ++j) {
    for (int a = 0; a < 3; ++a) {
      for (int y = 0; y < 2; ++y) EXPECT_NEAR(estimate->conditional[static_cast<size_t>((j * 3 + a) * 2 + y)], p[j][y][a], 1e-2);
    }
  }
}

TEST(EstimateClassBalance, DegenerateVotesGiveABalanceOrAClearMessage) {
  const auto estimate = [](size_t rules, const std::vector<int16_t>& votes) {
    VoteMatrix matrix;
    for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
    matrix.rows = votes.size() / rules;
    matrix.votes = votes;
    return EstimateClassBalance(TableOf(matrix, *LayoutOf(matrix, ClassList::Numbered(3))));
  };
  EXPECT_NE(estimate(2, {0, 1}).error().message.find("needs three rules that vote"), std::string::npos);
  EXPECT_FALSE(estimate(3, {-1, -1, -1}).has_value());
  for (const std::vector<int16_t>& votes : {std::vector<int16_t>{0, 0, 0}, {0, 0, 0, 1, 1, 1}, {0, 1, -1, -1, 0, 1}}) {
    const auto found = estimate(3, votes);
    ASSERT_TRUE(found.has_value());
    double sum = 0;
    for (const double share : found->balance) {
      EXPECT_GT(share, 0);
      sum += share;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(EstimateClassBalance, ModelsAreFittedWithIt) {
  const VoteMatrix matrix = MadeVotes(10, 10000, {.8, .2}, .6, .75, 5);
  const PatternTable table = TableOf(matrix, *LayoutOf(matrix, ClassList::Numbered(2)));
  const auto model = FitModel(table, {.method = "snorkel", .estimate_balance = true});
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_NEAR((*model)->balance()[0], .8, .02);
  ASSERT_FALSE((*model)->notes().empty());
  EXPECT_NE((*model)->notes().back().find("estimated class balance"), std::string::npos);
}

TEST(IncrementalFit, PartsInAnyOrderGiveTheModelOfTheWhole) {
  const VoteMatrix matrix = MadeVotes(6, 1280, {.5, .3, .2}, .4, .7, 7);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(3));
  for (const std::string& method : LabelModelMethods()) {
    for (const bool estimate : {false, true}) {
      if (estimate && method != "snorkel") continue;
      SCOPED_TRACE(method);
      const FitOptions options{.method = method, .estimate_balance = estimate};
      const std::string whole = (*FitModel(TableOf(matrix, layout), options))->ToJson();
      for (const size_t shards : {size_t{1}, size_t{2}, size_t{64}}) {
        std::vector<std::string> parts;  // counted elsewhere
        for (size_t s = 0; s < shards; ++s) {
          VoteMatrix part{matrix.rules, matrix.rows / shards, {}};
          const auto begin = matrix.votes.begin() + static_cast<std::ptrdiff_t>(s * part.rows * 6);
          part.votes.assign(begin, begin + static_cast<std::ptrdiff_t>(part.rows * 6));
          const VoteLayout own = *LayoutOf(part, ClassList::Numbered(3));
          auto fit = IncrementalFit::Create(own, options);
          ASSERT_TRUE(fit.has_value());
          if (s % 2 == 0) {
            fit->PartialFit(PlanesOf(part, own));
          } else {
            ASSERT_TRUE(fit->PartialFit(TableOf(part, own)).has_value());
          }
          parts.push_back(fit->ToJson());
        }
        std::shuffle(parts.begin(), parts.end(), std::mt19937(static_cast<uint32_t>(shards)));
        auto sum = IncrementalFit::FromJson(parts[0], "part", options);
        ASSERT_TRUE(sum.has_value()) << sum.error().message;
        for (size_t s = 1; s < shards; ++s) {
          const auto part = IncrementalFit::FromJson(parts[s], "part", options);
          ASSERT_TRUE(part.has_value());
          ASSERT_TRUE(sum->Merge(*part).has_value());
        }
        EXPECT_EQ(sum->rows(), matrix.rows);
        const auto model = sum->Fit();
        ASSERT_TRUE(model.has_value()) << model.error().message;
        EXPECT_EQ((*model)->ToJson(), whole);
      }
    }
  }
  EXPECT_FALSE(IncrementalFit::Create(layout, {.method = "nothing"}).has_value());
  EXPECT_FALSE(IncrementalFit::FromJson("{}", "x", {.method = "majority"}).has_value());
  EXPECT_FALSE(IncrementalFit::FromJson("{}", "x", {.method = "snorkel"}).has_value());
}

TEST(IncrementalFit, WhatPairsTellIsFittedFromThem) {
  EXPECT_TRUE(FitsFromMoments({.method = "snorkel"}));
  EXPECT_FALSE(FitsFromMoments({.method = "snorkel", .correlated = {{0, 1}}}));
  EXPECT_FALSE(FitsFromMoments({.method = "snorkel", .estimate_balance = true}));
  EXPECT_TRUE(FitsFromMoments({.method = "triplet", .correlated = {{0, 1}}}));
  EXPECT_TRUE(FitsFromMoments({.method = "majority"}));
  EXPECT_TRUE(FitsFromMoments({.method = "weighted", .options = {{"weights", "1,2,3"}}}));
  EXPECT_FALSE(FitsFromMoments({.method = "weighted", .options = {{"weights", "agreement"}}}));
  EXPECT_FALSE(FitsFromMoments({.method = "auto"}));
  EXPECT_FALSE(FitsFromMoments({.method = "nothing"}));
}

TEST(IncrementalFit, PartsOfManyPlanesAndPartsOfFewAddUp) {
  // 1,500 rules of three classes have too many planes for counts of pairs; some of the parts have not.
  const VoteMatrix matrix = MadeVotes(1500, 40, {.5, .3, .2}, .02, .7, 11);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(3));
  const FitOptions options{.method = "majority"};
  const std::string whole = (*FitModel(TableOf(matrix, layout), options))->ToJson();
  VoteLayout wide = layout;  // every rule may vote every class
  wide.planes.clear();
  for (uint32_t j = 0; j < 1500; ++j) {
    wide.rules[j] = {layout.rules[j].name, 3 * j, 3};
    for (int32_t c = 0; c < 3; ++c) wide.planes.push_back({j, c});
  }
  EXPECT_FALSE(FitsFromMoments(options, wide));
  for (const bool wide_first : {true, false}) {
    VoteMatrix halves[2] = {{matrix.rules, 20, {}}, {matrix.rules, 20, {}}};
    halves[0].votes.assign(matrix.votes.begin(), matrix.votes.begin() + 20 * 1500);
    halves[1].votes.assign(matrix.votes.begin() + 20 * 1500, matrix.votes.end());
    const VoteLayout own = *LayoutOf(halves[1], ClassList::Numbered(3));
    ASSERT_TRUE(FitsFromMoments(options, own));
    auto many = *IncrementalFit::Create(wide, options), few = *IncrementalFit::Create(own, options);
    many.PartialFit(PlanesOf(halves[0], wide));
    few.PartialFit(PlanesOf(halves[1], own));
    IncrementalFit& sum = wide_first ? many : few;
    const auto merged = sum.Merge(wide_first ? few : many);
    ASSERT_TRUE(merged.has_value()) << merged.error().message;
    EXPECT_EQ((*sum.Fit())->ToJson(), whole);
  }
}

}  // namespace
}  // namespace assay
