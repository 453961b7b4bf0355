#include "runtime/scan/expand_codes.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

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

template <typename Code>
void ExpandLists(const Code* codes, size_t rows, const uint32_t* begins, const uint32_t* tests, uint64_t* const* planes) {
  for (size_t row = 0; row < rows; ++row) {
    const uint64_t bit = uint64_t{1} << (row % 64);
    const size_t code = codes[row];
    for (uint32_t i = begins[code]; i < begins[code + 1]; ++i) planes[tests[i]][row / 64] |= bit;
  }
}

}  // namespace

RareAnswers::RareAnswers(std::span<const std::span<const uint64_t>> answers, std::span<const uint32_t> tests, size_t entries)
    : begins_(entries + 1) {
  // Some entries at a time, so that what is counted and filled stays in the cache.
  constexpr size_t kWords = 16;
  std::vector<uint32_t> ends(kWords * 64);
  for (size_t first = 0; first * 64 < entries; first += kWords) {
    const size_t count = std::min(kWords * 64, entries - first * 64);
    const auto for_each = [&](const auto& visit) {
      for (size_t t = 0; t < answers.size(); ++t) {
        const auto words = answers[t].subspan(first, (count + 63) / 64);
        for (size_t word = 0; word < words.size(); ++word) {
          for (uint64_t left = words[word]; left != 0; left &= left - 1) {
            visit(tests[t], word * 64 + static_cast<size_t>(std::countr_zero(left)));
          }
        }
      }
    };
    std::fill(ends.begin(), ends.end(), 0);
    for_each([&](uint32_t, size_t entry) { ++ends[entry]; });
    auto end = static_cast<uint32_t>(tests_.size());
    for (size_t entry = 0; entry < count; ++entry) {
      begins_[first * 64 + entry] = end;
      end += std::exchange(ends[entry], end);
    }
    tests_.resize(end);
    for_each([&](uint32_t test, size_t entry) { tests_[ends[entry]++] = test; });
  }
  begins_[entries] = static_cast<uint32_t>(tests_.size());
}

void RareAnswers::Expand(const void* codes, unsigned code_bytes, size_t rows, std::span<uint64_t* const> planes) const {
  switch (code_bytes) {
    case 1: ExpandLists(static_cast<const uint8_t*>(codes), rows, begins_.data(), tests_.data(), planes.data()); return;
    case 2: ExpandLists(static_cast<const uint16_t*>(codes), rows, begins_.data(), tests_.data(), planes.data()); return;
    case 4: ExpandLists(static_cast<const uint32_t*>(codes), rows, begins_.data(), tests_.data(), planes.data()); return;
  }
}

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
