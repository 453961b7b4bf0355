// What the phases behind the graph make of it, as text.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"

namespace assay {

enum class EmitWhat : unsigned char { kGraph, kPlan, kLlvm, kAssembly };

// kLlvm and kAssembly load the codegen module; an error where they cannot.
Result<std::string> Emit(const RuleGraph& graph, EmitWhat what);

}  // namespace assay
