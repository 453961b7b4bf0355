// What each kind of inner node means for one row: the semantics of the language, a function of the operands' values.
#pragma once

#include <span>

#include "runtime/base/value.h"
#include "runtime/builtins/registry.h"
#include "runtime/graph/nodes.h"

namespace assay {

// The value of a node of `kind` whose operands have these values. `builtin` is read for kCall only. Not
// for leaves. Texts and lists that are made are in the context's arena.
Value ComputeNode(NodeKind kind, BuiltinId builtin, std::span<const Value> operands, EvalContext& context);

}  // namespace assay
