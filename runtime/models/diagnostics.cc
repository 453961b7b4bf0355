#include "runtime/models/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/io/text_cells.h"
#include "runtime/models/expectation.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

constexpr double kFewOverlaps = 0.10;     // of covered rows with two votes
constexpr double kManyVotes = 5;          // a row, from rules that vote one class
constexpr double kMuchChanged = 0.25;     // of covered rows
constexpr double kBroad = 0.30;           // coverage
constexpr double kCollapse = 1.5;
constexpr size_t kNamed = 5;              // names in one line
constexpr size_t kReadTogether = 256;     // patterns

// The classes with the largest number, as bits beyond the first 64 do not matter for a comparison of equals.
bool SameWinners(std::span<const double> a, std::span<const double> b, double tied) {
  const double top_a = *std::ranges::max_element(a), top_b = *std::ranges::max_element(b);
  for (size_t y = 0; y < a.size(); ++y) {
    if ((top_a - a[y] < tied) != (top_b - b[y] < tied)) return false;
  }
  return true;
}

std::string Percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

void Append(std::string_view name, double value, std::string& out) {
  out += fmt::format("{}\"{}\": {}", out.size() > 1 ? ", " : "", name, std::isfinite(value) ? text::FormatFloat(value) : "null");
}

// What counts tell; `expected` is nullptr where precisions are not known.
Diagnostics FromCounts(const VoteLists& lists, const LabelModel& model, const ExpectedCounts* expected) {
  Diagnostics d;
  d.method = model.method();
  d.rules = model.rules();
  d.classes = model.classes().names;
  d.rows = lists.covered + lists.uncovered;
  d.covered = lists.covered;
  d.overlapped = lists.overlapped;
  const VoteKinds kinds = KindsOf(lists);
  d.share_of_several = kinds.share;
  d.precision_known = expected != nullptr;
  if (lists.covered == 0) return d;
  const size_t k = lists.classes;
  double unipolar = 0, rows = 0;
  if (expected != nullptr) {
    for (const double r : expected->of_class) rows += r;
  }
  for (size_t c = 0; c < lists.columns.size(); ++c) {
    const VoteLists::Column column = lists.columns[c];
    if (!(lists.votes[c] > 0)) continue;
    if (!kinds.several[column.rule]) unipolar += lists.votes[c];
    const double share = expected != nullptr ? expected->of_class[column.vote] / rows : model.balance()[column.vote];
    if (expected != nullptr) {
      const double precision = expected->of_column[c * k + column.vote] / lists.votes[c];
      if (precision <= share) d.worse_than_chance.push_back({column.rule, column.vote, precision, share});
    }
    const double coverage = lists.votes[c] / d.rows;
    if (coverage > kBroad) d.broad.push_back({column.rule, column.vote, coverage, share});
  }
  d.unipolar_votes_per_row = unipolar / lists.covered;
  return d;
}

// The columns and totals of the counts, as lists without patterns.
VoteLists ColumnsOf(const VoteMoments& moments) {
  VoteLists lists;
  lists.rules = moments.rules();
  lists.classes = moments.classes();
  lists.covered = static_cast<double>(moments.covered());
  lists.uncovered = static_cast<double>(moments.silent());
  lists.overlapped = static_cast<double>(moments.overlapped());
  lists.first_column.assign(lists.rules + 1, 0);
  for (const VoteMoments::Column& column : moments.Columns()) {
    lists.columns.push_back({column.rule, column.vote});
    lists.votes.push_back(static_cast<double>(column.count));
    ++lists.first_column[column.rule + 1];
  }
  for (size_t j = 0; j < lists.rules; ++j) lists.first_column[j + 1] += lists.first_column[j];
  return lists;
}

}  // namespace

