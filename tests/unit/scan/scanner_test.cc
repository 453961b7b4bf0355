// What a scanner promises: bits are a function of the text alone, wherever the text stands and whatever is searched beside.
#include "runtime/scan/scanner.h"

#include <bit>
#include <random>

#include "tests/unit/scan/scan_helpers.h"

namespace assay::scan {
namespace {

std::string FoundLiteral(std::string_view literal, LiteralSearch how, const std::vector<std::string_view>& texts) {
  Scanner::Builder builder;
  const uint32_t search = builder.NewSearch();
  builder.AddLiteral(search, literal, how);
  return Found(std::move(builder).Build(), search, texts);
}

TEST(Scanner, SkipsRowsThatAreNull) {
  Scanner::Builder builder;
  const uint32_t search = AddPattern(builder, "a|^$");
  const Scanner scanner = std::move(builder).Build();
  const uint64_t known = 0b0101;
  EXPECT_EQ(Found(scanner, search, {"a", "a", "", ""}, &known), "1010");
  const uint64_t none = 0;
  EXPECT_EQ(Found(scanner, search, {"a", "a", "", ""}, &none), "0000");
}

TEST(Scanner, CountsTheRowsAndBytesItReads) {
  Scanner::Builder builder;
  AddPattern(builder, "a");
  const Scanner scanner = std::move(builder).Build();
  const std::string_view texts[] = {"abc", "null", "de"};
  const uint64_t known = 0b101;
  ScannerScratch scratch;
  PlanesOf(scanner, texts, scratch, &known);
  EXPECT_EQ(scratch.statistics().rows, 2u);
  EXPECT_EQ(scratch.statistics().bytes, 5u);
  EXPECT_GT(scratch.statistics().transitions, 0u);
}

TEST(Scanner, LeavesNoBitBehindTheLastText) {
  Scanner::Builder builder;
  const uint32_t search = AddPattern(builder, "");
  const Scanner scanner = std::move(builder).Build();
  for (size_t rows : {1, 63, 64, 65, 700}) {
    const std::vector<std::string_view> texts(rows, "x");
    ScannerScratch scratch;
    const auto planes = PlanesOf(scanner, texts, scratch);
    size_t count = 0;
    for (uint64_t word : planes[search]) count += static_cast<size_t>(std::popcount(word));
    EXPECT_EQ(count, rows);
  }
}

TEST(Scanner, ScansNoTextsAndHasNoSearches) {
  Scanner::Builder builder;
  const Scanner nothing = std::move(builder).Build();
  ScannerScratch scratch;
  const std::string_view texts[] = {"a"};
  EXPECT_TRUE(PlanesOf(nothing, texts, scratch).empty());
  Scanner::Builder other;
  AddPattern(other, "a");
  EXPECT_EQ(PlanesOf(std::move(other).Build(), {}, scratch).size(), 1u);
}

TEST(Scanner, FindsLiteralsAtTheirPlace) {
  const std::vector<std::string_view> texts = {"win", "win now", "you win", "a win b", "wi", "", "win\n"};
  EXPECT_EQ(FoundLiteral("win", {}, texts), "1111001");
  EXPECT_EQ(FoundLiteral("win", {.place = LiteralPlace::kAtBegin}, texts), "1100001");
  EXPECT_EQ(FoundLiteral("win", {.place = LiteralPlace::kAtEnd}, texts), "1010000");
}

TEST(Scanner, FindsLiteralsAsWordsAndInAnyCase) {
  const std::vector<std::string_view> texts = {"ski", "skis", "SKI", "\u017F\u212Ai", "a-ski.", "\u00E9ski", "_ski"};
  EXPECT_EQ(FoundLiteral("ski", {}, texts), "1100111");
  EXPECT_EQ(FoundLiteral("ski", {.words = true}, texts), "1000100");
  EXPECT_EQ(FoundLiteral("ski", {.nocase = true}, texts), "1111111");
  EXPECT_EQ(FoundLiteral("ski", {.nocase = true, .words = true}, texts), "1011100");
}

TEST(Scanner, FindsWhatLoweringMakesTheLiteral) {
  // The long s is lower case already; the Kelvin sign becomes a k.
  EXPECT_EQ(FoundLiteral("ski", {.lowered = true}, {"SKI", "ski", "s\u212Ai", "\u017Fki"}), "1110");
}

TEST(Scanner, FindsAnyLiteralOfASearch) {
  Scanner::Builder builder;
  const uint32_t search = builder.NewSearch();
  for (const char* literal : {"he", "she", "hers", "\u4E2D\u6587"}) builder.AddLiteral(search, literal);
  EXPECT_EQ(Found(std::move(builder).Build(), search, {"ushers", "s h e", "the", "\u4E2D \u6587", "x\u4E2D\u6587"}), "10101");
}

TEST(Scanner, TakesTwoSearchesForTheSameAutomatonForOne) {
  Scanner::Builder builder;
  const uint32_t first = AddPattern(builder, "a[bc]+");
  const uint32_t other = AddPattern(builder, "ab+");
  const uint32_t again = AddPattern(builder, "(?:a)[cb]{1,}");
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
  EXPECT_EQ(std::move(builder).Build().size(), 2u);
}

TEST(Scanner, FindsTheSameWithAnyBudgetAndAnyNumberOfLanes) {
  const std::vector<std::pair<std::string_view, std::string_view>> patterns = {
      {"\\bwin\\b.*\\bcash\\b", "i"}, {"[^.]{3,9}x", ""}, {"(a|\u00E9)+b$", ""}, {"^\\W", ""}, {"\\d{2}\\s*\\w", ""}, {"\U0001F600+", ""}};
  std::mt19937 random(7);
  static constexpr const char* kPieces[] = {"win", "cash", " ", "a", "b", "\u00E9", "x", ".", "12", "\n", "\U0001F600", "\u4E2D"};
  std::vector<std::string> strings(900);
  for (std::string& text : strings) {
    for (size_t n = random() % 30; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
  }
  const std::vector<std::string_view> texts(strings.begin(), strings.end());
  for (size_t budget : {size_t{0}, size_t{2'000}, size_t{60'000}, size_t{16} << 20}) {
    for (unsigned lanes = 1; lanes <= 8; ++lanes) {
      Scanner::Builder builder;
      for (const auto& [pattern, flags] : patterns) AddPattern(builder, pattern, flags);
      const Scanner scanner = std::move(builder).Build({.memory_budget = budget, .lanes = lanes});
      ScannerScratch scratch;
      const auto planes = PlanesOf(scanner, texts, scratch);
      for (size_t s = 0; s < patterns.size(); ++s) {
        const text::Automaton automaton = AutomataOf(patterns[s].first, patterns[s].second).automaton;
        for (size_t row = 0; row < texts.size(); ++row) {
          ASSERT_EQ(((planes[s][row / 64] >> (row % 64)) & 1) != 0, text::Matches(automaton, texts[row]))
              << patterns[s].first << " on [" << texts[row] << "], budget " << budget << ", " << lanes << " lanes";
        }
      }
      const ScanStatistics statistics = scratch.statistics();
      EXPECT_EQ(statistics.clears + statistics.simulated == 0, budget > 1'000'000);
    }
  }
}

// Gaps between letters of a small alphabet: states for every combination of begun searches.
TEST(Scanner, TakesOutSearchesThatMultiplyStatesAndFindsTheSame) {
  std::vector<std::string> patterns;
  for (char c = 'a'; c < 'q'; ++c) patterns.push_back(std::string(1, c) + "[^.]{0,40}" + static_cast<char>(c + 1) + "z");
  std::mt19937 random(3);
  std::vector<std::string> strings(6'000);
  for (std::string& text : strings) {
    for (size_t n = random() % 60; n > 0; --n) text.push_back(static_cast<char>('a' + random() % 26));
  }
  const std::vector<std::string_view> texts(strings.begin(), strings.end());
  std::vector<std::vector<uint64_t>> planes[2];
  for (const bool plan : {false, true}) {
    Scanner::Builder builder;
    for (const std::string& pattern : patterns) AddPattern(builder, pattern);
    const Scanner scanner = std::move(builder).Build({.plan = plan});
    EXPECT_TRUE(scanner.taken_out().empty());
    ScannerScratch scratch;
    planes[plan] = PlanesOf(scanner, texts, scratch);
    EXPECT_EQ(scanner.taken_out().empty(), !plan);
    EXPECT_EQ(scratch.statistics().confirmed_rows == 0, !plan);
    EXPECT_LE(scratch.statistics().matched_rows, scratch.statistics().confirmed_rows);
  }
  EXPECT_EQ(planes[0], planes[1]);
}

TEST(Scanner, AScratchMayGoFromOneScannerToAnother) {
  Scanner::Builder one, two;
  AddPattern(one, "a");
  AddPattern(two, "b");
  AddPattern(two, "a");
  const Scanner first = std::move(one).Build(), second = std::move(two).Build();
  const std::string_view texts[] = {"a", "b"};
  ScannerScratch scratch;
  EXPECT_EQ(PlanesOf(first, texts, scratch)[0][0], 0b01u);
  EXPECT_EQ(PlanesOf(second, texts, scratch)[0][0], 0b10u);
  EXPECT_EQ(PlanesOf(first, texts, scratch)[0][0], 0b01u);
}

// Pieces that are in most texts, alone and beside rare ones: whatever is decided, there must come an end of deciding.
TEST(Scanner, SettlesOnOneProgram) {
  constexpr std::string_view kWords[] = {"the", "of", "and", "to", "in", "is", "was", "for", "on", "by"};
  constexpr std::string_view kRare[] = {"zebra", "yacht", "xenon", "waltz", "vixen"};
  std::mt19937_64 random(5);
  std::vector<std::string> texts;
  while (texts.size() < 4'096) {
    std::string& text = texts.emplace_back();
    // Common words are rarer in the first half.
    const size_t count = texts.size() < 1'024 ? 2 : 10;
    for (size_t w = 0; w < 40; ++w) {
      text += random() % 200 == 0 ? kRare[random() % 5] : random() % 3 == 0 ? "some" : kWords[random() % count];
      text += random() % 8 == 0 ? ". " : " ";
    }
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Scanner::Builder builder;
  for (std::string_view x : kWords) {
    for (std::string_view y : kWords) AddPattern(builder, std::string(x) + " [^.]{0,40}\\b" + std::string(y) + "\\b");
    for (std::string_view y : kRare) AddPattern(builder, std::string(x) + " [^.]{0,40}\\b" + std::string(y) + "\\b");
  }
  const Scanner scanner = std::move(builder).Build();
  ScannerScratch scratch;
  uint64_t built = 0;
  for (size_t pass = 0; pass < 8; ++pass) {
    built = scratch.statistics().transitions;
    constexpr size_t kBlock = 1'024;
    for (size_t at = 0; at < views.size(); at += kBlock) PlanesOf(scanner, std::span(views).subspan(at, kBlock), scratch);
  }
  EXPECT_EQ(scratch.statistics().transitions, built);
}

}  // namespace
}  // namespace assay::scan
