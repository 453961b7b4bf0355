// The methods `auto` and `specificity`: the experts of auto_experts.h behind the interface of label models. A balance that is
// given is used for rows without votes; on other rows only with `use_balance=multiply`, since it helps some sets and wrecks
// others.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/auto_experts.h"
#include "runtime/models/diagnostics.h"
#include "runtime/models/effects.h"
#include "runtime/models/methods.h"
#include "runtime/models/model_json.h"

namespace assay {
namespace {

// Which of the experts speak.
enum class Speaker : uint8_t { kAverage, kPrior, kAnchored };

class ExpertModel : public LabelModel {
 public:
  ExpertModel(ModelHead head, Speaker speaker, AutoExperts experts, bool multiply, ModelOptions options,
              std::vector<std::optional<double>> weights)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)),
        speaker_(speaker), experts_(std::move(experts)), multiply_(multiply), options_(std::move(options)),
        weights_(std::move(weights)) {}

  std::string_view method() const override { return speaker_ == Speaker::kAverage ? "auto" : "specificity"; }

  void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const override {
    const bool voted = std::ranges::any_of(votes, [](int32_t vote) { return vote >= 0; });
    if (voted) {
      switch (speaker_) {
        case Speaker::kAverage: experts_.Average(votes, probabilities); break;
        case Speaker::kPrior: experts_.Prior(votes, probabilities); break;
        case Speaker::kAnchored: experts_.Anchored(votes, probabilities); break;
      }
      if (!multiply_) return;
      double sum = 0;
      for (size_t y = 0; y < balance_.size(); ++y) sum += probabilities[y] *= balance_[y];
      if (sum > 0) {
        for (double& p : probabilities) p /= sum;
        return;
      }
    }
    std::copy(balance_.begin(), balance_.end(), probabilities.begin());
  }

  Explanation Explain(std::span<const int32_t> votes) const override { return ExplainByEffects(*this, votes); }

  std::vector<std::optional<double>> Weights() const override { return weights_; }
  std::vector<double> Conditional() const override { return {}; }

  double tie_tolerance() const override { return 1e-6; }

 protected:
  ModelOptions OptionsInEffect() const override { return options_; }

  std::string OwnMembersAsJson() const override {
    std::string out = fmt::format("\"regime\": \"{}\",\n\"share_of_several\": {},\n\"rounds\": {}", RegimeName(experts_.regime),
                                  text::FormatFloat(experts_.share), experts_.rounds);
    std::vector<uint32_t> columns;
    for (const VoteLists::Column& c : experts_.columns) {
      columns.push_back(c.rule);
      columns.push_back(c.vote);
    }
    AppendMember("columns", columns, out);
    const auto anchored = [&](std::string_view name, const AnchoredParameters& p) {
      if (p.balance.empty()) return;
      out += fmt::format(",\n\"{}\": {{", name);
      AppendMember("balance", p.balance, out, true);
      AppendMember("weight", p.weight, out);
      AppendMember("log_abstain", p.log_abstain, out);
      AppendMember("precision", p.precision, out);
      AppendMember("gamma", std::vector<double>{p.gamma}, out);
      out += '}';
    };
    anchored("prior", experts_.prior);
    anchored("anchored", experts_.anchored);
    if (!experts_.agreement.weight.empty()) {
      out += ",\n\"agreement\": {";
      AppendMember("accuracy", experts_.agreement.accuracy, out, true);
      AppendMember("weight", experts_.agreement.weight, out);
      out += '}';
    }
    if (!experts_.confusions.log_balance.empty()) {
      const ShrunkConfusions& h = experts_.confusions;
      out += ",\n\"confusions\": {";
      AppendMember("log_balance", h.log_balance, out, true);
      AppendMember("log_pooled", h.log_pooled, out);
      AppendMember("log_total", h.log_total, out);
      AppendMember("log_theta", h.log_theta, out);
      AppendMember("strength", std::vector<double>{h.strength}, out);
      out += '}';
    }
    return out;
  }

 private:
  Speaker speaker_;
  AutoExperts experts_;
  bool multiply_;
  ModelOptions options_;
  std::vector<std::optional<double>> weights_;
};

Result<AnchoredParameters> ReadAnchored(simdjson::dom::object json, size_t rules, size_t columns, size_t classes) {
  AnchoredParameters p;
  ASSAY_ASSIGN_OR_RETURN(p.balance, ReadNumbers(json, "balance", classes));
  ASSAY_ASSIGN_OR_RETURN(p.weight, ReadNumbers(json, "weight", columns * classes));
  ASSAY_ASSIGN_OR_RETURN(p.log_abstain, ReadNumbers(json, "log_abstain", rules * classes));
  ASSAY_ASSIGN_OR_RETURN(p.precision, ReadNumbers(json, "precision", columns));
  ASSAY_ASSIGN_OR_RETURN(const std::vector<double> gamma, ReadNumbers(json, "gamma", 1));
  p.gamma = gamma[0];
  return p;
}

