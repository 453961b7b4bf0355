// The pipeline: which pass runs when, and the warnings that only its end can give.
#include "compiler/passes/passes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "compiler/passes/contained.h"
#include "compiler/passes/pass_list.h"
#include "compiler/passes/rule_warnings.h"

namespace assay {
namespace {

struct Pass {
  std::string_view name;
  void (*run)(const PassContext&);
};

constexpr std::array kPasses = {
    Pass{"bind", BindPass}, Pass{"fold", FoldPass},   Pass{"flatten", FlattenPass}, Pass{"patterns", PatternsPass},
    Pass{"case", CasePass}, Pass{"merge", MergePass}, Pass{"range", RangePass},
};
constexpr auto kNames = [] {
  std::array<std::string_view, kPasses.size()> names;
  for (size_t i = 0; i < kPasses.size(); ++i) names[i] = kPasses[i].name;
  return names;
}();

// Facts are looked for before tests are merged into sets, where they are easier to read; what the later passes leave nested is
// flattened at the end.
constexpr std::array<std::string_view, 8> kPipeline = {"fold", "flatten", "patterns", "case", "range", "flatten", "merge", "flatten"};

const Pass* FindPass(std::string_view name) {
  const auto* found = std::ranges::find(kPasses, name, &Pass::name);
  return found == kPasses.end() ? nullptr : found;
}

void RunOne(const Pass& pass, const PassContext& context, PassTrace* trace) {
  if (trace == nullptr) {
    pass.run(context);
    return;
  }
  PassTrace::Record record{.pass = std::string(pass.name), .nodes_before = context.graph.nodes.size()};
  if (trace->print_graphs) record.before = Print(context.graph);
  const auto start = std::chrono::steady_clock::now();
  pass.run(context);
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  record.nodes_after = context.graph.nodes.size();
  if (trace->print_graphs) record.after = Print(context.graph);
  trace->records.push_back(std::move(record));
}

void RunPipeline(const PassContext& context, PassTrace* trace) {
  for (std::string_view name : kPipeline) {
    RunOne(*FindPass(name), context, trace);
    if (name == "case" && context.warnings != nullptr) WarnOfContained(context.graph, *context.warnings);
  }
}

}  // namespace

std::span<const std::string_view> PassNames() { return kNames; }

Status RunPasses(std::string_view names, RuleGraph& graph, DiagnosticSink* sink, PassTrace* trace) {
  std::vector<const Pass*> passes;
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    const Pass* pass = FindPass(name);
    if (pass == nullptr) {
      return Fail(ErrorKind::kUsage, fmt::format("there is no pass `{}`; the passes are {}", name, fmt::join(kNames, ", ")));
    }
    passes.push_back(pass);
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  std::optional<Warnings> warnings;
  if (sink != nullptr) warnings.emplace(*sink);
  for (const Pass* pass : passes) RunOne(*pass, {graph, warnings ? &*warnings : nullptr, nullptr}, trace);
  Sweep(graph);
  if (warnings) warnings->Report();
  return {};
}

Status RunPass(std::string_view name, RuleGraph& graph, DiagnosticSink* sink) { return RunPasses(name, graph, sink); }

void Optimize(RuleGraph& graph, DiagnosticSink* sink, PassTrace* trace) {
  if (sink == nullptr) {
    RunPipeline({graph, nullptr, nullptr}, trace);
    return Sweep(graph);
  }
  Warnings warnings(*sink);
  RuleWarnings rules(graph);
  RunPipeline({graph, &warnings, &rules.watched()}, trace);
  rules.Find(graph, warnings);
  Sweep(graph);
  warnings.Report();
}

void BindParams(RuleGraph& graph, PassTrace* trace) {
  if (graph.params.empty()) return;
  const PassContext context{graph, nullptr, nullptr};
  RunOne(*FindPass("bind"), context, trace);
  RunPipeline(context, trace);
  Sweep(graph);
}

}  // namespace assay
