// Says what runtime/text makes of code points and texts, for python_text.py, which compares it with Python's str.
//   text_dump code_points   a line for every code point: number, property letters, lower, upper, title and folded text
//   text_dump texts         reads texts as hexadecimal UTF-8, a line each; answers with a line of tab-separated results
#include <fmt/format.h>

#include <iostream>
#include <string>
#include <vector>

#include "runtime/text/case.h"
#include "runtime/text/number.h"
#include "runtime/text/split.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace {

using namespace assay;

std::string Hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string FromHex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

template <typename F>
std::string Made(std::string_view input, F append) {
  std::string out;
  append(input, out);
  return Hex(out);
}

std::string Mapped(std::string_view input, void (*append)(std::string_view, std::string&)) { return Made(input, append); }

std::string List(std::string_view input, void (*split)(std::string_view, std::vector<std::string_view>&)) {
  std::vector<std::string_view> pieces;
  split(input, pieces);
  std::string out;
  for (const std::string_view piece : pieces) out += Hex(piece) + ",";
  return out;
}

void CodePoints() {
  using namespace text;
  for (char32_t c = 0; c <= kMaxCodePoint; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string one;
    AppendUtf8(c, one);
    std::string letters;
    for (const auto& [letter, bit] :
         {std::pair{'a', kAlpha}, {'d', kDecimal}, {'g', kDigit}, {'w', kWord}, {'s', kSpace}, {'p', kPunct}, {'z', kAssigned}}) {
      if (Has(c, bit)) letters.push_back(letter);
    }
    if (text::IsUpper(one)) letters.push_back('U');
    if (text::IsLower(one)) letters.push_back('L');
    if (text::IsTitle(one)) letters.push_back('T');
    std::cout << fmt::format("{:x}\t{}\t{}\t{}\t{}\t{}\t{}\n", static_cast<uint32_t>(c), letters, DecimalValue(c),
                             Mapped(one, text::Lower), Mapped(one, text::Upper), Mapped(one, text::Title),
                             Mapped(one, text::Casefold));
  }
}

std::string Describe(const std::string& bytes) {
  std::string repaired;
  text::RepairUtf8(bytes, repaired);
  const std::string_view t = repaired;
  const auto as_int = text::ParseInt(t);
  const auto as_float = text::ParseFloat(t);
  std::string out = Hex(t);
  for (const std::string& field :
       {std::to_string(text::CountCodePoints(t)), Mapped(t, text::Lower), Mapped(t, text::Upper), Mapped(t, text::Title),
        Mapped(t, text::Casefold), List(t, text::Split), List(t, text::Words), List(t, text::Tokens), List(t, text::Lines),
        Hex(text::Strip(t)), as_int ? std::to_string(*as_int) : std::string("none"),
        as_float ? text::FormatFloat(*as_float) : std::string("none"),
        fmt::format("{:d}{:d}{:d}{:d}{:d}{:d}{:d}", text::IsUpper(t), text::IsLower(t), text::IsTitle(t), text::IsDigit(t),
                    text::IsAlpha(t), text::IsAlnum(t), text::IsSpace(t)),
        fmt::format("{},{},{},{}", text::CountSplit(t), text::CountWords(t), text::CountTokens(t), text::CountLines(t))}) {
    out += "\t" + field;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  if (what == "code_points") {
    CodePoints();
  } else if (what == "texts") {
    for (std::string line; std::getline(std::cin, line);) std::cout << Describe(FromHex(line)) << "\n";
  } else {
    std::cerr << "usage: text_dump code_points | texts\n";
    return 2;
  }
}
