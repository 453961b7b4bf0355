// The operators of the language on known values: what a constant expression comes to. Null in, null out, but for Kleene's `and`
// and `or`, `??`, `is null` and `if`; the rest is as runtime/graph/node_kinds.def says.
#pragma once

#include <optional>
#include <span>

#include "compiler/sema/program.h"
#include "runtime/base/arena.h"

namespace assay::sema {

// The value of an operator over values; nothing for kinds that are not operators. `type` is that of the operands (the first's).
std::optional<Value> FoldOperator(TypedKind kind, TypeKind type, std::span<const Value> operands, Arena& arena);

// Equal values of one type; neither is null.
bool EqualValues(const Value& a, const Value& b);

}  // namespace assay::sema
