#include "runtime/base/hash.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace assay {

Hash128 HashBytes(std::string_view bytes) {
  const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
  return {.low = h.low64, .high = h.high64};
}

Hasher& Hasher::Add(uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));  // little-endian on every machine
  buffer_.append(bytes, sizeof bytes);
  return *this;
}

Hasher& Hasher::Add(const Hash128& value) { return Add(value.low).Add(value.high); }

Hasher& Hasher::Add(std::string_view bytes) {
  Add(bytes.size());
  buffer_.append(bytes);
  return *this;
}

Hash128 Hasher::Finish() const { return HashBytes(buffer_); }

std::string ToHex(const Hash128& hash) { return fmt::format("{:016x}{:016x}", hash.high, hash.low); }

}  // namespace assay
