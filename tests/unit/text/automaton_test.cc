#include "runtime/text/automaton.h"

#include <gtest/gtest.h>

namespace assay::text {
namespace {

constexpr Condition kAlways = Condition::Always();

CharacterSet SetOf(char32_t c) { return {.ranges = {{c, c}}}; }

Condition AtTextEnd() {
  Condition condition;
  for (unsigned b = 0; b < kBeforeKinds; ++b) condition = condition | Condition::At(Before(b), After::kTextEnd);
  return condition;
}

// Where no word character is before: the begin of a word, if a word character follows.
Condition NotBehindWord() {
  Condition condition;
  for (const Before before : {Before::kTextBegin, Before::kLineFeed, Before::kOther}) {
    for (unsigned a = 0; a < kAfterKinds; ++a) condition = condition | Condition::At(before, After(a));
  }
  return condition;
}

// \ba[bc]+$ with the end of the text alone.
Automaton Example() {
  Automaton automaton;
  automaton.sets = {SetOf('a'), {.ranges = {{'b', 'c'}}}};
  automaton.start = {{0, NotBehindWord()}};
  automaton.positions = {{.set = 0, .edges = {{1, kAlways}}}, {.set = 1, .accept = AtTextEnd(), .edges = {{1, kAlways}}}};
  return automaton;
}

TEST(Automaton, CharactersHaveKinds) {
  EXPECT_EQ(KindBefore('\n'), Before::kLineFeed);
  EXPECT_EQ(KindBefore('_'), Before::kAsciiWord);
  EXPECT_EQ(KindBefore(U'é'), Before::kUnicodeWord);
  EXPECT_EQ(KindBefore(0xFEFF), Before::kOther);
  EXPECT_EQ(KindAfter('\n', true), After::kFinalLineFeed);
  EXPECT_EQ(KindAfter('\n', false), After::kLineFeed);
  EXPECT_EQ(KindAfter('7', true), After::kAsciiWord);
  EXPECT_EQ(KindAfter(U'中', false), After::kUnicodeWord);
  EXPECT_EQ(KindAfter('\r', true), After::kOther);
}

TEST(Automaton, ASetIsClassesAndRangesOrEverythingElse) {
  const CharacterSet word_or_dot{.classes = CharacterSet::kWord, .ranges = {{'.', '.'}}};
  EXPECT_TRUE(word_or_dot.Contains('x'));
  EXPECT_TRUE(word_or_dot.Contains('.'));
  EXPECT_TRUE(word_or_dot.Contains(U'ß'));
  EXPECT_FALSE(word_or_dot.Contains(' '));
  const CharacterSet neither{.classes = CharacterSet::kWord, .negated = true, .ranges = {{'.', '.'}}};
  EXPECT_FALSE(neither.Contains('x'));
  EXPECT_TRUE(neither.Contains(' '));
  EXPECT_TRUE((CharacterSet{.negated = true}).Contains(0x10FFFF));
  EXPECT_FALSE(CharacterSet{}.Contains('a'));
}

TEST(Automaton, MembersAreTheCodePointsThatASetContains) {
  std::vector<CharacterSet> sets;
  for (int classes = 0; classes < 64; ++classes) {
    sets.push_back({.classes = static_cast<uint8_t>(classes), .negated = classes % 3 == 0, .ranges = {{'a', 'c'}, {0x85, 0x85}, {0x1F600, 0x10FFFF}}});
  }
  sets.push_back({.negated = true});
  for (const CharacterSet& set : sets) {
    const std::vector<CodePointRange> members = set.Members();
    for (size_t i = 1; i < members.size(); ++i) EXPECT_GT(members[i].first, members[i - 1].last + 1);
    size_t at = 0;
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 || c > 0x1F000 ? 1 : 61) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      while (at < members.size() && members[at].last < c) ++at;
      ASSERT_EQ(at < members.size() && members[at].first <= c, set.Contains(c)) << int(set.classes) << " at " << uint32_t(c);
    }
  }
}

