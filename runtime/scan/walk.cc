#include "runtime/scan/walk.h"

#include <algorithm>
#include <array>
#include <utility>

namespace assay::scan {

namespace {

template <unsigned kLanes, bool kFirstMatch>
class Walker {
 public:
  Walker(LazyDfa& dfa, std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes)
      : dfa_(dfa), texts_(texts), rows_(rows), planes_(planes), columns_(dfa.columns()) {
    state_.fill(dfa.initial());
  }

  void Run() {
    unsigned active = 0;
    while (active < kLanes && Load(active)) ++active;
    while (active == kLanes) {
      const size_t steps = *std::ranges::min_element(left_);
      Advance(steps);
      for (unsigned lane = 0; lane < active;) {
        if (left_[lane] != 0 || Renew(lane)) {
          ++lane;
        } else {
          Move(--active, lane);
        }
      }
    }
    for (unsigned lane = 0; lane < active; ++lane) {
      do WalkAlone(lane);
      while (Renew(lane));
    }
  }

 private:
  // Puts the next text with a byte to read into the lane; those without end here. False when there is none left.
  bool Load(unsigned lane) {
    while (next_ < rows_.size()) {
      row_[lane] = rows_[next_++];
      if (next_ + kLanes < rows_.size()) Prefetch(texts_[rows_[next_ + kLanes]]);
      const std::string_view text = texts_[row_[lane]];
      final_line_feed_[lane] = dfa_.final_line_feed_column() != LazyDfa::kNoColumn && text.ends_with('\n');
      at_[lane] = reinterpret_cast<const uint8_t*>(text.data());
      left_[lane] = text.size() - (final_line_feed_[lane] ? 1 : 0);
      state_[lane] = dfa_.initial();
      if (left_[lane] != 0) return true;
      Finish(lane);
    }
    return false;
  }

  // Rows come in no order that the processor could foresee.
  static void Prefetch(std::string_view text) {
    constexpr size_t kLine = 64;
    for (size_t at = 0; at < std::min(text.size(), 8 * kLine); at += kLine) __builtin_prefetch(text.data() + at);
  }

  bool Renew(unsigned lane) {
    Finish(lane);
    return Load(lane);
  }

  void Move(unsigned from, unsigned to) {
    at_[to] = at_[from];
    left_[to] = left_[from];
    state_[to] = state_[from];
    row_[to] = row_[from];
    final_line_feed_[to] = final_line_feed_[from];
  }

  // All lanes by `steps` bytes.
  void Advance(size_t steps) {
    while (steps > 0) {
      const size_t done = AdvanceToUnknown(steps);
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        if (!LazyDfa::IsUnknown(state_[lane])) continue;
        missing_[lane] = true;
        state_[lane] = dfa_.OriginOf(state_[lane]);
      }
      // Now that all are states, tables may be cleared.
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        if (!missing_[lane]) continue;
        missing_[lane] = false;
        const uint8_t byte = at_[lane][-1];
        Take(lane, byte, columns_[byte]);
      }
      steps -= done;
      if (kFirstMatch && matched_any_) {
        matched_any_ = false;
        for (unsigned lane = 0; lane < kLanes; ++lane) {
          if (matched_[lane]) left_[lane] = 0;
          matched_[lane] = false;
        }
        return;
      }
    }
  }

  // All lanes by `steps` bytes, or up to and with the first for which some lane's transition is unknown: its state is then that
  // entry. How far. Nothing here is addressed, so that states stay in registers from look-up to look-up.
  [[gnu::noinline]] size_t AdvanceToUnknown(size_t steps) {
    const std::array<const uint8_t*, kLanes> at = at_;
    std::array<uint32_t, kLanes> state;
#pragma GCC unroll 8
    for (unsigned lane = 0; lane < kLanes; ++lane) state[lane] = state_[lane];
    const uint32_t* const table = dfa_.table();
    const uint8_t* const columns = columns_;
    size_t i = 0;
    while (i < steps) {
      uint32_t any = 0;
#pragma GCC unroll 8
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        state[lane] = table[state[lane] + columns[at[lane][i]]];
        any |= state[lane];
      }
      ++i;
      if ((any & LazyDfa::kSpecial) == 0) [[likely]] continue;
      bool unknown = false;
#pragma GCC unroll 8
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        if ((state[lane] & LazyDfa::kSpecial) == 0) continue;
        if (LazyDfa::IsUnknown(state[lane])) {
          unknown = true;
        } else {
          state[lane] = Fire(lane, state[lane]);
        }
      }
      if (unknown || (kFirstMatch && matched_any_)) break;
    }
