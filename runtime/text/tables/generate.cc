// Reads Debian's unicode-data and writes runtime/text/unicode_tables.inc, the tables behind unicode.h. Runs on the build
// machine. A code point's record (property bits and distances to its simple mappings) is shared by all code points that have
// the same; pages of 128 record numbers are shared likewise. Full mappings that are no simple ones stand in a sorted list.
//
// Usage: generate <folder of unicode-data> <output file>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/text/unicode.h"

namespace {

using namespace assay::text;

constexpr char32_t kCodePoints = 0x110000;
constexpr size_t kPage = 128;

struct Character {
  uint32_t properties = 0;
  int decimal = -1;
  char32_t lower = 0, upper = 0, title = 0, fold = 0;
  std::vector<char32_t> full_lower, full_upper, full_title, full_fold;  // empty: the simple one
};

[[noreturn]] void Stop(const std::string& message) {
  std::cerr << "generate: " << message << "\n";
  std::exit(1);
}

std::string Trim(const std::string& s) {
  const size_t begin = s.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return s.substr(begin, s.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  size_t at = 0;
  while (true) {
    const size_t semicolon = line.find(';', at);
    fields.push_back(Trim(line.substr(at, semicolon == std::string::npos ? semicolon : semicolon - at)));
    if (semicolon == std::string::npos) return fields;
    at = semicolon + 1;
  }
}

char32_t Hex(const std::string& s) {
  const unsigned long value = std::stoul(s, nullptr, 16);
  if (value >= kCodePoints) Stop("no code point: " + s);
  return static_cast<char32_t>(value);
}

std::vector<char32_t> HexList(const std::string& s) {
  std::vector<char32_t> list;
  size_t at = 0;
  while (at < s.size()) {
    const size_t space = std::min(s.find(' ', at), s.size());
    if (space > at) list.push_back(Hex(s.substr(at, space - at)));
    at = space + 1;
  }
  return list;
}

// Calls `line` with the fields of every line that is not a comment.
void ForLines(const std::string& path, const std::function<void(const std::vector<std::string>&)>& line) {
  std::ifstream in(path);
  if (!in) Stop("cannot read " + path);
  std::string text;
  while (std::getline(in, text)) {
    text = Trim(text.substr(0, text.find('#')));
    if (!text.empty()) line(Fields(text));
  }
}

void ForRange(const std::string& field, const std::function<void(char32_t)>& visit) {
  const size_t dots = field.find("..");
  const char32_t first = Hex(field.substr(0, dots));
  const char32_t last = dots == std::string::npos ? first : Hex(field.substr(dots + 2));
  for (char32_t c = first; c <= last; ++c) visit(c);
}

void ReadUnicodeData(const std::string& path, std::vector<Character>& characters) {
  char32_t range_first = 0;
  ForLines(path, [&](const std::vector<std::string>& f) {
    if (f.size() < 15) Stop("a short line in " + path);
    const char32_t code_point = Hex(f[0]);
    if (f[1].ends_with(", First>")) {
      range_first = code_point;
      return;
    }
    const char32_t first = f[1].ends_with(", Last>") ? range_first : code_point;
    const std::string& category = f[2];
    const std::string& bidi = f[4];
    for (char32_t c = first; c <= code_point; ++c) {
      Character& character = characters[c];
      uint32_t& p = character.properties;
      p |= kAssigned;
      if (category[0] == 'L') p |= kAlpha | kWord;
      if (category == "Lt") p |= kTitle;
      if (category[0] == 'P') p |= kPunct;
      if (category == "Zs" || bidi == "WS" || bidi == "B" || bidi == "S") p |= kSpace;
      if (!f[6].empty()) {
        p |= kDecimal;
        character.decimal = std::stoi(f[6]);
      }
      if (!f[7].empty()) p |= kDigit;
      if (!f[6].empty() || !f[7].empty() || !f[8].empty()) p |= kWord;
      if (!f[12].empty()) character.upper = Hex(f[12]);
      if (!f[13].empty()) character.lower = Hex(f[13]);
      // Without a title case mapping of its own a character takes its upper case.
      character.title = f[14].empty() ? character.upper : Hex(f[14]);
    }
  });
  characters['_'].properties |= kWord;
}

void ReadProperties(const std::string& folder, std::vector<Character>& characters) {
  const std::map<std::string, uint32_t> derived = {
      {"Uppercase", kUpper}, {"Lowercase", kLower}, {"Cased", kCased}, {"Case_Ignorable", kCaseIgnorable}};
  ForLines(folder + "/DerivedCoreProperties.txt", [&](const std::vector<std::string>& f) {
    if (const auto found = derived.find(f[1]); found != derived.end()) {
      ForRange(f[0], [&](char32_t c) { characters[c].properties |= found->second; });
    }
  });
  ForLines(folder + "/emoji/emoji-data.txt", [&](const std::vector<std::string>& f) {
    if (f[1] != "Emoji") return;
    ForRange(f[0], [&](char32_t c) {
      const bool skin_tone = c >= 0x1F3FB && c <= 0x1F3FF;
      if (c > 0xFF && !skin_tone) characters[c].properties |= kEmoji;
    });
  });
}

void ReadCases(const std::string& folder, std::vector<Character>& characters) {
  ForLines(folder + "/SpecialCasing.txt", [&](const std::vector<std::string>& f) {
    // A fifth field is a condition (a language, a context); the one that holds everywhere, final sigma, is in case.cc.
    if (f.size() > 4 && !f[4].empty()) return;
    Character& character = characters[Hex(f[0])];
    character.full_lower = HexList(f[1]);
    character.full_title = HexList(f[2]);
    character.full_upper = HexList(f[3]);
  });
  ForLines(folder + "/CaseFolding.txt", [&](const std::vector<std::string>& f) {
    Character& character = characters[Hex(f[0])];
    if (f[1] == "C" || f[1] == "S") character.fold = Hex(f[2]);
    if (f[1] == "F") character.full_fold = HexList(f[2]);
  });
  // Simple foldings that Unicode added in 15.1; taken for every version, so that they all agree.
  for (const auto& [from, to] : {std::pair{U'\u1FD3', U'\u0390'}, {U'\u1FE3', U'\u03B0'}, {U'\uFB05', U'\uFB06'}}) {
    if (characters[from].fold == 0) characters[from].fold = to;
  }
}

struct Record {
  uint32_t properties;
  int32_t decimal, lower, upper, title, fold;  // the mappings as distances
  auto operator<=>(const Record&) const = default;
};

std::string CodePointText(char32_t c) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%X", static_cast<unsigned>(c));
  return text;
}

template <typename Value>
void WriteArray(std::ostream& out, const std::string& declaration, const std::vector<Value>& values) {
  out << declaration << " = {";
  for (size_t i = 0; i < values.size(); ++i) out << (i % 24 == 0 ? "\n" : "") << values[i] << ",";
  out << "\n};\n";
}

// The word characters that this machine's PCRE2 does not have in [\p{L}\p{N}_].
std::vector<std::pair<char32_t, char32_t>> WordsUnknownToLibrary(const std::vector<Character>& characters) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>("^[\\p{L}\\p{N}_]"), PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error,
                                   &offset, nullptr);
  if (code == nullptr) Stop("PCRE2 without Unicode");
  pcre2_match_data* match = pcre2_match_data_create_from_pattern(code, nullptr);
  std::vector<std::pair<char32_t, char32_t>> ranges;
  for (char32_t c = 0x80; c < kCodePoints; ++c) {
    if ((characters[c].properties & kWord) == 0) continue;
    char bytes[4];
    size_t n = 0;
    if (c < 0x800) {
      bytes[n++] = static_cast<char>(0xC0 | (c >> 6));
    } else {
      if (c < 0x10000) {
        bytes[n++] = static_cast<char>(0xE0 | (c >> 12));
      } else {
        bytes[n++] = static_cast<char>(0xF0 | (c >> 18));
        bytes[n++] = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      }
      bytes[n++] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    }
    bytes[n++] = static_cast<char>(0x80 | (c & 0x3F));
    if (pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(bytes), n, 0, 0, match, nullptr) >= 0) continue;
    if (!ranges.empty() && ranges.back().second + 1 == c) {
      ranges.back().second = c;
    } else {
      ranges.emplace_back(c, c);
    }
  }
  pcre2_match_data_free(match);
  pcre2_code_free(code);
  return ranges;
}

