// One loop shape for all: ASCII bytes by a table of 128 property words, other code points by unicode.h. The list and the
// counting versions are the same template with a different sink.
#include "runtime/text/split.h"

#include <array>
#include <bit>
#include <cstring>

#include "runtime/base/count_bits.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace assay::text {
namespace {

// Property bits of ASCII, so that the common bytes cost one look-up.
constexpr std::array<uint32_t, 128> MakeAscii() {
  std::array<uint32_t, 128> table{};
  for (uint32_t c = 0; c < 128; ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';
    uint32_t p = kAssigned;
    if (upper) p |= kUpper | kAlpha;
    if (lower) p |= kLower | kAlpha;
    if (digit) p |= kDecimal | kDigit;
    if (upper || lower || digit || c == '_') p |= kWord;
    if (c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31)) p |= kSpace;
    // ASCII symbols ($+<=>^`|~) are no punctuation to Unicode.
    const bool symbol = c == '$' || c == '+' || c == '<' || c == '=' || c == '>' || c == '^' || c == '`' || c == '|' || c == '~';
    const bool graphic = c > 32 && c < 127;
    if (graphic && !upper && !lower && !digit && !symbol) p |= kPunct;
    table[c] = p;
  }
  return table;
}
constexpr std::array<uint32_t, 128> kAscii = MakeAscii();

struct Step {
  uint32_t properties;
  uint32_t length;
};

inline Step At(std::string_view text, size_t at) {
  const auto b = static_cast<unsigned char>(text[at]);
  if (b < 0x80) return {kAscii[b], 1};
  const Decoded d = Decode(text.data() + at);
  return {Properties(d.code_point), d.length};
}

// Sinks of pieces say whether they take more.
struct Collect {
  std::vector<std::string_view>& out;
  bool operator()(std::string_view piece) {
    out.push_back(piece);
    return true;
  }
};

struct Tally {
  size_t enough;
  size_t count = 0;
  bool operator()(std::string_view) { return ++count < enough; }
};

// Maximal runs of code points for which `belongs(properties)`.
template <typename Belongs, typename Sink>
void Runs(std::string_view text, Belongs belongs, Sink& sink) {
  size_t begin = 0;
  bool inside = false;
  for (size_t at = 0; at < text.size();) {
    const Step step = At(text, at);
    const bool now = belongs(step.properties);
    if (now && !inside) begin = at;
    if (!now && inside && !sink(text.substr(begin, at - begin))) return;
    inside = now;
    at += step.length;
  }
  if (inside) sink(text.substr(begin));
}

constexpr auto kNotSpace = [](uint32_t p) { return (p & kSpace) == 0; };
constexpr auto kIsWord = [](uint32_t p) { return (p & kWord) != 0; };

template <typename Sink>
void TokensTo(std::string_view text, Sink& sink) {
  size_t begin = 0;
  bool inside = false;
  for (size_t at = 0; at < text.size();) {
    const Step step = At(text, at);
    const bool word = (step.properties & kWord) != 0;
    if (word && !inside) begin = at;
    if (!word) {
      if (inside && !sink(text.substr(begin, at - begin))) return;
      if ((step.properties & kSpace) == 0 && !sink(text.substr(at, step.length))) return;
    }
    inside = word;
    at += step.length;
  }
  if (inside) sink(text.substr(begin));
}

// Line boundaries of str.splitlines; CR LF is one.
bool IsLineBreak(char32_t c) {
  return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

template <typename Sink>
void LinesTo(std::string_view text, Sink& sink) {
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const Decoded d = Decode(text.data() + at);
    if (!IsLineBreak(d.code_point)) {
      at += d.length;
      continue;
    }
    if (!sink(text.substr(begin, at - begin))) return;
    at += d.length;
    if (d.code_point == '\r' && at < text.size() && text[at] == '\n') ++at;
    begin = at;
  }
  if (begin < text.size()) sink(text.substr(begin));
}

bool EndsSentence(char32_t c) {
  return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x203D || c == 0x3002 || c == 0xFF01 || c == 0xFF1F;
}
bool NeedsNoSpace(char32_t c) { return c == 0x3002 || c == 0xFF01 || c == 0xFF1F; }
bool ClosesSentence(char32_t c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == '}' || c == 0xBB || c == 0x2019 || c == 0x201D || c == 0x300D ||
         c == 0x300F || c == 0xFF09;
}

// The letter before byte `at` stands alone: "J." of "J. Smith".
bool SingleLetterBefore(std::string_view text, size_t at) {
  if (at == 0) return false;
  const Decoded letter = DecodeBefore(text, at);
  if (!IsAlpha(letter.code_point)) return false;
  const size_t begin = at - letter.length;
  return begin == 0 || !IsWord(DecodeBefore(text, begin).code_point);
}

