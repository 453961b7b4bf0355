// A dictionary finds what text::Literal finds, member by member: random members of pieces that are made to overlap, under all
// modifiers.
#include "runtime/scan/dictionary_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

using std::string_literals::operator""s;

SetValues SetOf(const std::vector<std::string>& members, SetModifiers modifiers) {
  SetValues set({kStringType}, modifiers);
  for (const std::string& member : members) set.AddText(member);
  return set;
}

bool Finds(const std::vector<std::string>& members, SetModifiers modifiers, std::string_view text) {
  const SetValues set = SetOf(members, modifiers);
  DictionarySearch::Scratch scratch;
  return DictionarySearch(set).AnyIn(text, scratch);
}

constexpr SetModifiers kWords{.nocase = false, .words = true};
constexpr SetModifiers kBoth{.nocase = true, .words = true};
constexpr SetModifiers kNocase{.nocase = true, .words = false};

class Comparison {
 public:
  Comparison(uint32_t seed, std::vector<std::string> pieces) : random_(seed), pieces_(std::move(pieces)) {}

  std::string Text(size_t most) {
    std::string made;
    for (size_t n = random_() % (most + 1); n > 0; --n) made += pieces_[random_() % pieces_.size()];
    return made;
  }

  void Run(int rounds, size_t members, size_t member_pieces, size_t text_pieces) {
    DictionarySearch::Scratch scratch;
    for (int round = 0; round < rounds; ++round) {
      const SetModifiers modifiers{.nocase = round % 2 != 0, .words = round % 4 >= 2};
      SetValues set({kStringType}, modifiers);
      for (size_t n = 1 + random_() % members; n > 0; --n) set.AddText(Text(member_pieces));
      const DictionarySearch search(set);
      for (int n = 0; n < 40; ++n) {
        const std::string text = Text(text_pieces);
        const auto found = search.FindIn(text, scratch);
        const auto& literals = set.Literals();
        const bool expected = std::ranges::any_of(literals, [&](const text::Literal& literal) { return literal.In(text); });
        ASSERT_EQ(found.has_value(), expected) << Show(set, text);
        if (found) {
          ASSERT_TRUE(literals[*found].In(text)) << Show(set, text) << ": not member " << *found;
        }
      }
    }
  }

 private:
  static std::string Show(const SetValues& set, std::string_view text) {
    std::string out = "[" + std::string(text) + "] nocase " + (set.modifiers().nocase ? "yes" : "no") + ", words " + (set.modifiers().words ? "yes" : "no") + ":";
    for (size_t i = 0; i < std::min<size_t>(set.size(), 20); ++i) out += " [" + std::string(set.TextAt(i)) + "]";
    return out;
  }

  std::mt19937 random_;
  std::vector<std::string> pieces_;
};

TEST(DictionarySearch, AgreesWithLiteralsOnAscii) {
  Comparison(1, {"a", "b", "ab", "K", "k", "s", " ", " ", "_", "1", "-", "+", "\n", "\0"s}).Run(4000, 12, 6, 14);
}

TEST(DictionarySearch, AgreesWithLiteralsOnWordsOfALanguage) {
  Comparison(2, {"the", "The", "cat", "cats", " ", " ", " ", "  ", ", ", "-", "internationalisation", "http://", ".", "dog"}).Run(4000, 30, 7, 20);
}

TEST(DictionarySearch, AgreesWithLiteralsOnManyAlphabets) {
  Comparison(3, {"a", "k", "K", "\xe2\x84\xaa", "s", "S", "\xc5\xbf", "é", "É", "e\xcc\x81", "ß", "İ", "ı", "中", "文", "한", "я", "Я", "🙂", "\xef\xbb\xbf", " ", " ", "-", "_", "٣", "Ⱥ", "ⱥ"})
      .Run(6000, 10, 4, 12);
}

TEST(DictionarySearch, AgreesWithLiteralsWhereFoldingMakesLetters) {
  // U+0345 is no word character and folds to a letter.
  Comparison(4, {"x", "\xcd\x85", "\xce\xb9", "\xce\x99", "\xe1\xbe\xbe", " ", "-", "α", "\xcd\x85\xcd\x85"}).Run(12000, 6, 5, 8);
}