void WriteRanges(const std::vector<Character>& characters, const char* name, uint32_t property, std::ostream& out) {
  std::vector<std::pair<char32_t, char32_t>> ranges;
  for (char32_t c = 0; c < kCodePoints; ++c) {
    if ((characters[c].properties & property) == 0) continue;
    if (!ranges.empty() && ranges.back().second + 1 == c) {
      ranges.back().second = c;
    } else {
      ranges.emplace_back(c, c);
    }
  }
  out << "constexpr CodePointRange " << name << "[] = {\n";
  for (const auto& [first, last] : ranges) out << "{" << CodePointText(first) << "," << CodePointText(last) << "},\n";
  out << "};\n";
}

std::string Version(const std::string& folder) {
  std::ifstream in(folder + "/CaseFolding.txt");
  std::string line;
  std::getline(in, line);  // "# CaseFolding-15.0.0.txt"
  const size_t dash = line.find('-');
  const size_t txt = line.find(".txt");
  if (dash == std::string::npos || txt == std::string::npos) return "unknown";
  return line.substr(dash + 1, txt - dash - 1);
}

void WriteRecords(const std::vector<Character>& characters, std::ostream& out) {
  std::map<Record, size_t> numbers;
  std::vector<Record> records;
  std::map<std::array<size_t, kPage>, size_t> page_numbers;
  std::vector<size_t> page_of, cells;
  const auto distance = [](char32_t to, char32_t from) {
    return to == 0 ? 0 : static_cast<int32_t>(to) - static_cast<int32_t>(from);
  };
  for (char32_t page = 0; page < kCodePoints / kPage; ++page) {
    std::array<size_t, kPage> cell_of;
    for (char32_t i = 0; i < kPage; ++i) {
      const char32_t c = page * kPage + i;
      const Character& x = characters[c];
      const Record record = {x.properties,         x.decimal,           distance(x.lower, c), distance(x.upper, c),
                             distance(x.title, c), distance(x.fold, c)};
      const auto [found, fresh] = numbers.try_emplace(record, records.size());
      if (fresh) records.push_back(record);
      cell_of[i] = found->second;
    }
    const auto [found, fresh] = page_numbers.try_emplace(cell_of, page_numbers.size());
    if (fresh) cells.insert(cells.end(), cell_of.begin(), cell_of.end());
    page_of.push_back(found->second);
  }
  WriteArray(out, "constexpr uint16_t kPageOf[]", page_of);
  WriteArray(out, "constexpr uint16_t kRecordOf[]", cells);
  std::vector<uint32_t> properties;
  for (const Record& r : records) properties.push_back(r.properties);
  WriteArray(out, "constexpr uint32_t kProperties[]", properties);
  out << "constexpr CaseRecord kCases[] = {\n";
  for (const Record& r : records) {
    out << "{" << r.lower << "," << r.upper << "," << r.title << "," << r.fold << "," << r.decimal << "},\n";
  }
  out << "};\n";
}

