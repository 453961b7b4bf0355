// Spells a tree for PCRE2 10.42 to 10.46, for runtime/text's Regex: `\w \d \s \b`, folding and anchors are written out so that
// they mean what Python means, whatever the version's own \w or caseless matching is.
#pragma once

#include <string>

#include "compiler/patterns/regex.h"

namespace assay::patterns {

enum class Captures : uint8_t {
  kKeep,  // capturing groups keep their numbers: for extraction
  kDrop,  // groups only group, where no back-reference needs them: for searching
};

std::string ToPcre2(const RegexTree& regex, Captures captures = Captures::kKeep);

}  // namespace assay::patterns
