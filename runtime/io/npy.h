// NumPy's .npy files, version 1.0: the header, and arrays of integers and floats of one or two dimensions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace assay {

// Bytes of every header that NpyHeader makes, so that it can be written again when the number of rows is known.
inline constexpr size_t kNpyHeaderBytes = 128;

// `type` as NumPy writes it: "|i1", "<i2", "<f8". `columns` 0: a one-dimensional array of `rows` values.
std::string NpyHeader(std::string_view type, uint64_t rows, uint64_t columns);

struct NpyArray {
  size_t rows = 0;
  size_t columns = 1;
  bool one_dimensional = false;
  bool floats = false;
  std::vector<int64_t> integers;  // [rows, columns], row-major, when not floats
  std::vector<double> values;     // [rows, columns], when floats
};

// Reads a file's content. An error (kData) for what is not .npy, has more dimensions or other types, or is cut short.
Result<NpyArray> ParseNpy(std::string_view content, const std::string& name);

}  // namespace assay
