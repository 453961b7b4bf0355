// The trie is built a depth at a time over all members that share their beginning with another, so that the table's cache
// misses overlap. Why pieces of a member are pieces of the text: behind all but its last piece a member goes on with a
// character that is no word character (or with the blank that a next piece begins with), so that the run ends in the text
// where it ends in the member; behind the last piece `words` itself asks for no word character. The one exception are
// characters that are words only when folded (U+0345): a match may end before one, in the middle of a run. Texts that
// have any take a path of their own.
#include "runtime/scan/word_dictionary.h"

#include <algorithm>
#include <cstring>

#include "runtime/text/utf8.h"

namespace assay {
namespace {

// Of an entry's `member`: several members begin so; the rest is the one that ends here, plus 1, or 0.
constexpr uint32_t kShared = uint32_t{1} << 31;
// Of an entry's `extra`, where one member begins so: it ends here. Else the upper half of its next fingerprint. Where several
// do: bits of their next fingerprints, so that most texts are refused without another look at the table.
constexpr uint32_t kEnds = 0;
// Of `extra` while a depth is being built: the entry belongs to this depth. (Hints and bits are odd.)
constexpr uint32_t kFresh = 2;
constexpr uint32_t kGone = ~uint32_t{0};
constexpr uint32_t kNone = ~uint32_t{0};

uint32_t NextHint(uint64_t fingerprint) { return static_cast<uint32_t>(fingerprint >> 32) | 1; }
uint32_t NextBit(uint64_t fingerprint) { return uint32_t{1} << ((fingerprint >> 20) & 31); }

size_t CharacterSize(const char* p) { return text::Decode(p).length; }

// The piece of a member that begins at `at`.
size_t PieceOf(std::string_view key, size_t at) {
  const bool word = IsWordAt(key.data() + at);
  size_t end = at + CharacterSize(key.data() + at);
  if (!word && (key[at] != ' ' || end == key.size() || !IsWordAt(key.data() + end))) return end - at;
  while (end < key.size() && IsWordAt(key.data() + end)) end += CharacterSize(key.data() + end);
  return end - at;
}

}  // namespace

struct WordDictionary::Item {
  uint32_t member;
  uint32_t end;          // of its pieces so far
  uint64_t fingerprint;  // of them
};

WordDictionary::WordDictionary(const SetValues& set) : set_(set) {
  std::vector<Item> items;
  items.reserve(set.size());
  for (size_t i = 0; i < set.size(); ++i) {
    const std::string_view key = set.KeyAt(i);
    if (key.empty()) continue;
    const bool word = IsWordAt(key.data());
    any_word_ = any_word_ || word;
    any_other_ = any_other_ || !word;
    if (!word) first_other_[static_cast<unsigned char>(key[0])] = true;
    const size_t size = PieceOf(key, 0);
    longest_piece_ = std::max(longest_piece_, size);
    items.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(size), fingerprint::Of<false>(0, key.data(), size)});
  }
  for (FingerprintTable* table = &first_; !items.empty(); table = &rest_) {
    constexpr size_t kAhead = 16;
    if (table == &rest_) table->Reserve(table->size() + items.size());
    for (size_t i = 0; i < items.size(); ++i) {
      if (i + kAhead < items.size()) table->Prefetch(items[i + kAhead].fingerprint);
      const auto [entry, added] = table->Insert(items[i].fingerprint);
      if (added) {
        *entry = {entry->fingerprint, items[i].member, kFresh};
      } else if (entry->extra == kFresh) {
        entry->member = kShared;
      } else {
        collisions_.push_back(items[i].member);
        items[i].member = kGone;
      }
    }
    // Entries stay where they are from here on. Those whose beginning is shared go one piece further.
    size_t kept = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i + kAhead < items.size()) table->Prefetch(items[i + kAhead].fingerprint);
      Item item = items[i];
      if (item.member == kGone) continue;
      auto* entry = const_cast<Entry*>(table->Get(item.fingerprint));
      const std::string_view key = set.KeyAt(item.member);
      const bool ends = item.end == key.size();
      const bool shared = (entry->member & kShared) != 0;
      if (entry->extra == kFresh) entry->extra = shared ? 1 : kEnds;
      if (ends) {
        if (!shared) continue;
        if (entry->member == kShared) {
          entry->member = kShared | (item.member + 1);
        } else {
          collisions_.push_back(item.member);
        }
        continue;
      }
      const size_t size = PieceOf(key, item.end);
      longest_piece_ = std::max(longest_piece_, size);
      item.fingerprint = fingerprint::Of<false>(item.fingerprint, key.data() + item.end, size);
      item.end += static_cast<uint32_t>(size);
      if (!shared) {
        entry->extra = NextHint(item.fingerprint);
        continue;
      }
      entry->extra |= NextBit(item.fingerprint);
      items[kept++] = item;
    }
    items.resize(kept);
  }
  first_.Finish();
  rest_.Finish();
}

// Whether the member stands at `at` and no word character behind it.
bool WordDictionary::Is(const DictionaryText& text, size_t at, uint32_t member) const {
  const std::string_view key = set_.KeyAt(member);
  const size_t end = at + key.size();
  if (end > text.size() || std::memcmp(text.data() + at, key.data(), key.size()) != 0) return false;
  return !text.IsWord(end) || std::ranges::binary_search(text.odd(), end);
}

size_t WordDictionary::PieceAt(const DictionaryText& text, size_t at) const {
  if (text.IsWord(at)) return text.WordRun(at, longest_piece_);
  const char c = text.data()[at];
  if (c == ' ') return 1 + text.WordRun(at + 1, longest_piece_);
  return static_cast<signed char>(c) >= 0 ? 1 : CharacterSize(text.data() + at);
}

