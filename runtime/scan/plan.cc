#include "runtime/scan/plan.h"

#include <algorithm>
#include <cmath>

namespace assay::scan {

namespace {

// Measured on one core: what it costs to build a transition, in bytes walked.
constexpr double kBytesPerTransition = 300;
// Texts that a plan is made for.
constexpr double kExpectedRows = 100'000;
// Of the walk's time.
constexpr double kMaxBuildShare = 1.0 / 3;

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

}  // namespace assay::scan
