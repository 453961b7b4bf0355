// What the loadable module offers: one C symbol that gives its functions. Both sides are built together, so C++ types may
// cross; the version guards against a module of another build.
#pragma once

#include <string>

#include "compiler/codegen/codegen.h"

namespace assay {

inline constexpr unsigned kCodegenModuleVersion = 1;
inline constexpr const char* kCodegenModuleSymbol = "AssayCodegenModule";
inline constexpr const char* kCodegenModuleFile = "libassay_codegen.so";

struct CodegenModule {
  unsigned version;
  Result<KernelTable> (*compile)(const Plan&, const RuleGraph&, const CodegenOptions&);
  Result<std::string> (*emit)(const Plan&, const RuleGraph&, EmitKind, const CodegenOptions&);
};

using CodegenModuleFunction = const CodegenModule* (*)();

}  // namespace assay