TEST(DictionarySearch, AgreesWithLiteralsOnLongTextsAndMembers) {
  Comparison(5, {"abcdefghijklmnop", "abcdefgh", "abcd", "ABCDEFGH", "x", " ", "é", "中文中文中文"}).Run(1500, 20, 12, 80);
}

TEST(DictionarySearch, AgreesWithLiteralsForThousandsOfMembers) {
  Comparison(6, {"ab", "cd", "ef", "gh", "ij", "kl", "é", " ", " ", ".", "mn", "op"}).Run(24, 5000, 9, 8);
}

TEST(DictionarySearch, FindsAMemberAtEveryPlaceOfABlock) {
  for (size_t before = 0; before < 200; ++before) {
    const std::string dots(before, '.'), letters(before, 'q');
    for (const SetModifiers modifiers : {SetModifiers{}, kWords, kBoth, kNocase}) {
      EXPECT_TRUE(Finds({"needle", "hay stack"}, modifiers, dots + "needle")) << before;
      EXPECT_TRUE(Finds({"needle", "hay stack"}, modifiers, dots + "hay stack" + dots)) << before;
      EXPECT_EQ(Finds({"needle"}, modifiers, letters + "needle"), before == 0 || !modifiers.words) << before;
      EXPECT_FALSE(Finds({"needle."}, modifiers, dots + "needle")) << before;
    }
  }
}

TEST(DictionarySearch, TheEmptyMemberIsFoundAsTheLiteralIs) {
  EXPECT_TRUE(Finds({""}, {}, "abc"));
  EXPECT_TRUE(Finds({""}, kWords, ""));
  EXPECT_TRUE(Finds({"", "x"}, kWords, "abc -"));
  EXPECT_FALSE(Finds({"", "x"}, kWords, "abc"));
}

TEST(DictionarySearch, AnEmptySetAndSetsOfNumbersHaveNothingInAText) {
  EXPECT_FALSE(Finds({}, {}, "abc"));
  EXPECT_FALSE(Finds({}, kBoth, "abc"));
  SetValues numbers({kIntType}, {});
  numbers.Add({int64_t{1}});
  DictionarySearch::Scratch scratch;
  EXPECT_FALSE(DictionarySearch(numbers).AnyIn("1", scratch));
}

TEST(DictionarySearch, PhrasesMayBeginAndEndWithAnything) {
  EXPECT_TRUE(Finds({"C++"}, kWords, "in C++."));
  EXPECT_FALSE(Finds({"C++"}, kWords, "in C++x"));
  EXPECT_TRUE(Finds({"#tag"}, kWords, "a #tag"));
  EXPECT_FALSE(Finds({"#tag"}, kWords, "a#tag"));
  EXPECT_TRUE(Finds({" a "}, kWords, "-  a  "));
  EXPECT_TRUE(Finds({"a  b"}, kWords, "a  b"));
  EXPECT_FALSE(Finds({"a b"}, kWords, "a  b"));
  EXPECT_TRUE(Finds({"kelvin"}, kBoth, "20 \xe2\x84\xaa" "elvin"));
  EXPECT_TRUE(Finds({"snow"}, kBoth, "\xc5\xbfnow"));
}

TEST(DictionarySearch, ALongTextGivesItsMemoryBack) {
  const SetValues set = SetOf({"needle", "thread"}, kBoth);
  const DictionarySearch search(set);
  DictionarySearch::Scratch scratch;
  std::string text(5'000'000, 'x');
  EXPECT_FALSE(search.AnyIn(text, scratch));
  text += " Thread";
  EXPECT_TRUE(search.AnyIn(text, scratch));
  EXPECT_TRUE(search.AnyIn("a needle", scratch));
  EXPECT_FALSE(search.AnyIn("a noodle", scratch));
}

// What the dictionary of words relies on.
TEST(DictionarySearch, FoldingMakesNoWordCharacterIntoAnother) {
  for (const char32_t c : text::FoldableCodePoints()) {
    EXPECT_TRUE(!text::IsWord(c) || text::IsWord(text::SimpleFold(c))) << std::hex << static_cast<uint32_t>(c);
    std::string written, folded;
    text::AppendUtf8(c, written);
    text::AppendUtf8(text::SimpleFold(c), folded);
    EXPECT_LE(folded.size() * 2, written.size() * 3);
  }
}

}  // namespace
}  // namespace assay
