#include "runtime/text/regex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace assay::text {
namespace {

Regex Compiled(std::string_view pattern, RegexOptions options = {}) {
  auto regex = Regex::Compile(pattern, options);
  EXPECT_TRUE(regex) << (regex ? "" : regex.error().message);
  return *std::move(regex);
}

Found Search(std::string_view pattern, std::string_view text, RegexOptions options = {}) {
  RegexScratch scratch;
  return Compiled(pattern, options).Search(text, scratch);
}

size_t Count(std::string_view pattern, std::string_view text) {
  RegexScratch scratch;
  return Compiled(pattern).Count(text, scratch).value_or(SIZE_MAX);
}

TEST(Regex, SearchFindsAnywhere) {
  EXPECT_EQ(Search("b+c", "aabbcc"), Found::kYes);
  EXPECT_EQ(Search("b+d", "aabbcc"), Found::kNo);
  EXPECT_EQ(Search("", ""), Found::kYes);
  EXPECT_EQ(Search("^$", std::string_view()), Found::kYes);
}

TEST(Regex, BacktracksIntoARunBehindAlternatives) {
  EXPECT_EQ(Search("(?:ab|a)[a-z]+[^ ]{3}", "abc'd"), Found::kYes);  // not by the JIT of PCRE2 10.42
}

TEST(Regex, NulIsACharacter) {
  EXPECT_EQ(Search("a\\x{0}b", std::string_view("xa\0b", 4)), Found::kYes);
  EXPECT_EQ(Search("a.b$", std::string_view("xa\0b", 4)), Found::kYes);
}

TEST(Regex, AsciiAndOtherTextsGiveTheSameAnswers) {
  const char* word = "[0-9A-Z_a-z\\p{L}\\p{N}]";
  EXPECT_EQ(Search(word, "!a"), Found::kYes);
  EXPECT_EQ(Search(word, "! "), Found::kNo);
  EXPECT_EQ(Search(word, "!\u00E9"), Found::kYes);
  EXPECT_EQ(Search("[^\\x{61}-\\x{e9}\\]]", "a]b"), Found::kNo);
  EXPECT_EQ(Search("[^\\x{61}-\\x{e9}\\]]", "a!b"), Found::kYes);
  EXPECT_EQ(Search("x\\x{e9}?y", "xy"), Found::kYes);
  EXPECT_EQ(Search("x[\\x{e9}\\x{ea}]?y", "xy"), Found::kYes);
  EXPECT_EQ(Search("[\\x{e9}]", "e"), Found::kNo);
  EXPECT_EQ(Search("(?i:ks)", "\u212A\u017F"), Found::kYes);
  EXPECT_EQ(Search("(?i:ks)", "KS"), Found::kYes);
}

TEST(Regex, CountsAsFindall) {
  EXPECT_EQ(Count("a*", "baac"), 4u);
  EXPECT_EQ(Count("", "ab"), 3u);
  EXPECT_EQ(Count("", "\u00E9\u00E9"), 3u);
  EXPECT_EQ(Count("aa", "aaaaa"), 2u);
  EXPECT_EQ(Count("$", "a\n"), 2u);
  EXPECT_EQ(Count("x|", "axb"), 4u);
}

TEST(Regex, GroupsThatDidNotMatchAreMarked) {
  RegexScratch scratch;
  std::vector<Group> groups;
  const std::string_view text = "xxac";
  ASSERT_EQ(Compiled("(a)(b)?(c)|(d)").Find(text, 0, scratch, groups), Found::kYes);
  ASSERT_EQ(groups.size(), 5u);
  EXPECT_EQ(groups[0].In(text), "ac");
  EXPECT_EQ(groups[1].In(text), "a");
  EXPECT_FALSE(groups[2].matched());
  EXPECT_EQ(groups[3].In(text), "c");
  EXPECT_FALSE(groups[4].matched());
  EXPECT_EQ(Compiled("a").Find(text, 3, scratch, groups), Found::kNo);
  EXPECT_EQ(Compiled("a").Find(text, 30, scratch, groups), Found::kNo);
}

TEST(Regex, ExponentialPatternsAreAnsweredQuicklyAndRight) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& tail : {std::string("!"), std::string("!\u00E9")}) {
    const std::string text = std::string(50'000, 'a') + tail;
    EXPECT_EQ(Search("(a+)+$", text), Found::kNo);
    EXPECT_EQ(Search("(?:a+)+!", text), Found::kYes);
    EXPECT_EQ(Search("(a*)*b", text), Found::kNo);
    EXPECT_EQ(Search("^(?:[0-9A-Z_a-z\\p{L}\\p{N}]+[ ]?)*$", text), Found::kNo);
    EXPECT_EQ(Search("(a|aa)+$", text), Found::kNo);
  }
  EXPECT_EQ(Search("(?:a?){40}a{40}$", std::string(40, 'a') + "!"), Found::kNo);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Regex, BacktrackingPatternsAreUnknownAtTheirLimit) {
  const std::string text = std::string(2'000, 'a') + "!";
  EXPECT_EQ(Search("(?=(a+)+$)", text, {.backtracking = true}), Found::kUnknown);
  EXPECT_EQ(Search("(?=(a+)+!)", text, {.backtracking = true}), Found::kYes);
}

TEST(Regex, DeepRecursionIsNoCrash) {
  const std::string text(3'000'000, 'a');
  EXPECT_EQ(Search("(?:a|b)*c", text), Found::kNo);
  EXPECT_EQ(Search("^(?:a|b)*$", text), Found::kYes);
  EXPECT_EQ(Search("^(?:(?:a|b)|c)*?$", text + "\u00E9"), Found::kNo);
}

TEST(Regex, APatternThatPcre2RefusesIsAnError) {
  EXPECT_FALSE(Regex::Compile("("));
  EXPECT_FALSE(Regex::Compile("(?:[a-z\\p{L}\\x{100}\\x{200}]{60000}){60000}"));
}

TEST(Regex, OnePatternServesManyThreads) {
  const Regex regex = Compiled("(?i:check).*(?i:out)");
  std::vector<std::thread> threads;
  std::atomic<int> hits = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      RegexScratch scratch;
      for (int i = 0; i < 1000; ++i) {
        hits += regex.Search(i % 2 == 0 ? "please CHECK it out" : "\u00E9 check", scratch) == Found::kYes ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(hits, 2000);
}

TEST(Regex, AFilterAnswersForABacktrackingPattern) {
  // Not a filter of this pattern: `a` lets PCRE2 see the text.
  const auto filter = ReadAutomaton("{[:61]}(0)-{0()!}");
  ASSERT_TRUE(filter);
  const auto shared = std::make_shared<const Automaton>(*filter);
  const auto regex = Regex::Compile("(?=b)b", {.backtracking = true}, shared);
  ASSERT_TRUE(regex);
  RegexScratch scratch;
  std::vector<Group> groups(1);
  EXPECT_EQ(regex->Search("b", scratch), Found::kNo);
  EXPECT_EQ(regex->Find("b", 0, scratch, groups), Found::kNo);
  EXPECT_TRUE(groups.empty());
  EXPECT_EQ(regex->Count("bb", scratch), 0u);
  EXPECT_EQ(regex->SearchPastFilter("b", scratch), Found::kYes);
  EXPECT_EQ(regex->Search("ab", scratch), Found::kYes);
  EXPECT_EQ(regex->Count("babb", scratch), 3u);
  const auto linear = Regex::Compile("b", {}, shared);
  ASSERT_TRUE(linear);
  EXPECT_EQ(linear->Search("b", scratch), Found::kYes);
}

TEST(Regex, WhatTheFilterRefusesIsNeverUnknown) {
  const std::string text = std::string(3'000, 'a') + "!";
  const auto filter = ReadAutomaton("{[:62]}(0)-{0()!}");
  ASSERT_TRUE(filter);
  const auto regex = Regex::Compile("(?=(a+)+$)", {.backtracking = true}, std::make_shared<const Automaton>(*filter));
  ASSERT_TRUE(regex);
  RegexScratch scratch;
  EXPECT_EQ(regex->Search(text, scratch), Found::kNo);
  EXPECT_EQ(regex->SearchPastFilter(text, scratch), Found::kUnknown);
}

}  // namespace
}  // namespace assay::text
