#include "runtime/models/label_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "runtime/io/input.h"
#include "runtime/io/output_file.h"
#include "runtime/io/text_cells.h"
#include "runtime/models/class_balance.h"
#include "runtime/models/methods.h"
#include "runtime/text/number.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

constexpr std::string_view kFormat = "assay-label-model-1";

constexpr Method kMethods[] = {
    {.name = "auto", .load = LoadAuto, .fit = FitAuto, .zero_balance = true},
    {.name = "majority", .load = LoadMajority, .fit = FitMajority, .fit_moments = FitMajorityMoments, .zero_balance = true},
    {.name = "dawid_skene", .load = LoadDawidSkene, .fit = FitDawidSkene, .estimates_balance = true},
    {.name = "snorkel", .load = LoadSnorkel, .fit = FitSnorkel, .fit_moments = FitSnorkelMoments, .counts_pairs = true,
     .correlations = true, .cliques = true},
    {.name = "weighted", .load = LoadWeighted, .fit = FitWeighted, .fit_moments = FitWeightedMoments,
     .moments_suffice = WeightedNeedsNoPatterns, .zero_balance = true},
    {.name = "triplet", .load = LoadTriplet, .fit = FitTriplet, .fit_moments = FitTripletMoments, .counts_pairs = true,
     .correlations = true},
    {.name = "specificity", .load = LoadSpecificity, .fit = FitSpecificity, .zero_balance = true},
};

const Method* MethodNamed(std::string_view name) {
  for (const Method& method : kMethods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

Error UnknownMethod(std::string_view name) {
  return {ErrorKind::kUsage, fmt::format("there is no label model \"{}\"; there are {}", name, fmt::join(LabelModelMethods(), ", "))};
}

// The method, after looking at what all methods ask of the classes and the balance.
Result<const Method*> CheckedMethod(const VoteLayout& layout, const FitOptions& options) {
  const Method* method = MethodNamed(options.method);
  if (method == nullptr) return std::unexpected(UnknownMethod(options.method));
  if (!options.correlated.empty() && !method->correlations) {
    std::string able;
    for (const Method& other : kMethods) {
      if (other.correlations) able += fmt::format("{}{}", able.empty() ? "" : ", ", other.name);
    }
    return Fail(ErrorKind::kUsage, fmt::format("the label model {} cannot use correlations between rules; these can: {}", method->name, able));
  }
  for (const auto& [a, b] : options.correlated) {
    if (a >= layout.rules.size() || b >= layout.rules.size() || a == b) {
      return Fail(ErrorKind::kUsage, "a correlation must be between two different rules that there are");
    }
  }
  const size_t classes = layout.class_ids.size();
  if (classes < 2) {
    return Fail(ErrorKind::kUsage, "a label model needs at least two classes; name them with --class-names A,B or --classes N");
  }
  if (options.balance.empty()) return method;
  if (options.balance.size() != classes) {
    return Fail(ErrorKind::kUsage, fmt::format("the balance has {} numbers and there are {} classes", options.balance.size(), classes));
  }
  double total = 0;
  for (const double p : options.balance) {
    if (!std::isfinite(p) || p < 0 || (p == 0 && !method->zero_balance)) {
      return Fail(ErrorKind::kUsage, method->zero_balance ? "the balance holds a number that is no share of a class"
                                                          : "each number of the balance must be greater than 0");
    }
    total += p;
  }
  if (!(total > 0) || !std::isfinite(total)) return Fail(ErrorKind::kUsage, "the balance must have a sum greater than 0");
  return method;
}

// Whether the pairs of votes that occur together take less memory than the patterns they occur in would, or little anyway.
bool PairsAreFew(const PatternTable& patterns) {
  constexpr uint64_t kFewPairs = 10'000'000;
  if (patterns.layout().planes.size() <= VoteMoments::kFewPlanes) return true;
  uint64_t pairs = 0;
  for (size_t i = 0; i < patterns.size(); ++i) {
    uint64_t votes = 0;
    for (const uint64_t word : patterns.key(i)) votes += static_cast<uint64_t>(std::popcount(word));
    pairs += votes * votes / 2;
  }
  return pairs <= kFewPairs;
}

// What of a fit, if anything, pairs of votes do not tell.
std::optional<std::string> WhatNeedsPatterns(const Method& method, const FitOptions& options) {
  if (method.fit_moments == nullptr || (method.moments_suffice != nullptr && !method.moments_suffice(options.options))) {
    return fmt::format("the label model {}{}", method.name, method.fit_moments == nullptr ? "" : " with these options");
  }
  if (method.cliques && !options.correlated.empty()) return "a model of rules that depend on each other";
  if (options.estimate_balance && options.balance.empty() && !method.estimates_balance) return "estimating the class balance";
  return std::nullopt;
}

void AppendNumber(double value, std::string& out) {
  if (std::isfinite(value)) {
    text::AppendFloat(value, out);
  } else {
    out += "null";
  }
}

void AppendStrings(const std::vector<std::string>& strings, std::string& out) {
  out += '[';
  for (size_t i = 0; i < strings.size(); ++i) {
    if (i > 0) out += ", ";
    AppendJsonString(strings[i], out);
  }
  out += ']';
}

bool IsJsonNumber(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  return parser.parse(text).get(element) == simdjson::SUCCESS && element.is_number();
}

Error Malformed(const std::string& name, std::string_view what) {
  return {ErrorKind::kData, fmt::format("{} is not a label model that can be read: {}", name, what)};
}

std::string AsText(simdjson::dom::element value) {
  std::string_view string;
  return value.get(string) == simdjson::SUCCESS ? std::string(string) : simdjson::minify(value);
}

}  // namespace

LabelModel::LabelModel(std::vector<std::string> rules, ClassList classes, std::vector<double> balance)
    : rules_(std::move(rules)), classes_(std::move(classes)), balance_(std::move(balance)) {}

Explanation LabelModel::WithProbabilities(Explanation explanation, std::span<const int32_t> votes) const {
  explanation.probabilities.resize(classes_.size());
  Predict(votes, explanation.probabilities);
  return explanation;
}

std::vector<double> LabelModel::PredictAll(const PatternTable& patterns) const {
  const size_t classes = classes_.size();
  std::vector<double> probabilities(patterns.size() * classes);
  std::vector<int32_t> votes(rules_.size());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    Predict(votes, std::span(probabilities).subspan(p * classes, classes));
  }
  return probabilities;
}

