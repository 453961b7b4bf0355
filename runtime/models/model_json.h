// Numbers of a model as members of its JSON file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/text/number.h"

namespace assay {

// "name": [numbers]; `first`: no comma before it. The numbers are finite.
template <typename Numbers>
void AppendMember(std::string_view name, const Numbers& numbers, std::string& out, bool first = false) {
  if (!first) out += ",\n";
  out += '"';
  out += name;
  out += "\": [";
  bool comma = false;
  for (const auto number : numbers) {
    if (comma) out += ", ";
    comma = true;
    text::AppendFloat(static_cast<double>(number), out);
  }
  out += ']';
}

}  // namespace assay
