// Loading rules.
#include "compiler/command/rules.h"

#include <fmt/format.h>

#include "compiler/diagnostics/render.h"

namespace assay {

bool IsPack(const std::string& path) { return path.ends_with(".lfpack"); }

void ShowDiagnostics(const SourceStore& sources, const DiagnosticSink::Summary& summary, Console& console) {
  console.Err(RenderAll(sources, summary, console.json_messages(), console.color_err()));
}

Result<std::unique_ptr<Compilation>> LoadRules(const std::string& path, const CompileOptions& options,
                                               Console& console) {
  if (IsPack(path))
    return Fail(ErrorKind::kUsage, fmt::format("{}: packs cannot be read yet; give the .lf file", path));
  ASSAY_ASSIGN_OR_RETURN(Compilation compilation, Compile(path, options));
  if (!compilation.ok()) {
    ShowDiagnostics(*compilation.sources, compilation.diagnostics, console);
    return std::unique_ptr<Compilation>();
  }
  if (compilation.diagnostics.warnings != 0) {
    const size_t count = compilation.diagnostics.warnings + compilation.diagnostics.omitted;
    console.Warn(fmt::format("the rules have {} warning{}: `assay check {}` shows {}", count, count == 1 ? "" : "s",
                             path, count == 1 ? "it" : "them"));
  }
  return std::make_unique<Compilation>(std::move(compilation));
}

}  // namespace assay
