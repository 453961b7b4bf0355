// The method `triplet`. With two classes the second is +1; with more there is a problem for each class, and a row's
// probabilities are the problems' own, made to sum to 1.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/effects.h"
#include "runtime/models/methods.h"
#include "runtime/models/model_json.h"
#include "runtime/models/triplet.h"

namespace assay {
namespace {

class TripletModel : public LabelModel {
 public:
  TripletModel(ModelHead head, std::vector<SignedTriplets> problems, ModelOptions options, std::vector<std::optional<double>> weights)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)), problems_(std::move(problems)),
        options_(std::move(options)), weights_(std::move(weights)) {}

  std::string_view method() const override { return "triplet"; }

  void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const override {
    const bool voted = std::ranges::any_of(votes, [](int32_t vote) { return vote >= 0; });
    // The package gives rows without votes the prior twice over; with its exponent we do as it does.
    if (!voted && !(Binary() && problems_[0].original_exponent)) {
      std::copy(balance_.begin(), balance_.end(), probabilities.begin());
      return;
    }
    std::vector<int8_t> signs(votes.size());
    if (Binary()) {
      probabilities[1] = One(votes, 0, 1, signs);
      probabilities[0] = 1 - probabilities[1];
      return;
    }
    double sum = 0;
    for (size_t y = 0; y < problems_.size(); ++y) sum += probabilities[y] = One(votes, y, static_cast<int32_t>(y), signs);
    for (double& p : probabilities) p = sum > 0 ? p / sum : 1 / static_cast<double>(probabilities.size());
  }

  Explanation Explain(std::span<const int32_t> votes) const override {
    if (!Binary()) return ExplainByEffects(*this, votes);
    const SignedTriplets& t = problems_[0];
    Explanation explanation;
    explanation.probabilities.resize(2);
    Predict(votes, explanation.probabilities);
    const double prior = (std::log(t.balance) - std::log(1 - t.balance)) * (t.original_exponent ? 2 : 1) / 2;
    explanation.prior = {-prior, prior};
    std::vector<int8_t> signs(votes.size());
    Signs(votes, 1, signs);
    for (uint32_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      const double half = t.LogOdds(j, signs[j]) * t.Share(j, signs) / 2;
      explanation.votes.push_back({j, votes[j], {-half, half}});
    }
    return explanation;
  }

  std::vector<std::optional<double>> Weights() const override { return weights_; }

  std::vector<double> Conditional() const override {
    if (!Binary()) return {};
    const double q = problems_[0].balance;
    std::vector<double> conditional;
    for (const SignedTriplets::Rule& rule : problems_[0].rules) {
      for (const size_t vote : {1, 0, 2}) {
        conditional.push_back(std::clamp(rule.marginal[vote * 2] / (1 - q), 0.0, 1.0));
        conditional.push_back(std::clamp(rule.marginal[vote * 2 + 1] / q, 0.0, 1.0));
      }
    }
    return conditional;
  }

  void AddNote(std::string note) { notes_.push_back(std::move(note)); }

 protected:
  ModelOptions OptionsInEffect() const override { return options_; }

  std::string OwnMembersAsJson() const override {
    std::string out = "\"problems\": [";
    for (size_t i = 0; i < problems_.size(); ++i) {
      const SignedTriplets& t = problems_[i];
      std::vector<double> accuracy, marginal, dependencies;
      std::vector<uint8_t> seen;
      for (const SignedTriplets::Rule& rule : t.rules) {
        accuracy.push_back(rule.accuracy);
        marginal.insert(marginal.end(), rule.marginal.begin(), rule.marginal.end());
        seen.push_back(static_cast<uint8_t>((rule.negative_seen ? 1 : 0) + (rule.positive_seen ? 2 : 0)));
      }
      for (const SignedTriplets::Dependency& d : t.dependencies) {
        dependencies.insert(dependencies.end(), {static_cast<double>(d.first), static_cast<double>(d.second), d.strength});
      }
      out += i > 0 ? ",\n {" : "\n {";
      AppendMember("balance", std::vector<double>{t.balance}, out, true);
      AppendMember("accuracy", accuracy, out);
      AppendMember("marginal", marginal, out);
      AppendMember("seen", seen, out);
      AppendMember("dependencies", dependencies, out);
      out += '}';
    }
    return out + ']';
  }

 private:
  bool Binary() const { return problems_.size() == 1; }

  static void Signs(std::span<const int32_t> votes, int32_t positive, std::vector<int8_t>& signs) {
    for (size_t j = 0; j < votes.size(); ++j) signs[j] = static_cast<int8_t>(votes[j] < 0 ? 0 : votes[j] == positive ? 1 : -1);
  }

