// Splitting a set into named classes and a rest, so that a set with `\w` in it is written in a few characters instead of 700
// ranges. Private to the part.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "compiler/patterns/code_point_set.h"

namespace assay::patterns {

struct NamedClass {
  std::string_view name;      // as it is written inside brackets
  const CodePointSet* members;
  const CodePointSet* complement;  // everything else
};

struct ClassParts {
  std::vector<std::string_view> names;
  CodePointSet rest;     // members of no named part
  bool negated = false;  // the set is everything but these parts
};

// The shortest of both ways: the set, or its complement, as parts. A class is used where all its members are in the set
// and not yet named; earlier classes go first.
ClassParts SplitIntoClasses(const CodePointSet& set, std::span<const NamedClass> classes);

}  // namespace assay::patterns
