// Reads the signatures of builtins.def: "(list<T>, int) -> T", "(string, string...) -> string".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/builtins/registry.h"

namespace assay {

struct Signature {
  std::vector<ParameterType> parameters;
  ParameterType result;
};

// Nothing when the text is not a signature.
std::optional<Signature> ParseSignature(std::string_view text);

// The inverse, for messages: "list<T>", "string...".
std::string Print(const ParameterType& type);

}  // namespace assay