Result<AutoExperts> ReadExperts(simdjson::dom::object json, size_t rules, size_t classes) {
  AutoExperts experts;
  experts.rules = rules;
  experts.classes = classes;
  std::string_view regime;
  if (json["regime"].get(regime) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "it has no \"regime\"");
  ASSAY_ASSIGN_OR_RETURN(experts.regime, RegimeNamed(regime));
  if (json["share_of_several"].get(experts.share) != simdjson::SUCCESS) experts.share = 0;
  if (json["rounds"].get(experts.rounds) != simdjson::SUCCESS) experts.rounds = 0;
  simdjson::dom::array list;
  if (json["columns"].get(list) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "it has no \"columns\"");
  ASSAY_ASSIGN_OR_RETURN(const std::vector<double> flat, ReadNumbers(json, "columns", list.size()));
  for (size_t i = 0; i + 1 < flat.size(); i += 2) {
    if (!(flat[i] >= 0 && flat[i] < static_cast<double>(rules) && flat[i + 1] >= 0 && flat[i + 1] < static_cast<double>(classes))) {
      return Fail(ErrorKind::kData, "its \"columns\" name a rule or a class that it has not");
    }
    experts.columns.push_back({static_cast<uint32_t>(flat[i]), static_cast<uint32_t>(flat[i + 1])});
  }
  const size_t columns = experts.columns.size();
  simdjson::dom::object part;
  if (json["prior"].get(part) == simdjson::SUCCESS) {
    ASSAY_ASSIGN_OR_RETURN(experts.prior, ReadAnchored(part, rules, columns, classes));
  }
  if (json["anchored"].get(part) == simdjson::SUCCESS) {
    ASSAY_ASSIGN_OR_RETURN(experts.anchored, ReadAnchored(part, rules, columns, classes));
  }
  if (json["agreement"].get(part) == simdjson::SUCCESS) {
    ASSAY_ASSIGN_OR_RETURN(experts.agreement.accuracy, ReadNumbers(part, "accuracy", rules));
    ASSAY_ASSIGN_OR_RETURN(experts.agreement.weight, ReadNumbers(part, "weight", rules));
  }
  if (json["confusions"].get(part) == simdjson::SUCCESS) {
    ShrunkConfusions& h = experts.confusions;
    ASSAY_ASSIGN_OR_RETURN(h.log_balance, ReadNumbers(part, "log_balance", classes));
    ASSAY_ASSIGN_OR_RETURN(h.log_pooled, ReadNumbers(part, "log_pooled", classes * classes));
    ASSAY_ASSIGN_OR_RETURN(h.log_total, ReadNumbers(part, "log_total", rules * classes));
    ASSAY_ASSIGN_OR_RETURN(h.log_theta, ReadNumbers(part, "log_theta", columns * classes));
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> strength, ReadNumbers(part, "strength", 1));
    h.strength = strength[0];
  }
  experts.Prepare();
  return experts;
}

// Whether the experts that the speaker needs are there.
bool Complete(const AutoExperts& experts, Speaker speaker) {
  const bool prior = !experts.prior.balance.empty(), anchored = !experts.anchored.balance.empty();
  switch (speaker) {
    case Speaker::kPrior: return prior;
    case Speaker::kAnchored: return anchored;
    case Speaker::kAverage:
      switch (experts.regime) {
        case Regime::kSmall: return prior;
        case Regime::kUnipolar: return anchored;
        case Regime::kConfusion: return !experts.agreement.weight.empty() && !experts.confusions.log_balance.empty();
      }
  }
  return false;
}

// The expected share of right votes of each rule; nothing for one that never voted.
std::vector<std::optional<double>> ExpectedAccuracy(const VoteLists& lists, const std::vector<double>& posterior) {
  std::vector<double> counts, totals;
  CountExpected(lists, posterior, counts, totals);
  std::vector<std::optional<double>> accuracy(lists.rules);
  for (size_t j = 0; j < lists.rules; ++j) {
    double right = 0;
    for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) right += counts[c * lists.classes + lists.columns[c].vote];
    if (const double votes = lists.votes_of_rule(j); votes > 0) accuracy[j] = right / votes;
  }
  return accuracy;
}

struct OwnOptions {
  Speaker speaker = Speaker::kAverage;
  SpecificityOptions specificity;
  bool multiply = false;
  ModelOptions in_effect;
};

