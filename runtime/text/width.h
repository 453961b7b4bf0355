// How many columns of a terminal a text takes: wide characters two, combining ones none (utf8proc's widths).
#pragma once

#include <cstddef>
#include <string_view>

namespace assay::text {

// Columns of one code point: 0, 1 or 2.
size_t DisplayWidth(char32_t c);

// Columns of valid UTF-8.
size_t DisplayWidth(std::string_view text);

}  // namespace assay::text
