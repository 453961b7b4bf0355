// Label models: from the votes of many rules to a probability of each class. A model is fitted to unique vote patterns with
// counts, predicts probabilities of patterns, explains a pattern rule by rule, and is saved as JSON. Votes and classes are
// indices here: class 0 is the first of the declaration; -1 abstains.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/classes.h"
#include "runtime/votes/patterns.h"

namespace assay {

// `--set name=value` as text, by name.
using ModelOptions = std::map<std::string, std::string>;

struct FitOptions {
  std::string method = "auto";
  // Of the classes, in their order; empty: not given. It need not sum to 1: probabilities are normalised, and `snorkel` fits
  // with the numbers as they are, as the original does. (`--balance gold` is worked out by the caller, from
  // VoteStatistics::gold_by_class.)
  std::vector<double> balance;
  bool estimate_balance = false;  // `--balance estimate`
  uint64_t seed = 0;
  // Pairs of rules that are known to depend on each other, for methods that can use it (`snorkel`, `triplet`).
  std::vector<std::pair<uint32_t, uint32_t>> correlated;
  ModelOptions options;
  size_t threads = 1;  // that the fit may use; the model is the same bits with any number
  const std::atomic<bool>* interrupt = nullptr;
};

// What one rule's vote says for each class.
struct VoteEvidence {
  uint32_t rule = 0;
  int32_t vote = -1;                // index of the class; -1: it abstained and that, too, says something
  std::vector<double> log_odds;     // a number a class: added to the class's score, mean over the classes 0
};

struct Explanation {
  std::vector<double> prior;        // log probability of each class before any vote, mean 0
  std::vector<VoteEvidence> votes;  // in the order of the rules
  std::vector<double> probabilities;
};

class VoteMoments;
struct Diagnostics;

class LabelModel {
 public:
  virtual ~LabelModel() = default;

  virtual std::string_view method() const = 0;

  // The probabilities [classes] of one pattern [rules]; they are not negative and sum to 1. A pattern without votes gets
  // the balance (uniform if none is known).
  virtual void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const = 0;
  virtual Explanation Explain(std::span<const int32_t> votes) const = 0;

  // Predict with a confidence in [0, 1] for each vote [rules]: what a vote says, as Explain has it, counts that much, and a
  // vote of confidence 0 says nothing. Confidences of 1 are Predict. Where a rule abstains its confidence is not looked at.
  virtual void PredictConfident(std::span<const int32_t> votes, std::span<const double> confidences,
                                std::span<double> probabilities) const;

  // A number a rule, about its accuracy where it votes; nothing for a rule that never voted. Empty where a method has none.
  virtual std::vector<std::optional<double>> Weights() const = 0;
  // P(vote | class), [rules, classes + 1, classes], abstain first; empty where a method has none.
  virtual std::vector<double> Conditional() const = 0;

  // Classes whose probabilities are this close are tied. Snorkel's number is the default; where the package that a method
  // follows knows no ties (FlyingSquid, crowd-kit: the first of the largest) it is, too.
  virtual double tie_tolerance() const { return 1e-5; }

  // What the fit has found out about itself on the way; nullptr where that is left to Diagnose (diagnostics.h), and in models
  // that were loaded.
  const Diagnostics* diagnostics() const { return diagnostics_.get(); }
  void SetDiagnostics(std::shared_ptr<const Diagnostics> diagnostics) { diagnostics_ = std::move(diagnostics); }

  // Lines about the fit that a user should read, beside its diagnostics.
  const std::vector<std::string>& notes() const { return notes_; }
  void AddNote(std::string note) { notes_.push_back(std::move(note)); }
  const std::vector<std::string>& rules() const { return rules_; }
  const ClassList& classes() const { return classes_; }
  const std::vector<double>& balance() const { return balance_; }  // of the classes; sums to 1

  // Of all patterns, [patterns, classes].
  std::vector<double> PredictAll(const PatternTable& patterns) const;

  // The model as JSON: Assay's format, which LoadModel reads.
  std::string ToJson() const;

 protected:
  LabelModel(std::vector<std::string> rules, ClassList classes, std::vector<double> balance);

  // The method's own options with their values, as in ModelOptions, and its own parameters as JSON members
  // (`"iterations": 12, "theta": [...]`; empty: none beyond `conditional`).
  virtual ModelOptions OptionsInEffect() const = 0;
  virtual std::string OwnMembersAsJson() const { return {}; }

  // The explanation with the probabilities that Predict gives.
  Explanation WithProbabilities(Explanation explanation, std::span<const int32_t> votes) const;

  std::vector<std::string> rules_;
  ClassList classes_;
  std::vector<double> balance_;
  std::vector<std::string> notes_;
  std::shared_ptr<const Diagnostics> diagnostics_;
};

// The methods there are, by name, "auto" first.
std::vector<std::string> LabelModelMethods();

// Fits a model of the patterns' rules and classes. Unknown methods and options are usage errors that list what there is.
// The result depends on the patterns and their counts only: neither on their order nor on how they were put together.
Result<std::unique_ptr<LabelModel>> FitModel(const PatternTable& patterns, const FitOptions& options);

// Whether the counts of votes and of pairs of votes are all that a fit with these options needs (`snorkel`, `triplet`,
// `majority`, `weighted`; with an estimated balance, cliques, or weights by agreement none does). Then neither its memory nor
// its time depends on the rows, and the model is that of the patterns to the last bit. Other fits from moments are errors.
bool FitsFromMoments(const FitOptions& options);
// ... and whether votes of this layout have so few planes that the pairs take little memory whatever the rows are.
bool FitsFromMoments(const FitOptions& options, const VoteLayout& layout);
Result<std::unique_ptr<LabelModel>> FitModel(const VoteMoments& moments, const FitOptions& options);

// Reads what ToJson wrote. `name` is for messages.
Result<std::unique_ptr<LabelModel>> LoadModel(std::string_view json, const std::string& name);
Result<std::unique_ptr<LabelModel>> LoadModelFile(const std::string& path);
Status SaveModelFile(const LabelModel& model, const std::string& path);

// Whether the confidences [rows, rules] are numbers from 0 to 1; the error names the first that is not.
Status CheckConfidences(std::span<const double> confidences, const std::vector<std::string>& rules);

// For `label --model-file`: whether the votes' rules and classes are those of the model, in that order; the error says what
// differs.
Status CheckModelFits(const LabelModel& model, const VoteLayout& layout);

}  // namespace assay
