// The name that someone probably meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay {

// The name that equals `wanted` but for case, or differs in the fewest letters (at most a third of them); the first of several.
std::optional<std::string> NearestName(std::string_view wanted, std::span<const std::string> names);

}  // namespace assay
