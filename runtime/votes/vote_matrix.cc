#include "runtime/votes/vote_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runtime/graph/rule_graph.h"

namespace assay {

int16_t VoteMatrix::largest() const {
  return votes.empty() ? int16_t{kAbstain} : std::max<int16_t>(kAbstain, *std::max_element(votes.begin(), votes.end()));
}

namespace {

// Which classes each rule votes.
class VotedClasses {
 public:
  VotedClasses(std::span<const std::string> rules, const ClassList& classes)
      : rules_(rules), classes_(classes), voted_(rules.size() * classes.size()) {
    for (size_t c = 0; c < classes.size(); ++c) {
      if (classes.ids[c] < 0 || classes.ids[c] > INT16_MAX) continue;  // no vote can be that
      const auto id = static_cast<size_t>(classes.ids[c]);
      if (id >= index_of_id_.size()) index_of_id_.resize(id + 1, -1);
      index_of_id_[id] = static_cast<int32_t>(c);
    }
  }

  Status Add(size_t rule, int16_t vote, size_t row) {
    const int32_t index = vote >= 0 && static_cast<size_t>(vote) < index_of_id_.size() ? index_of_id_[static_cast<size_t>(vote)] : -1;
    if (index >= 0) {
      voted_[rule * classes_.size() + static_cast<size_t>(index)] = true;
      return {};
    }
    std::string known;
    for (size_t c = 0; c < classes_.size() && c < 20; ++c) known += fmt::format("{}{}", c > 0 ? ", " : "", classes_.ids[c]);
    return Fail(ErrorKind::kData, fmt::format("rule {} votes {} in row {}, which is not the id of a class; the ids are {}{} (-1 abstains)",
                                              rules_[rule], vote, row, known, classes_.size() > 20 ? ", ..." : ""));
  }

  VoteLayout Layout(std::string task) const {
    VoteLayout layout;
    layout.task = std::move(task);
    layout.class_names = classes_.names;
    layout.class_ids = classes_.ids;
    std::vector<size_t> by_id(classes_.size());
    for (size_t c = 0; c < by_id.size(); ++c) by_id[c] = c;
    std::ranges::sort(by_id, {}, [&](size_t c) { return classes_.ids[c]; });
    for (size_t j = 0; j < rules_.size(); ++j) {
      VoteLayout::Rule rule{rules_[j], static_cast<uint32_t>(layout.planes.size()), 0};
      for (const size_t c : by_id) {
        if (!voted_[j * classes_.size() + c]) continue;
        layout.planes.push_back({static_cast<uint32_t>(j), classes_.ids[c]});
        ++rule.plane_count;
      }
      layout.rules.push_back(std::move(rule));
    }
    return layout;
  }

 private:
  std::span<const std::string> rules_;
  const ClassList& classes_;
  std::vector<int32_t> index_of_id_;  // by id, for ids that are not negative
  std::vector<bool> voted_;           // [rules, classes]
};

}  // namespace

Result<VoteLayout> LayoutOf(const VoteMatrix& matrix, const ClassList& classes, std::string task) {
  VotedClasses voted(matrix.rules, classes);
  for (size_t row = 0; row < matrix.rows; ++row) {
    const auto votes = matrix.row(row);
    for (size_t j = 0; j < votes.size(); ++j) {
      if (votes[j] != kAbstain) ASSAY_RETURN_IF_ERROR(voted.Add(j, votes[j], row));
    }
  }
  return voted.Layout(std::move(task));
}

Result<VoteLayout> LayoutOf(const SparseVotes& votes, const ClassList& classes, std::string task) {
  VotedClasses voted(votes.rules, classes);
  for (const SparseVote& vote : votes.votes) {
    if (vote.rule >= votes.rules.size() || vote.row >= votes.rows) {
      return Fail(ErrorKind::kData, fmt::format("a vote of rule {} in row {}, where there are {} rules and {} rows", vote.rule, vote.row,
                                                votes.rules.size(), votes.rows));
    }
    if (vote.vote != kAbstain) ASSAY_RETURN_IF_ERROR(voted.Add(vote.rule, vote.vote, vote.row));
  }
  return voted.Layout(std::move(task));
}

Result<VotePlanes> PlanesOf(const SparseVotes& votes, const VoteLayout& layout) {
  assert(votes.rules.size() == layout.rules.size());
  VotePlanes planes(layout.planes.size(), votes.rows);
  for (const SparseVote& vote : votes.votes) {
    if (vote.vote == kAbstain) continue;
    const VoteLayout::Rule& rule = layout.rules[vote.rule];
    for (uint32_t p = rule.first_plane; p < rule.first_plane + rule.plane_count; ++p) {
      if (planes.Get(p, vote.row)) return Fail(ErrorKind::kData, fmt::format("rule {} votes twice in row {}", rule.name, vote.row));
    }
    for (uint32_t p = rule.first_plane; p < rule.first_plane + rule.plane_count; ++p) {
      if (layout.planes[p].class_id == vote.vote) planes.Set(p, vote.row);
    }
  }
  return planes;
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
