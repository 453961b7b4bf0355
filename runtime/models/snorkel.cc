// Snorkel's LabelModel: P(vote | class) of each rule by matrix completion (snorkel_train.h), posteriors by the votes that
// were given; abstaining says nothing. The same numbers as the package's own, in doubles. Where the user names rules that
// depend on each other, what these vote together counts instead (snorkel_cliques.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/models/methods.h"
#include "runtime/models/snorkel_cliques.h"
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
  RulePairs correlated;
  std::map<JointVote, std::vector<double>> joint;  // P(votes | class) of two rules or more of a clique, [classes]
};

class SnorkelModel : public LabelModel {
 public:
  SnorkelModel(ModelHead head, SnorkelParameters parameters)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)), p_(std::move(parameters)),
        evidence_(p_.mu.size()), cliques_(MakeCliques(rules_.size(), p_.correlated)) {
    const size_t classes = classes_.size();
    for (size_t row = 0; row < rules_.size() * classes; ++row) {
      double mean = 0;
      for (size_t y = 0; y < classes; ++y) {
        mean += evidence_[row * classes + y] = std::log(std::max(p_.mu[row * classes + y], kLeast));
      }
      mean /= static_cast<double>(classes);
      for (size_t y = 0; y < classes; ++y) evidence_[row * classes + y] -= mean;
    }
    for (const auto& [votes, mu] : p_.joint) {
      std::vector<double>& logs = joint_evidence_[votes];
      double sum = 0;
      for (const double p : mu) {
        logs.push_back(std::log(std::max(p, kLeast)));
        sum += logs.back();
      }
      for (double& log : logs) log -= sum / static_cast<double>(classes);
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
      if (cliques_.of_rule[j] >= 0) continue;
      const double* row = Evidence(j, votes[j]);
      for (size_t y = 0; y < classes; ++y) probabilities[y] += row[y];
    }
    for (const auto& clique : cliques_.cliques) AddJoint(clique, votes, probabilities);
    if (!voted) {
      std::copy(balance_.begin(), balance_.end(), probabilities.begin());
      return;
    }
    const double top = *std::max_element(probabilities.begin(), probabilities.end());
    double sum = 0;
    for (double& p : probabilities) sum += p = std::exp(p - top);
    for (double& p : probabilities) p /= sum;
  }

  // What the rules of a clique say together is shared among those of them that vote.
  Explanation Explain(std::span<const int32_t> votes) const override {
    const size_t classes = classes_.size();
    Explanation explanation;
    explanation.prior = prior_;
    std::vector<std::vector<double>> shares;  // a clique
    for (const auto& clique : cliques_.cliques) {
      std::vector<double>& logs = shares.emplace_back(classes);
      AddJoint(clique, votes, logs);
      const auto voting = std::ranges::count_if(clique, [&](uint32_t j) { return votes[j] >= 0; });
      for (double& log : logs) log /= std::max<double>(1, static_cast<double>(voting));
    }
    for (uint32_t j = 0; j < votes.size(); ++j) {
      if (votes[j] < 0) continue;
      const double* row = Evidence(j, votes[j]);
      explanation.votes.push_back({j, votes[j], cliques_.of_rule[j] >= 0 ? shares[static_cast<size_t>(cliques_.of_rule[j])] : std::vector<double>(row, row + classes)});
    }
    return WithProbabilities(std::move(explanation), votes);
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
    if (p_.correlated.empty()) return out;
    out += ",\n\"correlated\": [";
    for (size_t i = 0; i < p_.correlated.size(); ++i) {
      out += fmt::format("{}[{}, {}]", i > 0 ? ", " : "", p_.correlated[i].first, p_.correlated[i].second);
    }
    out += "],\n\"joint\": [";  // [[[rule, vote], ...], [probability given each class]]
    bool first = true;
    for (const auto& [votes, mu] : p_.joint) {
      out += first ? "\n [[" : ",\n [[";
      first = false;
      for (size_t i = 0; i < votes.size(); ++i) out += fmt::format("{}[{}, {}]", i > 0 ? ", " : "", votes[i].first, votes[i].second);
      out += "], [";
      for (size_t y = 0; y < mu.size(); ++y) out += (y > 0 ? ", " : "") + number(mu[y]);
      out += "]]";
    }
    out += ']';
    return out;
  }

 private:
  const double* Evidence(size_t rule, int32_t vote) const {
    return evidence_.data() + (rule * classes_.size() + static_cast<size_t>(vote)) * classes_.size();
  }

  // Adds what those of the rules that vote say together. Votes that were never seen together speak one by one.
  void AddJoint(const std::vector<uint32_t>& rules, std::span<const int32_t> votes, std::span<double> scores) const {
    JointVote joint;
    for (const uint32_t j : rules) {
      if (votes[j] >= 0) joint.emplace_back(j, static_cast<uint32_t>(votes[j]));
    }
    if (joint.size() >= 2) {
      if (const auto at = joint_evidence_.find(joint); at != joint_evidence_.end()) {
        for (size_t y = 0; y < scores.size(); ++y) scores[y] += at->second[y];
        return;
      }
    }
    for (const auto& [rule, vote] : joint) {
      const double* row = Evidence(rule, static_cast<int32_t>(vote));
      for (size_t y = 0; y < scores.size(); ++y) scores[y] += row[y];
    }
  }

  SnorkelParameters p_;
  std::vector<double> evidence_;  // log of mu, mean over the classes 0
  RuleCliques cliques_;
  std::map<JointVote, std::vector<double>> joint_evidence_;  // likewise
  std::vector<double> prior_;     // log of the balance, mean 0
};

