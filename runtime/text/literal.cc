// Byte search: 16 positions at a time, those whose byte equals the needle's first and whose byte at the needle's length - 1
// equals its last; a letter that ignores case is compared with bit 5 set. Folded search: code point by code point, for
// needles or texts in which a match need not have the needle's bytes.
#include "runtime/text/literal.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::text {
namespace {

constexpr std::string_view kKelvin = "\xE2\x84\xAA";  // U+212A, folds to k
constexpr std::string_view kLongS = "\xC5\xBF";       // U+017F, folds to s

inline bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool EqualsAsciiNocase(const char* a, const char* lower, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (LowerAscii(a[i]) != lower[i]) return false;
  }
  return true;
}

using Vector = unsigned char __attribute__((vector_size(16), aligned(1)));

inline Vector Load(const char* p) {
  Vector v;
  std::memcpy(&v, p, 16);
  return v;
}

inline Vector Splat(unsigned char c) { return Vector{} + c; }

// The first occurrence of `needle` (not empty) at or after `from`. With `nocase` the needle is lower-case ASCII and
// compared with ASCII letters of either case.
size_t FindAscii(std::string_view text, std::string_view needle, size_t from, bool nocase) {
  if (from > text.size() || text.size() - from < needle.size()) return std::string_view::npos;
  const size_t n = needle.size();
  const char* const data = text.data();
  const size_t last_start = text.size() - n;
  const auto mask = [&](char c) -> unsigned char { return nocase && IsAsciiLetter(c) ? 0x20 : 0; };
  const char first = needle.front();
  const char last = needle.back();
  const unsigned char first_mask = mask(first);
  const unsigned char last_mask = mask(last);
  const auto matches = [&](size_t at) {
    return nocase ? EqualsAsciiNocase(data + at, needle.data(), n) : std::memcmp(data + at, needle.data(), n) == 0;
  };
  size_t at = from;
  const Vector firsts = Splat(static_cast<unsigned char>(first));
  const Vector lasts = Splat(static_cast<unsigned char>(last));
  const Vector first_masks = Splat(first_mask);
  const Vector last_masks = Splat(last_mask);
  for (; at + 15 <= last_start; at += 16) {
    const Vector hits = reinterpret_cast<Vector>(((Load(data + at) | first_masks) == firsts) &
                                                 ((Load(data + at + n - 1) | last_masks) == lasts));
    uint64_t words[2];
    std::memcpy(words, &hits, 16);
    if ((words[0] | words[1]) == 0) continue;
    for (size_t i = 0; i < 16; ++i) {
      const auto hit = static_cast<unsigned char>(words[i / 8] >> (i % 8 * 8));
      if (hit != 0 && matches(at + i)) return at + i;
    }
  }
  for (; at <= last_start; ++at) {
    const auto c = static_cast<unsigned char>(data[at]);
    if ((c | first_mask) == static_cast<unsigned char>(first) && matches(at)) return at;
  }
  return std::string_view::npos;
}

bool WordBefore(std::string_view text, size_t at) { return at > 0 && IsWord(DecodeBefore(text, at).code_point); }
bool WordAfter(std::string_view text, size_t at) { return at < text.size() && IsWord(Decode(text.data() + at).code_point); }

// The end of a match of `folded` that begins at byte `at`, if there is one.
std::optional<size_t> MatchFolded(std::string_view text, size_t at, const std::u32string& folded) {
  for (const char32_t c : folded) {
    if (at >= text.size()) return std::nullopt;
    const Decoded d = Decode(text.data() + at);
    if (SimpleFold(d.code_point) != c) return std::nullopt;
    at += d.length;
  }
  return at;
}

}  // namespace

Literal::Literal(std::string_view needle, LiteralOptions options) : needle_(needle), options_(options) {
  ascii_ = IsAscii(needle);
  bool letters = false;
  for (const char c : needle_) letters = letters || IsAsciiLetter(c);
  if (options_.nocase) {
    for (const char32_t c : CodePoints(needle_)) folded_.push_back(SimpleFold(c));
    if (ascii_) {
      for (char& c : needle_) c = LowerAscii(c);
      letters_ks_ = needle_.find_first_of("ks") != std::string::npos;
    }
  }
  bytes_only_ = !options_.nocase || (ascii_ && !letters);
}

std::optional<Literal::Range> Literal::FindBytes(std::string_view text, size_t from) const {
  const bool nocase = !bytes_only_;
  for (size_t at = from; (at = FindAscii(text, needle_, at, nocase)) != std::string_view::npos;) {
    const size_t end = at + needle_.size();
    if (!options_.words || (!WordBefore(text, at) && !WordAfter(text, end))) return Range{at, end};
    // The needle begins with a whole code point, so the next possible start is behind it.
    at += Decode(text.data() + at).length;
  }
  return std::nullopt;
}

