// `snorkel` against the package's own numbers (ASSAY_GOLDEN), and on votes made to be awkward.
#include <chrono>
#include <ctime>
#include <random>

#include "runtime/models/decide.h"
#include "runtime/models/label_model.h"
#include "runtime/models/methods.h"
#include "runtime/models/snorkel_train.h"
#include "runtime/models/statistics.h"
#include "tests/unit/models/golden_votes.h"

namespace assay {
namespace {

using namespace golden;

void Flatten(simdjson::dom::element e, std::vector<double>& out) {
  simdjson::dom::array array;
  if (e.get(array) != simdjson::SUCCESS) {
    out.push_back(Number(e));
    return;
  }
  for (const auto item : array) Flatten(item, out);
}
std::vector<double> Flat(simdjson::dom::element e) {
  std::vector<double> out;
  Flatten(e, out);
  return out;
}

std::string TextOf(simdjson::dom::element e) {
  std::string_view string;
  return e.get(string) == simdjson::SUCCESS ? std::string(string) : simdjson::minify(e);
}

// `a.b=c` of nested members.
void AddOptions(simdjson::dom::object config, const std::string& prefix, ModelOptions& options) {
  for (const auto [name, value] : config) {
    simdjson::dom::object nested;
    if (value.get(nested) == simdjson::SUCCESS) {
      AddOptions(nested, prefix + std::string(name) + ".", options);
    } else {
      options[prefix + std::string(name)] = TextOf(value);
    }
  }
}

VoteMatrix LoadVotes(const std::string& name) {  // youtube/train, or matrices/X_L.csv
  const size_t slash = name.find('/');
  const std::string folder = name.substr(0, slash), file = name.substr(slash + 1);
  return folder == "matrices" ? Matrix(file.substr(0, file.find("_L.csv"))).matrix : Split(folder, file).matrix;
}

TEST(Snorkel, EqualsThePackageInEverySettingOfTheGoldens) {
  ASSAY_SKIP_WITHOUT(Golden());
  ASSAY_SKIP_WITHOUT(Data());
  int tried = 0;
  for (const std::string set : {"youtube", "youtube1586", "sms", "trec", "agnews", "random"}) {
    simdjson::dom::parser parser;
    const auto golden = Open(parser, "label_model_" + set + ".json");
    for (const auto [key, c] : simdjson::dom::object(golden["cases"])) {
      SCOPED_TRACE(set + " " + std::string(key));
      const auto classes = static_cast<size_t>(c["K"].get_int64().value());
      std::string train_name, test_name;
      if (set == "random") {
        train_name = test_name = "matrices/" + TextOf(c["matrix"]) + "_L.csv";
      } else {
        train_name = TextOf(golden["train_matrix"]);
        test_name = TextOf(golden["test_matrix"]);
      }
      const VoteMatrix train = LoadVotes(train_name), test = LoadVotes(test_name);
      ASSERT_GT(train.rows, 0u);
      const VoteLayout layout = *LayoutOf(Joined(train, test), ClassList::Numbered(classes));

      FitOptions options{.method = "snorkel"};
      AddOptions(simdjson::dom::object(c["config"]), "", options.options);
      options.seed = std::stoull(options.options["seed"]);
      options.options.erase("seed");
      if (options.options.erase("class_balance") + options.options.erase("Y_dev") > 0) options.balance = Flat(c["class_prior"]);
      const bool zero_eps = options.options.contains("mu_eps") && options.options["mu_eps"] == "0.0";

      VoteMoments moments(layout);
      moments.Add(PlanesOf(train, layout));
      const auto model = FitModel(moments, options);
      ASSERT_TRUE(model.has_value()) << model.error().message;
      const std::vector<double> conditional = (*model)->Conditional(), expected = Flat(c["mu_f64"]);
      const size_t rules = train.rules.size();
      ASSERT_EQ(expected.size(), rules * classes * classes);
      double off = 0;
      for (size_t j = 0; j < rules; ++j) {
        for (size_t i = 0; i < classes * classes; ++i) {
          off = std::max(off, std::abs(conditional[j * (classes + 1) * classes + classes + i] - expected[j * classes * classes + i]));
        }
      }
      EXPECT_LE(off, 1e-10);
      const auto weights = (*model)->Weights();
      const std::vector<double> expected_weights = Flat(c["weights_f64"]);
      for (size_t j = 0; j < rules; ++j) {
        EXPECT_EQ(weights[j].has_value(), moments.Votes(j) > 0);
        if (weights[j]) {
          EXPECT_NEAR(*weights[j], expected_weights[j], 1e-9);
        }
      }

      // The loss: the second fit goes past the model to the training itself.
      OptionReader reader(options.options);
      const auto own = ReadSnorkelOptions(reader, rules);
      ASSERT_TRUE(own.has_value());
      const std::vector<double> balance = options.balance.empty() ? std::vector<double>(classes, 1 / static_cast<double>(classes)) : options.balance;
      EXPECT_EQ(FirstUniformDraw(static_cast<uint32_t>(options.seed)), Number(c["u"]));
      const Overlaps overlaps = OverlapsOf(moments);
      const auto fit = TrainSnorkel({overlaps, rules, balance, *own, FirstUniformDraw(static_cast<uint32_t>(options.seed))});
      ASSERT_TRUE(fit.has_value());
      EXPECT_EQ(fit->losses.size(), static_cast<size_t>(own->n_epochs));
      for (const auto [epoch, loss] : simdjson::dom::object(c["loss_at_epoch_f64"])) {
        EXPECT_NEAR(fit->losses.at(std::stoul(std::string(epoch))), Number(loss), 1e-10) << "loss at " << epoch;
      }
      EXPECT_NEAR(fit->loss_after_last_step, Number(c["loss_after_last_step_f64"]), 1e-10);
      EXPECT_EQ(fit->permuted, c["columns_permuted_at_end"].get_bool().value());
      LearningRate rate(*own);
      for (int64_t epoch = 0; epoch < std::min<int64_t>(own->n_epochs, 12); ++epoch, rate.Next()) {
        EXPECT_NEAR(rate.now(), Number(c["lr_used_at_epoch"][std::to_string(epoch)]), 1e-15) << "rate at " << epoch;
      }

      for (const auto& [split, matrix] : {std::pair<std::string, const VoteMatrix*>{"train", &train}, {"test", &test}}) {
        PatternTable table(layout);
        std::vector<uint32_t> of_row;
        table.Add(PlanesOf(*matrix, layout), &of_row);
        const std::vector<double> p = (*model)->PredictAll(table);
        for (const double share : p) ASSERT_TRUE(share >= 0 && share <= 1);
        if (zero_eps) continue;  // NaN there, probabilities here
        simdjson::dom::element of_split;
        ASSERT_EQ(c[split].get(of_split), simdjson::SUCCESS);
        const std::vector<double> first = Flat(of_split["proba_first20_f64"]), mean = Flat(of_split["proba_mean_f64"]);
        for (size_t i = 0; i < first.size(); ++i) EXPECT_NEAR(p[of_row[i / classes] * classes + i % classes], first[i], 1e-8);
        for (size_t y = 0; y < classes; ++y) {
          double sum = 0;
          for (const uint32_t pattern : of_row) sum += p[pattern * classes + y];
          EXPECT_NEAR(sum / static_cast<double>(of_row.size()), mean[y], 1e-8);
        }
        for (const auto& [policy, name] : {std::pair{TiePolicy::kAbstain, "abstain"}, {TiePolicy::kRandom, "random"}}) {
          Decider decider({policy});
          std::vector<int64_t> counts(classes + 1);
          for (size_t r = 0; r < of_row.size(); ++r) {
            ++counts[static_cast<size_t>(decider.Decide(std::span(p).subspan(of_row[r] * classes, classes), r, true) + 1)];
          }
          simdjson::dom::object expected_counts;
          ASSERT_EQ(of_split[std::string("predict_counts_") + name + "_f64"].get(expected_counts), simdjson::SUCCESS);
          for (const auto [label, count] : expected_counts) {
            EXPECT_EQ(counts[static_cast<size_t>(std::stoi(std::string(label)) + 1)], count.get_int64().value()) << split << " " << name << " " << label;
          }
        }
      }
      ++tried;
    }
  }
  EXPECT_EQ(tried, 70);
}

TEST(Snorkel, DrawsAndEpsilonsAreThePackages) {
  ASSAY_SKIP_WITHOUT(Golden());
  simdjson::dom::parser parser;
  const auto golden = Open(parser, "label_model_facts.json");
  for (const auto [seed, draw] : simdjson::dom::object(golden["first_uniform_draw_by_seed"])) {
    EXPECT_EQ(FirstUniformDraw(static_cast<uint32_t>(std::stoul(std::string(seed)))), Number(draw));
  }
  for (const auto [rows, eps] : simdjson::dom::object(golden["default_mu_eps_by_rows"])) {
    EXPECT_EQ(DefaultMuEps(std::stoull(std::string(rows))), Number(eps));
  }
}

VoteMatrix MadeVotes(size_t rules, size_t rows, size_t classes, double coverage, double accuracy, uint32_t seed) {
  std::mt19937 random(seed);
  const auto chance = [&](double p) { return static_cast<double>(random()) < p * 4294967296.0; };
  VoteMatrix matrix;
  matrix.rows = rows;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  for (size_t r = 0; r < rows; ++r) {
    const size_t truth = random() % classes;
    for (size_t j = 0; j < rules; ++j) {
      const size_t vote = chance(accuracy) ? truth : (truth + 1 + random() % (classes - 1)) % classes;
      matrix.votes.push_back(chance(coverage) ? static_cast<int16_t>(vote) : int16_t{-1});
    }
  }
  return matrix;
}

PatternTable TableOf(const VoteMatrix& matrix, const VoteLayout& layout) {
  PatternTable table(layout);
  table.Add(PlanesOf(matrix, layout));
  return table;
}

PatternTable TableOf(size_t rules, const std::vector<int16_t>& votes, size_t classes) {
  VoteMatrix matrix;
  for (size_t j = 0; j < rules; ++j) matrix.rules.push_back("r" + std::to_string(j));
  matrix.rows = votes.size() / rules;
  matrix.votes = votes;
  return TableOf(matrix, *LayoutOf(matrix, ClassList::Numbered(classes)));
}

TEST(Snorkel, RecoversTheProcessThatMadeTheVotes) {
  const VoteMatrix matrix = MadeVotes(10, 10000, 2, .5, .8, 123);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(2));
  const auto model = FitModel(TableOf(matrix, layout), {.method = "snorkel", .seed = 123, .options = {{"n_epochs", "500"}}});
  ASSERT_TRUE(model.has_value());
  for (const auto& weight : (*model)->Weights()) EXPECT_NEAR(*weight, .8, .03);
}

TEST(Snorkel, IsTheSameHoweverTheRowsWereDivided) {
  const VoteMatrix matrix = MadeVotes(8, 1280, 3, .4, .7, 7);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(3));
  const FitOptions options{.method = "snorkel", .seed = 1, .options = {{"optimizer", "adam"}}};
  const std::string whole = (*FitModel(TableOf(matrix, layout), options))->ToJson();
  for (const size_t shards : {size_t{2}, size_t{64}}) {
    for (const uint32_t seed : {1u, 2u}) {
      std::vector<VoteMatrix> parts;
      for (size_t s = 0; s < shards; ++s) {
        VoteMatrix part{matrix.rules, matrix.rows / shards, {}};
        const auto begin = matrix.votes.begin() + static_cast<std::ptrdiff_t>(s * part.rows * 8);
        part.votes.assign(begin, begin + static_cast<std::ptrdiff_t>(part.rows * 8));
        parts.push_back(std::move(part));
      }
      std::shuffle(parts.begin(), parts.end(), std::mt19937(seed));
      VoteMoments sum(*LayoutOf(parts[0], ClassList::Numbered(3)));
      for (const VoteMatrix& part : parts) {
        const VoteLayout own = *LayoutOf(part, ClassList::Numbered(3));
        VoteMoments of_part(own);
        of_part.Add(PlanesOf(part, own));
        ASSERT_TRUE(sum.Merge(of_part).has_value());
      }
      EXPECT_EQ((*FitModel(sum, options))->ToJson(), whole);
    }
  }
}

