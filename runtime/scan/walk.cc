#include "runtime/scan/walk.h"

#include <algorithm>
#include <array>
#include <utility>

namespace assay::scan {

namespace {

// Fewer bytes read for a transition built than this: the table is of no use.
constexpr uint64_t kUselessBytesPerTransition = 3;

template <unsigned kLanes, bool kFirstMatch>
class Walker {
 public:
  Walker(LazyDfa& dfa, std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes)
      : dfa_(dfa), texts_(texts), rows_(rows), planes_(planes), columns_(dfa.columns()) {
    for (Lane& lane : lanes_) lane.state = dfa.initial();
  }

  void Run() {
    unsigned active = 0;
    while (active < kLanes && Load(lanes_[active])) ++active;
    while (active == kLanes) {
      Advance(std::ranges::min_element(lanes_, {}, &Lane::left)->left);
      for (unsigned lane = 0; lane < active;) {
        if (lanes_[lane].left != 0 || Renew(lanes_[lane])) {
          ++lane;
        } else {
          lanes_[lane] = lanes_[--active];
        }
      }
    }
    for (unsigned lane = 0; lane < active; ++lane) {
      do WalkAlone(lanes_[lane]);
      while (Renew(lanes_[lane]));
    }
  }

 private:
  // A text on its way. Every lane's state is one of the automaton when tables may be cleared, in lanes without text, too.
  struct Lane {
    const uint8_t* at = nullptr;
    size_t left = 0;
    LazyDfa::StateId state = 0;
    uint32_t row = 0;
    bool final_line_feed = false;
    bool missing = false;  // the transition for the byte before `at`
    bool matched = false;
    bool finished = false;  // by simulation
  };

  // Puts the next text with a byte to read into the lane; those without end here. False when there is none left.
  bool Load(Lane& lane) {
    while (next_ < rows_.size()) {
      lane.row = rows_[next_++];
      if (next_ + kLanes < rows_.size()) Prefetch(texts_[rows_[next_ + kLanes]]);
      const std::string_view text = texts_[lane.row];
      lane.final_line_feed = dfa_.final_line_feed_column() != LazyDfa::kNoColumn && text.ends_with('\n');
      lane.at = reinterpret_cast<const uint8_t*>(text.data());
      lane.left = text.size() - (lane.final_line_feed ? 1 : 0);
      lane.state = dfa_.initial();
      lane.finished = false;
      if (dfa_.useless()) {
        SimulateRest(lane);
        continue;
      }
      if (lane.left != 0) return true;
      Finish(lane);
    }
    return false;
  }

  // Rows come in no order that the processor could foresee.
  static void Prefetch(std::string_view text) {
    constexpr size_t kLine = 64;
    for (size_t at = 0; at < std::min(text.size(), 8 * kLine); at += kLine) __builtin_prefetch(text.data() + at);
  }

  bool Renew(Lane& lane) {
    Finish(lane);
    return Load(lane);
  }

  // All lanes by `steps` bytes, or, where only first matches are of interest, up to and with the first.
  void Advance(size_t steps) {
    while (steps > 0) {
      steps -= AdvanceToUnknown(steps);
      uint32_t any = 0;
      for (const Lane& lane : lanes_) any |= lane.state;
      if (LazyDfa::IsUnknown(any)) TakeMissing();
      if (lanes_[0].finished) return;
      if (!kFirstMatch) continue;
      bool matched = false;
      for (Lane& lane : lanes_) {
        if (lane.matched) lane.left = 0;
        matched = matched || lane.matched;
      }
      if (matched) return;
    }
  }