void LabelModel::PredictConfident(std::span<const int32_t> votes, std::span<const double> confidences,
                                  std::span<double> probabilities) const {
  bool certain = true;
  for (size_t j = 0; j < votes.size(); ++j) certain = certain && (votes[j] < 0 || confidences[j] == 1);
  if (certain) {
    Predict(votes, probabilities);
    return;
  }
  const Explanation explanation = Explain(votes);
  std::copy(explanation.prior.begin(), explanation.prior.end(), probabilities.begin());
  for (const VoteEvidence& evidence : explanation.votes) {
    const double weight = evidence.vote < 0 ? 1 : confidences[evidence.rule];
    for (size_t c = 0; c < probabilities.size(); ++c) probabilities[c] += weight * evidence.log_odds[c];
  }
  const double top = *std::max_element(probabilities.begin(), probabilities.end());
  double sum = 0;
  for (double& p : probabilities) sum += p = std::exp(p - top);
  for (double& p : probabilities) p /= sum;
}

std::string LabelModel::ToJson() const {
  const size_t classes = classes_.size();
  std::string out = "{\n\"format\": ";
  AppendJsonString(kFormat, out);
  out += ",\n\"method\": ";
  AppendJsonString(method(), out);
  out += ",\n\"classes\": ";
  AppendStrings(classes_.names, out);
  out += fmt::format(",\n\"class_ids\": [{}],\n\"rules\": ", fmt::join(classes_.ids, ", "));
  AppendStrings(rules_, out);
  out += ",\n\"balance\": [";
  for (size_t c = 0; c < classes; ++c) {
    if (c > 0) out += ", ";
    AppendNumber(balance_[c], out);
  }
  out += "],\n\"options\": {";
  bool first = true;
  for (const auto& [name, value] : OptionsInEffect()) {
    if (!first) out += ", ";
    first = false;
    AppendJsonString(name, out);
    out += ": ";
    if (IsJsonNumber(value)) {
      out += value;
    } else {
      AppendJsonString(value, out);
    }
  }
  out += '}';
  if (const auto weights = Weights(); !weights.empty()) {
    out += ",\n\"weights\": [";
    for (size_t j = 0; j < weights.size(); ++j) {
      if (j > 0) out += ", ";
      AppendNumber(weights[j].value_or(std::nan("")), out);
    }
    out += ']';
  }
  if (const auto conditional = Conditional(); !conditional.empty()) {
    out += ",\n\"conditional\": [";
    for (size_t j = 0; j < rules_.size(); ++j) {
      out += j > 0 ? ",\n [" : "\n [";
      for (size_t v = 0; v <= classes; ++v) {
        out += v > 0 ? ", [" : "[";
        for (size_t c = 0; c < classes; ++c) {
          if (c > 0) out += ", ";
          AppendNumber(conditional[(j * (classes + 1) + v) * classes + c], out);
        }
        out += ']';
      }
      out += ']';
    }
    out += ']';
  }
  if (const std::string own = OwnMembersAsJson(); !own.empty()) out += ",\n" + own;
  out += "\n}\n";
  return out;
}

