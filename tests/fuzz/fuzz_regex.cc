// Any bytes as a pattern: the first byte picks flags, the rest is the pattern. What the parser takes is printed and read back as
// the same tree, PCRE2 takes it as ToPcre2 spells it, its automata are written and read back, and on a few texts PCRE2, the
// automaton, its pieces, required literals and lengths do not contradict each other.
#include <algorithm>

#include "compiler/patterns/analyze.h"
#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "fuzz_target.h"
#include "random_source.h"
#include "runtime/text/literal.h"
#include "runtime/text/regex.h"
#include "runtime/text/utf8.h"

namespace assay::fuzz {
namespace {

constexpr std::string_view kFlags = "ismxab";
// Simulation takes time |text| x edges, and PCRE2's state sets |text| x pattern.
constexpr size_t kMaxEdges = 20'000;

size_t EdgesOf(const text::Automaton& automaton) {
  size_t edges = automaton.start.size();
  for (const auto& position : automaton.positions) edges += position.edges.size();
  return edges;
}

void CheckPrint(const patterns::RegexTree& tree, const patterns::SearchAutomata& automata) {
  const std::string print = patterns::Print(tree);
  const auto again = patterns::ParseRegex(print, tree.allows_backtracking() ? "b" : "");
  if (!again) {
    if (print.size() > patterns::kMaxPatternBytes) return;
    Fail(fmt::format("print is refused: {} ({})", print, again.error().message));
  }
  if (patterns::Print(*again) != print) Fail(fmt::format("print {} reads as {}", print, patterns::Print(*again)));
  const patterns::SearchAutomata same = patterns::ToAutomata(*again);
  if (same.automaton != automata.automaton || same.pieces != automata.pieces || same.exact != automata.exact) {
    Fail(fmt::format("print {} has another automaton", print));
  }
}

void CheckWritten(const text::Automaton& automaton) {
  const std::string line = text::Print(automaton);
  const auto read = text::ReadAutomaton(line);
  if (!read || *read != automaton) Fail("automaton is not read as it was written: " + line);
}

void CheckOn(const std::string& subject, const patterns::RegexTree& tree, const text::Regex& regex, text::RegexScratch& scratch,
             const patterns::SearchAutomata& automata) {
  const text::Found found = regex.Search(subject, scratch);
  const bool yes = found == text::Found::kYes;
  if (found == text::Found::kUnknown) {
    if (!tree.needs_backtracking()) Fail("unknown without flag b");
    return;
  }
  const bool matches = text::Matches(automata.automaton, subject);
  if (yes && !matches) Fail(fmt::format("the automaton misses a match in {:?}", subject));
  if (!yes && matches && automata.exact) Fail(fmt::format("the exact automaton matches {:?}", subject));
  for (const text::Automaton& piece : automata.pieces) {
    if (yes && !text::Matches(piece, subject)) Fail(fmt::format("piece {} misses a match in {:?}", text::Print(piece), subject));
  }
  if (const auto literal = patterns::AsLiteral(tree)) {
    if (text::Literal(literal->text, {.nocase = literal->nocase}).In(subject) != yes) Fail(fmt::format("the literal differs on {:?}", subject));
  }
  const auto required = patterns::RequiredLiterals(tree);
  bool contains = required.empty();
  for (const auto& one : required) contains = contains || text::Literal(one.text, {.nocase = one.nocase}).In(subject);
  if (yes && !contains) Fail(fmt::format("no required literal in {:?}", subject));
  const patterns::Lengths lengths = patterns::LengthsOf(tree);
  if (lengths.max && *lengths.max < lengths.min) Fail("longest match shorter than shortest");
  if (yes && text::CountCodePoints(subject) < lengths.min) Fail(fmt::format("match shorter than shortest in {:?}", subject));
}

// Texts that have something of the pattern: pieces of it between nasty ones.
std::string Subject(std::string_view pattern, differential::RandomSource& random) {
  std::string made;
  while (!random.Chance(0.2) && made.size() < 200) {
    if (pattern.empty() || random.Chance(0.3)) {
      made += differential::Keyword(random);
      continue;
    }
    size_t begin = random.Below(pattern.size());
    size_t end = std::min(pattern.size(), begin + 1 + random.Below(6));
    while (begin < pattern.size() && (pattern[begin] & 0xC0) == 0x80) ++begin;
    while (end < pattern.size() && (pattern[end] & 0xC0) == 0x80) ++end;
    if (begin < end) made += pattern.substr(begin, end - begin);
  }
  return made;
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace assay;
  if (size == 0) return 0;
  std::string flags;
  for (size_t i = 0; i < fuzz::kFlags.size(); ++i) {
    if ((data[0] >> i) & 1) flags += fuzz::kFlags[i];
  }
  const std::string_view pattern = fuzz::TextOf(data + 1, size - 1);
  if (!text::IsValidUtf8(pattern)) return 0;
  const auto tree = patterns::ParseRegex(pattern, flags);
  if (!tree) {
    if (tree.error().message.empty()) fuzz::Fail("an error without message");
    if (tree.error().begin > tree.error().end || tree.error().end > pattern.size()) fuzz::Fail("an error outside the pattern");
    return 0;
  }
  const patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
  fuzz::CheckPrint(*tree, automata);
  fuzz::CheckWritten(automata.automaton);
  for (const text::Automaton& piece : automata.pieces) fuzz::CheckWritten(piece);
  const text::RegexOptions options{.backtracking = tree->needs_backtracking(), .match_limit = 10'000};
  const auto keeps = text::Regex::Compile(patterns::ToPcre2(*tree, patterns::Captures::kKeep), options);
  const auto regex = text::Regex::Compile(patterns::ToPcre2(*tree, patterns::Captures::kDrop), options);
  if (!regex || !keeps) {
    const std::string message = regex ? keeps.error().message : regex.error().message;
    // Its limits of a pattern's size and of the steps to measure a look-behind.
    const bool limit = message.find("too large") != message.npos || message.find("too complicated") != message.npos;
    if (!limit) fuzz::Fail("PCRE2 refuses what the parser takes: " + message);
    return 0;
  }
  if (fuzz::EdgesOf(automata.automaton) > fuzz::kMaxEdges || pattern.size() > 2'000) return 0;
  text::RegexScratch scratch;
  differential::RandomSource random(size + data[size - 1]);
  for (int i = 0; i < 6; ++i) {
    const std::string subject = i == 0 ? std::string() : fuzz::Subject(pattern, random);
    fuzz::CheckOn(subject, *tree, *regex, scratch, automata);
  }
  return 0;
}

namespace assay::fuzz {

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {std::string(1, '\0') + "abc", "\x01(?i:a|b)*c{2,3}?", "\x20(?<=a)b(?=c)(d)\\1", "\x08 a # comment\n b",
                                    "\x10\\w+\\b[^\\s\\d]$", "\x20(?>a|ab)c*+(?P<n>x)?(?(n)y|z)", "\x01win[^.]{0,12}now"};
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    differential::RandomSource random(seed);
    seeds.push_back(std::string(1, static_cast<char>(random.Below(16))) + differential::RandomPattern(random).pattern);
  }
  return seeds;
}

std::vector<std::string> Pieces() {
  return {"(", ")", "(?:", "(?i)", "(?P<n>", "(?P=n)", "(?<=", "(?!", "(?>", "(?(1)a|b)", "[", "]", "[^", "-", "\\", "\\b", "\\B", "\\A", "\\Z", "\\z", "\\w", "\\D",
          "\\S", "\\x41", "\\u0130", "\\N{DIGIT ONE}", "\\p{L}", "\\1", "\\Q", "{2,}", "{,3}", "{1000}", "*", "+", "?", "*?", "++", "|", ".", "^", "$", "ß", "İ", "\u212A", "😀", "\\0",
          "(?i-s:", "(?a:", "(?x:", "(?#c)", "[[:alpha:]]", "{0}", "{,}", "a-z", "\\d", ".*", ".*?"};
}

}  // namespace assay::fuzz
