// A text made ready for searching a dictionary in it: folded where case is ignored, padded, and with the bytes that belong to
// word characters marked. ASCII goes 64 bytes at a time, other characters one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay {

// Memory of one thread's searches, for any number of dictionaries.
class DictionaryText {
 public:
  static constexpr size_t kPadding = 64;

  // `words`: mark word characters.
  void Prepare(std::string_view text, bool nocase, bool words);

  const char* data() const { return bytes_.data(); }  // kPadding zero bytes follow
  size_t size() const { return size_; }

  bool IsWord(size_t at) const { return ((words_[at / 64] >> (at % 64)) & 1) != 0; }  // at <= size()
  uint64_t Words(size_t block) const { return words_[block]; }                        // 64 bytes; two more blocks than the text has
  // The bytes from `at` on that belong to word characters; where they are more than `limit`, some number beyond it.
  size_t WordRun(size_t at, size_t limit) const {
    const size_t block = at / 64, shift = at % 64;
    const uint64_t window = words_[block] >> shift | words_[block + 1] << 1 << (63 - shift);
    return ~window != 0 ? static_cast<size_t>(__builtin_ctzll(~window)) : LongRun(at, limit);
  }

  // Case folding makes a letter of U+0345, which is no word character. Where such stand, in ascending order; IsWord says
  // that they are words, as they are in a member, but on either side of a match they are none.
  const std::vector<size_t>& odd() const { return odd_; }

  // Whether there are word characters outside ASCII, before or after folding. Only where word characters are marked.
  bool foreign() const { return foreign_; }

 private:
  void FoldCharacters(std::string_view text, size_t& at, bool nocase);
  size_t CopyAscii(std::string_view text, bool nocase);
  bool CopyPlain(std::string_view text, size_t& at, bool nocase);
  void Mark(uint64_t bits, size_t at) {
    words_[at / 64] |= bits << (at % 64);
    words_[at / 64 + 1] |= bits >> 1 >> (63 - at % 64);
  }
  size_t LongRun(size_t at, size_t limit) const;

  std::vector<char> bytes_;
  std::vector<uint64_t> words_;
  std::vector<size_t> odd_;
  size_t size_ = 0;
  bool foreign_ = false;
};

// Whether the character at `p`, valid UTF-8 as a member's key has it, is a word character.
bool IsWordAt(const char* p);

}  // namespace assay
