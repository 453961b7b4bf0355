// Emit
#include "compiler/driver/emit.h"

#include "compiler/codegen/codegen.h"
#include "compiler/planner/planner.h"

namespace assay {

Result<std::string> Emit(const RuleGraph& graph, EmitWhat what) {
  if (what == EmitWhat::kGraph) return Print(graph);
  ASSAY_ASSIGN_OR_RETURN(const Plan plan, MakePlan(graph));
  switch (what) {
    case EmitWhat::kGraph: break;
    case EmitWhat::kPlan: return Print(plan, graph);
    case EmitWhat::kLlvm: return EmitKernels(plan, graph, EmitKind::kLlvm);
    case EmitWhat::kAssembly: return EmitKernels(plan, graph, EmitKind::kAssembly);
  }
  return Fail(ErrorKind::kInternal, "nothing to emit");
}

}  // namespace assay
