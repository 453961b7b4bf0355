#include "compiler/patterns/analyze.h"

#include "tests/unit/patterns/helpers.h"

namespace assay::patterns {
namespace {

std::string Printed(std::string_view pattern, std::string_view flags = "") { return Print(Parsed(pattern, flags)); }

std::string Required(std::string_view pattern, std::string_view flags = "") {
  std::string out;
  for (const PatternLiteral& literal : RequiredLiterals(Parsed(pattern, flags))) {
    if (!out.empty()) out += "|";
    out += literal.text + (literal.nocase ? "/i" : "");
  }
  return out;
}

TEST(Analyze, PatternsThatMatchTheEmptyString) {
  for (const char* pattern : {"", "a*", "a|", "(a?)+", "\\b", "^$", "(?:a{0})"}) EXPECT_TRUE(MatchesEmpty(Parsed(pattern))) << pattern;
  for (const char* pattern : {"a", "a+", "\\ba", "(a|b)"}) EXPECT_FALSE(MatchesEmpty(Parsed(pattern))) << pattern;
}

TEST(Analyze, LengthsAreBounds) {
  const auto lengths = [](std::string_view pattern, std::string_view flags = "") { return LengthsOf(Parsed(pattern, flags)); };
  EXPECT_EQ(lengths("ab{2,3}c?").min, 3u);
  EXPECT_EQ(lengths("ab{2,3}c?").max, 5u);
  EXPECT_FALSE(lengths("a+").max);
  EXPECT_EQ(lengths("(?:)+").max, 0u);
  EXPECT_EQ(lengths("(ab|c)\\1", "b").min, 2u);
  EXPECT_EQ(lengths("(ab|c)\\1", "b").max, 4u);
  EXPECT_EQ(lengths("\u00E9\U0001F600").max, 2u);
  EXPECT_EQ(lengths("(?:(?:(?:a{65535}){65535}){65535}){65535}").min, uint64_t{1} << 40);
}

TEST(Analyze, RequiredLiteralsAreInEveryMatch) {
  EXPECT_EQ(Required("check.*out", "i"), "check/i");
  EXPECT_EQ(Required("free"), "free");
  EXPECT_EQ(Required("(win|won) a prize"), "win a prize|won a prize");
  EXPECT_EQ(Required("https?://\\S+"), "https://|http://");
  EXPECT_EQ(Required("\\d+"), "");
  EXPECT_EQ(Required("a*"), "");
  EXPECT_EQ(Required("(abc)+d"), "abc");
  EXPECT_EQ(Required("(abc|\\d)x"), "x");
  EXPECT_EQ(Required("\u00C9t\u00E9", "i"), "\u00E9t\u00E9/i");
  EXPECT_EQ(Required("42[ab]"), "42a|42b");
  EXPECT_EQ(Required("(?!no)yes", "b"), "yes");
  EXPECT_EQ(Required("( |^)(call|ring)[^\\w]* (\\w+ )*(free)[^\\w]*( |$)", "i"), "free/i");
}

TEST(Analyze, LiteralsAreRecognised) {
  const auto literal = [](std::string_view pattern, std::string_view flags = "") { return AsLiteral(Parsed(pattern, flags)); };
  EXPECT_EQ(literal("free"), (PatternLiteral{"free", false}));
  EXPECT_EQ(literal("(Free) 4", "i"), (PatternLiteral{"free 4", true}));
  EXPECT_EQ(literal("a\\.b"), (PatternLiteral{"a.b", false}));
  EXPECT_EQ(literal("[Ff][Rr]ee", ""), std::nullopt);
  EXPECT_EQ(literal("[Ff][Rr]"), (PatternLiteral{"fr", true}));
  EXPECT_EQ(literal("42", "i"), (PatternLiteral{"42", false}));
  EXPECT_EQ(literal("k", "ia"), std::nullopt);
  EXPECT_EQ(literal("a+"), std::nullopt);
  EXPECT_EQ(literal(""), std::nullopt);
  EXPECT_EQ(literal("^a"), std::nullopt);
}

TEST(Print, PatternsThatMeanTheSamePrintTheSame) {
  EXPECT_EQ(Printed("(?:a)(?:bc)"), Printed("abc"));
  EXPECT_EQ(Printed("a|(?:b|c)"), Printed("a|b|c"));
  EXPECT_EQ(Printed("[Aa]"), Printed("a", "i"));
  EXPECT_EQ(Printed("[0-9a-zA-Z_]"), Printed("\\w", "a"));
  EXPECT_EQ(Printed("\\x41"), Printed("[A]"));
  EXPECT_EQ(Printed("a{1}"), Printed("a"));
  EXPECT_EQ(Printed("a{0,}"), Printed("a*"));
  EXPECT_EQ(Printed("a b", "x"), Printed("ab"));
  EXPECT_EQ(Printed(".", "s"), Printed("[\\s\\S]"));
  EXPECT_EQ(Printed("^", ""), "\\A");
  EXPECT_NE(Printed("ab"), Printed("ba"));
}

TEST(Print, ReadsBackToItself) {
  for (const char* pattern : {"\\bfree\\b", "(?i:check).*out", "[^\\W\\d_]+\\Z", "(?P<n>a)(?P=n)", "(a)\\g?", "(a)(?(1)b|c|)", "a{2,3}?b{4}c{5,}",
                              "(?<=a)b(?!c)", "[\\]\\-^]", "\\n\\x00\u4E2D\U0001F600", "(?m:^a$)$", "x|", "(?:)*", "(?ai:k)(?i:k)"}) {
    const auto tree = ParseRegex(pattern, "b");
    if (!tree) continue;
    const std::string once = Print(*tree);
    EXPECT_EQ(Printed(once, "b"), once) << pattern;
  }
}

}  // namespace
}  // namespace assay::patterns
