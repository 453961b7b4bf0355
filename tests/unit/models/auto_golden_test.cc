// `auto` and the experts it is made of, against an independent program (golden/auto.json), to 1e-6 on every probability.
#include <algorithm>
#include <map>

#include "runtime/models/auto_experts.h"
#include "tests/unit/models/golden_votes.h"

namespace assay {
namespace {

using namespace golden;

using Expert = void (AutoExperts::*)(std::span<const int32_t>, std::span<double>) const;

struct Case {
  std::string name;
  size_t classes;
  VoteMatrix fit, predict;
  std::vector<int32_t> gold;
};

void Check(const Case& c, simdjson::dom::element golden) {
  SCOPED_TRACE(c.name);
  // One layout, so that a vote seen only in one of the two matrices is an index in both.
  const Patterns patterns = PatternsOf(c.fit, c.classes);
  const VoteLists lists = ListsOf(patterns.table.Canonical());
  EXPECT_EQ(lists.size(), golden["patterns"].get_uint64().value());
  EXPECT_EQ(lists.covered, Number(golden["covered_fit_rows"]));
  const auto fitted = FitAutoExperts(lists, {}, true, nullptr);
  ASSERT_TRUE(fitted.has_value());
  EXPECT_EQ(RegimeName(fitted->regime), golden["regime"].get_string().value());
  EXPECT_NEAR(fitted->share, Number(golden["share_multi"]), 1e-11);
  if (fitted->regime != Regime::kSmall) {
    EXPECT_EQ(fitted->rounds, golden["rounds"].get_int64().value());
  }
  // The program that made the numbers falls back to P0 for E and H, too, where the input is small.
  const bool small = fitted->regime == Regime::kSmall;
  for (const auto& [name, expert] : {std::pair<std::string, Expert>{"auto", &AutoExperts::Average},
                                     {"v", &AutoExperts::Agreed},
                                     {"p0", &AutoExperts::Prior},
                                     {"e", small ? &AutoExperts::Prior : &AutoExperts::Anchored},
                                     {"h", small ? &AutoExperts::Prior : &AutoExperts::Confused}}) {
    SCOPED_TRACE(name);
    const auto expected = golden[name];
    std::vector<double> mean_all(c.classes), mean_covered(c.classes), p(c.classes);
    std::map<int, int> hard;
    double covered = 0, right_covered = 0, right_all = 0;
    const auto first = simdjson::dom::array(expected["p_first"]);
    for (size_t r = 0; r < c.predict.rows; ++r) {
      const auto votes = RowVotes(c.predict, r);
      const bool voted = std::ranges::any_of(votes, [](int32_t v) { return v >= 0; });
      if (voted) {
        ((*fitted).*expert)(votes, p);
        ++covered;
      } else {
        std::ranges::fill(p, 1 / static_cast<double>(c.classes));
      }
      const double top = *std::ranges::max_element(p);
      std::vector<size_t> tied;
      for (size_t y = 0; y < c.classes; ++y) {
        mean_all[y] += p[y] / static_cast<double>(c.predict.rows);
        if (voted) mean_covered[y] += p[y];
        if (r < first.size()) {
          EXPECT_NEAR(p[y], Number(first.at(r).at(y)), 1e-6) << "row " << r;
        }
        if (top - p[y] < 1e-6) tied.push_back(y);
      }
      ++hard[voted && tied.size() == 1 ? static_cast<int>(tied[0]) : -1];
      if (c.gold.empty()) continue;
      const double right = std::ranges::count(tied, static_cast<size_t>(c.gold[r])) > 0 ? 1.0 / static_cast<double>(tied.size()) : 0;
      right_all += right;
      if (voted) right_covered += right;
    }
    for (size_t y = 0; y < c.classes; ++y) {
      EXPECT_NEAR(mean_all[y], Number(expected["mean_all"].at(y)), 1e-6);
      EXPECT_NEAR(mean_covered[y] / covered, Number(expected["mean_covered"].at(y)), 1e-6);
    }
    for (const auto [label, count] : simdjson::dom::object(expected["hard_counts"])) {
      EXPECT_EQ(hard[std::stoi(std::string(label))], count.get_int64().value()) << label;
    }
    if (!c.gold.empty()) {
      EXPECT_NEAR(right_covered / covered, Number(expected["scores"]["covered"]), 1e-8);
      EXPECT_NEAR(right_all / static_cast<double>(c.predict.rows), Number(expected["scores"]["all"]), 1e-8);
    }
  }
  size_t j = 0;
  for (const auto expected : simdjson::dom::array(golden["v"]["accuracy"])) {
    EXPECT_NEAR(fitted->agreement.accuracy[j++], Number(expected), 1e-6) << "rule " << j;
  }
  EXPECT_EQ(fitted->confusions.strength, Number(golden["h"]["strength"]));
  for (size_t y = 0; y < c.classes; ++y) EXPECT_NEAR(fitted->anchored.balance[y], Number(golden["e"]["balance"].at(y)), 1e-6);
}

TEST(AutoGolden, TheExpertsAndTheirAverageOnTheSharedSets) {
  ASSAY_SKIP_WITHOUT(Golden());
  ASSAY_SKIP_WITHOUT(Data());
  simdjson::dom::parser parser;
  const auto golden = Open(parser, "auto.json");
  for (const auto [key, expected] : simdjson::dom::object(golden["sets"])) {
    const std::string set(key);
    const Votes test = Split(set, "test");
    Case c{set, expected["classes"].get_uint64().value(), {}, test.matrix, test.gold};
    c.fit = set == "agnews" ? Joined(Split(set, "valid").matrix, test.matrix) : Split(set, "train").matrix;
    Check(c, expected);
  }
}

TEST(AutoGolden, TheExpertsAndTheirAverageOnSmallMatrices) {
  ASSAY_SKIP_WITHOUT(Golden());
  simdjson::dom::parser parser;
  const auto golden = Open(parser, "auto.json");
  for (const auto [key, expected] : simdjson::dom::object(golden["small"])) {
    VoteMatrix matrix;
    for (const auto row : simdjson::dom::array(expected["votes"])) {
      for (const auto vote : simdjson::dom::array(row)) matrix.votes.push_back(static_cast<int16_t>(vote.get_int64().value()));
      ++matrix.rows;
    }
    for (size_t j = 0; j < expected["rules"].get_uint64().value(); ++j) matrix.rules.push_back("r" + std::to_string(j));
    Check({std::string(key), expected["classes"].get_uint64().value(), matrix, matrix, {}}, expected);
  }
}

}  // namespace
}  // namespace assay
