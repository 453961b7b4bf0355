// Columns under construction, and the memory of finished ones. Text columns of few distinct values become dictionaries of
// 8- or 16-bit codes, batch by batch: they are coded while they are appended and turn into plain text as soon as the
// values prove too many.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/value.h"
#include "runtime/batch/batch.h"

namespace assay {

// Owns the buffers of columns; goes into Batch::owner. Every buffer is readable for 64 bytes past its end.
class BatchMemory {
 public:
  const void* Keep(std::vector<char> buffer);
  const uint64_t* Keep(std::vector<uint64_t> buffer);
  const int64_t* Keep(std::vector<int64_t> buffer);
  const double* Keep(std::vector<double> buffer);

 private:
  std::vector<std::vector<char>> bytes_;
  std::vector<std::vector<uint64_t>> words_;
  std::vector<std::vector<int64_t>> integers_;
  std::vector<std::vector<double>> floats_;
};

// Builds one column of bool, int, float or string values. Appending the wrong kind is a broken invariant.
class ColumnBuilder {
 public:
  // kBool, kInt64, kFloat64 or kString; `dictionary` lets a string column become a kDictionary.
  explicit ColumnBuilder(ColumnLayout layout, bool dictionary = true);

  void AppendNull();
  void AppendBool(bool value);
  void AppendInt(int64_t value) {
    integers_.push_back(value);
    MarkValid();
  }
  void AppendFloat(double value);  // a NaN is null
  void AppendString(std::string_view value);
  void AppendValue(const Value& value);  // null or of the column's kind

  size_t rows() const { return rows_; }
  uint64_t text_bytes() const { return text_bytes_; }  // appended since the last Finish
  size_t nulls() const { return nulls_; }

  // The column of all that was appended; the builder is empty again.
  Column Finish(BatchMemory& memory);

 private:
  void MarkValid() {
    if (!validity_.empty()) MarkInBitmap(true);
    ++rows_;
  }
  void MarkInBitmap(bool valid);
  bool AppendCode(std::string_view value);
  void BecomePlain();
  void AppendPlain(std::string_view value);
  void ResetDictionary();

  ColumnLayout layout_;
  bool may_code_;           // string columns: dictionaries are allowed
  bool coding_ = false;     // still coding in this batch
  size_t rows_ = 0;
  size_t nulls_ = 0;
  uint64_t text_bytes_ = 0;
  std::vector<uint64_t> validity_;  // empty until the first null
  std::vector<uint64_t> bits_;
  std::vector<int64_t> integers_;   // values, or offsets of text (rows + 1)
  std::vector<double> floats_;
  std::vector<char> text_;

  // While coding: a code a row, the distinct texts one after the other, and an open-addressing table of codes + 1.
  std::vector<uint16_t> codes_;
  std::vector<char> entry_text_;
  std::vector<int64_t> entry_offsets_;
  std::vector<uint32_t> entry_hashes_;
  std::vector<uint32_t> slots_;
};

// A column in which every row is `value` (null: a kNull column), for fields that the data lack.
Column ConstantColumn(ColumnLayout layout, const Value& value, size_t rows, BatchMemory& memory);

// The layout that readers give a field of this type: bool, int, float and string; kNull for all others.
ColumnLayout LayoutOf(TypeId type);

}  // namespace assay
