// NumPy's .npy files, version 1.0: the header, and arrays of integers and floats of one or two dimensions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace assay {

// Bytes of every header that NpyHeader makes, so that it can be written again when the number of rows is known.
inline constexpr size_t kNpyHeaderBytes = 128;

// `type` as NumPy writes it: "|i1", "<i2", "<f8". `columns` 0: a one-dimensional array of `rows` values.
std::string NpyHeader(std::string_view type, uint64_t rows, uint64_t columns);

// An array as it lies in the file's content, which must outlive it.
class NpyArray {
 public:
  size_t rows = 0;
  size_t columns = 1;
  bool one_dimensional = false;
  bool floats = false;

  size_t size() const { return rows * columns; }
  // Element i of [rows, columns], row by row.
  int64_t Integer(size_t i) const;  // 0 for floats
  double Value(size_t i) const;

 private:
  friend Result<NpyArray> ParseNpy(std::string_view content, const std::string& name);
  const char* At(size_t i) const { return data_.data() + (columns_first_ ? i % columns * rows + i / columns : i) * width_; }

  std::string_view data_;
  size_t width_ = 1;
  bool is_signed_ = true;
  bool columns_first_ = false;
};

// Reads a file's content. An error (kData) for what is not .npy, has more dimensions or other types, or is cut short.
Result<NpyArray> ParseNpy(std::string_view content, const std::string& name);

}  // namespace assay
