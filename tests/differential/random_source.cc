// The pools that nasty values are drawn from.
#include "random_source.h"

#include <limits>

namespace assay::differential {
namespace {

constexpr std::string_view kWords[] = {
    "check", "out", "check out", "Check", "OUT", "subscribe", "SUBSCRIBE", "my", "channel", "please", "Please", "song", "spam",
    "a", "i", "s", "k", "K", "I", "S", "x", "ab", "abc", "http://a.b/c", "www.x.org", "me@site.org", "#tag", "@who", "5", "12", "3.5",
    "1,000", "-7", "$20", "foo", "bar", "foobar", "Foo_1", "naïve", "straße", "STRASSE", "ΑΣ", "ας", "Σ", "σ", "ς", "İ", "ı", "ſ",
    "\u212A", "ß", "ẞ", "é", "e\u0301", "Ǆ", "ǅ", "ǆ", "ﬁ", "ŉ", "日本", "٣", "²", "😀", "👍🏽", "\u200B", "&amp;", "<b>x</b>", "null",
};
constexpr std::string_view kBetween[] = {" ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00A0", "\u2028", "\u0085", "\v", "\x1c", "-", "_", ".",
                                         ", ", "!", "?!", "\"", "'", "/", "\\", "(", "]", "{", "}", "*", "%", "\uFFFD", ""};

}  // namespace

int64_t NastyInt(RandomSource& random) {
  constexpr int64_t kEnds[] = {std::numeric_limits<int64_t>::min(),
                               std::numeric_limits<int64_t>::min() + 1,
                               std::numeric_limits<int64_t>::max(),
                               std::numeric_limits<int64_t>::max() - 1,
                               int64_t{1} << 53,
                               (int64_t{1} << 53) + 1,
                               -(int64_t{1} << 32),
                               int64_t{1} << 31};
  if (random.Chance(0.12)) return random.Pick(std::span(kEnds));
  if (random.Chance(0.1)) return static_cast<int64_t>(random.Bits());
  return random.Between(-6, 12);
}

double NastyFloat(RandomSource& random) {
  constexpr double kOdd[] = {0.0,   -0.0,  std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                             5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 0.1, 0.30000000000000004, 9007199254740993.0,
                             9223372036854775808.0, -9223372036854775808.0, 0.5, 1.5, 2.5, -0.5};
  if (random.Chance(0.4)) return random.Pick(std::span(kOdd));
  if (random.Chance(0.2)) return static_cast<double>(random.Between(-1000, 1000)) / 8.0;
  return static_cast<double>(random.Between(-5, 10));
}

std::string NastyText(RandomSource& random) {
  if (random.Chance(0.06)) return "";
  std::string text;
  size_t pieces = 1 + random.Below(8);
  if (random.Chance(0.004)) pieces = 700;
  for (size_t i = 0; i < pieces; ++i) {
    text += random.Pick(std::span(kWords));
    text += random.Pick(std::span(kBetween));
  }
  if (random.Chance(0.02)) text.insert(0, 1, '\0');
  return text;
}

std::string Keyword(RandomSource& random) {
  if (random.Chance(0.03)) return "";
  std::string text(random.Pick(std::span(kWords)));
  if (random.Chance(0.15)) text += random.Pick(std::span(kBetween));
  if (random.Chance(0.1)) text += random.Pick(std::span(kWords));
  return text;
}

PatternText RandomPattern(RandomSource& random) {
  constexpr std::string_view kAtoms[] = {"check",  "out", "a",      "s",     "k",     "i",      ".",   ".*",   "\\w+",     "\\d+", "\\s",   "\\W",
                                         "[a-c]+", "[^x]", "colou?r", "(foo|bar)", "(?:ab|abc|a)", "\\.", "é", "ß", "ſ?", "ΑΣ", "[A-Z]{2,3}", "x*", "\\S{3}", "(?i:spam)"};
  constexpr std::string_view kFlags[] = {"", "", "i", "i", "s", "m", "is", "a", "ia", "im"};
  std::string pattern;
  const auto sequence = [&] {
    const size_t count = 1 + random.Below(3);
    for (size_t i = 0; i < count; ++i) pattern += random.Pick(std::span(kAtoms));
  };
  const size_t shape = random.Below(6);
  if (shape == 0) pattern += "\\b(?:";
  if (shape == 1) pattern += "^(?:";
  if (shape == 2) pattern += "(?:";
  sequence();
  if (random.Chance(0.4)) {
    pattern += "|";
    sequence();
  }
  if (shape == 0) pattern += ")\\b";
  if (shape == 1) pattern += ")";
  if (shape == 2) pattern += ")$";
  return {pattern, std::string(random.Pick(std::span(kFlags)))};
}

}  // namespace assay::differential
