// Order of work, as in crowd-kit: vote shares give the first priors and errors; then each iteration is an E step, new priors,
// an M step, and the evidence bound.
#include "runtime/models/dawid_skene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/models/expectation.h"
#include "runtime/models/methods.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

// crowd-kit's smallest probability.
constexpr double kEpsilon = 1e-10;

// Patterns with a vote are lists of votes; the pattern without votes, which says something where abstaining is a symbol, stands
// beside them. Where abstaining is a symbol, its logarithms are in the base of the scores and taken off again for each vote,
// so that a step costs the votes and not the rules.
class Fitter {
 public:
  Fitter(const VoteLists& lists, const DawidSkeneOptions& options, const std::vector<double>& balance)
      : options_(options), balance_(balance), lists_(lists), classes_(lists.classes),
        silent_rows_(options.abstain_is_symbol ? lists.uncovered : 0), t_(VoteShares(lists)),
        silent_(classes_, 1 / static_cast<double>(classes_)), priors_(classes_), abstain_(lists.rules * classes_),
        errors_(lists.columns.size() * classes_), unseen_(lists.rules * classes_) {
    double cast = 0;
    for (const double votes : lists.votes) cast += votes;
    answers_ = options.abstain_is_symbol ? (lists.covered + lists.uncovered) * static_cast<double>(lists.rules) : cast;
  }

