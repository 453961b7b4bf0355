// Rule graph to plan: which nodes get a slot, what is derived, scanned and compiled, and in which order. Only what votes and
// slices need is planned. Linear in the size of the graph.
#pragma once

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/plan/plan.h"

namespace assay {

struct PlannerOptions {
  // Outputs of one compiled function. Code generation takes more than linear time in a function's size, and few large
  // functions share more of their values in registers.
  uint32_t roots_per_kernel = 12;
};

// An error (kInternal) only where the graph holds an operator that neither a kernel nor a derive step knows.
Result<Plan> MakePlan(const RuleGraph& graph, const PlannerOptions& options = {});

}  // namespace assay
