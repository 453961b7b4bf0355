// The one registry of built-in functions and text tests: builtins.def lists each once with its name, signature, null
// behaviour, cost, documentation and an example that is also a test; beside it stands its row implementation (Eval<Enumerator>,
// a missing one does not link). Vectorised versions live in runtime/engine and are held to the row implementation by tests.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/types.h"
#include "runtime/base/value.h"
#include "runtime/text/regex.h"

namespace assay {

enum class BuiltinId : uint16_t {
#define BUILTIN(enumerator, name, signature, nulls, cost, doc, example) enumerator,
#include "runtime/builtins/builtins.def"
#undef BUILTIN
};

inline constexpr size_t kBuiltinCount = 0
#define BUILTIN(enumerator, name, signature, nulls, cost, doc, example) +1
#include "runtime/builtins/builtins.def"
#undef BUILTIN
    ;

enum class NullBehaviour : uint8_t {
  kStrict,    // null where an argument is null, and only there
  kPartial,   // null where an argument is null, and for some other arguments
  kOwn,       // sees nulls itself; its doc says when the result is null
};

// What a row costs, roughly, for ordering: a comparison, a pass over the text's bytes, a search, a backtracking search.
enum class Cost : uint8_t { kConstant, kLinear, kSearch, kExpensive };

// A parsed signature: "(list<T>, int) -> T", "(string, string...) -> string". Type variables are single capital letters.
struct ParameterType {
  TypeKind kind = TypeKind::kNull;        // kNull: the type variable `variable`
  char variable = 0;
  // For kList/kSet: the element, as a kind or a variable.
  TypeKind element = TypeKind::kNull;
  char element_variable = 0;
  bool repeated = false;                  // the last parameter only: zero or more of it
};

struct BuiltinInfo {
  BuiltinId id;
  std::string_view enumerator;
  std::string_view name;       // as a program calls it; operators have a name with a blank: "operator contains"
  std::string_view signature;
  NullBehaviour nulls;
  Cost cost;
  std::string_view doc;        // one paragraph; shapes, units, errors
  std::string_view example;    // an expression that is true
  std::vector<ParameterType> parameters;
  ParameterType result;
};

const BuiltinInfo& InfoOf(BuiltinId id);
std::span<const BuiltinInfo> AllBuiltins();
// Every overload of a name, in the order of builtins.def; empty where there is none.
std::vector<BuiltinId> FindBuiltins(std::string_view name);
// By the name in builtins.def: how files name built-ins, for overloads share their other name.
std::optional<BuiltinId> BuiltinWithEnumerator(std::string_view enumerator);

// A bound that a slice leaves out (`xs[:b]`): OpSliceText and OpSliceList read it as Python reads None.
inline constexpr int64_t kAbsentBound = std::numeric_limits<int64_t>::min();

// The names of the character classes of count(t, class); a class is the number of its name, as text::CharClass.
inline constexpr std::string_view kCharClassNames[] = {"upper", "lower", "letter", "digit", "space", "punct", "emoji", "ascii"};

// The longest text that repeat, replace, format and `+` make, in bytes; longer ones are null. Without a limit a chain of
// `let`s could double a text until memory ends.
inline constexpr size_t kMaxMadeText = size_t{1} << 20;

// What a row implementation may use besides its arguments: room for its result, and what it has to report. One a thread.
struct EvalContext {
  Arena* arena = nullptr;
  text::RegexScratch* regex = nullptr;  // needed by built-ins that take a regex
  uint64_t limit_hits = 0;              // searches with flag b that ended at their limits (the result was unknown)
};

// One row. Arguments of kStrict and kPartial built-ins are never null (the caller has seen to it).
Value EvaluateBuiltin(BuiltinId id, std::span<const Value> arguments, EvalContext& context);

}  // namespace assay