Result<OwnOptions> ReadOwnOptions(const ModelOptions& given, std::string_view method) {
  OwnOptions own;
  OptionReader reader(given);
  std::string& use = own.in_effect["use_balance"];
  ASSAY_ASSIGN_OR_RETURN(use, reader.Choice("use_balance", "no_votes", {"no_votes", "multiply"}));
  own.multiply = use == "multiply";
  if (method == "specificity") {
    SpecificityOptions& s = own.specificity;
    ASSAY_ASSIGN_OR_RETURN(s.beta, reader.Number("beta", s.beta, 0, 10));
    ASSAY_ASSIGN_OR_RETURN(s.accuracy, reader.Number("accuracy", s.accuracy, 0.01, 0.99));
    ASSAY_ASSIGN_OR_RETURN(s.rounds, reader.Integer("rounds", 0, 0, 1000));
    ASSAY_ASSIGN_OR_RETURN(s.strength, reader.Number("strength", s.strength, 0, 1e9));
    ASSAY_ASSIGN_OR_RETURN(s.gamma, reader.Number("gamma", s.gamma, 0, 1));
    own.speaker = s.rounds > 0 ? Speaker::kAnchored : Speaker::kPrior;
    own.in_effect["beta"] = text::FormatFloat(s.beta);
    own.in_effect["accuracy"] = text::FormatFloat(s.accuracy);
    own.in_effect["rounds"] = std::to_string(s.rounds);
    own.in_effect["strength"] = text::FormatFloat(s.strength);
    own.in_effect["gamma"] = text::FormatFloat(s.gamma);
  }
  ASSAY_RETURN_IF_ERROR(reader.Finish(method));
  return own;
}

FittedModel FitExperts(const PatternTable& patterns, const FitOptions& options, std::string_view method) {
  ASSAY_ASSIGN_OR_RETURN(OwnOptions own, ReadOwnOptions(options.options, method));
  const VoteLists lists = ListsOf(patterns, options.threads);
  AutoExperts experts;
  std::vector<double> posterior;
  if (own.speaker == Speaker::kAverage) {
    ASSAY_ASSIGN_OR_RETURN(experts, FitAutoExperts(lists, own.specificity, false, options.interrupt, &posterior));
    if (experts.regime != Regime::kSmall) experts.prior = {};
  } else {
    const VoteKinds kinds = KindsOf(lists);
    experts.rules = lists.rules;
    experts.classes = lists.classes;
    experts.share = kinds.share;
    experts.regime = RegimeOf(lists, kinds);
    experts.columns = lists.columns;
    experts.prior = FitSpecificityPrior(lists, kinds, own.specificity);
    if (own.speaker == Speaker::kAnchored) {
      ASSAY_ASSIGN_OR_RETURN(AnchoredFit fit, FitAnchored(lists, kinds, own.specificity, experts.prior, options.interrupt));
      experts.anchored = std::move(fit.parameters);
      experts.rounds = fit.rounds;
      experts.prior = {};
      posterior = std::move(fit.posterior);
    } else {
      posterior.assign(lists.size() * lists.classes, 0.0);
      Expect(lists, experts.prior.Scores(lists), posterior);
    }
  }
  experts.Prepare();
  const Regime regime = experts.regime;
  auto model = std::make_unique<ExpertModel>(HeadOf(patterns, options), own.speaker, std::move(experts), own.multiply,
                                             std::move(own.in_effect), ExpectedAccuracy(lists, posterior));
  Diagnostics diagnostics = Diagnose(lists, posterior, *model);
  if (method == "auto") diagnostics.regime = regime;
  model->SetDiagnostics(std::make_shared<const Diagnostics>(std::move(diagnostics)));
  return model;
}

FittedModel LoadExperts(ModelHead head, const ModelOptions& options, simdjson::dom::object json, std::string_view method) {
  ASSAY_ASSIGN_OR_RETURN(OwnOptions own, ReadOwnOptions(options, method));
  ASSAY_ASSIGN_OR_RETURN(AutoExperts experts, ReadExperts(json, head.rules.size(), head.classes.size()));
  if (!Complete(experts, own.speaker)) return Fail(ErrorKind::kData, "parameters that its regime needs are missing");
  std::vector<std::optional<double>> weights(head.rules.size());
  simdjson::dom::array list;
  if (json["weights"].get(list) == simdjson::SUCCESS && list.size() == weights.size()) {
    size_t j = 0;
    for (const auto element : list) {
      double weight = 0;
      if (element.get(weight) == simdjson::SUCCESS) weights[j] = weight;
      ++j;
    }
  }
  return std::make_unique<ExpertModel>(std::move(head), own.speaker, std::move(experts), own.multiply,
                                       std::move(own.in_effect), std::move(weights));
}

}  // namespace

FittedModel FitAuto(const PatternTable& patterns, const FitOptions& options) { return FitExperts(patterns, options, "auto"); }
FittedModel LoadAuto(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  return LoadExperts(std::move(head), options, json, "auto");
}
FittedModel FitSpecificity(const PatternTable& patterns, const FitOptions& options) {
  return FitExperts(patterns, options, "specificity");
}
FittedModel LoadSpecificity(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  return LoadExperts(std::move(head), options, json, "specificity");
}

}  // namespace assay
