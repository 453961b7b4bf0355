#include "compiler/patterns/inclusion.h"

#include <gtest/gtest.h>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"

namespace assay::patterns {
namespace {

text::Automaton Of(std::string_view pattern, std::string_view flags = "") {
  auto tree = ParseRegex(pattern, flags);
  EXPECT_TRUE(tree.has_value()) << pattern;
  SearchAutomata automata = ToAutomata(*tree);
  EXPECT_TRUE(automata.exact) << pattern;
  return std::move(automata.automaton);
}

Inclusion Between(std::string_view wide, std::string_view narrow, std::string_view flags = "") {
  const text::Automaton w = Of(wide, flags);
  const text::Automaton n = Of(narrow, flags);
  const InclusionResult result = Includes(w, n);
  if (result.outcome == Inclusion::kFails) {
    EXPECT_TRUE(text::Matches(n, result.counterexample)) << narrow << " in " << result.counterexample;
    EXPECT_FALSE(text::Matches(w, result.counterexample)) << wide << " in " << result.counterexample;
  }
  return result.outcome;
}

TEST(InclusionTest, APatternIncludesWhatContainsIt) {
  EXPECT_EQ(Between("spam", "spammer"), Inclusion::kHolds);
  EXPECT_EQ(Between("spammer", "spam"), Inclusion::kFails);
  EXPECT_EQ(Between("spam", "spam"), Inclusion::kHolds);
  EXPECT_EQ(Between("a.*b", "ab"), Inclusion::kHolds);
  EXPECT_EQ(Between("ab", "a.*b"), Inclusion::kFails);
  EXPECT_EQ(Between("a.{0,40}b", "a.{3,5}b"), Inclusion::kHolds);
  EXPECT_EQ(Between("a.{3,5}b", "a.{0,40}b"), Inclusion::kFails);
  EXPECT_EQ(Between("[a-z]+[0-9]", "x1"), Inclusion::kHolds);
  EXPECT_EQ(Between("\\d", "[0-9]"), Inclusion::kHolds);
  EXPECT_EQ(Between("[0-9]", "\\d"), Inclusion::kFails);
}

TEST(InclusionTest, BoundariesAndEndsAreRespected) {
  EXPECT_EQ(Between("\\bspam\\b", "spam"), Inclusion::kFails);
  EXPECT_EQ(Between("spam", "\\bspam\\b"), Inclusion::kHolds);
  EXPECT_EQ(Between("\\bspam\\b", "\\bspam eggs\\b"), Inclusion::kHolds);
  EXPECT_EQ(Between("\\bspam\\b", "\\bspammer\\b"), Inclusion::kFails);
  EXPECT_EQ(Between("^a", "^ab"), Inclusion::kHolds);
  EXPECT_EQ(Between("^ab", "^a"), Inclusion::kFails);
  EXPECT_EQ(Between("a$", "a\\Z"), Inclusion::kHolds);
  EXPECT_EQ(Between("a\\Z", "a$"), Inclusion::kFails);
  EXPECT_EQ(Between("^a", "^a", "m"), Inclusion::kHolds);
  EXPECT_EQ(Between("\\bx", "\\Ax"), Inclusion::kHolds);
}

TEST(InclusionTest, CaseIsRespected) {
  EXPECT_EQ(Between("spam", "SPAM"), Inclusion::kFails);
  EXPECT_EQ(Between("spam", "SPAMMER", "i"), Inclusion::kHolds);
}

TEST(InclusionTest, ItGivesUpInTime) {
  const text::Automaton wide = Of("(?:a|b)*a(?:a|b){18}c"), narrow = Of("(?:a|b)*a(?:a|b){19}c");
  EXPECT_EQ(Includes(wide, narrow, 100).outcome, Inclusion::kUnknown);
}

TEST(InclusionTest, ATextWithAMatchIsFound) {
  for (const std::string_view pattern : {"spam", "\\bfoo\\s+bar\\b", "^x.{30}y$", "(?:ab|cd){3}\\d\\B", "[^a]\\Z"}) {
    const text::Automaton automaton = Of(pattern);
    const std::optional<std::string> text = TextWithMatch(automaton);
    ASSERT_TRUE(text.has_value()) << pattern;
    EXPECT_TRUE(text::Matches(automaton, *text)) << pattern << " in " << *text;
  }
  EXPECT_FALSE(TextWithMatch(Of("a\\Bx\\b\\by\\b|x\\Ay")).has_value());
}

TEST(InclusionTest, WhatIsFoundInEveryText) {
  EXPECT_TRUE(FoundInEveryNonEmptyText(Of("[\\s\\S]")));
  EXPECT_TRUE(FoundInEveryNonEmptyText(Of(".", "s")));
  EXPECT_TRUE(FoundInEveryNonEmptyText(Of("\\s|\\S+")));
  EXPECT_FALSE(FoundInEveryNonEmptyText(Of(".")));
  EXPECT_FALSE(FoundInEveryNonEmptyText(Of("\\S")));
  EXPECT_FALSE(FoundInEveryNonEmptyText(Of("..", "s")));
}

TEST(InclusionTest, LiteralsAreSearchesToo) {
  text::Automaton words;
  AddLiteral("song", {.options = {.nocase = true, .words = true}}, words);
  AddLiteral("tune", {.options = {.nocase = true, .words = true}}, words);
  text::Automaton phrase;
  AddLiteral("Song text", {.options = {.nocase = true, .words = true}}, phrase);
  text::Automaton begin;
  AddLiteral("tune", {.options = {.nocase = true, .words = true}, .place = Place::kAtBegin}, begin);
  EXPECT_EQ(Includes(words, phrase).outcome, Inclusion::kHolds);
  EXPECT_EQ(Includes(words, begin).outcome, Inclusion::kHolds);
  EXPECT_EQ(Includes(words, Of("song")).outcome, Inclusion::kFails);
  EXPECT_EQ(Includes(phrase, words).outcome, Inclusion::kFails);
  EXPECT_EQ(Includes(begin, words).outcome, Inclusion::kFails);
  text::Automaton lowered;
  AddLiteral("kiss", {.lowered = true}, lowered);
  EXPECT_EQ(Includes(Of("kiss", "i"), lowered).outcome, Inclusion::kHolds);
  EXPECT_EQ(Includes(lowered, Of("KISS")).outcome, Inclusion::kHolds);
  EXPECT_EQ(Includes(lowered, Of("kiss", "i")).outcome, Inclusion::kFails) << "U+017F is its own lower case";
}

}  // namespace
}  // namespace assay::patterns
