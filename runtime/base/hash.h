// 128-bit structural hashes, the same on every run and machine (XXH3). They identify graph nodes, patterns and kernels.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay {

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;

  friend bool operator==(const Hash128&, const Hash128&) = default;
  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

// The hash of some bytes.
Hash128 HashBytes(std::string_view bytes);

// Feeds values into one hash, in order. Strings are fed with their length, so ("ab","c") differs from ("a","bc").
class Hasher {
 public:
  Hasher& Add(uint64_t value);
  Hasher& Add(const Hash128& value);
  Hasher& Add(std::string_view bytes);
  Hash128 Finish() const;

 private:
  std::string buffer_;
};

// 32 lower-case hexadecimal digits.
std::string ToHex(const Hash128& hash);

}  // namespace assay

template <>
struct std::hash<assay::Hash128> {
  size_t operator()(const assay::Hash128& h) const noexcept { return static_cast<size_t>(h.low); }
};