  // All lanes by `steps` bytes, or up to and with the first for which some lane's transition is unknown: its state is then that
  // entry. How far.
  [[gnu::noinline]] size_t AdvanceToUnknown(size_t steps) {
    size_t i = 0;
    for (;;) {
      // Nothing here is addressed, and all but `i` is read again after every event: so all stays in registers from look-up to
      // look-up.
      std::array<const uint8_t*, kLanes> at;
      std::array<uint32_t, kLanes> state;
#pragma GCC unroll 8
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        at[lane] = lanes_[lane].at;
        state[lane] = lanes_[lane].state;
      }
      const uint32_t* const table = dfa_.table();
      const uint8_t* const columns = columns_;
      uint32_t any = 0;
      do {
        any = 0;
#pragma GCC unroll 8
        for (unsigned lane = 0; lane < kLanes; ++lane) {
          state[lane] = table[state[lane] + columns[at[lane][i]]];
          any |= state[lane];
        }
        ++i;
      } while ((any & LazyDfa::kSpecial) == 0 && i < steps);
      // Which lanes have events cannot be foreseen; that it is about one can.
      uint32_t special = 0;
#pragma GCC unroll 8
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        lanes_[lane].state = state[lane];
        special |= (state[lane] >> 31) << lane;
      }
      for (; special != 0; special &= special - 1) {
        Lane& lane = lanes_[static_cast<size_t>(__builtin_ctz(special))];
        if (!LazyDfa::IsUnknown(lane.state)) lane.state = Fire(lane, lane.state);
      }
      if (kFirstMatch || LazyDfa::IsUnknown(any) || i == steps) break;
    }
#pragma GCC unroll 8
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      lanes_[lane].at += i;
      lanes_[lane].left -= i;
    }
    walked_ += i * kLanes;
    return i;
  }

  [[gnu::noinline]] void TakeMissing() {
    for (Lane& lane : lanes_) {
      lane.missing = LazyDfa::IsUnknown(lane.state);
      if (lane.missing) lane.state = dfa_.OriginOf(lane.state);
    }
    // Now that all are states, tables may be cleared.
    for (Lane& lane : lanes_) {
      if (lane.missing) Take(lane, lane.at[-1], columns_[lane.at[-1]]);
    }
    if (!IsUseless()) return;
    for (Lane& lane : lanes_) SimulateRest(lane);
  }

  // Whether the table was cleared and had been read for hardly more bytes than it took to fill it. Such texts are simulated.
  bool IsUseless() {
    const DfaStatistics& now = dfa_.statistics();
    if (now.clears == built_.clears) return false;
    const bool useless = walked_ < kUselessBytesPerTransition * (now.transitions - built_.transitions);
    built_ = now;
    walked_ = 0;
    if (useless) dfa_.NoteUseless();
    return useless;
  }

  void SimulateRest(Lane& lane) {
    const std::string_view rest(reinterpret_cast<const char*>(lane.at), lane.left + (lane.final_line_feed ? 1 : 0));
    dfa_.Simulate(lane.state, rest, [&](std::span<const uint32_t> searches) {
      SetBits(lane, searches);
      return !kFirstMatch;
    });
    lane.left = 0;
    lane.finished = true;
  }

  void WalkAlone(Lane& lane) {
    const uint8_t* const end = lane.at + lane.left;
    const uint32_t* table = dfa_.table();
    uint32_t state = lane.state;
    for (const uint8_t* at = lane.at; at != end; ++at) {
      const uint32_t entry = table[state + columns_[*at]];
      if ((entry & LazyDfa::kSpecial) == 0) [[likely]] {
        state = entry;
        continue;
      }
      lane.state = state;
      Take(lane, *at, columns_[*at]);
      state = lane.state;
      table = dfa_.table();
      if (kFirstMatch && lane.matched) break;
      walked_ += static_cast<size_t>(at + 1 - lane.at);
      lane.at = at + 1;
      lane.left = static_cast<size_t>(end - lane.at);
      if (IsUseless()) return SimulateRest(lane);
    }
    lane.state = state;
    lane.left = 0;
  }

  // One transition of one lane, whatever its entry.
  void Take(Lane& lane, uint8_t byte, uint32_t column) {
    uint32_t entry = dfa_.table()[lane.state + column];
    if (LazyDfa::IsUnknown(entry)) {
      std::array<LazyDfa::StateId, kLanes> live;
      std::ranges::transform(lanes_, live.begin(), &Lane::state);
      entry = dfa_.Build(static_cast<size_t>(&lane - lanes_.data()), byte, column, live);
      for (unsigned other = 0; other < kLanes; ++other) lanes_[other].state = live[other];
    }
    lane.state = (entry & LazyDfa::kSpecial) != 0 ? Fire(lane, entry) : entry;
  }

  // Sets the bits of an event transition; the state it leads to.
  [[gnu::noinline]] LazyDfa::StateId Fire(Lane& lane, uint32_t entry) {
    const LazyDfa::EventTransition& event = dfa_.event(entry);
    if constexpr (kFirstMatch) lane.matched = true;
    SetBits(lane, dfa_.SearchesOf(event));
    return event.next;
  }

  void SetBits(const Lane& lane, std::span<const uint32_t> searches) {
    const size_t word = lane.row / 64;
    const uint64_t bit = uint64_t{1} << (lane.row % 64);
    for (uint32_t search : searches) planes_[search][word] |= bit;
  }

  void Finish(Lane& lane) {
    lane.matched = false;
    if (lane.finished) return;
    if (lane.final_line_feed) Take(lane, '\n', dfa_.final_line_feed_column());
    if (dfa_.end_column() != LazyDfa::kNoColumn) Take(lane, 0, dfa_.end_column());
    lane.matched = false;
  }

  LazyDfa& dfa_;
  const std::span<const std::string_view> texts_;
  const std::span<const uint32_t> rows_;
  uint64_t* const* const planes_;
  const uint8_t* const columns_;
  size_t next_ = 0;  // into rows_
  std::array<Lane, kLanes> lanes_;
  DfaStatistics built_ = dfa_.statistics();  // when the table was last looked at
  size_t walked_ = 0;                         // bytes since
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
