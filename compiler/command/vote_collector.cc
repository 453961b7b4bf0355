// VoteCollector: a row costs four bytes here, four more with gold, eight more where its content breaks ties.
#include "compiler/command/vote_collector.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/command/interrupt.h"
#include "compiler/command/row_content.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
VoteCollector::VoteCollector(const VoteLayout& layout, Wanted wanted) : statistics_(layout), wanted_(std::move(wanted)) {
  const bool pairs_suffice = wanted_.fit && FitsFromMoments(wanted_.fit->options, layout);
  if (wanted_.patterns || wanted_.rows || (wanted_.fit && !pairs_suffice)) {
    patterns_.emplace(layout);
  } else if (wanted_.fit) {
    moments_.emplace(layout);
    patterns_.emplace(layout);
    few_ = true;
  }
}

void VoteCollector::AddPairs(const VotePlanes& planes) {
  if (moments_) moments_->Add(planes);
}

void VoteCollector::AddPatterns(const VotePlanes& planes, std::span<const int32_t> gold, const Batch* data) {
  if (!patterns_) return;
  if (few_) {
    if (!patterns_->AddWhileFew(planes, kFewPatterns)) patterns_.reset();
    return;
  }
  patterns_->Add(planes, wanted_.rows ? &pattern_of_row_ : nullptr);
  if (wanted_.rows) gold_.insert(gold_.end(), gold.begin(), gold.end());
  if (wanted_.content && data != nullptr) AppendContentHashes(*data, content_);
}

Result<std::unique_ptr<LabelModel>> VoteCollector::Fit() const {
  FitOptions options = wanted_.fit->options;
  if (wanted_.fit->gold_balance) {
    if (!statistics_.has_gold() || statistics_.known_gold() == 0)
      return Fail(ErrorKind::kUsage, "--balance gold needs --gold with known classes");
    for (const uint64_t count : statistics_.gold_by_class()) {
      options.balance.push_back(static_cast<double>(count) / static_cast<double>(statistics_.known_gold()));
    }
  }
  return moments_ ? FitModel(*moments_, options) : FitModel(*patterns_, options);
}

FitFindings VoteCollector::FindingsOf(const LabelModel& model) const {
  FitFindings findings{model.notes(), {}};
  if (model.diagnostics() != nullptr) {
    findings.diagnostics = *model.diagnostics();
  } else {
    findings.diagnostics = patterns_ ? Diagnose(*patterns_, model) : Diagnose(*moments_, model);
  }
  const std::vector<std::string> notes = findings.diagnostics.Notes();
  findings.notes.insert(findings.notes.end(), notes.begin(), notes.end());
  return findings;
}