  Result<DawidSkeneFit> Run(const std::atomic<bool>* interrupt) {
    DawidSkeneFit fit;
    CountExpected(lists_, t_, counts_, totals_);
    MStep();
    double bound = -std::numeric_limits<double>::infinity();
    const bool empty = lists_.size() == 0 && silent_rows_ == 0;
    for (int64_t iteration = 0; iteration < options_.n_iter && !empty; ++iteration) {
      if (interrupt != nullptr && interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
      const LogLinear scores = Scores();
      const double change = Expect(lists_, scores, t_, &counts_, &totals_);
      const double silent_change = SilentStep(scores.base);
      MStep();
      ++fit.iterations;
      if (options_.IsCrowdKits()) {
        fit.bounds.push_back(Bound());
        fit.converged = fit.bounds.back() - bound < options_.tol;
        bound = fit.bounds.back();
      } else {
        fit.converged = std::max(change, silent_change) < options_.tol;
      }
      if (fit.converged) break;
    }
    if (fit.iterations > 0 && fit.bounds.empty()) fit.bounds.push_back(Bound());
    fit.priors = priors_;
    Report(fit);
    return fit;
  }

 private:
  double SilentStep(const std::vector<double>& base) {
    if (silent_rows_ == 0) return 0;
    std::vector<double> next = base;
    Softmax(next);
    double change = 0;
    for (size_t y = 0; y < classes_; ++y) change = std::max(change, std::abs(next[y] - silent_[y]));
    silent_ = std::move(next);
    return change;
  }

  // New priors and errors from the expected counts.
  void MStep() {
    const double rows = lists_.covered + silent_rows_;
    std::vector<double> of_class(classes_);
    for (size_t y = 0; y < classes_; ++y) {
      of_class[y] = totals_[y] + silent_rows_ * silent_[y];
      priors_[y] = !balance_.empty() ? balance_[y] : rows > 0 ? of_class[y] / rows : 1 / static_cast<double>(classes_);
    }
    const bool symbol = options_.abstain_is_symbol;
    for (size_t j = 0; j < lists_.rules; ++j) {
      const uint32_t first = lists_.first_column[j], last = lists_.first_column[j + 1];
      const double votes = lists_.votes_of_rule(j);
      const bool abstains = symbol && votes < lists_.covered + lists_.uncovered;
      const size_t answers = classes_ - (last - first) + (symbol && !abstains ? 1 : 0);  // answers that it never gave
      for (size_t y = 0; y < classes_; ++y) {
        // With smoothing, answers that never occur have a share as well.
        const double unseen = options_.smoothing > 0 ? std::max(options_.smoothing, kEpsilon) : 0;
        double cast = 0, sum = unseen * static_cast<double>(answers);
        for (uint32_t c = first; c < last; ++c) {
          cast += counts_[c * classes_ + y];
          sum += errors_[c * classes_ + y] = std::max(counts_[c * classes_ + y] + options_.smoothing, kEpsilon);
        }
        double& abstain = abstain_[j * classes_ + y];
        abstain = abstains ? std::max(std::max(of_class[y] - cast, 0.0) + options_.smoothing, kEpsilon) : symbol ? unseen : 0;
        if (abstains) sum += abstain;
        if (!(sum > 0)) continue;
        for (uint32_t c = first; c < last; ++c) errors_[c * classes_ + y] /= sum;
        abstain /= sum;
        unseen_[j * classes_ + y] = unseen / sum;
      }
    }
  }

  static double Log(double p) { return p > 0 ? std::log(p) : 0; }

  LogLinear Scores() const {
    LogLinear scores{std::vector<double>(classes_), std::vector<double>(errors_.size())};
    for (size_t y = 0; y < classes_; ++y) scores.base[y] = std::log(std::max(priors_[y], kEpsilon));
    for (size_t i = 0; i < errors_.size(); ++i) scores.evidence[i] = Log(errors_[i]);
    if (!options_.abstain_is_symbol) return scores;
    std::vector<double> logs(abstain_.size());
    for (size_t i = 0; i < logs.size(); ++i) {
      logs[i] = Log(abstain_[i]);
      scores.base[i % classes_] += logs[i];
    }
    for (size_t c = 0; c < lists_.columns.size(); ++c) {
      for (size_t y = 0; y < classes_; ++y) scores.evidence[c * classes_ + y] -= logs[lists_.columns[c].rule * classes_ + y];
    }
    return scores;
  }

  // The evidence lower bound per vote of the last E step's probabilities under the new errors. The log prior counts once a
  // vote, as in crowd-kit.
  double Bound() const {
    double bound = -NegativeEntropy(lists_, t_);
    for (size_t c = 0; c < lists_.columns.size(); ++c) {
      for (size_t y = 0; y < classes_; ++y) {
        const double n = counts_[c * classes_ + y];
        bound += n * (Log(errors_[c * classes_ + y]) + (options_.abstain_is_symbol ? 0 : std::log(std::max(priors_[y], kEpsilon))));
      }
    }
    if (options_.abstain_is_symbol) {
      std::vector<double> of_class(classes_);
      for (size_t y = 0; y < classes_; ++y) {
        of_class[y] = totals_[y] + silent_rows_ * silent_[y];
        const double p = std::max(silent_[y], kEpsilon);
        bound += of_class[y] * static_cast<double>(lists_.rules) * std::log(std::max(priors_[y], kEpsilon)) - silent_rows_ * p * std::log(p);
      }
      for (size_t j = 0; j < lists_.rules; ++j) {
        for (size_t y = 0; y < classes_; ++y) {
          double cast = 0;
          for (uint32_t c = lists_.first_column[j]; c < lists_.first_column[j + 1]; ++c) cast += counts_[c * classes_ + y];
          bound += std::max(of_class[y] - cast, 0.0) * Log(abstain_[j * classes_ + y]);
        }
      }
    }
    return answers_ > 0 ? bound / answers_ : 0;
  }

  void Report(DawidSkeneFit& fit) {
    const size_t stride = (classes_ + 1) * classes_;
    fit.errors.assign(lists_.rules * stride, 0.0);
    for (size_t j = 0; j < lists_.rules; ++j) {
      if (lists_.votes_of_rule(j) == 0 && !options_.abstain_is_symbol) continue;
      double* of_rule = fit.errors.data() + j * stride;
      std::copy_n(abstain_.begin() + static_cast<std::ptrdiff_t>(j * classes_), classes_, of_rule);
      for (size_t v = 1; v <= classes_; ++v) {
        std::copy_n(unseen_.begin() + static_cast<std::ptrdiff_t>(j * classes_), classes_, of_rule + v * classes_);
      }
      for (uint32_t c = lists_.first_column[j]; c < lists_.first_column[j + 1]; ++c) {
        std::copy_n(errors_.begin() + static_cast<std::ptrdiff_t>(c * classes_), classes_, of_rule + (lists_.columns[c].vote + 1) * classes_);
      }
    }
    fit.posterior = std::move(t_);
  }

  const DawidSkeneOptions& options_;
  const std::vector<double>& balance_;
  const VoteLists& lists_;
  size_t classes_;
  double silent_rows_;            // rows without votes that take part
  double answers_ = 0;            // all answers of all rows, abstaining too where it is one
  std::vector<double> t_;         // [patterns, classes]
  std::vector<double> silent_;    // the same of the pattern without votes
  std::vector<double> priors_;
  std::vector<double> abstain_;   // P(abstain | class), [rules, classes]
  std::vector<double> errors_;    // P(vote | class), [columns, classes]
  std::vector<double> unseen_;    // the same of a vote that a rule never cast, [rules, classes]
  std::vector<double> counts_, totals_;
};

class DawidSkeneModel : public LabelModel {
 public:
  DawidSkeneModel(ModelHead head, DawidSkeneOptions options, std::vector<double> conditional, size_t iterations, double bound)
      : LabelModel(std::move(head.rules), std::move(head.classes), std::move(head.balance)),
        options_(options), conditional_(std::move(conditional)), iterations_(iterations), bound_(bound),
        evidence_(conditional_.size()) {
    const size_t classes = classes_.size();
    for (size_t row = 0; row < rules_.size() * (classes + 1); ++row) {
      if (row % (classes + 1) == 0 && !options_.abstain_is_symbol) continue;
      const auto from = std::span(conditional_).subspan(row * classes, classes);
      if (std::any_of(from.begin(), from.end(), [](double p) { return !(p > 0); })) continue;  // an answer never seen
      double mean = 0;
      for (size_t y = 0; y < classes; ++y) mean += evidence_[row * classes + y] = std::log(from[y]);
      mean /= static_cast<double>(classes);
      for (size_t y = 0; y < classes; ++y) evidence_[row * classes + y] -= mean;
    }
  }

