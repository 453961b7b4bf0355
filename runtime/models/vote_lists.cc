// The loops over patterns are compiled for each small number of classes, so that a pattern's scores stay in registers.
#include "runtime/models/vote_lists.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace assay {
namespace {

constexpr double kEpsilon = 1e-10;
constexpr double kEpsilonLog = kEpsilon * -23.025850929940457;  // p log p there

// kClasses 0: known at run time only.
template <size_t kClasses>
ExpectationStep ExpectBody(const VoteLists& lists, const LogLinear& scores, std::vector<double>& posterior,
                       std::vector<double>* counts, std::vector<double>* totals, bool entropy) {
  const size_t classes = kClasses > 0 ? kClasses : lists.classes;
  std::array<double, kClasses> fixed;
  std::vector<double> dynamic(kClasses > 0 ? 0 : classes);
  double* score = kClasses > 0 ? fixed.data() : dynamic.data();
  if (counts != nullptr) {
    counts->assign(lists.columns.size() * classes, 0.0);
    totals->assign(classes, 0.0);
  }
  ExpectationStep result;
  for (size_t i = 0; i < lists.size(); ++i) {
    for (size_t y = 0; y < classes; ++y) score[y] = scores.base[y];
    for (uint64_t v = lists.begin[i]; v < lists.begin[i + 1]; ++v) {
      const double* evidence = scores.evidence.data() + size_t{lists.column[v]} * classes;
      for (size_t y = 0; y < classes; ++y) score[y] += evidence[y];
    }
    double top = score[0];
    for (size_t y = 1; y < classes; ++y) top = std::max(top, score[y]);
    double sum = 0;
    double* row = posterior.data() + i * classes;
    std::array<double, kClasses> fixed_p;
    double* p = kClasses > 0 ? fixed_p.data() : row;
    double change = 0;
    if constexpr (kClasses > 0) {
      for (size_t y = 0; y < classes; ++y) sum += p[y] = std::exp(score[y] - top);
      for (size_t y = 0; y < classes; ++y) {
        p[y] /= sum;
        change = std::max(change, std::abs(p[y] - row[y]));
        row[y] = p[y];
      }
    } else {
      for (size_t y = 0; y < classes; ++y) sum += std::exp(score[y] - top);
      for (size_t y = 0; y < classes; ++y) {
        const double next = std::exp(score[y] - top) / sum;
        change = std::max(change, std::abs(next - row[y]));
        row[y] = next;
      }
    }
    result.change = std::max(result.change, change);
    const double weight = lists.count[i];
    if (counts == nullptr) continue;
    if (entropy) {
      const double log_sum = top + std::log(sum);
      double of_row = 0;
      for (size_t y = 0; y < classes; ++y) of_row += p[y] > kEpsilon ? p[y] * (score[y] - log_sum) : kEpsilonLog;
      result.entropy += weight * of_row;
    }
    for (size_t y = 0; y < classes; ++y) (*totals)[y] += weight * p[y];
    for (uint64_t v = lists.begin[i]; v < lists.begin[i + 1]; ++v) {
      double* to = counts->data() + size_t{lists.column[v]} * classes;
      for (size_t y = 0; y < classes; ++y) to[y] += weight * p[y];
    }
  }
  return result;
}

}  // namespace

double VoteLists::votes_of_rule(size_t rule) const {
  double sum = 0;
  for (uint32_t c = first_column[rule]; c < first_column[rule + 1]; ++c) sum += votes[c];
  return sum;
}

