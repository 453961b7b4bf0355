// A number for what a row holds: equal rows have equal numbers, wherever they stand and however they were read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/batch/batch.h"

namespace assay {

// Appends a number a row of the batch: a hash of the values in its columns.
void AppendContentHashes(const Batch& batch, std::vector<uint64_t>& hashes);

// The same for a row of which only the votes are known.
uint64_t ContentHashOf(std::span<const int32_t> votes);

}  // namespace assay
