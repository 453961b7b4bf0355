// A place in a source file: half-open byte offsets. Files are numbered by whoever reads them (compiler/source).
#pragma once

#include <cstdint>

#include "runtime/base/id.h"

namespace assay {

using FileId = Id<struct FileTag>;

struct SourceSpan {
  FileId file;
  uint32_t begin = 0;  // bytes from the start of the file
  uint32_t end = 0;    // one past the last byte

  bool has_value() const { return file.has_value(); }
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

}  // namespace assay
