// Label models, tie policies, scores and label files on small votes.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/io/output_file.h"
#include "runtime/models/decide.h"
#include "runtime/models/label_files.h"
#include "runtime/models/label_model.h"
#include "runtime/models/scores.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

PatternTable Table(size_t rules, const std::vector<int16_t>& votes, size_t classes) {
  VoteMatrix matrix;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  matrix.rows = rules == 0 ? 0 : votes.size() / rules;
  matrix.votes = votes;
  const auto layout = LayoutOf(matrix, ClassList::Numbered(classes));
  EXPECT_TRUE(layout.has_value());
  PatternTable table(*layout);
  table.Add(PlanesOf(matrix, *layout));
  return table;
}

std::unique_ptr<LabelModel> Fit(const PatternTable& table, FitOptions options) {
  auto model = FitModel(table, options);
  EXPECT_TRUE(model.has_value()) << (model ? "" : model.error().message);
  return model ? std::move(*model) : nullptr;
}

std::vector<double> Predict(const LabelModel& model, std::vector<int32_t> votes) {
  std::vector<double> p(model.classes().size());
  model.Predict(votes, p);
  return p;
}

std::string TempPath(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("assay_models_" + std::to_string(::getpid()) + "_" + name)).string();
}

TEST(Majority, IsHardAndSplitsTies) {
  const auto model = Fit(Table(3, {0, 0, 1, 1, 0, -1, -1, -1, -1}, 2), {.method = "majority"});
  EXPECT_EQ(Predict(*model, {0, 0, 1}), (std::vector<double>{1, 0}));
  EXPECT_EQ(Predict(*model, {1, 0, -1}), (std::vector<double>{.5, .5}));
  EXPECT_EQ(Predict(*model, {-1, -1, -1}), (std::vector<double>{.5, .5}));
  EXPECT_EQ(Fit(Table(1, {0}, 2), {.method = "auto"})->method(), "auto");
}

TEST(Majority, RowsWithoutVotesGetTheBalance) {
  const auto model = Fit(Table(1, {0, -1}, 2), {.method = "majority", .balance = {1, 3}});
  EXPECT_EQ(Predict(*model, {-1}), (std::vector<double>{.25, .75}));
}

TEST(FitModel, UnknownMethodsAndOptionsAreUsageErrorsThatListWhatThereIs) {
  const PatternTable table = Table(1, {0, 1}, 2);
  const auto method = FitModel(table, {.method = "snorkle"});
  ASSERT_FALSE(method.has_value());
  EXPECT_EQ(method.error().kind, ErrorKind::kUsage);
  EXPECT_NE(method.error().message.find("auto, majority"), std::string::npos);
  const auto option = FitModel(table, {.method = "dawid_skene", .options = {{"lr", "1"}}});
  ASSERT_FALSE(option.has_value());
  EXPECT_NE(option.error().message.find("it has abstain, n_iter, tol, smoothing"), std::string::npos) << option.error().message;
  EXPECT_FALSE(FitModel(table, {.method = "dawid_skene", .options = {{"n_iter", "x"}}}).has_value());
  EXPECT_FALSE(FitModel(table, {.method = "dawid_skene", .balance = {1, 0}}).has_value());
  EXPECT_FALSE(FitModel(table, {.method = "majority", .balance = {1}}).has_value());
  EXPECT_FALSE(FitModel(Table(1, {0}, 1), {.method = "majority"}).has_value());
}

TEST(DawidSkene, DegenerateVotesGiveProbabilitiesAndNeverNaN) {
  const std::vector<std::pair<size_t, std::vector<int16_t>>> inputs = {
      {1, {-1, -1}}, {1, {0}}, {2, {0, 0, 0, 0}}, {2, {0, 1, 1, 0}}, {3, {-1, -1, 0, 1, -1, -1}}, {2, {}}};
  for (const auto& [rules, votes] : inputs) {
    for (const char* abstain : {"symbol", "ignore", "auto"}) {
      for (const char* smoothing : {"0", "0.01"}) {
        const PatternTable table = Table(rules, votes, 3);
        const auto model = Fit(table, {.method = "dawid_skene", .options = {{"abstain", abstain}, {"smoothing", smoothing}}});
        std::vector<std::vector<int32_t>> tries(3, std::vector<int32_t>(rules, -1));
        tries[1].assign(rules, 2);  // a vote that was never seen
        tries[2].assign(rules, 0);
        for (const auto& votes_now : tries) {
          double sum = 0;
          for (const double p : Predict(*model, votes_now)) {
            EXPECT_TRUE(p >= 0 && p <= 1) << p;
            sum += p;
          }
          EXPECT_NEAR(sum, 1, 1e-12);
        }
        EXPECT_EQ(model->ToJson().find("nan"), std::string::npos);
      }
    }
  }
}

