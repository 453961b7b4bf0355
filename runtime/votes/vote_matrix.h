// Votes as a dense matrix of class ids, for files of votes and for whoever wants rows; and the ways between a matrix and
// bit-planes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/classes.h"
#include "runtime/votes/vote_planes.h"

namespace assay {

struct VoteMatrix {
  std::vector<std::string> rules;  // names, one a column
  size_t rows = 0;
  std::vector<int16_t> votes;      // [rows, rules], class ids, kAbstain (-1) abstains

  std::span<const int16_t> row(size_t r) const { return {votes.data() + r * rules.size(), rules.size()}; }
  int16_t largest() const;         // the largest vote; -1 when nothing votes
};

// A plane for each class that each rule votes. A vote outside the classes is an error that names the rule, row and vote.
Result<VoteLayout> LayoutOf(const VoteMatrix& matrix, const ClassList& classes, std::string task = "");

// The planes of a matrix; `layout` is LayoutOf the same matrix or of one with the same rules and more votes.
VotePlanes PlanesOf(const VoteMatrix& matrix, const VoteLayout& layout);

// Rows [first, first + count) of the planes as class ids, row-major [count, rules].
void DenseRows(const VoteLayout& layout, const VotePlanes& planes, size_t first, size_t count, std::span<int16_t> votes);

// The classes of a layout.
ClassList ClassesOf(const VoteLayout& layout);

}  // namespace assay
