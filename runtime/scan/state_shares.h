// Which patterns multiply the states of a scan, measured on some of its texts. For warnings at the end of a run: it builds the
// automaton of all patterns once more, and that of each pattern which takes part in many of its states by itself.
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
  uint64_t all = 0;         // of all patterns together
  uint64_t alone = 0;       // of this pattern by itself
  uint64_t transitions = 0; // likewise
  uint64_t positions = 0;   // of its automaton: an ordinary pattern has about as many states
};

// The patterns that have many times more states by themselves than positions, the worst first; most often none. At most
// `kMaxShares` are tried. Deterministic.
inline constexpr size_t kMaxShares = 3;
std::vector<StateShare> FindStateShares(std::span<const text::Automaton* const> patterns, std::span<const std::string_view> texts);

}  // namespace assay::scan
