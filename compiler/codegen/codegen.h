// Plan to machine code: compiles the bodies of a plan's kernel steps for this machine. The work is done by a module that is
// loaded at the first call (libassay_codegen.so, which brings LLVM), so that commands that compile nothing start at once.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/engine/kernel_table.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/plan/plan.h"

namespace assay {

// How much work goes into the code.
enum class CodegenTier : unsigned char {
  kQuick,     // for one run: no passes over the IR
  kThorough,  // for long runs and packs: helpers inlined, LLVM's O2
};

struct CodegenOptions {
  CodegenTier tier = CodegenTier::kQuick;
};

// The functions of plan.kernels. An error where the module cannot be loaded (kData) or LLVM refuses (kInternal).
Result<KernelTable> CompileKernels(const Plan& plan, const RuleGraph& graph, const CodegenOptions& options = {});

// The same as text: LLVM's IR, and this machine's assembly.
enum class EmitKind : unsigned char { kLlvm, kAssembly };
Result<std::string> EmitKernels(const Plan& plan, const RuleGraph& graph, EmitKind kind, const CodegenOptions& options = {});

}  // namespace assay
