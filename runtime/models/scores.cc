#include "runtime/models/scores.h"

#include "runtime/models/decide.h"
#include "runtime/models/scores_measures.h"

namespace assay {

Scorer::Scorer(size_t classes, double tie_tolerance) : classes_(classes), tie_tolerance_(tie_tolerance) {}

void Scorer::Add(int32_t gold, int32_t label, std::span<const double> probabilities, bool has_votes, uint64_t times) {
  if (gold < 0 || static_cast<size_t>(gold) >= classes_ || times == 0) return;
  rows_ += times;
  if (has_votes) with_votes_ += times;
  if (label >= 0) with_label_ += times;
  if (label >= 0 && !has_votes) labeled_without_votes_ += times;

  Hasher hasher;
  hasher.Add(static_cast<uint64_t>(gold) << 32 | static_cast<uint32_t>(label))
      .Add(has_votes ? 1 : 0)
      .Add(std::string_view(reinterpret_cast<const char*>(probabilities.data()), probabilities.size_bytes()));
  const auto [at, added] = numbers_.try_emplace(hasher.Finish(), distinct_.size());
  if (added) {
    distinct_.push_back({gold, label, has_votes, !probabilities.empty(), probabilities_.size(), 0});
    probabilities_.insert(probabilities_.end(), probabilities.begin(), probabilities.end());
  }
  distinct_[at->second].times += times;
}

ViewScores Scorer::ScoresOf(View view) const {
  ViewScores scores;
  scores.confusion.assign(classes_ * classes_, 0.0);
  std::vector<ScoredRow> with_probabilities;
  bool all_have_them = true;
  for (const Row& row : distinct_) {
    if (view == View::kLabeled && row.label < 0) continue;
    if (view == View::kCovered && !row.has_votes) continue;
    const auto weight = static_cast<double>(row.times);
    const auto gold = static_cast<size_t>(row.gold);
    const auto p = std::span(probabilities_).subspan(row.probabilities, row.has_probabilities ? classes_ : 0);
    double* confusion = scores.confusion.data() + gold * classes_;
    if (p.empty()) {
      all_have_them = false;
    } else {
      with_probabilities.push_back({gold, weight, p});
    }
    if (view == View::kLabeled || (p.empty() && row.label >= 0)) {
      confusion[row.label] += weight;
    } else if (p.empty()) {  // nothing is known of the row: every class alike
      for (size_t c = 0; c < classes_; ++c) confusion[c] += weight / static_cast<double>(classes_);
    } else {
      ShareTies(p, tie_tolerance_, [&](size_t c, double share) { confusion[c] += weight * share; });
    }
  }
  AddConfusionScores(classes_, scores);
  if (all_have_them) AddProbabilityScores(classes_, with_probabilities, tie_tolerance_, scores);
  return scores;
}

Scores Scorer::Finish() const {
  Scores scores;
  scores.rows = rows_;
  scores.votes_known = votes_known_;
  if (rows_ > 0) {
    if (votes_known_) scores.coverage = static_cast<double>(with_votes_) / static_cast<double>(rows_);
    scores.label_coverage = static_cast<double>(with_label_) / static_cast<double>(rows_);
  }
  if (votes_known_) scores.labeled_without_votes = labeled_without_votes_;
  scores.labeled = ScoresOf(View::kLabeled);
  if (votes_known_) scores.covered = ScoresOf(View::kCovered);
  scores.all = ScoresOf(View::kAll);
  scores.log_loss = scores.covered.log_loss;
  return scores;
}

}  // namespace assay
