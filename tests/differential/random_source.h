// Random choices from a seed: the same seed makes the same choices on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::differential {

class RandomSource {
 public:
  explicit RandomSource(uint64_t seed) : engine_(seed) {}

  uint64_t Bits() { return engine_(); }
  // 0 .. count - 1.
  size_t Below(size_t count) { return static_cast<size_t>(engine_() % count); }
  int64_t Between(int64_t low, int64_t high) { return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(high - low + 1)); }
  bool Chance(double probability) { return static_cast<double>(engine_() >> 11) * 0x1.0p-53 < probability; }
  // One of an array, vector or span.
  template <typename Range>
  const auto& Pick(const Range& from) { return from[Below(std::size(from))]; }

 private:
  std::mt19937_64 engine_;
};

// Values that break things: the ends of ranges, signed zeros, infinities, numbers next to each other.
int64_t NastyInt(RandomSource& random);
double NastyFloat(RandomSource& random);  // never NaN
// Words, punctuation, white space of all kinds, letters whose case is special, emoji, U+0000, U+FFFD; sometimes empty, rarely
// thousands of characters.
std::string NastyText(RandomSource& random);
// A short text that stands in NastyText often enough for tests to be true sometimes.
std::string Keyword(RandomSource& random);
// A pattern in Python's spelling without look-around, and flags for it.
struct PatternText {
  std::string pattern;
  std::string flags;
};
PatternText RandomPattern(RandomSource& random);

}  // namespace assay::differential
