// The scanner against PCRE2 and against literals tried one by one: the same bits for every set of searches, however many texts
// are walked together, however small the tables are, whatever is taken out of the pass, with one thread and with two.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "random_source.h"
#include "runtime/scan/scanner.h"
#include "runtime/text/case.h"
#include "runtime/text/literal.h"
#include "runtime/text/regex.h"

namespace assay::differential {
namespace {

// ASSAY_SCAN_ROUNDS: how many sets of patterns; 10^6 pairs of a pattern and a text need some 100.
size_t Rounds() {
  const char* rounds = std::getenv("ASSAY_SCAN_ROUNDS");
  return rounds == nullptr ? 120 : std::strtoull(rounds, nullptr, 10);
}

using Planes = std::vector<std::vector<uint64_t>>;

struct Searches {
  scan::Scanner::Builder builder;
  std::vector<std::string> names;  // by search
  Planes expected;

  void Expect(uint32_t search, std::string name, const std::vector<std::string>& texts, auto matches) {
    if (search < names.size()) return;
    names.push_back(std::move(name));
    std::vector<uint64_t>& plane = expected.emplace_back((texts.size() + 63) / 64);
    for (size_t i = 0; i < texts.size(); ++i) {
      if (matches(texts[i])) plane[i / 64] |= uint64_t{1} << (i % 64);
    }
  }
};

// A few gaps, so that there is something to take out.
std::string GapPattern(RandomSource& random) {
  static constexpr const char* kGaps[] = {".*", "[^.]{0,12}", "\\W+(\\w+\\W+){0,3}", "(?s:.)+", ".*?"};
  const auto word = [&] { return random.Chance(0.5) ? "\\b" + std::string(1, static_cast<char>('a' + random.Below(26))) : "[" + std::string(1, static_cast<char>('a' + random.Below(26))) + "k]s?"; };
  return word() + random.Pick(kGaps) + word();
}

// What is looked up word by word where there are many of its kind, and what only seems to be.
PatternText WordPattern(RandomSource& random) {
  static constexpr const char* kWords[] = {"ski", "win", "a", "k", "Kiss", "s", "wins?", "(?:ski|is)", "[ks]i", "x1_y", "caf\u00e9", "internationalization", "internationaliza", "a b", "\\w", "[^a]"};
  static constexpr const char* kFlags[] = {"", "i", "i", "a", "ia", "m"};
  static constexpr const char* kEnds[] = {"\\b", "\\b", "\\b", "\\B", "", "$"};
  const std::string begin = random.Chance(0.9) ? "\\b" : "^";
  return {begin + "(?:" + random.Pick(kWords) + (random.Chance(0.3) ? std::string("|") + random.Pick(kWords) : "") + ")" + random.Pick(kEnds), random.Pick(kFlags)};
}

void AddPatterns(RandomSource& random, size_t count, bool words, const std::vector<std::string>& texts, Searches& searches) {
  text::RegexScratch scratch;
  while (count-- > 0) {
    PatternText pattern = RandomPattern(random);
    if (words) pattern = WordPattern(random);
    if (!words && random.Chance(0.2)) pattern = {GapPattern(random), random.Chance(0.5) ? "i" : ""};
    const auto tree = patterns::ParseRegex(pattern.pattern, pattern.flags);
    if (!tree) continue;
    const auto regex = text::Regex::Compile(patterns::ToPcre2(*tree, patterns::Captures::kDrop));
    ASSERT_TRUE(regex.has_value()) << pattern.pattern;
    const patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
    if (!automata.exact) continue;
    const uint32_t search = searches.builder.AddPattern(automata.automaton, automata.pieces);
    searches.Expect(search, fmt::format("/{}/{}", pattern.pattern, pattern.flags), texts,
                    [&](std::string_view text) { return regex->Search(text, scratch) == text::Found::kYes; });
  }
}

void AddLiterals(RandomSource& random, size_t count, const std::vector<std::string>& texts, Searches& searches) {
  while (count-- > 0) {
    const std::string needle = Keyword(random);
    if (needle.empty()) continue;
    scan::LiteralSearch how{.nocase = random.Chance(0.5), .words = random.Chance(0.4)};
    how.place = static_cast<scan::LiteralPlace>(random.Below(3));
    // A dotted I becomes two characters, a sigma what is around it says: whoever asks for lowered text sees to these.
    const auto special = [](std::string_view text) { return text.find("\u0130") != text.npos || text.find("\u03A3") != text.npos; };
    how.lowered = !how.nocase && random.Chance(0.4) && needle.find("\u03C3") == needle.npos && needle.find("\u03C2") == needle.npos;
    if (how.lowered && std::ranges::any_of(texts, special)) how.lowered = false;
    const text::Literal literal(needle, {.nocase = how.nocase, .words = how.words});
    const uint32_t search = searches.builder.NewSearch();
    searches.builder.AddLiteral(search, needle, how);
    searches.Expect(search, fmt::format("literal {} nocase {} words {} place {} lowered {}", needle, how.nocase, how.words,
                                        static_cast<int>(how.place), how.lowered),
                    texts, [&](std::string_view text) {
                      std::string lowered;
                      if (how.lowered) text::Lower(text, lowered);
                      const std::string_view in = how.lowered ? std::string_view(lowered) : text;
                      if (how.place == scan::LiteralPlace::kAtBegin) return literal.Starts(in);
                      return how.place == scan::LiteralPlace::kAtEnd ? literal.Ends(in) : literal.In(in);
                    });
  }
}

Planes ScanAll(const scan::Scanner& scanner, const std::vector<std::string>& texts, size_t searches, size_t block,
               scan::ScannerScratch& scratch) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Planes planes(searches, std::vector<uint64_t>((texts.size() + 63) / 64, ~uint64_t{0}));
  for (size_t begin = 0; begin < views.size(); begin += block) {
    std::vector<uint64_t*> at;
    for (std::vector<uint64_t>& plane : planes) at.push_back(plane.data() + begin / 64);
    scanner.Scan(std::span(views).subspan(begin, std::min(block, views.size() - begin)), nullptr, at.data(), scratch);
  }
  return planes;
}

std::string FirstDifference(const Searches& searches, const Planes& actual, const std::vector<std::string>& texts) {
  for (size_t s = 0; s < actual.size(); ++s) {
    for (size_t word = 0; word < actual[s].size(); ++word) {
      const uint64_t wrong = actual[s][word] ^ searches.expected[s][word];
      if (wrong == 0) continue;
      const size_t row = word * 64 + static_cast<size_t>(__builtin_ctzll(wrong));
      const bool found = (actual[s][word] & wrong & -wrong) != 0;
      if (row >= texts.size()) return fmt::format("{}: a bit behind the last text", searches.names[s]);
      return fmt::format("{} {} text {}: {:?}", searches.names[s], found ? "must not match" : "must match", row, texts[row].substr(0, 500));
    }
  }
  return "";
}

TEST(Scan, FindsWhatPcre2AndLiteralsFindHoweverItIsRun) {
  size_t pairs = 0;
  for (size_t round = 0; round < Rounds(); ++round) {
    RandomSource random(round + 1);
    std::vector<std::string> texts;
    for (size_t n = 1 + random.Below(round % 10 == 9 ? 3'000 : 300); n > 0; --n) texts.push_back(NastyText(random));
    Searches searches;
    static constexpr size_t kCounts[] = {1, 2, 5, 20, 60, 150};
    const bool words = random.Chance(0.3);
    AddPatterns(random, random.Pick(kCounts), false, texts, searches);
    if (words) AddPatterns(random, random.Pick(kCounts), true, texts, searches);
    AddLiterals(random, random.Pick(kCounts), texts, searches);
    if (HasFatalFailure()) return;
    const size_t count = searches.names.size();
    if (count == 0) continue;
    pairs += count * texts.size();
    static constexpr size_t kBudgets[] = {0, 4 << 10, 100 << 10, 16 << 20};
    const scan::ScanOptions options{.memory_budget = random.Pick(kBudgets),
                                    .lanes = static_cast<unsigned>(1 + random.Below(8)),
                                    .plan = random.Chance(0.8),
                                    .min_words = words || random.Chance(0.2) ? 1 + random.Below(20) : 300};
    const scan::Scanner scanner = std::move(searches.builder).Build(options);
    const std::string how = fmt::format("round {}, {} searches, budget {}, {} lanes, plan {}, {} words", round, count, options.memory_budget, options.lanes, options.plan, options.min_words);
    scan::ScannerScratch scratch;
    for (int pass = 0; pass < 2; ++pass) {  // with new tables, then with those that are there
      const std::string wrong = FirstDifference(searches, ScanAll(scanner, texts, count, pass == 0 ? 2'048 : 64, scratch), texts);
      ASSERT_EQ(wrong, "") << how << ", pass " << pass;
    }
    if (round % 4 != 0) continue;
    Planes other;
    std::jthread second([&] {
      scan::ScannerScratch own;
      other = ScanAll(scanner, texts, count, 128, own);
    });
    const Planes here = ScanAll(scanner, texts, count, 2'048, scratch);
    second.join();
    ASSERT_EQ(FirstDifference(searches, here, texts), "") << how << ", two threads";
    ASSERT_EQ(FirstDifference(searches, other, texts), "") << how << ", the second thread";
  }
  fmt::print("{} pairs of a search and a text\n", pairs);
  RecordProperty("pairs", std::to_string(pairs));
}

}  // namespace
}  // namespace assay::differential
