#include "runtime/engine/load.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "runtime/evaluate/evaluator.h"

namespace assay {

namespace {

template <typename T>
const void* LoadNumbers(const Column& column, BlockRange block, SlotId id, SlotBuffers& slots) {
  const T* values = static_cast<const T*>(column.values) + block.first;
  // Kernels read whole words: a last word that is not full is copied, so that nothing is read behind the column.
  if (block.rows % 64 == 0) return values;
  std::memcpy(slots.Own(id), values, block.rows * sizeof(T));
  return slots.Own(id);
}

void LoadTexts(const Column& column, BlockRange block, std::string_view* out) {
  if (column.layout == ColumnLayout::kDictionary) {
    const Column& dictionary = column.children[0];
    for (size_t i = 0; i < block.rows; ++i) {
      const size_t row = block.first + i;
      out[i] = column.IsValid(row) ? dictionary.Text(column.Code(row)) : std::string_view();
    }
    return;
  }
  for (size_t i = 0; i < block.rows; ++i) {
    const size_t row = block.first + i;
    out[i] = column.IsValid(row) ? column.Text(row) : std::string_view();
  }
}

void LoadBits(const Column& column, BlockRange block, uint64_t* out) {
  const auto* bits = static_cast<const uint64_t*>(column.values) + block.first / 64;
  for (size_t word = 0; word < block.words(); ++word) {
    out[word] = bits[word];
    if (column.validity != nullptr) out[word] &= column.validity[block.first / 64 + word];
  }
}

const uint64_t* KnownNumbers(const Column& column, BlockRange block, const double* values, uint64_t* out) {
  for (size_t word = 0; word < block.words(); ++word) {
    uint64_t known = column.validity == nullptr ? ~uint64_t{0} : column.validity[block.first / 64 + word];
    const size_t rows = std::min<size_t>(64, block.rows - word * 64);
    uint64_t numbers = 0;
    for (size_t i = 0; i < rows; ++i) numbers |= static_cast<uint64_t>(!std::isnan(values[word * 64 + i])) << i;
    out[word] = known & numbers;
  }
  return out;
}

}  // namespace

bool FitsColumn(const TypeStore& types, TypeId type, const Column& column) {
  if (column.layout == ColumnLayout::kNull) return true;
  switch (SlotKindOf(types, type)) {
    case SlotKind::kPlane: return column.layout == ColumnLayout::kBool;
    case SlotKind::kInt: return column.layout == ColumnLayout::kInt64;
    case SlotKind::kFloat: return column.layout == ColumnLayout::kFloat64;
    case SlotKind::kString:
      return column.layout == ColumnLayout::kString ||
             (column.layout == ColumnLayout::kDictionary && column.children.size() == 1 &&
              column.children[0].layout == ColumnLayout::kString);
    case SlotKind::kValue: return true;
  }
  return false;
}

void LoadColumn(const Slot& slot, const TypeStore& types, TypeId type, const Column& column, BlockRange block, SlotId id,
                bool needs_values, SlotBuffers& slots, Arena& arena) {
  const uint64_t* known = nullptr;
  if (column.layout == ColumnLayout::kNull) {
    uint64_t* none = slots.OwnKnown(id);
    if (none != nullptr) std::fill_n(none, kBlockWords, 0);
    switch (slot.kind) {
      case SlotKind::kPlane: std::fill_n(slots.OwnAs<uint64_t>(id), kBlockWords, 0); break;
      case SlotKind::kInt: std::fill_n(slots.OwnAs<int64_t>(id), kBlockRows, 0); break;
      case SlotKind::kFloat: std::fill_n(slots.OwnAs<double>(id), kBlockRows, 0.0); break;
      case SlotKind::kString: std::fill_n(slots.OwnAs<std::string_view>(id), kBlockRows, std::string_view()); break;
      case SlotKind::kValue: std::fill_n(slots.OwnAs<Value>(id), kBlockRows, Value::Null()); break;
    }
    slots.Set(id, slots.Own(id), none);
    return;
  }
  if (slot.nullable) known = column.validity == nullptr ? kAllKnown : column.validity + block.first / 64;
  const void* values = slots.Own(id);
  if (needs_values || slot.kind == SlotKind::kFloat) {
    switch (slot.kind) {
      case SlotKind::kPlane: LoadBits(column, block, slots.OwnAs<uint64_t>(id)); break;
      case SlotKind::kInt: values = LoadNumbers<int64_t>(column, block, id, slots); break;
      case SlotKind::kFloat:
        values = LoadNumbers<double>(column, block, id, slots);
        if (slot.nullable) known = KnownNumbers(column, block, static_cast<const double*>(values), slots.OwnKnown(id));
        break;
      case SlotKind::kString: LoadTexts(column, block, slots.OwnAs<std::string_view>(id)); break;
      case SlotKind::kValue: {
        auto* out = slots.OwnAs<Value>(id);
        for (size_t i = 0; i < block.rows; ++i) out[i] = ReadColumn(column, type, types, block.first + i, arena);
        break;
      }
    }
  }
  slots.Set(id, values, known);
}

}  // namespace assay
