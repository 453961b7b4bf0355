// `snorkel` with rules that are known to depend on each other.
#include "runtime/models/snorkel_cliques.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "runtime/models/label_model.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

struct Made {
  VoteMatrix matrix;
  std::vector<size_t> truth;
};

// Rules independent given the class, all right in `accuracy` of their votes; then `copies` of rule 0.
Made MadeVotes(size_t rules, size_t copies, size_t rows, double coverage, double accuracy, uint32_t seed) {
  std::mt19937 random(seed);
  const auto chance = [&](double p) { return static_cast<double>(random()) < p * 4294967296.0; };
  Made made;
  made.matrix.rows = rows;
  for (size_t j = 0; j < rules + copies; ++j) made.matrix.rules.push_back("r" + std::to_string(j));
  for (size_t r = 0; r < rows; ++r) {
    made.truth.push_back(random() % 2);
    const size_t first = made.matrix.votes.size();
    for (size_t j = 0; j < rules; ++j) {
      const size_t vote = chance(j == 0 ? .6 : accuracy) ? made.truth.back() : 1 - made.truth.back();
      made.matrix.votes.push_back(chance(coverage) ? static_cast<int16_t>(vote) : int16_t{-1});
    }
    for (size_t c = 0; c < copies; ++c) made.matrix.votes.push_back(made.matrix.votes[first]);
  }
  return made;
}

PatternTable TableOf(const VoteMatrix& matrix) {
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(2));
  PatternTable table(layout);
  table.Add(PlanesOf(matrix, layout));
  return table;
}