TEST(DawidSkene, FindsTheAccuracyOfRules) {
  // Three rules over two classes, wrong in 10, 20 and 30 % of 3,000 rows.
  std::vector<int16_t> votes;
  for (int r = 0; r < 3000; ++r) {
    const int truth = (r * 7919) % 2;
    votes.push_back(static_cast<int16_t>(r * 31 % 100 < 10 ? 1 - truth : truth));
    votes.push_back(static_cast<int16_t>(r * 57 % 103 < 21 ? 1 - truth : truth));
    votes.push_back(static_cast<int16_t>(r * 77 % 101 < 30 ? 1 - truth : truth));
  }
  const auto model = Fit(Table(3, votes, 2), {.method = "dawid_skene", .options = {{"n_iter", "1000"}}});
  const auto weights = model->Weights();
  EXPECT_NEAR(*weights[0], .9, .05);
  EXPECT_NEAR(*weights[1], .8, .05);
  EXPECT_NEAR(*weights[2], .7, .05);
}

TEST(LabelModel, SavedAndLoadedItPredictsTheSame) {
  std::vector<int16_t> votes;
  for (int r = 0; r < 200; ++r) {
    for (int j = 0; j < 4; ++j) votes.push_back(static_cast<int16_t>((r * 13 + j * j * 7 + r * j) % 4 - 1));
  }
  const PatternTable table = Table(4, votes, 3);
  for (const char* method : {"majority", "dawid_skene"}) {
    for (const char* abstain : {"symbol", "ignore"}) {
      FitOptions options{.method = method};
      if (options.method == "dawid_skene") options.options["abstain"] = abstain;
      const auto model = Fit(table, options);
      const auto loaded = LoadModel(model->ToJson(), "model.json");
      ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
      EXPECT_EQ((*loaded)->method(), method);
      EXPECT_EQ((*loaded)->ToJson(), model->ToJson());
      const auto a = model->PredictAll(table), b = (*loaded)->PredictAll(table);
      for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-12);
      EXPECT_TRUE(CheckModelFits(**loaded, table.layout()).has_value());
    }
  }
}

TEST(LabelModel, AnExplanationAddsUpToTheProbabilities) {
  std::vector<int16_t> votes;
  for (int r = 0; r < 100; ++r) {
    for (int j = 0; j < 3; ++j) votes.push_back(static_cast<int16_t>((r * 5 + j * r + j) % 3 - 1));
  }
  for (const char* abstain : {"symbol", "ignore"}) {
    const auto model = Fit(Table(3, votes, 2), {.method = "dawid_skene", .options = {{"abstain", abstain}}});
    const Explanation explanation = model->Explain(std::vector<int32_t>{0, -1, 1});
    std::vector<double> score = explanation.prior;
    for (const VoteEvidence& evidence : explanation.votes) {
      for (size_t c = 0; c < 2; ++c) score[c] += evidence.log_odds[c];
    }
    EXPECT_NEAR(1 / (1 + std::exp(score[0] - score[1])), explanation.probabilities[1], 1e-12);
  }
}

TEST(LoadModel, RefusesWhatIsNoModel) {
  for (const char* json : {"", "{", "[]", "{}", R"({"format": "x"})", R"({"format": "assay-label-model-1", "method": "nothing"})",
                           R"({"format": "assay-label-model-1", "method": "majority", "classes": ["A"]})",
                           R"({"format": "assay-label-model-1", "method": "dawid_skene", "classes": ["A","B"], "rules": ["r"], "balance": [0.5, 0.5]})",
                           R"({"format": "assay-label-model-1", "method": "majority", "classes": ["A","B"], "rules": [], "balance": [5, 5]})"}) {
    const auto model = LoadModel(json, "model.json");
    ASSERT_FALSE(model.has_value()) << json;
    EXPECT_FALSE(model.error().message.empty());
  }
}

TEST(CheckModelFits, SaysWhichRuleDiffers) {
  const PatternTable table = Table(2, {0, 1}, 2);
  const auto model = Fit(table, {.method = "majority"});
  VoteLayout other = table.layout();
  other.rules[1].name = "else";
  const auto status = CheckModelFits(*model, other);
  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("rule 2 of the model is r1, and of these votes else"), std::string::npos);
}