#pragma GCC unroll 8
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      state_[lane] = state[lane];
      at_[lane] += i;
      left_[lane] -= i;
    }
    return i;
  }

  void WalkAlone(unsigned lane) {
    const uint8_t* const end = at_[lane] + left_[lane];
    const uint32_t* table = dfa_.table();
    uint32_t state = state_[lane];
    for (const uint8_t* at = at_[lane]; at != end; ++at) {
      const uint32_t entry = table[state + columns_[*at]];
      if ((entry & LazyDfa::kSpecial) == 0) [[likely]] {
        state = entry;
        continue;
      }
      state_[lane] = state;
      Take(lane, *at, columns_[*at]);
      state = state_[lane];
      table = dfa_.table();
      if (kFirstMatch && matched_[lane]) break;
    }
    state_[lane] = state;
    left_[lane] = 0;
  }

  // One transition of one lane, whatever its entry.
  void Take(unsigned lane, uint8_t byte, uint32_t column) {
    uint32_t entry = dfa_.table()[state_[lane] + column];
    if (LazyDfa::IsUnknown(entry)) entry = dfa_.Build(lane, byte, column, state_);
    state_[lane] = (entry & LazyDfa::kSpecial) != 0 ? Fire(lane, entry) : entry;
  }

  // Sets the bits of an event transition; the state it leads to.
  [[gnu::noinline]] uint32_t Fire(unsigned lane, uint32_t entry) {
    const LazyDfa::EventTransition& event = dfa_.event(entry);
    const uint32_t row = row_[lane];
    if constexpr (kFirstMatch) matched_any_ = matched_[lane] = true;
    const size_t word = row / 64;
    const uint64_t bit = uint64_t{1} << (row % 64);
    for (uint32_t search : dfa_.SearchesOf(event)) planes_[search][word] |= bit;
    return event.next;
  }

  void Finish(unsigned lane) {
    if (final_line_feed_[lane]) Take(lane, '\n', dfa_.final_line_feed_column());
    if (dfa_.end_column() != LazyDfa::kNoColumn) Take(lane, 0, dfa_.end_column());
    matched_any_ = matched_[lane] = false;
  }

  LazyDfa& dfa_;
  const std::span<const std::string_view> texts_;
  const std::span<const uint32_t> rows_;
  uint64_t* const* const planes_;
  const uint8_t* const columns_;
  size_t next_ = 0;  // into rows_
  // By lane. Every state is one of the automaton when tables may be cleared, in lanes without text, too.
  std::array<const uint8_t*, kLanes> at_{};
  std::array<size_t, kLanes> left_{};
  std::array<uint32_t, kLanes> state_{};
  std::array<uint32_t, kLanes> row_{};
  std::array<bool, kLanes> final_line_feed_{};
  std::array<bool, kLanes> missing_{};
  // Since the last look at them.
  std::array<bool, kLanes> matched_{};
  bool matched_any_ = false;
};

template <unsigned kLanes>
void WalkWith(LazyDfa& dfa, std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes,
              unsigned lanes, bool first_match) {
  if constexpr (kLanes > 1) {
    if (lanes < kLanes) return WalkWith<kLanes - 1>(dfa, texts, rows, planes, lanes, first_match);
  }
  if (first_match) return Walker<kLanes, true>(dfa, texts, rows, planes).Run();
  Walker<kLanes, false>(dfa, texts, rows, planes).Run();
}

}  // namespace

void Walk(LazyDfa& dfa, std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes,
          unsigned lanes, bool first_match) {
  WalkWith<kMaxLanes>(dfa, texts, rows, planes, lanes, first_match);
}

}  // namespace assay::scan