Result<std::optional<Scores>> VoteCollector::LabelRows(const LabelModel& model, const DecideOptions& options,
                                                       LabelWriter* writer, std::span<const double> confidences) const {
  const size_t classes = patterns_->classes();
  const size_t rules = patterns_->rules();
  std::vector<double> probabilities = model.PredictAll(*patterns_);
  std::vector<double> confident(confidences.empty() ? 0 : classes);  // the probabilities of one row
  const std::vector<int32_t> pattern_votes = confidences.empty() ? std::vector<int32_t>() : patterns_->AllVotes();
  std::vector<uint32_t> votes_of(patterns_->size());
  std::vector<uint64_t> content_of(NeedsContent(options) && content_.empty() ? patterns_->size() : 0);
  {
    const std::vector<int32_t> votes = patterns_->AllVotes();
    for (size_t p = 0; p < patterns_->size(); ++p) {
      const auto row = std::span(votes).subspan(p * patterns_->rules(), patterns_->rules());
      votes_of[p] = static_cast<uint32_t>(std::ranges::count_if(row, [](int32_t vote) { return vote >= 0; }));
      if (!content_of.empty()) content_of[p] = ContentHashOf(row);
      if (votes_of[p] == 0)
        ApplyNoVotes(options.no_votes, model.balance(), std::span(probabilities).subspan(p * classes, classes));
    }
  }
  std::optional<Scorer> scorer;
  if (!gold_.empty()) scorer.emplace(classes, model.tie_tolerance());
  const ClassList& list = model.classes();
  DecideOptions by_model = options;
  by_model.tie_tolerance = model.tie_tolerance();
  Decider decider(by_model);
  constexpr size_t kChunk = 65536;
  std::vector<int32_t> labels;
  std::vector<double> rows;
  std::vector<uint32_t> votes;
  for (size_t first = 0; first < pattern_of_row_.size(); first += kChunk) {
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    const size_t count = std::min(kChunk, pattern_of_row_.size() - first);
    labels.clear();
    rows.clear();
    votes.clear();
    for (size_t row = first; row < first + count; ++row) {
      const uint32_t pattern = pattern_of_row_[row];
      auto shares = std::span<const double>(probabilities).subspan(pattern * classes, classes);
      const bool has_votes = votes_of[pattern] != 0;
      if (!confidences.empty() && has_votes) {
        model.PredictConfident(std::span(pattern_votes).subspan(pattern * rules, rules), confidences.subspan(row * rules, rules), confident);
        shares = confident;
      }
      const uint64_t content = !content_.empty() ? content_[row] : !content_of.empty() ? content_of[pattern] : 0;
      const int32_t label = decider.Decide(shares, row, has_votes, content);
      if (scorer) {
        const auto gold = list.IndexOfId(gold_[row]);
        scorer->Add(gold ? static_cast<int32_t>(*gold) : -1, label, shares, has_votes);
      }
      labels.push_back(label);
      votes.push_back(votes_of[pattern]);
      rows.insert(rows.end(), shares.begin(), shares.end());
    }
    if (writer != nullptr) ASSAY_RETURN_IF_ERROR(writer->Append(labels, rows, votes));
  }
  if (!scorer) return std::optional<Scores>();
  return std::optional<Scores>(scorer->Finish());
}

Result<std::vector<VoteCollector>> MakeCollectors(const VoteSource& source, const VoteCollector::Wanted& wanted, const FitRequest* fit) {
  std::vector<VoteCollector> collectors;
  for (const VoteLayout& layout : source.layouts()) {
    VoteCollector::Wanted of_task = wanted;
    if (fit != nullptr) {
      auto plan = PlanFit(*fit, layout, source.compilation());
      if (!plan && source.layouts().size() > 1) return Fail(plan.error().kind, fmt::format("task {}: {}", layout.task, plan.error().message));
      if (!plan) return std::unexpected(plan.error());
      of_task.fit = std::move(*plan);
    }
    collectors.emplace_back(layout, std::move(of_task));
  }
  return collectors;
}

Result<std::vector<VoteCollector>> CollectAllVotes(VoteSource& source, const VoteCollector::Wanted& wanted, const FitRequest* fit) {
  if (source.layouts().empty()) return Fail(ErrorKind::kUsage, "the rules have no task: there are no votes");
  ASSAY_ASSIGN_OR_RETURN(std::vector<VoteCollector> collectors, MakeCollectors(source, wanted, fit));
  SourceBatch batch;
  while (true) {
    ASSAY_ASSIGN_OR_RETURN(const bool more, source.Next(batch));
    if (!more) return collectors;
    for (size_t t = 0; t < collectors.size(); ++t) {
      collectors[t].AddStatistics(batch.tasks[t], batch.gold);
      collectors[t].AddPairs(batch.tasks[t]);
      collectors[t].AddPatterns(batch.tasks[t], batch.gold, batch.data);
    }
  }
}

Result<VoteCollector> CollectVotes(VoteSource& source, const VoteCollector::Wanted& wanted, const FitRequest* fit) {
  if (source.layouts().size() > 1) {
    return Fail(ErrorKind::kUsage, "there are several tasks and this model is of one: give --task NAME");
  }
  ASSAY_ASSIGN_OR_RETURN(std::vector<VoteCollector> collectors, CollectAllVotes(source, wanted, fit));
  return std::move(collectors[0]);
}

}  // namespace assay