TEST(Decide, TiesFollowThePolicy) {
  const std::vector<double> tie = {.5, .5};
  EXPECT_EQ(Decider({TiePolicy::kAbstain}).Decide(tie, 0, true), -1);
  Decider split({TiePolicy::kSplit});
  EXPECT_EQ(split.Decide(tie, 0, true), 0);
  EXPECT_EQ(split.Decide(tie, 1, true), 1);
  EXPECT_EQ(split.Decide(tie, 2, true), 0);
  Decider random({TiePolicy::kRandom});  // SHA-1 of "0", "1", ...
  EXPECT_EQ(random.Decide(tie, 0, true), 0);
  EXPECT_EQ(random.Decide(tie, 1, true), 1);
  Decider hash({TiePolicy::kHash});
  for (uint64_t row = 0; row < 10; ++row) {
    EXPECT_EQ(hash.Decide(tie, row, true, 6), 0);
    EXPECT_EQ(hash.Decide(tie, row, true, 7), 1);
  }
  EXPECT_EQ(Decider({TiePolicy::kAbstain, NoVotesPolicy::kAbstain}).Decide(std::vector<double>{.1, .9}, 0, false), -1);
  EXPECT_EQ(Decider({TiePolicy::kAbstain, NoVotesPolicy::kPrior}).Decide(std::vector<double>{.1, .9}, 0, false), 1);
  EXPECT_FALSE(TiePolicyNamed("coin").has_value());
}

TEST(Scorer, ThreeViewsOfTheSameLabels) {
  Scorer scorer(2);
  const std::vector<double> spam = {.2, .8}, tie = {.5, .5};
  scorer.Add(1, 1, spam, true);    // right
  scorer.Add(0, 1, spam, true);    // wrong
  scorer.Add(1, -1, tie, true);    // tied
  scorer.Add(0, -1, tie, false);   // no votes
  scorer.Add(-1, 1, spam, true);   // gold unknown
  const Scores scores = scorer.Finish();
  EXPECT_EQ(scores.rows, 4u);
  EXPECT_DOUBLE_EQ(scores.coverage, .75);
  EXPECT_DOUBLE_EQ(scores.label_coverage, .5);
  EXPECT_DOUBLE_EQ(*scores.labeled.accuracy, .5);
  EXPECT_DOUBLE_EQ(*scores.covered.accuracy, .5);
  EXPECT_DOUBLE_EQ(*scores.all.accuracy, .5);
  EXPECT_DOUBLE_EQ(*scores.labeled.f1, 2.0 / 3);
  EXPECT_NEAR(*scores.log_loss, -(std::log(.8) + std::log(.2) + std::log(.5)) / 3, 1e-15);
  EXPECT_EQ(Scorer::ToJson(Scorer(2).Finish()).find("nan"), std::string::npos);
}

TEST(LabelFiles, WhatIsWrittenIsReadAgain) {
  const ClassList classes{{"HAM, or so", "SPAM"}, {0, 1}};
  const std::vector<int32_t> labels = {0, 1, -1};
  const std::vector<double> p = {.9, .1, 1.0 / 3, 2.0 / 3, .5, .5};
  for (const char* ending : {"csv", "jsonl", "npy"}) {
    const std::string path = TempPath(std::string("labels.") + ending);
    {
      auto writer = CreateLabelWriter(path, classes);
      ASSERT_TRUE(writer.has_value());
      ASSERT_TRUE((*writer)->Append(std::span(labels).first(1), std::span(p).first(2)).has_value());
      ASSERT_TRUE((*writer)->Append(std::span(labels).subspan(1), std::span(p).subspan(2)).has_value());
      ASSERT_TRUE((*writer)->Close().has_value());
    }
    const auto read = ReadLabels(path, std::string(ending) == "csv" ? ClassList{} : classes);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->labels, labels) << ending;
    EXPECT_EQ(read->probabilities, p) << ending;
    EXPECT_EQ(read->classes.names, classes.names);
    std::filesystem::remove(path);
  }
  EXPECT_FALSE(CreateLabelWriter("labels.xlsx", classes).has_value());
}

TEST(LabelFiles, TheCsvIsWhatTheContractSays) {
  const std::string path = TempPath("contract.csv");
  auto writer = CreateLabelWriter(path, ClassList::Named({"HAM", "SPAM"}));
  ASSERT_TRUE((*writer)->Append(std::vector<int32_t>{1, -1}, std::vector<double>{.25, .75, .5, .5}).has_value());
  ASSERT_TRUE((*writer)->Close().has_value());
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(content.str(), "row,label,confidence,p_HAM,p_SPAM\n0,SPAM,0.75,0.25,0.75\n1,,0.5,0.5,0.5\n");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace assay