// One past the end of a run of line breaks and white space with at least two line breaks that begins at `at`; else `at`.
size_t Paragraph(std::string_view text, size_t at) {
  size_t breaks = 0;
  size_t i = at;
  while (i < text.size()) {
    const Step step = At(text, i);
    if ((step.properties & kSpace) == 0) break;
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n'))) ++breaks;
    i += step.length;
  }
  return breaks >= 2 ? i : at;
}

template <typename Sink>
void SentencesTo(std::string_view text, Sink& sink) {
  size_t begin = 0;
  const auto emit = [&](size_t end) {
    const std::string_view sentence = Strip(text.substr(begin, end - begin));
    if (!sentence.empty()) sink(sentence);
    begin = end;
  };
  for (size_t at = 0; at < text.size();) {
    const Decoded d = Decode(text.data() + at);
    if (d.code_point == '\n' || d.code_point == '\r') {
      const size_t end = Paragraph(text, at);
      if (end != at) emit(end);
      at = end != at ? end : at + d.length;
      continue;
    }
    if (!EndsSentence(d.code_point)) {
      at += d.length;
      continue;
    }
    const size_t mark = at;
    size_t marks = 0;
    char32_t last = 0;
    while (at < text.size()) {
      const Decoded next = Decode(text.data() + at);
      if (!EndsSentence(next.code_point)) break;
      last = next.code_point;
      ++marks;
      at += next.length;
    }
    while (at < text.size()) {
      const Decoded next = Decode(text.data() + at);
      if (!ClosesSentence(next.code_point)) break;
      at += next.length;
    }
    if (at < text.size() && !NeedsNoSpace(last) && (At(text, at).properties & kSpace) == 0) continue;
    if (marks == 1 && last == '.') {
      if (SingleLetterBefore(text, mark)) continue;
      const std::string_view rest = StripLeft(text.substr(at));
      if (!rest.empty() && Has(Decode(rest.data()).code_point, kLower)) continue;
    }
    emit(at);
  }
  emit(text.size());
}

uint32_t PropertyOf(CharClass char_class) {
  switch (char_class) {
    case CharClass::kUpper: return kUpper;
    case CharClass::kLower: return kLower;
    case CharClass::kLetter: return kAlpha;
    case CharClass::kDigit: return kDecimal;
    case CharClass::kSpace: return kSpace;
    case CharClass::kPunct: return kPunct;
    case CharClass::kEmoji: return kEmoji;
    case CharClass::kAscii: return 0;
  }
  return 0;
}

}  // namespace

void Split(std::string_view text, std::vector<std::string_view>& out) {
  Collect sink{out};
  Runs(text, kNotSpace, sink);
}

namespace {

constexpr size_t kChunk = 64;

// Which bytes of a chunk are white space of ASCII, and which begin a character that may be white space: of the others only
// those below U+00C0, and U+1000 to U+3FFF, are.
struct Chunk {
  uint64_t spaces;
  uint64_t suspects;
};

#if defined(__SSE2__)
Chunk LookAt(const char* bytes) {
  // Unsigned b < n is min(b, n - 1) == b.
  const auto below = [](__m128i b, int n) { return _mm_cmpeq_epi8(_mm_min_epu8(b, _mm_set1_epi8(static_cast<char>(n - 1))), b); };
  const auto minus = [](__m128i b, int n) { return _mm_sub_epi8(b, _mm_set1_epi8(static_cast<char>(n))); };
  Chunk chunk = {0, 0};
  for (unsigned i = 0; i < kChunk; i += 16) {
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const __m128i space = _mm_or_si128(_mm_cmpeq_epi8(b, _mm_set1_epi8(' ')), _mm_or_si128(below(minus(b, 9), 5), below(minus(b, 28), 4)));
    const __m128i suspect = _mm_or_si128(_mm_cmpeq_epi8(b, _mm_set1_epi8(static_cast<char>(0xC2))), below(minus(b, 0xE1), 3));
    chunk.spaces |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(space))} << i;
    chunk.suspects |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(suspect))} << i;
  }
  return chunk;
}
#else
Chunk LookAt(const char* bytes) {
  Chunk chunk = {0, 0};
  for (unsigned i = 0; i < kChunk; ++i) {
    const auto b = static_cast<uint8_t>(bytes[i]);
    const bool space = b == ' ' || static_cast<uint8_t>(b - 9) < 5 || static_cast<uint8_t>(b - 28) < 4;
    const bool suspect = b == 0xC2 || static_cast<uint8_t>(b - 0xE1) < 3;
    chunk.spaces |= uint64_t{space} << i;
    chunk.suspects |= uint64_t{suspect} << i;
  }
  return chunk;
}
#endif