VoteLists ListsOf(const PatternTable& patterns) {
  VoteLists lists;
  const VoteLayout& layout = patterns.layout();
  lists.rules = patterns.rules();
  lists.classes = patterns.classes();
  // Goes over the planes of a pattern's votes, which ascend by rule; a rule has at most one.
  const auto for_each_plane = [&](size_t pattern, const auto& visit) {
    const std::span<const uint64_t> key = patterns.key(pattern);
    for (size_t k = 0; k < key.size(); ++k) {
      for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) visit(k * 64 + static_cast<size_t>(std::countr_zero(bits)));
    }
  };
  std::vector<uint64_t> rows_of_plane(layout.planes.size());
  size_t all = 0;
  for (size_t p = 0; p < patterns.size(); ++p) {
    const uint64_t rows = patterns.count(p);
    for_each_plane(p, [&](size_t plane) {
      rows_of_plane[plane] += rows;
      ++all;
    });
  }
  // Planes of a rule ascend in the class's id, columns in its index.
  std::vector<uint32_t> column_of(layout.planes.size());
  std::vector<std::pair<uint32_t, size_t>> of_rule;  // class and plane
  lists.first_column.push_back(0);
  for (uint32_t j = 0; j < lists.rules; ++j) {
    const VoteLayout::Rule& rule = layout.rules[j];
    of_rule.clear();
    for (size_t p = rule.first_plane; p < rule.first_plane + rule.plane_count; ++p) {
      const auto at = std::find(layout.class_ids.begin(), layout.class_ids.end(), layout.planes[p].class_id);
      of_rule.emplace_back(static_cast<uint32_t>(at - layout.class_ids.begin()), p);
    }
    std::sort(of_rule.begin(), of_rule.end());
    for (const auto& [vote, plane] : of_rule) {
      if (rows_of_plane[plane] == 0) continue;
      column_of[plane] = static_cast<uint32_t>(lists.columns.size());
      lists.columns.push_back({j, vote});
      lists.votes.push_back(static_cast<double>(rows_of_plane[plane]));
    }
    lists.first_column.push_back(static_cast<uint32_t>(lists.columns.size()));
  }
  lists.begin.push_back(0);
  lists.column.reserve(all);
  lists.begin.reserve(patterns.size() + 1);
  lists.count.reserve(patterns.size());
  lists.pattern.reserve(patterns.size());
  for (size_t p = 0; p < patterns.size(); ++p) {
    const auto rows = static_cast<double>(patterns.count(p));
    if (rows == 0) continue;
    for_each_plane(p, [&](size_t plane) { lists.column.push_back(column_of[plane]); });
    const size_t cast = lists.column.size() - lists.begin.back();
    if (cast == 0) {
      lists.uncovered += rows;
      continue;
    }
    lists.covered += rows;
    if (cast > 1) lists.overlapped += rows;
    lists.begin.push_back(lists.column.size());
    lists.count.push_back(rows);
    lists.pattern.push_back(static_cast<uint32_t>(p));
  }
  return lists;
}

VoteKinds KindsOf(const VoteLists& lists) {
  VoteKinds kinds;
  kinds.common.resize(lists.columns.size());
  double all = 0, of_several = 0;
  for (size_t j = 0; j < lists.rules; ++j) {
    const double votes = lists.votes_of_rule(j);
    size_t common = 0;
    for (uint32_t c = lists.first_column[j]; c < lists.first_column[j + 1]; ++c) {
      kinds.common[c] = lists.votes[c] > 0.02 * votes;
      common += kinds.common[c] ? 1 : 0;
    }
    kinds.several.push_back(common >= 2);
    all += votes;
    if (common >= 2) of_several += votes;
    if (votes > 0) ++kinds.voting_rules;
  }
  kinds.share = all > 0 ? of_several / all : 0;
  return kinds;
}

ExpectationStep Expect(const VoteLists& lists, const LogLinear& scores, std::vector<double>& posterior,
                   std::vector<double>* counts, std::vector<double>* totals, bool entropy) {
  switch (lists.classes) {
    case 2: return ExpectBody<2>(lists, scores, posterior, counts, totals, entropy);
    case 3: return ExpectBody<3>(lists, scores, posterior, counts, totals, entropy);
    case 4: return ExpectBody<4>(lists, scores, posterior, counts, totals, entropy);
    case 5: return ExpectBody<5>(lists, scores, posterior, counts, totals, entropy);
    case 6: return ExpectBody<6>(lists, scores, posterior, counts, totals, entropy);
    default: return ExpectBody<0>(lists, scores, posterior, counts, totals, entropy);
  }
}

void CountExpected(const VoteLists& lists, const std::vector<double>& posterior, std::vector<double>& counts,
                   std::vector<double>& totals) {
  const size_t classes = lists.classes;
  counts.assign(lists.columns.size() * classes, 0.0);
  totals.assign(classes, 0.0);
  for (size_t i = 0; i < lists.size(); ++i) {
    const double* row = posterior.data() + i * classes;
    const double weight = lists.count[i];
    for (size_t y = 0; y < classes; ++y) totals[y] += weight * row[y];
    for (const uint32_t c : lists.of(i)) {
      double* to = counts.data() + size_t{c} * classes;
      for (size_t y = 0; y < classes; ++y) to[y] += weight * row[y];
    }
  }
}

std::vector<double> VoteShares(const VoteLists& lists) {
  std::vector<double> shares(lists.size() * lists.classes);
  for (size_t i = 0; i < lists.size(); ++i) {
    const auto votes = lists.of(i);
    double* row = shares.data() + i * lists.classes;
    for (const uint32_t c : votes) row[lists.columns[c].vote] += 1;
    for (size_t y = 0; y < lists.classes; ++y) row[y] /= static_cast<double>(votes.size());
  }
  return shares;
}

void Softmax(std::span<double> scores) {
  const double top = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& s : scores) sum += s = std::exp(s - top);
  const bool finite = std::isfinite(sum);  // else the scores were not, which a file that was tampered with can bring about
  for (double& s : scores) s = finite ? s / sum : 1 / static_cast<double>(scores.size());
}

}  // namespace assay
