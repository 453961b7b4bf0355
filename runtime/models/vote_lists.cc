#include "runtime/models/vote_lists.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "runtime/base/count_bits.h"

namespace assay {

std::span<const uint32_t> VoteLists::of(size_t i, std::vector<uint32_t>& room) const {
  if (codes.empty()) return {column.data() + begin[i], column.data() + begin[i + 1]};
  room.clear();
  codes.AppendVotes(i, room);
  return room;
}

double VoteLists::votes_of_rule(size_t rule) const {
  double sum = 0;
  for (uint32_t c = first_column[rule]; c < first_column[rule + 1]; ++c) sum += votes[c];
  return sum;
}

VoteLists ListsOf(const PatternTable& patterns, size_t threads, VoteForm form) {
  VoteLists lists;
  const VoteLayout& layout = patterns.layout();
  lists.rules = patterns.rules();
  lists.classes = patterns.classes();
  lists.threads = threads;
  const size_t words = patterns.key_words();
  std::vector<uint64_t> voted(words);  // the planes that have a vote
  size_t all = 0;
  lists.count.reserve(patterns.size());
  lists.pattern.reserve(patterns.size());
  for (size_t p = 0; p < patterns.size(); ++p) {
    const auto rows = static_cast<double>(patterns.count(p));
    if (rows == 0) continue;
    const std::span<const uint64_t> key = patterns.key(p);
    size_t cast = 0;
    for (size_t k = 0; k < words; ++k) {
      voted[k] |= key[k];
      cast += CountBits(key[k]);
    }
    if (cast == 0) {
      lists.uncovered += rows;
      continue;
    }
    lists.covered += rows;
    if (cast > 1) lists.overlapped += rows;
    lists.count.push_back(rows);
    lists.pattern.push_back(static_cast<uint32_t>(p));
    all += cast;
  }
  // Planes of a rule ascend in the class's id, columns in its index.
  std::vector<uint32_t> column_of(layout.planes.size(), VoteCodes::kNoVote), planes;
  std::vector<std::pair<uint32_t, uint32_t>> of_rule;  // class and plane
  lists.first_column.push_back(0);
  for (uint32_t j = 0; j < lists.rules; ++j) {
    const VoteLayout::Rule& rule = layout.rules[j];
    of_rule.clear();
    for (uint32_t p = rule.first_plane; p < rule.first_plane + rule.plane_count; ++p) {
      if ((voted[p / 64] >> (p % 64) & 1) == 0) continue;
      planes.push_back(p);
      const auto at = std::find(layout.class_ids.begin(), layout.class_ids.end(), layout.planes[p].class_id);
      of_rule.emplace_back(static_cast<uint32_t>(at - layout.class_ids.begin()), p);
    }
    std::sort(of_rule.begin(), of_rule.end());
    for (const auto& [vote, plane] : of_rule) {
      column_of[plane] = static_cast<uint32_t>(lists.columns.size());
      lists.columns.push_back({j, vote});
    }
    lists.first_column.push_back(static_cast<uint32_t>(lists.columns.size()));
  }
  lists.votes.resize(lists.columns.size());
  if (form != VoteForm::kLists) {
    lists.codes = CodesOf(patterns, lists.pattern, planes, column_of, all, form == VoteForm::kCodes, threads);
    if (!lists.codes.empty()) {
      std::vector<double> rows = lists.codes.rows;
      lists.codes.Distribute(rows, 1, lists.votes);
      return lists;
    }
  }
  lists.column.reserve(all);
  lists.begin.reserve(lists.size() + 1);
  lists.begin.push_back(0);
  for (size_t i = 0; i < lists.size(); ++i) {
    const std::span<const uint64_t> key = patterns.key(lists.pattern[i]);
    for (size_t k = 0; k < words; ++k) {
      for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) {
        const uint32_t column = column_of[k * 64 + static_cast<size_t>(std::countr_zero(bits))];
        lists.column.push_back(column);
        lists.votes[column] += lists.count[i];
      }
    }
    lists.begin.push_back(lists.column.size());
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

}  // namespace assay
