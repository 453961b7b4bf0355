// The table is one array of slots with open addressing, shared by threads: whoever meets a new text takes a number, writes the
// text beside it and then puts the number into the free slot, if nobody was faster. Nothing is ever taken out.
#include "runtime/engine/repeats.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay {
namespace {

// With more distinct texts than this share of the rows numbering hardly pays, or costs: 40 to 60 ns a row, and with many tests as much
// again for spreading their answers (tests/bench/run repeats).
double MostDistinctShare(size_t tests) { return 0.6 - 0.2 * std::min(1.0, static_cast<double>(tests) / 1000); }
// Smaller batches are over before it matters.
constexpr size_t kLeastRows = 2 * kBlockRows;
constexpr size_t kMostRows = size_t{1} << 31;  // numbers have 32 bits
// A row in so many is sampled, within limits: some 40 ns each.
constexpr size_t kRowsPerSample = 64;
constexpr size_t kLeastSample = 256;
constexpr size_t kMostSample = 4096;
constexpr uint32_t kLongestWait = 64;

uint64_t HashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

bool Same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// SplitMix64: the same rows in every run.
uint64_t Scramble(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

size_t EstimateDistinctTexts(const Column& column, size_t rows) {
  const size_t wanted = std::clamp(rows / kRowsPerSample, kLeastSample, kMostSample);
  // Gaps of random lengths: equal texts that stand side by side, or at regular distances, are met as others are.
  const size_t longest_gap = std::max<size_t>(2 * (rows / wanted), 2) - 1;
  std::vector<size_t> sample;
  for (size_t row = 0; row < rows && sample.size() < 2 * wanted; row += 1 + Scramble(row) % longest_gap) {
    if (column.IsValid(row)) sample.push_back(row);
  }
  struct Count {
    uint64_t hash = 0;
    uint32_t times = 0;
  };
  std::vector<Count> counts(std::bit_ceil(2 * sample.size() + 2));
  const size_t mask = counts.size() - 1;
  constexpr size_t kAhead = 8;
  for (size_t i = 0; i < sample.size(); ++i) {
    // Where a text lies is read first, and its bytes then: two misses of the cache one after the other.
    if (i + 2 * kAhead < sample.size()) __builtin_prefetch(column.offsets + sample[i + 2 * kAhead]);
    if (i + kAhead < sample.size()) __builtin_prefetch(column.Text(sample[i + kAhead]).data());
    const uint64_t hash = HashOf(column.Text(sample[i]));
    size_t at = hash & mask;
    while (counts[at].times != 0 && counts[at].hash != hash) at = (at + 1) & mask;
    counts[at].hash = hash;
    ++counts[at].times;
  }
  const double n = static_cast<double>(sample.size());
  double seen = 0, once = 0, twice = 0;
  for (const Count& count : counts) {
    seen += count.times != 0;
    once += count.times == 1;
    twice += count.times == 2;
  }
  if (once == 0) return static_cast<size_t>(seen);
  const double unseen = once * (once - 1) / (2 * (twice + 1));
  // Of the batch's rows with a text as many are taken to be left as the sample suggests.
  const double left = n * std::max(0.0, static_cast<double>(rows) / static_cast<double>(wanted) - 1);
  return static_cast<size_t>(seen + unseen * -std::expm1(-left * once / (n * unseen + once)));
}

size_t RepeatWatch::MostDistinct(const Column& column, size_t rows, size_t tests, size_t room) {
  if (rows < kLeastRows || rows > kMostRows) return 0;
  const size_t most = std::min(room, static_cast<size_t>(MostDistinctShare(tests) * static_cast<double>(rows)));
  if (repeats_) return most;
  if (wait_ > 0) {
    --wait_;
    return 0;
  }
  if (EstimateDistinctTexts(column, rows) <= most) return most;
  WaitLonger();
  return 0;
}

void RepeatWatch::FoundTooMany() {
  repeats_ = false;
  WaitLonger();
}

void RepeatWatch::WaitLonger() {
  wait_ = next_wait_;
  next_wait_ = std::min(2 * next_wait_, kLongestWait);
}

void TextNumbers::Reset(size_t rows, size_t most) {
  numbers_.resize(rows);
  texts_.assign(std::max<size_t>(most, 1), {});
  // At most half of the slots are taken.
  slots_.assign(std::bit_ceil(2 * texts_.size()), 0);
  next_ = 0;
}

bool TextNumbers::Number(const Column& column, BlockRange block) {
  const size_t mask = slots_.size() - 1;
  uint64_t hashes[64];
  std::string_view texts[64];
  for (size_t first = block.first; first < block.first + block.rows; first += 64) {
    const size_t count = std::min<size_t>(64, block.first + block.rows - first);
    for (size_t i = 0; i < count; ++i) {
      texts[i] = column.Text(first + i);
      hashes[i] = HashOf(texts[i]);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    for (size_t i = 0; i < count; ++i) {
      if (!column.IsValid(first + i)) {
        numbers_[first + i] = 0;
      } else if (!NumberRow(hashes[i], texts[i], numbers_[first + i])) {
        return false;
      }
    }
  }
  return true;
}

bool TextNumbers::NumberRow(uint64_t hash, std::string_view text, uint32_t& number) {
  constexpr uint64_t kHigh = ~uint64_t{0} << 32;
  const size_t mask = slots_.size() - 1;
  uint64_t mine = 0;  // this text's slot, once it has a number
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    std::atomic_ref<uint64_t> slot(slots_[at]);
    uint64_t there = slot.load(std::memory_order_acquire);
    if (there == 0) {
      if (mine == 0) {
        const size_t next = next_.fetch_add(1, std::memory_order_relaxed);
        if (next >= texts_.size()) return false;
        texts_[next] = text;
        mine = (hash & kHigh) | (next + 1);
      }
      if (slot.compare_exchange_strong(there, mine, std::memory_order_acq_rel, std::memory_order_acquire)) {
        number = static_cast<uint32_t>(mine) - 1;
        return true;
      }
    }
    const uint32_t other = static_cast<uint32_t>(there) - 1;
    if ((there & kHigh) == (hash & kHigh) && Same(texts_[other], text)) {
      number = other;
      return true;
    }
  }
}

}  // namespace assay
