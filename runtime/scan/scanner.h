// Many searches over texts in one pass: which of them match somewhere in a text. All are one automaton and its lazy DFA;
// searches that would multiply its states are taken out as texts show them to (plan.h): then only their pieces are looked for
// in the pass, and the texts that have all pieces of a search are walked again by a DFA of its own.
// Where there are many whole words to find, texts are cut into words instead and each is looked up (word_searches.h).
//
//   Scanner::Builder builder;
//   uint32_t s = builder.AddPattern(automaton, pieces);
//   uint32_t t = builder.NewSearch();  builder.AddLiteral(t, "spam", {.nocase = true});
//   Scanner scanner = std::move(builder).Build();
//   scanner.Scan(texts, known, planes, scratch);               // planes[s], planes[t]: a bit a text
//
// A scanner is shared by threads; each has a ScannerScratch. Bits are a function of the text alone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/text/automaton.h"

namespace assay::scan {

struct ScanOptions {
  size_t memory_budget = size_t{16} << 20;  // bytes of a thread's tables
  unsigned lanes = 4;                       // texts walked together, 1 to 8
  bool plan = true;                         // whether searches may be taken out
  // From how many whole words on they are looked up and not walked. Measured on news of 192 bytes: with 200 words the walk is
  // faster, with 400 the table.
  size_t min_words = 300;
};

// What a thread's scans did so far; of threads they add up.
struct ScanStatistics {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  uint64_t states = 0;          // built
  uint64_t transitions = 0;     // built
  uint64_t clears = 0;          // of tables whose memory was used up
  uint64_t confirmed_rows = 0;  // texts walked again, by the searches taken out
  uint64_t matched_rows = 0;    // of these, those that matched
  uint64_t simulated = 0;       // characters read without a table
  uint64_t looked_up_rows = 0;  // texts whose words were looked up
  ScanStatistics& operator+=(const ScanStatistics& other);
};

// Where in a text a literal has to be.
enum class LiteralPlace : uint8_t { kAnywhere, kAtBegin, kAtEnd };
struct LiteralSearch {
  bool nocase = false;
  bool lowered = false;  // finds what lowering, character by character, makes the literal
  bool words = false;
  LiteralPlace place = LiteralPlace::kAnywhere;
};

// One thread's memory of a scanner: its tables.
class ScannerScratch {
 public:
  ScannerScratch();
  ~ScannerScratch();
  ScannerScratch(ScannerScratch&&) noexcept;
  ScannerScratch& operator=(ScannerScratch&&) noexcept;
  ScanStatistics statistics() const;

 private:
  friend class Scanner;
  struct State;
  std::unique_ptr<State> state_;
};

class Scanner {
 public:
  class Builder;

  // Sets bit i of planes[search] where known's bit i is set (nullptr: all) and the search matches texts[i]; all other bits
  // are cleared. (texts.size() + 63) / 64 words a plane.
  void Scan(std::span<const std::string_view> texts, const uint64_t* known, uint64_t* const* planes, ScannerScratch& scratch) const;

  size_t size() const;  // searches
  // Searches that have been taken out so far, ascending.
  std::vector<uint32_t> taken_out() const;

 private:
  friend class ScannerScratch;
  struct State;
  explicit Scanner(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

class Scanner::Builder {
 public:
  Builder();
  ~Builder();

  // A search for a pattern: a new one, or the one that has the same automaton already.
  uint32_t AddPattern(const text::Automaton& automaton, std::span<const text::Automaton> pieces);
  // A search that literals are added to, any of which it finds.
  uint32_t NewSearch();
  void AddLiteral(uint32_t search, std::string_view literal, LiteralSearch how = {});  // not empty
  Scanner Build(ScanOptions options = {}) &&;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace assay::scan
