// How many bits of a word are set, inline: without the processor's own instruction, which not every machine has that the
// program is built for, std::popcount is a call.
#pragma once

#include <cstdint>

namespace assay {

inline uint64_t CountBits(uint64_t v) {
  v -= (v >> 1) & 0x5555555555555555;
  v = (v & 0x3333333333333333) + ((v >> 2) & 0x3333333333333333);
  return (((v + (v >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101) >> 56;
}

}  // namespace assay
