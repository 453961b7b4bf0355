// Patterns as automata, and scans of a few texts as one string of bits a search.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/parse_regex.h"
#include "runtime/scan/scanner.h"

namespace assay::scan {

inline patterns::SearchAutomata AutomataOf(std::string_view pattern, std::string_view flags = "") {
  const auto tree = patterns::ParseRegex(pattern, flags);
  EXPECT_TRUE(tree.has_value()) << pattern;
  return tree ? patterns::ToAutomata(*tree) : patterns::SearchAutomata();
}

inline uint32_t AddPattern(Scanner::Builder& builder, std::string_view pattern, std::string_view flags = "") {
  const patterns::SearchAutomata automata = AutomataOf(pattern, flags);
  return builder.AddPattern(automata.automaton, automata.pieces);
}

// The bits of all searches, a plane each.
inline std::vector<std::vector<uint64_t>> PlanesOf(const Scanner& scanner, std::span<const std::string_view> texts, ScannerScratch& scratch,
                                                   const uint64_t* known = nullptr) {
  std::vector<std::vector<uint64_t>> bits(scanner.size(), std::vector<uint64_t>((texts.size() + 63) / 64, ~uint64_t{0}));
  std::vector<uint64_t*> planes;
  for (auto& plane : bits) planes.push_back(plane.data());
  scanner.Scan(texts, known, planes.data(), scratch);
  return bits;
}

// "101": the search matches the first text and the third.
inline std::string Found(const Scanner& scanner, uint32_t search, const std::vector<std::string_view>& texts, const uint64_t* known = nullptr) {
  ScannerScratch scratch;
  const auto planes = PlanesOf(scanner, texts, scratch, known);
  std::string bits;
  for (size_t row = 0; row < texts.size(); ++row) bits.push_back(((planes[search][row / 64] >> (row % 64)) & 1) != 0 ? '1' : '0');
  return bits;
}

}  // namespace assay::scan
