// All tests of one text column against constants, evaluated together: a bit-plane a test. Literals, keyword sets and regular
// expressions are searches of one scanner, which finds all of them in one pass; equality and membership are one look-up in a
// hash table; large sets have a dictionary; and what an automaton cannot decide (flag b) goes to PCRE2 where the automaton of
// everything the pattern could match lets a text through.
//
//   auto set = PatternSet::Build(graph, nodes);                 // once a program
//   set->Scan(texts, known, outputs, scratch);                  // per block and thread
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/scan/dictionary_search.h"
#include "runtime/scan/scanner.h"
#include "runtime/text/regex.h"

namespace assay {

// Memory of one thread's scans, for any number of pattern sets.
struct ScanScratch {
  text::RegexScratch regex;
  std::string lowered;
  DictionarySearch::Scratch dictionary;
  uint64_t limit_hits = 0;  // searches under flag b that ended at their limits
  std::map<const void*, scan::ScannerScratch> scanners;  // by pattern set
  std::vector<uint64_t*> planes;
  std::vector<uint64_t> words;

  scan::ScanStatistics Statistics() const;
};

class PatternSet {
 public:
  // `tests` are nodes that AsTextTest knows, all of one text. The graph's resources must outlive the set. An error where a
  // pattern does not compile.
  static Result<PatternSet> Build(const RuleGraph& graph, std::span<const NodeId> tests, scan::ScanOptions options = {});
  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;
  ~PatternSet();

  size_t size() const;

  // Where the answers to one test go: (texts.size() + 63) / 64 words each. A bit is set where the test is true; where the
  // text is null or the answer unknown it is 0, and so is its bit in `known`. `known` is nullptr where nobody asks.
  struct Output {
    uint64_t* plane = nullptr;
    uint64_t* known = nullptr;
  };

  // `known`: which texts are not null (nullptr: all); the others are not looked at. `outputs`: one a test, in their order.
  // A row's bits are a function of the row's text alone.
  void Scan(std::span<const std::string_view> texts, const uint64_t* known, std::span<const Output> outputs,
            ScanScratch& scratch) const;

  // The patterns' tests that have been taken out of the pass so far: their numbers.
  std::vector<uint32_t> TakenOut() const;

 private:
  struct State;
  explicit PatternSet(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay
