#include "runtime/scan/word_searches.h"

#include <algorithm>
#include <array>
#include <bit>

#include "runtime/base/count_bits.h"
#include "runtime/scan/fingerprint_table.h"

namespace assay::scan {

using text::After;
using text::Before;
using text::Condition;

namespace {

// Of one search; a pattern with more is better walked than spelled out.
constexpr size_t kMaxWords = 64;
constexpr size_t kMaxLetters = 64;
constexpr size_t kKeySize = 16;
// A text that is longer is walked, so that it need not be copied.
constexpr size_t kMaxText = size_t{1} << 16;

bool IsAsciiLetter(char32_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
char32_t LowerOf(char32_t c) { return IsAsciiLetter(c) ? c | 0x20 : c; }

// Conditions are asked about texts without word characters outside ASCII only.
bool IsWordBegin(Condition when) {
  return when.Holds(Before::kTextBegin, After::kAsciiWord) && when.Holds(Before::kLineFeed, After::kAsciiWord) &&
         when.Holds(Before::kOther, After::kAsciiWord) && !when.Holds(Before::kAsciiWord, After::kAsciiWord);
}

bool IsWordEnd(Condition when) {
  return when.Holds(Before::kAsciiWord, After::kTextEnd) && when.Holds(Before::kAsciiWord, After::kFinalLineFeed) &&
         when.Holds(Before::kAsciiWord, After::kLineFeed) && when.Holds(Before::kAsciiWord, After::kOther) &&
         !when.Holds(Before::kAsciiWord, After::kAsciiWord);
}

struct Letter {
  char letter;
  char any_case;
};

// The letters of a set of a few word characters; none if it is another kind of set. Word characters outside ASCII do not count.
std::vector<Letter> LettersOf(std::span<const text::CodePointRange> members) {
  constexpr size_t kMaxRanges = 8;
  constexpr char32_t kMaxRange = 26;
  if (members.size() > kMaxRanges) return {};
  std::vector<char32_t> characters;
  for (const text::CodePointRange& range : members) {
    if (range.last - range.first >= kMaxRange) return {};
    for (char32_t c = range.first; c <= range.last; ++c) {
      if (!text::IsWord(c)) return {};
      if (c < 0x80) characters.push_back(c);
    }
  }
  std::vector<Letter> letters;
  for (char32_t c : characters) {
    const auto has = [&](char32_t other) { return std::ranges::find(characters, other) != characters.end(); };
    const bool both = IsAsciiLetter(c) && has(c | 0x20) && has(c & ~char32_t{0x20});
    if (both && LowerOf(c) != c) continue;  // said with the small letter
    letters.push_back({static_cast<char>(c), static_cast<char>(both ? 0x20 : 0)});
  }
  return letters;
}

// Spells out the paths of an automaton, depth first.
class Speller {
 public:
  explicit Speller(const text::Automaton& automaton) : automaton_(automaton) {
    for (const text::CharacterSet& set : automaton.sets) {
      const bool named = set.classes != 0 || set.negated;
      letters_.push_back(named ? std::vector<Letter>() : LettersOf(set.Members()));
    }
  }

  bool Spell() {
    if (!automaton_.empty.never()) return false;
    const auto spelled = [&](const text::Automaton::Edge& edge) { return IsWordBegin(edge.when) && SpellFrom(edge.to); };
    return std::ranges::all_of(automaton_.start, spelled) && !words_.empty();
  }

  std::vector<WholeWord> Take() { return std::move(words_); }

 private:
  bool SpellFrom(uint32_t at) {
    const text::Automaton::Position& position = automaton_.positions[at];
    if (letters_[position.set].empty() || word_.letters.size() == kMaxLetters) return false;
    for (const Letter& letter : letters_[position.set]) {
      word_.letters.push_back(letter.letter);
      word_.any_case.push_back(letter.any_case);
      if (!position.accept.never()) {
        if (!IsWordEnd(position.accept) || words_.size() == kMaxWords) return false;
        words_.push_back(word_);
      }
      for (const text::Automaton::Edge& edge : position.edges) {
        if (!edge.when.Holds(Before::kAsciiWord, After::kAsciiWord) || ++steps_ > kMaxWords * kMaxLetters || !SpellFrom(edge.to)) return false;
      }
      word_.letters.pop_back();
      word_.any_case.pop_back();
    }
    return true;
  }

  const text::Automaton& automaton_;
  std::vector<std::vector<Letter>> letters_;  // by set
  WholeWord word_;
  std::vector<WholeWord> words_;
  size_t steps_ = 0;
};

bool IsAnyCase(const WholeWord& word) {
  for (size_t i = 0; i < word.letters.size(); ++i) {
    if (word.any_case[i] == 0 && IsAsciiLetter(static_cast<unsigned char>(word.letters[i]))) return false;
  }
  return true;
}

bool IsSpelled(std::string_view text, const WholeWord& word) {
  if (text.size() != word.letters.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<char>(text[i] | word.any_case[i]) != word.letters[i]) return false;
  }
  return true;
}

// Writes the places of the `count` bits, from `first` on, to `to`, which has room for 64.
void WriteBits(uint64_t bits, uint64_t count, uint32_t first, uint32_t* to) {
  // Eight at a time: how many there are cannot be foreseen, that there are about as many can.
  for (uint64_t i = 0; i < count; i += 8) {
#pragma GCC unroll 8
    for (unsigned j = 0; j < 8; ++j) {
      *to++ = first + static_cast<uint32_t>(__builtin_ctzll(bits | uint64_t{1} << 63));
      bits &= bits - 1;
    }
  }
}

constexpr size_t kSlotShift = 20;  // the hash's lowest bits are not its best

}  // namespace

std::optional<std::vector<WholeWord>> WholeWordsOf(const text::Automaton& automaton) {
  Speller speller(automaton);
  if (!speller.Spell()) return std::nullopt;
  return speller.Take();
}

std::optional<std::vector<WholeWord>> WholeWordsOf(const LiteralPath& literal, const SetStore& sets) {
  if (!IsWordBegin(literal.begin) || !IsWordEnd(literal.end) || literal.sets.size() > kMaxLetters) return std::nullopt;
  WholeWord word;
  for (uint32_t set : literal.sets) {
    const std::vector<Letter> letters = LettersOf(sets.members(set));
    if (letters.size() != 1) return std::nullopt;
    word.letters.push_back(letters[0].letter);
    word.any_case.push_back(letters[0].any_case);
  }
  return std::vector<WholeWord>{std::move(word)};
}

// 16 bytes from `letters` on may be read.
inline WordSearches::Key WordSearches::KeyAt(const char* letters, size_t size) {
  // By size; a table, because sizes cannot be foreseen.
  static constexpr auto kMasks = [] {
    std::array<Key, kKeySize + 1> masks;
    for (size_t n = 0; n <= kKeySize; ++n) masks[n] = {n >= 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * n) - 1, n <= 8 ? 0 : n == 16 ? ~uint64_t{0} : (uint64_t{1} << 8 * (n - 8)) - 1};
    return masks;
  }();
  const Key& mask = kMasks[std::min(size, kKeySize)];
  return {fingerprint::Load8(letters) & mask.low, fingerprint::Load8(letters + 8) & mask.high};
}

