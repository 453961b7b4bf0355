// Applies the mends that diagnostics carry (`assay check --fix`). Of a diagnostic with several helps the first with edits is
// taken; of edits that overlap the first by place is applied and the other diagnostic's are left for another round.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_store.h"

namespace assay {

struct FixedFile {
  FileId file;
  std::string text;   // the whole new text, without the byte-order mark
  size_t applied = 0;  // diagnostics mended
};

// The files that change; the store itself stays as it is.
std::vector<FixedFile> ApplyFixes(const SourceStore& sources, std::span<const Diagnostic> diagnostics);

}  // namespace assay
