// Snorkel's LabelModel: P(vote | class) of each rule by matrix completion (snorkel_train.h), posteriors by the votes that
// were given; abstaining says nothing. The same numbers as the package's own, in doubles.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/models/methods.h"
#include "runtime/models/snorkel_train.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

using Eigen::Index;

// Below this a probability counts as this in logs: with mu_eps = 0 a vote that no class would cast must not make NaN.
constexpr double kLeast = 1e-300;

struct SnorkelParameters {
  SnorkelOptions options;
  std::vector<double> balance;    // as given
  std::vector<double> mu;         // [rules, classes (vote), classes]
  std::vector<uint64_t> votes;    // of each rule
  uint64_t rows = 0;
  uint64_t seed = 0;
  double mu_eps = 0;
  double first_loss = std::nan(""), last_loss = std::nan("");
};

class SnorkelModel : public LabelModel {
 public:
  SnorkelModel(ModelHead head, SnorkelParameters parameters)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)), p_(std::move(parameters)),
        evidence_(p_.mu.size()) {
    const size_t classes = classes_.size();
    for (size_t row = 0; row < rules_.size() * classes; ++row) {
      double mean = 0;
      for (size_t y = 0; y < classes; ++y) {
        mean += evidence_[row * classes + y] = std::log(std::max(p_.mu[row * classes + y], kLeast));
      }
      mean /= static_cast<double>(classes);
      for (size_t y = 0; y < classes; ++y) evidence_[row * classes + y] -= mean;
    }
    double mean = 0;
    for (const double p : p_.balance) {
      prior_.push_back(std::log(p));
      mean += prior_.back();
    }
    mean /= static_cast<double>(classes);
    for (double& log : prior_) log -= mean;
  }

  std::string_view method() const override { return "snorkel"; }

  void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const override {
    const size_t classes = classes_.size();
    std::copy(prior_.begin(), prior_.end(), probabilities.begin());
    bool voted = false;
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      voted = true;
      const double* row = Evidence(j, votes[j]);
      for (size_t y = 0; y < classes; ++y) probabilities[y] += row[y];
    }
    if (!voted) {
      std::copy(balance_.begin(), balance_.end(), probabilities.begin());
      return;
    }
    const double top = *std::max_element(probabilities.begin(), probabilities.end());
    double sum = 0;
    for (double& p : probabilities) sum += p = std::exp(p - top);
    for (double& p : probabilities) p /= sum;
  }

  Explanation Explain(std::span<const int32_t> votes) const override {
    const size_t classes = classes_.size();
    Explanation explanation;
    explanation.prior = prior_;
    for (uint32_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      const double* row = Evidence(j, votes[j]);
      explanation.votes.push_back({j, votes[j], std::vector<double>(row, row + classes)});
    }
    explanation.probabilities.resize(classes);
    Predict(votes, explanation.probabilities);
    return explanation;
  }

  // P(vote is right) / P(the rule votes), cut to [1e-6, 1], as Snorkel's get_weights.
  std::vector<std::optional<double>> Weights() const override {
    const size_t classes = classes_.size();
    std::vector<std::optional<double>> weights(rules_.size());
    for (size_t j = 0; j < rules_.size(); ++j) {
      double right = 0;
      for (size_t y = 0; y < classes; ++y) right += p_.mu[(j * classes + y) * classes + y] * p_.balance[y];
      if (p_.votes[j] > 0) {
        weights[j] = std::clamp(right / (static_cast<double>(p_.votes[j]) / static_cast<double>(p_.rows)), 1e-6, 1.0);
      } else if (p_.options.weight_silent_rules) {
        weights[j] = right > 0 ? 1.0 : 1e-6;
      }
    }
    return weights;
  }

  // The share of abstentions is what the votes leave of 1: where many votes never occur and are clamped it may be below 0.
  std::vector<double> Conditional() const override {
    const size_t classes = classes_.size();
    std::vector<double> conditional(rules_.size() * (classes + 1) * classes);
    for (size_t j = 0; j < rules_.size(); ++j) {
      double* abstain = conditional.data() + j * (classes + 1) * classes;
      for (size_t y = 0; y < classes; ++y) {
        double sum = 0;
        for (size_t v = 0; v < classes; ++v) {
          const double p = p_.mu[(j * classes + v) * classes + y];
          abstain[(v + 1) * classes + y] = p;
          sum += p;
        }
        abstain[y] = 1 - sum;
      }
    }
    return conditional;
  }

 protected:
  ModelOptions OptionsInEffect() const override { return OptionsOf(p_.options); }
  std::string OwnMembersAsJson() const override {
    const auto number = [](double value) { return std::isfinite(value) ? text::FormatFloat(value) : std::string("null"); };
    std::string out = "\"class_balance\": [";
    for (size_t y = 0; y < p_.balance.size(); ++y) out += (y > 0 ? ", " : "") + text::FormatFloat(p_.balance[y]);
    out += fmt::format("],\n\"seed\": {},\n\"rows\": {},\n\"votes\": [{}],\n\"mu_eps\": {},\n\"loss_first\": {},\n\"loss_last\": {}", p_.seed,
                       p_.rows, fmt::join(p_.votes, ", "), number(p_.mu_eps), number(p_.first_loss), number(p_.last_loss));
    return out;
  }

 private:
  const double* Evidence(size_t rule, int32_t vote) const {
    return evidence_.data() + (rule * classes_.size() + static_cast<size_t>(vote)) * classes_.size();
  }

  SnorkelParameters p_;
  std::vector<double> evidence_;  // log of mu, mean over the classes 0
  std::vector<double> prior_;     // log of the balance, mean 0
};

