// Finds searches in texts for python_scan.py, which compares the bits with Python's. One task a line, as JSON:
//   {"patterns": [["pattern", "flags"], ...], "texts": [...], "lanes": 4, "budget": 16777216, "rows": 100}
// All patterns are searches of one scanner, which reads the texts again and again until it has read `rows` of them, twice. One
// answer a line: an array of a string for each pattern, a character (0 or 1) a text, or "error" and the message; or a
// string that says what is broken: two rows of the same text with different bits.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "runtime/scan/scanner.h"

namespace {

using namespace assay;

struct Pattern {
  std::optional<uint32_t> search;
  std::string answer;  // without a search: why
};

// ASCII letters and digits stay, everything else is a space: enough of a message for a JSON string.
std::string Plain(std::string text) {
  for (char& c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = ' ';
  }
  return text;
}

std::string Answer(simdjson::dom::element task) {
  scan::Scanner::Builder builder;
  std::vector<Pattern> patterns;
  for (simdjson::dom::array pair : task["patterns"].get_array()) {
    Pattern& pattern = patterns.emplace_back();
    const std::string_view source = pair.at(0), flags = pair.at(1);
    const auto tree = patterns::ParseRegex(source, flags);
    if (!tree) {
      pattern.answer = "error " + Plain(tree.error().message);
      continue;
    }
    const patterns::SearchAutomata automata = patterns::ToAutomata(*tree);
    if (!automata.exact) {
      pattern.answer = "inexact";
      continue;
    }
    pattern.search = builder.AddPattern(automata.automaton, automata.pieces);
  }
  std::vector<std::string_view> different;
  for (std::string_view text : task["texts"].get_array()) different.push_back(text);
  const uint64_t budget = task["budget"], lanes = task["lanes"], rows = task["rows"];
  const scan::Scanner scanner = std::move(builder).Build({.memory_budget = budget, .lanes = static_cast<unsigned>(lanes)});

  std::vector<std::string_view> texts;
  for (size_t row = 0; row < std::max<size_t>(rows, different.size()); ++row) texts.push_back(different[row % different.size()]);
  const size_t words = (texts.size() + 63) / 64;
  std::vector<uint64_t> bits(scanner.size() * words);
  std::vector<uint64_t*> planes;
  for (size_t search = 0; search < scanner.size(); ++search) planes.push_back(bits.data() + search * words);
  scan::ScannerScratch scratch;
  for (int pass = 0; pass < 2; ++pass) {
    scanner.Scan(texts, nullptr, planes.data(), scratch);
    for (size_t p = 0; p < patterns.size(); ++p) {
      if (!patterns[p].search) continue;
      const auto bit = [&](size_t row) { return ((planes[*patterns[p].search][row / 64] >> (row % 64)) & 1) != 0; };
      std::string answer;
      for (size_t row = 0; row < texts.size(); ++row) {
        if (row < different.size()) {
          answer.push_back(bit(row) ? '1' : '0');
        } else if (bit(row) != bit(row % different.size())) {
          return fmt::format("\"pattern {}, text {}: row {} of pass {} has another bit\"", p, row % different.size(), row, pass);
        }
      }
      if (pass == 1 && answer != patterns[p].answer) return fmt::format("\"pattern {}: the second pass has other bits\"", p);
      patterns[p].answer = std::move(answer);
    }
  }
  std::vector<std::string> answers;
  for (const Pattern& pattern : patterns) answers.push_back("\"" + pattern.answer + "\"");
  return fmt::format("[{}]", fmt::join(answers, ", "));
}

}  // namespace

int main() {
  simdjson::dom::parser parser;
  std::string line;
  while (std::getline(std::cin, line)) {
    try {
      std::cout << Answer(parser.parse(line)) << std::endl;
    } catch (const simdjson::simdjson_error& error) {
      std::cout << "\"the task cannot be read: " << Plain(error.what()) << "\"" << std::endl;
    }
  }
}
