// Numbers made by the packages themselves (ASSAY_GOLDEN): Snorkel's analysis and majority vote, crowd-kit's Dawid-Skene.
#include "runtime/models/dawid_skene.h"
#include "runtime/models/decide.h"
#include "runtime/models/scores.h"
#include "runtime/votes/statistics.h"
#include "tests/unit/models/golden_votes.h"

namespace assay {
namespace {

using namespace golden;

simdjson::dom::array List(simdjson::dom::element e) { return simdjson::dom::array(e); }
simdjson::dom::object Members(simdjson::dom::element e) { return simdjson::dom::object(e); }

Votes Case(const std::string& set, const std::string& name, size_t classes) {
  if (set != "random") return Split(set, name);
  Votes votes = Matrix(name);
  if (const std::string gold = Golden() + "/matrices/" + name + "_Y.csv"; std::filesystem::exists(gold)) {
    auto read = ReadGoldFile(gold, ClassList::Numbered(classes));
    EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
    votes.gold = *read;
  }
  return votes;
}

TEST(Golden, TheTableOfRulesIsSnorkels) {
  ASSAY_SKIP_WITHOUT(Golden());
  ASSAY_SKIP_WITHOUT(Data());
  int tried = 0;
  for (const std::string set : {"youtube", "sms", "trec", "agnews", "random"}) {
    simdjson::dom::parser parser;
    const auto golden = Open(parser, "analysis_" + set + ".json");
    for (const auto [key, c] : Members(golden["cases"])) {
      SCOPED_TRACE(set + " " + std::string(key));
      const auto classes = static_cast<size_t>(c["K"].get_int64().value());
      const Votes votes = Case(set, std::string(key), classes);
      const auto layout = LayoutOf(votes.matrix, ClassList::Numbered(classes));
      ASSERT_TRUE(layout.has_value()) << layout.error().message;
      VoteStatistics statistics(*layout);
      ASSERT_EQ(votes.gold.size(), votes.matrix.rows);
      statistics.Add(PlanesOf(votes.matrix, *layout), votes.gold);
      EXPECT_NEAR(statistics.Share(statistics.covered()), Number(c["label_coverage"]), 1e-12);
      EXPECT_NEAR(statistics.Share(statistics.overlapped()), Number(c["label_overlap"]), 1e-12);
      EXPECT_NEAR(statistics.Share(statistics.conflicted()), Number(c["label_conflict"]), 1e-12);
      const auto rules = statistics.Rules();
      const bool unknown_gold = statistics.known_gold() != statistics.rows();
      for (size_t j = 0; j < rules.size(); ++j) {
        EXPECT_NEAR(statistics.Share(rules[j].votes), Number(c["lf_coverages"].at(j)), 1e-12);
        EXPECT_NEAR(statistics.Share(rules[j].overlaps), Number(c["lf_overlaps"].at(j)), 1e-12);
        EXPECT_NEAR(statistics.Share(rules[j].conflicts), Number(c["lf_conflicts"].at(j)), 1e-12);
        std::vector<int32_t> polarity;
        for (const auto p : List(c["lf_polarities"].at(j))) polarity.push_back(static_cast<int32_t>(p.get_int64().value()));
        EXPECT_EQ(rules[j].polarity, polarity);
        if (rules[j].votes == 0 || unknown_gold) continue;
        EXPECT_NEAR(*rules[j].empirical_accuracy(), Number(c["lf_empirical_accuracies"].at(j)), 1e-12);
      }
      ++tried;
    }
  }
  EXPECT_EQ(tried, 25);
}

TEST(Golden, MajorityVoteIsSnorkelsInProbabilitiesAndTies) {
  ASSAY_SKIP_WITHOUT(Golden());
  ASSAY_SKIP_WITHOUT(Data());
  simdjson::dom::parser parser;
  const auto golden = Open(parser, "majority.json");
  for (const auto [key, c] : Members(golden["cases"])) {
    SCOPED_TRACE(std::string(key));
    const auto classes = static_cast<size_t>(c["K"].get_int64().value());
    const size_t cut = key.find("_test");
    const Votes votes = cut == std::string_view::npos ? Case("random", std::string(key), classes)
                                                      : Case(std::string(key.substr(0, cut)), "test", classes);
    const auto [table, of_row] = PatternsOf(votes.matrix, classes);
    const auto model = FitModel(table, {.method = "majority"});
    const auto p = (*model)->PredictAll(table);
    const auto row = [&](size_t r) { return std::span(p).subspan(of_row[r] * classes, classes); };
    size_t r = 0;
    for (const auto expected : List(c["proba_first20"])) {
      for (size_t y = 0; y < classes; ++y) EXPECT_EQ(row(r)[y], Number(expected.at(y)));
      ++r;
    }
    Decider abstain({TiePolicy::kAbstain}), hash({TiePolicy::kRandom});
    for (r = 0; r < of_row.size(); ++r) {
      EXPECT_EQ(abstain.Decide(row(r), r, true), c["predict_abstain"].at(r).get_int64().value());
      EXPECT_EQ(hash.Decide(row(r), r, true), c["predict_random"].at(r).get_int64().value());
    }
    if (cut != std::string_view::npos) {
      Scorer scorer(classes);
      for (r = 0; r < of_row.size(); ++r) scorer.Add(votes.gold[r], abstain.Decide(row(r), r, true), row(r), true);
      const Scores scores = scorer.Finish();
      EXPECT_NEAR(*scores.labeled.accuracy, Number(c["score_abstain"]["accuracy"]), 1e-12);
      EXPECT_NEAR(*scores.labeled.f1_macro, Number(c["score_abstain"]["f1_macro"]), 1e-12);
      EXPECT_NEAR(scores.label_coverage, Number(c["score_abstain"]["coverage"]), 1e-12);
    }
  }
  for (const auto p : List(golden["probs_to_preds"])) {
    std::vector<double> row;
    for (const auto v : List(p["probs_row"])) row.push_back(Number(v));
    const auto index = static_cast<uint64_t>(p["row_index"].get_int64().value());
    EXPECT_EQ(Decider({TiePolicy::kAbstain}).Decide(row, index, true), p["abstain"].get_int64().value());
    EXPECT_EQ(Decider({TiePolicy::kRandom}).Decide(row, index, true), p["random"].get_int64().value());
  }
  for (const uint32_t modulus : {2u, 3u, 4u, 5u, 6u, 7u}) {
    uint64_t r = 0;
    for (const auto v : List(golden["sha1_of_decimal_row_index"]["mod_" + std::to_string(modulus)])) {
      EXPECT_EQ(RowHash(r++, modulus), static_cast<uint32_t>(v.get_int64().value()));
    }
  }
}

TEST(Golden, DawidSkeneIsCrowdKits) {
  ASSAY_SKIP_WITHOUT(Golden());
  simdjson::dom::parser parser;
  const auto golden = Open(parser, "dawid_skene.json");
  for (const auto c : List(golden["cases"])) {
    const std::string name(c["matrix"].get_string().value());
    const auto classes = static_cast<size_t>(c["K"].get_int64().value());
    SCOPED_TRACE(name + " " + std::to_string(c["n_iter"].get_int64().value()));
    const Votes votes = Case("random", name, classes);
    const auto [table, of_row] = PatternsOf(votes.matrix, classes);
    const DawidSkeneOptions options{false, c["n_iter"].get_int64().value(), 1e-5, 0};
    const auto fit = FitDawidSkeneModel(table, options, {}, nullptr);
    ASSERT_TRUE(fit.has_value());
    ASSERT_EQ(fit->bounds.size(), static_cast<size_t>(c["iterations_done"].get_int64().value()));
    EXPECT_NEAR(fit->bounds.front(), Number(c["loss_first_last"].at(0)), 1e-9);
    EXPECT_NEAR(fit->bounds.back(), Number(c["loss_first_last"].at(1)), 1e-9);
    for (size_t y = 0; y < classes; ++y) EXPECT_NEAR(fit->priors[y], Number(c["priors"].at(y)), 1e-9);
    for (size_t j = 0; j < table.rules(); ++j) {
      for (size_t l = 0; l < classes; ++l) {
        for (size_t y = 0; y < classes; ++y) {
          EXPECT_NEAR(fit->errors[(j * (classes + 1) + l + 1) * classes + y], Number(c["errors"].at(j).at(l).at(y)), 1e-9);
        }
      }
    }
    std::vector<int32_t> row_votes(table.rules());
    size_t voted = 0;
    const auto expected = List(c["proba_first20_voted_rows"]);
    for (size_t r = 0; r < of_row.size() && voted < expected.size(); ++r) {
      table.Votes(of_row[r], row_votes);
      if (std::all_of(row_votes.begin(), row_votes.end(), [](int32_t v) { return v < 0; })) continue;
      for (size_t y = 0; y < classes; ++y) {
        EXPECT_NEAR(fit->probabilities[of_row[r] * classes + y], Number(expected.at(voted).at(y)), 1e-9);
      }
      ++voted;
    }
  }
}

TEST(RealData, MajorityAndDawidSkeneOnTrecAndYouTube) {
  ASSAY_SKIP_WITHOUT(Data());
  for (const auto& [set, classes] : {std::pair<std::string, size_t>{"youtube", 2}, {"trec", 6}, {"sms", 2}}) {
    const Votes train = Case(set, "train", classes), test = Case(set, "test", classes);
    const auto layout = LayoutOf(Joined(train.matrix, test.matrix), ClassList::Numbered(classes));  // one for both splits
    PatternTable fit_on(*layout), table(*layout);
    fit_on.Add(PlanesOf(train.matrix, *layout));
    std::vector<uint32_t> of_row;
    table.Add(PlanesOf(test.matrix, *layout), &of_row);
    for (const auto& [method, abstain] : {std::pair<std::string, std::string>{"majority", ""}, {"dawid_skene", "symbol"}, {"dawid_skene", "ignore"}}) {
      FitOptions options{.method = method};
      if (!abstain.empty()) options.options["abstain"] = abstain;
      const auto model = FitModel(fit_on, options);
      ASSERT_TRUE(model.has_value()) << model.error().message;
      const auto p = (*model)->PredictAll(table);
      Scorer scorer(classes);
      Decider decider({});
      std::vector<int32_t> votes(table.rules());
      for (size_t r = 0; r < of_row.size(); ++r) {
        table.Votes(of_row[r], votes);
        const bool voted = std::any_of(votes.begin(), votes.end(), [](int32_t v) { return v >= 0; });
        const auto row = std::span(p).subspan(of_row[r] * classes, classes);
        scorer.Add(test.gold[r], decider.Decide(row, r, voted), row, voted);
      }
      const Scores s = scorer.Finish();
      std::printf("%-8s %-12s %-7s labeled %.4f covered %.4f all %.4f f1 %.4f coverage %.4f\n", set.c_str(), method.c_str(),
                  abstain.c_str(), s.labeled.accuracy.value_or(-1), s.covered.accuracy.value_or(-1), s.all.accuracy.value_or(-1),
                  s.all.f1.value_or(-1), s.coverage);
      if (method != "majority") continue;
      const double measured = set == "sms" ? *s.all.f1 : *s.all.accuracy;
      EXPECT_NEAR(measured, set == "youtube" ? .8160 : set == "trec" ? .6110 : .2034, 5e-5);
    }
  }
}

}  // namespace
}  // namespace assay
