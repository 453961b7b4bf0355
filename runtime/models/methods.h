// The methods behind FitModel and LoadModel: what each offers, in one table.
#pragma once

#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>

#include "runtime/models/kind_named.h"
#include "runtime/models/label_model.h"
#include "runtime/models/statistics.h"

namespace assay {

// What every model begins with.
struct ModelHead {
  std::vector<std::string> rules;
  ClassList classes;
  std::vector<double> balance;  // sums to 1
};

using FittedModel = Result<std::unique_ptr<LabelModel>>;

struct Method {
  std::string_view name;
  // From the members of a saved model.
  FittedModel (*load)(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
  // From patterns, which come in canonical order, or from the counts of votes and pairs of votes alone.
  FittedModel (*fit)(const PatternTable& patterns, const FitOptions& options) = nullptr;
  FittedModel (*fit_moments)(const VoteMoments& moments, const FitOptions& options) = nullptr;
  bool (*moments_suffice)(const ModelOptions& options) = nullptr;  // where only some options do with the counts
  // Whether pairs are what the fit goes over: those of patterns are counted first unless they are more than the patterns.
  bool counts_pairs = false;
  bool zero_balance = false;      // whether a class's share of a given balance may be 0
  bool estimates_balance = false; // whether `estimate_balance` is the method's own matter
  bool correlations = false;      // whether it can use FitOptions::correlated
  bool cliques = false;           // whether it needs patterns, not pairs, for that
};

Result<std::unique_ptr<LabelModel>> FitMajority(const PatternTable& patterns, const FitOptions& options);
Result<std::unique_ptr<LabelModel>> LoadMajority(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
FittedModel FitMajorityMoments(const VoteMoments& moments, const FitOptions& options);
FittedModel FitWeighted(const PatternTable& patterns, const FitOptions& options);
FittedModel FitWeightedMoments(const VoteMoments& moments, const FitOptions& options);
bool WeightedNeedsNoPatterns(const ModelOptions& options);
FittedModel LoadWeighted(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
FittedModel FitAuto(const PatternTable& patterns, const FitOptions& options);
FittedModel LoadAuto(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
FittedModel FitSpecificity(const PatternTable& patterns, const FitOptions& options);
FittedModel LoadSpecificity(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
FittedModel FitTriplet(const PatternTable& patterns, const FitOptions& options);
FittedModel FitTripletMoments(const VoteMoments& moments, const FitOptions& options);
FittedModel LoadTriplet(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
Result<std::unique_ptr<LabelModel>> FitDawidSkene(const PatternTable& patterns, const FitOptions& options);
Result<std::unique_ptr<LabelModel>> LoadDawidSkene(ModelHead head, const ModelOptions& options, simdjson::dom::object json);
FittedModel FitSnorkel(const PatternTable& patterns, const FitOptions& options);
FittedModel FitSnorkelMoments(const VoteMoments& moments, const FitOptions& options);
FittedModel LoadSnorkel(ModelHead head, const ModelOptions& options, simdjson::dom::object json);

// The rules and classes of the votes, and the balance: as given and normalised, else uniform. (`options.balance` itself is
// as it was given.)
ModelHead HeadOf(const VoteLayout& layout, const FitOptions& options);
ModelHead HeadOf(const PatternTable& patterns, const FitOptions& options);

// Reading `--set`: names may have dots (`lr_scheduler_config.step_config.gamma`); each look-up removes the option, and whatever is left over at the end was unknown.
class OptionReader {
 public:
  explicit OptionReader(ModelOptions options) : left_(std::move(options)) {}

  // The value, or `fallback`. A value that is no number, or out of the range, is a usage error.
  Result<double> Number(const std::string& name, double fallback, double least, double most);
  Result<int64_t> Integer(const std::string& name, int64_t fallback, int64_t least, int64_t most);
  Result<std::string> Choice(const std::string& name, const std::string& fallback, const std::vector<std::string>& choices);
  // One of the kinds, by its name; the first is the fallback.
  template <typename Kind>
  Result<Kind> KindOf(const std::string& name, std::initializer_list<Kind> kinds, std::string_view (*name_of)(Kind)) {
    std::vector<std::string> names;
    for (const Kind kind : kinds) names.emplace_back(name_of(kind));
    ASSAY_ASSIGN_OR_RETURN(const std::string chosen, Choice(name, names[0], names));
    return *KindNamed(chosen, kinds, name_of);
  }
  Result<bool> Boolean(const std::string& name, bool fallback);  // true|false, also as Python writes them, or 1|0
  // Numbers with commas between them, in brackets or not; a single number is a list of one.
  Result<std::vector<double>> Numbers(const std::string& name, std::vector<double> fallback, double least, double most);
  bool Has(const std::string& name) const { return left_.contains(name); }

  // A usage error when options are left; it lists those that the method has.
  Status Finish(std::string_view method);

 private:
  std::optional<std::string> Take(const std::string& name);

  ModelOptions left_;
  std::vector<std::string> known_;
};

// A row or a flat list of numbers in a saved model: `size` of them.
Result<std::vector<double>> ReadNumbers(simdjson::dom::object json, std::string_view member, size_t size);

// [rows, columns, depth] numbers of a saved model.
Result<std::vector<double>> ReadCube(simdjson::dom::object json, std::string_view member, size_t rows, size_t columns,
                                     size_t depth);

}  // namespace assay
