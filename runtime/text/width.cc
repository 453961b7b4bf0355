// Widths are a table of utf8proc's; unassigned and control characters take no column there.
#include "runtime/text/width.h"

#include <utf8proc.h>

#include <algorithm>

#include "runtime/text/utf8.h"

namespace assay::text {

size_t DisplayWidth(char32_t c) {
  return static_cast<size_t>(std::clamp(utf8proc_charwidth(static_cast<utf8proc_int32_t>(c)), 0, 2));
}

size_t DisplayWidth(std::string_view text) {
  size_t total = 0;
  for (const char32_t c : CodePoints(text)) total += DisplayWidth(c);
  return total;
}

}  // namespace assay::text