double Accuracy(const LabelModel& model, const Made& made) {
  size_t right = 0;
  std::vector<double> p(2);
  for (size_t r = 0; r < made.matrix.rows; ++r) {
    const auto row = made.matrix.row(r);
    model.Predict(std::vector<int32_t>(row.begin(), row.end()), p);
    right += (p[1] > p[0] ? size_t{1} : size_t{0}) == made.truth[r] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(made.matrix.rows);
}

double LogLoss(const LabelModel& model, const Made& made) {
  double loss = 0;
  std::vector<double> p(2);
  for (size_t r = 0; r < made.matrix.rows; ++r) {
    const auto row = made.matrix.row(r);
    model.Predict(std::vector<int32_t>(row.begin(), row.end()), p);
    loss -= std::log(std::max(p[made.truth[r]], 1e-12)) / static_cast<double>(made.matrix.rows);
  }
  return loss;
}

TEST(MakeCliques, WhatHangsTogetherIsAClique) {
  const RuleCliques cliques = MakeCliques(7, Ordered({{5, 3}, {1, 0}, {1, 2}, {2, 1}}));
  EXPECT_EQ(cliques.cliques, (std::vector<std::vector<uint32_t>>{{0, 1, 2}, {3, 5}}));
  EXPECT_EQ(cliques.of_rule, (std::vector<int32_t>{0, 0, 0, 1, -1, 1, -1}));
  EXPECT_TRUE(MakeCliques(3, {}).cliques.empty());
}

TEST(SnorkelCliques, ARuleCopiedFiveTimesCountsOnce) {
  const Made made = MadeVotes(7, 5, 20000, .6, .75, 3);
  FitOptions options{.method = "snorkel", .options = {{"n_epochs", "2000"}, {"lr", ".02"}}};
  const auto plain = FitModel(TableOf(made.matrix), options);
  for (const uint32_t a : {0u, 7u, 8u, 9u, 10u, 11u}) {
    for (const uint32_t b : {0u, 7u, 8u, 9u, 10u, 11u}) {
      if (a < b) options.correlated.emplace_back(a, b);
    }
  }
  const auto told = FitModel(TableOf(made.matrix), options);
  ASSERT_TRUE(plain.has_value() && told.has_value()) << (told ? "" : told.error().message);
  const Made once = MadeVotes(7, 0, 20000, .6, .75, 3);
  const auto single = FitModel(TableOf(once.matrix), {.method = "snorkel", .options = {{"n_epochs", "2000"}, {"lr", ".02"}}});
  std::printf("a rule copied five times: accuracy %.4f (log loss %.4f) without, %.4f (%.4f) with the correlation; %.4f (%.4f) with the rule once\n",
              Accuracy(**plain, made), LogLoss(**plain, made), Accuracy(**told, made), LogLoss(**told, made), Accuracy(**single, once),
              LogLoss(**single, once));
  const auto weights = (*told)->Weights();
  for (size_t j = 0; j < weights.size(); ++j) EXPECT_NEAR(*weights[j], j == 0 || j >= 7 ? .6 : .75, .04) << j;
  EXPECT_LT(LogLoss(**told, made), LogLoss(**plain, made));
  EXPECT_NEAR(Accuracy(**told, made), Accuracy(**single, once), .01);
}

TEST(SnorkelCliques, WhereRulesAreIndependentNamingPairsChangesLittle) {
  const Made made = MadeVotes(8, 0, 50000, .7, .75, 4);
  FitOptions options{.method = "snorkel", .options = {{"n_epochs", "2000"}, {"lr", ".02"}}};
  const auto plain = FitModel(TableOf(made.matrix), options);
  options.correlated = {{1, 2}, {2, 3}};
  const auto told = FitModel(TableOf(made.matrix), options);
  ASSERT_TRUE(told.has_value()) << told.error().message;
  const auto x = (*plain)->Weights(), y = (*told)->Weights();
  for (size_t j = 0; j < x.size(); ++j) EXPECT_NEAR(*x[j], *y[j], .04);
  EXPECT_NEAR(Accuracy(**plain, made), Accuracy(**told, made), .01);
}

TEST(SnorkelCliques, SavedLoadedAndExplainedItIsTheSame) {
  const Made made = MadeVotes(5, 1, 2000, .6, .75, 5);
  const PatternTable table = TableOf(made.matrix);
  const auto model = FitModel(table, {.method = "snorkel", .balance = {.4, .6}, .correlated = {{5, 0}, {0, 1}}});
  ASSERT_TRUE(model.has_value()) << model.error().message;
  const auto loaded = LoadModel((*model)->ToJson(), "model.json");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ((*loaded)->ToJson(), (*model)->ToJson());
  EXPECT_EQ((*loaded)->PredictAll(table), (*model)->PredictAll(table));
  for (const std::vector<int32_t>& votes : {std::vector<int32_t>{0, 1, -1, 1, 0, 0}, {0, -1, 1, 1, 0, 1}, {-1, -1, -1, 1, 0, 1}}) {
    const Explanation explanation = (*model)->Explain(votes);
    double score = explanation.prior[1] - explanation.prior[0];
    for (const VoteEvidence& evidence : explanation.votes) score += evidence.log_odds[1] - evidence.log_odds[0];
    EXPECT_NEAR(1 / (1 + std::exp(-score)), explanation.probabilities[1], 1e-12);
  }
  // The order of the pairs and of the rows does not matter.
  const auto other = FitModel(table.Canonical(), {.method = "snorkel", .balance = {.4, .6}, .correlated = {{1, 0}, {0, 5}, {5, 0}}});
  EXPECT_EQ((*other)->ToJson(), (*model)->ToJson());
}

TEST(SnorkelCliques, WhatCannotBeDoneIsSaid) {
  const Made made = MadeVotes(10, 0, 100, .6, .75, 6);
  const PatternTable table = TableOf(made.matrix);
  FitOptions options{.method = "snorkel"};
  for (uint32_t a = 0; a < 10; ++a) {
    for (uint32_t b = a + 1; b < 10; ++b) options.correlated.emplace_back(a, b);
  }
  EXPECT_NE(FitModel(table, options).error().message.find("tie 10 rules together"), std::string::npos);
  EXPECT_FALSE(FitModel(table, {.method = "snorkel", .correlated = {{0, 10}}}).has_value());
  EXPECT_FALSE(FitModel(table, {.method = "snorkel", .correlated = {{3, 3}}}).has_value());
  EXPECT_NE(FitModel(table, {.method = "majority", .correlated = {{0, 1}}}).error().message.find("cannot use correlations"), std::string::npos);
  const Made silent = MadeVotes(4, 0, 10, 0, .75, 6);
  const auto model = FitModel(TableOf(silent.matrix), {.method = "snorkel", .correlated = {{0, 1}}});
  ASSERT_TRUE(model.has_value()) << model.error().message;
  std::vector<double> p(2);
  (*model)->Predict(std::vector<int32_t>{1, 1, 0, -1}, p);
  EXPECT_NEAR(p[0] + p[1], 1, 1e-12);
}

}  // namespace
}  // namespace assay
