// Graph to graph: what a rule graph computes stays the same bit for bit, the graph gets smaller and cheaper. The work is a
// pipeline of named passes, a file each; every pass rewrites the whole graph in place (node ids may change, roots are updated,
// nodes that no root needs are gone) and can be run alone. Passes also find conditions that cannot be what their author
// meant, and report them as warnings.
//
//   bind        parameters become constants
//   fold        constants, Kleene and arithmetic identities
//   flatten     nested `and`/`or` become n-ary; absorption; complements
//   patterns    regular expressions that are plain literals become text tests
//   case        tests of lower-cased text: never true, or a test that ignores case
//   merge       tests of one operand become one test of a set
//   range       intervals of numbers: comparisons that are decided, contradictions, redundant bounds
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/sink.h"
#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

// What happened, a record a pass. Texts are filled only where asked for: printing costs more than the passes.
struct PassTrace {
  bool print_graphs = false;
  struct Record {
    std::string pass;
    size_t nodes_before = 0;
    size_t nodes_after = 0;
    double seconds = 0;
    std::string before;  // Print(graph), with print_graphs
    std::string after;
  };
  std::vector<Record> records;
};

// Every pass, in the order in which Optimize runs them (a pass may run more than once).
std::span<const std::string_view> PassNames();

// Runs one pass. Warnings go to `sink`, where one is given. An unknown name is a kUsage error that lists the names.
Status RunPass(std::string_view name, RuleGraph& graph, DiagnosticSink* sink = nullptr);
// Several, separated by commas, in the order given: `fold,flatten`.
Status RunPasses(std::string_view names, RuleGraph& graph, DiagnosticSink* sink = nullptr, PassTrace* trace = nullptr);

// The whole pipeline but `bind`, with warnings. Linear in the size of the graph.
void Optimize(RuleGraph& graph, DiagnosticSink* sink = nullptr, PassTrace* trace = nullptr);

// Replaces every parameter by its value in `graph.params` (the host puts its own there first) and runs the pipeline again,
// without warnings: a condition that a parameter's value decides is what parameters are for.
void BindParams(RuleGraph& graph, PassTrace* trace = nullptr);

// A copy of a graph; patterns and sets keep their ids. To keep the graph as written beside the optimized one.
std::unique_ptr<RuleGraph> CopyGraph(const RuleGraph& graph);

}  // namespace assay
