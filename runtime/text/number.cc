// Text becomes ASCII first, as in Python: Unicode's decimal digits by their value, its spaces as a space. Then
// std::from_chars and std::to_chars, which round correctly and know no locale.
#include "runtime/text/number.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::text {
namespace {

// C's isspace. (U+001C to U+001F are spaces to str.isspace, but not to int and float.)
bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The text in ASCII and without white space around; uses `buffer` where it is not ASCII. '?' stands for what no number has.
std::string_view ToAscii(std::string_view text, std::string& buffer) {
  if (!IsAscii(text)) {
    for (const char32_t c : CodePoints(text)) {
      if (c < 0x80) {
        buffer.push_back(static_cast<char>(c));
      } else if (const int value = DecimalValue(c); value >= 0) {
        buffer.push_back(static_cast<char>('0' + value));
      } else {
        buffer.push_back(IsSpace(c) ? ' ' : '?');
      }
    }
    text = buffer;
  }
  while (!text.empty() && IsAsciiSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsAsciiSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool IsDigitChar(char c) { return c >= '0' && c <= '9'; }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// `text` is digits with at most one point and at least one digit, then perhaps an exponent. True, and where the point
// stands in front of the first digit that counts (value = 0.d1d2... x 10^magnitude), if so.
bool ScanFloat(std::string_view text, int64_t& magnitude) {
  size_t i = 0;
  int64_t whole = 0;     // digits before the point, from the first that is not zero
  int64_t leading = 0;   // zeros behind the point before the first digit that is not zero
  bool digits = false;
  bool nonzero = false;
  for (; i < text.size() && IsDigitChar(text[i]); ++i) {
    digits = true;
    nonzero = nonzero || text[i] != '0';
    if (nonzero) ++whole;
  }
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && IsDigitChar(text[i]); ++i) {
      digits = true;
      nonzero = nonzero || text[i] != '0';
      if (!nonzero) ++leading;
    }
  }
  if (!digits) return false;
  int64_t exponent = 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool negative = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
    if (i == text.size()) return false;
    for (; i < text.size() && IsDigitChar(text[i]); ++i) {
      if (exponent < 1'000'000'000'000) exponent = exponent * 10 + (text[i] - '0');
    }
    if (negative) exponent = -exponent;
  }
  magnitude = exponent + (whole > 0 ? whole : -leading);
  return i == text.size();
}

}  // namespace

std::optional<int64_t> ParseInt(std::string_view text) {
  std::string buffer;
  text = ToAscii(text, buffer);
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> ParseFloat(std::string_view text) {
  std::string buffer;
  text = ToAscii(text, buffer);
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  double value = 0;
  if (EqualsIgnoringCase(text, "inf") || EqualsIgnoringCase(text, "infinity")) {
    value = std::numeric_limits<double>::infinity();
  } else {
    int64_t magnitude = 0;
    if (!ScanFloat(text, magnitude)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) {
      value = magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    } else if (error != std::errc()) {
      return std::nullopt;
    }
  }
  return negative ? -value : value;
}

void AppendInt(int64_t value, std::string& out) {
  char buffer[24];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, end);
}

void AppendFloat(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "nan";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-inf" : "inf";
    return;
  }
  // d[.ddd]e[+-]xx with the fewest digits that read back as `value`; then Python's choice of notation.
  char buffer[40];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(end - buffer));
  if (text.front() == '-') {
    out.push_back('-');
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits.append(text.substr(2, e - 2));
  const auto count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    out.push_back(digits[0]);
    if (count > 1) out.append(".").append(digits, 1);
    out.append(exponent < 0 ? "e-" : "e+");
    const int size = exponent < 0 ? -exponent : exponent;
    if (size < 10) out.push_back('0');
    AppendInt(size, out);
  } else if (exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
  } else if (count <= exponent + 1) {
    out.append(digits).append(static_cast<size_t>(exponent + 1 - count), '0').append(".0");
  } else {
    out.append(digits, 0, static_cast<size_t>(exponent + 1)).append(".").append(digits, static_cast<size_t>(exponent + 1));
  }
}

std::string FormatFloat(double value) {
  std::string out;
  AppendFloat(value, out);
  return out;
}

std::string FormatInt(int64_t value) {
  std::string out;
  AppendInt(value, out);
  return out;
}

std::string_view FormatFloat(double value, Arena& arena) { return arena.Copy(FormatFloat(value)); }
std::string_view FormatInt(int64_t value, Arena& arena) { return arena.Copy(FormatInt(value)); }

}  // namespace assay::text
