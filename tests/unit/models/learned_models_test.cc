// What every method owes its users: no input makes it say NaN, saving and loading changes nothing, explanations add up, parts
// of the votes fitted together are the whole, and degenerate votes have the documented result.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "runtime/models/diagnostics.h"
#include "runtime/models/label_model.h"
#include "runtime/models/statistics.h"
#include "tests/unit/models/golden_votes.h"

namespace assay {
namespace {

using golden::PatternsOf;
using golden::RowVotes;

VoteMatrix MatrixOf(size_t rules, std::vector<int16_t> votes) {
  VoteMatrix matrix;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  matrix.rows = rules == 0 ? 0 : votes.size() / rules;
  matrix.votes = std::move(votes);
  return matrix;
}

// Rules of accuracy .6 to .9 that vote on some rows; rule `copies` onwards repeat the first where they are given.
struct Made {
  VoteMatrix matrix;
  std::vector<int32_t> gold;
};
Made Make(size_t rows, size_t rules, size_t classes, double abstain, uint32_t seed, size_t copies = 0) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> accuracy(rules);
  for (double& a : accuracy) a = 0.6 + 0.3 * uniform(random);
  Made made{MatrixOf(rules, {}), {}};
  made.matrix.rows = rows;
  for (size_t i = 0; i < rows; ++i) {
    const auto y = static_cast<size_t>(uniform(random) * static_cast<double>(classes));
    made.gold.push_back(static_cast<int32_t>(y));
    for (size_t j = 0; j < rules; ++j) {
      const bool speaks = uniform(random) >= abstain, right = uniform(random) < accuracy[j];
      const auto other = static_cast<size_t>(uniform(random) * static_cast<double>(classes - 1));
      const size_t vote = right ? y : (y + 1 + other) % classes;
      made.matrix.votes.push_back(speaks ? static_cast<int16_t>(vote) : int16_t{-1});
    }
    int16_t* row = made.matrix.votes.data() + i * rules;
    for (size_t c = 0; c < copies; ++c) row[rules - 1 - c] = row[0];
  }
  return made;
}

const std::vector<std::string> kMethods = {"auto", "majority", "weighted", "dawid_skene", "triplet", "specificity"};

std::vector<FitOptions> Variants(const std::string& method) {
  std::vector<FitOptions> variants{{.method = method}};
  const auto with = [&](ModelOptions options) { variants.push_back({.method = method, .options = std::move(options)}); };
  if (method == "auto") with({{"use_balance", "multiply"}});
  if (method == "majority") with({{"votes", "shares"}});
  if (method == "weighted") with({{"weights", "agreement"}});
  if (method == "dawid_skene") {
    with({{"abstain", "symbol"}});
    with({{"abstain", "ignore"}, {"smoothing", "0"}});
    with({{"abstain", "symbol"}, {"smoothing", "0"}});
  }
  if (method == "triplet") {
    with({{"solve_method", "triplet_median"}, {"separator", "original"}, {"zeros", "skip"}});
    with({{"flip_negative", "false"}, {"clamp", "false"}});
  }
  if (method == "specificity") with({{"rounds", "10"}});
  return variants;
}

void ExpectProbabilities(const LabelModel& model, const VoteMatrix& matrix) {
  std::vector<double> p(model.classes().size());
  const auto check = [&](const std::vector<int32_t>& votes) {
    model.Predict(votes, p);
    double sum = 0;
    for (const double v : p) {
      EXPECT_TRUE(v >= 0 && v <= 1) << v;
      sum += v;
    }
    EXPECT_NEAR(sum, 1, 1e-9);
  };
  for (size_t r = 0; r < matrix.rows; ++r) check(RowVotes(matrix, r));
  // Votes that the fit may not have seen.
  for (int32_t y = 0; y < static_cast<int32_t>(p.size()); ++y) check(std::vector<int32_t>(matrix.rules.size(), y));
  check(std::vector<int32_t>(matrix.rules.size(), -1));
  EXPECT_EQ(p, model.balance()) << "a row without votes has the balance";
  for (const auto& weight : model.Weights()) EXPECT_TRUE(!weight || std::isfinite(*weight));
}

TEST(EveryMethod, DegenerateVotesGiveProbabilitiesOrAMessage) {
  const std::vector<std::tuple<std::string, size_t, VoteMatrix>> inputs = {
      {"no rows", 2, MatrixOf(3, {})},
      {"no rules", 2, MatrixOf(0, {})},
      {"no votes", 2, MatrixOf(3, {-1, -1, -1, -1, -1, -1})},
      {"one rule", 2, MatrixOf(1, {0, 1, -1, 1})},
      {"two rules", 3, MatrixOf(2, {0, 1, 2, 2, -1, 1, 0, -1})},
      {"one row", 2, MatrixOf(4, {0, 1, 1, -1})},
      {"all agree", 2, MatrixOf(4, {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0})},
      {"all vote the same", 3, MatrixOf(4, std::vector<int16_t>(40, 1))},
      {"a class that nobody votes", 4, MatrixOf(3, {0, 0, 1, 1, 1, -1, 0, 1, 2, 2, 2, 2, -1, 0, 0})},
      {"never together", 2, MatrixOf(3, {0, -1, -1, -1, 1, -1, -1, -1, 1})},
      {"a rule that never votes", 2, MatrixOf(4, {0, 0, 1, -1, 1, 1, 1, -1, 0, 1, 0, -1, 0, 0, 0, -1})},
      {"always against each other", 2, MatrixOf(4, {0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1})},
      {"ten rules of several classes, all alike", 3, MatrixOf(10, [] {
         std::vector<int16_t> votes;
         for (int16_t y : {0, 1, 2, 0}) votes.insert(votes.end(), 10, y);
         return votes;
       }())},
  };
  for (const auto& [name, classes, matrix] : inputs) {
    for (const std::string& method : kMethods) {
      for (const FitOptions& options : Variants(method)) {
        for (const bool skewed : {false, true}) {
          SCOPED_TRACE(name + ", " + method + (skewed ? ", skewed" : "") + (options.options.empty() ? "" : " " + options.options.begin()->first));
          FitOptions fit = options;
          if (skewed) {
            fit.balance.assign(classes, 1e-12);
            fit.balance[0] = 1;
          }
          const auto model = FitModel(PatternsOf(matrix, classes).table, fit);
          if (!model) {
            EXPECT_EQ(method, "triplet") << model.error().message;
            EXPECT_NE(model.error().message.find("three at a time"), std::string::npos) << model.error().message;
            continue;
          }
          if (method == "triplet" && fit.options.contains("separator")) continue;  // rows without votes differ there
          ExpectProbabilities(**model, matrix);
          const std::string json = (*model)->ToJson();
          EXPECT_EQ(json.find("nan"), std::string::npos);
          EXPECT_EQ(json.find("inf"), std::string::npos);
          const auto again = LoadModel(json, "model.json");
          ASSERT_TRUE(again.has_value()) << again.error().message;
          EXPECT_EQ((*again)->ToJson(), json);
        }
      }
    }
  }
}

TEST(EveryMethod, ABalanceOfZeroIsAMessageOrUsedOnlyForRowsWithoutVotes) {
  const Made made = Make(200, 5, 2, .4, 1);
  const auto patterns = PatternsOf(made.matrix, 2);
  for (const std::string& method : kMethods) {
    SCOPED_TRACE(method);
    const auto model = FitModel(patterns.table, {.method = method, .balance = {0, 1}});
    if (!model) {
      EXPECT_NE(model.error().message.find("greater than 0"), std::string::npos);
      continue;
    }
    ExpectProbabilities(**model, made.matrix);
  }
  EXPECT_FALSE(FitModel(patterns.table, {.method = "auto", .balance = {0, 0}}).has_value());
  EXPECT_FALSE(FitModel(patterns.table, {.method = "auto", .balance = {std::nan(""), 1}}).has_value());
}

TEST(EveryMethod, WhatIsSavedAndLoadedPredictsTheSameBits) {
  for (const size_t classes : {2, 3, 7}) {
    const Made made = Make(500, 12, classes, .5, 7);
    const auto patterns = PatternsOf(made.matrix, classes);
    for (const std::string& method : kMethods) {
      for (const FitOptions& options : Variants(method)) {
        SCOPED_TRACE(method);
        const auto model = FitModel(patterns.table, options);
        ASSERT_TRUE(model.has_value()) << model.error().message;
        const auto again = LoadModel((*model)->ToJson(), "model.json");
        ASSERT_TRUE(again.has_value()) << again.error().message;
        EXPECT_EQ((*again)->PredictAll(patterns.table), (*model)->PredictAll(patterns.table));
        EXPECT_EQ((*again)->Weights(), (*model)->Weights());
      }
    }
  }
}

TEST(EveryMethod, AFileThatWasTamperedWithIsRefusedOrStillGivesProbabilities) {
  const Made made = Make(60, 4, 3, .3, 17);
  const auto patterns = PatternsOf(made.matrix, 3);
  const std::string_view bytes = "0123456789-.eE,[]{}\"nul:x";
  std::mt19937 random(1);
  for (const std::string& method : kMethods) {
    const auto model = FitModel(patterns.table, {.method = method});
    ASSERT_TRUE(model.has_value());
    const std::string json = (*model)->ToJson();
    int loaded = 0;
    for (int i = 0; i < 1500; ++i) {
      std::string changed = json;
      for (uint32_t k = 0; k <= i % 3u; ++k) changed[random() % changed.size()] = bytes[random() % bytes.size()];
      const auto again = LoadModel(changed, "model.json");
      if (!again) {
        EXPECT_FALSE(again.error().message.empty());
        continue;
      }
      ++loaded;
      if ((*again)->rules().size() != 4 || (*again)->classes().size() != 3) continue;
      std::vector<double> p(3);
      for (size_t r = 0; r < 10; ++r) {
        (*again)->Predict(RowVotes(made.matrix, r), p);
        const Explanation e = (*again)->Explain(RowVotes(made.matrix, r));
        for (const double v : p) ASSERT_TRUE(v >= 0 && v <= 1) << method << "\n" << changed;
        ASSERT_NEAR(p[0] + p[1] + p[2], 1, 1e-6) << method << "\n" << changed;
      }
    }
    EXPECT_GT(loaded, 0) << method;
  }
}

TEST(EveryMethod, PartsInAnyOrderMakeTheSameModel) {
  const Made made = Make(3000, 15, 3, .6, 11);
  const auto layout = LayoutOf(made.matrix, ClassList::Numbered(3));
  const auto fit = [&](const std::string& method, size_t shards, bool backwards) {
    std::vector<PatternTable> parts;
    for (size_t s = 0; s < shards; ++s) {
      VoteMatrix part = MatrixOf(15, {});
      for (size_t r = s; r < made.matrix.rows; r += shards) {
        part.votes.insert(part.votes.end(), made.matrix.row(r).begin(), made.matrix.row(r).end());
        ++part.rows;
      }
      parts.emplace_back(*layout).Add(PlanesOf(part, *layout));
    }
    if (backwards) std::reverse(parts.begin(), parts.end());
    PatternTable whole(*layout);
    for (const PatternTable& part : parts) whole.Merge(part);
    const auto model = FitModel(whole, {.method = method});
    EXPECT_TRUE(model.has_value());
    return model ? (*model)->ToJson() : std::string();
  };
  for (const std::string& method : kMethods) {
    const std::string whole = fit(method, 1, false);
    for (const size_t shards : {2, 64}) {
      for (const bool backwards : {false, true}) EXPECT_EQ(fit(method, shards, backwards), whole) << method << " " << shards;
    }
  }
}

TEST(EveryMethod, FindsTheTruthThatTheVotesWereMadeFrom) {
  for (const size_t classes : {2, 4}) {
    const Made made = Make(20000, 12, classes, .3, 3);
    const auto patterns = PatternsOf(made.matrix, classes);
    for (const std::string& method : kMethods) {
      const auto model = FitModel(patterns.table, {.method = method});
      ASSERT_TRUE(model.has_value());
      std::vector<double> p(classes);
      double right = 0;
      for (size_t r = 0; r < made.matrix.rows; ++r) {
        (*model)->Predict(RowVotes(made.matrix, r), p);
        right += std::ranges::max_element(p) - p.begin() == made.gold[r] ? 1 : 0;
      }
      EXPECT_GT(right / 20000, classes == 2 ? .87 : .96) << method << " " << classes;
      if (method == "majority" || method == "weighted") continue;
      double off = 0;
      for (size_t j = 0; j < 12; ++j) {
        double votes = 0, correct = 0;
        for (size_t r = 0; r < made.matrix.rows; ++r) {
          const int16_t vote = made.matrix.row(r)[j];
          if (vote < 0) continue;
          ++votes;
          correct += vote == made.gold[r] ? 1 : 0;
        }
        off = std::max(off, std::abs((*model)->Weights()[j].value() - correct / votes));
      }
      // The specificity prior learns nothing, `auto` mixes vote shares in, triplets of one class against the rest are rough.
      EXPECT_LT(off, method == "specificity" ? .35 : method == "triplet" && classes > 2 ? .2 : .09) << method << " " << classes;
    }
  }
}

TEST(EveryMethod, ConfidencesWeighVotesFromNothingToAll) {
  const Made made = Make(600, 10, 3, .5, 13);
  const auto patterns = PatternsOf(made.matrix, 3);
  std::vector<std::string> methods = kMethods;
  methods.push_back("snorkel");
  for (const std::string& method : methods) {
    SCOPED_TRACE(method);
    const auto model = FitModel(patterns.table, {.method = method});
    ASSERT_TRUE(model.has_value());
    std::vector<double> p(3), q(3), half(3);
    const std::vector<int32_t> votes = {0, -1, 0, 1, 1, 1, -1, -1, -1, -1}, fewer = {0, -1, 0, -1, -1, -1, -1, -1, -1, -1};
    std::vector<double> confidences(10, 1.0);
    (*model)->Predict(votes, p);
    (*model)->PredictConfident(votes, confidences, q);
    EXPECT_EQ(p, q);
    confidences[3] = confidences[4] = confidences[5] = .5;
    (*model)->PredictConfident(votes, confidences, half);
    confidences[3] = confidences[4] = confidences[5] = 0;
    (*model)->PredictConfident(votes, confidences, q);
    EXPECT_GT(q[0], p[0]);
    EXPECT_LE(half[1], p[1]);
    EXPECT_GE(half[1], q[1]);
    EXPECT_NEAR(q[0] + q[1] + q[2], 1, 1e-12);
    confidences.assign(10, 0.0);
    (*model)->PredictConfident(votes, confidences, q);
    for (const double v : q) EXPECT_TRUE(v >= 0 && v <= 1);
  }
}

TEST(Confidences, OutOfRangeOrNaNIsAMessageThatNamesRuleAndRow) {
  EXPECT_TRUE(CheckConfidences(std::vector<double>{0, 1, .5, .25}, {"a", "b"}).has_value());
  const auto nan = CheckConfidences(std::vector<double>{0, 1, .5, std::nan("")}, {"a", "b"});
  ASSERT_FALSE(nan.has_value());
  EXPECT_NE(nan.error().message.find("the confidence of b in row 1 is nan"), std::string::npos) << nan.error().message;
  EXPECT_FALSE(CheckConfidences(std::vector<double>{1.5}, {"a"}).has_value());
}

TEST(Auto, ExplanationsAddUpToTheLogOddsOfTheRow) {
  const Made made = Make(400, 12, 3, .5, 5);
  const auto patterns = PatternsOf(made.matrix, 3);
  for (const char* method : {"auto", "specificity", "triplet"}) {
    const auto model = FitModel(patterns.table, {.method = method});
    ASSERT_TRUE(model.has_value());
    for (size_t r = 0; r < 50; ++r) {
      const Explanation e = (*model)->Explain(RowVotes(made.matrix, r));
      std::vector<double> score = e.prior;
      for (const VoteEvidence& v : e.votes) {
        for (size_t y = 0; y < 3; ++y) score[y] += v.log_odds[y];
      }
      for (size_t y = 1; y < 3; ++y) {
        EXPECT_NEAR(score[y] - score[0], std::log(e.probabilities[y] / e.probabilities[0]), 1e-9) << method << " row " << r;
      }
    }
  }
}

TEST(Auto, TheBalanceMultipliesOnlyWhereAsked) {
  const Made made = Make(400, 6, 2, .5, 9);
  const auto patterns = PatternsOf(made.matrix, 2);
  const auto plain = FitModel(patterns.table, {.method = "auto"});
  const auto given = FitModel(patterns.table, {.method = "auto", .balance = {.9, .1}});
  const auto times = FitModel(patterns.table, {.method = "auto", .balance = {.9, .1}, .options = {{"use_balance", "multiply"}}});
  std::vector<double> a(2), b(2), c(2);
  const std::vector<int32_t> votes = {0, 1, -1, 1, -1, -1}, none(6, -1);
  (*plain)->Predict(votes, a);
  (*given)->Predict(votes, b);
  (*times)->Predict(votes, c);
  EXPECT_EQ(a, b);
  EXPECT_NEAR(c[1], a[1] * .1 / (a[1] * .1 + a[0] * .9), 1e-12);
  (*given)->Predict(none, b);
  EXPECT_EQ(b, (std::vector<double>{.9, .1}));
}

TEST(Weighted, TheBalanceAndTheWeightsCount) {
  const auto patterns = PatternsOf(MatrixOf(2, {0, 1, 1, 0}), 2);
  std::vector<double> p(2);
  const std::vector<int32_t> votes = {0, 1};
  (*FitModel(patterns.table, {.method = "weighted"}))->Predict(votes, p);
  EXPECT_EQ(p, (std::vector<double>{.5, .5}));
  (*FitModel(patterns.table, {.method = "weighted", .balance = {3, 1}}))->Predict(votes, p);
  EXPECT_EQ(p, (std::vector<double>{.75, .25}));
  (*FitModel(patterns.table, {.method = "weighted", .options = {{"weights", "1,3"}}}))->Predict(votes, p);
  EXPECT_EQ(p, (std::vector<double>{.25, .75}));
  EXPECT_FALSE(FitModel(patterns.table, {.method = "weighted", .options = {{"weights", "1,2,3"}}}).has_value());
  EXPECT_FALSE(FitModel(patterns.table, {.method = "weighted", .options = {{"weights", "nan,1"}}}).has_value());
}

TEST(Triplet, CopiesNamedAsCorrelatedCountOnce) {
  const Made made = Make(20000, 10, 2, .2, 21, 4);  // rules 6 to 9 repeat rule 0
  const auto patterns = PatternsOf(made.matrix, 2);
  FitOptions named{.method = "triplet"};
  for (const uint32_t a : {0u, 6u, 7u, 8u, 9u}) {
    for (const uint32_t b : {0u, 6u, 7u, 8u, 9u}) {
      if (a < b) named.correlated.emplace_back(a, b);
    }
  }
  const auto blind = FitModel(patterns.table, {.method = "triplet"}), told = FitModel(patterns.table, named);
  ASSERT_TRUE(told.has_value());
  const auto accuracy = [&](const LabelModel& model) {
    double right = 0;
    std::vector<double> p(2);
    for (size_t r = 0; r < made.matrix.rows; ++r) {
      model.Predict(RowVotes(made.matrix, r), p);
      right += (p[1] > .5) == (made.gold[r] == 1) ? 1 : 0;
    }
    return right / static_cast<double>(made.matrix.rows);
  };
  EXPECT_GT(accuracy(**told), accuracy(**blind) + .02);
  std::vector<double> five(2), one(2);
  (*told)->Predict(std::vector<int32_t>{1, -1, -1, -1, -1, -1, 1, 1, 1, 1}, five);
  (*told)->Predict(std::vector<int32_t>{1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, one);
  EXPECT_NEAR(five[1], one[1], .02);
  const auto again = LoadModel((*told)->ToJson(), "model.json");
  EXPECT_EQ((*again)->PredictAll(patterns.table), (*told)->PredictAll(patterns.table));
  FitOptions wrong{.method = "triplet"};
  wrong.correlated = {{0, 99}};
  EXPECT_FALSE(FitModel(patterns.table, wrong).has_value());
}

TEST(Triplet, FromPairsOrFromPatternsIsTheSameModel) {
  const Made made = Make(2000, 8, 3, .5, 2);
  const auto patterns = PatternsOf(made.matrix, 3);
  VoteMoments moments(patterns.table.layout());
  moments.Add(patterns.table);
  const auto a = FitModel(moments, {.method = "triplet"}), b = FitModel(patterns.table, {.method = "triplet"});
  ASSERT_TRUE(a.has_value() && b.has_value());
  EXPECT_EQ((*a)->ToJson(), (*b)->ToJson());
}

TEST(Diagnostics, NameCopiesBroadRulesAndRulesThatVoteAgainstTheOthers) {
  Made made = Make(5000, 8, 2, .6, 4, 1);  // rule 7 repeats rule 0
  for (size_t r = 0; r < made.matrix.rows; ++r) {
    int16_t* row = made.matrix.votes.data() + r * 8;
    if (row[6] >= 0) row[6] = static_cast<int16_t>(1 - made.gold[r]);  // rule 6 is always wrong
  }
  const auto patterns = PatternsOf(made.matrix, 2);
  const auto model = FitModel(patterns.table, {.method = "auto"});
  ASSERT_TRUE(model.has_value());
  ASSERT_NE((*model)->diagnostics(), nullptr);
  Diagnostics d = Diagnose(patterns.table.Canonical(), **model);
  d.regime = (*model)->diagnostics()->regime;
  EXPECT_EQ(d.Notes(), (*model)->diagnostics()->Notes());
  ASSERT_FALSE(d.redundant.empty());
  EXPECT_EQ(d.redundant[0].first, 0u);
  EXPECT_EQ(d.redundant[0].second, 7u);
  EXPECT_EQ(d.redundant[0].together, d.redundant[0].agree);
  EXPECT_EQ(d.redundant.size(), 1u);
  EXPECT_TRUE(std::ranges::any_of(d.worse_than_chance, [](const auto& doubt) { return doubt.rule == 6; }));
  EXPECT_EQ(d.rows, 5000);
  EXPECT_NE(d.ToJson().find("\"redundant\": [{\"rules\": [\"r0\", \"r7\"]"), std::string::npos) << d.ToJson();
  simdjson::dom::parser parser;
  EXPECT_EQ(parser.parse(d.ToJson()).error(), simdjson::SUCCESS);
  std::string notes;
  for (const std::string& note : d.Notes()) notes += note + "\n";
  EXPECT_NE(notes.find("regime"), std::string::npos);
  EXPECT_NE(notes.find("r0 and r7"), std::string::npos) << notes;
}

TEST(Diagnostics, AreThereForEveryMethod) {
  Made made = Make(5000, 8, 2, .6, 4, 1);
  const auto patterns = PatternsOf(made.matrix, 2);
  VoteMoments moments(patterns.table.layout());
  moments.Add(patterns.table);
  for (const std::string& method : LabelModelMethods()) {
    SCOPED_TRACE(method);
    const auto model = FitModel(patterns.table, {.method = method});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    for (const Diagnostics& d : {Diagnose(patterns.table, **model), Diagnose(moments, **model)}) {
      EXPECT_EQ(d.rows, 5000);
      EXPECT_GT(d.covered, 4000);
      EXPECT_GT(d.overlapped, 4000);
      EXPECT_EQ(d.share_of_several, 1);
      if (d.rows_compared && method == "majority") {
        EXPECT_EQ(d.changed, 0);
      }
      if (d.pairs_measured) {
        ASSERT_FALSE(d.redundant.empty());
        EXPECT_EQ(d.redundant[0].first, 0u);
        EXPECT_EQ(d.redundant[0].second, 7u);
      }
      EXPECT_EQ(d.ToJson().find("nan"), std::string::npos);
      simdjson::dom::parser parser;
      EXPECT_EQ(parser.parse(d.ToJson()).error(), simdjson::SUCCESS) << d.ToJson();
      EXPECT_FALSE(d.Notes().empty());
    }
  }
}

TEST(Diagnostics, OfPairsAreThoseOfRowsWhereBothKnow) {
  Made made = Make(20000, 6, 2, .5, 21);
  const auto patterns = PatternsOf(made.matrix, 2);
  VoteMoments moments(patterns.table.layout());
  moments.Add(patterns.table);
  const auto model = FitModel(patterns.table, {.method = "snorkel", .options = {{"n_epochs", "2000"}}});
  ASSERT_TRUE(model.has_value());
  const Diagnostics rows = Diagnose(patterns.table, **model), pairs = Diagnose(moments, **model);
  EXPECT_TRUE(rows.rows_compared);
  EXPECT_FALSE(pairs.rows_compared);
  EXPECT_NE(pairs.ToJson().find("\"rows_unlike_majority\": null"), std::string::npos);
  EXPECT_EQ(rows.covered, pairs.covered);
  EXPECT_EQ(rows.overlapped, pairs.overlapped);
  EXPECT_EQ(rows.unipolar_votes_per_row, pairs.unipolar_votes_per_row);
  ASSERT_TRUE(pairs.pairs_measured);
  EXPECT_EQ(rows.redundant.size(), pairs.redundant.size());
  EXPECT_EQ(rows.worse_than_chance.size(), pairs.worse_than_chance.size());
  ASSERT_EQ(rows.broad.size(), pairs.broad.size());
}

TEST(TieTolerance, IsThatOfTheMethodsSource) {
  const auto patterns = PatternsOf(Make(300, 5, 2, .5, 3).matrix, 2);
  for (const std::string& method : LabelModelMethods()) {
    const auto model = FitModel(patterns.table, {.method = method});
    ASSERT_TRUE(model.has_value());
    EXPECT_EQ((*model)->tie_tolerance(), method == "auto" || method == "specificity" ? 1e-6 : 1e-5) << method;
  }
}

}  // namespace
}  // namespace assay
