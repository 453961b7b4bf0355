// The votes of many distinct patterns in codes: the planes are divided into groups of up to 16, and a pattern's votes in a group
// are one number among those that occur. What a pass adds up for a row then comes from a table look-up a group, and what it
// counts for the row's votes goes into one cell a group; both are worked out for the votes afterwards, code by code. A hundred
// rules that vote on ten rows in a hundred take nine look-ups instead of the ten steps of a list whose length no processor can
// foresee, and two bytes for each instead of four for each vote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/votes/patterns.h"

namespace assay {

struct VoteCodes {
  static constexpr uint32_t kNoVote = UINT32_MAX;
  static constexpr size_t kMostClasses = 8;  // tables for more would be larger than the lists

  // The codes of all groups stand one behind the other. The first of a group has no vote; every other has the votes of its
  // parent, which comes before it, and one more.
  std::vector<size_t> first;          // of each group, and their number
  std::vector<uint32_t> parent;       // [codes]
  std::vector<uint32_t> column;       // [codes], the vote that the parent has not; kNoVote
  std::vector<double> rows;           // [codes], that have it
  std::vector<uint32_t> begin;        // [codes + 1], into `columns`
  std::vector<uint32_t> columns;      // the votes of each code, ascending
  std::vector<uint16_t> of_pattern;   // [groups, patterns], within the group
  size_t patterns = 0;

  size_t groups() const { return first.empty() ? 0 : first.size() - 1; }
  bool empty() const { return first.empty(); }
  std::span<const uint16_t> of_group(size_t g) const { return {of_pattern.data() + g * patterns, patterns}; }

  // The columns of a pattern's votes, ascending, appended.
  void AppendVotes(size_t pattern, std::vector<uint32_t>& columns) const;

  // Sums of numbers [columns, width] over each code's votes, [codes, width]; `base` [width] goes into the first group's.
  std::vector<double> Sums(std::span<const double> base, std::span<const double> of_column) const;
  // The reverse: adds cells [codes, width] to the columns [columns, width] of their votes. The cells are 0 afterwards.
  void Distribute(std::span<double> cells, size_t width, std::span<double> columns) const;
};

// Codes of the votes in `planes` (ascending) of those patterns that `which` lists. Empty when there are too many
// classes and, without `always`, when lists of votes are the better form: few patterns, or few votes a pattern. `votes`: how
// many the patterns have.
VoteCodes CodesOf(const PatternTable& table, std::span<const uint32_t> which, std::span<const uint32_t> planes,
                  std::span<const uint32_t> column_of_plane, size_t votes, bool always, size_t threads);

}  // namespace assay
