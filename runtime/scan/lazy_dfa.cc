#include "runtime/scan/lazy_dfa.h"

#include <algorithm>

namespace assay::scan {

using text::After;
using text::Before;
using text::Condition;

namespace {

Before AsBefore(After kind) {
  switch (kind) {
    case After::kTextEnd: return Before::kTextBegin;  // nothing follows
    case After::kFinalLineFeed:
    case After::kLineFeed: return Before::kLineFeed;
    case After::kOther: return Before::kOther;
    case After::kUnicodeWord: return Before::kUnicodeWord;
    case After::kAsciiWord: return Before::kAsciiWord;
  }
  return Before::kOther;
}

constexpr size_t kFirstHashSize = 256;

}  // namespace

LazyDfa::LazyDfa(const MergedAutomaton& automaton, const CharacterClasses& classes, const KindClasses& kinds, size_t budget)
    : automaton_(&automaton), classes_(&classes), kinds_(kinds), budget_(budget) {
  uint32_t columns = classes.first_columns();
  if (kinds.final_line_feed) final_line_feed_column_ = columns++;
  if (kinds.text_end) end_column_ = columns++;
  first_lines_ = (columns + kLine - 1) / kLine;
  next_lines_ = std::max(1u, (classes.next_columns() + kLine - 1) / kLine);
  mark_.resize(automaton.size());
  uint32_t searches = 0;
  for (uint32_t g = 0; g < automaton.group_count(); ++g) searches = std::max(searches, automaton.group(g).search + 1);
  matched_.resize(searches);
  Reset();
}

size_t LazyDfa::memory() const {
  return table_.size() * sizeof(Line) + (state_of_line_.size() + positions_.size() + by_hash_.size() + searches_.size()) * sizeof(uint32_t) +
         states_.size() * sizeof(State) +
         events_.size() * sizeof(EventTransition);
}

// --- States --------------------------------------------------------------------------------------------------------------

uint64_t LazyDfa::HashOf(std::span<const uint32_t> positions, Before before, uint32_t node) const {
  uint64_t hash = (uint64_t{node} << 8 | static_cast<uint64_t>(before)) * 0x9E3779B97F4A7C15;
  for (uint32_t position : positions) {
    hash = (hash ^ position) * 0xD6E8FEB86659FD93;
    hash ^= hash >> 32;
  }
  return hash;
}

void LazyDfa::Rehash() {
  by_hash_.assign(std::max(kFirstHashSize, by_hash_.size() * 2), 0);
  for (uint32_t s = 0; s < states_.size(); ++s) {
    const State& state = states_[s];
    size_t slot = HashOf({positions_.data() + state.first, state.count}, state.before, state.node);
    while (by_hash_[slot & (by_hash_.size() - 1)] != 0) ++slot;
    by_hash_[slot & (by_hash_.size() - 1)] = s + 1;
  }
}

LazyDfa::StateId LazyDfa::Intern(std::span<const uint32_t> positions, Before before, uint32_t node) {
  size_t slot = HashOf(positions, before, node);
  for (;; ++slot) {
    const uint32_t index = by_hash_[slot & (by_hash_.size() - 1)];
    if (index == 0) break;
    const State& state = states_[index - 1];
    if (state.node == node && state.before == before && state.count == positions.size() &&
        std::equal(positions.begin(), positions.end(), positions_.begin() + state.first)) {
      return state.row;
    }
  }
  const auto index = static_cast<uint32_t>(states_.size());
  by_hash_[slot & (by_hash_.size() - 1)] = index + 1;
  const auto row = static_cast<StateId>(table_.size() * kLine);
  states_.push_back({row, static_cast<uint32_t>(positions_.size()), static_cast<uint32_t>(positions.size()), before, node});
  // `positions` may be of another state, in the same memory.
  const auto* begin = positions.data();
  const bool own = begin >= positions_.data() && begin < positions_.data() + positions_.size();
  const size_t offset = own ? static_cast<size_t>(begin - positions_.data()) : 0;
  positions_.resize(positions_.size() + positions.size());
  std::copy_n(own ? positions_.data() + offset : begin, positions.size(), positions_.end() - static_cast<ptrdiff_t>(positions.size()));
  Line unknown;
  std::ranges::fill(unknown.entries, kUnknown | index);
  table_.resize(table_.size() + (node == kBoundary ? first_lines_ : next_lines_), unknown);
  state_of_line_.resize(table_.size(), index);
  ++statistics_.states;
  if (states_.size() * 2 > by_hash_.size()) Rehash();
  return row;
}

void LazyDfa::Reset() {
  table_.clear();
  state_of_line_.clear();
  states_.clear();
  positions_.clear();
  by_hash_.assign(kFirstHashSize, 0);
  events_.clear();
  searches_.clear();
  initial_ = Intern({}, Alike(Before::kTextBegin), kBoundary);
}

void LazyDfa::Clear(std::span<StateId> live) {
  struct Kept {
    std::vector<uint32_t> positions;
    Before before;
    uint32_t node;
  };
  std::vector<Kept> kept;
  for (StateId id : live) {
    const State& state = StateAt(id);
    kept.push_back({{positions_.begin() + state.first, positions_.begin() + state.first + state.count}, state.before, state.node});
  }
  Reset();
  for (size_t i = 0; i < live.size(); ++i) live[i] = Intern(kept[i].positions, kept[i].before, kept[i].node);
  ++statistics_.clears;
}

// --- Steps of the position automaton -------------------------------------------------------------------------------------

void LazyDfa::Collect(std::span<const MergedAutomaton::Accept> accepts, Before before, After after) {
  for (const MergedAutomaton::Accept& accept : accepts) {
    if (accept.when.Holds(before, after)) outcome_.searches.push_back(accept.search);
  }
}

void LazyDfa::Reach(std::span<const MergedAutomaton::Edge> edges, Before before, After after, uint32_t character_class) {
  for (const MergedAutomaton::Edge& edge : edges) {
    if (mark_[edge.to] == step_ || !edge.when.Holds(before, after)) continue;
    const MergedAutomaton::Position& position = (*automaton_)[edge.to];
    if (!classes_->Contains(position.set, character_class)) continue;
    mark_[edge.to] = step_;
    outcome_.positions.push_back(edge.to);
  }
}

void LazyDfa::Step(std::span<const uint32_t> from, Before before, uint32_t character_class, After kind) {
  outcome_.positions.clear();
  outcome_.searches.clear();
  if (++step_ == 0) {  // numbers came around
    std::ranges::fill(mark_, 0);
    std::ranges::fill(matched_, 0);
    step_ = 1;
  }
  for (uint32_t p : from) {
    const MergedAutomaton::Position& position = (*automaton_)[p];
    Collect(automaton_->AcceptsOf(position), before, kind);
    Reach(automaton_->EdgesOf(position), before, kind, character_class);
  }
  Collect(automaton_->empty(), before, kind);
  Reach(automaton_->StartsAt(character_class), before, kind, character_class);
  outcome_.before = Alike(AsBefore(kind));
  Settle();
}

void LazyDfa::StepToEnd(std::span<const uint32_t> from, Before before) {
  outcome_.positions.clear();
  outcome_.searches.clear();
  for (uint32_t p : from) Collect(automaton_->AcceptsOf((*automaton_)[p]), before, After::kTextEnd);
  Collect(automaton_->empty(), before, After::kTextEnd);
  outcome_.before = Alike(Before::kTextBegin);
}

// Matches that are certain whatever comes are events at once. Positions that can do nothing more leave the state: of searches
// that have matched, without a way on, hopeless or covered by another.
void LazyDfa::Settle() {
  for (uint32_t p : outcome_.positions) {
    for (const MergedAutomaton::Accept& accept : automaton_->AcceptsOf((*automaton_)[p])) {
      if (accept.when.AfterBits(outcome_.before) == Condition::kAnyAfter) outcome_.searches.push_back(accept.search);
    }
  }
  for (uint32_t search : outcome_.searches) {
    if (search < matched_.size()) matched_[search] = step_;
  }
  std::erase_if(outcome_.positions, [&](uint32_t p) {
    const MergedAutomaton::Position& position = (*automaton_)[p];
    if (position.hopeless) return true;
    if (position.group != MergedAutomaton::kNone && matched_[automaton_->group(position.group).search] == step_) return true;
    const auto leads_on = [&](const MergedAutomaton::Edge& edge) { return edge.when.AfterBits(outcome_.before) != 0; };
    const auto may_accept = [&](const MergedAutomaton::Accept& accept) {
      const uint32_t after = accept.when.AfterBits(outcome_.before);
      return after != 0 && after != Condition::kAnyAfter;
    };
    return !std::ranges::any_of(automaton_->EdgesOf(position), leads_on) &&
           !std::ranges::any_of(automaton_->AcceptsOf(position), may_accept);
  });
  std::ranges::sort(outcome_.positions);
  Prune();
}

void LazyDfa::Prune() {
  std::vector<uint32_t>& positions = outcome_.positions;
  size_t kept = 0;
  for (size_t begin = 0; begin < positions.size();) {
    const uint32_t id = (*automaton_)[positions[begin]].group;
    size_t end = begin + 1;
    while (end < positions.size() && id != MergedAutomaton::kNone && (*automaton_)[positions[end]].group == id) ++end;
    const MergedAutomaton::Group* group = end - begin > 1 ? &automaton_->group(id) : nullptr;
    if (group == nullptr || group->covers.empty()) {
      while (begin < end) positions[kept++] = positions[begin++];
      continue;
    }
    covered_.assign(group->words, 0);
    for (size_t i = begin; i < end; ++i) {
      const uint64_t* covers = group->covers.data() + (positions[i] - group->first) * group->words;
      for (size_t word = 0; word < group->words; ++word) covered_[word] |= covers[word];
    }
    for (; begin < end; ++begin) {
      const uint32_t at = positions[begin] - group->first;
      if (((covered_[at / 64] >> (at % 64)) & 1) == 0) positions[kept++] = positions[begin];
    }
  }
  positions.resize(kept);
}

// --- Transitions ---------------------------------------------------------------------------------------------------------

uint32_t LazyDfa::Build(size_t lane, uint8_t byte, uint32_t column, std::span<StateId> live) {
  if (memory() > budget_ && states_.size() > live.size() + 1) Clear(live);
  ++statistics_.transitions;
  const State from = StateAt(live[lane]);
  const std::span<const uint32_t> positions(positions_.data() + from.first, from.count);
  const uint32_t cell = from.row + column;

  CharacterClasses::Target target;
  // Inside a character the columns are those of bytes that continue it, which have numbers of their own.
  const bool between = from.node == kBoundary;
  if (between && column == final_line_feed_column_) {
    Step(positions, from.before, classes_->ClassOf('\n'), After::kFinalLineFeed);
  } else if (between && column == end_column_) {
    StepToEnd(positions, from.before);
  } else {
    target = between ? classes_->First(byte) : classes_->Next(from.node, byte);
    if (target.node) {
      const StateId next = Intern(positions, from.before, target.value);
      Entry(cell) = next;
      return next;
    }
    Step(positions, from.before, target.value, classes_->KindOf(target.value));
  }
  const StateId next = Intern(outcome_.positions, outcome_.before, kBoundary);
  uint32_t entry = next;
  if (!outcome_.searches.empty()) {
    std::ranges::sort(outcome_.searches);
    const auto repeated = std::ranges::unique(outcome_.searches);
    outcome_.searches.erase(repeated.begin(), repeated.end());
    entry = kSpecial | static_cast<uint32_t>(events_.size());
    const bool one = outcome_.searches.size() == 1;
    events_.push_back({next, static_cast<uint32_t>(outcome_.searches.size()), one ? outcome_.searches[0] : static_cast<uint32_t>(searches_.size())});
    if (!one) searches_.insert(searches_.end(), outcome_.searches.begin(), outcome_.searches.end());
  }
  Entry(cell) = entry;
  return entry;
}

std::vector<uint32_t> LazyDfa::StatesByGroup() const {
  std::vector<uint32_t> count(automaton_->group_count());
  for (const State& state : states_) {
    uint32_t last = MergedAutomaton::kNone;
    for (uint32_t i = 0; i < state.count; ++i) {
      const uint32_t group = (*automaton_)[positions_[state.first + i]].group;
      if (group == last || group == MergedAutomaton::kNone) continue;
      last = group;
      ++count[group];
    }
  }
  return count;
}

void LazyDfa::Simulate(StateId from, std::string_view rest, const Visit& visit) {
  const State& state = StateAt(from);
  std::vector<uint32_t> at(positions_.begin() + state.first, positions_.begin() + state.first + state.count);
  Before before = state.before;
  const bool final_line_feed = kinds_.final_line_feed && rest.ends_with('\n');
  const size_t end = rest.size() - (final_line_feed ? 1 : 0);
  const auto take = [&] {
    at.swap(outcome_.positions);
    before = outcome_.before;
    ++statistics_.simulated;
    return outcome_.searches.empty() || visit(outcome_.searches);
  };
  CharacterClasses::Target target{state.node, state.node != kBoundary};
  for (size_t i = 0; i < end;) {
    if (!target.node) target = classes_->First(static_cast<uint8_t>(rest[i++]));
    while (target.node && i < end) target = classes_->Next(target.value, static_cast<uint8_t>(rest[i++]));
    Step(at, before, target.value, classes_->KindOf(target.value));
    target.node = false;
    if (!take()) return;
  }
  if (final_line_feed) {
    Step(at, before, classes_->ClassOf('\n'), After::kFinalLineFeed);
    if (!take()) return;
  }
  StepToEnd(at, before);
  if (!outcome_.searches.empty()) visit(outcome_.searches);
}

}  // namespace assay::scan
