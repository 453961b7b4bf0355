// A field's column brought into a block's slot: numbers in place where the block is whole, bools and NaNs as planes, texts as
// views.
#pragma once

#include <cstdint>

#include "runtime/base/arena.h"
#include "runtime/base/result.h"
#include "runtime/engine/slots.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// Whether a column can be read as values of a type.
bool FitsColumn(const TypeStore& types, TypeId type, const Column& column);

struct BlockRange {
  size_t first = 0;  // row of the batch, a multiple of kBlockRows
  size_t rows = 0;   // at most kBlockRows
  size_t words() const { return (rows + 63) / 64; }
};

// `needs_values`: false where only the known plane is read. Values at rows that are not known are 0, empty, or whatever the
// column holds there.
void LoadColumn(const Slot& slot, const TypeStore& types, TypeId type, const Column& column, BlockRange block, SlotId id, bool needs_values,
                SlotBuffers& slots, Arena& arena);

}  // namespace assay
