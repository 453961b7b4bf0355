// How far to trust each vote, from a file beside the votes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace assay {

// [rows, rules] numbers from 0 to 1: a .npy array of that shape, or CSV with the names of the rules in the first line, in any
// order, or without a header. An empty cell is 1.
Result<std::vector<double>> ReadConfidences(const std::string& path, const std::vector<std::string>& rules, size_t rows);

}  // namespace assay