std::vector<std::string> LabelModelMethods() {
  std::vector<std::string> names;
  for (const Method& method : kMethods) names.emplace_back(method.name);
  return names;
}

bool FitsFromMoments(const FitOptions& options) {
  const Method* method = MethodNamed(options.method);
  return method != nullptr && !WhatNeedsPatterns(*method, options);
}

bool FitsFromMoments(const FitOptions& options, const VoteLayout& layout) {
  return layout.planes.size() <= VoteMoments::kFewPlanes && FitsFromMoments(options);
}

Result<std::unique_ptr<LabelModel>> FitModel(const PatternTable& given, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(const Method* method, CheckedMethod(given.layout(), options));
  const bool estimate = options.estimate_balance && options.balance.empty() && !method->estimates_balance;
  const bool by_pairs = method->counts_pairs &&
                        (method->fit == nullptr || (!(method->cliques && !options.correlated.empty()) && PairsAreFew(given)));
  std::optional<PatternTable> ordered;
  if ((estimate || !by_pairs) && !given.IsCanonical()) ordered = given.Canonical();
  const PatternTable& patterns = ordered ? *ordered : given;

  FitOptions in_effect = options;
  std::string note;
  if (estimate) {
    ASSAY_ASSIGN_OR_RETURN(const BalanceEstimate found, EstimateClassBalance(patterns, options.interrupt));
    in_effect.balance = found.balance;
    in_effect.estimate_balance = false;
    note = "the estimated class balance:";
    for (size_t y = 0; y < found.balance.size(); ++y) {
      note += fmt::format("{} {} {:.4f}", y > 0 ? "," : "", patterns.layout().class_names[y], found.balance[y]);
    }
    if (found.rules.size() < patterns.rules()) note += fmt::format(" (by the {} rules that vote most)", found.rules.size());
  }
  FittedModel model = Fail(ErrorKind::kInternal, "no fit");
  if (by_pairs) {
    VoteMoments moments(patterns.layout());
    moments.Add(patterns);
    model = method->fit_moments(moments, in_effect);
  } else {
    model = method->fit(patterns, in_effect);
  }
  if (model && !note.empty()) (*model)->AddNote(std::move(note));
  return model;
}

Result<std::unique_ptr<LabelModel>> FitModel(const VoteMoments& moments, const FitOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(const Method* method, CheckedMethod(moments.layout(), options));
  if (const auto what = WhatNeedsPatterns(*method, options)) {
    return Fail(ErrorKind::kUsage, fmt::format("{} needs the patterns of votes, not only counts of pairs", *what));
  }
  return method->fit_moments(moments, options);
}

