#include "runtime/votes/vote_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runtime/graph/rule_graph.h"

namespace assay {

int16_t VoteMatrix::largest() const {
  return votes.empty() ? int16_t{kAbstain} : std::max<int16_t>(kAbstain, *std::max_element(votes.begin(), votes.end()));
}

Result<VoteLayout> LayoutOf(const VoteMatrix& matrix, const ClassList& classes, std::string task) {
  const size_t rules = matrix.rules.size();
  const size_t count = classes.size();
  std::vector<int32_t> index_of_id;  // by id, for ids that are not negative
  for (size_t c = 0; c < count; ++c) {
    if (classes.ids[c] < 0 || classes.ids[c] > INT16_MAX) continue;  // no vote of a matrix can be that
    const auto id = static_cast<size_t>(classes.ids[c]);
    if (id >= index_of_id.size()) index_of_id.resize(id + 1, -1);
    index_of_id[id] = static_cast<int32_t>(c);
  }
  std::vector<bool> voted(rules * count);
  for (size_t row = 0; row < matrix.rows; ++row) {
    const auto votes = matrix.row(row);
    for (size_t j = 0; j < rules; ++j) {
      const int16_t vote = votes[j];
      if (vote == kAbstain) continue;
      const int32_t index =
          vote >= 0 && static_cast<size_t>(vote) < index_of_id.size() ? index_of_id[static_cast<size_t>(vote)] : -1;
      if (index < 0) {
        std::string known;
        for (size_t c = 0; c < count && c < 20; ++c) known += fmt::format("{}{}", c > 0 ? ", " : "", classes.ids[c]);
        return Fail(ErrorKind::kData,
                    fmt::format("rule {} votes {} in row {}, which is not the id of a class; the ids are {}{} (-1 abstains)",
                                matrix.rules[j], vote, row, known, count > 20 ? ", ..." : ""));
      }
      voted[j * count + static_cast<size_t>(index)] = true;
    }
  }
  VoteLayout layout;
  layout.task = std::move(task);
  layout.class_names = classes.names;
  layout.class_ids = classes.ids;
  std::vector<size_t> by_id(count);
  for (size_t c = 0; c < count; ++c) by_id[c] = c;
  std::sort(by_id.begin(), by_id.end(), [&](size_t a, size_t b) { return classes.ids[a] < classes.ids[b]; });
  for (size_t j = 0; j < rules; ++j) {
    VoteLayout::Rule rule{matrix.rules[j], static_cast<uint32_t>(layout.planes.size()), 0};
    for (const size_t c : by_id) {
      if (!voted[j * count + c]) continue;
      layout.planes.push_back({static_cast<uint32_t>(j), classes.ids[c]});
      ++rule.plane_count;
    }
    layout.rules.push_back(std::move(rule));
  }
  return layout;
}

VotePlanes PlanesOf(const VoteMatrix& matrix, const VoteLayout& layout) {
  assert(matrix.rules.size() == layout.rules.size());
  VotePlanes planes(layout.planes.size(), matrix.rows);
  for (size_t row = 0; row < matrix.rows; ++row) {
    const auto votes = matrix.row(row);
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] == kAbstain) continue;
      const VoteLayout::Rule& rule = layout.rules[j];
      for (uint32_t p = rule.first_plane; p < rule.first_plane + rule.plane_count; ++p) {
        if (layout.planes[p].class_id == votes[j]) planes.Set(p, row);
      }
    }
  }
  return planes;
}

void DenseRows(const VoteLayout& layout, const VotePlanes& planes, size_t first, size_t count,
               std::span<int16_t> votes) {
  const size_t rules = layout.rules.size();
  assert(votes.size() == count * rules && first + count <= planes.rows());
  std::fill(votes.begin(), votes.end(), int16_t{kAbstain});
  const size_t end = first + count;
  for (size_t p = 0; p < layout.planes.size() && count > 0; ++p) {
    const auto plane = planes.plane(p);
    int16_t* column = votes.data() + layout.planes[p].rule;
    const auto vote = static_cast<int16_t>(layout.planes[p].class_id);
    for (size_t word = first / 64; word <= (end - 1) / 64; ++word) {
      for (uint64_t bits = plane[word]; bits != 0; bits &= bits - 1) {
        const size_t row = word * 64 + static_cast<size_t>(__builtin_ctzll(bits));
        if (row >= first && row < end) column[(row - first) * rules] = vote;
      }
    }
  }
}

ClassList ClassesOf(const VoteLayout& layout) { return {layout.class_names, layout.class_ids}; }

}  // namespace assay
