// Walks texts through a lazy DFA, several at a time: one look-up a byte and text, whose latencies overlap. All walks go on
// together until the shortest is at its end, which then takes the next text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/scan/lazy_dfa.h"

namespace assay::scan {

inline constexpr unsigned kMaxLanes = 8;

// Reads texts[row] for each of `rows`; what matches sets bit `row` of planes[search]. `lanes`: how many are walked together, 1
// to kMaxLanes. The planes do not depend on it. `first_match`: a text is read no further than to its first match, which is
// enough where there is one search.
void Walk(LazyDfa& dfa, std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes,
          unsigned lanes, bool first_match = false);

}  // namespace assay::scan