Result<std::unique_ptr<LabelModel>> LoadModel(std::string_view json, const std::string& name) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  const auto error = parser.parse(json.data(), json.size()).get(document);
  if (error != simdjson::SUCCESS) return std::unexpected(Malformed(name, simdjson::error_message(error)));
  simdjson::dom::object object;
  std::string_view format, method_name;
  if (document.get(object) != simdjson::SUCCESS || object["format"].get(format) != simdjson::SUCCESS || format != kFormat) {
    return std::unexpected(Malformed(name, fmt::format("its \"format\" is not \"{}\"", kFormat)));
  }
  if (object["method"].get(method_name) != simdjson::SUCCESS) return std::unexpected(Malformed(name, "it has no \"method\""));
  const Method* method = MethodNamed(method_name);
  if (method == nullptr) return std::unexpected(UnknownMethod(method_name));

  ModelHead head;
  simdjson::dom::array list;
  if (object["classes"].get(list) != simdjson::SUCCESS) return std::unexpected(Malformed(name, "it has no \"classes\""));
  for (const auto element : list) head.classes.names.push_back(AsText(element));
  for (size_t c = 0; c < head.classes.names.size(); ++c) head.classes.ids.push_back(static_cast<int32_t>(c));
  if (object["class_ids"].get(list) == simdjson::SUCCESS && list.size() == head.classes.size()) {
    size_t c = 0;
    for (const auto element : list) {
      int64_t id = 0;
      if (element.get(id) != simdjson::SUCCESS || id < 0 || id > INT32_MAX) {
        return std::unexpected(Malformed(name, "its \"class_ids\" are no ids"));
      }
      head.classes.ids[c++] = static_cast<int32_t>(id);
    }
  }
  if (head.classes.size() < 2) return std::unexpected(Malformed(name, "it has fewer than two classes"));
  if (object["rules"].get(list) != simdjson::SUCCESS) return std::unexpected(Malformed(name, "it has no \"rules\""));
  for (const auto element : list) head.rules.push_back(AsText(element));
  if (object["balance"].get(list) != simdjson::SUCCESS || list.size() != head.classes.size()) {
    return std::unexpected(Malformed(name, "its \"balance\" is not a number a class"));
  }
  double total = 0;
  for (const auto element : list) {
    double p = 0;
    if (element.get(p) != simdjson::SUCCESS || !(p >= 0)) {
      return std::unexpected(Malformed(name, "a number of its \"balance\" is no probability"));
    }
    head.balance.push_back(p);
    total += p;
  }
  if (!(std::abs(total - 1) < 1e-6)) return std::unexpected(Malformed(name, "its \"balance\" does not sum to 1"));
  ModelOptions options;
  simdjson::dom::object given;
  if (object["options"].get(given) == simdjson::SUCCESS) {
    for (const auto field : given) options.emplace(field.key, AsText(field.value));
  }
  auto model = method->load(std::move(head), options, object);
  if (!model) return std::unexpected(Malformed(name, model.error().message));
  return model;
}

Result<std::unique_ptr<LabelModel>> LoadModelFile(const std::string& path) {
  ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  return LoadModel(content, path);
}

Status SaveModelFile(const LabelModel& model, const std::string& path) { return WriteFile(path, model.ToJson()); }

Status CheckConfidences(std::span<const double> confidences, const std::vector<std::string>& rules) {
  for (size_t i = 0; i < confidences.size(); ++i) {
    if (confidences[i] >= 0 && confidences[i] <= 1) continue;
    return Fail(ErrorKind::kData, fmt::format("the confidence of {} in row {} is {}, which is not a number from 0 to 1",
                                              rules[i % rules.size()], i / rules.size(), confidences[i]));
  }
  return {};
}

Status CheckModelFits(const LabelModel& model, const VoteLayout& layout) {
  if (model.classes().names != layout.class_names) {
    return Fail(ErrorKind::kData, fmt::format("the model was fitted for the classes {}, and these votes are of the classes {}",
                                              fmt::join(model.classes().names, ", "), fmt::join(layout.class_names, ", ")));
  }
  if (model.rules().size() != layout.rules.size()) {
    return Fail(ErrorKind::kData, fmt::format("the model was fitted to {} rules, and these are the votes of {}",
                                              model.rules().size(), layout.rules.size()));
  }
  for (size_t j = 0; j < layout.rules.size(); ++j) {
    if (model.rules()[j] == layout.rules[j].name) continue;
    return Fail(ErrorKind::kData, fmt::format("rule {} of the model is {}, and of these votes {}: they must be the same, in "
                                              "the same order",
                                              j + 1, model.rules()[j], layout.rules[j].name));
  }
  return {};
}

ModelHead HeadOf(const PatternTable& patterns, const FitOptions& options) { return HeadOf(patterns.layout(), options); }

ModelHead HeadOf(const VoteLayout& layout, const FitOptions& options) {
  ModelHead head;
  for (const VoteLayout::Rule& rule : layout.rules) head.rules.push_back(rule.name);
  head.classes = ClassesOf(layout);
  head.balance = options.balance;
  if (head.balance.empty()) head.balance.assign(head.classes.size(), 1.0);
  double total = 0;
  for (const double p : head.balance) total += p;
  for (double& p : head.balance) p /= total;
  return head;
}

std::optional<std::string> OptionReader::Take(const std::string& name) {
  known_.push_back(name);
  const auto at = left_.find(name);
  if (at == left_.end()) return std::nullopt;
  std::string value = std::move(at->second);
  left_.erase(at);
  return value;
}

