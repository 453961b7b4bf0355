// Values of nodes whose operands are constants. They are computed by the reference evaluator, so folding can never disagree
// with running.
#pragma once

#include <optional>
#include <span>

#include "runtime/graph/rule_graph.h"

namespace assay {

// The constant (in `nodes`, which belongs to `graph`) that a node of this kind with these constant operands always is. Nothing
// where the evaluator could not decide (a pattern that met its limits). `builtin` and `result` are read for kCall only.
std::optional<NodeId> EvaluateConstant(RuleGraph& graph, NodeStore& nodes, NodeKind kind, std::span<const NodeId> operands,
                                       BuiltinId builtin = {}, TypeId result = {});

// The constant `id` of one store in another; both have the types `types`, and resources with the same ids.
NodeId CopyConstant(const TypeStore& types, const NodeStore& from, NodeId id, NodeStore& to);

}  // namespace assay
