// Votes as a dense matrix of class ids, or as triples of row, rule and class id, for files of votes and for whoever has or wants
// them so; and the ways between these and bit-planes.
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

// Votes alone; rows and rules that none names abstain.
struct SparseVote {
  size_t row = 0;
  size_t rule = 0;
  int16_t vote = 0;  // a class id; -1 says that the rule abstains
};
struct SparseVotes {
  std::vector<std::string> rules;  // names
  size_t rows = 0;
  std::vector<SparseVote> votes;   // in any order
};

// A plane for each class that each rule votes. A vote outside the classes is an error that names the rule, row and vote.
Result<VoteLayout> LayoutOf(const VoteMatrix& matrix, const ClassList& classes, std::string task = "");

// The planes of a matrix; `layout` is LayoutOf the same matrix or of one with the same rules and more votes.
VotePlanes PlanesOf(const VoteMatrix& matrix, const VoteLayout& layout);

// The same for triples. A row or rule that there is not, and a second vote of a rule on a row, are errors as well.
Result<VoteLayout> LayoutOf(const SparseVotes& votes, const ClassList& classes, std::string task = "");
Result<VotePlanes> PlanesOf(const SparseVotes& votes, const VoteLayout& layout);

// Rows [first, first + count) of the planes as class ids, row-major [count, rules].
void DenseRows(const VoteLayout& layout, const VotePlanes& planes, size_t first, size_t count, std::span<int16_t> votes);

// The classes of a layout.
ClassList ClassesOf(const VoteLayout& layout);

}  // namespace assay
