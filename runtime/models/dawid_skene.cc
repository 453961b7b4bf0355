// Order of work, as in crowd-kit: vote shares give the first priors and errors; then each iteration is an E step, new priors,
// an M step, and the evidence bound. Sums run over patterns in first-seen order, so equal input gives equal output.
#include "runtime/models/dawid_skene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/models/methods.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

// crowd-kit's smallest probability.
constexpr double kEpsilon = 1e-10;

// Softmax of scores, in place.
void Normalise(std::span<double> scores) {
  const double top = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& s : scores) sum += s = std::exp(s - top);
  for (double& s : scores) s /= sum;
}

// Patterns as lists of answers: row j * (classes + 1) + answer of the table of errors, answer 0 abstaining.
struct Answers {
  std::vector<size_t> begin;        // [patterns + 1]
  std::vector<size_t> error_row;
  std::vector<double> weight;       // [patterns]
  std::vector<size_t> pattern;      // number in the table
};

Answers AnswersOf(const PatternTable& patterns, bool abstain_is_symbol) {
  const size_t stride = patterns.classes() + 1;
  Answers answers;
  answers.begin.push_back(0);
  std::vector<int32_t> votes(patterns.rules());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] >= 0 || abstain_is_symbol) answers.error_row.push_back(j * stride + static_cast<size_t>(votes[j] + 1));
    }
    if (answers.error_row.size() == answers.begin.back()) continue;
    answers.begin.push_back(answers.error_row.size());
    answers.weight.push_back(static_cast<double>(patterns.count(p)));
    answers.pattern.push_back(p);
  }
  return answers;
}

class Fitter {
 public:
  Fitter(const PatternTable& patterns, const DawidSkeneOptions& options, const std::vector<double>& balance)
      : options_(options), balance_(balance), rules_(patterns.rules()), classes_(patterns.classes()),
        answers_(AnswersOf(patterns, options.abstain_is_symbol)), patterns_(answers_.weight.size()),
        t_(patterns_ * classes_), priors_(classes_), errors_(rules_ * (classes_ + 1) * classes_) {
    for (size_t i = 0; i < patterns_; ++i) {
      for (size_t a = answers_.begin[i]; a < answers_.begin[i + 1]; ++a) {
        votes_total_ += answers_.weight[i];
        const size_t answer = answers_.error_row[a] % (classes_ + 1);
        if (answer > 0) t_[i * classes_ + answer - 1] += 1;
      }
      const auto row = std::span(t_).subspan(i * classes_, classes_);
      double sum = 0;
      for (const double v : row) sum += v;
      for (double& v : row) v = sum > 0 ? v / sum : 1 / static_cast<double>(classes_);
    }
  }