inline uint64_t WordSearches::Key::Hash() const {
  const uint64_t hash = low * 0x9E3779B97F4A7C15 + std::rotl(high, 32) * 0xD6E8FEB86659FD93;
  return hash ^ hash >> 32;
}

void WordSearches::Add(uint32_t search, std::span<const WholeWord> words) {
  for (const WholeWord& word : words) words_.push_back({word, search});
}

// The key's, or the free one where it would be.
inline size_t WordSearches::SlotOf(uint64_t hash, const Key& key) const {
  size_t at = (hash >> kSlotShift) & (slots_.size() - 1);
  while (slots_[at].key != Key() && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
  return at;
}

void WordSearches::Finish() {
  slots_.assign(std::bit_ceil(std::max<size_t>(2 * words_.size(), 16)), {});
  const size_t filter_bits = std::bit_ceil(std::max<size_t>(32 * words_.size(), 64));
  filter_.assign(filter_bits / 64, 0);
  filter_shift_ = 64 - std::countr_zero(filter_bits);
  for (uint32_t w = 0; w < words_.size(); ++w) {
    Word& word = words_[w];
    const std::string& letters = word.spelling.letters;
    char lower[2 * kKeySize] = {};
    std::transform(letters.begin(), letters.begin() + static_cast<ptrdiff_t>(std::min(letters.size(), kKeySize)), lower,
                   [](char c) { return static_cast<char>(LowerOf(static_cast<unsigned char>(c))); });
    const Key key = KeyAt(lower, letters.size());
    const uint64_t hash = key.Hash();
    const uint64_t bit = hash >> filter_shift_;
    filter_[bit / 64] |= uint64_t{1} << (bit % 64);
    Slot& slot = slots_[SlotOf(hash, key)];
    const bool free = slot.key == Key();
    slot.key = key;
    if (free && letters.size() < kKeySize && IsAnyCase(word.spelling)) {
      slot.search = word.search;
    } else {
      word.next = slot.first;
      slot.first = w;
    }
  }
}

// The text's words that the filter lets through.
std::span<const WordSearches::Scratch::Candidate> WordSearches::Candidates(Scratch& scratch) const {
  const size_t blocks = scratch.text.size() / 64 + 1;  // the byte behind the text is none of a word
  const size_t most = blocks * 32 + 64;
  if (scratch.begins.size() < most) {
    scratch.begins.resize(most);
    scratch.ends.resize(most);
    scratch.candidates.resize(most);
  }
  uint64_t before = 0;
  size_t count = 0;
  for (size_t block = 0; block < blocks; ++block) {
    const uint64_t words = scratch.text.Words(block);
    const uint64_t behind = words << 1 | before;
    const uint64_t begins = words & ~behind;
    const uint64_t more = CountBits(begins);
    const auto first = static_cast<uint32_t>(block * 64);
    WriteBits(begins, more, first, scratch.begins.data() + count);
    // A word that has begun in an earlier block may end here, and one that begins here go on.
    WriteBits(behind & ~words, more + before - (words >> 63), first, scratch.ends.data() + count - before);
    count += more;
    before = words >> 63;
  }
  const char* const letters = scratch.text.data();
  Scratch::Candidate* to = scratch.candidates.data();
  for (size_t i = 0; i < count; ++i) {
    const uint32_t begin = scratch.begins[i];
    const uint32_t end = scratch.ends[i];
    const uint64_t hash = KeyAt(letters + begin, end - begin).Hash();
    const uint64_t bit = hash >> filter_shift_;
    *to = {hash, begin, end};
    to += (filter_[bit / 64] >> (bit % 64)) & 1;
  }
  return {scratch.candidates.data(), to};
}

void WordSearches::Find(std::string_view text, uint32_t row, uint64_t* const* planes, Scratch& scratch) const {
  const uint64_t bit = uint64_t{1} << (row % 64);
  for (const Scratch::Candidate& word : Candidates(scratch)) {
    const size_t size = word.end - word.begin;
    const Slot& slot = slots_[SlotOf(word.hash, KeyAt(scratch.text.data() + word.begin, size))];
    if (slot.search != kNone && size < kKeySize) planes[slot.search][row / 64] |= bit;
    for (uint32_t w = slot.first; w != kNone; w = words_[w].next) {
      if (IsSpelled(text.substr(word.begin, size), words_[w].spelling)) planes[words_[w].search][row / 64] |= bit;
    }
  }
}

void WordSearches::Scan(std::span<const std::string_view> texts, std::span<const uint32_t> rows, uint64_t* const* planes,
                        Scratch& scratch) const {
  scratch.left.clear();
  for (uint32_t row : rows) {
    const std::string_view text = texts[row];
    if (text.size() > kMaxText) {
      scratch.left.push_back(row);
      continue;
    }
    scratch.text.Prepare(text, true, true);
    // Folding moves nothing where all words are of ASCII.
    if (scratch.text.foreign() || scratch.text.size() != text.size()) {
      scratch.left.push_back(row);
      continue;
    }
    Find(text, row, planes, scratch);
  }
}

}  // namespace assay::scan
