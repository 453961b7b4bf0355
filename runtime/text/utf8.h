// UTF-8: decoding, encoding, checking, repairing and counting. Everything past the readers of data works on valid UTF-8,
// so only IsValidUtf8 and RepairUtf8 look at bytes with suspicion; the rest relies on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::text {

inline constexpr char32_t kMaxCodePoint = 0x10FFFF;
inline constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
  char32_t code_point;
  uint32_t length;  // bytes, 1 to 4
};

// The code point that begins at `p`. The bytes are valid UTF-8.
inline Decoded Decode(const char* p) {
  const auto b0 = static_cast<unsigned char>(p[0]);
  if (b0 < 0x80) return {b0, 1};
  const auto b1 = static_cast<unsigned char>(p[1]) & 0x3Fu;
  if (b0 < 0xE0) return {((b0 & 0x1Fu) << 6) | b1, 2};
  const auto b2 = static_cast<unsigned char>(p[2]) & 0x3Fu;
  if (b0 < 0xF0) return {((b0 & 0x0Fu) << 12) | (b1 << 6) | b2, 3};
  const auto b3 = static_cast<unsigned char>(p[3]) & 0x3Fu;
  return {((b0 & 0x07u) << 18) | (b1 << 12) | (b2 << 6) | b3, 4};
}

// True for a byte that continues a code point.
inline bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The code point that ends just before byte `at` of valid UTF-8; `at` is at least 1 and a boundary.
inline Decoded DecodeBefore(std::string_view text, size_t at) {
  size_t begin = at - 1;
  while (IsContinuation(text[begin])) --begin;
  return Decode(text.data() + begin);
}

// Writes `c` (not a surrogate) to `to`, which has room for 4 bytes; the number of bytes written.
size_t Encode(char32_t c, char* to);
void AppendUtf8(char32_t c, std::string& to);

bool IsAscii(std::string_view text);
bool IsValidUtf8(std::string_view text);

// Appends `text` to `out` with each maximal subpart of an ill-formed sequence replaced by U+FFFD, as Python's
// bytes.decode("utf-8", "replace"). The number of replacements.
size_t RepairUtf8(std::string_view text, std::string& out);

// Code points in `text`.
size_t CountCodePoints(std::string_view text);

// The byte at which code point number `index` begins; the text's size when it has no more than `index` code points.
size_t ByteOffset(std::string_view text, size_t index);

// The code points that begin before byte `offset`.
inline size_t CodePointIndex(std::string_view text, size_t offset) { return CountCodePoints(text.substr(0, offset)); }

// The code points of valid UTF-8, for range-based for.
class CodePoints {
 public:
  class Iterator {
   public:
    explicit Iterator(const char* at) : at_(at) {}
    char32_t operator*() const { return Decode(at_).code_point; }
    Iterator& operator++() {
      at_ += Decode(at_).length;
      return *this;
    }
    bool operator==(const Iterator&) const = default;
    const char* at() const { return at_; }

   private:
    const char* at_;
  };

  explicit CodePoints(std::string_view text) : text_(text) {}
  Iterator begin() const { return Iterator(text_.data()); }
  Iterator end() const { return Iterator(text_.data() + text_.size()); }

 private:
  std::string_view text_;
};

}  // namespace assay::text
