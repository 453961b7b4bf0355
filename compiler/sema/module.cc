// Finding, reading and ordering modules.
#include "compiler/sema/module.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "compiler/parse/parse.h"
#include "compiler/sema/check.h"
#include "compiler/sema/suggest.h"

namespace assay {

std::vector<std::string> DefaultStdlib() {
  std::vector<std::string> found;
  const auto add = [&](const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) found.push_back(path.string());
  };
  if (const char* given = std::getenv("ASSAY_STDLIB"); given != nullptr && *given != 0) add(given);
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) add(executable.parent_path().parent_path() / "share" / "assay" / "stdlib");
  add(ASSAY_SOURCE_STDLIB);
  return found;
}

namespace sema {
namespace {

namespace fs = std::filesystem;

// Modules that import modules that import modules ...: each level is a level of recursion here.
constexpr size_t kMaxImportDepth = 64;

bool IsInside(const fs::path& root, const fs::path& path) {
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end() || (std::next(end) == root.end() && end->empty());
}

std::string DirectoryOf(std::string_view file) {
  const fs::path parent = fs::path(file).parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace

std::optional<std::string> ResolvePath(const std::string& root, const std::string& directory, std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return std::nullopt;
  const fs::path wanted(path);
  if (wanted.is_absolute()) return std::nullopt;
  const fs::path joined = (fs::path(directory) / wanted).lexically_normal();
  std::error_code error;
  // weakly_canonical leaves a relative path relative where nothing of it exists: the two must be absolute to be compared.
  const auto canonical = [&](const fs::path& p) {
    const fs::path absolute = fs::absolute(p, error);
    return error ? fs::path() : fs::weakly_canonical(absolute, error);
  };
  const fs::path real_root = canonical(root.empty() ? "." : root);
  if (error) return std::nullopt;
  const fs::path real = canonical(joined);
  if (error || !IsInside(real_root, real)) return std::nullopt;
  return joined.string();
}

std::vector<Module> ModuleLoader::Load(ast::Ast main, std::string root) {
  const std::string directory = DirectoryOf(sources_.Name(main.file()));
  if (root.empty()) root = directory;
  LoadModule({.ast = std::move(main), .directory = directory, .root = std::move(root), .standard = false, .imports = {}});
  return std::move(modules_);
}

uint32_t ModuleLoader::LoadModule(Module module) {
  const FileId file = module.ast.file();
  for (const ast::DeclId id : module.ast.declarations()) {
    const ast::Decl& decl = module.ast.Get(id);
    if (decl.kind() != ast::DeclKind::kImport || decl.has_error) continue;
    active_.push_back({file, decl.span});
    module.imports.emplace(id, LoadImport(module, decl));
    active_.pop_back();
  }
  modules_.push_back(std::move(module));
  const auto index = static_cast<uint32_t>(modules_.size() - 1);
  by_file_.emplace(file, index);
  return index;
}

uint32_t ModuleLoader::LoadImport(const Module& importer, const ast::Decl& decl) {
  const auto& import = decl.As<ast::ImportDecl>();
  std::optional<std::string> path;
  Module module{.ast = ast::Ast(FileId()), .directory = {}, .root = {}, .standard = !import.is_file, .imports = {}};
  if (import.is_file) {
    path = ResolvePath(importer.root, importer.directory, import.path.text);
    if (!path) {
      sink_.Report(Diagnostic(DiagnosticKind::kOutsideRoot, import.path.span, fmt::format("`{}` is outside of the root directory", import.path.text))
                       .WithNote("paths are relative to the file and stay inside the directory of the main file"));
      return kNoModule;
    }
    module.root = importer.root;
  } else {
    path = FindStandard(decl);
    if (!path) return kNoModule;
    module.root = DirectoryOf(*path);
  }
  const auto file = sources_.Load(*path);
  if (!file) {
    sink_.Report(Diagnostic(DiagnosticKind::kMissingFile, import.path.span, fmt::format("cannot read the module: {}", file.error().message)));
    return kNoModule;
  }
  if (std::ranges::any_of(active_, [&](const Step& s) { return s.file == *file; })) {
    ReportCycle(*file, decl.span);
    return kNoModule;
  }
  if (const auto known = by_file_.find(*file); known != by_file_.end()) return known->second;
  if (active_.size() > kMaxImportDepth) {
    sink_.Report(Diagnostic(DiagnosticKind::kProgramTooLarge, decl.span, fmt::format("modules import each other more than {} deep", kMaxImportDepth)));
    return kNoModule;
  }
  module.ast = Parse(sources_, *file, sink_);
  module.directory = DirectoryOf(*path);
  return LoadModule(std::move(module));
}

std::optional<std::string> ModuleLoader::FindStandard(const ast::Decl& decl) {
  const ast::Name& name = decl.As<ast::ImportDecl>().path;
  std::string_view text = name.text;
  if (!text.starts_with("std.")) {
    sink_.Report(Diagnostic(DiagnosticKind::kUnknownModule, name.span, fmt::format("there is no module `{}`", text))
                     .WithHelp("the standard library's modules begin with `std.`; a file is imported by its path: import \"path.lf\" as name"));
    return std::nullopt;
  }
  text.remove_prefix(4);
  std::string relative(text);
  std::ranges::replace(relative, '.', '/');
  std::vector<std::string> known;
  for (const std::string& directory : stdlib_) {
    std::error_code error;
    const fs::path path = fs::path(directory) / (relative + ".lf");
    if (fs::is_regular_file(path, error)) return path.string();
    for (const auto& entry : fs::directory_iterator(directory, error)) {
      if (entry.path().extension() == ".lf") known.push_back("std." + entry.path().stem().string());
    }
  }
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  Diagnostic diagnostic(DiagnosticKind::kUnknownModule, name.span, fmt::format("the standard library has no module `{}`", name.text));
  const std::vector<std::string_view> views(known.begin(), known.end());
  if (const auto nearest = Nearest(name.text, views)) {
    diagnostic.helps.push_back({fmt::format("did you mean `{}`?", *nearest), {{name.span, *nearest}}});
  }
  diagnostic.notes.push_back(known.empty() ? "no standard library was found; ASSAY_STDLIB names its directory"
                                           : fmt::format("there are: {}", fmt::join(known, ", ")));
  sink_.Report(std::move(diagnostic));
  return std::nullopt;
}

void ModuleLoader::ReportCycle(FileId file, SourceSpan import) {
  const auto begin = std::ranges::find_if(active_, [&](const Step& s) { return s.file == file; });
  std::string chain;
  for (auto step = begin; step != active_.end(); ++step) chain += fmt::format("{} imports ", sources_.Name(step->file));
  chain += sources_.Name(file);
  Diagnostic diagnostic(DiagnosticKind::kImportCycle, import, fmt::format("modules import each other: {}", chain));
  for (auto step = begin; step != active_.end(); ++step) {
    if (step->import != import) diagnostic.labels.push_back({step->import, "on the way here"});
  }
  sink_.Report(std::move(diagnostic));
}

}  // namespace sema
}  // namespace assay
