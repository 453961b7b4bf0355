// How good labels are, against gold. Three views, because they answer different questions and are often confused:
// `labeled`: rows that got a label (Snorkel's score with ties abstaining); `covered`: rows with a vote, a tie counting as an
// even share of each tied class (the expected value of breaking ties at random); `all`: every row, likewise. Rows whose gold
// is unknown are left out everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

struct ViewScores {
  double rows = 0;
  std::optional<double> accuracy;
  std::optional<double> f1;         // two classes: of the second class of the declaration
  std::optional<double> precision;
  std::optional<double> recall;
  std::optional<double> f1_macro;   // mean over the classes that occur in gold or labels
};

struct Scores {
  uint64_t rows = 0;                // with known gold
  double coverage = 0;              // share of those with a vote
  double label_coverage = 0;        // share of those with a label
  ViewScores labeled, covered, all;
  std::optional<double> log_loss;   // mean over covered rows, natural logarithm
  // [classes, classes] of the labeled rows, gold x label.
  std::vector<uint64_t> confusion;
};

class Scorer {
 public:
  explicit Scorer(size_t classes);

  // One row: gold and label are indices of classes, -1 unknown / none. Probabilities may be empty: the label alone counts.
  void Add(int32_t gold, int32_t label, std::span<const double> probabilities, bool has_votes, uint64_t times = 1);
  Scores Finish() const;

  // An object of the members rows, coverage, label_coverage, labeled, covered, all, log_loss; null where undefined.
  static std::string ToJson(const Scores& scores);

 private:
  size_t classes_;
  uint64_t rows_ = 0, with_votes_ = 0, with_label_ = 0, with_loss_ = 0;
  double loss_ = 0;
  std::vector<uint64_t> labeled_;   // gold x label
  std::vector<double> covered_;     // gold x label, fractional
  std::vector<double> all_;
};

}  // namespace assay
