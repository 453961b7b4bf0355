// The triplet method against FlyingSquid's own numbers (golden/flyingsquid.json): accuracies, marginals, posteriors.
#include "runtime/models/triplet.h"

#include "tests/unit/models/golden_votes.h"

namespace assay {
namespace {

using namespace golden;

std::vector<int8_t> Signs(const VoteMatrix& matrix, size_t row) {
  std::vector<int8_t> signs;
  for (const int16_t vote : matrix.row(row)) signs.push_back(static_cast<int8_t>(vote < 0 ? 0 : vote == 1 ? 1 : -1));
  return signs;
}

TEST(TripletGolden, AccuraciesMarginalsAndPosteriorsAreFlyingSquids) {
  ASSAY_SKIP_WITHOUT(Golden());
  ASSAY_SKIP_WITHOUT(Data());
  simdjson::dom::parser parser;
  const auto golden = Open(parser, "flyingsquid.json");
  int tried = 0;
  for (const auto c : simdjson::dom::array(golden["cases"])) {
    const std::string fit_on(c["fit_on"].get_string().value()), predict_on(c["predict_on"].get_string().value());
    const std::string solve(c["solve_method"].get_string().value());
    if (solve == "triplet") continue;  // a triplet drawn by Python's random
    SCOPED_TRACE(fit_on + " " + solve + " " + simdjson::minify(c["fit_options"]) + simdjson::minify(c["class_balance_minus_plus"]));
    const VoteMatrix fit = fit_on == "youtube/train" ? Split("youtube", "train").matrix : Matrix(fit_on, fit_on[0] == 'f').matrix;
    const VoteMatrix predict = predict_on == fit_on ? fit : Split("youtube", "test").matrix;
    TripletOptions options{.median = solve == "triplet_median", .original_exponent = true};
    for (const auto [name, value] : simdjson::dom::object(c["fit_options"])) {
      (name == "clamp" ? options.clamp : options.flip_negative) = value.get_bool().value();
    }
    double balance = 0.5;
    simdjson::dom::array given;
    if (c["class_balance_minus_plus"].get(given) == simdjson::SUCCESS) balance = Number(given.at(1)) / (Number(given.at(0)) + Number(given.at(1)));
    const Patterns patterns = PatternsOf(fit, 2);
    VoteMoments moments(patterns.table.layout());
    moments.Add(patterns.table);
    const SignedVotes votes = OneAgainstRest(moments, 1);
    EXPECT_EQ(votes.products, OneAgainstRest(ListsOf(patterns.table), 1).products);
    const SignedTriplets solved = SolveTriplets(votes, balance, options);
    EXPECT_EQ(c["separator_degree"].at(0).get_uint64().value(), solved.rules.size() - 1);
    for (size_t j = 0; j < solved.rules.size(); ++j) {
      const SignedTriplets::Rule& rule = solved.rules[j];
      EXPECT_NEAR(rule.accuracy, Number(c["a"].at(j)), 1e-12);
      const bool abstains = simdjson::dom::array(c["marginals"].at(j)).size() == 3;
      for (size_t v = 0; v < 3; ++v) {
        if (v == 1 && !abstains) continue;
        for (size_t y = 0; y < 2; ++y) {
          EXPECT_NEAR(rule.marginal[v * 2 + y], Number(c["marginals"].at(j).at(abstains ? v : v / 2).at(y)), 1e-12) << j << " " << v;
        }
      }
      if (votes.positive[j] + votes.negative[j] > 0 && simdjson::dom::array(c["estimated_accuracies"]).size() > 0) {
        const double abstain = 1 - (votes.positive[j] + votes.negative[j]) / votes.rows;
        EXPECT_NEAR((1 + rule.accuracy - abstain) / 2, Number(c["estimated_accuracies"].at(j)), 1e-12);
      }
    }
    double mean = 0;
    int plus = 0;
    for (size_t r = 0; r < predict.rows; ++r) {
      const double p = solved.Posterior(Signs(predict, r));
      mean += p / static_cast<double>(predict.rows);
      if (p > 0.5) ++plus;
      if (r < 20) {
        EXPECT_NEAR(p, Number(c["proba_first20"].at(r).at(1)), 1e-10) << "row " << r;
      }
    }
    EXPECT_NEAR(mean, Number(c["proba_mean"].at(1)), 1e-10);
    EXPECT_EQ(plus, c["predict_counts"]["1"].get_int64().value());
    ++tried;
  }
  EXPECT_EQ(tried, 31);
}

TEST(TripletGolden, ARowWithoutVotesHasThePriorTwiceWithTheExponentOfThePackage) {
  SignedTriplets triplets;
  triplets.balance = 0.7;
  triplets.original_exponent = true;
  triplets.rules.resize(8);
  const std::vector<int8_t> nothing(8);
  EXPECT_NEAR(triplets.Posterior(nothing), 0.8448275862068962, 1e-12);
  triplets.original_exponent = false;
  EXPECT_NEAR(triplets.Posterior(nothing), 0.7, 1e-12);
}

}  // namespace
}  // namespace assay
