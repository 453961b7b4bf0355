#include "runtime/scan/plan.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace assay::scan {

namespace {

// Measured on one core: what it costs to build a transition, in bytes walked.
constexpr double kBytesPerTransition = 300;
// Texts that a plan is made for.
constexpr double kExpectedRows = 100'000;
// Of the walk's time.
constexpr double kMaxBuildShare = 1.0 / 3;
// Texts walked again by all searches outside the pass, as a share of those read: more cost more than they save, unless half of
// what states would have cost is more still.
constexpr double kMaxConfirmedShare = 0.4;
// How much above it the share must be before some go back: every new program has its states to build.
constexpr double kConfirmedSlack = 1.5;
// What it costs to find a piece in a text, in bytes of a text walked again; and what such a text costs besides.
constexpr double kBytesPerFind = 30;
constexpr double kBytesPerWalk = 60;
// From how many texts on shares of them say something about single pieces.
constexpr uint64_t kRowsForShares = 256;

}  // namespace

double GrowthExponent(const Progress& earlier, const Progress& now) {
  if (earlier.rows == 0 || earlier.transitions == 0 || now.rows <= earlier.rows || now.transitions <= earlier.transitions) return 0;
  const double exponent = std::log(static_cast<double>(now.transitions) / static_cast<double>(earlier.transitions)) /
                          std::log(static_cast<double>(now.rows) / static_cast<double>(earlier.rows));
  return std::clamp(exponent, 0.0, 1.0);
}

double BuildCost(const Progress& earlier, const Progress& now) {
  if (now.rows == 0 || now.bytes == 0) return 0;
  const auto rows = static_cast<double>(now.rows);
  const double expected = std::max(kExpectedRows, 2 * rows);
  const double transitions = static_cast<double>(now.transitions) * std::pow(expected / rows, GrowthExponent(earlier, now));
  const double bytes = static_cast<double>(now.bytes) * (expected / rows);
  return transitions * kBytesPerTransition / bytes;
}

bool BuildsTooMuch(const Progress& earlier, const Progress& now) { return BuildCost(earlier, now) > kMaxBuildShare; }

std::vector<uint32_t> ChooseToTakeOut(std::span<const Suspect> suspects, size_t states, bool thrashing) {
  std::vector<Suspect> chosen;
  for (const Suspect& suspect : suspects) {
    // A word is part of a state for each of its letters, and few of others' states.
    const bool many = suspect.states >= 8 && suspect.states * 200 >= states;
    if (many && (suspect.has_pieces || thrashing)) chosen.push_back(suspect);
  }
  std::ranges::sort(chosen, {}, [](const Suspect& s) { return ~s.states; });
  if (thrashing && chosen.size() > 4) chosen.resize(chosen.size() / 2);
  std::vector<uint32_t> searches;
  for (const Suspect& suspect : chosen) searches.push_back(suspect.search);
  std::ranges::sort(searches);
  return searches;
}

std::vector<uint32_t> ChooseToTakeBack(std::span<const Outside> outside, const Progress& progress, double saved) {
  std::vector<std::pair<uint64_t, uint32_t>> by_rows;
  for (const Outside& o : outside) {
    if (!o.pieces.empty()) by_rows.emplace_back(o.rows, o.search);
  }
  std::ranges::sort(by_rows);
  const double most = std::max(kMaxConfirmedShare, saved / 2) * static_cast<double>(progress.rows);
  std::vector<uint32_t> back;
  uint64_t rows = 0;
  for (const auto& [count, search] : by_rows) {
    rows += count;
    if (static_cast<double>(rows) > most) back.push_back(search);
  }
  if (static_cast<double>(rows) < kConfirmedSlack * most) return {};
  std::ranges::sort(back);
  return back;
}

bool IsWorthReview(double cost, double saved) { return cost > 2 * std::max(saved, kMaxConfirmedShare); }

std::vector<uint32_t> ChooseWeakPieces(std::span<const Outside> outside, std::span<const uint64_t> piece_rows, const Progress& progress) {
  if (progress.rows < kRowsForShares) return {};
  // Texts to be walked again for want of the piece, were it independent of the others.
  std::vector<double> more(piece_rows.size());
  std::vector<std::vector<size_t>> users(piece_rows.size());
  std::vector<size_t> left;
  for (size_t o = 0; o < outside.size(); ++o) {
    left.push_back(outside[o].pieces.size());
    for (uint32_t piece : outside[o].pieces) {
      users[piece].push_back(o);
      const double share = static_cast<double>(piece_rows[piece] + 1) / static_cast<double>(progress.rows + 1);
      more[piece] += static_cast<double>(outside[o].rows + 1) * (1 / share - 1);
    }
  }
  const double walk = kBytesPerWalk + static_cast<double>(progress.bytes) / static_cast<double>(progress.rows);
  std::vector<std::pair<uint64_t, uint32_t>> by_rows;
  for (uint32_t piece = 0; piece < piece_rows.size(); ++piece) {
    const bool in_most = 2 * piece_rows[piece] > progress.rows;
    if (in_most && more[piece] * walk < kBytesPerFind * static_cast<double>(piece_rows[piece])) by_rows.emplace_back(piece_rows[piece], piece);
  }
  std::ranges::sort(by_rows, std::greater());
  std::vector<uint32_t> weak;
  for (const auto& [rows, piece] : by_rows) {
    if (!std::ranges::all_of(users[piece], [&](size_t o) { return left[o] > 1; })) continue;
    for (size_t o : users[piece]) --left[o];
    weak.push_back(piece);
  }
  return weak;
}

}  // namespace assay::scan
