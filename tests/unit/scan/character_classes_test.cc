// Code points by their UTF-8 bytes: every one gets to its class, and a class is all that patterns tell apart.
#include "runtime/scan/character_classes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "runtime/text/utf8.h"

namespace assay::scan {
namespace {

constexpr char32_t kLast = 0x10FFFF;

bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

KindClasses AllKinds() {
  std::vector<text::Condition> conditions;
  for (unsigned b = 0; b < text::kBeforeKinds; ++b) {
    for (unsigned a = 0; a < text::kAfterKinds; ++a) conditions.push_back(text::Condition::At(text::Before(b), text::After(a)));
  }
  return KindClasses::Of(conditions);
}

text::CharacterSet RandomSet(std::mt19937& random) {
  text::CharacterSet set;
  char32_t at = 0;
  const char32_t step = random() % 2 == 0 ? 300 : 60'000;
  for (size_t n = random() % 12; n > 0; --n) {
    const char32_t first = at + 1 + random() % step;
    const char32_t last = first + random() % (random() % 2 == 0 ? 3 : step);
    if (last > kLast) break;
    set.ranges.push_back({first, last});
    at = last + 1;  // not touching
  }
  if (random() % 4 == 0) set.classes = static_cast<uint8_t>(random() % 64);
  set.negated = random() % 5 == 0;
  return set;
}

uint32_t ClassByBytes(const CharacterClasses& classes, char32_t c) {
  std::string bytes;
  text::AppendUtf8(c, bytes);
  CharacterClasses::Target target = classes.First(static_cast<uint8_t>(bytes[0]));
  for (size_t i = 1; i < bytes.size(); ++i) {
    if (!target.node) return ~uint32_t{0};
    target = classes.Next(target.value, static_cast<uint8_t>(bytes[i]));
  }
  return target.node ? ~uint32_t{0} : target.value;
}

TEST(CharacterClasses, EveryCodePointGetsToTheClassOfItsSetsThroughItsBytes) {
  std::mt19937 random(5);
  for (int round = 0; round < 6; ++round) {
    SetStore store;
    std::vector<text::CharacterSet> sets;
    std::vector<uint32_t> ids;
    for (size_t n = round == 0 ? 0 : 1 + random() % 8; n > 0; --n) {
      sets.push_back(RandomSet(random));
      ids.push_back(store.Intern(sets.back()));
    }
    const KindClasses kinds = round % 2 == 0 ? KindClasses::Of({}) : AllKinds();
    const CharacterClasses classes(store, kinds);
    for (char32_t c = 0; c <= kLast; ++c) {
      if (IsSurrogate(c)) continue;
      const uint32_t character_class = ClassByBytes(classes, c);
      ASSERT_LT(character_class, classes.class_count()) << static_cast<uint32_t>(c);
      ASSERT_EQ(character_class, classes.ClassOf(c)) << static_cast<uint32_t>(c);
      if (round % 2 != 0) {
        ASSERT_EQ(classes.KindOf(character_class), text::KindAfter(c, false)) << static_cast<uint32_t>(c);
      }
    }
    // Membership, at the borders of all sets and at random.
    std::vector<char32_t> samples;
    for (int n = 0; n < 2'000; ++n) samples.push_back(random() % (kLast + 1));
    for (const text::CharacterSet& set : sets) {
      for (const text::CodePointRange& range : set.Members()) {
        samples.push_back(range.first);
        samples.push_back(range.last);
        if (range.first > 0) samples.push_back(range.first - 1);
        if (range.last < kLast) samples.push_back(range.last + 1);
      }
    }
    for (char32_t c : samples) {
      if (IsSurrogate(c)) continue;
      for (size_t i = 0; i < sets.size(); ++i) {
        ASSERT_EQ(classes.Contains(ids[i], classes.ClassOf(c)), sets[i].Contains(c)) << "set " << i << ", " << static_cast<uint32_t>(c);
      }
    }
  }
}

TEST(CharacterClasses, BytesOfOneColumnLeadToTheSameFromEverywhere) {
  std::mt19937 random(9);
  SetStore store;
  for (int n = 0; n < 6; ++n) store.Intern(RandomSet(random));
  const CharacterClasses classes(store, AllKinds());
  const auto same = [](CharacterClasses::Target a, CharacterClasses::Target b) { return a.value == b.value && a.node == b.node; };
  for (unsigned a = 0x80; a < 0xC0; ++a) {
    for (unsigned b = 0x80; b < 0xC0; ++b) {
      if (classes.columns()[a] != classes.columns()[b]) continue;
      for (uint32_t node = 0; node < classes.node_count(); ++node) {
        ASSERT_TRUE(same(classes.Next(node, static_cast<uint8_t>(a)), classes.Next(node, static_cast<uint8_t>(b))));
      }
    }
  }
  for (unsigned a = 0; a < 0x80; ++a) {
    for (unsigned b = 0; b < 0x80; ++b) {
      if (classes.columns()[a] != classes.columns()[b]) continue;
      ASSERT_TRUE(same(classes.First(static_cast<uint8_t>(a)), classes.First(static_cast<uint8_t>(b))));
    }
  }
}

TEST(CharacterClasses, WithoutSetsAndConditionsAllCharactersAreOneClass) {
  const CharacterClasses classes(SetStore(), KindClasses::Of({}));
  EXPECT_EQ(classes.class_count(), 1u);
}

TEST(SetStore, KeepsASetOnceHoweverItIsSpelled) {
  SetStore store;
  text::CharacterSet ranges{.ranges = {{'0', '9'}}};
  const char32_t digits[] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};
  EXPECT_EQ(store.Intern(ranges), store.InternCharacters(digits));
  EXPECT_EQ(store.size(), 1u);
}

}  // namespace
}  // namespace assay::scan