  double One(std::span<const int32_t> votes, size_t problem, int32_t positive, std::vector<int8_t>& signs) const {
    Signs(votes, positive, signs);
    const double p = problems_[problem].Posterior(signs);
    return std::isfinite(p) ? std::clamp(p, 0.0, 1.0) : 0.5;
  }

  std::vector<SignedTriplets> problems_;  // one with two classes, else one a class
  ModelOptions options_;
  std::vector<std::optional<double>> weights_;
};

struct OwnOptions {
  TripletOptions triplet;
  ModelOptions in_effect;
};

Result<OwnOptions> ReadOwnOptions(const ModelOptions& given, size_t classes) {
  OwnOptions own;
  OptionReader reader(given);
  TripletOptions& t = own.triplet;
  ASSAY_ASSIGN_OR_RETURN(const std::string solve, reader.Choice("solve_method", "triplet_mean", {"triplet_mean", "triplet_median"}));
  ASSAY_ASSIGN_OR_RETURN(const std::string exponent, reader.Choice("separator", "exact", {"exact", "original"}));
  ASSAY_ASSIGN_OR_RETURN(const std::string zeros, reader.Choice("zeros", "count", {"count", "skip"}));
  ASSAY_ASSIGN_OR_RETURN(t.bound, reader.Boolean("bound", classes > 2));  // the package knows two classes, and does without
  ASSAY_ASSIGN_OR_RETURN(t.flip_negative, reader.Boolean("flip_negative", true));
  ASSAY_ASSIGN_OR_RETURN(t.clamp, reader.Boolean("clamp", true));
  ASSAY_RETURN_IF_ERROR(reader.Finish("triplet"));
  t.median = solve == "triplet_median";
  t.original_exponent = exponent == "original";
  t.skip_zeros = zeros == "skip";
  own.in_effect = {{"solve_method", solve}, {"separator", exponent}, {"zeros", zeros}, {"bound", t.bound ? "true" : "false"},
                   {"flip_negative", t.flip_negative ? "true" : "false"}, {"clamp", t.clamp ? "true" : "false"}};
  return own;
}

// `cast`: votes of each rule; `signed_votes(y)`: the votes of class y against the rest.
template <typename SignedVotesOf>
FittedModel Fit(const VoteLayout& layout, const std::vector<double>& cast, const SignedVotesOf& signed_votes, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(OwnOptions own, ReadOwnOptions(options.options, layout.class_ids.size()));
  const size_t rules = cast.size(), classes = layout.class_ids.size();
  const auto voting = static_cast<size_t>(std::ranges::count_if(cast, [](double votes) { return votes > 0; }));
  if (voting < 3) {
    return Fail(ErrorKind::kData, fmt::format("the label model triplet compares rules three at a time, and {} of the {} rules vote", voting, rules));
  }
  std::vector<std::pair<uint32_t, uint32_t>> correlated;
  for (const auto& [a, b] : options.correlated) {
    if (a >= rules || b >= rules || a == b) return Fail(ErrorKind::kUsage, "a pair of correlated rules names a rule that there is not");
    correlated.emplace_back(std::min(a, b), std::max(a, b));
  }
  std::ranges::sort(correlated);
  correlated.erase(std::unique(correlated.begin(), correlated.end()), correlated.end());

  ModelHead head = HeadOf(layout, options);
  std::vector<SignedTriplets> problems;
  std::vector<double> right(rules);
  size_t repaired = 0, pointless = 0;
  for (size_t y = classes == 2 ? 1 : 0; y < classes; ++y) {
    if (options.interrupt != nullptr && options.interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
    const SignedVotes votes = signed_votes(y);
    problems.push_back(SolveTriplets(votes, head.balance[y], own.triplet, correlated));
    const SignedTriplets& t = problems.back();
    for (size_t j = 0; j < rules; ++j) {
      const std::array<double, 6>& p = t.rules[j].marginal;
      const double counted = classes == 2 ? cast[j] : votes.positive[j];
      if (counted > 0) right[j] += counted * (classes == 2 ? t.Precision(j) : p[4] + p[5] > 0 ? std::clamp(p[5] / (p[4] + p[5]), 0.0, 1.0) : 0);
      if (t.rules[j].repaired && cast[j] > 0) ++repaired;
      if (t.rules[j].accuracy == 0 && cast[j] > 0) ++pointless;
    }
  }
  std::vector<std::optional<double>> weights(rules);
  for (size_t j = 0; j < rules; ++j) {
    if (cast[j] > 0) weights[j] = right[j] / cast[j];
  }
  auto model = std::make_unique<TripletModel>(std::move(head), std::move(problems), std::move(own.in_effect), std::move(weights));
  const size_t all = voting * (classes == 2 ? 1 : classes);
  if (pointless > 0) {
    model->AddNote(fmt::format("{} of {} accuracies rest on no triplet: those rules vote together with too few others", pointless, all));
  }
  if (repaired > 0) {
    model->AddNote(fmt::format("{} of {} distributions came out with a negative probability, which was {}: the votes do not fit "
                               "the model's assumptions there", repaired, all,
                               own.triplet.flip_negative ? "made positive" : own.triplet.clamp ? "made 1e-8" : "kept"));
  }
  return model;
}

}  // namespace