  std::string_view method() const override { return "dawid_skene"; }

  void Predict(std::span<const int32_t> votes, std::span<double> probabilities) const override {
    const size_t classes = classes_.size();
    for (size_t y = 0; y < classes; ++y) probabilities[y] = std::log(std::max(balance_[y], kEpsilon));
    bool voted = false;
    for (size_t j = 0; j < votes.size(); ++j) {
      voted = voted || votes[j] >= 0;
      const double* row = Evidence(j, votes[j]);
      for (size_t y = 0; y < classes; ++y) probabilities[y] += row[y];
    }
    if (!voted) {
      std::copy(balance_.begin(), balance_.end(), probabilities.begin());
      return;
    }
    Softmax(probabilities);
  }

  Explanation Explain(std::span<const int32_t> votes) const override {
    const size_t classes = classes_.size();
    Explanation explanation;
    double mean = 0;
    for (const double p : balance_) mean += std::log(std::max(p, kEpsilon)) / static_cast<double>(classes);
    for (const double p : balance_) explanation.prior.push_back(std::log(std::max(p, kEpsilon)) - mean);
    const bool voted = std::any_of(votes.begin(), votes.end(), [](int32_t v) { return v >= 0; });
    for (uint32_t j = 0; j < votes.size() && voted; ++j) {
      if (votes[j] < 0 && !options_.abstain_is_symbol) continue;
      const double* row = Evidence(j, votes[j]);
      explanation.votes.push_back({j, votes[j], std::vector<double>(row, row + classes)});
    }
    return WithProbabilities(std::move(explanation), votes);
  }

