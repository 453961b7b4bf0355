// Compile runs the phases in their order and stops between them where one reported an error.
#include "compiler/driver/compile.h"

#include <fmt/format.h>

#include <chrono>

#include "compiler/driver/parameters.h"
#include "compiler/lower/build_graph.h"
#include "compiler/parse/parse.h"
#include "compiler/sema/check.h"

namespace assay {
namespace {

Result<Compilation> CompileFile(Compilation compilation, FileId file, const CompileOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  DiagnosticSink sink;
  ast::Ast tree = Parse(*compilation.sources, file, sink);
  CheckOptions check;
  check.root = options.root;
  check.stdlib = options.stdlib;
  // Names and types are checked in what could be parsed, so that one run shows both kinds of errors.
  std::unique_ptr<CheckedProgram> program = Check(*compilation.sources, std::move(tree), check, sink);
  if (!sink.has_errors()) {
    compilation.models = program->models;
    compilation.graph = BuildGraph(std::move(program), *compilation.sources);
    ASSAY_RETURN_IF_ERROR(SetParameters(*compilation.graph, options.params));
    if (options.optimize) {
      compilation.optimized = CopyGraph(*compilation.graph);
      if (options.passes.empty()) {
        Optimize(*compilation.optimized, &sink);
        BindParams(*compilation.optimized);
      } else {
        ASSAY_RETURN_IF_ERROR(RunPasses(options.passes, *compilation.optimized, &sink));
      }
    }
  }
  compilation.diagnostics = sink.Finish();
  compilation.sink = sink.Emptied();
  compilation.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return compilation;
}

}  // namespace

Result<Compilation> Compile(const std::string& path, const CompileOptions& options) {
  Compilation compilation;
  ASSAY_ASSIGN_OR_RETURN(const FileId file, compilation.sources->Load(path));
  return CompileFile(std::move(compilation), file, options);
}

Result<Compilation> CompileText(std::string name, std::string_view text, const CompileOptions& options) {
  Compilation compilation;
  const FileId file = compilation.sources->AddVirtual(std::move(name), text);
  return CompileFile(std::move(compilation), file, options);
}

Result<ParsedFile> ParseFile(const std::string& path) {
  ParsedFile parsed;
  ASSAY_ASSIGN_OR_RETURN(const FileId file, parsed.sources->Load(path));
  DiagnosticSink sink;
  parsed.ast = std::make_unique<ast::Ast>(Parse(*parsed.sources, file, sink));
  parsed.diagnostics = sink.Finish();
  return parsed;
}

}  // namespace assay
