// The hash table of a large dictionary: 64-bit fingerprints of beginnings of members, each with what is known of the members
// that begin so. A fingerprint is a hint: whoever finds one compares the member's bytes. In front stands a bitmap with two
// bits of one word a fingerprint, 16 to 32 bits an entry, which refuses nearly all that is not there with one load.
// 16 bytes an entry at a load of at most 3/4, and 2 to 4 of the bitmap.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace assay {

namespace fingerprint {

__extension__ using Wide = unsigned __int128;

inline uint64_t Multiply(uint64_t a, uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t Load8(const char* p) {
  uint64_t v;
  std::memcpy(&v, p, 8);
  return v;
}

inline uint64_t Load4(const char* p) {
  uint32_t v;
  std::memcpy(&v, p, 4);
  return v;
}

// The low `n` bytes, n in [0, 8].
inline uint64_t LowBytes(uint64_t v, size_t n) { return n >= 8 ? v : v & ((uint64_t{1} << (8 * n)) - 1); }

// The n bytes at p as a number, n in [0, 8]; nothing else is read. (Little end first; on a big-endian machine the number is
// another, but the same function of the bytes.)
inline uint64_t LoadUpTo8(const char* p, size_t n) {
  uint64_t v = 0;
  if constexpr (std::endian::native == std::endian::little) {
    if (n == 8) return Load8(p);
    if (n >= 4) return Load4(p) | Load4(p + n - 4) << (8 * (n - 4));
  }
  for (size_t i = 0; i < n; ++i) v |= static_cast<uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
  return v;
}

inline uint64_t LoadPadded(const char* p, size_t n) {
  if constexpr (std::endian::native == std::endian::little) return LowBytes(Load8(p), n);
  return LoadUpTo8(p, n);
}

constexpr uint64_t kFirst = 0xA0761D6478BD642F;
constexpr uint64_t kSecond = 0xE7037ED1A0B428DB;

inline uint64_t Mix(uint64_t seed, uint64_t low, uint64_t high, size_t size) {
  return Multiply(low ^ kFirst ^ seed, high ^ kSecond ^ (uint64_t{size} * 0x9E3779B97F4A7C15) ^ std::rotl(seed, 29));
}

// The fingerprint of what `seed` stands for, followed by n bytes. `kPadded`: 16 bytes behind any of these may be read.
template <bool kPadded>
inline uint64_t Of(uint64_t seed, const char* p, size_t n) {
  const auto load = [](const char* at, size_t size) { return kPadded ? LoadPadded(at, size) : LoadUpTo8(at, size); };
  while (n > 16) [[unlikely]] {
    seed = Mix(seed, Load8(p), Load8(p + 8), 17);
    p += 16;
    n -= 16;
  }
  if (kPadded) return Mix(seed, LoadPadded(p, std::min<size_t>(n, 8)), LoadPadded(p + 8, n > 8 ? n - 8 : 0), n);
  return Mix(seed, load(p, std::min<size_t>(n, 8)), n > 8 ? load(p + 8, n - 8) : 0, n);
}

}  // namespace fingerprint

// A bitmap of hashes: two bits in one word.
class HashFilter {
 public:
  // Room for `count` hashes at 16 to 32 bits each.
  void Reset(size_t count) {
    const size_t words = std::bit_ceil(std::max<size_t>(count / 4, 4));
    words_.assign(words, 0);
    shift_ = 64 - std::countr_zero(words);
  }
  void Add(uint64_t hash) { words_[hash >> shift_] |= Bits(hash); }
  bool MayHave(uint64_t hash) const {
    const uint64_t word = words_[hash >> shift_];
    return ((word >> (hash & 63)) & (word >> ((hash >> 6) & 63)) & 1) != 0;
  }
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&words_[hash >> shift_]); }
  size_t bytes() const { return words_.size() * 8; }

 private:
  static uint64_t Bits(uint64_t hash) { return uint64_t{1} << (hash & 63) | uint64_t{1} << ((hash >> 6) & 63); }

  std::vector<uint64_t> words_{0, 0};
  int shift_ = 63;
};

class FingerprintTable {
 public:
  struct Entry {
    uint64_t fingerprint = 0;  // 0: free
    uint32_t member = 0;       // meaning: the dictionary's
    uint32_t extra = 0;
  };

  void Reserve(size_t entries) {
    const size_t wanted = std::bit_ceil(std::max<size_t>(entries + entries / 3 + 1, 16));
    if (wanted > entries_.size()) Grow(wanted);
  }
  void Prefetch(uint64_t fingerprint) const { __builtin_prefetch(&entries_[Slot(fingerprint)]); }

  // The entry, made if it is not there; whether it was made. Valid until the next call.
  std::pair<Entry*, bool> Insert(uint64_t fingerprint) {
    fingerprint = Key(fingerprint);
    if (size_ + size_ / 3 + 1 >= entries_.size()) Grow(std::max<size_t>(entries_.size() * 2, 16));
    for (size_t slot = Slot(fingerprint);; slot = (slot + 1) & (entries_.size() - 1)) {
      Entry& entry = entries_[slot];
      if (entry.fingerprint == fingerprint) return {&entry, false};
      if (entry.fingerprint != 0) continue;
      entry.fingerprint = fingerprint;
      ++size_;
      return {&entry, true};
    }
  }

  // nullptr: nothing begins so. Only after Finish.
  const Entry* Find(uint64_t fingerprint) const { return filter_.MayHave(fingerprint) ? Get(fingerprint) : nullptr; }
  bool MayHave(uint64_t fingerprint) const { return filter_.MayHave(fingerprint); }
  void PrefetchFilter(uint64_t fingerprint) const { filter_.Prefetch(fingerprint); }

  // The same without the bitmap.
  const Entry* Get(uint64_t fingerprint) const {
    fingerprint = Key(fingerprint);
    for (size_t slot = Slot(fingerprint);; slot = (slot + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries_[slot];
      if (entry.fingerprint == fingerprint) return &entry;
      if (entry.fingerprint == 0) return nullptr;
    }
  }

  void Finish() {
    filter_.Reset(size_);
    for (const Entry& entry : entries_) {
      if (entry.fingerprint == Key(0)) filter_.Add(0);
      if (entry.fingerprint != 0) filter_.Add(entry.fingerprint);
    }
  }

  size_t size() const { return size_; }
  size_t bytes() const { return entries_.size() * sizeof(Entry) + filter_.bytes(); }

 private:
  // 0 is kept for what is free; a fingerprint is a hint, so that two may share one.
  static uint64_t Key(uint64_t fingerprint) { return fingerprint == 0 ? uint64_t{1} << 63 : fingerprint; }
  size_t Slot(uint64_t fingerprint) const { return static_cast<size_t>(Key(fingerprint) >> shift_); }

  void Grow(size_t wanted) {
    const std::vector<Entry> before = std::exchange(entries_, std::vector<Entry>(wanted));
    shift_ = 64 - std::countr_zero(wanted);
    for (const Entry& entry : before) {
      if (entry.fingerprint == 0) continue;
      size_t slot = Slot(entry.fingerprint);
      while (entries_[slot].fingerprint != 0) slot = (slot + 1) & (wanted - 1);
      entries_[slot] = entry;
    }
  }

  std::vector<Entry> entries_ = std::vector<Entry>(16);
  int shift_ = 60;
  size_t size_ = 0;
  HashFilter filter_;
};

}  // namespace assay