  // P(vote is right | the rule votes).
  std::vector<std::optional<double>> Weights() const override {
    const size_t classes = classes_.size();
    std::vector<std::optional<double>> weights(rules_.size());
    for (size_t j = 0; j < rules_.size(); ++j) {
      double right = 0, all = 0;
      for (size_t v = 0; v < classes; ++v) {
        for (size_t y = 0; y < classes; ++y) {
          const double p = conditional_[(j * (classes + 1) + v + 1) * classes + y] * balance_[y];
          all += p;
          if (v == y) right += p;
        }
      }
      if (all > 0) weights[j] = right / all;
    }
    return weights;
  }
  std::vector<double> Conditional() const override { return conditional_; }

  void AddNote(std::string note) { notes_.push_back(std::move(note)); }

 protected:
  ModelOptions OptionsInEffect() const override {
    return {{"abstain", options_.abstain_is_symbol ? "symbol" : "ignore"},
            {"n_iter", std::to_string(options_.n_iter)},
            {"smoothing", text::FormatFloat(options_.smoothing)},
            {"tol", text::FormatFloat(options_.tol)}};
  }
  std::string OwnMembersAsJson() const override {
    return fmt::format("\"iterations\": {},\n\"bound\": {}", iterations_,
                       std::isfinite(bound_) ? text::FormatFloat(bound_) : "null");
  }

 private:
  const double* Evidence(size_t rule, int32_t vote) const {
    const size_t classes = classes_.size();
    return evidence_.data() + (rule * (classes + 1) + static_cast<size_t>(vote + 1)) * classes;
  }

  DawidSkeneOptions options_;
  std::vector<double> conditional_;  // [rules, classes + 1, classes]
  size_t iterations_;
  double bound_;                     // of the last iteration
  std::vector<double> evidence_;     // log of conditional_, mean over the classes 0; all 0 where nothing is known
};

}  // namespace

Result<DawidSkeneFit> FitDawidSkeneModel(const VoteLists& lists, const DawidSkeneOptions& options,
                                         const std::vector<double>& balance, const std::atomic<bool>* interrupt) {
  return Fitter(lists, options, balance).Run(interrupt);
}

Result<DawidSkeneFit> FitDawidSkeneModel(const PatternTable& patterns, const DawidSkeneOptions& options,
                                         const std::vector<double>& balance, const std::atomic<bool>* interrupt) {
  const VoteLists lists = ListsOf(patterns);
  ASSAY_ASSIGN_OR_RETURN(DawidSkeneFit fit, FitDawidSkeneModel(lists, options, balance, interrupt));
  const size_t classes = lists.classes;
  fit.probabilities.assign(patterns.size() * classes, 1 / static_cast<double>(classes));
  for (size_t i = 0; i < lists.size(); ++i) {
    for (size_t y = 0; y < classes; ++y) fit.probabilities[lists.pattern[i] * classes + y] = std::max(fit.posterior[i * classes + y], kEpsilon);
  }
  return fit;
}