void WriteMapping(std::ostream& out, const std::vector<char32_t>& full, char32_t simple, char32_t self) {
  std::vector<char32_t> list = full;
  if (list.empty()) list = {simple != 0 ? simple : self};
  if (list.size() > 3) Stop("a full mapping of more than three code points");
  out << "{{";
  for (const char32_t c : list) out << CodePointText(c) << ",";
  out << "}," << list.size() << "}";
}

void WriteSpecialCases(const std::vector<Character>& characters, std::ostream& out) {
  out << "constexpr SpecialCase kSpecialCases[] = {\n";
  for (char32_t c = 0; c < kCodePoints; ++c) {
    const Character& x = characters[c];
    if ((x.properties & kSpecialCase) == 0) continue;
    out << "{" << CodePointText(c) << ",";
    WriteMapping(out, x.full_lower, x.lower, c);
    out << ",";
    WriteMapping(out, x.full_upper, x.upper, c);
    out << ",";
    WriteMapping(out, x.full_title, x.title, c);
    out << ",";
    WriteMapping(out, x.full_fold, x.fold, c);
    out << "},\n";
  }
  out << "};\n";
}

// Orbits of simple folding: the members of all, orbit by orbit, and for each foldable code point where its orbit lies.
void WriteOrbits(const std::vector<Character>& characters, std::ostream& out) {
  std::map<char32_t, std::vector<char32_t>> orbits;
  for (char32_t c = 0; c < kCodePoints; ++c) {
    if (characters[c].fold != 0) orbits[characters[c].fold].push_back(c);
  }
  std::map<char32_t, std::pair<size_t, size_t>> place;
  std::vector<std::string> members;
  for (auto& [to, from] : orbits) {
    from.push_back(to);
    std::sort(from.begin(), from.end());
    for (const char32_t c : from) place[c] = {members.size(), from.size()};
    for (const char32_t c : from) members.push_back(CodePointText(c));
  }
  std::vector<std::string> foldable, offsets, sizes;
  for (const auto& [c, at] : place) {
    foldable.push_back(CodePointText(c));
    offsets.push_back(std::to_string(at.first));
    sizes.push_back(std::to_string(at.second));
  }
  WriteArray(out, "constexpr char32_t kOrbitMembers[]", members);
  WriteArray(out, "constexpr char32_t kFoldable[]", foldable);
  WriteArray(out, "constexpr uint16_t kOrbitOffset[]", offsets);
  WriteArray(out, "constexpr uint8_t kOrbitSize[]", sizes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) Stop("usage: generate <folder of unicode-data> <output file>");
  const std::string folder = argv[1];
  std::vector<Character> characters(kCodePoints);
  ReadUnicodeData(folder + "/UnicodeData.txt", characters);
  ReadProperties(folder, characters);
  ReadCases(folder, characters);
  for (char32_t c = 0; c < kCodePoints; ++c) {
    Character& x = characters[c];
    const auto differs = [&](const std::vector<char32_t>& full, char32_t simple) {
      return !full.empty() && full != std::vector<char32_t>{simple != 0 ? simple : c};
    };
    if (differs(x.full_lower, x.lower) || differs(x.full_upper, x.upper) || differs(x.full_title, x.title) ||
        differs(x.full_fold, x.fold)) {
      x.properties |= kSpecialCase;
    }
  }
  std::ofstream out(argv[2]);
  out << "// Made by runtime/text/tables/generate.cc.\n";
  out << "constexpr std::string_view kVersion = \"" << Version(folder) << "\";\n";
  WriteRecords(characters, out);
  WriteSpecialCases(characters, out);
  WriteOrbits(characters, out);
  WriteRanges(characters, "kWordRanges", kWord, out);
  WriteRanges(characters, "kAlphaRanges", kAlpha, out);
  WriteRanges(characters, "kDecimalRanges", kDecimal, out);
  WriteRanges(characters, "kSpaceRanges", kSpace, out);
  const auto unknown = WordsUnknownToLibrary(characters);
  out << "constexpr std::array<CodePointRange, " << unknown.size() << "> kWordsUnknownToPcre2 = {{\n";
  for (const auto& [first, last] : unknown) out << "{" << CodePointText(first) << "," << CodePointText(last) << "},\n";
  out << "}};\n";
  out.flush();
  if (!out) Stop(std::string("cannot write ") + argv[2]);
}
