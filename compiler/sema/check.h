// From syntax trees to a checked program: names, types, constants, resources, patterns and families are settled here, and every
// problem a rule file can have is reported to the sink. What comes out is read by compiler/lower only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/sema/program.h"
#include "compiler/source/source_store.h"

namespace assay {

struct CheckOptions {
  // The directory that imports and resource files cannot leave. Empty: the directory of the main file.
  std::string root;
  // Directories searched for `std.NAME` (as NAME.lf), the first that has it wins. Empty: DefaultStdlib().
  std::vector<std::string> stdlib;
};

// Where the standard library is looked for: $ASSAY_STDLIB, `../share/assay/stdlib` beside the executable, and the source tree
// that the compiler was built from; those that exist.
std::vector<std::string> DefaultStdlib();

// Checks a program, given the tree of its main file; imported modules and resources are read into `sources`. Never fails: what
// is wrong is in `sink`. Only a program that was checked without an error may be lowered.
// Cost: linear in the size of the program with its families expanded and its functions inlined.
std::unique_ptr<CheckedProgram> Check(SourceStore& sources, ast::Ast main, const CheckOptions& options, DiagnosticSink& sink);

}  // namespace assay