Diagnostics Diagnose(const VoteLists& lists, const std::vector<double>& posterior, const LabelModel& model) {
  const size_t k = lists.classes;
  const ExpectedCounts expected = ExpectedCountsOf(lists, posterior);
  Diagnostics d = FromCounts(lists, model, &expected);
  d.rows_compared = true;
  d.pairs_measured = true;
  if (lists.covered == 0) return d;
  double votes = 0, rows = 0;
  for (const double r : expected.of_class) rows += r;
  std::vector<double> votes_of_class(k);
  for (size_t c = 0; c < lists.columns.size(); ++c) {
    votes += lists.votes[c];
    votes_of_class[lists.columns[c].vote] += lists.votes[c];
  }
  for (uint32_t y = 0; y < k; ++y) {
    const double mean = expected.of_class[y] / rows, share = votes_of_class[y] / votes;
    if (mean > kCollapse * share && share > 0 && (!d.collapse || mean / share > d.collapse->value / d.collapse->beside)) {
      d.collapse = Diagnostics::Doubt{0, y, mean, share};
    }
  }
  const VoteShareReader reader(lists);
  std::vector<double> shares(k * std::min(kReadTogether, lists.size()));
  for (size_t first = 0; first < lists.size(); first += kReadTogether) {
    const size_t patterns = std::min(kReadTogether, lists.size() - first);
    reader.Read(first, std::span(shares).first(patterns * k));
    for (size_t i = 0; i < patterns; ++i) {
      const auto majority = std::span(shares).subspan(i * k, k);
      if (SameWinners(majority, std::span(posterior).subspan((first + i) * k, k), model.tie_tolerance())) continue;
      d.changed += lists.count[first + i];
      const double most = *std::ranges::max_element(majority);
      if (std::ranges::count(majority, most) > 1) d.changed_ties += lists.count[first + i];
    }
  }
  d.redundant = RedundantPairs(lists, MeasurePairs(lists, expected));
  return d;
}

Diagnostics Diagnose(const PatternTable& patterns, const LabelModel& model) {
  const VoteLists lists = ListsOf(patterns);
  std::vector<double> posterior(lists.size() * lists.classes);
  std::vector<int32_t> votes(lists.rules);
  for (size_t i = 0; i < lists.size(); ++i) {
    patterns.Votes(lists.pattern[i], votes);
    model.Predict(votes, std::span(posterior).subspan(i * lists.classes, lists.classes));
  }
  return Diagnose(lists, posterior, model);
}

Diagnostics Diagnose(const VoteMoments& moments, const LabelModel& model) {
  const VoteLists lists = ColumnsOf(moments);
  const std::vector<double> conditional = model.Conditional();
  if (conditional.empty() || lists.covered == 0) return FromCounts(lists, model, nullptr);
  const size_t k = lists.classes;
  const std::vector<double>& balance = model.balance();
  ExpectedCounts expected;
  for (const double share : balance) expected.of_class.push_back(share * static_cast<double>(moments.rows()));
  for (size_t c = 0; c < lists.columns.size(); ++c) {
    const double* given = conditional.data() + (lists.columns[c].rule * (k + 1) + 1 + lists.columns[c].vote) * k;
    double sum = 0;
    for (size_t y = 0; y < k; ++y) sum += given[y] * balance[y];
    for (size_t y = 0; y < k; ++y) expected.of_column.push_back(lists.votes[c] * (sum > 0 ? given[y] * balance[y] / sum : balance[y]));
  }
  Diagnostics d = FromCounts(lists, model, &expected);
  d.redundant = RedundantPairs(lists, MeasurePairs(moments, lists, expected));
  d.pairs_measured = true;
  return d;
}

