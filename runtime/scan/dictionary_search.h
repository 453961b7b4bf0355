// Whether some member of a set of texts is in a text, for sets of thousands to millions. Exact as text::Literal is, for every
// text and all modifiers; where the set ignores case, members and texts are compared folded. Immutable and shared by threads;
// what it takes is linear in the text, but for members that share long beginnings with it.
//
//   const DictionarySearch search(set);              // once; the set must outlive it and not grow
//   DictionarySearch::Scratch scratch;               // per thread, for any number of sets
//   bool found = search.AnyIn(text, scratch);
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/builtins/sets.h"
#include "runtime/scan/dictionary_text.h"
#include "runtime/scan/substring_dictionary.h"
#include "runtime/scan/word_dictionary.h"
#include "runtime/text/literal.h"

namespace assay {

class DictionarySearch {
 public:
  using Scratch = DictionaryText;

  explicit DictionarySearch(const SetValues& set);

  bool AnyIn(std::string_view text, Scratch& scratch) const { return FindIn(text, scratch).has_value(); }

  // One of the members in the text, by its place in the set; which one is a function of set and text.
  std::optional<uint32_t> FindIn(std::string_view text, Scratch& scratch) const;

  // Memory, without the set's.
  size_t bytes() const;

 private:
  SetModifiers modifiers_;
  std::variant<std::monostate, WordDictionary, SubstringDictionary> members_;
  // The empty member, and those that the dictionary could not take.
  std::vector<std::pair<uint32_t, text::Literal>> others_;
};

}  // namespace assay
