// Passes over patterns: codes say what lists say, threads do not show, and the vector exponential is the exponential.
#include "runtime/models/expectation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "runtime/models/label_model.h"

namespace assay {
namespace {

struct Shape {
  size_t rules, classes;
  double speaks;      // share of a rule's rows with a vote
  bool several;       // rules vote all classes
  bool silent_planes; // planes that nobody votes stand between the others
};

PatternTable Make(const Shape& shape, size_t rows) {
  std::mt19937_64 random(7);
  VoteLayout layout;
  for (size_t y = 0; y < shape.classes; ++y) {
    layout.class_names.push_back("C" + std::to_string(y));
    layout.class_ids.push_back(static_cast<int32_t>(shape.classes - y));  // planes and columns in opposite orders
  }
  for (uint32_t j = 0; j < shape.rules; ++j) {
    layout.rules.push_back({"r" + std::to_string(j), static_cast<uint32_t>(layout.planes.size()), 0});
    for (size_t y = shape.classes; y-- > 0;) {
      if (!shape.several && !shape.silent_planes && y != j % shape.classes) continue;
      layout.planes.push_back({j, layout.class_ids[y]});
      ++layout.rules.back().plane_count;
    }
  }
  std::uniform_real_distribution<double> uniform(0, 1);
  PatternTable table(layout);
  std::vector<int32_t> votes(shape.rules);
  for (size_t i = 0; i < rows; ++i) {
    const auto y = random() % shape.classes;
    for (size_t j = 0; j < shape.rules; ++j) {
      const bool right = uniform(random) < 0.7;
      const size_t vote = !shape.several ? j % shape.classes : right ? y : random() % shape.classes;
      votes[j] = uniform(random) < shape.speaks * (shape.several || vote == y ? 1 : 0.3) ? static_cast<int32_t>(vote) : -1;
    }
    table.AddPattern(votes, 1 + random() % 3);
  }
  return table.Canonical();
}

LogLinear SomeScores(const VoteLists& lists) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  LogLinear scores{std::vector<double>(lists.classes), std::vector<double>(lists.columns.size() * lists.classes)};
  for (double& s : scores.base) s = normal(random);
  for (double& s : scores.evidence) s = normal(random);
  return scores;
}

TEST(Expectation, CodesSayWhatListsSay) {
  for (const Shape& shape : {Shape{5, 2, .5, true, false}, Shape{40, 2, .1, false, false}, Shape{40, 2, .1, false, true},
                             Shape{70, 3, .05, true, false}, Shape{30, 5, .3, false, true}, Shape{20, 8, .2, true, false}}) {
    SCOPED_TRACE(std::to_string(shape.rules) + " rules, " + std::to_string(shape.classes) + " classes");
    const PatternTable table = Make(shape, 3000);
    const VoteLists lists = ListsOf(table, 1, VoteForm::kLists), coded = ListsOf(table, 1, VoteForm::kCodes);
    ASSERT_FALSE(coded.codes.empty());
    ASSERT_EQ(lists.size(), coded.size());
    EXPECT_EQ(lists.votes, coded.votes);
    EXPECT_EQ(lists.covered, coded.covered);
    std::vector<uint32_t> room, other;
    for (size_t i = 0; i < lists.size(); ++i) {
      const auto a = lists.of(i, other), b = coded.of(i, room);
      ASSERT_EQ(std::vector(a.begin(), a.end()), std::vector(b.begin(), b.end()));
    }
    EXPECT_EQ(VoteShares(lists), VoteShares(coded));
    std::vector<double> p(lists.size() * lists.classes), q = p, counts, totals, coded_counts, coded_totals;
    const LogLinear scores = SomeScores(lists);
    EXPECT_NEAR(Expect(lists, scores, p, &counts, &totals), Expect(coded, scores, q, &coded_counts, &coded_totals), 1e-12);
    for (size_t i = 0; i < p.size(); ++i) ASSERT_NEAR(p[i], q[i], 1e-12);
    for (size_t i = 0; i < counts.size(); ++i) ASSERT_NEAR(counts[i], coded_counts[i], 1e-10 * lists.votes[i / lists.classes]);
    for (size_t y = 0; y < lists.classes; ++y) EXPECT_NEAR(totals[y], coded_totals[y], 1e-9);
    CountExpected(coded, p, coded_counts, coded_totals);
    for (size_t i = 0; i < counts.size(); ++i) ASSERT_NEAR(counts[i], coded_counts[i], 1e-10 * lists.votes[i / lists.classes]);
    // Nothing that the scores do not say: the softmax and the counts, in plain words.
    std::vector<double> score(lists.classes), sum(lists.columns.size() * lists.classes);
    for (size_t i = 0; i < lists.size(); ++i) {
      score = scores.base;
      for (const uint32_t c : lists.of(i, room)) {
        for (size_t y = 0; y < lists.classes; ++y) score[y] += scores.evidence[c * lists.classes + y];
      }
      Softmax(score);
      for (size_t y = 0; y < lists.classes; ++y) ASSERT_NEAR(score[y], p[i * lists.classes + y], 1e-13);
      for (const uint32_t c : lists.of(i, room)) {
        for (size_t y = 0; y < lists.classes; ++y) sum[c * lists.classes + y] += lists.count[i] * score[y];
      }
    }
    for (size_t i = 0; i < sum.size(); ++i) ASSERT_NEAR(sum[i], counts[i], 1e-9);
  }
}

TEST(Expectation, ThreadsDoNotShow) {
  const Shape shape{24, 2, .35, false, false};
  const PatternTable table = Make(shape, 300'000);  // several blocks
  for (const VoteForm form : {VoteForm::kLists, VoteForm::kCodes}) {
    VoteLists lists = ListsOf(table, 1, form);
    ASSERT_GT(lists.size(), 131'072u);
    const LogLinear scores = SomeScores(lists);
    std::vector<double> p(lists.size() * lists.classes), q = p, counts, totals, counts_of_many, totals_of_many;
    const double change = Expect(lists, scores, p, &counts, &totals);
    lists = ListsOf(table, 7, form);
    EXPECT_EQ(change, Expect(lists, scores, q, &counts_of_many, &totals_of_many));
    EXPECT_EQ(p, q);
    EXPECT_EQ(counts, counts_of_many);
    EXPECT_EQ(totals, totals_of_many);
  }
  for (const char* method : {"auto", "dawid_skene", "specificity", "weighted"}) {
    FitOptions options{.method = method};
    if (options.method == "weighted") options.options["weights"] = "agreement";
    const auto one = FitModel(table, options);
    options.threads = 5;
    const auto five = FitModel(table, options);
    ASSERT_TRUE(one.has_value() && five.has_value());
    EXPECT_EQ((*one)->ToJson(), (*five)->ToJson()) << method;
    EXPECT_EQ((*one)->notes(), (*five)->notes()) << method;
  }
}

TEST(Expectation, ProbabilitiesOfRowsAreThoseOfTheLibrarysExponential) {
  for (const double scale : {1e-9, 1.0, 30.0, 400.0, 3000.0}) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal(0, scale);
    for (const size_t rows : {1, 2, 3, 4, 5, 1001}) {
      std::vector<double> odds(rows), p(rows * 2), scores(rows * 3);
      for (double& s : odds) s = normal(random);
      for (double& s : scores) s = normal(random);
      ProbabilitiesOfLogOdds(odds.data(), rows, p.data());
      std::vector<double> q = scores;
      SoftmaxRows(q.data(), rows, 3);
      for (size_t i = 0; i < rows; ++i) {
        const double small = 1 / (1 + std::exp(std::abs(odds[i])));
        EXPECT_NEAR(std::min(p[2 * i], p[2 * i + 1]), small, 1e-14 * small + 1e-300);
        EXPECT_EQ(p[2 * i] < p[2 * i + 1], small < 0.5 && odds[i] > 0);
        EXPECT_NEAR(p[2 * i] + p[2 * i + 1], 1, 1e-15);
        std::vector<double> row(scores.begin() + static_cast<std::ptrdiff_t>(3 * i), scores.begin() + static_cast<std::ptrdiff_t>(3 * i + 3));
        Softmax(row);
        for (size_t y = 0; y < 3; ++y) EXPECT_NEAR(q[3 * i + y], row[y], 1e-14 * row[y] + 1e-300);
      }
    }
  }
  double odds = 0;
  std::vector<double> p(2);
  ProbabilitiesOfLogOdds(&odds, 1, p.data());
  EXPECT_EQ(p, (std::vector<double>{0.5, 0.5}));
}

}  // namespace
}  // namespace assay
