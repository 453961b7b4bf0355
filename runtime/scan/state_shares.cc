#include "runtime/scan/state_shares.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "runtime/scan/lazy_dfa.h"
#include "runtime/scan/merged_automaton.h"
#include "runtime/scan/walk.h"

namespace assay::scan {
namespace {

// A pattern is told of if it has that many times more states than positions, and that many.
constexpr uint64_t kTimes = 8;
constexpr uint64_t kAtLeast = 500;
// It takes part in at least this share of the states.
constexpr uint64_t kShareOf = 4;
constexpr size_t kBudget = size_t{16} << 20;

struct Measured {
  DfaStatistics statistics;
  std::vector<uint32_t> states;  // by pattern: of those present at the end
  uint64_t present = 0;
};

Measured Measure(std::span<const text::Automaton* const> patterns, std::span<const std::string_view> texts) {
  SetStore sets;
  MergedAutomaton::Builder builder(sets);
  for (size_t p = 0; p < patterns.size(); ++p) builder.Add(static_cast<uint32_t>(p), *patterns[p]);
  MergedAutomaton automaton = std::move(builder).Finish();
  const KindClasses kinds = automaton.Kinds();
  const CharacterClasses classes(sets, kinds);
  automaton.Prepare(classes);
  LazyDfa dfa(automaton, classes, kinds, kBudget);
  std::vector<uint32_t> rows(texts.size());
  std::iota(rows.begin(), rows.end(), 0);
  const size_t words = (texts.size() + 63) / 64;
  std::vector<uint64_t> bits(patterns.size() * words);
  std::vector<uint64_t*> planes;
  for (size_t p = 0; p < patterns.size(); ++p) planes.push_back(bits.data() + p * words);
  Walk(dfa, texts, rows, planes.data(), 1);
  Measured measured{dfa.statistics(), std::vector<uint32_t>(patterns.size(), 0), dfa.state_count()};
  const std::vector<uint32_t> by_group = dfa.StatesByGroup();
  for (uint32_t g = 0; g < by_group.size(); ++g) measured.states[automaton.group(g).search] += by_group[g];
  return measured;
}

}  // namespace

std::vector<StateShare> FindStateShares(std::span<const text::Automaton* const> patterns, std::span<const std::string_view> texts) {
  std::vector<StateShare> shares;
  if (patterns.empty() || texts.empty()) return shares;
  const Measured all = Measure(patterns, texts);
  if (all.statistics.states < kAtLeast) return shares;
  std::vector<uint32_t> order(patterns.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>(), [&](uint32_t p) { return all.states[p]; });
  for (const uint32_t p : order) {
    if (shares.size() == kMaxShares || uint64_t{all.states[p]} * kShareOf < all.present) break;
    const Measured alone = Measure(patterns.subspan(p, 1), texts);
    // States in which it takes part, as a part of all that were built: those cleared away were of the same kinds.
    const auto states = static_cast<uint64_t>(static_cast<double>(all.statistics.states) * all.states[p] / static_cast<double>(all.present));
    shares.push_back({p, states, all.statistics.states, alone.statistics.states, alone.statistics.transitions, patterns[p]->positions.size()});
  }
  std::erase_if(shares, [](const StateShare& s) { return s.alone < kAtLeast || s.alone < kTimes * s.positions; });
  std::ranges::stable_sort(shares, std::greater<>(), &StateShare::alone);
  return shares;
}

}  // namespace assay::scan
