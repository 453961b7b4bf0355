// A row's key is a bit a plane. Keys are made 64 rows at a time by transposing 64 x 64 bits, and looked up in an
// open-addressing table whose entries point into the keys and have a part of the hash, so that the keys are looked at only
// where they are the same. The places of the next rows are fetched before they are needed: most are in no cache.
#include "runtime/votes/patterns.h"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

namespace assay {
namespace {

// Bit j of word i becomes bit i of word j (Hacker's Delight 7-3, for 64 bits, with bit 0 the lowest).
void Transpose64(uint64_t* a) {
  uint64_t mask = 0x00000000ffffffff;
  for (int j = 32; j != 0; j >>= 1, mask ^= mask << j) {
    for (int k = 0; k < 64; k = (k + j + 1) & ~j) {
      const uint64_t t = ((a[k] >> j) ^ a[k + j]) & mask;
      a[k] ^= t << j;
      a[k + j] ^= t;
    }
  }
}

uint64_t HashKey(const uint64_t* key, size_t words) { return XXH3_64bits(key, words * sizeof(uint64_t)); }

constexpr size_t kGroup = 8;  // words of each plane copied together: a cache line
constexpr uint64_t kTag = 0xffffffff;  // the part of a hash that is kept

// The bits of a word in the opposite order.
uint64_t Reversed(uint64_t word) {
  word = (word >> 1 & 0x5555555555555555) | (word & 0x5555555555555555) << 1;
  word = (word >> 2 & 0x3333333333333333) | (word & 0x3333333333333333) << 2;
  word = (word >> 4 & 0x0f0f0f0f0f0f0f0f) | (word & 0x0f0f0f0f0f0f0f0f) << 4;
  return __builtin_bswap64(word);
}

// Whether a comes first: at the lowest bit in which they differ, it has one.
bool KeyBefore(const uint64_t* a, const uint64_t* b, size_t words) {
  for (size_t w = 0; w < words; ++w) {
    const uint64_t differ = a[w] ^ b[w];
    if (differ != 0) return (a[w] & differ & (~differ + 1)) != 0;
  }
  return false;
}

struct FirstWord {
  uint64_t word;
  uint32_t pattern;
};

// Digit by digit, the lowest first; digits in which all are alike are left out.
void SortByWord(std::vector<FirstWord>& order) {
  constexpr size_t kFew = 1024, kBits = 11, kDigits = (64 + kBits - 1) / kBits, kValues = size_t{1} << kBits;
  const auto digit = [](uint64_t word, size_t d) { return word >> (d * kBits) & (kValues - 1); };
  if (order.size() < kFew) {
    std::sort(order.begin(), order.end(), [](const FirstWord& a, const FirstWord& b) { return a.word < b.word; });
    return;
  }
  std::vector<std::array<size_t, kValues>> begins(kDigits);
  for (const FirstWord& entry : order) {
    for (size_t d = 0; d < kDigits; ++d) ++begins[d][digit(entry.word, d)];
  }
  std::vector<FirstWord> sorted(order.size());
  for (size_t d = 0; d < kDigits; ++d) {
    if (begins[d][digit(order[0].word, d)] == order.size()) continue;
    size_t begin = 0;
    for (size_t& count : begins[d]) begin += std::exchange(count, begin);
    for (const FirstWord& entry : order) sorted[begins[d][digit(entry.word, d)]++] = entry;
    std::swap(order, sorted);
  }
}

}  // namespace

Result<VoteLayout> UnionOf(const VoteLayout& a, const VoteLayout& b) {
  if (a.class_names != b.class_names || a.class_ids != b.class_ids) {
    return Fail(ErrorKind::kData, fmt::format("votes of the classes {} and votes of the classes {} cannot be put together",
                                              fmt::join(a.class_names, ", "), fmt::join(b.class_names, ", ")));
  }
  if (a.rules.size() != b.rules.size()) {
    return Fail(ErrorKind::kData, fmt::format("votes of {} rules and votes of {} cannot be put together", a.rules.size(), b.rules.size()));
  }
  VoteLayout both = a;
  both.planes.clear();
  for (uint32_t j = 0; j < a.rules.size(); ++j) {
    if (a.rules[j].name != b.rules[j].name) {
      return Fail(ErrorKind::kData, fmt::format("rule {} is {} in some votes and {} in others: they must be the same, in the same order",
                                                j + 1, a.rules[j].name, b.rules[j].name));
    }
    std::vector<int32_t> ids;
    for (const VoteLayout* layout : {&a, &b}) {
      const VoteLayout::Rule& rule = layout->rules[j];
      for (uint32_t p = rule.first_plane; p < rule.first_plane + rule.plane_count; ++p) ids.push_back(layout->planes[p].class_id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    both.rules[j].first_plane = static_cast<uint32_t>(both.planes.size());
    both.rules[j].plane_count = static_cast<uint32_t>(ids.size());
    for (const int32_t id : ids) both.planes.push_back({j, id});
  }
  return both;
}

PatternTable::PatternTable(const VoteLayout& layout)
    : layout_(layout), key_words_(std::max<size_t>(1, (layout.planes.size() + 63) / 64)), slots_(1024) {
  for (const VoteLayout::Plane& plane : layout.planes) {
    int32_t index = -1;
    for (size_t c = 0; c < layout.class_ids.size(); ++c) {
      if (layout.class_ids[c] == plane.class_id) index = static_cast<int32_t>(c);
    }
    assert(index >= 0);
    class_of_plane_.push_back(index);
  }
}

// The number of the key's pattern, which is added with count 0 if it is new.
uint32_t PatternTable::Find(const uint64_t* key) { return Find(key, HashKey(key, key_words_)); }

uint32_t PatternTable::Find(const uint64_t* key, uint64_t hash) {
  if (slots_.empty()) Rehash();
  const size_t mask = slots_.size() - 1;
  size_t at = hash & kTag & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    if (slots_[at] >> 32 != (hash & kTag)) continue;
    const auto pattern = static_cast<uint32_t>(slots_[at]) - 1;
    if (std::memcmp(keys_.data() + pattern * key_words_, key, key_words_ * sizeof(uint64_t)) == 0) return pattern;
  }
  const auto pattern = static_cast<uint32_t>(counts_.size());
  slots_[at] = (hash & kTag) << 32 | (pattern + 1);
  keys_.insert(keys_.end(), key, key + key_words_);
  counts_.push_back(0);
  if (counts_.size() * 2 > slots_.size()) Rehash();
  return pattern;
}

// Makes as many slots as the patterns need, now and for some time.
void PatternTable::Rehash() {
  std::vector<uint64_t> larger(std::max<size_t>(1024, std::bit_ceil(counts_.size() * 2 + 1)));
  const size_t mask = larger.size() - 1;
  const auto put = [&](uint64_t slot) {
    size_t at = slot >> 32 & mask;
    while (larger[at] != 0) at = (at + 1) & mask;
    larger[at] = slot;
  };
  if (slots_.empty()) {
    for (size_t p = 0; p < counts_.size(); ++p) put((HashKey(keys_.data() + p * key_words_, key_words_) & kTag) << 32 | (p + 1));
  } else {
    for (const uint64_t slot : slots_) {
      if (slot != 0) put(slot);
    }
  }
  slots_ = std::move(larger);
}

bool PatternTable::AddWhileFew(const VotePlanes& planes, size_t most, std::vector<uint32_t>* pattern_of_row) {
  const size_t rows = planes.rows();
  if (pattern_of_row != nullptr) pattern_of_row->reserve(pattern_of_row->size() + rows);
  const size_t plane_count = layout_.planes.size();
  std::vector<uint64_t> group(key_words_ * 64 * kGroup);  // [planes, kGroup]
  std::vector<uint64_t> keys(64 * key_words_);            // [64 rows, key_words_]
  std::vector<uint64_t> last_key(key_words_);
  uint32_t last_pattern = 0;
  bool has_last = false;
  std::array<uint64_t, 64> square, hashes;
  for (size_t first = 0; first < planes.words(); first += kGroup) {
    const size_t words = std::min(kGroup, planes.words() - first);
    for (size_t p = 0; p < plane_count; ++p) {
      std::memcpy(group.data() + p * kGroup, planes.plane(p).data() + first, words * sizeof(uint64_t));
    }
    for (size_t w = 0; w < words; ++w) {
      for (size_t k = 0; k < key_words_; ++k) {
        for (size_t i = 0; i < 64; ++i) square[i] = group[(k * 64 + i) * kGroup + w];
        Transpose64(square.data());
        for (size_t i = 0; i < 64; ++i) keys[i * key_words_ + k] = square[i];
      }
      const size_t begin = (first + w) * 64;
      const size_t count = std::min<size_t>(64, rows - begin);
      for (size_t i = 0; i < count; ++i) {
        hashes[i] = HashKey(keys.data() + i * key_words_, key_words_);
        __builtin_prefetch(slots_.data() + (hashes[i] & kTag & (slots_.size() - 1)));
      }
      for (size_t i = 0; i < count; ++i) {
        const uint64_t* key = keys.data() + i * key_words_;
        if (!has_last || !std::equal(key, key + key_words_, last_key.data())) {
          last_pattern = Find(key, hashes[i]);
          std::copy(key, key + key_words_, last_key.data());
          has_last = true;
        }
        ++counts_[last_pattern];
        if (pattern_of_row != nullptr) pattern_of_row->push_back(last_pattern);
      }
      rows_ += count;
      if (counts_.size() > most) return false;
    }
  }
  return true;
}

std::vector<uint32_t> PatternTable::Merge(const PatternTable& other) {
  assert(other.layout_.planes.size() == layout_.planes.size());
  std::vector<uint32_t> here(other.size());
  for (size_t pattern = 0; pattern < other.size(); ++pattern) {
    here[pattern] = Find(other.keys_.data() + pattern * key_words_);
    counts_[here[pattern]] += other.counts_[pattern];
  }
  rows_ += other.rows_;
  return here;
}

uint32_t PatternTable::AddPattern(std::span<const int32_t> votes, uint64_t count) {
  assert(votes.size() == layout_.rules.size());
  std::vector<uint64_t> key(key_words_);
  for (size_t j = 0; j < votes.size(); ++j) {
    if (votes[j] < 0) continue;
    const VoteLayout::Rule& rule = layout_.rules[j];
    uint32_t p = rule.first_plane;
    while (p < rule.first_plane + rule.plane_count && class_of_plane_[p] != votes[j]) ++p;
    assert(p < rule.first_plane + rule.plane_count);
    key[p / 64] |= uint64_t{1} << (p % 64);
  }
  const uint32_t pattern = Find(key.data());
  counts_[pattern] += count;
  rows_ += count;
  return pattern;
}

// Gives the keys the places of a layout that has all of these planes and more.
void PatternTable::Widen(VoteLayout layout) {
  std::vector<uint32_t> there(layout_.planes.size());  // by plane here
  for (size_t p = 0; p < there.size(); ++p) {
    const VoteLayout::Rule& rule = layout.rules[layout_.planes[p].rule];
    uint32_t at = rule.first_plane;
    while (layout.planes[at].class_id != layout_.planes[p].class_id) ++at;
    there[p] = at;
  }
  PatternTable wide(layout);
  wide.keys_.assign(size() * wide.key_words_, 0);
  for (size_t pattern = 0; pattern < size(); ++pattern) {
    for (size_t k = 0; k < key_words_; ++k) {
      for (uint64_t bits = key(pattern)[k]; bits != 0; bits &= bits - 1) {
        const uint32_t at = there[k * 64 + static_cast<size_t>(__builtin_ctzll(bits))];
        wide.keys_[pattern * wide.key_words_ + at / 64] |= uint64_t{1} << (at % 64);
      }
    }
  }
  wide.counts_ = std::move(counts_);
  wide.rows_ = rows_;
  wide.slots_.clear();
  *this = std::move(wide);
}

Result<std::vector<uint32_t>> PatternTable::MergeAny(const PatternTable& other) {
  ASSAY_ASSIGN_OR_RETURN(VoteLayout both, UnionOf(layout_, other.layout_));
  if (both.planes.size() != layout_.planes.size()) Widen(both);
  if (both.planes.size() == other.layout_.planes.size()) return Merge(other);
  PatternTable wide = other;
  wide.Widen(std::move(both));
  return Merge(wide);
}

bool PatternTable::IsCanonical() const {
  for (size_t p = 1; p < size(); ++p) {
    if (!KeyBefore(key(p - 1).data(), key(p).data(), key_words_)) return false;
  }
  return true;
}

PatternTable PatternTable::Canonical() const {
  // The first word decides most, with its lowest bit as the most significant and ones before zeros.
  std::vector<FirstWord> order(size());
  for (uint32_t p = 0; p < order.size(); ++p) order[p] = {~Reversed(key(p)[0]), p};
  SortByWord(order);
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && order[end].word == order[begin].word) ++end;
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end),
              [&](const FirstWord& a, const FirstWord& b) { return KeyBefore(key(a.pattern).data(), key(b.pattern).data(), key_words_); });
  }
  PatternTable table(layout_);
  table.keys_.resize(keys_.size());
  table.counts_.resize(size());
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < order.size(); ++i) {
    if (i + kAhead < order.size()) {
      __builtin_prefetch(key(order[i + kAhead].pattern).data());
      __builtin_prefetch(counts_.data() + order[i + kAhead].pattern);
    }
    std::copy_n(key(order[i].pattern).begin(), key_words_, table.keys_.begin() + static_cast<std::ptrdiff_t>(i * key_words_));
    table.counts_[i] = counts_[order[i].pattern];
  }
  table.rows_ = rows_;
  table.slots_.clear();
  return table;
}

void PatternTable::Votes(size_t pattern, std::span<int32_t> votes) const {
  assert(votes.size() == layout_.rules.size());
  std::fill(votes.begin(), votes.end(), -1);
  const uint64_t* key = keys_.data() + pattern * key_words_;
  for (size_t k = 0; k < key_words_; ++k) {
    for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) {
      const size_t p = k * 64 + static_cast<size_t>(__builtin_ctzll(bits));
      votes[layout_.planes[p].rule] = class_of_plane_[p];
    }
  }
}

std::vector<int32_t> PatternTable::AllVotes() const {
  std::vector<int32_t> votes(size() * rules());
  for (size_t pattern = 0; pattern < size(); ++pattern) {
    Votes(pattern, std::span(votes).subspan(pattern * rules(), rules()));
  }
  return votes;
}

}  // namespace assay
