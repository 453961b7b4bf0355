// Random well-typed programs as source text: declarations (sets, patterns, `let`s, functions, constants, a parameter), rules of
// one and several branches, families, rules that refer to rules, slices.
#pragma once

#include <string>
#include <vector>

#include "random_source.h"

namespace assay::differential {

// A declaration each; the first ones (labels, schema) every program needs. Rules may refer to what stands before them.
std::vector<std::string> RandomProgram(RandomSource& random, size_t rules = 6);

std::string JoinProgram(const std::vector<std::string>& declarations);

}  // namespace assay::differential