std::vector<std::string> Diagnostics::Notes() const {
  std::vector<std::string> notes;
  const std::string kinds = fmt::format("{} of the votes come from rules that vote several classes", Percent(share_of_several));
  if (regime) {
    switch (*regime) {
      case Regime::kSmall:
        notes.push_back("regime small: fewer than three rules vote, or no row has two votes; the specificity prior decides");
        break;
      case Regime::kUnipolar: notes.push_back("regime unipolar: " + kinds); break;
      case Regime::kConfusion: notes.push_back("regime confusion: " + kinds); break;
    }
  }
  if (rows > covered) {
    notes.push_back(fmt::format("{} of the rows have no vote; --no-votes says how they are labeled", Percent((rows - covered) / rows)));
  }
  if (covered == 0) return notes;
  const bool counts_votes = method == "majority" || method == "weighted";
  const bool has_prior = method == "auto" || method == "specificity";
  if (!rows_compared) {
    notes.push_back("rows with different votes are too many to keep: how labels differ from majority vote is not told");
  } else if (method != "majority") {
    const double share = changed / covered;
    notes.push_back(fmt::format("{:.0f} rows ({} of those with votes) get another label than by majority vote, {:.0f} of them ties there",
                                changed, Percent(share), changed_ties));
    if (share > kMuchChanged) notes.push_back("that is more than a quarter: look at some of these rows");
  }
  if (overlapped < kFewOverlaps * covered && !counts_votes) {
    notes.push_back(fmt::format("few rules overlap: {} of the rows with votes have two or more, so accuracies {}",
                                Percent(overlapped / covered), has_prior ? "come from the prior" : "rest on little"));
  }
  if (unipolar_votes_per_row > kManyVotes && method != "majority") {
    notes.push_back(fmt::format("rows have {:.1f} votes each from rules that vote one class: majority vote may do better",
                                unipolar_votes_per_row));
  }
  const auto name = [&](const Doubt& doubt) { return fmt::format("{} for {}", rules[doubt.rule], classes[doubt.vote]); };
  const auto list = [](size_t count, const auto& text) {
    std::string out;
    for (size_t i = 0; i < std::min(count, kNamed); ++i) out += (i > 0 ? ", " : "") + text(i);
    if (count > kNamed) out += fmt::format(" and {} more", count - kNamed);
    return out;
  };
  if (!worse_than_chance.empty()) {
    notes.push_back("no better than chance by this model: " + list(worse_than_chance.size(), [&](size_t i) {
                      return fmt::format("{} ({:.2f}, the class has {:.2f})", name(worse_than_chance[i]), worse_than_chance[i].value,
                                         worse_than_chance[i].beside);
                    }));
  }
  if (!redundant.empty()) {
    notes.push_back("vote together more than chance has it: " + list(redundant.size(), [&](size_t i) {
                      return fmt::format("{} and {} ({:.0f} rows, {:.0f} expected)", rules[redundant[i].first],
                                         rules[redundant[i].second], redundant[i].together, redundant[i].expected);
                    }));
  }
  if (collapse) {
    notes.push_back(fmt::format("{} has a mean probability of {:.2f} with {:.2f} of the votes{}", classes[collapse->vote], collapse->value,
                                collapse->beside, has_prior && method != "auto" ? "" : "; compare --method specificity"));
  }
  if (!broad.empty()) {
    notes.push_back((has_prior ? "broad rules, which are trusted less: " : "broad rules: ") +
                    list(broad.size(), [&](size_t i) { return fmt::format("{} ({} of the rows)", name(broad[i]), Percent(broad[i].value)); }));
  }
  return notes;
}

std::string Diagnostics::ToJson() const {
  std::string out = "{";
  if (regime) out += fmt::format("\"regime\": \"{}\"", RegimeName(*regime));
  Append("rows", rows, out);
  Append("covered", covered, out);
  Append("uncovered", rows - covered, out);
  Append("overlapped", overlapped, out);
  Append("share_of_votes_from_rules_of_several_classes", share_of_several, out);
  Append("votes_a_row_from_rules_of_one_class", unipolar_votes_per_row, out);
  // Null: not known.
  Append("rows_unlike_majority", rows_compared ? changed : std::nan(""), out);
  Append("rows_unlike_majority_that_are_ties", rows_compared ? changed_ties : std::nan(""), out);
  const auto doubts = [&](std::string_view member, const std::vector<Doubt>& list, std::string_view value, std::string_view beside) {
    out += fmt::format(", \"{}\": [", member);
    for (size_t i = 0; i < list.size(); ++i) {
      std::string object = "{\"rule\": ";
      AppendJsonString(rules[list[i].rule], object);
      object += ", \"class\": ";
      AppendJsonString(classes[list[i].vote], object);
      Append(value, list[i].value, object);
      Append(beside, list[i].beside, object);
      out += (i > 0 ? ", " : "") + object + '}';
    }
    out += ']';
  };
  if (precision_known) doubts("worse_than_chance", worse_than_chance, "precision", "class_share");
  doubts("broad", broad, "coverage", "class_share");
  if (pairs_measured) {
    out += ", \"redundant\": [";
    for (size_t i = 0; i < redundant.size(); ++i) {
      const RulePair& pair = redundant[i];
      std::string object = "{\"rules\": [";
      AppendJsonString(rules[pair.first], object);
      object += ", ";
      AppendJsonString(rules[pair.second], object);
      object += ']';
      Append("together", pair.together, object);
      Append("expected", pair.expected, object);
      Append("agree", pair.agree, object);
      Append("expected_agree", pair.expected_agree, object);
      out += (i > 0 ? ", " : "") + object + '}';
    }
    out += ']';
  }
  out += ", \"collapse\": ";
  if (!collapse) return out + "null}";
  std::string object = "{\"class\": ";
  AppendJsonString(classes[collapse->vote], object);
  Append("mean_probability", collapse->value, object);
  Append("share_of_votes", collapse->beside, object);
  return out + object + "}}";
}

}  // namespace assay
