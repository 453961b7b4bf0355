#include "runtime/models/correlations.h"

#include <algorithm>
#include <cmath>

#include "runtime/models/expectation.h"
#include "runtime/models/threads.h"

namespace assay {
namespace {

// Adds what independence would give: the sum over classes of the product of both rules' shares of the class's rows.
void AddExpectation(const VoteLists& lists, const ExpectedCounts& expected, RulePair& pair) {
  const size_t classes = lists.classes;
  for (uint32_t a = lists.first_column[pair.first]; a < lists.first_column[pair.first + 1]; ++a) {
    for (uint32_t b = lists.first_column[pair.second]; b < lists.first_column[pair.second + 1]; ++b) {
      double rows = 0;
      for (size_t y = 0; y < classes; ++y) {
        if (expected.of_class[y] <= 0) continue;
        rows += expected.of_column[a * classes + y] * expected.of_column[b * classes + y] / expected.of_class[y];
      }
      pair.expected += rows;
      if (lists.columns[a].vote == lists.columns[b].vote) pair.expected_agree += rows;
    }
  }
}

// Rows of each pair of rules a < b: those on which they differ above the diagonal, those on which they agree below it.
std::vector<double> CountPairs(const VoteLists& lists) {
  constexpr size_t kFewColumns = 2048;  // their pairs fit into 32 MB
  constexpr size_t kPiece = 65536;      // patterns
  const size_t rules = lists.rules, columns = lists.columns.size();
  std::vector<double> counts(rules * rules);
  std::vector<uint32_t> room;
  const auto add = [&](VoteLists::Column a, VoteLists::Column b, double rows) {
    counts[a.vote == b.vote ? b.rule * rules + a.rule : a.rule * rules + b.rule] += rows;
  };
  if (columns > kFewColumns) {
    for (size_t i = 0; i < lists.size(); ++i) {
      const auto votes = lists.of(i, room);
      for (size_t x = 0; x < votes.size(); ++x) {
        for (size_t z = x + 1; z < votes.size(); ++z) add(lists.columns[votes[x]], lists.columns[votes[z]], lists.count[i]);
      }
    }
    return counts;
  }
  // Pairs of columns first: that asks nothing of a pair of votes.
  const size_t pieces = (lists.size() + kPiece - 1) / kPiece;
  std::vector<std::vector<uint64_t>> of_worker(std::clamp<size_t>(lists.threads, 1, std::max<size_t>(pieces, 1)));
  for (auto& counted : of_worker) counted.resize(columns * columns);
  ForEachPiece(pieces, of_worker.size(), [&](size_t piece, size_t worker) {
    std::vector<uint32_t> own_room;
    for (size_t i = piece * kPiece; i < std::min(lists.size(), (piece + 1) * kPiece); ++i) {
      const auto votes = lists.of(i, own_room);
      const auto rows = static_cast<uint64_t>(lists.count[i]);
      for (size_t x = 0; x < votes.size(); ++x) {
        uint64_t* row = of_worker[worker].data() + votes[x] * columns;
        for (size_t z = x + 1; z < votes.size(); ++z) row[votes[z]] += rows;
      }
    }
  });
  std::vector<uint64_t> of_columns(columns * columns);
  for (const auto& counted : of_worker) {
    for (size_t i = 0; i < counted.size(); ++i) of_columns[i] += counted[i];
  }
  for (size_t a = 0; a < columns; ++a) {
    for (size_t b = a + 1; b < columns; ++b) {
      if (of_columns[a * columns + b] > 0) add(lists.columns[a], lists.columns[b], static_cast<double>(of_columns[a * columns + b]));
    }
  }
  return counts;
}

std::vector<RulePair> Measure(const VoteLists& lists, const ExpectedCounts& expected, const std::vector<double>& counts,
                              const std::vector<std::pair<uint32_t, uint32_t>>& pairs) {
  const size_t rules = lists.rules;
  std::vector<RulePair> measured;
  const auto add = [&](uint32_t a, uint32_t b) {
    RulePair pair{std::min(a, b), std::max(a, b)};
    pair.agree = counts[pair.second * rules + pair.first];
    pair.together = counts[pair.first * rules + pair.second] + pair.agree;
    AddExpectation(lists, expected, pair);
    measured.push_back(pair);
  };
  for (const auto& [a, b] : pairs) {
    if (a != b && a < rules && b < rules) add(a, b);
  }
  if (!pairs.empty()) return measured;
  for (uint32_t a = 0; a < rules; ++a) {
    for (uint32_t b = a + 1; b < rules; ++b) {
      if (counts[a * rules + b] + counts[b * rules + a] > 0) add(a, b);
    }
  }
  return measured;
}

}  // namespace

ExpectedCounts ExpectedCountsOf(const VoteLists& lists, const std::vector<double>& posterior) {
  ExpectedCounts expected;
  CountExpected(lists, posterior, expected.of_column, expected.of_class);
  const double scale = lists.covered > 0 ? (lists.covered + lists.uncovered) / lists.covered : 1;
  for (double& rows : expected.of_class) rows *= scale;
  return expected;
}

std::vector<RulePair> MeasurePairs(const VoteLists& lists, const ExpectedCounts& expected,
                                   const std::vector<std::pair<uint32_t, uint32_t>>& pairs) {
  return Measure(lists, expected, CountPairs(lists), pairs);
}

std::vector<RulePair> MeasurePairs(const VoteMoments& moments, const VoteLists& lists, const ExpectedCounts& expected) {
  const size_t rules = lists.rules;
  std::vector<double> counts(rules * rules);
  for (const VoteMoments::Pair& pair : moments.Pairs()) {
    const VoteLists::Column a = lists.columns[pair.first], b = lists.columns[pair.second];
    counts[a.vote == b.vote ? b.rule * rules + a.rule : a.rule * rules + b.rule] += static_cast<double>(pair.count);
  }
  return Measure(lists, expected, counts, {});
}

std::vector<RulePair> RedundantPairs(const VoteLists& lists, const std::vector<RulePair>& measured) {
  std::vector<RulePair> redundant;
  std::vector<double> votes(lists.rules);
  for (size_t j = 0; j < lists.rules; ++j) votes[j] = lists.votes_of_rule(j);
  const auto smaller = [&](const RulePair& pair) { return std::min(votes[pair.first], votes[pair.second]); };
  for (const RulePair& pair : measured) {
    if (pair.excess() > 3 * std::sqrt(std::max(pair.expected, 1.0)) && pair.excess() > 0.1 * smaller(pair)) {
      redundant.push_back(pair);
    }
  }
  std::stable_sort(redundant.begin(), redundant.end(), [&](const RulePair& a, const RulePair& b) {
    return a.excess() * smaller(b) > b.excess() * smaller(a);
  });
  return redundant;
}

}  // namespace assay
