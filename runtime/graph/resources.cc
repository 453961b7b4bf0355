// Patterns and sets, each kept once by its hash; patterns are compiled on demand.
#include "runtime/graph/resources.h"

#include <fmt/format.h>

namespace assay {

PatternId ResourceStore::AddPattern(Pattern pattern) {
  const Hash128 hash = Hasher().Add(std::string_view("pattern")).Add(std::string_view(pattern.canonical)).Add(pattern.backtracking ? 1 : 0).Finish();
  const auto [known, added] = patterns_by_hash_.try_emplace(hash, PatternId(patterns_.size()));
  if (added) {
    auto entry = std::make_unique<Entry>();
    entry->pattern = std::move(pattern);
    entry->hash = hash;
    patterns_.push_back(std::move(entry));
  }
  return known->second;
}

SetId ResourceStore::AddSet(SetValues set) {
  const Hash128 hash = set.hash();
  const auto [known, added] = sets_by_hash_.try_emplace(hash, SetId(sets_.size()));
  if (added) {
    sets_.push_back(std::make_unique<SetValues>(std::move(set)));
    set_hashes_.push_back(hash);
  }
  return known->second;
}

Result<const text::Regex*> ResourceStore::Compiled(PatternId id) const {
  const Entry& entry = *patterns_[id.index()];
  const std::lock_guard lock(entry.mutex);
  if (!entry.regex) {
    std::shared_ptr<const text::Automaton> filter;
    if (entry.pattern.backtracking) filter = std::make_shared<const text::Automaton>(entry.pattern.automaton);
    auto regex = text::Regex::Compile(entry.pattern.pcre2, {.backtracking = entry.pattern.backtracking}, std::move(filter));
    if (!regex) {
      return Fail(ErrorKind::kInternal, fmt::format("the pattern /{}/{} does not compile: {}", entry.pattern.source, entry.pattern.flags,
                                                    regex.error().message));
    }
    entry.regex = std::make_unique<text::Regex>(std::move(*regex));
  }
  return entry.regex.get();
}

}  // namespace assay
