// Meanings that engines and versions differ in; expectations are Python 3.11's. (tests/differential compares at large.)
#include "compiler/patterns/pcre2.h"

#include "tests/unit/patterns/helpers.h"

namespace assay::patterns {
namespace {

struct Row {
  std::string_view pattern, flags, subject;
  bool matches;
};

TEST(ToPcre2, MeansWhatPythonMeans) {
  constexpr Row kRows[] = {
      // Ends.
      {"a$", "", "a\n", true},
      {"a$", "", "a\n\n", false},
      {"a$", "", "a\nb", false},
      {"a$", "m", "a\nb", true},
      {"a\\Z", "", "a\n", false},
      {"a\\Z", "m", "a\nb", false},
      {"^b", "m", "a\nb", true},
      {"^b", "m", "a\rb", false},
      {"\\n^\\Z", "m", "a\n", true},
      {"\\Ab", "m", "a\nb", false},
      {"a\\r$", "", "a\r\n", true},
      // What stands there zero times says nothing of where a match begins.
      {"(?:a|.*b){0}$", "", "cd", true},
      {"((a)|.*b){0}(d)\\3$", "b", "cdd", true},
      {"(a){0}c(?(1)e|d)", "b", "cd", true},
      // The dot.
      {"a.b", "", "a\nb", false},
      {"a.b", "", "a\rb", true},
      {"a.b", "", "a\u2028b", true},
      {"a.b", "s", "a\nb", true},
      {"^.$", "", "\U0001F600", true},
      // Escapes.
      {"\\v", "", "\x0B", true},
      {"\\v", "", "\n", false},
      {"\\u00e9\\xe9\\U000000e9\\351", "", "\u00E9\u00E9\u00E9\u00E9", true},
      {"[\\b]", "", "\b", true},
      {"a{,2}$", "", "a", true},
      {"^a{,}$", "", "aaa", true},
      {"^a{b$", "", "a{b", true},
      {"^a{,b$", "", "a{,b", true},
      {"^a{}$", "", "a{}", true},
      {"\\/", "", "/", true},
      {"^[]a]$", "", "]", true},
      {"^[a-]$", "", "-", true},
      {"^[[:alpha:]]$", "", ":]", true},
      {"^[[:alpha:]]$", "", "b", false},
      // Classes are Unicode's, as str has them.
      {"^\\w$", "", "\u00E9", true},
      {"^\\w$", "", "\u00B2", true},
      {"^\\w$", "", "\u216B", true},
      {"^\\w$", "", "\u0301", false},
      {"^\\w$", "", "\u203F", false},
      {"^\\w$", "a", "\u00E9", false},
      {"^\\d$", "", "\u0663", true},
      {"^\\d$", "", "\u00B2", false},
      {"^\\d$", "a", "\u0663", false},
      {"^\\s$", "", "\x1C", true},
      {"^\\s$", "", "\u0085", true},
      {"^\\s$", "", "\u200B", false},
      {"^\\s$", "a", "\x1C", false},
      {"^[^\\W\\d_]$", "", "\u4E2D", true},
      {"^[^\\W\\d_]$", "", "7", false},
      {"^[\\w.-]+$", "", "a.b-\u00E9", true},
      // New in Unicode 15.0, whatever the version of PCRE2.
      {"^\\w$", "", "\U00031350", true},
      // Boundaries.
      {"\\bfree\\b", "", "\u00E9free", false},
      {"\\bfree\\b", "", "(free)", true},
      {"\\bfree\\b", "a", "\u00E9free", true},
      {"free\\b", "", "free\u0301", true},
      {"\\b\\b", "", "a", true},
      {"\\b", "", "!", false},
      {"a\\Bb", "", "ab", true},
      {"\\B", "", "!", true},
      {"\\b!\\b", "", "a!b", true},
      {"\\b!\\b", "", "a!", false},
      {"\\b(a|!)", "", "!", false},
      // Ignoring case is Unicode's simple folding.
      {"^KISS$", "i", "\u212Ai\u017F\u017F", true},
      {"^\u212A$", "i", "k", true},
      {"^KISS$", "ia", "\u212Aiss", false},
      {"^KISS$", "ia", "kiss", true},
      {"^[j-l]$", "i", "\u212A", true},
      {"^[j-l]$", "ia", "\u212A", false},
      {"^[^k]$", "i", "\u212A", false},
      {"^\u00C9$", "i", "\u00E9", true},
      {"^\u03C3$", "i", "\u03C2", true},
      {"^\u00DF$", "i", "\u1E9E", true},
      {"^ss$", "i", "\u00DF", false},
      {"^i$", "i", "\u0131", false},
      {"^(?i:a)b$", "", "Ab", true},
      {"^(?i:a)b$", "", "AB", false},
      {"^(?-i:a)b$", "i", "AB", false},
      {"(?i)a", "", "A", true},
      {"^K+$", "i", "kK\u212A", true},
      // Extended.
      {"a b # comment", "x", "ab", true},
      {"a\\ b[ ]c", "x", "a b c", true},
      {"(?x) a + # many\n b", "", "aaab", true},
      // Sets that match nothing or everything.
      {"[^\\s\\S]", "", "a", false},
      {"^[^\\s\\S]*$", "", "", true},
      {"^[\\s\\S]+$", "", "a\n\u00E9", true},
      // Backtracking.
      {"(?<=\u00E9)b", "b", "\u00E9b", true},
      {"(?<!a)b", "b", "ab", false},
      {"^(a|b)\\1$", "b", "bb", true},
      {"^(a|b)\\1$", "bi", "bB", true},
      {"^(?P<q>['\"]).*(?P=q)$", "b", "'x'", true},
      {"^(?>a*)a", "b", "aaa", false},
      {"^a*+a", "b", "aaa", false},
      {"^(a)?(?(1)b|c)$", "b", "ab", true},
      {"^(a)?(?(1)b|c)$", "b", "b", false},
      {"^(?:(a)|b)(?(1)c)$", "b", "b", true},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Matches(row.pattern, row.flags, row.subject), row.matches)
        << row.pattern << " /" << row.flags << " on " << row.subject << " as " << ToPcre2(Parsed(row.pattern, row.flags));
  }
}

TEST(ToPcre2, CapturesAreKeptOrDropped) {
  EXPECT_EQ(ToPcre2(Parsed("(a)(?:b)"), Captures::kKeep), "(a)b");
  EXPECT_EQ(ToPcre2(Parsed("(ab)+c"), Captures::kDrop), "(?:ab)+c");
  EXPECT_EQ(ToPcre2(Parsed("(a)\\1", "b"), Captures::kDrop), "(a)\\g{1}");
}

TEST(ToPcre2, BoundariesBesideKnownCharactersAskOneSide) {
  EXPECT_EQ(ToPcre2(Parsed("\\bfree\\b", "a")), "(?<![0-9A-Z_a-z])free(?![0-9A-Z_a-z])");
  EXPECT_EQ(ToPcre2(Parsed("a\\b!", "a")), "a\\!");
  EXPECT_EQ(ToPcre2(Parsed("a\\bb", "a")), "a(?!)b");
}

TEST(ToPcre2, ClassesAreSmallEnoughForManyOfThem) {
  std::string pattern;
  for (int i = 0; i < 25; ++i) pattern += "\\b\\w+\\W*\\d?[\\w.-]";
  const auto regex = text::Regex::Compile(ToPcre2(Parsed(pattern, "i")));
  EXPECT_TRUE(regex) << (regex ? "" : regex.error().message);
}

}  // namespace
}  // namespace assay::patterns
