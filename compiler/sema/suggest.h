// Did you mean: the known name that is nearest to one that was written, if any is near.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::sema {

// By edit distance (with swapped neighbours as one edit), case ignored at half price; at most a third of the letters may differ.
std::optional<std::string> Nearest(std::string_view written, std::span<const std::string_view> known);

enum class NameStyle : unsigned char { kUpperCase, kCamelCase, kSnakeCase };
// `written` in a style: SPAM_LIKE, SpamLike, spam_like. Equal to `written` where it is in that style already.
std::string InStyle(std::string_view written, NameStyle style);

}  // namespace assay::sema
