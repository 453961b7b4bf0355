// Counting votes. `majority` is Snorkel's MajorityLabelVoter: all probability on the class with the most votes, split evenly
// among tied classes; with votes=shares a class has its share of the votes instead. `weighted` counts a vote as the weight of
// its rule times its class's share of the balance, and gives shares; with equal weights that is WRENCH's weighted vote.
// A row without votes gets the balance.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/agreement.h"
#include "runtime/models/methods.h"
#include "runtime/models/model_json.h"

namespace assay {
namespace {

class CountingModel : public LabelModel {
 public:
  CountingModel(ModelHead head, std::string_view method, bool hard, std::vector<double> weight, std::vector<double> of_class,
                std::vector<bool> voted, ModelOptions options)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)), method_(method), hard_(hard),
        weight_(std::move(weight)), of_class_(std::move(of_class)), voted_(std::move(voted)), options_(std::move(options)) {}

  std::string_view method() const override { return method_; }

  void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const override {
    Count(votes, {}, probabilities);
  }
  // A vote counts as much as its confidence.
  void PredictConfident(std::span<const int32_t> votes, std::span<const double> confidences, std::span<double> probabilities) const override {
    Count(votes, confidences, probabilities);
  }

  // Each vote counts its weight for its class: a count of votes, not of odds, since that is what decides here.
  Explanation Explain(std::span<const int32_t> votes) const override {
    const size_t classes = classes_.size();
    Explanation explanation;
    explanation.prior.assign(classes, 0.0);
    for (uint32_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      const double weight = weight_[j] * of_class_[static_cast<size_t>(votes[j])];
      std::vector<double> score(classes, -weight / static_cast<double>(classes));
      score[static_cast<size_t>(votes[j])] += weight;
      explanation.votes.push_back({j, votes[j], std::move(score)});
    }
    return WithProbabilities(std::move(explanation), votes);
  }

  std::vector<std::optional<double>> Weights() const override {
    std::vector<std::optional<double>> weights(rules_.size());
    for (size_t j = 0; j < weights.size(); ++j) {
      if (voted_[j]) weights[j] = weight_[j];
    }
    return weights;
  }
  std::vector<double> Conditional() const override { return {}; }

 protected:
  ModelOptions OptionsInEffect() const override { return options_; }
  std::string OwnMembersAsJson() const override {
    if (method_ == "majority") return {};
    std::string out;
    AppendMember("rule_weights", weight_, out, true);
    AppendMember("class_weights", of_class_, out);
    return out;
  }

 private:
  // `confidences` may be empty: all are 1.
  void Count(std::span<const int32_t> votes, std::span<const double> confidences, std::span<double> probabilities) const {
    std::fill(probabilities.begin(), probabilities.end(), 0.0);
    double sum = 0;
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      const double weight = weight_[j] * of_class_[static_cast<size_t>(votes[j])] * (confidences.empty() ? 1 : confidences[j]);
      probabilities[static_cast<size_t>(votes[j])] += weight;
      sum += weight;
    }
    if (!(sum > 0)) {
      std::copy(balance_.begin(), balance_.end(), probabilities.begin());
      return;
    }
    if (!hard_) {
      for (double& p : probabilities) p /= sum;
      return;
    }
    const double most = *std::max_element(probabilities.begin(), probabilities.end());
    const auto winners = static_cast<double>(std::count(probabilities.begin(), probabilities.end(), most));
    for (double& p : probabilities) p = p == most ? 1 / winners : 0;
  }

  std::string_view method_;
  bool hard_;
  std::vector<double> weight_;    // a rule
  std::vector<double> of_class_;  // a class
  std::vector<bool> voted_;       // a rule
  ModelOptions options_;
};

std::vector<bool> Voted(const PatternTable& patterns) {
  std::vector<bool> voted(patterns.rules());
  std::vector<int32_t> votes(patterns.rules());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] >= 0) voted[j] = true;
    }
  }
  return voted;
}

std::vector<bool> Voted(const VoteMoments& moments) {
  std::vector<bool> voted;
  for (size_t j = 0; j < moments.rules(); ++j) voted.push_back(moments.Votes(j) > 0);
  return voted;
}

// Which rules voted in the fit, by their weights in the file.
std::vector<bool> ReadVoted(simdjson::dom::object json, size_t rules) {
  std::vector<bool> voted(rules, true);
  simdjson::dom::array weights;
  if (json["weights"].get(weights) != simdjson::SUCCESS || weights.size() != rules) return voted;
  size_t j = 0;
  for (const auto weight : weights) voted[j++] = !weight.is_null();
  return voted;
}

