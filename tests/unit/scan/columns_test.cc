// The end of a text: its column is none of a byte inside a character, and it is looked at where the empty string can match.
#include <gtest/gtest.h>

#include "runtime/scan/scanner.h"
#include "runtime/text/utf8.h"

namespace assay::scan {
namespace {

TEST(Scanner, NoByteInsideACharacterIsTakenForTheEndOfTheText) {
  const auto two_characters = text::ReadAutomaton("{[^:a]}(0:3f)-{0(1)0()!}");
  const auto accented = text::ReadAutomaton("{[:a0-bf][:c0-ff][:100-17f][:400-4ff][w]}(0,1,2,3)-{0(4)1(4)2(4)3(4)4()!}");
  ASSERT_TRUE(two_characters && accented);
  std::vector<std::string> strings;
  for (char32_t c = 0x80; c < 0x600; c += 3) {
    std::string& text = strings.emplace_back();
    text::AppendUtf8(c, text);
    text.push_back(c % 2 == 0 ? 'a' : '\n');
  }
  const std::vector<std::string_view> texts(strings.begin(), strings.end());
  const size_t words = (texts.size() + 63) / 64;
  // Every literal gives its letters columns, so that the end's column takes every number.
  for (size_t letters = 1; letters <= 60; ++letters) {
    Scanner::Builder builder;
    const uint32_t searches[] = {builder.AddPattern(*two_characters, {}), builder.AddPattern(*accented, {})};
    for (size_t i = 0; i < letters; ++i) {
      builder.AddLiteral(builder.NewSearch(), std::string(1, static_cast<char>('0' + i)) + "a\n", {.place = LiteralPlace::kAtEnd});
    }
    const Scanner scanner = std::move(builder).Build();
    std::vector<std::vector<uint64_t>> bits(scanner.size(), std::vector<uint64_t>(words));
    std::vector<uint64_t*> planes;
    for (auto& plane : bits) planes.push_back(plane.data());
    ScannerScratch scratch;
    scanner.Scan(texts, nullptr, planes.data(), scratch);
    for (size_t row = 0; row < texts.size(); ++row) {
      const auto found = [&](uint32_t search) { return ((bits[search][row / 64] >> (row % 64)) & 1) != 0; };
      ASSERT_EQ(found(searches[0]), text::Matches(*two_characters, texts[row])) << letters << " letters, row " << row;
      ASSERT_EQ(found(searches[1]), text::Matches(*accented, texts[row])) << letters << " letters, row " << row;
    }
  }
}

TEST(Scanner, TheEmptyStringIsFoundInTheEmptyText) {
  for (const char* line : {"{}()!{}", "{}()!fff{}", "{}()!1{}", "{[:61]}(0)!fff{0()!}"}) {
    const auto automaton = text::ReadAutomaton(line);
    ASSERT_TRUE(automaton) << line;
    Scanner::Builder builder;
    builder.AddPattern(*automaton, {});
    const Scanner scanner = std::move(builder).Build();
    const std::string_view texts[] = {"", "b", "\n"};
    uint64_t bits = 0;
    uint64_t* const planes[] = {&bits};
    ScannerScratch scratch;
    scanner.Scan(texts, nullptr, planes, scratch);
    for (size_t i = 0; i < 3; ++i) EXPECT_EQ((bits >> i) & 1, text::Matches(*automaton, texts[i]) ? 1u : 0u) << line << " on text " << i;
  }
}

}  // namespace
}  // namespace assay::scan
