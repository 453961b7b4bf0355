// Patterns made to explode, and texts far larger than a table: the scan ends, with the right bits and within its memory.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "runtime/scan/scanner.h"

namespace assay::scan {
namespace {

struct Hostile {
  const char* pattern;
  const char* alphabet;
  const char* ending;  // makes a text match that did not
};

constexpr Hostile kHostile[] = {
    {"(a|b)*a(a|b){20}c", "ab", "aababababababababababac"},
    {".*a.{500}b\\Z", "ac", ""},
    {"(x+x+)+y", "x", "y"},
    {"(a*)*b", "ac", "b"},
    {"(\\w+\\s+){3,8}stop\\b", "ab ", " stop"},
    {"[^.]{40,80}[.][^.]{0,60}!", "ab", ".!"},
    {"(?:a?){30}a{30}z", "a", "z"},
};

std::string Random(const char* alphabet, size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::string_view letters = alphabet;
  std::string text;
  while (text.size() < size) text += letters[random() % letters.size()];
  return text;
}

text::Automaton Of(std::string_view pattern, bool* exact = nullptr) {
  auto automata = patterns::ToAutomata(*patterns::ParseRegex(pattern, ""));
  if (exact != nullptr) *exact = automata.exact;
  return automata.automaton;
}

TEST(LargeTextTest, PatternsMadeToExplodeEndWithTheRightBits) {
  for (const Hostile& hostile : kHostile) {
    bool exact = false;
    const text::Automaton automaton = Of(hostile.pattern, &exact);
    EXPECT_TRUE(exact) << hostile.pattern;
    std::vector<std::string> texts;
    for (uint64_t t = 0; t < 40; ++t) texts.push_back(Random(hostile.alphabet, 20 + 50 * t, t) + (t % 3 == 0 ? hostile.ending : ""));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    for (const size_t budget : {size_t{1} << 14, size_t{1} << 20}) {
      Scanner::Builder builder;
      const uint32_t search = builder.AddPattern(automaton, {});
      const Scanner scanner = std::move(builder).Build({.memory_budget = budget});
      uint64_t plane = 0;
      uint64_t* planes[] = {&plane};
      ScannerScratch scratch;
      scanner.Scan(views, nullptr, planes, scratch);
      ASSERT_EQ(search, 0u);
      for (size_t t = 0; t < texts.size(); ++t) {
        EXPECT_EQ(((plane >> t) & 1) != 0, text::Matches(automaton, texts[t])) << hostile.pattern << " text " << t << " budget " << budget;
      }
    }
  }
}

// A text that makes a state of nearly every byte is read without a table from where that shows, whatever lies beside it.
TEST(LargeTextTest, ATextThatMakesATableUselessIsSimulatedToItsEnd) {
  const text::Automaton automaton = Of(".*a.{60}b\\Z");
  const auto even = [](uint64_t seed) { return Random("ac", 60'000, seed); };
  const std::string found = "a" + std::string(60, 'c') + "b";
  const std::string texts[] = {even(1) + "\u4e2d" + found, "a short one", even(2), even(3) + found, found, even(4) + "b"};
  const std::vector<std::string_view> views(std::begin(texts), std::end(texts));
  for (const unsigned lanes : {1u, 2u, 4u}) {
    Scanner::Builder builder;
    builder.AddPattern(automaton, {});
    const Scanner scanner = std::move(builder).Build({.memory_budget = size_t{1} << 18, .lanes = lanes});
    uint64_t plane = 0;
    uint64_t* planes[] = {&plane};
    ScannerScratch scratch;
    scanner.Scan(views, nullptr, planes, scratch);
    for (size_t t = 0; t < views.size(); ++t) EXPECT_EQ(((plane >> t) & 1) != 0, text::Matches(automaton, views[t])) << t;
    EXPECT_GT(scratch.statistics().simulated, 100'000u) << lanes << " lanes";
    EXPECT_LT(scratch.statistics().transitions, 100'000u);
  }
}

TEST(LargeTextTest, OneTextOfMegabytesIsOneRow) {
  std::string text;
  while (text.size() < (size_t{8} << 20)) text += "the quick brown fox \u00e9\u4e2d jumps over the lazy dog. ";
  const std::string without = text;
  text += "spam";
  Scanner::Builder builder;
  const uint32_t literal = builder.NewSearch();
  builder.AddLiteral(literal, "spam", {.nocase = true});
  const uint32_t gap = builder.AddPattern(Of("quick[^.]{0,40}dog"), {});
  const uint32_t end = builder.AddPattern(Of("lazy\\s+dog\\.\\s+spam\\Z"), {});
  const uint32_t never = builder.AddPattern(Of("fox.{0,30}fox"), {});
  const Scanner scanner = std::move(builder).Build({.memory_budget = size_t{1} << 20});
  const std::vector<std::string_view> views = {without, text, "", "spam"};
  std::vector<uint64_t> bits(scanner.size());
  std::vector<uint64_t*> planes;
  for (uint64_t& b : bits) planes.push_back(&b);
  ScannerScratch scratch;
  scanner.Scan(views, nullptr, planes.data(), scratch);
  EXPECT_EQ(bits[literal], 0b1010u);
  EXPECT_EQ(bits[gap], 0b0011u);
  EXPECT_EQ(bits[end], 0b0010u);
  EXPECT_EQ(bits[never], 0b0000u);
}

}  // namespace
}  // namespace assay::scan
