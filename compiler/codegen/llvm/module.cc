// The module's functions: IR for all kernels of a plan, compiled by ORC's LLJIT for this machine, or printed. No pass that
// could change floating-point results runs, and no multiplication is fused with an addition.
#include "compiler/codegen/module.h"

#include <fmt/format.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include <mutex>

#include "compiler/codegen/llvm/helpers.h"
#include "compiler/codegen/llvm/kernel_builder.h"

namespace assay::codegen {

namespace {

std::unexpected<Error> LlvmError(llvm::Error error) {
  return Fail(ErrorKind::kInternal, "code generation: " + llvm::toString(std::move(error)));
}

Result<llvm::orc::JITTargetMachineBuilder> HostMachine(const CodegenOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder) return LlvmError(builder.takeError());
  builder->getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  builder->setCodeGenOptLevel(options.tier == CodegenTier::kQuick ? llvm::CodeGenOptLevel::Less : llvm::CodeGenOptLevel::Default);
  return std::move(*builder);
}

std::string NameOf(size_t function) { return fmt::format("kernel_{}", function); }

Result<std::unique_ptr<llvm::Module>> BuildModule(const Plan& plan, const RuleGraph& graph, const CodegenOptions& options,
                                                  llvm::LLVMContext& context, llvm::TargetMachine& machine) {
  auto module = std::make_unique<llvm::Module>("assay", context);
  module->setTargetTriple(machine.getTargetTriple().str());
  module->setDataLayout(machine.createDataLayout());
  Helpers helpers(*module, options.tier == CodegenTier::kThorough);
  KernelBuilder builder(*module, helpers, plan, graph);
  for (size_t i = 0; i < plan.kernels.size(); ++i) {
    ASSAY_RETURN_IF_ERROR(builder.Build(plan.kernels[i], NameOf(i)));
  }
#ifndef NDEBUG
  std::string broken;
  llvm::raw_string_ostream stream(broken);
  if (llvm::verifyModule(*module, &stream)) return Fail(ErrorKind::kInternal, "broken LLVM module: " + stream.str());
#endif
  if (options.tier == CodegenTier::kThorough) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager components;
    llvm::ModuleAnalysisManager modules;
    llvm::PassBuilder passes(&machine);
    passes.registerModuleAnalyses(modules);
    passes.registerCGSCCAnalyses(components);
    passes.registerFunctionAnalyses(functions);
    passes.registerLoopAnalyses(loops);
    passes.crossRegisterProxies(loops, functions, components, modules);
    passes.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(*module, modules);
  }
  return module;
}

Result<KernelTable> Compile(const Plan& plan, const RuleGraph& graph, const CodegenOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(auto target, HostMachine(options));
  auto machine = target.createTargetMachine();
  if (!machine) return LlvmError(machine.takeError());
  auto context = std::make_unique<llvm::LLVMContext>();
  ASSAY_ASSIGN_OR_RETURN(auto module, BuildModule(plan, graph, options, *context, **machine));

  auto jit = llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(target)).create();
  if (!jit) return LlvmError(jit.takeError());
  std::shared_ptr<llvm::orc::LLJIT> owner = std::move(*jit);
  if (auto error = owner->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context)))) return LlvmError(std::move(error));
  KernelTable table;
  for (size_t i = 0; i < plan.kernels.size(); ++i) {
    auto address = owner->lookup(NameOf(i));
    if (!address) return LlvmError(address.takeError());
    table.functions.push_back(address->toPtr<AssayKernel>());
  }
  table.owner = owner;
  return table;
}

Result<std::string> Emit(const Plan& plan, const RuleGraph& graph, EmitKind kind, const CodegenOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(auto target, HostMachine(options));
  auto machine = target.createTargetMachine();
  if (!machine) return LlvmError(machine.takeError());
  llvm::LLVMContext context;
  ASSAY_ASSIGN_OR_RETURN(auto module, BuildModule(plan, graph, options, context, **machine));
  if (kind == EmitKind::kLlvm) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream, nullptr);
    return stream.str();
  }
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile)) {
    return Fail(ErrorKind::kInternal, "LLVM writes no assembly for this machine");
  }
  passes.run(*module);
  return std::string(text.str());
}

constexpr CodegenModule kModule = {kCodegenModuleVersion, &Compile, &Emit};

}  // namespace

}  // namespace assay::codegen

extern "C" __attribute__((visibility("default"))) const assay::CodegenModule* AssayCodegenModule() { return &assay::codegen::kModule; }
