// From the name of a kind to the kind: the reverse of the function that names it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

namespace assay {

template <typename Kind>
std::optional<Kind> KindNamed(std::string_view name, std::initializer_list<Kind> kinds, std::string_view (*name_of)(Kind)) {
  for (const Kind kind : kinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace assay
