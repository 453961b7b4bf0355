// One of the two dictionaries, and the few members tried one by one.
#include "runtime/scan/dictionary_search.h"

namespace assay {

DictionarySearch::DictionarySearch(const SetValues& set) : modifiers_(set.modifiers()) {
  if (!set.is_text()) return;
  const auto other = [&](uint32_t member) {
    others_.emplace_back(member, text::Literal(set.TextAt(member), {.nocase = modifiers_.nocase, .words = modifiers_.words}));
  };
  for (uint32_t member = 0; member < set.size(); ++member) {
    if (set.KeyAt(member).empty()) other(member);
  }
  if (modifiers_.words) {
    for (const uint32_t member : members_.emplace<WordDictionary>(set).collisions()) other(member);
  } else {
    for (const uint32_t member : members_.emplace<SubstringDictionary>(set).collisions()) other(member);
  }
}

std::optional<uint32_t> DictionarySearch::FindIn(std::string_view text, Scratch& scratch) const {
  for (const auto& [member, literal] : others_) {
    if (literal.In(text)) return member;
  }
  if (std::holds_alternative<std::monostate>(members_)) return std::nullopt;
  scratch.Prepare(text, modifiers_.nocase, modifiers_.words);
  if (const auto* words = std::get_if<WordDictionary>(&members_)) return words->Find(scratch);
  return std::get<SubstringDictionary>(members_).Find(scratch);
}

size_t DictionarySearch::bytes() const {
  if (const auto* words = std::get_if<WordDictionary>(&members_)) return words->bytes();
  if (const auto* anywhere = std::get_if<SubstringDictionary>(&members_)) return anywhere->bytes();
  return 0;
}

}  // namespace assay
