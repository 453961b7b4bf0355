// Columns of rows in memory, laid out as in Apache Arrow, so that data from Arrow, pandas or polars can be used in place:
// a validity bitmap (least significant bit first; absent when nothing is null) beside values, or offsets and bytes, or codes
// into a dictionary, or offsets into a child column. A Column only borrows; whoever made it keeps the memory alive through
// Batch::owner.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/base/types.h"

namespace assay {

// Rows a block: the unit of the engine's work and the size of a plane (32 words of 64 rows).
inline constexpr size_t kBlockRows = 2048;
inline constexpr size_t kBlockWords = kBlockRows / 64;

enum class ColumnLayout : uint8_t {
  kNull,        // every value is null; no buffers
  kBool,        // values: bitmap
  kInt64,       // values: int64_t[rows]
  kFloat64,     // values: double[rows]; a NaN counts as null
  kString,      // offsets: int64_t[rows + 1]; values: bytes
  kDictionary,  // values: codes, uint8/uint16/uint32 by code_bytes; children[0]: the dictionary, whose entries are not null
  kList,        // offsets: int64_t[rows + 1]; children[0]: the members
  kStruct,      // children: a column a member
};

struct Column {
  ColumnLayout layout = ColumnLayout::kNull;
  uint8_t code_bytes = 0;             // 1, 2 or 4, for dictionaries
  size_t rows = 0;
  const uint64_t* validity = nullptr; // bit set: not null; nullptr: nothing is null (but see kNull, kFloat64)
  const void* values = nullptr;
  const int64_t* offsets = nullptr;
  std::vector<Column> children;

  bool IsValid(size_t row) const {
    return layout != ColumnLayout::kNull && (validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1) != 0);
  }
  uint32_t Code(size_t row) const {
    switch (code_bytes) {
      case 1: return static_cast<const uint8_t*>(values)[row];
      case 2: return static_cast<const uint16_t*>(values)[row];
      case 4: return static_cast<const uint32_t*>(values)[row];
    }
    return 0;
  }
  // The text of a valid row of a kString column, or of a kDictionary column over one.
  std::string_view Text(size_t row) const {
    if (layout == ColumnLayout::kDictionary) return children[0].Text(Code(row));
    return {static_cast<const char*>(values) + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])};
  }
};

// Rows for one run of the engine: a column for each field of the program's row schema, in the order of the fields. Required
// fields hold no null (readers see to it); a field whose column is absent is a kNull column, or the default in every row.
struct Batch {
  size_t rows = 0;
  uint64_t first_row = 0;       // number of the batch's first row in the whole input
  uint64_t text_bytes = 0;      // bytes of the columns that a run evaluates, for reports
  std::vector<Column> columns;
  std::shared_ptr<const void> owner;
  std::vector<uint64_t> bad_rows;  // bitmap of rows that abstain from every rule (`--bad-rows abstain`); empty: none
};

}  // namespace assay
