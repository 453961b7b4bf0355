// Which members of a large set of texts stand in a text as whole words. Members and texts are cut into pieces: a run of word
// characters, with a single blank in front where there is one, or any other character by itself. A member is a path of pieces
// through a trie whose nodes are fingerprints of beginnings in one hash table; a text is walked from every word start (and,
// where members begin with other characters, from every place between two such) until no member begins so. What is the
// beginning of one member only has no nodes behind it: the member's bytes are compared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/builtins/sets.h"
#include "runtime/scan/dictionary_text.h"
#include "runtime/scan/fingerprint_table.h"

namespace assay {

class WordDictionary {
 public:
  // The set must outlive this. The empty member is left out.
  explicit WordDictionary(const SetValues& set);

  // A member in the text, prepared under the set's modifiers.
  std::optional<uint32_t> Find(const DictionaryText& text) const;

  // Members whose fingerprint is another's: practically none. They are searched for by themselves.
  const std::vector<uint32_t>& collisions() const { return collisions_; }
  size_t bytes() const { return first_.bytes() + rest_.bytes(); }

 private:
  using Entry = FingerprintTable::Entry;
  struct Item;
  // A walk: from where, how far, and the fingerprint of what lies between.
  struct Begun {
    size_t start;
    size_t at;
    uint64_t fingerprint;
  };

  bool Is(const DictionaryText& text, size_t at, uint32_t member) const;
  std::optional<uint32_t> FromAll(const DictionaryText& text, std::span<Begun> begun) const;
  template <bool kOther>
  std::optional<uint32_t> FindFrom(const DictionaryText& text) const;
  std::optional<uint32_t> FindOdd(const DictionaryText& text) const;
  std::optional<uint32_t> FromOdd(const DictionaryText& text, size_t start) const;
  size_t PieceAt(const DictionaryText& text, size_t at) const;

  const SetValues& set_;
  // First pieces, and all that is longer. Apart, because a text asks the first for every word, and it is small where phrases
  // share their first words.
  FingerprintTable first_;
  FingerprintTable rest_;
  size_t longest_piece_ = 0;
  bool any_word_ = false;     // some member begins with a word character
  bool any_other_ = false;    // some member begins with another one
  bool first_other_[256]{};   // its first byte
  std::vector<uint32_t> collisions_;
};

}  // namespace assay
