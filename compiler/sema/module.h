// The modules of a program: the main file and what it imports, each parsed once. Also where paths lead: imports and resources are
// relative to the file that names them and stay inside a root directory.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/source/source_store.h"

namespace assay::sema {

inline constexpr uint32_t kNoModule = 0xffffffff;

struct Module {
  ast::Ast ast;
  std::string directory;  // of the file: what its paths are relative to
  std::string root;       // what its paths stay inside
  bool standard = false;  // part of the standard library
  // What its imports lead to, by declaration; kNoModule where that failed (and was reported).
  std::unordered_map<ast::DeclId, uint32_t> imports;
};

// The path of a file that `directory`/`path` names, if it stays inside `root`.
std::optional<std::string> ResolvePath(const std::string& root, const std::string& directory, std::string_view path);

// Reads the imports of `main`, and theirs. The result is in an order in which a module stands behind all it imports; the main
// module is the last. Import cycles are reported and broken.
class ModuleLoader {
 public:
  ModuleLoader(SourceStore& sources, std::vector<std::string> stdlib, DiagnosticSink& sink)
      : sources_(sources), stdlib_(std::move(stdlib)), sink_(sink) {}

  std::vector<Module> Load(ast::Ast main, std::string root);

 private:
  struct Step {  // a module whose imports are being read
    FileId file;
    SourceSpan import;
  };

  uint32_t LoadModule(Module module);
  uint32_t LoadImport(const Module& importer, const ast::Decl& decl);
  std::optional<std::string> FindStandard(const ast::Decl& decl);
  void ReportCycle(FileId file, SourceSpan import);

  SourceStore& sources_;
  std::vector<std::string> stdlib_;
  DiagnosticSink& sink_;
  std::vector<Module> modules_;
  std::vector<Step> active_;
  std::unordered_map<FileId, uint32_t> by_file_;
};

}  // namespace assay::sema
