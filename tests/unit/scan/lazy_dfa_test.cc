// A lazy automaton with a table that is too small: states in use survive clearing, and events are those of the simulation.
#include "runtime/scan/lazy_dfa.h"

#include <algorithm>
#include <optional>
#include <random>
#include <set>

#include "tests/unit/scan/scan_helpers.h"

namespace assay::scan {
namespace {

struct Merged {
  SetStore sets;
  MergedAutomaton automaton;
  KindClasses kinds;
  std::optional<CharacterClasses> classes;

  explicit Merged(std::span<const std::string_view> patterns) {
    MergedAutomaton::Builder builder(sets);
    for (uint32_t search = 0; search < patterns.size(); ++search) builder.Add(search, AutomataOf(patterns[search]).automaton);
    automaton = std::move(builder).Finish();
    kinds = automaton.Kinds();
    classes.emplace(sets, kinds);
    automaton.Prepare(*classes);
  }
};

std::set<uint32_t> Simulated(LazyDfa& dfa, std::string_view text) {
  std::set<uint32_t> searches;
  dfa.Simulate(dfa.initial(), text, [&](std::span<const uint32_t> found) {
    searches.insert(found.begin(), found.end());
    return true;
  });
  return searches;
}

// Reads all texts in turns, a byte each, and builds every transition anew.
std::vector<std::set<uint32_t>> BuiltInTurns(LazyDfa& dfa, std::span<const std::string_view> texts) {
  std::vector<std::set<uint32_t>> found(texts.size());
  std::vector<LazyDfa::StateId> live(texts.size(), dfa.initial());
  const auto take = [&](size_t lane, uint8_t byte, uint32_t column) {
    const uint32_t entry = dfa.Build(lane, byte, column, live);
    live[lane] = entry;
    if ((entry & LazyDfa::kSpecial) == 0) return;
    const LazyDfa::EventTransition& event = dfa.event(entry);
    const auto searches = dfa.SearchesOf(event);
    found[lane].insert(searches.begin(), searches.end());
    live[lane] = event.next;
  };
  for (size_t at = 0; std::ranges::any_of(texts, [&](std::string_view text) { return at < text.size(); }); ++at) {
    for (size_t lane = 0; lane < texts.size(); ++lane) {
      if (at >= texts[lane].size()) continue;
      const auto byte = static_cast<uint8_t>(texts[lane][at]);
      const bool final_line_feed = byte == '\n' && at + 1 == texts[lane].size() && dfa.final_line_feed_column() != LazyDfa::kNoColumn;
      take(lane, byte, final_line_feed ? dfa.final_line_feed_column() : dfa.columns()[byte]);
    }
  }
  for (size_t lane = 0; lane < texts.size(); ++lane) {
    if (dfa.end_column() != LazyDfa::kNoColumn) take(lane, 0, dfa.end_column());
  }
  return found;
}

constexpr std::string_view kPatterns[] = {"a.*b$", "\\bwin\\b", "(\u00E9|x)+y", "^[^k]{2,5}\\Z", "\u4E2D\u6587?$", "n\\b.n"};
constexpr std::string_view kTexts[] = {"a win b\n", "xx\u00E9y win", "\u4E2D\u6587", "aab", "nnn n", "winwin \u4E2D\n", "\U0001F600\u00E9x", "n n b"};

TEST(LazyDfa, ClearingKeepsTheStatesThatAreInUse) {
  const Merged merged(kPatterns);
  LazyDfa reference(merged.automaton, *merged.classes, merged.kinds, size_t{1} << 20);
  LazyDfa tiny(merged.automaton, *merged.classes, merged.kinds, 0);
  const auto found = BuiltInTurns(tiny, kTexts);
  EXPECT_GT(tiny.statistics().clears, 0u);
  for (size_t i = 0; i < std::size(kTexts); ++i) EXPECT_EQ(found[i], Simulated(reference, kTexts[i])) << kTexts[i];
}

TEST(LazyDfa, FindsWhatTheSimulationFinds) {
  const Merged merged(kPatterns);
  LazyDfa dfa(merged.automaton, *merged.classes, merged.kinds, size_t{1} << 20);
  const auto found = BuiltInTurns(dfa, kTexts);
  EXPECT_EQ(dfa.statistics().clears, 0u);
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    EXPECT_EQ(found[i], Simulated(dfa, kTexts[i])) << kTexts[i];
    for (uint32_t search = 0; search < std::size(kPatterns); ++search) {
      EXPECT_EQ(found[i].contains(search), text::Matches(AutomataOf(kPatterns[search]).automaton, kTexts[i])) << kPatterns[search] << " on " << kTexts[i];
    }
  }
}

TEST(LazyDfa, StaysWithinItsBudgetAndTheStatesInUse) {
  constexpr std::string_view patterns[] = {"a.{60}c"};  // a state for every choice of the last 60 characters
  const Merged merged(patterns);
  const size_t budget = 64 << 10;
  LazyDfa dfa(merged.automaton, *merged.classes, merged.kinds, budget);
  std::string text;
  std::mt19937 random(5);
  for (size_t i = 0; i < 20'000; ++i) text.push_back("abx"[random() % 3]);
  std::vector<LazyDfa::StateId> live = {dfa.initial()};
  size_t most = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const uint32_t entry = dfa.Build(0, byte, dfa.columns()[byte], live);
    live[0] = (entry & LazyDfa::kSpecial) != 0 ? dfa.event(entry).next : entry;
    most = std::max(most, dfa.memory());
  }
  EXPECT_GT(dfa.statistics().clears, 0u);
  EXPECT_LT(most, budget + (16 << 10));
}

TEST(LazyDfa, CountsInHowManyStatesASearchTakesPart) {
  constexpr std::string_view patterns[] = {"q", "a.{0,5}b"};
  const Merged merged(patterns);
  LazyDfa dfa(merged.automaton, *merged.classes, merged.kinds, size_t{1} << 20);
  constexpr std::string_view texts[] = {"axaxxa", "xxxq"};
  BuiltInTurns(dfa, texts);
  const std::vector<uint32_t> states = dfa.StatesByGroup();
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[0], 0u);  // what has matched is an event
  EXPECT_GT(states[1], 3u);
  EXPECT_LE(states[1], dfa.state_count());
}

}  // namespace
}  // namespace assay::scan