TEST(Snorkel, PatternsGiveWhatPairsGive) {
  const VoteMatrix matrix = MadeVotes(9, 3000, 4, .3, .7, 3);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(4));
  const PatternTable table = TableOf(matrix, layout);
  const FitOptions options{.method = "snorkel", .options = {{"n_epochs", "300"}}};
  const auto a = FitModel(table, options), b = FitSnorkel(table, options);
  ASSERT_TRUE(a.has_value() && b.has_value());
  const auto x = (*a)->Conditional(), y = (*b)->Conditional();
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], 1e-12);
}

TEST(Snorkel, SavedAndLoadedItIsTheSame) {
  const VoteMatrix matrix = MadeVotes(5, 500, 3, .4, .7, 11);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(3));
  const PatternTable table = TableOf(matrix, layout);
  for (const ModelOptions& options : {ModelOptions{}, ModelOptions{{"optimizer", "adamax"}, {"prec_init", "[.9, .8, .7, .6, .5]"}, {"l2", ".1"}, {"mu_eps", ".02"}},
                                      ModelOptions{{"optimizer", "adam"}, {"lr_scheduler", "step"}, {"lr_scheduler_config.warmup_percentage", ".1"}, {"lr_scheduler_config.min_lr", ".001"}}}) {
    const auto model = FitModel(table, {.method = "snorkel", .balance = {3, 1, 1}, .seed = 5, .options = options});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    const auto loaded = LoadModel((*model)->ToJson(), "model.json");
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ((*loaded)->ToJson(), (*model)->ToJson());
    EXPECT_EQ((*loaded)->PredictAll(table), (*model)->PredictAll(table));
    EXPECT_EQ((*loaded)->Weights(), (*model)->Weights());
  }
}