  Result<DawidSkeneFit> Run(const std::atomic<bool>* interrupt, size_t all_patterns) {
    DawidSkeneFit fit;
    UpdatePriors();
    MStep();
    double bound = -std::numeric_limits<double>::infinity();
    for (int64_t iteration = 0; iteration < options_.n_iter && patterns_ > 0; ++iteration) {
      if (interrupt != nullptr && interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
      EStep();
      UpdatePriors();
      MStep();
      const double next = Bound();
      fit.bounds.push_back(next);
      if (next - bound < options_.tol) break;
      bound = next;
    }
    fit.priors = priors_;
    fit.errors = errors_;
    fit.probabilities.assign(all_patterns * classes_, 1 / static_cast<double>(classes_));
    for (size_t i = 0; i < patterns_; ++i) {
      for (size_t y = 0; y < classes_; ++y) {
        fit.probabilities[answers_.pattern[i] * classes_ + y] = std::max(t_[i * classes_ + y], kEpsilon);
      }
    }
    return fit;
  }

 private:
  void UpdatePriors() {
    if (!balance_.empty()) {
      priors_ = balance_;
      return;
    }
    std::fill(priors_.begin(), priors_.end(), 0.0);
    double rows = 0;
    for (size_t i = 0; i < patterns_; ++i) {
      rows += answers_.weight[i];
      for (size_t y = 0; y < classes_; ++y) priors_[y] += answers_.weight[i] * t_[i * classes_ + y];
    }
    for (double& p : priors_) p = rows > 0 ? p / rows : 1 / static_cast<double>(classes_);
  }

  void MStep() {
    std::fill(errors_.begin(), errors_.end(), 0.0);
    std::vector<bool> seen(rules_ * (classes_ + 1));
    for (size_t i = 0; i < patterns_; ++i) {
      for (size_t a = answers_.begin[i]; a < answers_.begin[i + 1]; ++a) {
        const size_t row = answers_.error_row[a];
        seen[row] = true;
        for (size_t y = 0; y < classes_; ++y) errors_[row * classes_ + y] += answers_.weight[i] * t_[i * classes_ + y];
      }
    }
    for (size_t j = 0; j < rules_; ++j) {
      const size_t first = j * (classes_ + 1);
      bool voted = false;
      for (size_t v = 0; v <= classes_; ++v) voted = voted || seen[first + v];
      if (!voted) continue;  // nothing is known of it; its errors stay zero
      for (size_t y = 0; y < classes_; ++y) {
        double sum = 0;
        for (size_t v = options_.abstain_is_symbol ? 0 : 1; v <= classes_; ++v) {
          double& error = errors_[(first + v) * classes_ + y];
          if (seen[first + v] || options_.smoothing > 0) error = std::max(error + options_.smoothing, kEpsilon);
          sum += error;
        }
        for (size_t v = 0; v <= classes_; ++v) errors_[(first + v) * classes_ + y] /= sum;
      }
    }
    log_errors_.resize(errors_.size());
    for (size_t i = 0; i < errors_.size(); ++i) log_errors_[i] = errors_[i] > 0 ? std::log(errors_[i]) : 0;
  }

  std::vector<double> LogPriors() const {
    std::vector<double> logs(classes_);
    for (size_t y = 0; y < classes_; ++y) logs[y] = std::log(std::max(priors_[y], kEpsilon));
    return logs;
  }

  void EStep() {
    const std::vector<double> log_priors = LogPriors();
    for (size_t i = 0; i < patterns_; ++i) {
      const auto row = std::span(t_).subspan(i * classes_, classes_);
      std::copy(log_priors.begin(), log_priors.end(), row.begin());
      for (size_t a = answers_.begin[i]; a < answers_.begin[i + 1]; ++a) {
        const double* logs = log_errors_.data() + answers_.error_row[a] * classes_;
        for (size_t y = 0; y < classes_; ++y) row[y] += logs[y];
      }
      Normalise(row);
    }
  }

  // The evidence lower bound per vote. The log prior counts once a vote, as in crowd-kit.
  double Bound() const {
    const std::vector<double> log_priors = LogPriors();
    double bound = 0;
    for (size_t i = 0; i < patterns_; ++i) {
      double of_row = 0;
      for (size_t y = 0; y < classes_; ++y) {
        const double t = t_[i * classes_ + y];
        double logs = 0;
        for (size_t a = answers_.begin[i]; a < answers_.begin[i + 1]; ++a) {
          logs += log_errors_[answers_.error_row[a] * classes_ + y] + log_priors[y];
        }
        const double clipped = std::max(t, kEpsilon);
        of_row += t * logs - clipped * std::log(clipped);
      }
      bound += answers_.weight[i] * of_row;
    }
    return bound / votes_total_;
  }

  const DawidSkeneOptions& options_;
  const std::vector<double>& balance_;
  size_t rules_;
  size_t classes_;
  Answers answers_;
  size_t patterns_;               // those with answers
  double votes_total_ = 0;
  std::vector<double> t_;         // [patterns, classes]
  std::vector<double> priors_;
  std::vector<double> errors_;    // [rules, classes + 1, classes]
  std::vector<double> log_errors_;
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
    Normalise(probabilities);
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
    explanation.probabilities.resize(classes);
    Predict(votes, explanation.probabilities);
    return explanation;
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

struct VoteKinds {
  double share = 0;              // of the votes, from rules that vote several classes
  std::vector<double> coverage;  // of each rule
  std::vector<bool> voted;
};

// A rule votes several classes when at least two have more than one vote in fifty.
VoteKinds KindsOf(const PatternTable& patterns) {
  const size_t classes = patterns.classes();
  std::vector<uint64_t> by_class(patterns.rules() * classes);
  std::vector<int32_t> votes(patterns.rules());
  for (size_t p = 0; p < patterns.size(); ++p) {
    patterns.Votes(p, votes);
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] >= 0) by_class[j * classes + static_cast<size_t>(votes[j])] += patterns.count(p);
    }
  }
  VoteKinds kinds;
  double all = 0, of_multi = 0;
  for (size_t j = 0; j < votes.size(); ++j) {
    double n = 0;
    for (size_t c = 0; c < classes; ++c) n += static_cast<double>(by_class[j * classes + c]);
    size_t several = 0;
    for (size_t c = 0; c < classes; ++c) several += static_cast<double>(by_class[j * classes + c]) > 0.02 * n ? 1 : 0;
    all += n;
    if (several >= 2) of_multi += n;
    kinds.voted.push_back(n > 0);
    kinds.coverage.push_back(patterns.rows() == 0 ? 0 : n / static_cast<double>(patterns.rows()));
  }
  kinds.share = all > 0 ? of_multi / all : 0;
  return kinds;
}

}  // namespace

