// Which searches to take out of the pass, by what texts have shown. States built grow with the number of texts n as n^b: b is
// about .15 where patterns are words and .5 where they have gaps. When what is still to come would cost more than a third of
// the walk, the searches that are part of many states and have pieces to look for instead are taken out; those whose pieces turn
// out to let most texts through come back. Decisions use counts and never a clock, so a run can be repeated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay::scan {

// How a program did, since it was taken up.
struct Progress {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t transitions = 0;
  uint64_t clears = 0;
};

// A search that may be taken out.
struct Suspect {
  uint32_t search = 0;
  uint32_t states = 0;      // of those present, in how many it takes part
  bool has_pieces = false;
};

// The exponent b between two counts.
double GrowthExponent(const Progress& earlier, const Progress& now);

// What building states will cost beside walking many more texts: 1 is as much again.
double BuildCost(const Progress& earlier, const Progress& now);

// Whether building states will cost too much of the time of many more texts.
bool BuildsTooMuch(const Progress& earlier, const Progress& now);

// The searches to take out, of those in the pass; none when that would not help. `thrashing`: the table has been cleared
// again and again, so that searches without pieces are taken out as well.
std::vector<uint32_t> ChooseToTakeOut(std::span<const Suspect> suspects, size_t states, bool thrashing);

// A search outside the pass.
struct Outside {
  uint32_t search = 0;
  std::span<const uint32_t> pieces;  // their numbers, each once
  uint64_t rows = 0;                 // texts that its pieces let through
};

// The searches to take back, ascending: all but those whose pieces let fewest texts through, as many as are worth it. `saved`:
// what building states would have cost with all searches in the pass, as far as is known.
std::vector<uint32_t> ChooseToTakeBack(std::span<const Outside> outside, const Progress& progress, double saved);

// Whether states cost so much more than was thought that searches taken back should be taken out again.
bool IsWorthReview(double cost, double saved);

// Pieces that would be missed less than looking for them costs; `piece_rows`: by piece, the texts that have it. Every search
// keeps one at least.
std::vector<uint32_t> ChooseWeakPieces(std::span<const Outside> outside, std::span<const uint64_t> piece_rows, const Progress& progress);

}  // namespace assay::scan
