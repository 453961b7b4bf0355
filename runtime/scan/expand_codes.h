// Answers about a dictionary's entries spread over the rows that refer to them: a bit an entry in, a bit a row out. One-byte
// codes take sixteen or thirty-two rows an instruction: the 256 answers are two tables of sixteen bytes, one for each half
// of the codes, indexed by the code's low four bits, in which the high bits choose the bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay {

// `codes`: `rows` numbers of `code_bytes` (1, 2 or 4) bytes each, below `entries`. `answers`: (entries + 63) / 64 words.
// Writes (rows + 63) / 64 words to `out`; bits behind the last row are 0.
void ExpandCodes(const void* codes, unsigned code_bytes, size_t rows, std::span<const uint64_t> answers, uint64_t* out);

}  // namespace assay
