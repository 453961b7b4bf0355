// Folding and marking. The two-byte characters (Latin with accents, Greek, Cyrillic, Hebrew, Arabic) have a table of their own;
// ideographs and Hangul are known by their range; the rest asks runtime/text.
#include "runtime/scan/dictionary_text.h"

#include <algorithm>
#include <cstring>

#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace assay {
namespace {

// Texts longer than this do not keep their memory for the next one.
constexpr size_t kKept = size_t{1} << 20;

struct Block {
  uint64_t non_ascii;
  uint64_t words;
};

#if defined(__SSE2__)

inline __m128i InRange(__m128i v, char first, char count) {
  const __m128i from_first = _mm_sub_epi8(v, _mm_set1_epi8(first));
  return _mm_cmpeq_epi8(_mm_min_epu8(from_first, _mm_set1_epi8(static_cast<char>(count - 1))), from_first);
}

// Copies 64 bytes, letters in lower case under nocase, and says what they are. Bytes that are not ASCII are copied so too.
Block CopyBlock(const char* from, char* to, bool nocase) {
  Block block{0, 0};
  for (int i = 0; i < 4; ++i) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from) + i);
    const __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
    const __m128i letters = InRange(lower, 'a', 26);
    const __m128i words = _mm_or_si128(_mm_or_si128(letters, InRange(v, '0', 10)), _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
    const __m128i folded = nocase ? _mm_or_si128(v, _mm_and_si128(letters, _mm_set1_epi8(0x20))) : v;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to) + i, folded);
    block.non_ascii |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(v))) << (16 * i);
    block.words |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(words))) << (16 * i);
  }
  return block;
}

#else

Block CopyBlock(const char* from, char* to, bool nocase) {
  Block block{0, 0};
  for (size_t i = 0; i < 64; ++i) {
    const auto c = static_cast<unsigned char>(from[i]);
    const bool letter = static_cast<unsigned char>((c | 0x20) - 'a') < 26;
    const bool word = letter || static_cast<unsigned char>(c - '0') < 10 || c == '_';
    to[i] = static_cast<char>(nocase && letter ? c | 0x20 : c);
    block.non_ascii |= static_cast<uint64_t>(c >> 7) << i;
    block.words |= static_cast<uint64_t>(word) << i;
  }
  return block;
}

#endif

struct Character {
  char32_t folded;
  bool word;  // of the folding
  bool odd;   // a word character only when folded
};

Character AskAbout(char32_t c, bool nocase) {
  const char32_t folded = nocase ? text::SimpleFold(c) : c;
  const bool word = text::IsWord(folded);
  return {folded, word, word && folded != c && !text::IsWord(c)};
}

class CharacterTable {
 public:
  CharacterTable() {
    for (char32_t c = 0x80; c < 0x800; ++c) {
      for (const bool nocase : {false, true}) entries_[nocase][c] = AskAbout(c, nocase);
    }
    const auto foldable = text::FoldableCodePoints();
    for (const text::CodePointRange& range : text::WordRanges()) {
      const auto first = std::ranges::lower_bound(foldable, range.first);
      const bool folds = first != foldable.end() && *first <= range.last;
      if (folds) continue;
      if (range.first <= 0x4E00 && 0x4E00 <= range.last) ideographs_ = range;
      if (range.first <= 0xAC00 && 0xAC00 <= range.last) hangul_ = range;
    }
  }

  Character operator()(char32_t c, bool nocase) const {
    if (c < 0x800) return entries_[nocase][c];
    if ((c >= ideographs_.first && c <= ideographs_.last) || (c >= hangul_.first && c <= hangul_.last)) return {c, true, false};
    return AskAbout(c, nocase);
  }

 private:
  Character entries_[2][0x800]{};
  text::CodePointRange ideographs_{1, 0};
  text::CodePointRange hangul_{1, 0};
};

const CharacterTable& Characters() {
  static const CharacterTable table;
  return table;
}

}  // namespace