// What the votes, the options and the balance must be, and the parameters but for mu.
Result<SnorkelParameters> Begin(const VoteLayout& layout, uint64_t rows, const FitOptions& options) {
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
  parameters.votes.assign(rules, 0);
  return parameters;
}

void SetVote(SnorkelParameters& parameters, const VoteMoments::Column& column, const ModelMatrix& mu, size_t row) {
  const size_t classes = parameters.balance.size();
  parameters.votes[column.rule] += column.count;
  for (size_t y = 0; y < classes; ++y) {
    parameters.mu[(column.rule * classes + column.vote) * classes + y] = mu(static_cast<Index>(row), static_cast<Index>(y));
  }
}

void SetFit(SnorkelParameters& parameters, const SnorkelFit& fit) {
  parameters.mu_eps = fit.mu_eps;
  if (!fit.losses.empty()) parameters.first_loss = fit.losses.front();
  parameters.last_loss = fit.loss_after_last_step;
  parameters.mu.assign(parameters.votes.size() * parameters.balance.size() * parameters.balance.size(), fit.mu_eps);
}

FittedModel End(const VoteLayout& layout, SnorkelParameters parameters, const FitOptions& options, bool permuted) {
  const size_t rules = parameters.votes.size();
  const auto silent = static_cast<size_t>(std::ranges::count(parameters.votes, uint64_t{0}));
  auto model = std::make_unique<SnorkelModel>(HeadOf(layout, options), std::move(parameters));
  if (silent == rules) {
    model->AddNote("no rule votes on any row: every row gets the class balance");
  } else if (silent > 0) {
    model->AddNote(fmt::format("{} of {} rules never vote: they have no weight, and their votes later on would say nothing", silent, rules));
  }
  if (permuted) model->AddNote("the classes changed places at the end, so that rules vote rightly more often than not");
  return model;
}

FittedModel FitIndependent(const VoteLayout& layout, const Overlaps& overlaps, uint64_t rows, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(SnorkelParameters parameters, Begin(layout, rows, options));
  const double factor = FirstUniformDraw(static_cast<uint32_t>(options.seed));
  ASSAY_ASSIGN_OR_RETURN(const SnorkelFit fit,
                         TrainSnorkel({overlaps, layout.rules.size(), parameters.balance, parameters.options, factor, options.interrupt}));
  SetFit(parameters, fit);
  for (size_t c = 0; c < overlaps.columns.size(); ++c) SetVote(parameters, overlaps.columns[c], fit.mu, c);
  return End(layout, std::move(parameters), options, fit.permuted);
}