std::optional<Literal::Range> Literal::FindFolded(std::string_view text, size_t from) const {
  for (size_t at = from; at < text.size();) {
    const Decoded d = Decode(text.data() + at);
    if (SimpleFold(d.code_point) == folded_[0]) {
      if (const auto end = MatchAt(text, at)) return Range{at, *end};
    }
    at += d.length;
  }
  return std::nullopt;
}

std::optional<size_t> Literal::MatchAt(std::string_view text, size_t at) const {
  std::optional<size_t> end;
  if (bytes_only_) {
    if (text.size() - at >= needle_.size() && text.compare(at, needle_.size(), needle_) == 0) end = at + needle_.size();
  } else {
    end = MatchFolded(text, at, folded_);
  }
  if (end && options_.words && (WordBefore(text, at) || WordAfter(text, *end))) return std::nullopt;
  return end;
}

std::optional<Literal::Range> Literal::Find(std::string_view text, size_t from) const {
  if (from > text.size()) return std::nullopt;
  if (needle_.empty()) {
    if (!options_.words) return Range{from, from};
    for (size_t at = from;; at += Decode(text.data() + at).length) {
      if (!WordBefore(text, at) && !WordAfter(text, at)) return Range{at, at};
      if (at == text.size()) return std::nullopt;
    }
  }
  if (bytes_only_) return FindBytes(text, from);
  if (!ascii_) return FindFolded(text, from);
  // An ASCII needle: its bytes in either case, unless the text has one of the two other characters that fold to ASCII.
  if (letters_ks_ && !IsAscii(text)) {
    const bool kelvin = needle_.find('k') != std::string::npos && text.find(kKelvin, from) != std::string_view::npos;
    const bool long_s = needle_.find('s') != std::string::npos && text.find(kLongS, from) != std::string_view::npos;
    if (kelvin || long_s) return FindFolded(text, from);
  }
  return FindBytes(text, from);
}

size_t Literal::Count(std::string_view text) const {
  size_t count = 0;
  for (size_t from = 0;;) {
    const auto range = Find(text, from);
    if (!range) return count;
    ++count;
    from = range->end;
    if (range->begin == range->end) {
      if (from == text.size()) return count;
      from += Decode(text.data() + from).length;
    }
  }
}

bool Literal::Starts(std::string_view text) const { return MatchAt(text, 0).has_value(); }

bool Literal::Ends(std::string_view text) const {
  if (bytes_only_) return text.ends_with(needle_) && (!options_.words || MatchAt(text, text.size() - needle_.size()));
  size_t at = text.size();
  for (size_t i = folded_.size(); i > 0; --i) {
    if (at == 0) return false;
    const Decoded d = DecodeBefore(text, at);
    if (SimpleFold(d.code_point) != folded_[i - 1]) return false;
    at -= d.length;
  }
  return !options_.words || !WordBefore(text, at);
}

bool Literal::Equals(std::string_view text) const {
  if (bytes_only_) return text == needle_;
  const auto end = MatchFolded(text, 0, folded_);
  return end && *end == text.size();
}

bool EqualsNocase(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const Decoded x = Decode(a.data() + i);
    const Decoded y = Decode(b.data() + j);
    if (x.code_point != y.code_point && SimpleFold(x.code_point) != SimpleFold(y.code_point)) return false;
    i += x.length;
    j += y.length;
  }
  return i == a.size() && j == b.size();
}

bool Like(std::string_view text, std::string_view pattern, bool nocase) {
  // The usual greedy walk: on a mismatch the last `*` takes one more code point. Earlier stars never need to change.
  size_t t = 0;
  size_t p = 0;
  size_t star = std::string_view::npos;  // behind the last `*` of the pattern
  size_t star_text = 0;                  // where its run ends
  while (t < text.size()) {
    const Decoded c = Decode(text.data() + t);
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    if (p < pattern.size()) {
      const Decoded q = Decode(pattern.data() + p);
      if (q.code_point == '?' || q.code_point == c.code_point ||
          (nocase && SimpleFold(q.code_point) == SimpleFold(c.code_point))) {
        p += q.length;
        t += c.length;
        continue;
      }
    }
    if (star == std::string_view::npos) return false;
    star_text += Decode(text.data() + star_text).length;
    t = star_text;
    p = star;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

size_t FindBytes(std::string_view text, std::string_view needle, size_t from) {
  if (needle.empty()) return from <= text.size() ? from : std::string_view::npos;
  return FindAscii(text, needle, from, false);
}

}  // namespace assay::text
