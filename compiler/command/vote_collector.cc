// VoteCollector: a row costs four bytes here, four more with gold, eight more where its content breaks ties.
#include "compiler/command/vote_collector.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/command/interrupt.h"
#include "compiler/command/row_content.h"
#include "compiler/command/suggest.h"
#include "compiler/passes/rule_correlations.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

// The rules' own words about a task's label model; nullptr where they say nothing.
const CheckedModel* AdviceFor(const Compilation* compilation, const std::string& task) {
  if (compilation == nullptr) return nullptr;
  for (const CheckedModel& model : compilation->models) {
    if (compilation->graph->tasks.at(model.task.index()).name == task) return &model;
  }
  return nullptr;
}

}  // namespace

void VoteCollector::AddPatterns(const VotePlanes& planes, std::span<const int32_t> gold, const Batch* data) {
  if (!wanted_.patterns) return;
  patterns_.Add(planes, wanted_.rows ? &pattern_of_row_ : nullptr);
  if (wanted_.rows) gold_.insert(gold_.end(), gold.begin(), gold.end());
  if (wanted_.content && data != nullptr) AppendContentHashes(*data, content_);
}

Result<std::unique_ptr<LabelModel>> VoteCollector::FitTo(const FitRequest& request,
                                                         const Compilation* compilation) const {
  FitOptions options = request.options;
  const std::vector<int32_t>& ids = layout().class_ids;
  if (request.wants_gold_balance) {
    if (!statistics_.has_gold() || statistics_.known_gold() == 0)
      return Fail(ErrorKind::kUsage, "--balance gold needs --gold with known classes");
    for (const uint64_t count : statistics_.gold_by_class()) {
      options.balance.push_back(static_cast<double>(count) / static_cast<double>(statistics_.known_gold()));
    }
  } else if (!options.balance.empty() && options.balance.size() != ids.size()) {
    return Fail(ErrorKind::kUsage,
                fmt::format("--balance has {} shares, the task has {} classes", options.balance.size(), ids.size()));
  }
  if (const CheckedModel* advice = AdviceFor(compilation, layout().task); advice != nullptr) {
    if (!request.balance_given && advice->balance.size() == ids.size()) {
      options.balance.assign(ids.size(), 0.0);
      for (const auto& [id, share] : advice->balance) {
        const auto at = std::ranges::find(ids, id);
        if (at != ids.end()) options.balance[static_cast<size_t>(at - ids.begin())] = share;
      }
    }
    if (options.method == "auto" && !advice->method.empty()) options.method = advice->method;
  }
  ASSAY_ASSIGN_OR_RETURN(options.correlated, CorrelatedPairs(request, compilation));
  return FitModel(patterns_, options);
}

Result<std::vector<std::pair<uint32_t, uint32_t>>> VoteCollector::CorrelatedPairs(const FitRequest& request,
                                                                                  const Compilation* compilation) const {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  const std::vector<VoteLayout::Rule>& rules = layout().rules;
  const auto index_of = [&](const std::string& name) -> Result<uint32_t> {
    std::vector<std::string> names;
    for (const VoteLayout::Rule& rule : rules) names.push_back(rule.name);
    const auto at = std::ranges::find(names, name);
    if (at != names.end()) return static_cast<uint32_t>(at - names.begin());
    return Fail(ErrorKind::kUsage, fmt::format("--correlated: there is no rule `{}`{}", name, DidYouMean(name, names)));
  };
  for (const std::vector<std::string>& group : request.correlated) {
    std::vector<uint32_t> members;
    for (const std::string& name : group) {
      ASSAY_ASSIGN_OR_RETURN(const uint32_t rule, index_of(name));
      if (std::ranges::find(members, rule) != members.end()) {
        return Fail(ErrorKind::kUsage, fmt::format("--correlated names rule `{}` twice", name));
      }
      members.push_back(rule);
    }
    for (size_t i = 0; i < members.size(); ++i) {
      for (size_t j = i + 1; j < members.size(); ++j) pairs.emplace_back(std::min(members[i], members[j]), std::max(members[i], members[j]));
    }
  }
  if (request.correlated_by_code) {
    if (compilation == nullptr || compilation->optimized == nullptr) {
      return Fail(ErrorKind::kUsage, "--correlated code needs rules: votes from a file do not say what rules have in common");
    }
    for (const RuleCorrelation& found : FindRuleCorrelations(*compilation->optimized)) {
      if (!found.strong()) continue;
      const auto place = [&](RuleId rule) { return std::ranges::find(rules, compilation->optimized->rules[rule.index()].name, &VoteLayout::Rule::name); };
      const auto a = place(found.first), b = place(found.second);
      if (a == rules.end() || b == rules.end()) continue;
      pairs.emplace_back(static_cast<uint32_t>(a - rules.begin()), static_cast<uint32_t>(b - rules.begin()));
    }
  }
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

Result<std::optional<Scores>> VoteCollector::LabelRows(const LabelModel& model, const DecideOptions& options,
                                                       LabelWriter* writer, std::span<const double> confidences) const {
  const size_t classes = patterns_.classes();
  const size_t rules = patterns_.rules();
  std::vector<double> probabilities = model.PredictAll(patterns_);
  std::vector<double> confident(confidences.empty() ? 0 : classes);  // the probabilities of one row
  const std::vector<int32_t> pattern_votes = confidences.empty() ? std::vector<int32_t>() : patterns_.AllVotes();
  std::vector<uint32_t> votes_of(patterns_.size());
  std::vector<uint64_t> content_of(NeedsContent(options) && content_.empty() ? patterns_.size() : 0);
  {
    const std::vector<int32_t> votes = patterns_.AllVotes();
    for (size_t p = 0; p < patterns_.size(); ++p) {
      const auto row = std::span(votes).subspan(p * patterns_.rules(), patterns_.rules());
      votes_of[p] = static_cast<uint32_t>(std::ranges::count_if(row, [](int32_t vote) { return vote >= 0; }));
      if (!content_of.empty()) content_of[p] = ContentHashOf(row);
      if (votes_of[p] == 0)
        ApplyNoVotes(options.no_votes, model.balance(), std::span(probabilities).subspan(p * classes, classes));
    }
  }
  std::optional<Scorer> scorer;
  if (!gold_.empty()) scorer.emplace(classes);
  const ClassList& list = model.classes();
  Decider decider(options);
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

Result<std::vector<VoteCollector>> CollectAllVotes(VoteSource& source, VoteCollector::Wanted wanted) {
  if (source.layouts().empty()) return Fail(ErrorKind::kUsage, "the rules have no task: there are no votes");
  std::vector<VoteCollector> collectors;
  for (const VoteLayout& layout : source.layouts()) collectors.emplace_back(layout, wanted);
  SourceBatch batch;
  while (true) {
    ASSAY_ASSIGN_OR_RETURN(const bool more, source.Next(batch));
    if (!more) return collectors;
    for (size_t t = 0; t < collectors.size(); ++t) {
      collectors[t].AddStatistics(batch.tasks[t], batch.gold);
      collectors[t].AddPatterns(batch.tasks[t], batch.gold, batch.data);
    }
  }
}

Result<VoteCollector> CollectVotes(VoteSource& source, VoteCollector::Wanted wanted) {
  if (source.layouts().size() > 1) {
    return Fail(ErrorKind::kUsage, "there are several tasks and this model is of one: give --task NAME");
  }
  ASSAY_ASSIGN_OR_RETURN(std::vector<VoteCollector> collectors, CollectAllVotes(source, wanted));
  return std::move(collectors[0]);
}

}  // namespace assay
