// The slots of one block while it runs through the plan: for each slot where its values and its known plane are. Values
// stand in the worker's own buffers, or in the batch's columns where those can be read in place, or in the planes of the
// result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "runtime/base/value.h"
#include "runtime/batch/batch.h"
#include "runtime/plan/plan.h"

namespace assay {

class SlotBuffers {
 public:
  explicit SlotBuffers(const Plan& plan);

  // The worker's own room: kBlockRows values, and kBlockWords words for slots that can be null.
  void* Own(SlotId slot) { return own_[slot.index()]; }
  uint64_t* OwnKnown(SlotId slot) { return own_known_[slot.index()]; }

  // Where this block's values are. `known` is nullptr where nothing is null.
  void Set(SlotId slot, const void* values, const uint64_t* known) {
    values_[slot.index()] = values;
    known_[slot.index()] = known;
  }
  const void* Values(SlotId slot) const { return values_[slot.index()]; }
  const uint64_t* Known(SlotId slot) const { return known_[slot.index()]; }

  template <typename T>
  const T* As(SlotId slot) const { return static_cast<const T*>(values_[slot.index()]); }
  template <typename T>
  T* OwnAs(SlotId slot) { return static_cast<T*>(own_[slot.index()]); }

  bool IsKnown(SlotId slot, size_t row) const {
    const uint64_t* known = known_[slot.index()];
    return known == nullptr || ((known[row / 64] >> (row % 64)) & 1) != 0;
  }

 private:
  struct FreeAligned {
    void operator()(std::byte* p) const { ::operator delete[](p, std::align_val_t{64}); }
  };
  std::unique_ptr<std::byte[], FreeAligned> memory_;
  std::vector<void*> own_;
  std::vector<uint64_t*> own_known_;
  std::vector<const void*> values_;
  std::vector<const uint64_t*> known_;
};

// Every row known: what a nullable slot's known plane is when its column has no nulls.
extern const uint64_t kAllKnown[kBlockWords];

// A slot's value in a row as the row implementations see it; null where it is not known.
Value ReadSlot(const Plan& plan, const SlotBuffers& slots, SlotId slot, size_t row);

}  // namespace assay
