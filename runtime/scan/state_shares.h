// Which patterns multiply the states of a scan, measured on some of its texts. For warnings at the end of a run: it builds the
// automaton of all patterns once more, and once without each pattern that takes part in most of its states.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/text/automaton.h"

namespace assay::scan {

struct StateShare {
  uint32_t pattern = 0;     // its number
  uint64_t states = 0;      // in which it takes part
  uint64_t with = 0;        // all that the texts lead to
  uint64_t without = 0;     // those of the other patterns alone
  uint64_t transitions_with = 0;
  uint64_t transitions_without = 0;
};

// The patterns without which there would be far fewer states, the worst first; most often none. At most `kMaxShares` are
// tried. Deterministic.
inline constexpr size_t kMaxShares = 3;
std::vector<StateShare> FindStateShares(std::span<const text::Automaton* const> patterns, std::span<const std::string_view> texts);

}  // namespace assay::scan
