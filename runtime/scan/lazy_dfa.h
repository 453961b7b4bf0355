// The deterministic automaton of a MergedAutomaton, built state by state as texts demand. A state is the set of positions a text
// has reached, the kind of its last character and, inside a character, the node its bytes have led to. That a search has
// matched is an event on a transition and no part of a state: with "what has matched" in the state there would be a state
// for every combination of matches.
//
// The table's entry for (state, column of the byte) is the next state, or, with the top bit set, the number of an event
// transition, or, where nobody has come along yet, the number of the state itself, so that whoever finds it need not remember
// where it comes from. A thread has a table of its own. Which entries are there never changes what a text's events are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/scan/huge_pages.h"
#include "runtime/scan/merged_automaton.h"

namespace assay::scan {

struct DfaStatistics {
  uint64_t states = 0;       // built, those cleared away among them
  uint64_t transitions = 0;  // likewise
  uint64_t clears = 0;       // of the table, when the budget was used up
  uint64_t simulated = 0;    // characters read without a table
};

class LazyDfa {
 public:
  // A state's number is where its row begins in the table.
  using StateId = uint32_t;
  static constexpr uint32_t kSpecial = 1u << 31;
  static constexpr uint32_t kUnknown = 3u << 30;  // with kSpecial
  static bool IsUnknown(uint32_t entry) { return entry >= kUnknown; }
  // The state that an unknown entry was found in.
  StateId OriginOf(uint32_t unknown) const { return states_[unknown & ~kUnknown].row; }

  // Both must outlive the automaton. `budget` is in bytes.
  LazyDfa(const MergedAutomaton& automaton, const CharacterClasses& classes, const KindClasses& kinds, size_t budget);

  const uint32_t* table() const { return table_.front().entries; }
  const uint8_t* columns() const { return classes_->columns().data(); }
  StateId initial() const { return initial_; }

  // What a text's end looks like: the column of a line feed that ends the text, and of the end; kNoColumn where no condition
  // asks.
  static constexpr uint32_t kNoColumn = ~uint32_t{0};
  uint32_t final_line_feed_column() const { return final_line_feed_column_; }
  uint32_t end_column() const { return end_column_; }

  struct EventTransition {
    StateId next;
    uint32_t count;   // of the searches that have matched
    uint32_t search;  // the one, or where they begin
  };
  // `entry` has kSpecial set and is not unknown.
  const EventTransition& event(uint32_t entry) const { return events_[entry & ~kSpecial]; }
  std::span<const uint32_t> SearchesOf(const EventTransition& event) const {
    return {event.count == 1 ? &event.search : searches_.data() + event.search, event.count};
  }

  // Builds the transition from live[lane] and returns its entry. `byte` is the byte read; `column` its column, or one of the
  // end's. When the budget is used up the table is cleared first: the states in `live` are carried over, renumbered in place.
  uint32_t Build(size_t lane, uint8_t byte, uint32_t column, std::span<StateId> live);

  // Whoever finds that filling the table was no use says so; from the second time on texts had better be simulated.
  void NoteUseless() { ++useless_; }
  bool useless() const { return useless_ >= 2; }

  // Without table the events of a text from a state on, `rest` being what is left of it, in time |rest| x edges. `visit` may get
  // a search several times, and says whether to go on.
  using Visit = std::function<bool(std::span<const uint32_t>)>;
  void Simulate(StateId from, std::string_view rest, const Visit& visit);

  const DfaStatistics& statistics() const { return statistics_; }
  size_t state_count() const { return states_.size(); }
  size_t memory() const;

  // For each group, in how many of the present states it has positions.
  std::vector<uint32_t> StatesByGroup() const;

 private:
  struct State {
    StateId row;
    uint32_t first;  // into positions_
    uint32_t count;
    text::Before before;
    uint32_t node;  // kBoundary: between characters
  };
  static constexpr uint32_t kBoundary = ~uint32_t{0};

  // Rows begin with cache lines and are whole ones.
  static constexpr uint32_t kLine = 16;
  struct alignas(64) Line {
    uint32_t entries[kLine];
  };

  // The outcome of one step of the position automaton.
  struct Outcome {
    std::vector<uint32_t> positions;
    std::vector<uint32_t> searches;
    text::Before before = text::Before::kTextBegin;
  };
  void Step(std::span<const uint32_t> from, text::Before before, uint32_t character_class, text::After kind);
  void StepToEnd(std::span<const uint32_t> from, text::Before before);
  void Collect(std::span<const MergedAutomaton::Accept> accepts, text::Before before, text::After after);
  void Reach(std::span<const MergedAutomaton::Edge> edges, text::Before before, text::After after, uint32_t character_class);
  void Settle();
  void Prune();

  StateId Intern(std::span<const uint32_t> positions, text::Before before, uint32_t node);
  const State& StateAt(StateId id) const { return states_[state_of_line_[id / kLine]]; }
  uint32_t& Entry(uint32_t cell) { return table_[cell / kLine].entries[cell % kLine]; }
  void Reset();
  void Clear(std::span<StateId> live);
  void Rehash();
  uint64_t HashOf(std::span<const uint32_t> positions, text::Before before, uint32_t node) const;
  text::Before Alike(text::Before kind) const { return kinds_.before[static_cast<size_t>(kind)]; }

  const MergedAutomaton* automaton_;
  const CharacterClasses* classes_;
  KindClasses kinds_;
  size_t budget_;
  uint32_t first_lines_;  // of a row between characters
  uint32_t next_lines_;   // of a row inside one
  uint32_t final_line_feed_column_ = kNoColumn;
  uint32_t end_column_ = kNoColumn;

  std::vector<Line, HugePages<Line>> table_;
  std::vector<uint32_t> state_of_line_;  // by line of the table: the number of the state whose row it is part of
  std::vector<State> states_;
  std::vector<uint32_t> positions_;  // of all states
  std::vector<uint32_t> by_hash_;    // open addressing: a state's index + 1
  std::vector<EventTransition> events_;
  std::vector<uint32_t> searches_;   // of all event transitions
  StateId initial_ = 0;
  DfaStatistics statistics_;
  unsigned useless_ = 0;

  Outcome outcome_;
  std::vector<uint32_t> mark_;     // by position: the step that reached it
  std::vector<uint32_t> matched_;  // by search of a group: the step in which it matched
  uint32_t step_ = 0;
  std::vector<uint64_t> covered_;  // a group's positions that others cover
};

}  // namespace assay::scan
