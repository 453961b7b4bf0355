// The registry's table, made once from builtins.def, and the dispatch to the row implementations.
#include "runtime/builtins/registry.h"

#include <array>
#include <cassert>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/signature.h"

namespace assay {
namespace {

using enum NullBehaviour;
using enum Cost;

std::vector<BuiltinInfo> MakeTable() {
  std::vector<BuiltinInfo> table = {
#define BUILTIN(enumerator, name, signature, nulls, cost, doc, example) \
  {BuiltinId::enumerator, #enumerator, name, signature, nulls, cost, doc, example, {}, {}},
#include "runtime/builtins/builtins.def"
#undef BUILTIN
  };
  for (BuiltinInfo& info : table) {
    auto signature = ParseSignature(info.signature);
    assert(signature && "a line of builtins.def has a malformed signature");
    if (!signature) continue;
    info.parameters = std::move(signature->parameters);
    info.result = signature->result;
  }
  return table;
}

const std::vector<BuiltinInfo>& Table() {
  static const std::vector<BuiltinInfo> table = MakeTable();
  return table;
}

using RowFunction = Value (*)(rows::Arguments, EvalContext&);

constexpr std::array<RowFunction, kBuiltinCount> kRowFunctions = {
#define BUILTIN(enumerator, name, signature, nulls, cost, doc, example) &rows::Eval##enumerator,
#include "runtime/builtins/builtins.def"
#undef BUILTIN
};

}  // namespace

const BuiltinInfo& InfoOf(BuiltinId id) { return Table()[static_cast<size_t>(id)]; }

std::span<const BuiltinInfo> AllBuiltins() { return Table(); }

std::vector<BuiltinId> FindBuiltins(std::string_view name) {
  std::vector<BuiltinId> found;
  for (const BuiltinInfo& info : Table()) {
    if (info.name == name) found.push_back(info.id);
  }
  return found;
}

std::optional<BuiltinId> BuiltinWithEnumerator(std::string_view enumerator) {
  for (const BuiltinInfo& info : Table()) {
    if (info.enumerator == enumerator) return info.id;
  }
  return std::nullopt;
}

Value EvaluateBuiltin(BuiltinId id, std::span<const Value> arguments, EvalContext& context) {
  return kRowFunctions[static_cast<size_t>(id)](arguments, context);
}

}  // namespace assay
