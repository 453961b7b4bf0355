// Nodes of the trie: the first bytes, then 8 more a step, as long as members share them. A member that ends less than 8 bytes
// behind a node has an entry by the bytes it ends with, and the node says which numbers of bytes there are.
#include "runtime/scan/substring_dictionary.h"

#include <algorithm>
#include <cstring>

namespace assay {
namespace {

// Of an entry's `member`: several members begin so.
constexpr uint32_t kShared = uint32_t{1} << 31;
// Of a shared entry's `extra`: bit r, some member ends r bytes later; this bit, some go on for 8 bytes and more.
constexpr uint32_t kGoesOn = 1u << 8;
// Of `extra` while a depth is being built: the entry belongs to this depth.
constexpr uint32_t kFresh = uint32_t{1} << 31;
constexpr uint32_t kGone = ~uint32_t{0};

// Of the entry of a single member, `extra`: up to three of its next bytes, and how many (in the upper 8 bits).
uint32_t NextBytes(std::string_view key, size_t at) {
  const size_t count = std::min<size_t>(key.size() - at, 3);
  return static_cast<uint32_t>(fingerprint::LoadUpTo8(key.data() + at, count)) | static_cast<uint32_t>(count) << 24;
}

bool MayGoOn(const char* at, uint32_t next) {
  return fingerprint::LoadPadded(at, next >> 24) == (next & 0xFFFFFF);
}

// The bytes a member is first known by.
size_t FirstSize(size_t size) { return size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1; }

uint64_t FilterHash(uint64_t bytes) {
  // The upper bits choose the word, the lower ones two bits of it: both need to depend on every byte.
  const uint64_t product = bytes * 0x9E3779B97F4A7C15;
  return product ^ product >> 32;
}

}  // namespace

struct SubstringDictionary::Item {
  uint32_t member;
  uint32_t end;
  uint64_t fingerprint;
};

SubstringDictionary::SubstringDictionary(const SetValues& set) : set_(set), pairs_(1024) {
  std::vector<Item> items;
  items.reserve(set.size());
  table_.Reserve(set.size());
  size_t eights = 0, fours = 0;
  for (size_t i = 0; i < set.size(); ++i) {
    const size_t size = set.KeyAt(i).size();
    eights += size >= 8;
    fours += size >= 4 && size < 8;
  }
  eights_.Reset(eights);
  fours_.Reset(fours);
  for (size_t i = 0; i < set.size(); ++i) {
    const std::string_view key = set.KeyAt(i);
    if (key.empty()) continue;
    const size_t size = FirstSize(key.size());
    const uint64_t first = fingerprint::LoadUpTo8(key.data(), size);
    if (size == 8) eights_.Add(FilterHash(first));
    if (size == 4) fours_.Add(FilterHash(first));
    if (size == 2) pairs_[(first & 0xFFFF) / 64] |= uint64_t{1} << (first % 64);
    if (size == 1) singles_[first & 0xFF] = true;
    any_eight_ = any_eight_ || size == 8;
    any_four_ = any_four_ || size == 4;
    any_short_ = any_short_ || size <= 2;
    items.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(size), fingerprint::Of<false>(size, key.data(), size)});
  }
  while (!items.empty()) {
    constexpr size_t kAhead = 16;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i + kAhead < items.size()) table_.Prefetch(items[i + kAhead].fingerprint);
      const auto [entry, added] = table_.Insert(items[i].fingerprint);
      if (added) {
        *entry = {entry->fingerprint, items[i].member, kFresh};
      } else if ((entry->extra & kFresh) != 0) {
        entry->member = kShared;
      } else {
        collisions_.push_back(items[i].member);
        items[i].member = kGone;
      }
    }
    std::vector<Item> ending, longer;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i + kAhead < items.size()) table_.Prefetch(items[i + kAhead].fingerprint);
      Item item = items[i];
      if (item.member == kGone) continue;
      auto* entry = const_cast<Entry*>(table_.Get(item.fingerprint));
      const std::string_view key = set.KeyAt(item.member);
      if ((entry->member & kShared) == 0) {
        entry->extra = NextBytes(key, item.end);
        continue;
      }
      entry->extra &= ~kFresh;
      const size_t rest = key.size() - item.end;
      const size_t step = std::min<size_t>(rest, 8);
      entry->extra |= rest < 8 ? 1u << rest : kGoesOn;
      item.fingerprint = fingerprint::Of<false>(item.fingerprint, key.data() + item.end, step);
      item.end += static_cast<uint32_t>(step);
      (rest < 8 ? ending : longer).push_back(item);
    }
    for (const Item& item : ending) {
      const auto [entry, added] = table_.Insert(item.fingerprint);
      if (added) {
        entry->member = item.member;
      } else {
        collisions_.push_back(item.member);
      }
    }
    items = std::move(longer);
  }
  table_.Finish();
}

