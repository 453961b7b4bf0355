// `assay check`: diagnostics, and the mends that are safe to apply.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "compiler/command/options.h"
#include "compiler/command/rules.h"
#include "compiler/command/verb.h"
#include "compiler/diagnostics/fixes.h"
#include "runtime/io/output_file.h"

namespace assay {
namespace {

// A mend may uncover the next one; texts that never come to rest are a fault of the mends.
constexpr int kFixRounds = 10;

class CheckVerb : public Verb {
 public:
  std::string_view name() const override { return "check"; }
  std::string_view description() const override {
    return "Parses and type-checks rules and prints what is wrong or doubtful";
  }
  std::string_view usage() const override { return "RULES... [--fix]"; }
  std::vector<std::string_view> examples() const override {
    return {"assay check rules.lf", "assay check rules/*.lf --fix", "assay check rules.lf --message-format json"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("rules", files_);
    app.add_flag("--fix", fix_, "apply the mends that are safe, and show what is left")->group("Rules");
    AddRulesOptions(app, rules_);
  }

  Result<int> Execute(Console& console) override {
    if (files_.empty()) return Fail(ErrorKind::kUsage, "rules are missing: assay check RULES...");
    ASSAY_ASSIGN_OR_RETURN(const CompileOptions options, ToCompileOptions(rules_));
    int status = 0;
    for (const std::string& file : files_) {
      if (IsPack(file))
        return Fail(ErrorKind::kUsage, fmt::format("{}: packs cannot be read yet; give the .lf file", file));
      Result<Compilation> compilation = Compile(file, options);
      if (compilation && fix_) {
        Status fixed = Mend(file, options, compilation, console);
        if (!fixed) return std::unexpected(fixed.error());
      }
      if (!compilation) {
        if (compilation.error().kind != ErrorKind::kData) return std::unexpected(compilation.error());
        console.ShowError(compilation.error());
        status = std::max(status, ExitStatusOf(compilation.error().kind));
        continue;
      }
      ShowDiagnostics(*compilation->sources, compilation->diagnostics, console);
      if (!compilation->ok()) status = std::max(status, 1);
    }
    return status;
  }

 private:
  // Applies mends and compiles again until none is left. Only files that stand on the command line are changed.
  Status Mend(const std::string& file, const CompileOptions& options, Result<Compilation>& compilation,
              Console& console) {
    size_t applied = 0;
    for (int round = 0; round < kFixRounds && compilation; ++round) {
      bool changed = false;
      for (const FixedFile& fixed : ApplyFixes(*compilation->sources, compilation->diagnostics.diagnostics)) {
        const std::string path(compilation->sources->Name(fixed.file));
        if (path != file || fixed.applied == 0) continue;
        ASSAY_RETURN_IF_ERROR(WriteFile(path, fixed.text));
        applied += fixed.applied;
        changed = true;
      }
      if (!changed) break;
      compilation = Compile(file, options);
    }
    if (applied != 0)
      console.Out(fmt::format("{}: {} mended\n", file, applied == 1 ? "1 place" : fmt::format("{} places", applied)));
    return {};
  }

  std::vector<std::string> files_;
  bool fix_ = false;
  RulesOptions rules_;
};

}  // namespace

std::unique_ptr<Verb> MakeCheckVerb() { return std::make_unique<CheckVerb>(); }

}  // namespace assay
