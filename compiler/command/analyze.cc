// `assay analyze`: the table of rules, from rules and data or from votes that were written before.
#include <CLI/CLI.hpp>

#include "compiler/command/runner.h"
#include "compiler/command/verb.h"

namespace assay {
namespace {

class AnalyzeVerb : public Verb {
 public:
  std::string_view name() const override { return "analyze"; }
  std::string_view description() const override {
    return "Prints the table of rules: coverage, overlaps, conflicts, accuracy";
  }
  std::string_view usage() const override {
    return "RULES DATA... [options]\n       assay analyze --votes FILE [--classes N] [options]";
  }
  std::vector<std::string_view> examples() const override {
    return {"assay analyze rules.lf data.csv --gold label",
            "assay analyze --votes votes.csv --classes 2 --gold gold.csv --summary json"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("--summary", request_.summary, "how it is shown")->type_name("text|json|none")->group("Output");
    AddSourceOptions(app, request_.source, true);
  }

  Result<int> Execute(Console& console) override {
    request_.figures = false;
    return RunRules(request_, console);
  }

 private:
  RunRequest request_;
};

}  // namespace

std::unique_ptr<Verb> MakeAnalyzeVerb() { return std::make_unique<AnalyzeVerb>(); }

}  // namespace assay
