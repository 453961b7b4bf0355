// True classes from a file: one value a line (a first line `gold` or `label` is a header), or the column of that name of a
// CSV file, or a .npy file of integers, or the labels of a WRENCH JSON file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/votes/classes.h"

namespace assay {

// Class ids, kAbstain where unknown. An error names file, line and the classes there are.
Result<std::vector<int32_t>> ReadGoldFile(const std::string& path, const ClassList& classes);

// Makes `gold` fit a table of `rows` rows: unknown values behind the last row are dropped; other differences are an error.
Status FitGold(std::vector<int32_t>& gold, uint64_t rows, const std::string& path);

}  // namespace assay
