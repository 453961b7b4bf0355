// What a scanner is made of. Private to the part.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>

#include "runtime/base/hash.h"
#include "runtime/scan/lazy_dfa.h"
#include "runtime/scan/merged_automaton.h"
#include "runtime/scan/scanner.h"
#include "runtime/scan/word_searches.h"

namespace assay::scan {

// A pattern's search.
struct PatternSearch {
  text::Automaton automaton;
  std::vector<text::Automaton> pieces;
  std::vector<Hash128> piece_hashes;
};

// One search by itself, as number 0. It tells fewer characters apart than all searches together, so with classes of its own its
// tables are smaller; where those would take longer to make than they save, it has the scanner's.
struct OwnAutomaton {
  struct Alphabet {
    KindClasses kinds;
    CharacterClasses classes;
  };
  MergedAutomaton automaton;
  std::optional<Alphabet> alphabet;
};

// A search outside the pass: its own automaton, and the searches for its pieces that are looked for. Without any every text is
// walked.
struct Confirmation {
  uint32_t search = 0;
  std::vector<uint32_t> pieces;  // of the program
  std::shared_ptr<const OwnAutomaton> own;
};

// One way to run all searches. A scanner begins with everything in the pass and may change over to another as it learns.
struct Program {
  MergedAutomaton pass;
  std::vector<Confirmation> confirmations;
  std::vector<Hash128> pieces;  // searches of the pass, behind those of the scanner
  double saved = 0;  // what building states costs with all searches in the pass, as far as is known (BuildCost)
};

struct Scanner::State {
  struct Literal {
    uint32_t search;
    LiteralPath path;
  };

  ScanOptions options;
  SetStore sets;
  uint32_t search_count = 0;
  std::map<uint32_t, PatternSearch> patterns;  // by search
  std::unordered_map<Hash128, uint32_t> pattern_by_hash;
  std::vector<Literal> literals;
  KindClasses kinds;
  std::optional<CharacterClasses> classes;
  // Searches that are looked up word by word, and what finds them where texts have other words than those of ASCII.
  std::optional<WordSearches> words;
  MergedAutomaton words_automaton;

  void TakeWords();
  OwnAutomaton MakeOwn(const text::Automaton& automaton);
  // The program for `taken_out`, ascending searches of patterns.
  std::shared_ptr<const Program> MakeProgram(std::span<const uint32_t> taken_out, double saved);

  mutable std::mutex mutex;  // guards what follows, and sets while a program is made
  std::shared_ptr<const Program> program;
  std::map<uint32_t, std::shared_ptr<const OwnAutomaton>> own_automata;
  std::vector<uint32_t> kept;              // searches that stay in the pass: their pieces let too many texts through
  std::unordered_set<Hash128> weak_pieces;  // of so many texts that looking for them costs more than it saves
  std::atomic<uint32_t> version = 0;       // of `program`
};

Hash128 HashOf(const text::Automaton& automaton);

}  // namespace assay::scan