TEST(Automaton, AMatchIsAPathWhoseConditionsHold) {
  const Automaton automaton = Example();
  EXPECT_TRUE(Matches(automaton, "ab"));
  EXPECT_TRUE(Matches(automaton, "abab abcb"));
  EXPECT_FALSE(Matches(automaton, "xab"));
  EXPECT_FALSE(Matches(automaton, "ab "));
  EXPECT_FALSE(Matches(automaton, "éab"));
  EXPECT_TRUE(Matches(automaton, "é\nab"));
  EXPECT_FALSE(Matches(automaton, "a"));
  EXPECT_FALSE(Matches(automaton, ""));
}

TEST(Automaton, TheEmptyStringMatchesWhereItsConditionHolds) {
  Automaton automaton;
  EXPECT_FALSE(Matches(automaton, "a"));
  automaton.empty = Condition::At(Before::kLineFeed, After::kTextEnd);
  EXPECT_FALSE(Matches(automaton, ""));
  EXPECT_FALSE(Matches(automaton, "\na"));
  EXPECT_TRUE(Matches(automaton, "a\n"));
  automaton.empty = Condition::At(Before::kTextBegin, After::kTextEnd);
  EXPECT_TRUE(Matches(automaton, ""));
  EXPECT_FALSE(Matches(automaton, "a"));
  automaton.empty = kAlways;
  EXPECT_TRUE(Matches(automaton, "a"));
}

TEST(Automaton, ALineIsReadAsItWasPrinted) {
  Automaton classes = Example();
  classes.sets.push_back({.classes = CharacterSet::kNotSpace | CharacterSet::kDigit, .negated = true, .ranges = {{0, 0}, {0x1F600, 0x10FFFF}}});
  classes.positions.push_back({.set = 2, .accept = kAlways});
  classes.positions.push_back({.set = 0, .edges = {{0, kAlways}, {3, AtTextEnd()}}});
  Automaton empty_string = Example();
  empty_string.empty = AtTextEnd();
  const Automaton everything{.empty = kAlways};
  for (const Automaton& automaton : {Example(), classes, empty_string, everything, Automaton()}) {
    const std::string line = Print(automaton);
    EXPECT_EQ(line.find_first_of("\n\" "), std::string::npos) << line;
    const auto read = ReadAutomaton(line);
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(*read, automaton) << line;
  }
  EXPECT_EQ(Print(everything), "{}()!{}");
  EXPECT_EQ(Print(Automaton()), "{}()-{}");
}

TEST(Automaton, WhatIsNoAutomatonIsRefused) {
  for (const char* text : {
           "", "{}", "{}()", "{}()-", "{}()-{", "{}()-{} ", " {}()-{}", "{}()!0{}", "{}()!40000000{}", "{}()!3fffffff{}",
           "{[:61]}(0)-{}", "{[:61]}(1)-{0()!}", "{[:61]}(0,0)-{0()!}", "{[:61]}(0)-{1()!}", "{[:61]}(0)-{0(1)!}", "{[:61]}(00)-{0()!}",
           "{[:61]}(0:0)-{0()!}", "{[:61]}(0:3fffffff)-{0()!}", "{[:61]}(0:1)-{0()!1}", "{[:62,61]}(0)-{0()!}", "{[:61-62,63]}(0)-{0()!}",
           "{[:62-61]}(0)-{0()!}", "{[:61-61]}(0)-{0()!}", "{[:110000]}(0)-{0()!}", "{[dw]}(0)-{0()!}", "{[^^w]}(0)-{0()!}", "{[w:]}(0)-{0()!}",
           "{[:61]}(0)-{0()!;}", "{[:61]}(0)-{0();}", "{[:61]}(0)-{0()!}x", "{[:61]}(99999999999)-{0()!}", "{[:FF]}(0)-{0()!}",
       }) {
    EXPECT_FALSE(ReadAutomaton(text)) << text;
  }
}

TEST(Automaton, NoDamageToALineIsMoreThanAnErrorOrAnotherAutomaton) {
  const std::string line = Print(Example());
  for (size_t i = 0; i < line.size(); ++i) {
    for (int c = 1; c < 256; ++c) {
      std::string damaged = line;
      damaged[i] = static_cast<char>(c);
      const auto read = ReadAutomaton(damaged);
      if (!read) continue;
      EXPECT_EQ(Print(*read), damaged);
      Matches(*read, "abc");
    }
    EXPECT_FALSE(ReadAutomaton(line.substr(0, i)));
  }
}

}  // namespace
}  // namespace assay::text