// All of the text, or as many of its first 64-byte blocks as are ASCII; how many bytes.
size_t DictionaryText::CopyAscii(std::string_view text, bool nocase) {
  size_t at = 0;
  for (; at + 64 <= text.size(); at += 64) {
    const Block block = CopyBlock(text.data() + at, bytes_.data() + at, nocase);
    if (block.non_ascii != 0) break;
    words_[at / 64] = block.words;
  }
  const size_t left = text.size() - at;
  if (left > 0 && left < 64 && text.size() >= 64) {
    // The last 64 bytes, some of them once more.
    const size_t again = 64 - left;
    const Block block = CopyBlock(text.data() + at - again, bytes_.data() + at - again, nocase);
    if (block.non_ascii == 0) {
      words_[at / 64] = block.words >> again;
      at = text.size();
    }
  }
  size_ = at;
  return at;
}

// Whether a character that is not ASCII comes next.
bool DictionaryText::CopyPlain(std::string_view text, size_t& at, bool nocase) {
  char tail[64] = {};
  const size_t left = text.size() - at;
  const char* from = text.data() + at;
  if (left < 64) {
    std::memcpy(tail, from, left);
    from = tail;
  }
  const Block block = CopyBlock(from, bytes_.data() + size_, nocase);
  const size_t run = block.non_ascii != 0 ? static_cast<size_t>(__builtin_ctzll(block.non_ascii)) : std::min<size_t>(left, 64);
  if (run == 0) return true;
  Mark(run < 64 ? block.words & ((uint64_t{1} << run) - 1) : block.words, size_);
  at += run;
  size_ += run;
  return block.non_ascii != 0;
}

// Characters one by one, as long as they or their next neighbours are not ASCII.
void DictionaryText::FoldCharacters(std::string_view text, size_t& at, bool nocase) {
  const CharacterTable& characters = Characters();
  const auto beyond = [&](size_t i) { return static_cast<signed char>(text[i]) < 0; };
  while (at < text.size() && (beyond(at) || (at + 1 < text.size() && beyond(at + 1)))) {
    const text::Decoded decoded = text::Decode(text.data() + at);
    const char32_t c = decoded.code_point;
    size_t length = decoded.length;
    bool word;
    if (c < 0x80) {
      const bool letter = (c | 0x20) - 'a' < 26;
      word = letter || c - '0' < 10 || c == '_';
      bytes_[size_] = static_cast<char>(nocase && letter ? c | 0x20 : c);
    } else {
      const Character character = characters(c, nocase);
      word = character.word;
      foreign_ = foreign_ || word || character.odd;
      if (character.odd) odd_.push_back(size_);
      if (character.folded == c) {
        std::memcpy(bytes_.data() + size_, text.data() + at, length);
      } else {
        length = text::Encode(character.folded, bytes_.data() + size_);
      }
    }
    if (word) Mark((uint64_t{1} << length) - 1, size_);
    at += decoded.length;
    size_ += length;
  }
}

void DictionaryText::Prepare(std::string_view text, bool nocase, bool words) {
  odd_.clear();
  foreign_ = false;
  size_ = 0;
  // Folding makes at most three bytes of two.
  const size_t most = nocase ? text.size() + text.size() / 2 : text.size();
  const size_t room = most + 64 + kPadding;
  if (bytes_.size() < room || (bytes_.size() > kKept && room <= kKept)) {
    std::vector<char>().swap(bytes_);
    bytes_.resize(room);
  }
  if (words || nocase) {
    const size_t blocks = most / 64 + 3;
    if (words_.size() > kKept / 8 && blocks <= kKept / 8) std::vector<uint64_t>().swap(words_);
    if (words_.size() < blocks) words_.resize(blocks);
    size_t at = CopyAscii(text, nocase);
    std::fill(words_.begin() + static_cast<ptrdiff_t>((at + 63) / 64), words_.begin() + static_cast<ptrdiff_t>(blocks), 0);
    while (at < text.size()) {
      if (CopyPlain(text, at, nocase)) FoldCharacters(text, at, nocase);
    }
  } else if (!text.empty()) {
    std::memcpy(bytes_.data(), text.data(), text.size());
    size_ = text.size();
  }
  std::memset(bytes_.data() + size_, 0, kPadding);
}

size_t DictionaryText::LongRun(size_t at, size_t limit) const {
  size_t end = at;
  while (end < size_ && IsWord(end) && end - at <= limit) ++end;
  return end - at;
}

bool IsWordAt(const char* p) {
  const auto c = static_cast<unsigned char>(*p);
  if (c < 0x80) return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || static_cast<unsigned char>(c - '0') < 10 || c == '_';
  return Characters()(text::Decode(p).code_point, false).word;
}

}  // namespace assay
