// The classes of a task by name and id, as gold columns and files of votes and labels spell them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace assay {

struct ClassList {
  std::vector<std::string> names;  // in the order of the declaration
  std::vector<int32_t> ids;        // beside the names

  size_t size() const { return names.size(); }

  // Classes named "0", "1", ... with those ids.
  static ClassList Numbered(size_t count);
  // The ids 0, 1, ... for the names.
  static ClassList Named(std::vector<std::string> names);

  std::optional<size_t> IndexOfId(int32_t id) const;

  // The id that a text stands for: a class's name, or its id in digits; kAbstain for "", "-1" and blanks. The error lists
  // the classes there are, without saying where the text stood.
  Result<int32_t> Read(std::string_view text) const;
};

}  // namespace assay
