// Shows diagnostics: as text for people, with the source line and the exact place underlined, or as JSON for programs.
#pragma once

#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/source/source_store.h"

namespace assay {

// Several lines, ending in a line break:
//
//   error[E0203]: unknown name `txet`
//     --> rules.lf:4:18
//      |
//    4 | lf b -> SPAM when txet has promo
//      |                   ^^^^ not a field, let or constant
//      |
//      = help: did you mean `text`?
//      |
//    4 | lf b -> SPAM when text has promo
//
// Underlines are exact under tabs (shown as blanks up to multiples of four), wide and combining characters.
std::string RenderText(const SourceStore& sources, const Diagnostic& diagnostic, bool color);

// One line, ending in a line break: an object with severity, code, name, message, file, line, column, end_line, end_column
// (from 1, in code points, end exclusive), begin, end (bytes), label, labels, notes, fixes.
std::string RenderJson(const SourceStore& sources, const Diagnostic& diagnostic);

// All of them, and the last line "2 errors, 1 warning" (text only, nothing where there are none). Diagnostics beyond the
// limit are counted there.
std::string RenderAll(const SourceStore& sources, const DiagnosticSink::Summary& summary, bool json, bool color);

}  // namespace assay
