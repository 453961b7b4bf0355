// Measures against Snorkel's metrics (scikit-learn's, ASSAY_GOLDEN) and against small cases worked out by hand.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "runtime/models/scores.h"

namespace assay {
namespace {

std::string Golden() {
  const char* given = std::getenv("ASSAY_GOLDEN");
  return given != nullptr ? given : "../shared/golden";
}

std::vector<int32_t> Integers(simdjson::dom::element list) {
  std::vector<int32_t> values;
  const simdjson::dom::array array(list);
  for (const auto value : array) values.push_back(static_cast<int32_t>(value.get_int64().value()));
  return values;
}

void ExpectGolden(std::optional<double> ours, simdjson::dom::object golden, const char* name) {
  simdjson::dom::element element;
  double value = 0;
  if (golden[name].get(element) != simdjson::SUCCESS) return;
  if (element.get(value) != simdjson::SUCCESS) {  // NaN, or an error
    return;
  }
  ASSERT_TRUE(ours.has_value()) << name;
  EXPECT_NEAR(*ours, value, 1e-12) << name;
}

TEST(Scores, EqualSnorkelsMetrics) {
  if (!std::filesystem::exists(Golden())) GTEST_SKIP() << Golden() << " is absent (set ASSAY_GOLDEN)";
  simdjson::dom::parser parser;
  simdjson::dom::element golden;
  ASSERT_EQ(parser.load(Golden() + "/metrics.json").get(golden), simdjson::SUCCESS);
  int tried = 0;
  const simdjson::dom::object cases(golden["cases"]);
  for (const auto [name, c] : cases) {
    SCOPED_TRACE(std::string(name));
    const std::vector<int32_t> gold = Integers(c["golds"]), labels = Integers(c["preds"]);
    std::vector<std::vector<double>> probabilities;
    const simdjson::dom::array rows(c["probs"]);
    for (const auto row : rows) {
      probabilities.emplace_back();
      const simdjson::dom::array numbers(row);
      for (const auto p : numbers) probabilities.back().push_back(p.get_double().value());
    }
    const size_t classes = probabilities.front().size();
    Scorer scorer(classes);
    bool all_known = true;
    for (size_t r = 0; r < gold.size(); ++r) {
      scorer.Add(gold[r], labels[r], probabilities[r], true);
      all_known = all_known && gold[r] >= 0;
    }
    const Scores scores = scorer.Finish();
    const simdjson::dom::object filtered(c["filtered"]), scored(c["scorer"]);
    ExpectGolden(scores.labeled.accuracy, filtered, "accuracy");
    ExpectGolden(scores.labeled.precision, filtered, "precision");
    ExpectGolden(scores.labeled.recall, filtered, "recall");
    ExpectGolden(scores.labeled.f1, filtered, "f1");
    ExpectGolden(scores.labeled.f1_micro, filtered, "f1_micro");
    ExpectGolden(scores.labeled.f1_macro, filtered, "f1_macro");
    ExpectGolden(scores.labeled.precision_macro, filtered, "precision_macro");
    ExpectGolden(scores.labeled.recall_macro, filtered, "recall_macro");
    ExpectGolden(scores.labeled.mcc, filtered, "matthews_corrcoef");
    ExpectGolden(scores.labeled.roc_auc, filtered, "roc_auc");
    if (all_known) ExpectGolden(scores.label_coverage, scored, "coverage");
    ++tried;
  }
  EXPECT_EQ(tried, 14);
}

TEST(Scores, OneAgainstOneAndOneAgainstTheRest) {
  // Worked out by hand; scikit-learn 1.x gives the same with average="macro".
  Scorer scorer(3);
  const std::vector<std::vector<double>> p = {{.7, .2, .1}, {.2, .5, .3}, {.3, .3, .4}, {.3, .6, .1}, {.1, .2, .7}, {.4, .4, .2}};
  const int32_t gold[] = {0, 1, 2, 0, 2, 1};
  for (size_t r = 0; r < p.size(); ++r) scorer.Add(gold[r], -1, p[r], true);
  const Scores scores = scorer.Finish();
  // Against the rest: class 0: (4 + 2.5) / 8; class 1: (3 + 3) / 8; class 2: 8 / 8.
  EXPECT_NEAR(*scores.all.roc_auc_ovr, (6.5 / 8 + 6.0 / 8 + 1) / 3, 1e-12);
  // Pairs (row of a, row of b) in which p_a is larger: 01: 3, 02: 3.5, 10: 2, 12: 4, 20: 4, 21: 4; of 4 each.
  EXPECT_NEAR(*scores.all.roc_auc_ovo, (3 + 3.5 + 2 + 4 + 4 + 4) / 4 / 6, 1e-12);
  EXPECT_FALSE(scores.all.roc_auc.has_value());
  EXPECT_FALSE(scores.labeled.accuracy.has_value());
}

TEST(Scores, LossBrierAndCalibrationByHand) {
  Scorer two(2);
  two.Add(1, 1, std::vector<double>{.1, .9}, true, 3);
  two.Add(0, 1, std::vector<double>{.1, .9}, true);
  two.Add(0, 0, std::vector<double>{1, 0}, true);
  const Scores scores = two.Finish();
  EXPECT_NEAR(*scores.all.log_loss, -(3 * std::log(.9) + std::log(.1)) / 5, 1e-15);
  EXPECT_NEAR(*scores.all.brier, (3 * .01 + .81) / 5, 1e-15);
  EXPECT_NEAR(*scores.all.calibration_error, 4 * std::abs(.9 - .75) / 5, 1e-15);
  Scorer three(3);
  three.Add(2, 2, std::vector<double>{.2, .3, .5}, true);
  EXPECT_NEAR(*three.Finish().all.brier, .04 + .09 + .25, 1e-15);
  EXPECT_NEAR(*three.Finish().all.calibration_error, .5, 1e-15);
}

TEST(Scores, TiesAreSharedOutAndNamed) {
  Scorer scorer(2);
  const std::vector<double> tie = {.5, .5}, prior = {.25, .75};
  scorer.Add(1, -1, tie, true);
  scorer.Add(1, 1, prior, false);  // no votes: labelled by the prior
  const Scores scores = scorer.Finish();
  EXPECT_EQ(scores.labeled_without_votes, 1u);
  EXPECT_DOUBLE_EQ(*scores.labeled.accuracy, 1);
  EXPECT_DOUBLE_EQ(*scores.covered.accuracy, .5);
  EXPECT_DOUBLE_EQ(*scores.all.accuracy, .75);
  EXPECT_EQ(scores.covered.confusion, (std::vector<double>{0, 0, .5, .5}));
  const ClassList classes = ClassList::Named({"HAM", "SPAM"});
  const std::string json = Scorer::ToJson(scores, &classes);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  ASSERT_EQ(parser.parse(json).get(document), simdjson::SUCCESS) << json;
  EXPECT_EQ(document["covered"]["ties"].get_string().value(), "split");
  EXPECT_EQ(document["labeled"]["ties"].get_string().value(), "as labeled");
  EXPECT_EQ(document["covered"]["confusion"].at(1).at(0).get_double().value(), .5);
}

TEST(Scores, WithoutKnowledgeOfVotesNothingIsSaidOfCoveredRows) {
  Scorer scorer(2);
  scorer.VotesAreUnknown();
  scorer.Add(1, 1, {}, false);
  const std::string json = Scorer::ToJson(scorer.Finish());
  EXPECT_NE(json.find("\"covered\": null"), std::string::npos);
  EXPECT_NE(json.find("\"coverage\": null"), std::string::npos);
}

TEST(Scores, TheOrderOfRowsDoesNotMatter) {
  Scorer forward(3), backward(3);
  std::vector<std::vector<double>> rows;
  for (int r = 0; r < 500; ++r) {
    const double a = (r * 37 % 101) / 101.0, b = (1 - a) * (r * 53 % 89) / 89.0;
    rows.push_back({a, b, 1 - a - b});
  }
  for (int r = 0; r < 500; ++r) forward.Add(r % 3, r % 4 - 1, rows[static_cast<size_t>(r)], r % 5 != 0);
  for (int r = 499; r >= 0; --r) backward.Add(r % 3, r % 4 - 1, rows[static_cast<size_t>(r)], r % 5 != 0);
  const Scores a = forward.Finish(), b = backward.Finish();
  EXPECT_EQ(a.all.confusion, b.all.confusion);
  EXPECT_EQ(*a.covered.roc_auc_ovo, *b.covered.roc_auc_ovo);
  EXPECT_NEAR(*a.covered.log_loss, *b.covered.log_loss, 1e-12);
  EXPECT_NEAR(*a.covered.calibration_error, *b.covered.calibration_error, 1e-12);
}

}  // namespace
}  // namespace assay
