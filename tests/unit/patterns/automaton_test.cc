#include "compiler/patterns/automaton.h"

#include "helpers.h"

namespace assay::patterns {
namespace {

SearchAutomata Automata(std::string_view pattern, std::string_view flags = "") { return ToAutomata(Parsed(pattern, flags)); }

size_t EdgeCount(const text::Automaton& automaton) {
  size_t count = automaton.start.size();
  for (const auto& position : automaton.positions) count += position.edges.size();
  return count;
}

// What a search for an equal pattern's automaton looks like: patterns that are found in the same texts for the same reason.
void ExpectSame(std::string_view a, std::string_view b) {
  EXPECT_EQ(text::Print(Automata(a).automaton), text::Print(Automata(b).automaton)) << a << " and " << b;
}

std::vector<std::string> Pieces(std::string_view pattern, std::string_view flags = "") {
  std::vector<std::string> pieces;
  for (const text::Automaton& piece : Automata(pattern, flags).pieces) pieces.push_back(text::Print(piece));
  return pieces;
}

void ExpectPieces(std::string_view pattern, std::vector<std::string_view> expected, std::string_view flags = "") {
  std::vector<std::string> prints;
  for (const std::string_view piece : expected) prints.push_back(text::Print(Automata(piece).automaton));
  EXPECT_EQ(Pieces(pattern, flags), prints) << pattern;
}

TEST(ToAutomata, EveryConstructMatchesWherePcre2FindsIt) {
  const std::pair<const char*, const char*> patterns[] = {
      {"abc", ""},          {"ab|c", ""},          {"a?b", ""},           {"a*b", ""},           {"a+b", ""},          {"ba{2}", ""},
      {"ba{2}b", ""},       {"ba{1,3}b", ""},      {"ba{2,}b", ""},       {"b(ab?){2,3}b", ""},  {"b(a?b?)*c", ""},    {"b(a*){2,3}b", ""},
      {"^a", ""},           {"a$", ""},            {"\\Aa", ""},          {"a\\Z", ""},          {"^a", "m"},          {"a$", "m"},
      {"^$", ""},           {"^$", "m"},           {"\\n$", ""},          {"$\\n", ""},          {"\\n^", "m"},        {"^\\Z", "m"},
      {"\\ba", ""},         {"a\\b", ""},          {"\\Ba", ""},          {"a\\B", ""},          {"\\b", ""},          {"\\B", ""},
      {"\\bé", ""},         {"\\bé", "a"},         {"é\\B", "a"},         {"\\B", "a"},          {"a\\b\\b", ""},      {"a\\b\\B", ""},
      {"(\\b|a)b", ""},     {"(\\b|a){2}b", ""},   {"(\\ba|\\Bb){2,}", ""}, {"a(\\b|b)*c", ""},  {"a($|b)", ""},       {"(^|b)a", ""},
      {"k", "i"},           {"s", "i"},            {"é", "i"},            {"k", "ia"},           {"[a-c]é", "i"},      {"\\w\\W", ""},
      {"\\d", ""},          {"\\s", ""},           {"[^a]b", ""},         {"a.b", ""},           {"a.b", "s"},         {"[\\w.]b", ""},
      {"[^\\s,]b", ""},     {"[^\\s\\S]", ""},     {"a[^\\s\\S]|b", ""},  {"[\\s\\S]", ""},      {"a{0}b", ""},        {"(?:)", ""},
      {"a|", ""},           {"\\b(?:ab|c)\\b", ""}, {"(a+)+b", ""},       {"((a|b)*c)*a", ""},   {"a??b", ""},         {"(?i:k)k", ""},
  };
  const char* texts[] = {"",      "a",     "b",     "ab",    "abc",   "ba",    "bab",   "baa",   "baab",  "baaab", "baaaab", "babab",  "c",
                         "\n",    "a\n",   "\na",   "a\nb",  "a\n\n", "\n\n",  "a b",   " a",    "é",     "éa",    "aé",     "é a",    "É b",
                         "k",     "K",     "\u212a", "S",    "\u017f", "7",    "٣",     "a.b",   "a,b",   "ca",    "cca",    "a c",    "ac",
                         " ",     "\u2028", "\xEF\xBB\xBF" "a", "bb",  "a bc",  "😀b",   "kK"};
  for (const auto& [pattern, flags] : patterns) {
    const SearchAutomata automata = Automata(pattern, flags);
    EXPECT_TRUE(automata.exact) << pattern;
    for (const char* subject : texts) {
      EXPECT_EQ(text::Matches(automata.automaton, subject), Matches(pattern, flags, subject))
          << "/" << pattern << "/" << flags << " on \"" << subject << "\": " << text::Print(automata.automaton);
    }
  }
}

TEST(ToAutomata, AClassIsOnePosition) {
  EXPECT_EQ(text::Print(Automata("\\w").automaton), "{[w]}(0)-{0()!}");
  EXPECT_EQ(text::Print(Automata("[^\\s,]").automaton), "{[^s:2c]}(0)-{0()!}");
  EXPECT_EQ(text::Print(Automata(".").automaton), "{[^:a]}(0)-{0()!}");
  EXPECT_EQ(text::Print(Automata(".", "s").automaton), "{[^]}(0)-{0()!}");
  EXPECT_EQ(text::Print(Automata("k", "i").automaton), "{[:4b,6b,212a]}(0)-{0()!}");
  EXPECT_EQ(text::Print(Automata("k", "ia").automaton), "{[:4b,6b]}(0)-{0()!}");
}

TEST(ToAutomata, SetsAreKeptOnce) { EXPECT_EQ(text::Print(Automata("\\wa\\wa").automaton), "{[w][:61]}(0)-{0(1)1(2)0(3)1()!}"); }

TEST(ToAutomata, AlternativesOfOneCharacterAreASet) { ExpectSame("x(a|b|[c-d])y", "x[a-d]y"); }

TEST(ToAutomata, AConditionThatTheCharactersDecideIsGone) {
  ExpectSame("a\\b b", "a b");
  ExpectSame("a\\Bb", "ab");
  ExpectSame("a\\n(?m:^)b", "a\\nb");
  EXPECT_EQ(Automata("a\\bb").automaton, text::Automaton());
  EXPECT_EQ(Automata("a^b").automaton, text::Automaton());
}

TEST(ToAutomata, WhatLeadsNowhereIsDropped) {
  ExpectSame("a|b[^\\s\\S]", "a");
  ExpectSame("a|b$c", "a");
  ExpectSame("(?:a|b\\bb)c", "ac");
}

TEST(ToAutomata, EndsThatMayBeLeftOutAreTrimmed) {
  ExpectSame(".*abc.*", "abc");
  ExpectSame("\\s*(x*ab+)\\s?", "ab");
  ExpectSame("(?:\\w+ )?abc+", "abc");
  ExpectSame("(?:x*ab|y*c)z{2,7}", "(?:ab|c)zz");
  ExpectSame("(?:a*b){2}c", "b(?:a*b)c");
  ExpectSame("(?:a*b)+", "b");
  EXPECT_TRUE(Automata("a*").automaton.MatchesEverywhere());
  EXPECT_TRUE(Automata("ab|c*").automaton.MatchesEverywhere());
  EXPECT_TRUE(Automata("a*b?").exact);
  // An assertion is no end to leave out.
  EXPECT_FALSE(Automata("^a*$").automaton.MatchesEverywhere());
}

TEST(ToAutomata, CountedRepetitionsHaveFewEdges) {
  const SearchAutomata optional = Automata("a[^.]{0,100}b");
  EXPECT_TRUE(optional.exact);
  EXPECT_EQ(optional.automaton.positions.size(), 102u);
  EXPECT_LE(EdgeCount(optional.automaton), 1 + 3 * 102u);
  EXPECT_LE(EdgeCount(Automata("a(?:[^.]*){0,50}b").automaton), 10u);
  EXPECT_LE(EdgeCount(Automata("x(?:a?b?){3,50}y").automaton), 50 * 10u);
}

TEST(ToAutomata, RepetitionsBeyondTheLimitsAreEndless) {
  const SearchAutomata all = Automata("xa{5000}y");
  EXPECT_TRUE(all.exact);
  EXPECT_EQ(all.automaton.positions.size(), 5002u);
  const SearchAutomata many = Automata("x[ab]{20000}y");
  EXPECT_FALSE(many.exact);
  EXPECT_LE(many.automaton.positions.size(), kMaxUnrolledPositions);
  EXPECT_TRUE(text::Matches(many.automaton, "x" + std::string(20000, 'a') + "y"));
  EXPECT_FALSE(text::Matches(many.automaton, "x" + std::string(100, 'a') + "y"));
  // The longest is made endless first.
  const SearchAutomata nested = Automata("x(?:(?:a{3}b){30}c){0,300}y");
  EXPECT_FALSE(nested.exact);
  EXPECT_TRUE(text::Matches(nested.automaton, "xy"));
  EXPECT_FALSE(text::Matches(nested.automaton, "xaabcy"));
  const SearchAutomata dense = Automata("x(?:a?b?c?d?e?f?g?h?i?j?k?l?m?n?o?p?){1,65535}y");
  EXPECT_FALSE(dense.exact);
  EXPECT_LE(EdgeCount(dense.automaton), kMaxEdges);
  EXPECT_TRUE(text::Matches(dense.automaton, "xaaay"));
  EXPECT_FALSE(text::Matches(dense.automaton, "xaza"));
}

TEST(ToAutomata, ManyWordsFit) {
  std::string words;
  for (int i = 0; i < 5000; ++i) words += "|w" + std::to_string(10000 + i);
  words.erase(0, 1);
  const SearchAutomata one = Automata("\\b(?:" + words + ")\\b");
  EXPECT_TRUE(one.exact);
  EXPECT_TRUE(text::Matches(one.automaton, "a w14999."));
  EXPECT_FALSE(text::Matches(one.automaton, "a w15000."));
  // Every word behind every word is too much; what is left must still be there.
  const SearchAutomata two = Automata("\\b(?:" + words + ")(?:" + words + ")\\b");
  EXPECT_FALSE(two.exact);
  EXPECT_FALSE(two.automaton.MatchesEverywhere());
  EXPECT_TRUE(text::Matches(two.automaton, "a w14999w10000."));
  EXPECT_FALSE(text::Matches(two.automaton, "a w1499."));
}

TEST(ToAutomata, BacktrackingPatternsGetWhatMatchesMore) {
  ExpectSame("(?:)", "");
  const std::tuple<const char*, const char*> rows[] = {{"a(?=b)c", "ac"}, {"(?<!x)a(?!b)", "a"}, {"(?>a|ab)c", "(?:a|ab)c"}, {"ba++b", "ba+b"},
                                                       {"(a)b\\1c", "ab(?s:.)*c"}, {"(a)?b(?(1)c|d)", "a?b(?:c|d)"}};
  for (const auto& [pattern, wider] : rows) {
    const SearchAutomata automata = Automata(pattern, "b");
    EXPECT_FALSE(automata.exact) << pattern;
    EXPECT_EQ(text::Print(automata.automaton), text::Print(Automata(wider).automaton)) << pattern;
  }
  EXPECT_TRUE(Automata("ab+", "b").exact);
}

TEST(ToAutomata, PiecesStandBetweenGaps) {
  ExpectPieces("abc", {});
  ExpectPieces("abc.*def", {"abc", "def"});
  ExpectPieces("abc[^.]{0,40}def", {"abc", "def"});
  ExpectPieces("abc[^.]{0,8}def", {});
  ExpectPieces("abc[a-f]*def", {});
  ExpectPieces("abc\\s+def", {});
  ExpectPieces("abc (?:[^\\s]+ )*def", {"abc ", "def"});
  ExpectPieces("x(abc.*(def\\w+)ghi)z", {"xabc", "def", "ghiz"});
  ExpectPieces("^abc.*def$", {"^abc", "def$"});
  ExpectPieces("^.*abc", {"abc"});
  ExpectPieces("abc.*\\bdef\\b", {"abc", "\\bdef\\b"});
}

TEST(ToAutomata, PiecesSaySomething) {
  ExpectPieces("a.*\\w.*b", {"a", "b"});
  ExpectPieces("a.*x?.*b", {"a", "b"});
  ExpectPieces("a.*x?y*z.*b", {"a", "z", "b"});
  ExpectPieces("a.*\\b.*b", {"a", "b"});
  ExpectPieces("a.*b.*a", {"a", "b", "a"});
  ExpectPieces("^\\w+$", {});
}

TEST(ToAutomata, APieceOfAlternativesIsOnePieceOfEach) {
  ExpectPieces("abc.*d|efg", {"abc|efg"});
  ExpectPieces("x(?:abc.*d|efg)", {"x", "abc|efg"});
  ExpectPieces("abc.*d|\\w.*\\d", {});
  ExpectPieces("x(?:a.*b)?y", {"x", "y"});
  ExpectPieces("x(?:ab.*c){2}y", {"x", "ab", "c", "y"});
}

TEST(ToAutomata, PiecesOfBacktrackingPatterns) {
  ExpectPieces("(abc)x\\1d", {"abcx", "d"}, "b");
  ExpectPieces("(?=x)abc.*(?!y)def", {"abc", "def"}, "b");
}

TEST(ToAutomata, NothingThatParsesIsTooMuch) {
  std::string deep = "a";
  for (int i = 0; i < 90; ++i) deep = "(?:" + deep + "|b+){2,3}";
  Automata("x" + deep + "y");
  std::string stars = "a|b|c?|d";
  for (int i = 0; i < 90; ++i) stars = "(?:" + stars + ")*";
  Automata("x" + stars + "y");
  std::string long_text(200'000, 'a');
  EXPECT_FALSE(Automata(long_text).automaton.MatchesEverywhere());
  std::string boundaries = "(?:\\b|a)";
  for (int i = 0; i < 4; ++i) boundaries = "(?:" + boundaries + "){200}";
  Automata("x" + boundaries + "y");
  Automata("(?:a|" + std::string(3000, '.') + "){65535}");
}

}  // namespace
}  // namespace assay::patterns
