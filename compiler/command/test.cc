// `assay test`: runs the test blocks of rules by the reference evaluator, and says of an expectation that does not hold
// what the rule did instead. With --engine jit the compiled code must vote the same on the rows of all tests.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "compiler/command/json_writer.h"
#include "compiler/command/numbers.h"
#include "compiler/command/options.h"
#include "compiler/command/rules.h"
#include "compiler/command/table_printer.h"
#include "compiler/command/verb.h"
#include "runtime/batch/builders.h"
#include "runtime/evaluate/evaluator.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

// Which rules the tests speak of, and which of them fired.
struct Coverage {
  std::vector<bool> expected;             // by rule: an expectation speaks of it
  std::vector<bool> voted;                // by rule: it voted on a test's row
  std::vector<std::set<uint32_t>> fired;  // by rule: branches that fired
};

std::string OutcomeInWords(const RuleGraph& graph, RuleId rule, const RuleOutcome& outcome) {
  if (outcome.label == kAbstain) return "abstains";
  if (!graph.rules[rule.index()].task.has_value()) return "votes";
  for (const ClassInfo& info : graph.tasks[graph.rules[rule.index()].task.index()].classes) {
    if (info.id == outcome.label) return "votes " + info.name;
  }
  return fmt::format("votes {}", outcome.label);
}

// The rows of all tests as a batch.
Batch BatchOfTests(const RuleGraph& graph) {
  Batch batch;
  auto memory = std::make_shared<BatchMemory>();
  batch.rows = graph.tests.size();
  for (size_t f = 0; f < graph.fields.size(); ++f) {
    const ColumnLayout layout = LayoutOf(graph.fields[f].type);
    if (layout == ColumnLayout::kNull) {
      batch.columns.push_back(ConstantColumn(layout, Value::Null(), batch.rows, *memory));
      continue;
    }
    ColumnBuilder builder(layout);
    for (const Test& test : graph.tests) builder.AppendValue(f < test.row.size() ? test.row[f] : Value::Null());
    batch.columns.push_back(builder.Finish(*memory));
  }
  batch.owner = std::move(memory);
  return batch;
}

class TestVerb : public Verb {
 public:
  std::string_view name() const override { return "test"; }
  std::string_view description() const override { return "Runs the test blocks of rules"; }
  std::string_view usage() const override { return "RULES... [--coverage] [--min-coverage P]"; }
  std::vector<std::string_view> examples() const override {
    return {"assay test rules.lf", "assay test rules.lf --coverage", "assay test rules/*.lf --min-coverage 80"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("rules", files_);
    app.add_flag("--coverage", show_coverage_, "show which rules the tests speak of, and which fire in them")
        ->group("Tests");
    app.add_option("--min-coverage", min_coverage_, "fail where the tests speak of fewer rules than P percent")
        ->type_name("P")
        ->group("Tests");
    app.add_option("--engine", engine_, "jit: the compiled code must agree as well")
        ->type_name("auto|jit|reference")
        ->group("Tests");
    AddRulesOptions(app, rules_);
  }

  Result<int> Execute(Console& console) override {
    if (files_.empty()) return Fail(ErrorKind::kUsage, "rules are missing: assay test RULES...");
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--engine", engine_, {"auto", "jit", "reference"}));
    std::optional<double> minimum;
    if (!min_coverage_.empty()) {
      std::string text = min_coverage_;
      if (text.ends_with('%')) text.pop_back();
      minimum = text::ParseFloat(text);
      if (!minimum || !(*minimum >= 0 && *minimum <= 100))
        return Fail(ErrorKind::kUsage, "--min-coverage takes a number of percent from 0 to 100");
    }
    ASSAY_ASSIGN_OR_RETURN(const CompileOptions options, ToCompileOptions(rules_));
    int status = 0;
    for (const std::string& file : files_) {
      ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<Compilation> compilation, LoadRules(file, options, console));
      if (compilation == nullptr) {
        status = 1;
        continue;
      }
      ASSAY_ASSIGN_OR_RETURN(const bool passed, RunFile(file, *compilation, minimum, console));
      if (!passed) status = 1;
    }
    return status;
  }

 private:
  Result<bool> RunFile(const std::string& file, const Compilation& compilation, std::optional<double> minimum,
                       Console& console) const {
    const RuleGraph& graph = *compilation.graph;
    ASSAY_ASSIGN_OR_RETURN(Evaluator evaluator, Evaluator::Create(graph));
    Coverage coverage{std::vector<bool>(graph.rules.size()), std::vector<bool>(graph.rules.size()),
                      std::vector<std::set<uint32_t>>(graph.rules.size())};
    size_t failed = 0;
    for (const Test& test : graph.tests) {
      evaluator.SetRow(test.row);
      for (size_t r = 0; r < graph.rules.size(); ++r) {
        const RuleOutcome outcome = evaluator.Outcome(RuleId(r));
        if (outcome.label != kAbstain) coverage.voted[r] = true;
        if (outcome.branch != RuleOutcome::kNoBranch) coverage.fired[r].insert(outcome.branch);
      }
      bool holds = true;
      for (const Expectation& expectation : test.expectations) {
        if (expectation.rule.has_value()) coverage.expected[expectation.rule.index()] = true;
        if (evaluator.IsTrue(expectation.holds)) continue;
        holds = false;
        ShowFailure(compilation, test, expectation, evaluator, console);
      }
      if (!holds) ++failed;
    }
    const size_t passed = graph.tests.size() - failed;
    std::string line = graph.tests.empty() ? fmt::format("{}: no tests", file)
                                           : fmt::format("{}: {} of {} tests passed", file, passed, graph.tests.size());
    bool good = failed == 0;
    if (engine_ == "jit" && !graph.tests.empty()) {
      ASSAY_ASSIGN_OR_RETURN(const size_t differing, CompareCompiled(compilation));
      if (differing != 0) {
        good = false;
        console.ShowError(
            {ErrorKind::kInternal,
             fmt::format("{}: compiled code and the reference evaluator differ in {} votes", file, differing)});
      } else {
        line += ", compiled code agrees";
      }
    }
    console.Out(line + "\n");
    if (show_coverage_ || minimum) good = ShowCoverage(graph, coverage, minimum, console) && good;
    return good;
  }

