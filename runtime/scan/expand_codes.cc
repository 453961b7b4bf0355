#include "runtime/scan/expand_codes.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {

namespace {

template <typename Code>
uint64_t ExpandWord(const Code* codes, size_t rows, const uint64_t* answers) {
  uint64_t word = 0;
  for (size_t i = 0; i < rows; ++i) {
    const uint32_t code = codes[i];
    word |= ((answers[code / 64] >> (code % 64)) & 1) << i;
  }
  return word;
}

template <typename Code>
void Expand(const Code* codes, size_t rows, const uint64_t* answers, uint64_t* out) {
  for (size_t at = 0; at < rows; at += 64) *out++ = ExpandWord(codes + at, rows - at < 64 ? rows - at : 64, answers);
}

#if defined(__x86_64__)

// Bit (code / 16) % 8 of byte code % 16 of table `code / 128` is the answer for `code`.
struct NibbleTables {
  alignas(16) uint8_t low[16] = {};
  alignas(16) uint8_t high[16] = {};
};

NibbleTables MakeTables(std::span<const uint64_t> answers) {
  NibbleTables tables;
  for (size_t code = 0; code < answers.size() * 64 && code < 256; ++code) {
    if (((answers[code / 64] >> (code % 64)) & 1) == 0) continue;
    uint8_t* const table = code < 128 ? tables.low : tables.high;
    table[code % 16] = static_cast<uint8_t>(table[code % 16] | 1u << (code / 16 % 8));
  }
  return tables;
}

__attribute__((target("avx2"))) size_t ExpandBytesAvx2(const uint8_t* codes, size_t rows, std::span<const uint64_t> answers,
                                                       uint64_t* out) {
  const NibbleTables tables = MakeTables(answers);
  const __m256i low = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(tables.low)));
  const __m256i high = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(tables.high)));
  const __m256i bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128, 1,
                                        2, 4, 8, 16, 32, 64, -128);
  const __m256i nibble = _mm256_set1_epi8(15);
  size_t at = 0;
  for (; at + 64 <= rows; at += 64) {
    uint64_t word = 0;
    for (int half = 0; half < 2; ++half) {
      const __m256i code = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes + at + 32 * half));
      // pshufb gives 0 for bytes with their top bit set, so only the low four bits go in.
      const __m256i column = _mm256_and_si256(code, nibble);
      const __m256i row = _mm256_and_si256(_mm256_srli_epi16(code, 4), nibble);
      const __m256i answer =
          _mm256_blendv_epi8(_mm256_shuffle_epi8(low, column), _mm256_shuffle_epi8(high, column), code);
      const __m256i bit = _mm256_shuffle_epi8(bits, row);
      const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(answer, bit), bit);
      word |= static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(set))) << (32 * half);
    }
    *out++ = word;
  }
  return at;
}

#endif

}  // namespace

void ExpandCodes(const void* codes, unsigned code_bytes, size_t rows, std::span<const uint64_t> answers, uint64_t* out) {
  switch (code_bytes) {
    case 1: {
      const auto* bytes = static_cast<const uint8_t*>(codes);
      size_t done = 0;
#if defined(__x86_64__)
      if (__builtin_cpu_supports("avx2")) done = ExpandBytesAvx2(bytes, rows, answers, out);
#endif
      Expand(bytes + done, rows - done, answers.data(), out + done / 64);
      return;
    }
    case 2: Expand(static_cast<const uint16_t*>(codes), rows, answers.data(), out); return;
    case 4: Expand(static_cast<const uint32_t*>(codes), rows, answers.data(), out); return;
  }
}

}  // namespace assay
