// The row implementations of the built-ins: one function Eval<Enumerator> for each line of builtins.def, spread over the files
// of this folder by topic. A line without its function does not link.
#pragma once

#include <span>

#include "runtime/builtins/registry.h"

namespace assay::rows {

using Arguments = std::span<const Value>;

#define BUILTIN(enumerator, name, signature, nulls, cost, doc, example) Value Eval##enumerator(Arguments arguments, EvalContext& context);
#include "runtime/builtins/builtins.def"
#undef BUILTIN

}  // namespace assay::rows
