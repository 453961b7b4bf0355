// A .npy file of rows that are not counted beforehand: the header is written again at the end, or, where the output cannot
// go back, the rows wait for it in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/io/output_file.h"

namespace assay {

class NpyOutput {
 public:
  // `type` and `columns` as for NpyHeader.
  NpyOutput(OutputFile file, std::string_view type, uint64_t columns)
      : file_(std::move(file)), type_(type), columns_(columns) {}

  // The bytes of `count` rows.
  Status Append(std::string_view rows, uint64_t count);
  Status Close();

 private:
  OutputFile file_;
  std::string type_;
  uint64_t columns_;
  uint64_t rows_ = 0;
  bool begun_ = false;
  std::string waiting_;
};

}  // namespace assay
