// Python's slicing as a sequence of indices: xs[start:stop:step] takes `count` members from `first` on, `step` apart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "runtime/builtins/registry.h"

namespace assay {

struct SliceIndices {
  int64_t first = 0;
  int64_t step = 1;
  int64_t count = 0;
};

// Nothing for step 0. As CPython's PySlice_AdjustIndices; kAbsentBound stands for a bound that is not written.
inline std::optional<SliceIndices> ResolveSlice(int64_t length, int64_t start, int64_t stop, int64_t step) {
  if (step == 0) return std::nullopt;
  step = std::max(step, -std::numeric_limits<int64_t>::max());
  // Where an index that lies outside ends up: a walk backwards begins at the last member and ends before the first.
  const int64_t lowest = step < 0 ? -1 : 0;
  const int64_t highest = step < 0 ? length - 1 : length;
  const auto resolve = [&](int64_t index, int64_t absent) {
    if (index == kAbsentBound) return absent;
    if (index < 0) index += length;
    return std::clamp(index, lowest, highest);
  };
  const int64_t from = resolve(start, step < 0 ? highest : lowest);
  const int64_t to = resolve(stop, step < 0 ? lowest : highest);
  SliceIndices indices{.first = from, .step = step, .count = 0};
  if (step > 0 && from < to) indices.count = (to - from - 1) / step + 1;
  if (step < 0 && to < from) indices.count = (from - to - 1) / -step + 1;
  return indices;
}

}  // namespace assay
