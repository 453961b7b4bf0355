// Any bytes as a few searches and a few texts: the scanner finds what each search finds alone (the automaton by simulation,
// PCRE2, the literal), however small its tables are, however many texts are walked together and whatever is taken out of the
// pass.
//
// The input: a byte of lanes and of how often the texts are repeated, a byte that is the budget, then parts separated by 0xFF (no
// byte of UTF-8). A part's first byte is a pattern's flags, a literal's modifiers or the mark of a text, the rest its text.
#include <algorithm>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "fuzz_target.h"
#include "random_source.h"
#include "runtime/scan/scanner.h"
#include "runtime/text/literal.h"
#include "runtime/text/regex.h"
#include "runtime/text/utf8.h"

namespace assay::fuzz {
namespace {

constexpr char kSeparator = '\xFF';
constexpr uint8_t kText = 0x40;     // a text; without it a search
constexpr uint8_t kLiteral = 0x20;  // a literal; without it a pattern
constexpr std::string_view kFlags = "isma";
constexpr uint8_t kNocase = 1, kWords = 2, kBegins = 4, kEnds = 8;

// Simulation and PCRE2 take time |text| x edges; nothing is found by much of both.
constexpr size_t kMaxSearches = 12;
constexpr size_t kMaxTexts = 40;
constexpr size_t kMaxEdges = 4'000;
constexpr size_t kMaxTextBytes = 4'000;
// Searches are taken out after 1,024 texts.
constexpr size_t kManyRows = 1'700;

struct Search {
  uint32_t number = 0;
  std::string name;
  std::vector<bool> expected;  // by text
};

struct Case {
  scan::Scanner::Builder builder;
  std::vector<Search> searches;
  std::vector<std::string> texts;
};

void AddLiteral(uint8_t how, std::string_view needle, Case& made) {
  if (needle.empty()) return;
  const text::Literal literal(needle, {.nocase = (how & kNocase) != 0, .words = (how & kWords) != 0});
  scan::LiteralSearch search{.nocase = (how & kNocase) != 0, .words = (how & kWords) != 0};
  if ((how & kBegins) != 0) search.place = scan::LiteralPlace::kAtBegin;
  if ((how & kEnds) != 0) search.place = scan::LiteralPlace::kAtEnd;
  if (search.place != scan::LiteralPlace::kAnywhere && search.words) return;  // no test of the language asks for both
  Search& added = made.searches.emplace_back();
  added.number = made.builder.NewSearch();
  added.name = fmt::format("literal {:?}, modifiers {}", needle, how & 15);
  made.builder.AddLiteral(added.number, needle, search);
  for (const std::string& text : made.texts) {
    added.expected.push_back(search.place == scan::LiteralPlace::kAtBegin ? literal.Starts(text)
                             : search.place == scan::LiteralPlace::kAtEnd ? literal.Ends(text)
                                                                          : literal.In(text));
  }
}

void AddPattern(uint8_t how, std::string_view pattern, Case& made, text::RegexScratch& scratch) {
  std::string flags;
  for (size_t i = 0; i < kFlags.size(); ++i) {
    if ((how >> i) & 1) flags += kFlags[i];
  }
  const auto tree = patterns::ParseRegex(pattern, flags);
  if (!tree) return;
  const patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
  size_t edges = automata.automaton.start.size();
  for (const auto& position : automata.automaton.positions) edges += position.edges.size();
  if (edges > kMaxEdges) return;
  const auto regex = text::Regex::Compile(patterns::ToPcre2(*tree, patterns::Captures::kDrop), {.match_limit = 10'000});
  if (!regex) return;  // too large
  Search& added = made.searches.emplace_back();
  added.number = made.builder.AddPattern(automata.automaton, automata.pieces);
  added.name = fmt::format("pattern {:?}, flags {}", pattern, flags);
  for (const std::string& text : made.texts) {
    const bool matches = text::Matches(automata.automaton, text);
    const text::Found found = regex->Search(text, scratch);
    if (automata.exact ? matches != (found == text::Found::kYes) : found == text::Found::kYes && !matches) {
      Fail(fmt::format("{}: automaton and PCRE2 differ on {:?}", added.name, text));
    }
    added.expected.push_back(matches);
  }
}

Case ReadCase(std::string_view input, text::RegexScratch& scratch) {
  Case made;
  std::vector<std::string_view> searches;
  size_t bytes = 0;
  while (!input.empty()) {
    const size_t end = std::min(input.find(kSeparator), input.size());
    const std::string_view part = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (part.empty() || !text::IsValidUtf8(part.substr(1))) continue;
    if ((part[0] & kText) == 0) {
      searches.push_back(part);
    } else if (made.texts.size() < kMaxTexts && bytes + part.size() <= kMaxTextBytes) {
      made.texts.emplace_back(part.substr(1));
      bytes += part.size();
    }
  }
  if (searches.size() > kMaxSearches) searches.resize(kMaxSearches);
  for (const std::string_view part : searches) {
    const auto how = static_cast<uint8_t>(part[0]);
    if ((how & kLiteral) != 0) {
      AddLiteral(how, part.substr(1), made);
    } else {
      AddPattern(how, part.substr(1), made, scratch);
    }
  }
  return made;
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace assay;
  if (size < 3) return 0;
  text::RegexScratch regex_scratch;
  fuzz::Case made = fuzz::ReadCase(fuzz::TextOf(data + 2, size - 2), regex_scratch);
  if (made.texts.empty() || made.searches.empty()) return 0;
  const scan::ScanOptions options{.memory_budget = size_t{data[1]} * data[1] * 4, .lanes = 1u + (data[0] & 7)};
  const size_t rows = (data[0] & 8) != 0 ? std::max(fuzz::kManyRows, made.texts.size()) : made.texts.size();
  const scan::Scanner scanner = std::move(made.builder).Build(options);
  std::vector<std::string_view> texts;
  for (size_t row = 0; row < rows; ++row) texts.push_back(made.texts[row % made.texts.size()]);
  const size_t words = (rows + 63) / 64;
  std::vector<uint64_t> bits(scanner.size() * words, ~uint64_t{0});
  std::vector<uint64_t*> planes;
  for (size_t search = 0; search < scanner.size(); ++search) planes.push_back(bits.data() + search * words);
  scan::ScannerScratch scratch;
  for (int pass = 0; pass < 2; ++pass) {  // with new tables, then with those that are there
    scanner.Scan(texts, nullptr, planes.data(), scratch);
    for (const fuzz::Search& search : made.searches) {
      const uint64_t* const plane = planes[search.number];
      for (size_t row = 0; row < words * 64; ++row) {
        const bool expected = row < rows && search.expected[row % made.texts.size()];
        if ((((plane[row / 64] >> (row % 64)) & 1) != 0) == expected) continue;
        fuzz::Fail(fmt::format("{}: row {} of {}, pass {}, budget {}, {} lanes: must {}match {:?}", search.name, row, rows, pass, options.memory_budget,
                               options.lanes, expected ? "" : "not ", row < rows ? texts[row] : std::string_view("(behind the last)")));
      }
    }
  }
  return 0;
}

namespace assay::fuzz {

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (uint64_t seed = 1; seed <= 80; ++seed) {
    differential::RandomSource random(seed);
    std::string made;
    made.push_back(static_cast<char>(random.Below(16)));
    made.push_back(static_cast<char>(random.Pick(std::vector<int>{0, 8, 32, 90, 255})));
    const auto part = [&](size_t first, std::string_view rest) {
      made.push_back(static_cast<char>(first));
      made += rest;
      made.push_back(kSeparator);
    };
    for (size_t n = 1 + random.Below(5); n > 0; --n) part(random.Below(16), differential::RandomPattern(random).pattern);
    for (size_t n = random.Below(4); n > 0; --n) part(kLiteral + random.Below(16), differential::Keyword(random));
    if (random.Chance(0.5)) part(random.Below(2), "\\bwin.*now[^.]{0,12}cash");
    for (size_t n = 1 + random.Below(12); n > 0; --n) {
      const std::string text = differential::NastyText(random);
      if (text.size() < 1'000) part(kText, text);
    }
    part(kText, "you win it now, or cash");
    seeds.push_back(made);
  }
  return seeds;
}

std::vector<std::string> Pieces() {
  return {"\xFF", "\xFF@", "\xFF@a\n", "\xFF ", "\xFF!", "\xFF\x01", ".*", "[^.]{0,5}", "\\b", "\\B", "^", "$", "\\Z", "\\w+", "\\s", "(?i:", ")", "|", "{2,4}", "*", "+", "?",
          "a", "k", "K", "\u212A", "\u017F", "ß", "é", "É", "中", "😀", "\uFEFF", "\u0301", "\n", " ", std::string(1, '\0'), "[^a]", "[k-s]", "\\W", "win", "now"};
}

}  // namespace assay::fuzz