  void ShowFailure(const Compilation& compilation, const Test& test, const Expectation& expectation,
                   Evaluator& evaluator, Console& console) const {
    const RuleGraph& graph = *compilation.graph;
    std::string found;
    std::string by;
    if (expectation.rule.has_value()) {
      const RuleOutcome outcome = evaluator.Outcome(expectation.rule);
      found = fmt::format("{} {}", graph.rules[expectation.rule.index()].name,
                          OutcomeInWords(graph, expectation.rule, outcome));
      if (outcome.branch != RuleOutcome::kNoBranch) {
        by = compilation.sources->Describe(graph.rules[expectation.rule.index()].branches[outcome.branch].span);
      }
    }
    if (console.json_messages()) {
      const SourceLocation place = compilation.sources->Locate(expectation.span.file, expectation.span.begin);
      std::string text;
      JsonWriter json(&text);
      json.BeginObject()
          .Field("severity", "error")
          .Field("kind", "test")
          .Field("test", test.name)
          .Field("expected", expectation.text);
      json.Key("found");
      if (found.empty()) {
        json.Null();
      } else {
        json.Value(found);
      }
      json.Field("file", compilation.sources->Name(expectation.span.file))
          .Field("line", place.line)
          .Field("column", place.column)
          .EndObject();
      console.Err(text + "\n");
      return;
    }
    const bool color = console.color_err();
    std::string text =
        fmt::format("{}failed{}: {}\n  --> {}\n  expected {}\n", color ? "\x1b[1;31m" : "", color ? "\x1b[0m" : "",
                    test.name, compilation.sources->Describe(expectation.span), expectation.text);
    if (!found.empty()) text += fmt::format("  but {}{}\n", found, by.empty() ? "" : fmt::format(" ({})", by));
    console.Err(text);
  }

  // Votes of all tests' rows that differ between compiled code and the reference evaluator.
  static Result<size_t> CompareCompiled(const Compilation& compilation) {
    const Batch batch = BatchOfTests(*compilation.graph);
    const auto votes_by = [&](EngineChoice engine) -> Result<BatchVotes> {
      ProgramOptions options;
      options.engine = engine;
      ASSAY_ASSIGN_OR_RETURN(const auto program, Program::Create(compilation, options));
      return program->Run(batch);
    };
    ASSAY_ASSIGN_OR_RETURN(const BatchVotes compiled, votes_by(EngineChoice::kJit));
    ASSAY_ASSIGN_OR_RETURN(const BatchVotes reference, votes_by(EngineChoice::kReference));
    size_t differing = 0;
    for (size_t t = 0; t < reference.tasks.size(); ++t) {
      for (size_t p = 0; p < reference.tasks[t].planes(); ++p) {
        for (size_t row = 0; row < batch.rows; ++row)
          differing += reference.tasks[t].Get(p, row) != compiled.tasks[t].Get(p, row) ? 1 : 0;
      }
    }
    return differing;
  }

  bool ShowCoverage(const RuleGraph& graph, const Coverage& coverage, std::optional<double> minimum,
                    Console& console) const {
    size_t rules = 0, expected = 0, voted = 0;
    TablePrinter table({{"rule", TablePrinter::Align::kLeft},
                        {"in tests", TablePrinter::Align::kLeft},
                        {"votes in tests", TablePrinter::Align::kLeft},
                        {"branches fired"}});
    for (size_t r = 0; r < graph.rules.size(); ++r) {
      if (graph.rules[r].disabled || !graph.rules[r].task.has_value()) continue;
      ++rules;
      expected += coverage.expected[r] ? 1 : 0;
      voted += coverage.voted[r] ? 1 : 0;
      table.AddRow({graph.rules[r].name, coverage.expected[r] ? "yes" : "no", coverage.voted[r] ? "yes" : "no",
                    fmt::format("{} of {}", coverage.fired[r].size(), graph.rules[r].branches.size())});
    }
    const auto share = [&](size_t count) {
      return rules == 0 ? 1.0 : static_cast<double>(count) / static_cast<double>(rules);
    };
    if (show_coverage_) console.Out("\n" + table.Print(console.out_width(), console.color_out()));
    console.Out(fmt::format("\n{} of {} rules ({}) are expected something of in a test, {} ({}) vote in one\n",
                            expected, rules, Percent(share(expected)), voted, Percent(share(voted))));
    if (!minimum || share(expected) * 100 >= *minimum) return true;
    console.ShowError(
        {ErrorKind::kRules, fmt::format("the tests cover {} of the rules, less than the {:g} % of --min-coverage",
                                        Percent(share(expected)), *minimum)});
    return false;
  }

  std::vector<std::string> files_;
  bool show_coverage_ = false;
  std::string min_coverage_;
  std::string engine_ = "auto";
  RulesOptions rules_;
};

}  // namespace

std::unique_ptr<Verb> MakeTestVerb() { return std::make_unique<TestVerb>(); }

}  // namespace assay
