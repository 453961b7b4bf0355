#include "runtime/scan/state_shares.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"

namespace assay::scan {
namespace {

text::Automaton Of(std::string_view pattern) { return patterns::ToAutomata(*patterns::ParseRegex(pattern, "")).automaton; }

std::vector<std::string> Texts() {
  std::mt19937_64 random(5);
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) {
    std::string& text = texts.emplace_back();
    for (int c = 0; c < 200; ++c) text += "ab c"[random() % 4];
  }
  return texts;
}

TEST(StateSharesTest, APatternThatMultipliesStatesIsNamed) {
  const std::vector<text::Automaton> automata = {Of("ab c"), Of("(?:a|b)*a(?:a|b| ){20}d"), Of("\\bca\\b")};
  std::vector<const text::Automaton*> patterns;
  for (const text::Automaton& a : automata) patterns.push_back(&a);
  const std::vector<std::string> texts = Texts();
  const std::vector<StateShare> shares = FindStateShares(patterns, std::vector<std::string_view>(texts.begin(), texts.end()));
  ASSERT_EQ(shares.size(), 1u);
  EXPECT_EQ(shares[0].pattern, 1u);
  EXPECT_GT(shares[0].alone, 10 * shares[0].positions);
  EXPECT_LE(shares[0].states, shares[0].all);
}

TEST(StateSharesTest, OrdinaryPatternsAreNot) {
  const std::vector<text::Automaton> automata = {Of("ab c"), Of("a[^ ]{0,40}c"), Of("b.*a"), Of("\\bca\\b")};
  std::vector<const text::Automaton*> patterns;
  for (const text::Automaton& a : automata) patterns.push_back(&a);
  const std::vector<std::string> texts = Texts();
  EXPECT_TRUE(FindStateShares(patterns, std::vector<std::string_view>(texts.begin(), texts.end())).empty());
  EXPECT_TRUE(FindStateShares(patterns, {}).empty());
  EXPECT_TRUE(FindStateShares({}, std::vector<std::string_view>(texts.begin(), texts.end())).empty());
}

}  // namespace
}  // namespace assay::scan