TEST(Snorkel, AnExplanationAddsUpToTheProbabilities) {
  const VoteMatrix matrix = MadeVotes(4, 400, 2, .6, .8, 2);
  const auto model = FitModel(TableOf(matrix, *LayoutOf(matrix, ClassList::Numbered(2))), {.method = "snorkel", .balance = {.7, .3}});
  const Explanation explanation = (*model)->Explain(std::vector<int32_t>{0, -1, 1, 1});
  ASSERT_EQ(explanation.votes.size(), 3u);
  double score = explanation.prior[1] - explanation.prior[0];
  for (const VoteEvidence& evidence : explanation.votes) score += evidence.log_odds[1] - evidence.log_odds[0];
  EXPECT_NEAR(1 / (1 + std::exp(-score)), explanation.probabilities[1], 1e-12);
  std::vector<double> p(2);
  (*model)->Predict(std::vector<int32_t>{-1, -1, -1, -1}, p);
  EXPECT_EQ(p, (std::vector<double>{.7, .3}));
}

TEST(Snorkel, DegenerateVotesGiveProbabilitiesAndNeverNaN) {
  const std::vector<std::pair<size_t, std::vector<int16_t>>> inputs = {
      {3, {-1, -1, -1, -1, -1, -1}}, {3, {0, 0, 0}}, {3, {0, 0, 0, 0, 0, 0}}, {3, {0, -1, 1}}, {4, {0, 1, 0, 1, 1, 0, 1, 0}}};
  for (const auto& [rules, votes] : inputs) {
    for (const ModelOptions& options : {ModelOptions{}, ModelOptions{{"mu_eps", "0"}}, ModelOptions{{"n_epochs", "0"}}, ModelOptions{{"optimizer", "adam"}},
                                        ModelOptions{{"optimizer", "adamax"}, {"mu_eps", "0"}}}) {
      const PatternTable table = TableOf(rules, votes, 3);
      const auto model = FitModel(table, {.method = "snorkel", .options = options});
      ASSERT_TRUE(model.has_value()) << model.error().message;
      for (const int32_t vote : {-1, 0, 1, 2}) {
        std::vector<double> p(3);
        (*model)->Predict(std::vector<int32_t>(rules, vote), p);
        double sum = 0;
        for (const double share : p) {
          EXPECT_TRUE(share >= 0 && share <= 1) << share;
          sum += share;
        }
        EXPECT_NEAR(sum, 1, 1e-12);
      }
      EXPECT_EQ((*model)->ToJson().find("nan"), std::string::npos);
      EXPECT_TRUE(LoadModel((*model)->ToJson(), "m").has_value());
    }
  }
  // 2,000 rules, half for each class: exp without a shift would give 0 / 0.
  std::vector<int16_t> votes;
  for (int i = 0; i < 2 * 2000; ++i) votes.push_back(static_cast<int16_t>(i % 2));
  const auto model = FitModel(TableOf(2000, votes, 2), {.method = "snorkel", .options = {{"n_epochs", "0"}}});
  std::vector<int32_t> row(2000);
  for (size_t i = 0; i < row.size(); ++i) row[i] = static_cast<int32_t>(i % 2);
  std::vector<double> p(2);
  (*model)->Predict(row, p);
  EXPECT_NEAR(p[0], .5, 1e-9);
}

