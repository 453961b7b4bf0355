// Finds and loads the module with LLVM in it: beside the running program, in ../lib/assay, or in the build tree. A module is
// never unloaded: LLVM does not like that, and the process ends soon after.
#include "compiler/codegen/codegen.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "compiler/codegen/module.h"

namespace assay {

namespace {

std::vector<std::filesystem::path> Candidates() {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    found.push_back(program.parent_path() / kCodegenModuleFile);
    found.push_back(program.parent_path().parent_path() / "lib" / "assay" / kCodegenModuleFile);
  }
  found.push_back(std::filesystem::path(ASSAY_BUILD_DIRECTORY) / kCodegenModuleFile);
  return found;
}

Result<const CodegenModule*> Load() {
  std::string tried;
  for (const auto& path : Candidates()) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      tried += fmt::format("\n  {}: not there", path.string());
      continue;
    }
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* why = dlerror();
      tried += fmt::format("\n  {}", why == nullptr ? path.string() : std::string(why));
      continue;
    }
    const auto function = reinterpret_cast<CodegenModuleFunction>(dlsym(library, kCodegenModuleSymbol));
    if (function == nullptr || function()->version != kCodegenModuleVersion) {
      tried += fmt::format("\n  {}: of another build of Assay", path.string());
      continue;
    }
    return function();
  }
  return Fail(ErrorKind::kData, fmt::format("the code generator ({}) cannot be loaded{}", kCodegenModuleFile, tried));
}

const Result<const CodegenModule*>& Module() {
  static const Result<const CodegenModule*> module = Load();
  return module;
}

}  // namespace

Result<KernelTable> CompileKernels(const Plan& plan, const RuleGraph& graph, const CodegenOptions& options) {
  if (plan.kernels.empty()) return KernelTable();
  const auto& module = Module();
  if (!module) return std::unexpected(module.error());
  return (*module)->compile(plan, graph, options);
}

Result<std::string> EmitKernels(const Plan& plan, const RuleGraph& graph, EmitKind kind, const CodegenOptions& options) {
  const auto& module = Module();
  if (!module) return std::unexpected(module.error());
  return (*module)->emit(plan, graph, kind, options);
}

}  // namespace assay
