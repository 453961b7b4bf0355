// Majority vote as Snorkel's MajorityLabelVoter: all probability on the class with the most votes, split evenly among tied
// classes; never vote shares. A row without votes gets the balance.
#include <algorithm>

#include "runtime/models/methods.h"

namespace assay {
namespace {

class MajorityModel : public LabelModel {
 public:
  MajorityModel(ModelHead head, std::vector<bool> voted)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)), voted_(std::move(voted)) {}

  std::string_view method() const override { return "majority"; }

  void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const override {
    std::fill(probabilities.begin(), probabilities.end(), 0.0);
    for (const int32_t vote : votes) {
      if (vote >= 0) probabilities[static_cast<size_t>(vote)] += 1;
    }
    const double most = *std::max_element(probabilities.begin(), probabilities.end());
    if (most == 0) {
      std::copy(balance_.begin(), balance_.end(), probabilities.begin());
      return;
    }
    const auto winners = static_cast<double>(std::count(probabilities.begin(), probabilities.end(), most));
    for (double& p : probabilities) p = p == most ? 1 / winners : 0;
  }

  // Each vote counts one for its class: a count of votes, not of odds, since that is what decides here.
  Explanation Explain(std::span<const int32_t> votes) const override {
    const size_t classes = classes_.size();
    Explanation explanation;
    explanation.prior.assign(classes, 0.0);
    for (uint32_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      std::vector<double> score(classes, -1 / static_cast<double>(classes));
      score[static_cast<size_t>(votes[j])] += 1;
      explanation.votes.push_back({j, votes[j], std::move(score)});
    }
    explanation.probabilities.resize(classes);
    Predict(votes, explanation.probabilities);
    return explanation;
  }

  std::vector<std::optional<double>> Weights() const override {
    std::vector<std::optional<double>> weights(rules_.size());
    for (size_t j = 0; j < weights.size(); ++j) {
      if (voted_[j]) weights[j] = 1;
    }
    return weights;
  }
  std::vector<double> Conditional() const override { return {}; }

 protected:
  ModelOptions OptionsInEffect() const override { return {}; }

 private:
  std::vector<bool> voted_;  // a rule
};

}  // namespace

Result<std::unique_ptr<LabelModel>> FitMajority(const PatternTable& patterns, const FitOptions& options) {
  ASSAY_RETURN_IF_ERROR(OptionReader(options.options).Finish("majority"));
  std::vector<bool> voted(patterns.rules());
  std::vector<int32_t> votes(patterns.rules());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] >= 0) voted[j] = true;
    }
  }
  return std::make_unique<MajorityModel>(HeadOf(patterns, options), std::move(voted));
}

Result<std::unique_ptr<LabelModel>> LoadMajority(ModelHead head, const ModelOptions&, simdjson::dom::object json) {
  std::vector<bool> voted(head.rules.size(), true);
  simdjson::dom::array weights;
  if (json["weights"].get(weights) == simdjson::SUCCESS && weights.size() == voted.size()) {
    size_t j = 0;
    for (const auto weight : weights) voted[j++] = !weight.is_null();
  }
  return std::make_unique<MajorityModel>(std::move(head), std::move(voted));
}

}  // namespace assay
