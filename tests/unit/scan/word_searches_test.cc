// What counts as a search for whole words, and that looking words up finds what walking finds.
#include "runtime/scan/word_searches.h"

#include "tests/unit/scan/scan_helpers.h"

namespace assay::scan {
namespace {

// "win|wins": the words of a pattern; a letter in capitals is only found so, "-" is no pattern of words.
std::string WordsOf(std::string_view pattern, std::string_view flags = "") {
  const auto words = WholeWordsOf(AutomataOf(pattern, flags).automaton);
  if (!words) return "-";
  std::string result;
  for (const WholeWord& word : *words) {
    if (!result.empty()) result += '|';
    for (size_t i = 0; i < word.letters.size(); ++i) {
      result += word.letters[i];
      if (word.any_case[i] != 0) result += '\'';
    }
  }
  return result;
}

TEST(WholeWords, AreSpelledOut) {
  EXPECT_EQ(WordsOf("\\bwin\\b"), "win");
  EXPECT_EQ(WordsOf("\\bWin2_\\b", "i"), "w'i'n'2_");
  EXPECT_EQ(WordsOf("\\b(?:wins?|won)\\b"), "win|wins|won");
  EXPECT_EQ(WordsOf("\\b[Tt]he\\b"), "t'he");
  EXPECT_EQ(WordsOf("\\b[ab]c\\b"), "ac|bc");
  EXPECT_EQ(WordsOf("\\bski\\b", "i"), "s'k'i'");
}

TEST(WholeWords, AreNothingElse) {
  for (const char* pattern : {"win", "\\bwin", "win\\b", "\\bwin\\B", "\\bwin now\\b", "\\bwi.\\b", "\\b\\w+\\b", "\\ba+\\b", "\\b\\b", "^win\\b", "\\bwin$", "\\b-win\\b", "\\ba\\bb\\b", "\\b(?:win)?\\b"}) {
    EXPECT_EQ(WordsOf(pattern), "-") << pattern;
  }
  EXPECT_EQ(WordsOf("\\b[a-z][a-z][a-z]\\b"), "-");  // too many
}

TEST(WholeWords, AreFoundByLookingThemUp) {
  const std::vector<std::pair<const char*, const char*>> patterns = {
      {"\\bski\\b", "i"}, {"\\bski\\b", ""}, {"\\bSki\\b", ""}, {"\\bski\\b", "ia"}, {"\\binternationaliza\\b", ""}, {"\\binternationalization\\b", "i"}, {"\\bi\\b", "i"}, {"\\b(?:ski|i)\\b", ""}, {"\\bx.\\b", ""}};
  const std::vector<std::string_view> texts = {
      "ski", "Ski", "SKI", "a ski.", "skis", "s\u212Ai", "\u00E9ski", "\u00E9 ski", "ski\uFEFF", "\u201Cski\u201D", "_ski", "i", "I ski",
      "internationalization", "internationaliza", "INTERNATIONALIZA tion", "internationalizat", "", "xy", "\u24C8ki ski", "\u0345ski", "ski\u0345", "x\u0130 ski i",
      "..............................................................ski", "...............................................................ski.", "................................................................ski"};
  std::vector<std::vector<uint64_t>> planes[2];
  for (const bool looked_up : {false, true}) {
    Scanner::Builder builder;
    for (const auto& [pattern, flags] : patterns) AddPattern(builder, pattern, flags);
    const Scanner scanner = std::move(builder).Build({.min_words = looked_up ? size_t{1} : size_t{1000}});
    ScannerScratch scratch;
    planes[looked_up] = PlanesOf(scanner, texts, scratch);
    EXPECT_EQ(scratch.statistics().looked_up_rows > 10, looked_up);
    EXPECT_LT(scratch.statistics().looked_up_rows, texts.size());
  }
  EXPECT_EQ(planes[0], planes[1]);
}

TEST(WholeWords, AreFoundInTextsOfAnyLength) {
  Scanner::Builder builder;
  const uint32_t search = AddPattern(builder, "\\bwin\\b");
  const Scanner scanner = std::move(builder).Build({.min_words = 1});
  for (size_t before : {0, 1, 59, 60, 61, 62, 63, 64, 65, 127, 1000, 70'000}) {
    for (size_t behind : {0, 1, 2, 61, 64, 100}) {
      const std::string text = std::string(before, ' ') + "win" + std::string(behind, '-');
      const std::string other = std::string(before, ' ') + "wind" + std::string(behind, '-');
      EXPECT_EQ(Found(scanner, search, {text, other}), "10") << before << " before, " << behind << " behind";
    }
  }
}

}  // namespace
}  // namespace assay::scan