FittedModel FitTripletMoments(const VoteMoments& moments, const FitOptions& options) {
  std::vector<double> cast;
  for (size_t j = 0; j < moments.rules(); ++j) cast.push_back(static_cast<double>(moments.Votes(j)));
  return Fit(moments.layout(), cast, [&](size_t y) { return OneAgainstRest(moments, y); }, options);
}

FittedModel FitTriplet(const PatternTable& patterns, const FitOptions& options) {
  const VoteLists lists = ListsOf(patterns);
  std::vector<double> cast;
  for (size_t j = 0; j < lists.rules; ++j) cast.push_back(lists.votes_of_rule(j));
  return Fit(patterns.layout(), cast, [&](size_t y) { return OneAgainstRest(lists, y); }, options);
}

FittedModel LoadTriplet(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  ASSAY_ASSIGN_OR_RETURN(OwnOptions own, ReadOwnOptions(options, head.classes.size()));
  const size_t rules = head.rules.size(), classes = head.classes.size();
  simdjson::dom::array list;
  if (json["problems"].get(list) != simdjson::SUCCESS || list.size() != (classes == 2 ? 1 : classes)) {
    return Fail(ErrorKind::kData, "its \"problems\" are not one a class");
  }
  std::vector<SignedTriplets> problems;
  for (const auto element : list) {
    simdjson::dom::object from;
    if (element.get(from) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "one of its \"problems\" is no object");
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> balance, ReadNumbers(from, "balance", 1));
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> accuracy, ReadNumbers(from, "accuracy", rules));
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> marginal, ReadNumbers(from, "marginal", rules * 6));
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> seen, ReadNumbers(from, "seen", rules));
    simdjson::dom::array dependencies;
    if (from["dependencies"].get(dependencies) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "it has no \"dependencies\"");
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> triples, ReadNumbers(from, "dependencies", dependencies.size() / 3 * 3));
    if (!(balance[0] > 0 && balance[0] < 1)) return Fail(ErrorKind::kData, "a \"balance\" of its \"problems\" is not between 0 and 1");
    SignedTriplets t;
    t.balance = balance[0];
    t.original_exponent = own.triplet.original_exponent;
    for (size_t j = 0; j < rules; ++j) {
      SignedTriplets::Rule rule;
      rule.accuracy = accuracy[j];
      std::copy_n(marginal.begin() + static_cast<std::ptrdiff_t>(j * 6), 6, rule.marginal.begin());
      rule.negative_seen = seen[j] == 1 || seen[j] == 3;
      rule.positive_seen = seen[j] >= 2;
      t.rules.push_back(rule);
    }
    for (size_t i = 0; i < triples.size(); i += 3) {
      const auto rule = [&](double v) { return v >= 0 && v < static_cast<double>(rules); };
      if (!rule(triples[i]) || !rule(triples[i + 1]) || !(triples[i + 2] >= 0)) {
        return Fail(ErrorKind::kData, "its \"dependencies\" name a rule that it has not");
      }
      t.dependencies.push_back({static_cast<uint32_t>(triples[i]), static_cast<uint32_t>(triples[i + 1]), triples[i + 2]});
    }
    problems.push_back(std::move(t));
  }
  std::vector<std::optional<double>> weights(rules);
  if (json["weights"].get(list) == simdjson::SUCCESS && list.size() == rules) {
    size_t j = 0;
    for (const auto element : list) {
      double weight = 0;
      if (element.get(weight) == simdjson::SUCCESS) weights[j] = weight;
      ++j;
    }
  }
  return std::make_unique<TripletModel>(std::move(head), std::move(problems), std::move(own.in_effect), std::move(weights));
}

}  // namespace assay