// Goes on from where members may begin, a piece at a time for all of them together, so that their cache misses overlap. What a
// text does here nobody can predict, so walks that end are left out without a branch.
std::optional<uint32_t> WordDictionary::FromAll(const DictionaryText& text, std::span<Begun> begun) const {
  for (const FingerprintTable* table = &first_; !begun.empty(); table = &rest_) {
    for (const Begun& walk : begun) table->Prefetch(walk.fingerprint);
    size_t kept = 0;
    for (const Begun& walk : begun) {
      const Entry* entry = table->Get(walk.fingerprint);
      if (entry == nullptr) continue;
      const bool shared = (entry->member & kShared) != 0;
      const uint32_t extra = entry->extra;
      const uint32_t ending = (entry->member & ~kShared) - (shared ? 1 : 0);
      if (shared ? ending != kNone : extra == kEnds) {
        if (!text.IsWord(walk.at) && Is(text, walk.start, ending)) return ending;
      }
      const size_t size = PieceAt(text, walk.at);
      const uint64_t next = fingerprint::Of<true>(walk.fingerprint, text.data() + walk.at, std::min(size, longest_piece_));
      const bool hinted = extra == NextHint(next);
      if (!shared && hinted && Is(text, walk.start, ending)) return ending;
      const size_t start = walk.start, at = walk.at + size;
      begun[kept] = {start, at, next};
      kept += static_cast<size_t>(shared) & static_cast<size_t>((extra & NextBit(next)) != 0) & static_cast<size_t>(at <= text.size());
    }
    begun = begun.first(kept);
    for (const Begun& walk : begun) rest_.PrefetchFilter(walk.fingerprint);
    kept = 0;
    for (const Begun& walk : begun) {
      const bool may = rest_.MayHave(walk.fingerprint);
      begun[kept] = walk;
      kept += static_cast<size_t>(may);
    }
    begun = begun.first(kept);
  }
  return std::nullopt;
}

// From the starts of words, or (kOther) from characters that are no word characters and stand behind none.
template <bool kOther>
std::optional<uint32_t> WordDictionary::FindFrom(const DictionaryText& text) const {
  // Of one block there are at most 64.
  constexpr size_t kMost = 128;
  Begun begun[kMost];
  size_t count = 0;
  uint64_t before = 0;
  const size_t blocks = (text.size() + 63) / 64;
  for (size_t block = 0; block < blocks; ++block) {
    const uint64_t words = text.Words(block);
    const uint64_t after_words = words << 1 | before;
    uint64_t starts = kOther ? ~(words | after_words) : words & ~after_words;
    before = words >> 63;
    for (; starts != 0; starts &= starts - 1) {
      const size_t start = block * 64 + static_cast<size_t>(__builtin_ctzll(starts));
      if (kOther) {
        if (start >= text.size()) break;
        if (!first_other_[static_cast<unsigned char>(text.data()[start])]) continue;
      }
      const size_t size = kOther ? PieceAt(text, start) : text.WordRun(start, longest_piece_);
      if (size > longest_piece_) continue;
      const uint64_t fingerprint = fingerprint::Of<true>(0, text.data() + start, size);
      begun[count] = {start, start + size, fingerprint};
      count += static_cast<size_t>(first_.MayHave(fingerprint));
    }
    if (count + 64 > kMost || block + 1 == blocks) {
      if (const auto found = FromAll(text, std::span(begun, count))) return found;
      count = 0;
    }
  }
  return std::nullopt;
}

std::optional<uint32_t> WordDictionary::FromOdd(const DictionaryText& text, size_t start) const {
  const std::vector<size_t>& odd = text.odd();
  uint64_t fingerprint = 0;
  for (size_t at = start; at < text.size();) {
    const size_t size = PieceAt(text, at);
    const size_t most = std::min(size, longest_piece_);
    const FingerprintTable& table = at == start ? first_ : rest_;
    // The member may end before an odd character of the piece.
    for (auto cut = std::ranges::upper_bound(odd, at); cut != odd.end() && *cut <= at + most && *cut < at + size; ++cut) {
      const Entry* entry = table.Find(fingerprint::Of<true>(fingerprint, text.data() + at, *cut - at));
      if (entry == nullptr) continue;
      const uint32_t member = entry->member & ~kShared;
      if ((entry->member & kShared) == 0) {
        if (Is(text, start, member)) return member;
      } else if (member != 0 && Is(text, start, member - 1)) {
        return member - 1;
      }
    }
    if (size > longest_piece_) return std::nullopt;
    fingerprint = fingerprint::Of<true>(fingerprint, text.data() + at, size);
    at += size;
    const Entry* entry = table.Find(fingerprint);
    if (entry == nullptr) return std::nullopt;
    const uint32_t member = entry->member & ~kShared;
    if ((entry->member & kShared) == 0) return Is(text, start, member) ? std::optional(member) : std::nullopt;
    if (member != 0 && Is(text, start, member - 1)) return member - 1;
  }
  return std::nullopt;
}

// From every character behind which no word character stands, in a text with odd characters.
std::optional<uint32_t> WordDictionary::FindOdd(const DictionaryText& text) const {
  bool after_word = false;
  for (size_t at = 0; at < text.size(); at += CharacterSize(text.data() + at)) {
    if (!after_word) {
      if (const auto found = FromOdd(text, at)) return found;
    }
    after_word = text.IsWord(at) && !std::ranges::binary_search(text.odd(), at);
  }
  return std::nullopt;
}

std::optional<uint32_t> WordDictionary::Find(const DictionaryText& text) const {
  if (!text.odd().empty()) return FindOdd(text);
  if (any_word_) {
    if (const auto found = FindFrom<false>(text)) return found;
  }
  return any_other_ ? FindFrom<true>(text) : std::nullopt;
}

}  // namespace assay
