// How good labels are, against gold. Three views, because they answer different questions and are often confused:
// `labeled`: rows that got a label (Snorkel's score with ties abstaining); `covered`: rows with a vote, a tie counting as an
// even share of each tied class (the expected value of breaking ties at random); `all`: every row, likewise, those without a
// vote by the probabilities they were given. Rows whose gold is unknown are left out everywhere. Values for cases in which
// a measure is 0 / 0 are those of scikit-learn where it has one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/models/decide.h"
#include "runtime/votes/classes.h"

namespace assay {

// Everything is absent where the view has no rows; measures of probabilities also where there are none.
struct ViewScores {
  double rows = 0;
  std::vector<double> confusion;          // [classes, classes], gold x label; fractions where ties are shared out

  std::optional<double> accuracy;
  std::optional<double> precision;        // two classes: of the second class of the declaration; 0 where it was never given
  std::optional<double> recall;
  std::optional<double> f1;
  std::optional<double> precision_macro;  // means over the classes that occur in gold or labels
  std::optional<double> recall_macro;
  std::optional<double> f1_macro;
  std::optional<double> f1_micro;         // where every row has one label, this is the accuracy
  std::optional<double> mcc;              // Matthews' correlation; 0 where gold or labels are all of one class

  std::optional<double> roc_auc;          // two classes: of the second; absent where gold has one class only
  std::optional<double> roc_auc_ovr;      // mean over the classes in gold of one against the rest
  std::optional<double> roc_auc_ovo;      // mean over pairs of classes in gold (Hand and Till)
  std::optional<double> log_loss;         // mean, natural logarithm; a probability counts as at least 1e-15
  std::optional<double> brier;            // mean squared error; over all classes, of two classes over the second
  std::optional<double> calibration_error;  // expected, ten bins of the largest probability of equal width
};

struct Scores {
  uint64_t rows = 0;                // with known gold
  bool votes_known = true;          // whether it is known which rows have votes; else `covered` and `coverage` are empty
  double coverage = 0;              // share of the rows with a vote
  double label_coverage = 0;        // share of those with a label
  uint64_t labeled_without_votes = 0;  // rows whose label comes from no vote (`--no-votes prior`, or a tie-breaking rule)
  ViewScores labeled, covered, all;
  std::optional<double> log_loss;   // of the covered rows
};

class Scorer {
 public:
  explicit Scorer(size_t classes, double tie_tolerance = kTieTolerance);

  // One row: gold and label are indices of classes, -1 unknown / none. Probabilities may be empty: the label alone counts.
  void Add(int32_t gold, int32_t label, std::span<const double> probabilities, bool has_votes, uint64_t times = 1);
  // What `has_votes` says is a guess: there will be no scores of covered rows.
  void VotesAreUnknown() { votes_known_ = false; }
  Scores Finish() const;

  // An object of the members rows, coverage, label_coverage, labeled, covered, all, log_loss, ...; null where undefined.
  // With classes: their names, and confusion matrices of up to kMostConfusion classes.
  static std::string ToJson(const Scores& scores, const ClassList* classes = nullptr);
  static constexpr size_t kMostConfusion = 100;

 private:
  // Rows alike in everything count once: a row costs memory only where its probabilities are new.
  struct Row {
    int32_t gold, label;
    bool has_votes, has_probabilities;
    size_t probabilities;  // where they begin in probabilities_
    uint64_t times;
  };
  enum class View : uint8_t { kLabeled, kCovered, kAll };
  ViewScores ScoresOf(View view) const;

  size_t classes_;
  double tie_tolerance_;
  bool votes_known_ = true;
  uint64_t rows_ = 0, with_votes_ = 0, with_label_ = 0, labeled_without_votes_ = 0;
  std::vector<Row> distinct_;  // in first-seen order
  std::vector<double> probabilities_;
  std::unordered_map<Hash128, size_t> numbers_;  // of distinct_
};

}  // namespace assay
