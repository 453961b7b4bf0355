// Searches texts with patterns for python_re.py, which compares the answers with Python's. One task a line, fields separated by
// tabs: flags, pattern, texts; pattern and texts are hexadecimal UTF-8. One answer a line: "ok", a character per text (0, 1 or ?
// for unknown), the number of matches of each text, and the spans of the first match's groups in code points; or "error" and the message. On the way
// it checks what must hold for every pattern: the canonical print parses back to itself, a match contains a required literal and
// has a length within the bounds, the automaton matches where the search does (elsewhere, too, if it is not exact), every piece
// matches where the search does, automata are read as they were printed, a scan beside other searches finds what the automaton
// matches. A line "broken ..." says which of these does not.
#include <fmt/format.h>

#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "compiler/patterns/analyze.h"
#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "compiler/patterns/pcre2.h"
#include "runtime/scan/scanner.h"
#include "runtime/text/automaton.h"
#include "runtime/text/literal.h"
#include "runtime/text/regex.h"
#include "runtime/text/utf8.h"

namespace {

using namespace assay;

std::string FromHex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back().push_back(c);
    }
  }
  return fields;
}

// `text` as one line.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

// An automaton that is not read as it was printed; empty when all are.
std::string BrokenText(const patterns::SearchAutomata& automata) {
  std::vector<text::Automaton> all = automata.pieces;
  all.push_back(automata.automaton);
  for (const text::Automaton& automaton : all) {
    const std::string print = text::Print(automaton);
    const auto read = text::ReadAutomaton(print);
    if (!read || *read != automaton) return print;
  }
  return "";
}

// What of the automata contradicts PCRE2's answer; empty when nothing does.
std::string BrokenOn(const patterns::SearchAutomata& automata, const std::string& subject, text::Found found) {
  if (found == text::Found::kUnknown) return "";
  const bool matches = text::Matches(automata.automaton, subject);
  if (found == text::Found::kYes && !matches) return "automaton (it does not match)";
  if (found == text::Found::kNo && matches && automata.exact) return "exact automaton (it matches)";
  for (size_t i = 0; i < automata.pieces.size(); ++i) {
    if (found == text::Found::kYes && !text::Matches(automata.pieces[i], subject)) return fmt::format("piece {} ({})", i, text::Print(automata.pieces[i]));
  }
  return "";
}

// A text on which a scan does not find what the automaton matches; empty when there is none. The literals beside it make
// the scan tell kinds of characters and the text's end apart that the automaton may not ask for.
std::string BrokenScan(const patterns::SearchAutomata& automata, std::span<const std::string> subjects) {
  const std::vector<std::string_view> texts(subjects.begin(), subjects.end());
  const size_t words = (texts.size() + 63) / 64;
  for (const bool alone : {true, false}) {
    scan::Scanner::Builder builder;
    const uint32_t search = builder.AddPattern(automata.automaton, automata.pieces);
    if (!alone) {
      builder.AddLiteral(builder.NewSearch(), "b", {.place = scan::LiteralPlace::kAtEnd});
      builder.AddLiteral(builder.NewSearch(), "\u017f", {.nocase = true, .words = true});
      builder.AddLiteral(builder.NewSearch(), "c\n");
    }
    const scan::Scanner scanner = std::move(builder).Build();
    std::vector<uint64_t> bits(scanner.size() * words);
    std::vector<uint64_t*> planes;
    for (size_t i = 0; i < scanner.size(); ++i) planes.push_back(bits.data() + i * words);
    scan::ScannerScratch scratch;
    scanner.Scan(texts, nullptr, planes.data(), scratch);
    for (size_t i = 0; i < texts.size(); ++i) {
      const bool found = ((planes[search][i / 64] >> (i % 64)) & 1) != 0;
      if (found != text::Matches(automata.automaton, texts[i])) return fmt::format("text {}, {}", i, alone ? "alone" : "with others");
    }
  }
  return "";
}

std::string Answer(const std::vector<std::string>& fields, text::RegexScratch& scratch) {
  const std::string pattern = FromHex(fields[1]);
  const auto tree = patterns::ParseRegex(pattern, fields[0]);
  if (!tree) return fmt::format("error {} [{}, {})", tree.error().message, tree.error().begin, tree.error().end);
  const text::RegexOptions options{.backtracking = tree->needs_backtracking()};
  const auto search = text::Regex::Compile(patterns::ToPcre2(*tree, patterns::Captures::kDrop), options);
  const auto find = text::Regex::Compile(patterns::ToPcre2(*tree, patterns::Captures::kKeep), options);
  if (!search || !find) return "broken compile: " + (search ? find.error().message : search.error().message);
  const std::string print = patterns::Print(*tree);
  const auto again = patterns::ParseRegex(print, tree->allows_backtracking() ? "b" : "");
  if (!again) return fmt::format("broken print {}: {}", print, again.error().message);
  if (patterns::Print(*again) != print) return fmt::format("broken print {}: reads as {}", print, patterns::Print(*again));
  const auto required = patterns::RequiredLiterals(*tree);
  const auto literal = patterns::AsLiteral(*tree);
  const patterns::Lengths lengths = patterns::LengthsOf(*tree);
  const patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
  if (const std::string broken = BrokenText(automata); !broken.empty()) return "broken automaton text: " + broken;
  std::vector<std::string> subjects;
  for (size_t i = 2; i < fields.size(); ++i) subjects.push_back(FromHex(fields[i]));
  if (const std::string broken = BrokenScan(automata, subjects); !broken.empty()) {
    return fmt::format("broken scan of {}: {}", broken, text::Print(automata.automaton));
  }
  std::string bits;
  std::string counts;
  std::string spans;
  for (size_t i = 2; i < fields.size(); ++i) {
    const std::string subject = FromHex(fields[i]);
    const text::Found found = search->Search(subject, scratch);
    bits.push_back(found == text::Found::kYes ? '1' : found == text::Found::kNo ? '0' : '?');
    if (const std::string broken = BrokenOn(automata, subject, found); !broken.empty()) {
      return fmt::format("broken {} on text {}: {}", broken, i - 2, text::Print(automata.automaton));
    }
    const auto count = find->Count(subject, scratch);
    counts += count ? fmt::format("{},", *count) : "?,";
    if (literal && text::Literal(literal->text, {.nocase = literal->nocase}).In(subject) != (found == text::Found::kYes)) {
      return fmt::format("broken literal {}", literal->text);
    }
    std::vector<text::Group> groups;
    if (find->Find(subject, 0, scratch, groups) == text::Found::kYes) {
      const std::string_view match = groups[0].In(subject);
      const size_t length = text::CountCodePoints(match);
      if (length < lengths.min || (lengths.max && length > *lengths.max)) return fmt::format("broken length {}", length);
      bool contains = required.empty();
      for (const auto& one : required) contains = contains || text::Literal(one.text, {.nocase = one.nocase}).In(match);
      if (!contains) return fmt::format("broken required literals: none in \"{}\"", match);
      for (const text::Group& group : groups) {
        if (group.matched()) {
          spans += fmt::format("{}-{},", text::CodePointIndex(subject, group.begin), text::CodePointIndex(subject, group.end));
        } else {
          spans += "none,";
        }
      }
    }
    spans += ";";
  }
  return fmt::format("ok\t{}\t{}\t{}", bits, counts, spans);
}

}  // namespace

int main() {
  text::RegexScratch scratch;
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::vector<std::string> fields = Fields(line);
    std::cout << (fields.size() < 2 ? "error too few fields" : OneLine(Answer(fields, scratch))) << "\n";
  }
}