FittedModel Fit(const VoteLayout& layout, const Overlaps& overlaps, uint64_t rows, const FitOptions& options) {
  const size_t rules = layout.rules.size(), classes = layout.class_ids.size();
  OptionReader reader(options.options);
  SnorkelParameters parameters;
  ASSAY_ASSIGN_OR_RETURN(parameters.options, ReadSnorkelOptions(reader, rules));
  ASSAY_RETURN_IF_ERROR(reader.Finish("snorkel"));
  if (rules < 3) {
    return Fail(ErrorKind::kUsage, fmt::format("the label model snorkel needs three rules or more, and there {} {}: their agreement two by two "
                                               "says nothing of their accuracy; majority and auto take any number",
                                               rules == 1 ? "is" : "are", rules));
  }
  if (rows == 0) return Fail(ErrorKind::kData, "there are no rows of votes to fit the label model snorkel to");
  if (options.seed > UINT32_MAX) return Fail(ErrorKind::kUsage, "the seed of snorkel, as NumPy's, is at most 4294967295");
  parameters.seed = options.seed;
  parameters.rows = rows;
  parameters.balance = options.balance.empty() ? std::vector<double>(classes, 1 / static_cast<double>(classes)) : options.balance;

  const double factor = FirstUniformDraw(static_cast<uint32_t>(options.seed));
  ASSAY_ASSIGN_OR_RETURN(const SnorkelFit fit, TrainSnorkel({overlaps, rules, parameters.balance, parameters.options, factor, options.interrupt}));
  parameters.mu_eps = fit.mu_eps;
  if (!fit.losses.empty()) parameters.first_loss = fit.losses.front();
  parameters.last_loss = fit.loss_after_last_step;
  parameters.mu.assign(rules * classes * classes, fit.mu_eps);
  parameters.votes.assign(rules, 0);
  for (size_t c = 0; c < overlaps.columns.size(); ++c) {
    const VoteMoments::Column& column = overlaps.columns[c];
    parameters.votes[column.rule] += column.count;
    for (size_t y = 0; y < classes; ++y) {
      parameters.mu[(column.rule * classes + column.vote) * classes + y] = fit.mu(static_cast<Index>(c), static_cast<Index>(y));
    }
  }
  const auto silent = std::ranges::count(parameters.votes, 0);
  auto model = std::make_unique<SnorkelModel>(HeadOf(layout, options), std::move(parameters));
  if (overlaps.columns.empty()) {
    model->AddNote("no rule votes on any row: every row gets the class balance");
  } else if (silent > 0) {
    model->AddNote(fmt::format("{} of {} rules never vote: they have no weight, and their votes later on would say nothing", silent, rules));
  }
  if (fit.permuted) model->AddNote("the classes changed places at the end, so that rules vote rightly more often than not");
  return model;
}

}  // namespace

FittedModel FitSnorkelMoments(const VoteMoments& moments, const FitOptions& options) {
  return Fit(moments.layout(), OverlapsOf(moments), moments.rows(), options);
}

FittedModel FitSnorkel(const PatternTable& patterns, const FitOptions& options) {
  return Fit(patterns.layout(), OverlapsOf(patterns), patterns.rows(), options);
}

FittedModel LoadSnorkel(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  const size_t rules = head.rules.size(), classes = head.classes.size();
  OptionReader reader(options);
  SnorkelParameters parameters;
  ASSAY_ASSIGN_OR_RETURN(parameters.options, ReadSnorkelOptions(reader, rules));
  ASSAY_ASSIGN_OR_RETURN(const std::vector<double> conditional, ReadCube(json, "conditional", rules, classes + 1, classes));
  for (size_t j = 0; j < rules; ++j) {
    const double* block = conditional.data() + j * (classes + 1) * classes;
    parameters.mu.insert(parameters.mu.end(), block + classes, block + (classes + 1) * classes);
  }
  for (const double p : parameters.mu) {
    if (!(p >= 0 && p <= 1)) return Fail(ErrorKind::kData, "its \"conditional\" holds what is no probability of a vote");
  }
  ASSAY_ASSIGN_OR_RETURN(parameters.balance, ReadNumbers(json, "class_balance", classes));
  for (const double p : parameters.balance) {
    if (!(p > 0)) return Fail(ErrorKind::kData, "its \"class_balance\" holds what is not greater than 0");
  }
  ASSAY_ASSIGN_OR_RETURN(const std::vector<double> votes, ReadNumbers(json, "votes", rules));
  for (const double n : votes) parameters.votes.push_back(n > 0 ? static_cast<uint64_t>(n) : 0);
  if (json["rows"].get(parameters.rows) != simdjson::SUCCESS || parameters.rows == 0) return Fail(ErrorKind::kData, "it has no \"rows\"");
  if (json["seed"].get(parameters.seed) != simdjson::SUCCESS) parameters.seed = 0;
  for (const auto& [name, value] : {std::pair{"mu_eps", &parameters.mu_eps}, {"loss_first", &parameters.first_loss}, {"loss_last", &parameters.last_loss}}) {
    if (json[name].get(*value) != simdjson::SUCCESS) *value = std::nan("");
  }
  return std::make_unique<SnorkelModel>(std::move(head), std::move(parameters));
}

}  // namespace assay
