// `assay build --emit`: what the compiler makes of rules, phase by phase, as text.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "compiler/ast/print.h"
#include "compiler/command/options.h"
#include "compiler/command/rules.h"
#include "compiler/command/verb.h"
#include "compiler/driver/emit.h"
#include "runtime/io/output_file.h"

namespace assay {
namespace {

class BuildVerb : public Verb {
 public:
  std::string_view name() const override { return "build"; }
  std::string_view description() const override { return "Shows what the compiler makes of rules"; }
  std::string_view usage() const override { return "RULES --emit ast|graph|plan|llvm|asm [-o OUT]"; }
  std::vector<std::string_view> examples() const override {
    return {"assay build rules.lf --emit graph", "assay build rules.lf --emit graph --passes fold,flatten",
            "assay build rules.lf --emit asm -o rules.s"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("inputs", inputs_);
    app.add_option("--emit", emit_, "the syntax tree, the rule graph, the plan, LLVM's code, or machine code as text")
        ->type_name("ast|graph|plan|llvm|asm")
        ->group("Output");
    app.add_option("-o,--output", output_, "where it goes; default: standard output")
        ->type_name("OUT")
        ->group("Output");
    app.add_option("--passes", passes_, "graph: these passes alone, such as fold,flatten; none: the graph as written")
        ->type_name("NAMES")
        ->group("Output");
    AddRulesOptions(app, rules_);
  }

  Result<int> Execute(Console& console) override {
    if (inputs_.empty()) return Fail(ErrorKind::kUsage, "rules are missing: assay build RULES --emit graph");
    if (inputs_.size() > 1) return Fail(ErrorKind::kUsage, "assay build takes one rule file");
    if (emit_.empty()) {
      return Fail(ErrorKind::kUsage,
                  output_.empty()
                      ? "what should be shown? --emit ast|graph|plan|llvm|asm"
                      : "packs are not built yet; --emit ast|graph|plan|llvm|asm shows what the compiler makes");
    }
    if (emit_ == "object" || emit_ == "header")
      return Fail(ErrorKind::kUsage, fmt::format("--emit {} does not exist yet", emit_));
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--emit", emit_, {"ast", "graph", "plan", "llvm", "asm"}));
    if (!passes_.empty() && emit_ != "graph") return Fail(ErrorKind::kUsage, "--passes goes with --emit graph");
    std::string text;
    if (emit_ == "ast") {
      ASSAY_ASSIGN_OR_RETURN(const ParsedFile parsed, ParseFile(inputs_[0]));
      ShowDiagnostics(*parsed.sources, parsed.diagnostics, console);
      if (parsed.diagnostics.errors != 0) return 1;
      text = ast::Print(*parsed.ast);
    } else {
      ASSAY_ASSIGN_OR_RETURN(CompileOptions options, ToCompileOptions(rules_));
      options.passes = passes_ == "none" ? "" : passes_;
      options.optimize = passes_ != "none";
      ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<Compilation> compilation, LoadRules(inputs_[0], options, console));
      if (compilation == nullptr) return ExitStatusOf(ErrorKind::kRules);
      const RuleGraph& graph = options.optimize ? *compilation->optimized : *compilation->graph;
      ASSAY_ASSIGN_OR_RETURN(text, Emit(graph, emit_ == "graph"  ? EmitWhat::kGraph
                                               : emit_ == "plan" ? EmitWhat::kPlan
                                               : emit_ == "llvm" ? EmitWhat::kLlvm
                                                                 : EmitWhat::kAssembly));
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
    if (output_.empty()) {
      console.Out(text);
    } else {
      ASSAY_RETURN_IF_ERROR(WriteFile(output_, text));
    }
    return 0;
  }

 private:
  std::vector<std::string> inputs_;
  std::string emit_, output_, passes_;
  RulesOptions rules_;
};

}  // namespace

std::unique_ptr<Verb> MakeBuildVerb() { return std::make_unique<BuildVerb>(); }

}  // namespace assay