FittedModel FitCliques(const PatternTable& patterns, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(SnorkelParameters parameters, Begin(patterns.layout(), patterns.rows(), options));
  parameters.correlated = Ordered(options.correlated);
  const double factor = FirstUniformDraw(static_cast<uint32_t>(options.seed));
  ASSAY_ASSIGN_OR_RETURN(const SnorkelCliqueFit found, TrainSnorkelCliques(patterns, parameters.correlated, parameters.balance,
                                                                           parameters.options, factor, options.interrupt));
  SetFit(parameters, found.fit);
  for (size_t c = 0; c < found.columns.size(); ++c) {
    const JointVote& votes = found.columns[c];
    if (votes.size() == 1) {
      SetVote(parameters, {votes[0].first, votes[0].second, found.counts[c]}, found.fit.mu, c);
      continue;
    }
    std::vector<double>& mu = parameters.joint[votes];
    for (Index y = 0; y < found.fit.mu.cols(); ++y) mu.push_back(found.fit.mu(static_cast<Index>(c), y));
  }
  return End(patterns.layout(), std::move(parameters), options, found.fit.permuted);
}

Status ReadCliques(simdjson::dom::object json, SnorkelParameters& parameters, size_t rules, size_t classes) {
  simdjson::dom::array list;
  if (json["correlated"].get(list) != simdjson::SUCCESS) return {};
  const auto wrong = [](std::string_view what) { return Fail(ErrorKind::kData, fmt::format("its \"{}\" is not what it should be", what)); };
  const auto pair = [](simdjson::dom::element element, uint64_t below_first, uint64_t below_second, JointVote& pairs) {
    simdjson::dom::array two;
    uint64_t a = 0, b = 0;
    if (element.get(two) != simdjson::SUCCESS || two.size() != 2 || two.at(0).get(a) != simdjson::SUCCESS ||
        two.at(1).get(b) != simdjson::SUCCESS || a >= below_first || b >= below_second) {
      return false;
    }
    pairs.emplace_back(static_cast<uint32_t>(a), static_cast<uint32_t>(b));
    return true;
  };
  for (const auto element : list) {
    if (!pair(element, rules, rules, parameters.correlated) || parameters.correlated.back().first == parameters.correlated.back().second) {
      return wrong("correlated");
    }
  }
  parameters.correlated = Ordered(std::move(parameters.correlated));
  if (json["joint"].get(list) != simdjson::SUCCESS) return wrong("joint");
  for (const auto element : list) {
    simdjson::dom::array entry, votes, numbers;
    if (element.get(entry) != simdjson::SUCCESS || entry.size() != 2 || entry.at(0).get(votes) != simdjson::SUCCESS ||
        entry.at(1).get(numbers) != simdjson::SUCCESS || numbers.size() != classes || votes.size() < 2) {
      return wrong("joint");
    }
    JointVote joint;
    for (const auto vote : votes) {
      if (!pair(vote, rules, classes, joint)) return wrong("joint");
    }
    std::vector<double> mu;
    for (const auto number : numbers) {
      double p = 0;
      if (number.get(p) != simdjson::SUCCESS || !(p >= 0 && p <= 1)) return wrong("joint");
      mu.push_back(p);
    }
    parameters.joint.emplace(std::move(joint), std::move(mu));
  }
  return {};
}

}  // namespace

FittedModel FitSnorkelMoments(const VoteMoments& moments, const FitOptions& options) {
  return FitIndependent(moments.layout(), OverlapsOf(moments), moments.rows(), options);
}

FittedModel FitSnorkel(const PatternTable& patterns, const FitOptions& options) {
  if (!options.correlated.empty()) return FitCliques(patterns, options);
  return FitIndependent(patterns.layout(), OverlapsOf(patterns), patterns.rows(), options);
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
  ASSAY_RETURN_IF_ERROR(ReadCliques(json, parameters, rules, classes));
  return std::make_unique<SnorkelModel>(std::move(head), std::move(parameters));
}

}  // namespace assay
