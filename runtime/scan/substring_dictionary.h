// Which members of a large set of texts stand anywhere in a text. A member is known by its first 8 bytes, or as many of 4, 2
// and 1 as it has; at every place of the text a bitmap says whether some member may begin so. What passes is walked through a
// trie of fingerprints, 8 bytes a step.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/builtins/sets.h"
#include "runtime/scan/dictionary_text.h"
#include "runtime/scan/fingerprint_table.h"

namespace assay {

class SubstringDictionary {
 public:
  // The set must outlive this. The empty member is left out.
  explicit SubstringDictionary(const SetValues& set);

  // A member in the text, prepared under the set's modifiers.
  std::optional<uint32_t> Find(const DictionaryText& text) const;

  // Members whose fingerprint is another's: practically none. They are searched for by themselves.
  const std::vector<uint32_t>& collisions() const { return collisions_; }
  size_t bytes() const { return table_.bytes() + eights_.bytes() + fours_.bytes() + pairs_.size() * 8; }

 private:
  using Entry = FingerprintTable::Entry;
  struct Item;

  bool Is(const DictionaryText& text, size_t at, uint32_t member) const;
  std::optional<uint32_t> From(const DictionaryText& text, size_t at, size_t size) const;
  template <bool kEights, bool kFours, bool kShort>
  std::optional<uint32_t> Search(const DictionaryText& text) const;

  const SetValues& set_;
  FingerprintTable table_;
  bool any_eight_ = false, any_four_ = false, any_short_ = false;
  HashFilter eights_;  // of the first 8 bytes of members that have them
  HashFilter fours_;   // of the first 4 of those that have 4 to 7
  std::vector<uint64_t> pairs_;  // bits: the first two of those that have 2 or 3
  bool singles_[256]{};
  std::vector<uint32_t> collisions_;
};

}  // namespace assay