// The bytes from `at` to the text's end, fewer than a chunk; behind them there is space.
Chunk LookAtLast(std::string_view text, size_t at) {
  const size_t left = text.size() - at;
  Chunk chunk;
  if (text.size() >= kChunk) {
    chunk = LookAt(text.data() + text.size() - kChunk);
    chunk.spaces >>= kChunk - left;
    chunk.suspects >>= kChunk - left;
  } else {
    char bytes[kChunk] = {};
    std::memcpy(bytes, text.data() + at, left);
    chunk = LookAt(bytes);
  }
  chunk.spaces |= ~uint64_t{0} << left;
  return chunk;
}

}  // namespace

// A piece begins where a byte is no space and the byte before it is: 64 bytes at a time.
size_t CountSplit(std::string_view text, size_t enough) {
  size_t count = 0;
  uint64_t before = 1;  // the last byte was white space
  uint64_t over = 0;    // bytes of the next chunk that belong to a space in this one
  for (size_t at = 0; at < text.size() && count < enough; at += kChunk) {
    auto [spaces, suspects] = text.size() - at >= kChunk ? LookAt(text.data() + at) : LookAtLast(text, at);
    spaces |= over;
    over = 0;
    for (; suspects != 0; suspects &= suspects - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(suspects));
      const Step step = At(text, at + i);
      if ((step.properties & kSpace) == 0) continue;
      for (size_t byte = i; byte < i + step.length; ++byte) {
        (byte < kChunk ? spaces : over) |= uint64_t{1} << (byte % kChunk);
      }
    }
    count += CountBits(~spaces & (spaces << 1 | before));
    before = spaces >> (kChunk - 1);
  }
  return count;
}

void SplitBy(std::string_view text, std::string_view separator, std::vector<std::string_view>& out) {
  size_t begin = 0;
  if (!separator.empty()) {
    for (size_t hit; (hit = text.find(separator, begin)) != std::string_view::npos; begin = hit + separator.size()) {
      out.push_back(text.substr(begin, hit - begin));
    }
  }
  out.push_back(text.substr(begin));
}

void Words(std::string_view text, std::vector<std::string_view>& out) {
  Collect sink{out};
  Runs(text, kIsWord, sink);
}

size_t CountWords(std::string_view text, size_t enough) {
  Tally sink{enough};
  Runs(text, kIsWord, sink);
  return sink.count;
}

void Tokens(std::string_view text, std::vector<std::string_view>& out) {
  Collect sink{out};
  TokensTo(text, sink);
}

size_t CountTokens(std::string_view text, size_t enough) {
  Tally sink{enough};
  TokensTo(text, sink);
  return sink.count;
}

void Lines(std::string_view text, std::vector<std::string_view>& out) {
  Collect sink{out};
  LinesTo(text, sink);
}

size_t CountLines(std::string_view text, size_t enough) {
  Tally sink{enough};
  LinesTo(text, sink);
  return sink.count;
}

void Sentences(std::string_view text, std::vector<std::string_view>& out) {
  Collect sink{out};
  SentencesTo(text, sink);
}

size_t CountSentences(std::string_view text) {
  Tally sink{kAll};
  SentencesTo(text, sink);
  return sink.count;
}

std::string_view StripLeft(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const Step step = At(text, at);
    if ((step.properties & kSpace) == 0) break;
    at += step.length;
  }
  return text.substr(at);
}

std::string_view StripRight(std::string_view text) {
  size_t end = text.size();
  while (end > 0) {
    const Decoded d = DecodeBefore(text, end);
    if (!IsSpace(d.code_point)) break;
    end -= d.length;
  }
  return text.substr(0, end);
}

std::string_view Strip(std::string_view text) { return StripRight(StripLeft(text)); }

size_t CountClass(std::string_view text, CharClass char_class) {
  size_t count = 0;
  if (char_class == CharClass::kAscii) {
    for (const char c : text) count += static_cast<unsigned char>(c) < 0x80 ? 1 : 0;
    return count;
  }
  const uint32_t property = PropertyOf(char_class);
  for (size_t at = 0; at < text.size();) {
    const Step step = At(text, at);
    count += (step.properties & property) != 0 ? 1 : 0;
    at += step.length;
  }
  return count;
}

CharCounts CountClasses(std::string_view text) {
  CharCounts counts;
  const auto add = [&](CharClass char_class, uint32_t properties) {
    counts.of[static_cast<size_t>(char_class)] += (properties & PropertyOf(char_class)) != 0 ? 1 : 0;
  };
  for (size_t at = 0; at < text.size();) {
    const Step step = At(text, at);
    add(CharClass::kUpper, step.properties);
    add(CharClass::kLower, step.properties);
    add(CharClass::kLetter, step.properties);
    add(CharClass::kDigit, step.properties);
    add(CharClass::kSpace, step.properties);
    add(CharClass::kPunct, step.properties);
    add(CharClass::kEmoji, step.properties);
    if (static_cast<unsigned char>(text[at]) < 0x80) ++counts.of[static_cast<size_t>(CharClass::kAscii)];
    ++counts.code_points;
    at += step.length;
  }
  return counts;
}

}  // namespace assay::text