Result<double> OptionReader::Number(const std::string& name, double fallback, double least, double most) {
  const auto value = Take(name);
  if (!value) return fallback;
  const auto number = text::ParseFloat(*value);
  if (number && *number >= least && *number <= most) return *number;
  return Fail(ErrorKind::kUsage, fmt::format("the option {} must be a number from {} to {}, not \"{}\"", name, least, most, *value));
}

Result<int64_t> OptionReader::Integer(const std::string& name, int64_t fallback, int64_t least, int64_t most) {
  const auto value = Take(name);
  if (!value) return fallback;
  const auto number = text::ParseInt(*value);
  if (number && *number >= least && *number <= most) return *number;
  return Fail(ErrorKind::kUsage, fmt::format("the option {} must be a whole number from {} to {}, not \"{}\"", name, least, most, *value));
}

Result<std::string> OptionReader::Choice(const std::string& name, const std::string& fallback,
                                         const std::vector<std::string>& choices) {
  const auto value = Take(name);
  if (!value) return fallback;
  if (std::find(choices.begin(), choices.end(), *value) != choices.end()) return *value;
  return Fail(ErrorKind::kUsage, fmt::format("the option {} must be one of {}, not \"{}\"", name, fmt::join(choices, ", "), *value));
}

Result<bool> OptionReader::Boolean(const std::string& name, bool fallback) {
  const auto value = Take(name);
  if (!value) return fallback;
  if (*value == "true" || *value == "True" || *value == "1") return true;
  if (*value == "false" || *value == "False" || *value == "0") return false;
  return Fail(ErrorKind::kUsage, fmt::format("the option {} must be true or false, not \"{}\"", name, *value));
}

Result<std::vector<double>> OptionReader::Numbers(const std::string& name, std::vector<double> fallback, double least, double most) {
  const auto value = Take(name);
  if (!value) return fallback;
  std::string_view rest = *value;
  if (rest.size() >= 2 && rest.front() == '[' && rest.back() == ']') rest = rest.substr(1, rest.size() - 2);
  std::vector<double> numbers;
  for (;;) {
    const size_t comma = rest.find(',');
    std::string_view part = rest.substr(0, comma);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    const auto number = text::ParseFloat(part);
    if (!number || !(*number >= least && *number <= most)) {
      return Fail(ErrorKind::kUsage, fmt::format("the option {} must be numbers from {} to {} with commas between, not \"{}\"", name,
                                                 least, most, value->substr(0, 80)));
    }
    numbers.push_back(*number);
    if (comma == std::string_view::npos) return numbers;
    rest.remove_prefix(comma + 1);
  }
}

Status OptionReader::Finish(std::string_view method) {
  if (left_.empty()) return {};
  return Fail(ErrorKind::kUsage,
              fmt::format("the label model {} has no option {}; {}", method, left_.begin()->first,
                          known_.empty() ? "it has none" : fmt::format("it has {}", fmt::join(known_, ", "))));
}

Result<std::vector<double>> ReadNumbers(simdjson::dom::object json, std::string_view member, size_t size) {
  const auto wrong = [&] { return Fail(ErrorKind::kData, fmt::format("its \"{}\" is not {} numbers", member, size)); };
  simdjson::dom::array array;
  if (json[member].get(array) != simdjson::SUCCESS || array.size() != size) return wrong();
  std::vector<double> values;
  for (const auto element : array) {
    double value = 0;
    if (element.get(value) != simdjson::SUCCESS) return wrong();
    values.push_back(value);
  }
  return values;
}

Result<std::vector<double>> ReadCube(simdjson::dom::object json, std::string_view member, size_t rows, size_t columns,
                                     size_t depth) {
  const auto wrong = [&] {
    return Fail(ErrorKind::kData, fmt::format("its \"{}\" is not [{}, {}, {}] numbers", member, rows, columns, depth));
  };
  simdjson::dom::array outer;
  if (json[member].get(outer) != simdjson::SUCCESS || outer.size() != rows) return wrong();
  std::vector<double> values;
  for (const auto row : outer) {
    simdjson::dom::array middle;
    if (row.get(middle) != simdjson::SUCCESS || middle.size() != columns) return wrong();
    for (const auto column : middle) {
      simdjson::dom::array inner;
      if (column.get(inner) != simdjson::SUCCESS || inner.size() != depth) return wrong();
      for (const auto element : inner) {
        double value = 0;
        if (element.get(value) != simdjson::SUCCESS) return wrong();
        values.push_back(value);
      }
    }
  }
  return values;
}

}  // namespace assay
