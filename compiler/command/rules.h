// Rule files for the verbs that need them compiled.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "compiler/command/console.h"
#include "compiler/driver/compile.h"
#include "runtime/base/result.h"

namespace assay {

// Compiles a rule file. Errors are shown, and nothing is returned; of warnings only their number is shown, since `assay
// check` is where they are read.
Result<std::unique_ptr<Compilation>> LoadRules(const std::string& path, const CompileOptions& options,
                                               Console& console);

// Writes the diagnostics to standard error as --message-format says.
void ShowDiagnostics(const SourceStore& sources, const DiagnosticSink::Summary& summary, Console& console);

// Whether the path names a compiled pack.
bool IsPack(const std::string& path);

}  // namespace assay
