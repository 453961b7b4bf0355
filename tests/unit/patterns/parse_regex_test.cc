// What is accepted and refused, and the messages, are those of Python 3.11's re.
#include "compiler/patterns/parse_regex.h"

#include "compiler/patterns/analyze.h"
#include "tests/unit/patterns/helpers.h"

namespace assay::patterns {
namespace {

struct Refusal {
  std::string_view pattern;
  std::string_view message;
  uint32_t begin;
  uint32_t end;
};

TEST(ParseRegex, RefusesWhatPythonRefusesAndSaysWhere) {
  constexpr Refusal kRefusals[] = {
      {"(", "missing ), unterminated subpattern", 0, 1},
      {"x(?:a(b)", "missing ), unterminated subpattern", 1, 2},
      {")", "unbalanced parenthesis", 0, 1},
      {"a)b", "unbalanced parenthesis", 1, 2},
      {"(?P<n", "missing >, unterminated name", 4, 5},
      {"(?P<>a)", "missing group name", 4, 5},
      {"(?P<1a>x)", "bad character in group name '1a'", 4, 6},
      {"(?P=x)", "unknown group name 'x'", 4, 5},
      {"(?P<a>x)(?P<a>y)", "redefinition of group name 'a'", 12, 13},
      {"*a", "nothing to repeat", 0, 1},
      {"a|*", "nothing to repeat", 2, 3},
      {"(?i)*", "nothing to repeat", 4, 5},
      {"^*", "nothing to repeat", 1, 2},
      {"\\b+", "nothing to repeat", 2, 3},
      {"{1}", "nothing to repeat", 0, 3},
      {"a**", "multiple repeat", 2, 3},
      {"a{2}{3}", "multiple repeat", 4, 7},
      {"a{3,2}", "min repeat greater than max repeat", 1, 6},
      {"a{70000}", "the repetition number is too large, the most is 65535", 1, 8},
      {"a{99999999999999999999}", "the repetition number is too large, the most is 65535", 1, 23},
      {"[", "unterminated character set", 0, 1},
      {"a[]", "unterminated character set", 1, 2},
      {"[a-", "unterminated character set", 0, 1},
      {"[z-a]", "bad character range z-a", 1, 4},
      {"[\\w-z]", "bad character range \\w-z", 1, 5},
      {"a\\", "bad escape (end of pattern)", 1, 2},
      {"[\\", "bad escape (end of pattern)", 1, 2},
      {"a\\q", "bad escape \\q", 1, 3},
      {"[\\8]", "bad escape \\8", 1, 3},
      {"\\x1g", "incomplete escape \\x1", 0, 3},
      {"\\u12", "incomplete escape \\u12", 0, 4},
      {"\\U00110000", "bad escape \\U00110000", 0, 10},
      {"\\400", "octal escape value \\400 outside of range 0-0o377", 0, 4},
      {"\\N{DASH}", "characters by name are not supported", 0, 2},
      {"\\1", "invalid group reference 1", 0, 2},
      {"(a\\1)", "cannot refer to an open group", 2, 4},
      {"(?<x)", "unknown extension ?<x", 0, 4},
      {"(?z)", "unknown extension ?z", 0, 3},
      {"(?P>x)", "unknown extension ?P>", 0, 4},
      {"(?", "unexpected end of pattern", 0, 2},
      {"(?#x", "missing ), unterminated comment", 0, 4},
      {"a(?i)b", "global flags not at the start of the expression", 1, 5},
      {"(?i", "missing -, : or )", 0, 3},
      {"(?-i)", "missing :", 0, 5},
      {"(?i-:a)", "missing flag", 0, 4},
      {"(?iz)", "unknown flag", 3, 4},
      {"(?i-i:a)", "bad inline flags: flag turned on and off", 0, 6},
      {"(?au:a)", "bad inline flags: flags a and u are incompatible", 0, 4},
      {"(?<=a+)b", "look-behind requires fixed-width pattern", 0, 7},
      {"(?(1)a)", "invalid group reference 1", 3, 4},
      {"(?(0)a)", "bad group number", 3, 4},
      {"(?(1)a|b|c)(d)", "conditional backref with more than two branches", 0, 9},
  };
  for (const Refusal& refusal : kRefusals) {
    const auto tree = ParseRegex(refusal.pattern, "b");
    ASSERT_FALSE(tree) << refusal.pattern;
    EXPECT_EQ(tree.error().message, refusal.message) << refusal.pattern;
    EXPECT_EQ(tree.error().begin, refusal.begin) << refusal.pattern;
    EXPECT_EQ(tree.error().end, refusal.end) << refusal.pattern;
  }
}

TEST(ParseRegex, AcceptsWhatPythonAccepts) {
  for (const char* pattern : {"", "a||b", "()", "(?:)*", "(?=a)*", "{", "a{", "a{1", "a{,", "a{}", "a{,}", "x*+", "[[:alpha:]]", "[]a]", "[^]]",
                              "[a-]", "[-a]", "\\08", "\\/", "(?i)(?m)a", "(?x) a b # c", "]", "}", "(?u:a)", "(?s-im:.)", "a(?#note)*"}) {
    EXPECT_TRUE(ParseRegex(pattern, "b")) << pattern;
  }
}

TEST(ParseRegex, BacktrackingFeaturesNeedTheirFlag) {
  for (const char* pattern : {"(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1", "(?P<n>a)(?P=n)", "(?>a)", "a*+", "(a)?(?(1)b|c)"}) {
    const auto without = ParseRegex(pattern, "");
    ASSERT_FALSE(without) << pattern;
    EXPECT_NE(without.error().message.find("cannot be matched in linear time"), std::string::npos) << without.error().message;
    EXPECT_NE(without.error().help.find("flag b"), std::string::npos) << pattern;
    const auto with = ParseRegex(pattern, "b");
    ASSERT_TRUE(with) << pattern;
    EXPECT_TRUE(with->needs_backtracking()) << pattern;
  }
  EXPECT_FALSE(Parsed("a+", "b").needs_backtracking());
  EXPECT_TRUE(Parsed("a+", "b").allows_backtracking());
}

TEST(ParseRegex, UnknownFlagsAndBadBytesAreErrors) {
  EXPECT_EQ(ParseRegex("a", "z").error().message, "unknown flag 'z'");
  EXPECT_EQ(ParseRegex("\xFF", "").error().message, "the pattern is not valid UTF-8");
}

TEST(ParseRegex, NoPatternCrashes) {
  EXPECT_FALSE(ParseRegex(std::string(100'000, '('), ""));
  EXPECT_FALSE(ParseRegex(std::string(100'000, '(') + std::string(100'000, ')'), ""));
  EXPECT_FALSE(ParseRegex(std::string(100'000, '['), ""));
  EXPECT_FALSE(ParseRegex(std::string(2'000'000, 'a'), ""));
  EXPECT_TRUE(ParseRegex(std::string(100'000, 'a'), "i"));
  EXPECT_TRUE(ParseRegex(std::string(100'000, '|'), ""));
  std::string nested;
  for (int i = 0; i < 150; ++i) nested += "(?:a|";
  nested += "b" + std::string(150, ')');
  EXPECT_TRUE(Matches(nested, "", "b"));
}

TEST(ParseRegex, NamesOfGroups) {
  const RegexTree tree = Parsed("(a)(?P<user>b)(?:c)(?P<d\u00E9>d)");
  EXPECT_EQ(tree.group_count(), 3u);
  ASSERT_EQ(tree.group_names().size(), 2u);
  EXPECT_EQ(tree.group_names()[0], (std::pair<std::string, uint32_t>("user", 2)));
  EXPECT_EQ(tree.group_names()[1], (std::pair<std::string, uint32_t>("d\u00E9", 3)));
}

TEST(ParseRegex, EscapedLiteralsMatchThemselves) {
  const std::string nasty = "a.b*c [x]{2}#\t\n(1)|$^\\-&~\u00E9/";
  for (const char* flags : {"", "i", "x", "ismxa"}) {
    EXPECT_TRUE(Matches("^" + EscapeLiteral(nasty) + "\\Z", flags, nasty)) << flags;
  }
}

TEST(ParseRegex, WrappedPatternsKeepTheirOwnFlags) {
  EXPECT_EQ(WrapPattern("a", ""), "(?u-imsx:a)");
  EXPECT_EQ(WrapPattern("a", "ia"), "(?ai-msx:a)");
  EXPECT_EQ(WrapPattern("(?i)(?s)a", "b"), "(?isu-mx:a)");
  EXPECT_EQ(WrapPattern("a # b", "x"), "(?ux-ims:a # b\n)");
  EXPECT_EQ(WrapPattern("a", "imsx"), "(?imsux:a\n)");
  EXPECT_TRUE(Matches("X" + WrapPattern("link", "i") + "X", "", "XLINKX"));
  EXPECT_FALSE(Matches("X" + WrapPattern("link", "") + "X", "i", "XLINKX"));
  EXPECT_TRUE(Matches(WrapPattern("a b # c", "x") + "d", "", "abd"));
}

}  // namespace
}  // namespace assay::patterns