bool SubstringDictionary::Is(const DictionaryText& text, size_t at, uint32_t member) const {
  const std::string_view key = set_.KeyAt(member);
  return key.size() <= text.size() - at && std::memcmp(text.data() + at, key.data(), key.size()) == 0;
}

// A member known by the `size` bytes at `start`.
std::optional<uint32_t> SubstringDictionary::From(const DictionaryText& text, size_t start, size_t size) const {
  if (size > text.size() - start) return std::nullopt;
  uint64_t fingerprint = fingerprint::Of<true>(size, text.data() + start, size);
  for (size_t at = start + size;; at += 8) {
    const Entry* entry = at == start + size ? table_.Get(fingerprint) : table_.Find(fingerprint);
    if (entry == nullptr) return std::nullopt;
    if ((entry->member & kShared) == 0) {
      return MayGoOn(text.data() + at, entry->extra) && Is(text, start, entry->member) ? std::optional(entry->member) : std::nullopt;
    }
    const size_t left = text.size() - at;
    for (uint32_t ends = entry->extra & (kGoesOn - 1); ends != 0; ends &= ends - 1) {
      const auto rest = static_cast<size_t>(__builtin_ctz(ends));
      if (rest > left) break;
      const Entry* end = table_.Find(fingerprint::Of<true>(fingerprint, text.data() + at, rest));
      if (end != nullptr && (end->member & kShared) == 0 && Is(text, start, end->member)) return end->member;
    }
    if ((entry->extra & kGoesOn) == 0 || left < 8) return std::nullopt;
    fingerprint = fingerprint::Of<true>(fingerprint, text.data() + at, 8);
  }
}

template <bool kEights, bool kFours, bool kShort>
std::optional<uint32_t> SubstringDictionary::Search(const DictionaryText& text) const {
  const char* const data = text.data();
  // 32 places at a time: first the bitmaps, without a branch, then the table, all on its way into the cache. Places behind the
  // end of the text are in the padding; From knows the end.
  constexpr size_t kPlaces = 32;
  static_assert(kPlaces + 16 <= DictionaryText::kPadding);
  for (size_t begin = 0; begin < text.size(); begin += kPlaces) {
    const char* const at = data + begin;
    uint32_t eights = 0, fours = 0;
    for (size_t i = 0; kEights && i < kPlaces; ++i) eights |= uint32_t{eights_.MayHave(FilterHash(fingerprint::Load8(at + i)))} << i;
    for (size_t i = 0; kFours && i < kPlaces; ++i) fours |= uint32_t{fours_.MayHave(FilterHash(fingerprint::Load4(at + i)))} << i;
    const size_t left = text.size() - begin;
    const uint32_t places = left < kPlaces ? (uint32_t{1} << left) - 1 : ~uint32_t{0};
    eights &= places;
    fours &= places;
    for (uint32_t rest = eights; rest != 0; rest &= rest - 1) {
      table_.Prefetch(fingerprint::Of<true>(8, at + __builtin_ctz(rest), 8));
    }
    for (uint32_t rest = fours; rest != 0; rest &= rest - 1) {
      table_.Prefetch(fingerprint::Of<true>(4, at + __builtin_ctz(rest), 4));
    }
    for (; eights != 0; eights &= eights - 1) {
      if (const auto found = From(text, begin + static_cast<size_t>(__builtin_ctz(eights)), 8)) return found;
    }
    for (; fours != 0; fours &= fours - 1) {
      if (const auto found = From(text, begin + static_cast<size_t>(__builtin_ctz(fours)), 4)) return found;
    }
    for (size_t i = 0; kShort && i < kPlaces && i < left; ++i) {
      const uint64_t pair = fingerprint::LoadPadded(at + i, 2);
      if (((pairs_[pair / 64] >> (pair % 64)) & 1) != 0) {
        if (const auto found = From(text, begin + i, 2)) return found;
      }
      if (singles_[static_cast<unsigned char>(at[i])]) {
        if (const auto found = From(text, begin + i, 1)) return found;
      }
    }
  }
  return std::nullopt;
}

std::optional<uint32_t> SubstringDictionary::Find(const DictionaryText& text) const {
  if (any_short_) return Search<true, true, true>(text);
  if (any_four_) return any_eight_ ? Search<true, true, false>(text) : Search<false, true, false>(text);
  return any_eight_ ? Search<true, false, false>(text) : std::nullopt;
}

}  // namespace assay