Result<bool> ReadHard(const ModelOptions& options) {
  OptionReader reader(options);
  ASSAY_ASSIGN_OR_RETURN(const std::string votes, reader.Choice("votes", "hard", {"hard", "shares"}));
  ASSAY_RETURN_IF_ERROR(reader.Finish("majority"));
  return votes == "hard";
}

std::unique_ptr<LabelModel> Majority(ModelHead head, bool hard, std::vector<bool> voted) {
  std::vector<double> ones(head.rules.size(), 1.0), of_class(head.classes.size(), 1.0);
  return std::make_unique<CountingModel>(std::move(head), "majority", hard, std::move(ones), std::move(of_class), std::move(voted),
                                         ModelOptions{{"votes", hard ? "hard" : "shares"}});
}

// `by_agreement`: the weights of weights=agreement, else empty.
FittedModel Weighted(const VoteLayout& layout, std::vector<bool> voted, std::vector<double> by_agreement, const FitOptions& options) {
  ModelOptions left = options.options;
  ModelHead head = HeadOf(layout, options);
  std::string kind = "equal";
  if (const auto at = left.find("weights"); at != left.end() && (at->second == "equal" || at->second == "agreement")) {
    kind = at->second;
    left.erase(at);
  }
  std::vector<double> weight = kind == "agreement" ? std::move(by_agreement) : std::vector<double>(head.rules.size(), 1.0);
  OptionReader reader(left);
  const bool given = reader.Has("weights");
  ASSAY_ASSIGN_OR_RETURN(weight, reader.Numbers("weights", weight, 0, 1e9));
  ASSAY_RETURN_IF_ERROR(reader.Finish("weighted"));
  if (weight.size() != head.rules.size()) {
    return Fail(ErrorKind::kUsage, fmt::format("the option weights has {} numbers and there are {} rules; it is equal, agreement, or "
                                               "a number a rule", weight.size(), head.rules.size()));
  }
  std::vector<double> of_class(head.classes.size(), 1.0);
  if (!options.balance.empty()) of_class = head.balance;
  return std::make_unique<CountingModel>(std::move(head), "weighted", false, std::move(weight), std::move(of_class), std::move(voted),
                                         ModelOptions{{"weights", given ? "given" : kind}});
}

}  // namespace

FittedModel FitMajority(const PatternTable& patterns, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(const bool hard, ReadHard(options.options));
  return Majority(HeadOf(patterns, options), hard, Voted(patterns));
}

FittedModel FitMajorityMoments(const VoteMoments& moments, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(const bool hard, ReadHard(options.options));
  return Majority(HeadOf(moments.layout(), options), hard, Voted(moments));
}

FittedModel LoadMajority(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  ASSAY_ASSIGN_OR_RETURN(const bool hard, ReadHard(options));
  std::vector<bool> voted = ReadVoted(json, head.rules.size());
  return Majority(std::move(head), hard, std::move(voted));
}

FittedModel FitWeighted(const PatternTable& patterns, const FitOptions& options) {
  std::vector<double> by_agreement;
  if (!WeightedNeedsNoPatterns(options.options)) {
    std::vector<double> posterior;
    by_agreement = FitAgreement(ListsOf(patterns, options.threads), 2, posterior).weight;
  }
  return Weighted(patterns.layout(), Voted(patterns), std::move(by_agreement), options);
}

FittedModel FitWeightedMoments(const VoteMoments& moments, const FitOptions& options) {
  return Weighted(moments.layout(), Voted(moments), {}, options);
}

bool WeightedNeedsNoPatterns(const ModelOptions& options) {
  const auto at = options.find("weights");
  return at == options.end() || at->second != "agreement";
}

FittedModel LoadWeighted(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  std::vector<bool> voted = ReadVoted(json, head.rules.size());
  ASSAY_ASSIGN_OR_RETURN(std::vector<double> weight, ReadNumbers(json, "rule_weights", head.rules.size()));
  ASSAY_ASSIGN_OR_RETURN(std::vector<double> of_class, ReadNumbers(json, "class_weights", head.classes.size()));
  for (const auto* list : {&weight, &of_class}) {
    if (std::ranges::any_of(*list, [](double w) { return !(w >= 0 && w <= 1e9); })) return Fail(ErrorKind::kData, "it has a weight that is not from 0 to 1e9");
  }
  return std::make_unique<CountingModel>(std::move(head), "weighted", false, std::move(weight), std::move(of_class), std::move(voted), options);
}

}  // namespace assay
