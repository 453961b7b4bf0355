// Searches that find whole words of ASCII and nothing else: keywords under `words`, patterns such as `\bwin\b` or `\b(wins?|won)\b`.
// A text is cut into its words once, 64 bytes at a time, and each is looked up in a hash table. That takes a few nanoseconds a
// word, for ten searches as for ten thousand, where the walk takes a look-up a byte. Texts with word characters outside ASCII
// are left to the walk: there a word may be spelled with U+017F or U+212A, and what a word is depends on the flag a.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/scan/dictionary_text.h"
#include "runtime/scan/merged_automaton.h"
#include "runtime/text/automaton.h"

namespace assay::scan {

// As it may be spelled in a text.
struct WholeWord {
  std::string letters;   // in lower case where either case will do
  std::string any_case;  // by letter: 0x20 where either case will do, else 0
};

// The words that a search finds, in texts without word characters outside ASCII, if words are all that it finds and there are
// not too many.
std::optional<std::vector<WholeWord>> WholeWordsOf(const text::Automaton& automaton);
std::optional<std::vector<WholeWord>> WholeWordsOf(const LiteralPath& literal, const SetStore& sets);

class WordSearches {
 public:
  // Memory of one thread.
  struct Scratch {
    struct Candidate {
      uint64_t hash;
      uint32_t begin, end;
    };
    DictionaryText text;
    std::vector<uint32_t> begins, ends;  // of words
    std::vector<Candidate> candidates;
    std::vector<uint32_t> left;
  };

  void Add(uint32_t search, std::span<const WholeWord> words);
  // To be called once, behind the last Add.
  void Finish();

  size_t size() const { return words_.size(); }

  // Reads texts[row] for each of `rows`; a search that finds a word sets bit `row` of planes[search]. Rows of texts that are to
  // be walked instead are put into scratch.left, in their order, and set no bit.
  void Scan(std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes, Scratch& scratch) const;

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Word {
    WholeWord spelling;
    uint32_t search;
    uint32_t next = kNone;  // in words_: another one with the same key
  };
  // The first 16 bytes of a word in lower case, filled up with zeros.
  struct Key {
    uint64_t low = 0, high = 0;
    friend bool operator==(const Key&, const Key&) = default;
    uint64_t Hash() const;
  };
  static Key KeyAt(const char* letters, size_t size);
  struct Slot {
    Key key;                     // of zeros: free
    uint32_t search = kNone;     // where the key is all there is to compare
    uint32_t first = kNone;      // in words_, else
  };

  size_t SlotOf(uint64_t hash, const Key& key) const;
  std::span<const Scratch::Candidate> Candidates(Scratch& scratch) const;
  void Find(std::string_view text, uint32_t row, uint64_t* const* planes, Scratch& scratch) const;

  std::vector<Word> words_;
  std::vector<Slot> slots_;
  // A bit for each value of the hashes' upper bits: whether some word has it.
  std::vector<uint64_t> filter_;
  int filter_shift_ = 63;
};

}  // namespace assay::scan