TEST(Snorkel, WhatThePackageRefusesIsRefusedInWords) {
  const PatternTable table = TableOf(4, {0, 1, 0, 1, 1, 1, 0, -1, 0, 0, 1, 1}, 2);
  const auto message = [&](const PatternTable& votes, FitOptions options) {
    options.method = "snorkel";
    const auto model = FitModel(votes, options);
    return model ? std::string("fitted") : model.error().message;
  };
  EXPECT_EQ(message(table, {}), "fitted");
  EXPECT_NE(message(TableOf(2, {0, 1}, 2), {}).find("needs three rules or more"), std::string::npos);
  EXPECT_NE(message(TableOf(4, {}, 2), {}).find("no rows"), std::string::npos);
  EXPECT_NE(message(table, {.balance = {.2, .3, .5}}).find("3 numbers and there are 2 classes"), std::string::npos);
  EXPECT_NE(message(table, {.balance = {0, 1}}).find("greater than 0"), std::string::npos);
  EXPECT_NE(message(table, {.seed = uint64_t{1} << 32}).find("4294967295"), std::string::npos);
  const std::vector<std::pair<ModelOptions, std::string>> refused = {
      {{{"prec_init", ".5,.6"}}, "one for each of the 4 rules"},
      {{{"prec_init", "high"}}, "prec_init must be numbers"},
      {{{"optimizer", "rmsprop"}}, "one of sgd, adam, adamax"},
      {{{"lr_scheduler", "cosine"}}, "one of constant, linear, exponential, step"},
      {{{"batch_size", "3"}}, "no option batch_size"},
      {{{"lr_scheduler_config.warmup_steps", "3"}}, "warmup_unit=epochs"},
      {{{"lr_scheduler_config.warmup_steps", "-3"}}, "warmup_steps must be"},
      {{{"lr_scheduler_config.warmup_percentage", ".001"}}, "no epoch at all"},
      {{{"lr_scheduler", "linear"}, {"n_epochs", "0"}}, "needs more epochs"},
      {{{"l2", "-.1"}}, "l2 must be"},
      {{{"lr", "-1"}}, "lr must be"},
      {{{"lr", "100"}}, "reduce the learning rate"}};
  for (const auto& [options, words] : refused) EXPECT_NE(message(table, {.options = options}).find(words), std::string::npos) << words << ": " << message(table, {.options = options});
}

TEST(Snorkel, AThousandRulesOfManyClassesFit) {
  const VoteMatrix matrix = MadeVotes(1200, 2000, 56, .01, .7, 4);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(56));
  const auto begin = std::chrono::steady_clock::now();
  const auto model = FitModel(TableOf(matrix, layout), {.method = "snorkel", .options = {{"n_epochs", "2"}}});
  ASSERT_TRUE(model.has_value()) << model.error().message;
  std::printf("1,200 rules, 56 classes, %zu votes that occur: 2 epochs in %.1f s\n", layout.planes.size(),
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  std::vector<double> p(56);
  std::vector<int32_t> row(matrix.row(0).begin(), matrix.row(0).end());
  (*model)->Predict(row, p);
  for (const double share : p) EXPECT_TRUE(share >= 0 && share <= 1);
}

TEST(Snorkel, TheCostDoesNotGrowWithTheRowsOnceTheyAreCounted) {
  const VoteMatrix matrix = MadeVotes(100, 20000, 2, .2, .8, 6);
  const VoteLayout layout = *LayoutOf(matrix, ClassList::Numbered(2));
  const VotePlanes planes = PlanesOf(matrix, layout);
  std::clock_t begin = std::clock();  // of this process alone: tests run beside each other
  const auto seconds = [&] {
    const std::clock_t now = std::clock();
    const double s = static_cast<double>(now - begin) / CLOCKS_PER_SEC;
    begin = now;
    return s;
  };
  VoteMoments moments(layout);
  for (int i = 0; i < 50; ++i) moments.Add(planes);
  const double counting = seconds();
  const auto model = FitModel(moments, {.method = "snorkel"});
  ASSERT_TRUE(model.has_value());
  std::printf("100 rules, a million rows: pairs counted in %.3f s, 100 epochs in %.3f s\n", counting, seconds());
  const VoteMoments one = [&] {
    VoteMoments m(layout);
    m.Add(planes);
    return m;
  }();
  const auto small = FitModel(one, {.method = "snorkel", .options = {{"mu_eps", "1e-6"}}});
  const auto x = (*model)->Conditional(), y = (*small)->Conditional();
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], 1e-12);
}

}  // namespace
}  // namespace assay
