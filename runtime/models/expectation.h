// Passes over all patterns: the E step that the iterated models share, and what they count by it. Patterns are taken in blocks
// of a fixed size; a block's sums are added in the order of the blocks, so that the number of threads does not show.
#pragma once

#include <span>
#include <vector>

#include "runtime/models/softmax.h"
#include "runtime/models/vote_lists.h"

namespace assay {

// Scores that add up over votes: of class y, base[y] + the sum of evidence[column, y] over the pattern's votes.
struct LogLinear {
  std::vector<double> base;      // [classes]
  std::vector<double> evidence;  // [columns, classes]
};

// Replaces posterior [patterns, classes] by the softmax of the scores; returns the largest change of a probability. With
// `counts`, it becomes the expected number of rows of each class for each column [columns, classes], and `totals` [classes]
// that of all covered rows.
double Expect(const VoteLists& lists, const LogLinear& scores, std::vector<double>& posterior,
              std::vector<double>* counts = nullptr, std::vector<double>* totals = nullptr);

// The expected counts alone.
void CountExpected(const VoteLists& lists, const std::vector<double>& posterior, std::vector<double>& counts,
                   std::vector<double>& totals);

// The sum over rows and classes of p log p, p at least 1e-10.
double NegativeEntropy(const VoteLists& lists, const std::vector<double>& posterior);

// A pattern's votes for each class, as shares of its votes; [patterns, classes].
std::vector<double> VoteShares(const VoteLists& lists);

// The same piece by piece.
class VoteShareReader {
 public:
  explicit VoteShareReader(const VoteLists& lists);
  // Of as many patterns as `shares` [patterns, classes] has room for, from the first on.
  void Read(size_t first, std::span<double> shares) const;

 private:
  const VoteLists& lists_;
  std::vector<double> none_, table_;
};

}  // namespace assay
