// The compiler's one entry: sources in, a checked and optimised rule graph out. What is wrong with the rules stands in
// the diagnostics; a graph exists only where there is no error.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/passes/passes.h"
#include "compiler/sema/program.h"
#include "compiler/source/source_store.h"
#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

struct CompileOptions {
  // The directory that imports and resource files cannot leave. Empty: the directory of the main file.
  std::string root;
  // Directories of the standard library. Empty: where it is installed, or the source tree's.
  std::vector<std::string> stdlib;
  // Parameters set by the host, as text: ("min_words", "7").
  std::vector<std::pair<std::string, std::string>> params;
  // Make Compilation::optimized as well; the passes' warnings are found only then.
  bool optimize = true;
  // These passes alone instead of the whole pipeline: "fold,flatten". Parameters then stay what they are.
  std::string passes;
};

struct Compilation {
  std::unique_ptr<SourceStore> sources = std::make_unique<SourceStore>();
  DiagnosticSink::Summary diagnostics;
  DiagnosticSink sink;                   // empty, but for what the rules silence: for what is found when they run
  std::unique_ptr<RuleGraph> graph;      // as written, parameters at the host's values; none where there are errors
  std::unique_ptr<RuleGraph> optimized;  // parameters bound; none unless asked for
  std::vector<CheckedModel> models;      // `model Task { ... }`: advice to the label model
  double seconds = 0;

  bool ok() const { return diagnostics.errors == 0 && graph != nullptr; }
};

// Compiles a rule file. An error value where the file cannot be read (kData), or where a parameter does not exist,
// cannot take its value, or a pass does not exist (kUsage).
Result<Compilation> Compile(const std::string& path, const CompileOptions& options);

// The same for a text; `name` stands in messages, and its directory is where imports are looked for.
Result<Compilation> CompileText(std::string name, std::string_view text, const CompileOptions& options);

// Only parsing, for the printer of trees: the tree, and what the parser reported.
struct ParsedFile {
  std::unique_ptr<SourceStore> sources = std::make_unique<SourceStore>();
  DiagnosticSink::Summary diagnostics;
  std::unique_ptr<ast::Ast> ast;
};
Result<ParsedFile> ParseFile(const std::string& path);

}  // namespace assay