Result<std::unique_ptr<LabelModel>> FitDawidSkene(const PatternTable& patterns, const FitOptions& options) {
  OptionReader reader(options.options);
  DawidSkeneOptions own;
  ASSAY_ASSIGN_OR_RETURN(const std::string abstain, reader.Choice("abstain", "auto", {"auto", "symbol", "ignore"}));
  ASSAY_ASSIGN_OR_RETURN(own.n_iter, reader.Integer("n_iter", own.n_iter, 1, 1'000'000));
  ASSAY_ASSIGN_OR_RETURN(own.tol, reader.Number("tol", own.tol, 0, 1));
  ASSAY_ASSIGN_OR_RETURN(own.smoothing, reader.Number("smoothing", own.smoothing, 0, 1e6));
  ASSAY_RETURN_IF_ERROR(reader.Finish("dawid_skene"));

  const VoteLists lists = ListsOf(patterns, options.threads);
  const VoteKinds kinds = KindsOf(lists);
  own.abstain_is_symbol = abstain == "symbol" || (abstain == "auto" && kinds.share < 0.5);
  const ModelHead given = HeadOf(patterns, options);
  ASSAY_ASSIGN_OR_RETURN(DawidSkeneFit fit, FitDawidSkeneModel(lists, own, options.balance.empty() ? options.balance : given.balance,
                                                               options.interrupt));
  // With abstaining ignored, how often a rule votes is the same for every class.
  const size_t classes = patterns.classes();
  if (!own.abstain_is_symbol) {
    for (size_t j = 0; j < patterns.rules(); ++j) {
      const double coverage = patterns.rows() == 0 ? 0 : lists.votes_of_rule(j) / static_cast<double>(patterns.rows());
      for (size_t v = 0; v <= classes; ++v) {
        for (size_t y = 0; y < classes; ++y) {
          double& p = fit.errors[(j * (classes + 1) + v) * classes + y];
          p = v == 0 ? 1 - coverage : p * coverage;
        }
      }
    }
  }
  for (size_t j = 0; j < patterns.rules(); ++j) {  // a rule that never votes says nothing by not voting
    if (lists.votes_of_rule(j) > 0) continue;
    for (size_t v = 0; v <= classes; ++v) {
      for (size_t y = 0; y < classes; ++y) fit.errors[(j * (classes + 1) + v) * classes + y] = v == 0 ? 1 : 0;
    }
  }
  ModelHead head = given;
  head.balance = fit.priors;
  double total = 0;
  for (double& p : head.balance) total += p = std::max(p, kEpsilon);
  for (double& p : head.balance) p /= total;
  auto model = std::make_unique<DawidSkeneModel>(std::move(head), own, std::move(fit.errors), fit.iterations,
                                                 fit.bounds.empty() ? std::nan("") : fit.bounds.back());
  model->AddNote(fmt::format("abstaining is {}{}: {:.0f} % of the votes come from rules that vote several classes",
                             own.abstain_is_symbol ? "a symbol of its own" : "ignored", abstain == "auto" ? " (chosen)" : "",
                             100 * kinds.share));
  if (!own.abstain_is_symbol && kinds.share < 0.5) {
    model->AddNote("rules that vote one class only make this form of the model collapse; see --set abstain=symbol");
  }
  if (!fit.converged && fit.iterations > 0) {
    model->AddNote(fmt::format("it did not converge in {} iterations (--set n_iter=N)", own.n_iter));
  }
  return model;
}

Result<std::unique_ptr<LabelModel>> LoadDawidSkene(ModelHead head, const ModelOptions& options, simdjson::dom::object json) {
  OptionReader reader(options);
  DawidSkeneOptions own;
  ASSAY_ASSIGN_OR_RETURN(const std::string abstain, reader.Choice("abstain", "symbol", {"symbol", "ignore"}));
  ASSAY_ASSIGN_OR_RETURN(own.n_iter, reader.Integer("n_iter", own.n_iter, 1, 1'000'000));
  ASSAY_ASSIGN_OR_RETURN(own.tol, reader.Number("tol", own.tol, 0, 1));
  ASSAY_ASSIGN_OR_RETURN(own.smoothing, reader.Number("smoothing", own.smoothing, 0, 1e6));
  own.abstain_is_symbol = abstain == "symbol";
  const size_t classes = head.classes.size();
  std::vector<double> conditional;
  if (!head.rules.empty()) {
    ASSAY_ASSIGN_OR_RETURN(conditional, ReadCube(json, "conditional", head.rules.size(), classes + 1, classes));
  }
  for (const double p : conditional) {
    if (!(p >= 0 && p <= 1 + 1e-9)) return Fail(ErrorKind::kData, "its \"conditional\" holds what is no probability");
  }
  int64_t iterations = 0;
  double bound = std::nan("");
  if (json["iterations"].get(iterations) != simdjson::SUCCESS) iterations = 0;
  if (json["bound"].get(bound) != simdjson::SUCCESS) bound = std::nan("");
  return std::make_unique<DawidSkeneModel>(std::move(head), own, std::move(conditional), static_cast<size_t>(std::max<int64_t>(iterations, 0)), bound);
}

}  // namespace assay
