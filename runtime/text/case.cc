// ASCII goes byte by byte; other texts code point by code point through the full mappings, with the one context that holds in
// every language: a capital sigma at the end of a word.
#include "runtime/text/case.h"

#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::text {
namespace {

inline char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char UpperAscii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// Title case for ASCII: a letter behind a letter is lower case.
struct TitleAscii {
  bool cased = false;
  char operator()(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const char result = cased ? LowerAscii(c) : UpperAscii(c);
    cased = letter;
    return result;
  }
};

void AppendMapping(const Mapping& mapping, std::string& out) {
  for (uint32_t i = 0; i < mapping.length; ++i) AppendUtf8(mapping.code_points[i], out);
}

constexpr char32_t kCapitalSigma = 0x3A3;

// What a capital sigma that begins at byte `at` becomes: final where a cased character precedes and none follows, both
// beyond characters that case ignores.
char32_t LowerSigma(std::string_view text, size_t at) {
  bool before = false;
  for (size_t i = at; i > 0;) {
    const Decoded d = DecodeBefore(text, i);
    i -= d.length;
    if (Has(d.code_point, kCaseIgnorable)) continue;
    before = Has(d.code_point, kCased);
    break;
  }
  if (!before) return 0x3C3;
  for (size_t i = at + 2; i < text.size();) {
    const Decoded d = Decode(text.data() + i);
    i += d.length;
    if (Has(d.code_point, kCaseIgnorable)) continue;
    return Has(d.code_point, kCased) ? 0x3C3 : 0x3C2;
  }
  return 0x3C2;
}

void AppendLower(std::string_view text, size_t at, char32_t c, std::string& out) {
  if (c == kCapitalSigma) {
    AppendUtf8(LowerSigma(text, at), out);
  } else {
    AppendMapping(FullLower(c), out);
  }
}

template <typename F>
void MapBytes(std::string_view text, char* to, F map) {
  for (size_t i = 0; i < text.size(); ++i) to[i] = map(text[i]);
}

template <typename F>
void AppendBytes(std::string_view text, std::string& out, F map) {
  const size_t before = out.size();
  out.resize(before + text.size());
  MapBytes(text, out.data() + before, map);
}

// Calls `map(at, c, out)` for every code point.
template <typename F>
void AppendCodePoints(std::string_view text, std::string& out, F map) {
  for (size_t at = 0; at < text.size();) {
    const Decoded d = Decode(text.data() + at);
    map(at, d.code_point, out);
    at += d.length;
  }
}

// The Arena version of an appending function: ASCII straight into the arena, the rest through a string.
template <typename F>
std::string_view Into(std::string_view text, Arena& arena, F ascii, void (*append)(std::string_view, std::string&)) {
  if (IsAscii(text)) {
    if (text.empty()) return text;
    const auto room = arena.Allocate<char>(text.size());
    MapBytes(text, room.data(), ascii);
    return {room.data(), room.size()};
  }
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  append(text, out);
  return out == text ? text : arena.Copy(out);
}

template <typename F>
bool AnyOf(std::string_view text, F holds) {
  for (const char32_t c : CodePoints(text)) {
    if (holds(c)) return true;
  }
  return false;
}

bool AllHave(std::string_view text, uint32_t property) {
  return !text.empty() && !AnyOf(text, [&](char32_t c) { return !Has(c, property); });
}

}  // namespace

void Lower(std::string_view text, std::string& out) {
  if (IsAscii(text)) return AppendBytes(text, out, LowerAscii);
  AppendCodePoints(text, out, [&](size_t at, char32_t c, std::string& to) {
    if (c < 0x80) {
      to.push_back(LowerAscii(static_cast<char>(c)));
    } else {
      AppendLower(text, at, c, to);
    }
  });
}

void Upper(std::string_view text, std::string& out) {
  if (IsAscii(text)) return AppendBytes(text, out, UpperAscii);
  AppendCodePoints(text, out, [](size_t, char32_t c, std::string& to) { AppendMapping(FullUpper(c), to); });
}

void Title(std::string_view text, std::string& out) {
  if (IsAscii(text)) return AppendBytes(text, out, TitleAscii());
  bool cased = false;
  AppendCodePoints(text, out, [&](size_t at, char32_t c, std::string& to) {
    if (cased) {
      AppendLower(text, at, c, to);
    } else {
      AppendMapping(FullTitle(c), to);
    }
    cased = Has(c, kCased);
  });
}

void Casefold(std::string_view text, std::string& out) {
  if (IsAscii(text)) return AppendBytes(text, out, LowerAscii);
  AppendCodePoints(text, out, [](size_t, char32_t c, std::string& to) { AppendMapping(FullFold(c), to); });
}

void SimpleFold(std::string_view text, std::string& out) {
  if (IsAscii(text)) return AppendBytes(text, out, LowerAscii);
  AppendCodePoints(text, out, [](size_t, char32_t c, std::string& to) { AppendUtf8(SimpleFold(c), to); });
}

std::string_view Lower(std::string_view text, Arena& arena) { return Into(text, arena, LowerAscii, Lower); }
std::string_view Upper(std::string_view text, Arena& arena) { return Into(text, arena, UpperAscii, Upper); }
std::string_view Title(std::string_view text, Arena& arena) { return Into(text, arena, TitleAscii(), Title); }
std::string_view Casefold(std::string_view text, Arena& arena) { return Into(text, arena, LowerAscii, Casefold); }
std::string_view SimpleFold(std::string_view text, Arena& arena) { return Into(text, arena, LowerAscii, SimpleFold); }

bool IsUpper(std::string_view text) {
  bool cased = false;
  for (const char32_t c : CodePoints(text)) {
    const uint32_t p = Properties(c);
    if ((p & (kLower | kTitle)) != 0) return false;
    cased = cased || (p & kUpper) != 0;
  }
  return cased;
}

bool IsLower(std::string_view text) {
  bool cased = false;
  for (const char32_t c : CodePoints(text)) {
    const uint32_t p = Properties(c);
    if ((p & (kUpper | kTitle)) != 0) return false;
    cased = cased || (p & kLower) != 0;
  }
  return cased;
}

bool IsTitle(std::string_view text) {
  bool cased = false;
  bool previous_cased = false;
  for (const char32_t c : CodePoints(text)) {
    const uint32_t p = Properties(c);
    if ((p & (kUpper | kTitle)) != 0) {
      if (previous_cased) return false;
      previous_cased = cased = true;
    } else if ((p & kLower) != 0) {
      if (!previous_cased) return false;
      cased = true;
    } else {
      previous_cased = false;
    }
  }
  return cased;
}

bool IsDigit(std::string_view text) { return AllHave(text, kDigit); }
bool IsAlpha(std::string_view text) { return AllHave(text, kAlpha); }
bool IsSpace(std::string_view text) { return AllHave(text, kSpace); }
bool IsAlnum(std::string_view text) {
  return !text.empty() && !AnyOf(text, [](char32_t c) { return c == '_' || !Has(c, kWord); });
}

}  // namespace assay::text
