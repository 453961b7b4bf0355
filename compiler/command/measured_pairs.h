// How often two rules vote together and agree, beside what is expected where they are independent given the class.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/patterns.h"

namespace assay {

struct MeasuredPair {
  double together = 0;        // rows on which both vote
  double expected = 0;
  double agree = 0;           // rows on which both vote the same class
  double expected_agree = 0;
};

// For pairs of rules by number. The classes of the rows are those that the default label model finds.
Result<std::vector<MeasuredPair>> MeasureRulePairs(const PatternTable& patterns, std::span<const std::pair<uint32_t, uint32_t>> pairs,
                                                   const std::atomic<bool>* interrupt);

}  // namespace assay
