// Every method on the shared sets: the table of accuracies that the page for users shows, within .002 of what the field's
// implementations reach. `unit_models --gtest_filter=AccuracyTable.*` prints it.
#include <algorithm>

#include "runtime/models/decide.h"
#include "runtime/models/label_model.h"
#include "tests/unit/models/golden_votes.h"

namespace assay {
namespace {

using namespace golden;

struct Set {
  std::string name;
  size_t classes;
  Votes test;
  VoteMatrix train;

  static Set Load(const std::string& name, size_t classes) {
    Set set{name, classes, Split(name, "test"), {}};
    set.train = name == "agnews" ? Joined(Split(name, "valid").matrix, set.test.matrix) : Split(name, "train").matrix;
    return set;
  }
};

struct Score {
  double covered = 0, all = 0;
};

// Ties are shared evenly; F1 of the second class where there are two and few of them.
Score ScoreOf(const Set& set, const LabelModel& model) {
  const size_t k = set.classes;
  std::vector<double> confusion[2];
  for (auto& c : confusion) c.assign(k * k, 0.0);
  std::vector<double> p(k);
  for (size_t r = 0; r < set.test.matrix.rows; ++r) {
    const auto votes = RowVotes(set.test.matrix, r);
    const bool voted = std::ranges::any_of(votes, [](int32_t v) { return v >= 0; });
    model.Predict(votes, p);
    const double top = *std::ranges::max_element(p);
    const auto tied = static_cast<double>(std::ranges::count_if(p, [&](double v) { return top - v < 1e-6; }));
    for (size_t y = 0; y < k; ++y) {
      if (top - p[y] >= 1e-6) continue;
      const size_t at = static_cast<size_t>(set.test.gold[r]) * k + y;
      confusion[0][at] += 1 / tied;
      if (voted) confusion[1][at] += 1 / tied;
    }
  }
  const auto value = [&](const std::vector<double>& c) {
    if (set.name == "sms") return 2 * c[3] / std::max(2 * c[3] + c[1] + c[2], 1e-300);
    double right = 0, rows = 0;
    for (size_t i = 0; i < c.size(); ++i) {
      rows += c[i];
      if (i % (k + 1) == 0) right += c[i];
    }
    return right / rows;
  };
  return {value(confusion[1]), value(confusion[0])};
}

TEST(AccuracyTable, EveryMethodOnTheSharedSets) {
  ASSAY_SKIP_WITHOUT(Data());
  struct Column {
    std::string title, method;
    ModelOptions options;
  };
  const std::vector<Column> columns = {
      {"MV", "majority", {}},
      {"DS", "dawid_skene", {{"abstain", "ignore"}}},
      {"DS-abs", "dawid_skene", {{"abstain", "symbol"}}},
      {"MeTaL100", "snorkel", {{"n_epochs", "100"}}},
      {"MeTaL500", "snorkel", {{"n_epochs", "500"}}},
      {"triplet", "triplet", {}},
      {"auto", "auto", {}},
  };
  const std::vector<std::tuple<std::string, size_t, std::vector<Score>>> expected = {
      {"youtube", 2, {{.841, .816}, {.534, .528}, {.862, .832}, {.866, .840}, {.866, .840}, {.810, .788}, {.862, .836}}},
      {"sms", 2, {{.159, .203}, {.000, .000}, {.192, .231}, {.178, .207}, {.232, .218}, {.140, .200}, {.178, .207}}},
      {"trec", 6, {{.629, .611}, {.281, .276}, {.516, .502}, {.576, .560}, {.482, .470}, {.595, .579}, {.647, .628}}},
      {"agnews", 4, {{.836, .585}, {.294, .252}, {.846, .607}, {.838, .586}, {.841, .588}, {.832, .583}, {.842, .588}}},
  };
  const std::vector<std::string> methods = LabelModelMethods();
  for (const auto& [name, classes, scores] : expected) {
    const Set set = Set::Load(name, classes);
    const Patterns patterns = PatternsOf(set.train, classes);
    std::printf("%-8s", name.c_str());
    for (size_t i = 0; i < columns.size(); ++i) {
      SCOPED_TRACE(name + " " + columns[i].title);
      if (std::ranges::count(methods, columns[i].method) == 0) continue;
      FitOptions options{.method = columns[i].method, .options = columns[i].options};
      options.seed = 123;
      const auto model = FitModel(patterns.table, options);
      ASSERT_TRUE(model.has_value()) << model.error().message;
      const Score score = ScoreOf(set, **model);
      std::printf("  %s %.3f %.3f", columns[i].title.c_str(), score.covered, score.all);
      EXPECT_NEAR(score.covered, scores[i].covered, .002);
      EXPECT_NEAR(score.all, scores[i].all, .002);
    }
    std::printf("\n");
  }
}

// WRENCH's weighted vote, Dawid-Skene and FlyingSquid on the published split of YouTube, with WRENCH's balance.
TEST(AccuracyTable, ThePublishedSplitOfYouTube) {
  ASSAY_SKIP_WITHOUT(Golden());
  ASSAY_SKIP_WITHOUT(Data());
  const Patterns patterns = PatternsOf(Matrix("youtube1586").matrix, 2);
  const Votes test = Split("youtube", "test");
  const std::vector<double> balance = {.541667, .475};
  // As published: ties are the first class's, or broken by the hash of the row's number, and so are rows without votes then.
  const auto accuracy = [&](const LabelModel& model, bool hashed = false) {
    std::vector<double> p(2);
    double right = 0;
    for (size_t r = 0; r < test.matrix.rows; ++r) {
      const auto votes = RowVotes(test.matrix, r);
      model.Predict(votes, p);
      if (hashed && std::ranges::all_of(votes, [](int32_t v) { return v < 0; })) p[RowHash(r, 2)] = 1;
      right += (p[1] > p[0] + 1e-6 ? 1 : 0) == test.gold[r] ? 1 : 0;
    }
    return right / static_cast<double>(test.matrix.rows);
  };
  const auto weighted = FitModel(patterns.table, {.method = "weighted", .balance = balance});
  EXPECT_NEAR(accuracy(**weighted, true), .7800, 1e-9);
  const auto original = FitModel(patterns.table, {.method = "triplet", .balance = balance, .options = {{"separator", "original"}}});
  EXPECT_NEAR(accuracy(**original), .7760, 1e-9);
  const auto exact = FitModel(patterns.table, {.method = "triplet", .balance = balance});
  EXPECT_NEAR(accuracy(**exact), .7800, 1e-9);
  const auto ds = FitModel(patterns.table, {.method = "dawid_skene", .options = {{"abstain", "symbol"}, {"smoothing", "0"}, {"n_iter", "10000"}, {"tol", "1e-8"}}});
  EXPECT_NEAR(accuracy(**ds), .8320, 1e-9);
  EXPECT_NEAR((*ds)->balance()[0], .5458, 5e-5);
}

}  // namespace
}  // namespace assay
