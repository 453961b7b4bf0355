// UTF-8 by the table of well-formed sequences (Unicode 15, table 3-7). ASCII is skipped eight bytes at a time.
#include "runtime/text/utf8.h"

#include <bit>
#include <cstring>

namespace assay::text {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

inline uint64_t Load8(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  return word;
}

// The bytes of ASCII that begin at `at`.
size_t AsciiRun(std::string_view text, size_t at) {
  size_t i = at;
  while (i + 8 <= text.size() && (Load8(text.data() + i) & kHighBits) == 0) i += 8;
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i - at;
}

struct Sequence {
  uint32_t length;  // bytes that belong together
  bool valid;       // they are a code point, not the maximal subpart of an ill-formed one
};

// The sequence at `at`, whose byte is not ASCII.
Sequence SequenceAt(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  uint32_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (uint32_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

}  // namespace

size_t Encode(char32_t c, char* to) {
  if (c < 0x80) {
    to[0] = static_cast<char>(c);
    return 1;
  }
  if (c < 0x800) {
    to[0] = static_cast<char>(0xC0 | (c >> 6));
    to[1] = static_cast<char>(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    to[0] = static_cast<char>(0xE0 | (c >> 12));
    to[1] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    to[2] = static_cast<char>(0x80 | (c & 0x3F));
    return 3;
  }
  to[0] = static_cast<char>(0xF0 | (c >> 18));
  to[1] = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
  to[2] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  to[3] = static_cast<char>(0x80 | (c & 0x3F));
  return 4;
}

void AppendUtf8(char32_t c, std::string& to) {
  char bytes[4];
  to.append(bytes, Encode(c, bytes));
}

bool IsAscii(std::string_view text) {
  const char* p = text.data();
  size_t n = text.size();
  while (n >= 32) {
    if (((Load8(p) | Load8(p + 8) | Load8(p + 16) | Load8(p + 24)) & kHighBits) != 0) return false;
    p += 32;
    n -= 32;
  }
  unsigned char any = 0;
  for (size_t i = 0; i < n; ++i) any |= static_cast<unsigned char>(p[i]);
  return any < 0x80;
}

bool IsValidUtf8(std::string_view text) {
  size_t at = 0;
  while (true) {
    at += AsciiRun(text, at);
    if (at == text.size()) return true;
    const Sequence sequence = SequenceAt(text, at);
    if (!sequence.valid) return false;
    at += sequence.length;
  }
}

size_t RepairUtf8(std::string_view text, std::string& out) {
  size_t replaced = 0;
  size_t at = 0;
  size_t kept = 0;  // text before this is in `out`
  while (true) {
    at += AsciiRun(text, at);
    if (at == text.size()) break;
    const Sequence sequence = SequenceAt(text, at);
    if (!sequence.valid) {
      out.append(text.substr(kept, at - kept));
      AppendUtf8(kReplacement, out);
      kept = at + sequence.length;
      ++replaced;
    }
    at += sequence.length;
  }
  out.append(text.substr(kept));
  return replaced;
}

size_t CountCodePoints(std::string_view text) {
  // Bytes that continue a code point are those with the top bits 10.
  size_t continuations = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const uint64_t word = Load8(text.data() + i);
    continuations += static_cast<size_t>(std::popcount((word & kHighBits) & ~(word << 1)));
  }
  for (; i < text.size(); ++i) continuations += IsContinuation(text[i]) ? 1 : 0;
  return text.size() - continuations;
}

size_t ByteOffset(std::string_view text, size_t index) {
  size_t i = 0;
  for (; i + 8 <= text.size() && index >= 8; i += 8) {
    const uint64_t word = Load8(text.data() + i);
    index -= 8 - static_cast<size_t>(std::popcount((word & kHighBits) & ~(word << 1)));
  }
  // Byte i may continue a code point that was counted.
  while (i < text.size() && IsContinuation(text[i])) ++i;
  for (; index > 0 && i < text.size(); --index) {
    ++i;
    while (i < text.size() && IsContinuation(text[i])) ++i;
  }
  return i;
}

}  // namespace assay::text