Result<DawidSkeneFit> FitDawidSkeneModel(const PatternTable& patterns, const DawidSkeneOptions& options,
                                         const std::vector<double>& balance, const std::atomic<bool>* interrupt) {
  return Fitter(patterns, options, balance).Run(interrupt, patterns.size());
}

Result<std::unique_ptr<LabelModel>> FitDawidSkene(const PatternTable& patterns, const FitOptions& options) {
  OptionReader reader(options.options);
  DawidSkeneOptions own;
  ASSAY_ASSIGN_OR_RETURN(const std::string abstain, reader.Choice("abstain", "auto", {"auto", "symbol", "ignore"}));
  ASSAY_ASSIGN_OR_RETURN(own.n_iter, reader.Integer("n_iter", own.n_iter, 1, 1'000'000));
  ASSAY_ASSIGN_OR_RETURN(own.tol, reader.Number("tol", own.tol, 0, 1));
  ASSAY_ASSIGN_OR_RETURN(own.smoothing, reader.Number("smoothing", own.smoothing, 0, 1e6));
  ASSAY_RETURN_IF_ERROR(reader.Finish("dawid_skene"));

  const VoteKinds kinds = KindsOf(patterns);
  own.abstain_is_symbol = abstain == "symbol" || (abstain == "auto" && kinds.share < 0.5);
  const ModelHead given = HeadOf(patterns, options);
  ASSAY_ASSIGN_OR_RETURN(DawidSkeneFit fit, FitDawidSkeneModel(patterns, own, options.balance.empty() ? options.balance : given.balance,
                                                               options.interrupt));
  // With abstaining ignored, how often a rule votes is the same for every class.
  const size_t classes = patterns.classes();
  if (!own.abstain_is_symbol) {
    for (size_t j = 0; j < patterns.rules(); ++j) {
      for (size_t v = 0; v <= classes; ++v) {
        for (size_t y = 0; y < classes; ++y) {
          double& p = fit.errors[(j * (classes + 1) + v) * classes + y];
          p = v == 0 ? 1 - kinds.coverage[j] : p * kinds.coverage[j];
        }
      }
    }
  }
  for (size_t j = 0; j < patterns.rules(); ++j) {  // a rule that never votes says nothing by not voting
    if (kinds.voted[j]) continue;
    for (size_t v = 0; v <= classes; ++v) {
      for (size_t y = 0; y < classes; ++y) fit.errors[(j * (classes + 1) + v) * classes + y] = v == 0 ? 1 : 0;
    }
  }
  ModelHead head = given;
  head.balance = fit.priors;
  double total = 0;
  for (double& p : head.balance) total += p = std::max(p, kEpsilon);
  for (double& p : head.balance) p /= total;
  auto model = std::make_unique<DawidSkeneModel>(std::move(head), own, std::move(fit.errors), fit.bounds.size(),
                                                 fit.bounds.empty() ? std::nan("") : fit.bounds.back());
  model->AddNote(fmt::format("abstaining is {}{}: {:.0f} % of the votes come from rules that vote several classes",
                             own.abstain_is_symbol ? "a symbol of its own" : "ignored", abstain == "auto" ? " (chosen)" : "",
                             100 * kinds.share));
  if (!own.abstain_is_symbol && kinds.share < 0.5) {
    model->AddNote("rules that vote one class only make this form of the model collapse; see --set abstain=symbol");
  }
  if (static_cast<int64_t>(fit.bounds.size()) == own.n_iter) {
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
  ASSAY_ASSIGN_OR_RETURN(std::vector<double> conditional, ReadCube(json, "conditional", head.rules.size(), classes + 1, classes));
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
