// Rows of the extractors: addresses, hashtags, mentions, numbers, amounts of money. Each walks the text once, from one telling
// character (`:`, `@`, `#`, a digit) outwards.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/values.h"
#include "runtime/text/case.h"
#include "runtime/text/number.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::rows {
namespace {

struct Range {
  size_t begin;
  size_t end;
};

bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool WordBefore(std::string_view text, size_t at) { return at > 0 && text::IsWord(text::DecodeBefore(text, at).code_point); }
bool WordAt(std::string_view text, size_t at) { return at < text.size() && text::IsWord(text::Decode(text.data() + at).code_point); }

bool StartsNocase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::ranges::equal(text.substr(0, lower.size()), lower, {}, LowerAscii);
}

// The end of the word characters that begin at `at`.
size_t WordEnd(std::string_view text, size_t at) {
  while (WordAt(text, at)) at += text::Decode(text.data() + at).length;
  return at;
}

// --- Web and mail addresses ---------------------------------------------------------------------------------------------

// The end of a web address that begins at `begin`: everything up to white space, quotes and angle brackets, without closing
// punctuation. A closing bracket belongs to the address where it closes one inside it.
size_t UrlEnd(std::string_view text, size_t begin) {
  size_t end = begin;
  std::array<int, 3> open = {};  // of (), [], {}
  while (end < text.size()) {
    const auto [c, length] = text::Decode(text.data() + end);
    if (text::IsSpace(c) || c < 0x20 || c == '<' || c == '>' || c == '"' || c == '`' || c == '|' || c == '\\' || c == '^') break;
    for (size_t i = 0; i < 3; ++i) {
      if (c == static_cast<char32_t>("([{"[i])) ++open[i];
      if (c == static_cast<char32_t>(")]}"[i])) --open[i];
    }
    end += length;
  }
  while (end > begin) {
    const auto [c, length] = text::DecodeBefore(text, end);
    bool drop = c >= 0x80 && text::Has(c, text::kPunct);
    if (c < 0x80) drop = std::string_view(".,;:!?'*_~([{").find(static_cast<char>(c)) != std::string_view::npos;
    for (size_t i = 0; i < 3; ++i) {
      if (c == static_cast<char32_t>("([{"[i])) --open[i];
      if (c == static_cast<char32_t>(")]}"[i]) && open[i] < 0) {
        drop = true;
        ++open[i];
      }
    }
    if (!drop) break;
    end -= length;
  }
  return end;
}

// A web address and where its host begins.
struct Url {
  Range range;
  size_t host;
};

// Where the host begins, and the name in it that must be there, of an address at `at`.
struct UrlStart {
  size_t host;
  size_t name;
};

std::optional<UrlStart> UrlStartAt(std::string_view text, size_t at) {
  const char c = LowerAscii(text[at]);
  if ((c != 'h' && c != 'f' && c != 'w') || WordBefore(text, at)) return std::nullopt;
  const std::string_view rest = text.substr(at);
  for (const std::string_view scheme : {std::string_view("https://"), std::string_view("http://"), std::string_view("ftp://")}) {
    if (StartsNocase(rest, scheme)) return UrlStart{at + scheme.size(), at + scheme.size()};
  }
  if (StartsNocase(rest, "www.")) return UrlStart{at, at + 4};
  return std::nullopt;
}

std::vector<Url> FindUrls(std::string_view text) {
  std::vector<Url> urls;
  for (size_t at = 0; at < text.size();) {
    const auto start = UrlStartAt(text, at);
    if (!start || !WordAt(text, start->name)) {
      ++at;
      continue;
    }
    const size_t end = UrlEnd(text, at);
    urls.push_back({{at, end}, start->host});
    at = std::max(end, start->name + 1);
  }
  return urls;
}

bool IsMailLocal(char c) { return IsAsciiLetter(c) || IsAsciiDigit(c) || std::string_view("._%+-").find(c) != std::string_view::npos; }
bool IsHostChar(char c) { return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '-' || c == '.'; }

// The end of the host name that begins at `begin`, with a top level of at least two letters; `begin` where there is none.
size_t HostEnd(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsHostChar(text[end])) {
    if (text[end] == '.' && (end == begin || text[end - 1] == '.')) break;
    ++end;
  }
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const std::string_view host = text.substr(begin, end - begin);
  const size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || host.starts_with('-')) return begin;
  const std::string_view top = host.substr(dot + 1);
  return top.size() >= 2 && std::ranges::all_of(top, IsAsciiLetter) ? end : begin;
}

// A mail address and where its host begins.
std::vector<Url> FindMails(std::string_view text) {
  std::vector<Url> mails;
  size_t last_end = 0;
  for (size_t at = 0; (at = text.find('@', at)) != std::string_view::npos; ++at) {
    size_t begin = at;
    while (begin > last_end && IsMailLocal(text[begin - 1])) --begin;
    while (begin < at && text[begin] == '.') ++begin;
    if (begin == at || text[at - 1] == '.' || WordBefore(text, begin)) continue;
    const size_t end = HostEnd(text, at + 1);
    if (end == at + 1 || WordAt(text, end)) continue;
    mails.push_back({{begin, end}, at + 1});
    last_end = end;
  }
  return mails;
}

Value TextsOf(std::string_view text, const std::vector<Url>& found, Arena& arena) {
  std::vector<std::string_view> texts;
  for (const Url& each : found) texts.push_back(text.substr(each.range.begin, each.range.end - each.range.begin));
  return ListOfTexts(texts, arena);
}

// The host of an address: up to the path, query, fragment or port, without user and password.
std::string_view HostOf(std::string_view text, const Url& url) {
  std::string_view host = text.substr(url.host, url.range.end - url.host);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const size_t user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
  host = host.substr(0, host.find(':'));
  while (host.ends_with('.')) host.remove_suffix(1);
  if (StartsNocase(host, "www.")) host.remove_prefix(4);
  return host;
}

// --- Hashtags and mentions ----------------------------------------------------------------------------------------------

Value Marked(std::string_view text, char mark, bool needs_letter, Arena& arena) {
  std::vector<std::string_view> found;
  for (size_t at = 0; (at = text.find(mark, at)) != std::string_view::npos;) {
    const size_t end = WordEnd(text, at + 1);
    bool fits = end > at + 1 && !WordBefore(text, at) && (at == 0 || text[at - 1] != '&');
    if (fits && needs_letter) {
      fits = false;
      for (const char32_t c : text::CodePoints(text.substr(at + 1, end - at - 1))) fits = fits || text::IsAlpha(c);
    }
    if (fits) found.push_back(text.substr(at, end - at));
    at = end;
  }
  return ListOfTexts(found, arena);
}

// --- Numbers and money --------------------------------------------------------------------------------------------------

struct Number {
  Range range;  // of sign, digits and fraction
  double value;
};

int DigitAt(std::string_view text, size_t at) {
  return at < text.size() ? text::DecimalValue(text::Decode(text.data() + at).code_point) : -1;
}

// Appends the digits at `at` to `digits`; the byte behind them.
size_t TakeDigits(std::string_view text, size_t at, std::string& digits) {
  for (int digit; (digit = DigitAt(text, at)) >= 0; at += text::Decode(text.data() + at).length) digits += static_cast<char>('0' + digit);
  return at;
}

// Appends groups `,ddd` as long as there are such; nothing is taken where the last would be followed by a fourth digit.
size_t TakeThousands(std::string_view text, size_t at, std::string& digits) {
  while (at < text.size() && text[at] == ',') {
    std::string group;
    const size_t end = TakeDigits(text, at + 1, group);
    if (group.size() != 3) break;
    digits += group;
    at = end;
  }
  return at;
}

std::vector<Number> FindNumbers(std::string_view text) {
  std::vector<Number> numbers;
  for (size_t at = 0; at < text.size();) {
    const bool point = text[at] == '.' && DigitAt(text, at + 1) >= 0 && !WordBefore(text, at);
    if (!point && DigitAt(text, at) < 0) {
      at += text::Decode(text.data() + at).length;
      continue;
    }
    if (WordBefore(text, at)) {  // inside a word: covid19
      std::string ignored;
      at = TakeDigits(text, at, ignored);
      continue;
    }
    std::string digits;
    size_t end = TakeDigits(text, at, digits);
    if (!digits.empty() && digits.size() <= 3) end = TakeThousands(text, end, digits);
    if (end < text.size() && text[end] == '.' && DigitAt(text, end + 1) >= 0) {
      if (digits.empty()) digits += '0';
      digits += '.';
      end = TakeDigits(text, end + 1, digits);
    }
    size_t begin = at;
    if (at > 0 && (text[at - 1] == '-' || text[at - 1] == '+') && !WordBefore(text, at - 1)) {
      begin = at - 1;
      if (text[begin] == '-') digits.insert(digits.begin(), '-');
    }
    if (const auto value = text::ParseFloat(digits)) numbers.push_back({{begin, end}, *value});
    // The rest of a version such as 1.2.3 is no number of its own.
    while (end < text.size() && text[end] == '.' && DigitAt(text, end + 1) >= 0) {
      std::string ignored;
      end = TakeDigits(text, end + 1, ignored);
    }
    at = end;
  }
  return numbers;
}

bool IsCurrencySign(char32_t c) {
  return c == '$' || (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20C0) || c == 0xFF04 || c == 0xFFE0 || c == 0xFFE1 || c == 0xFFE5 ||
         c == 0xFFE6;
}

constexpr std::string_view kCurrencyWords[] = {"usd", "eur", "gbp", "jpy", "chf", "cad", "aud", "nzd", "cny", "rmb", "inr", "brl", "mxn",
                                               "sek", "nok", "dkk", "pln", "czk", "huf", "rub", "try", "krw", "zar", "sgd", "hkd", "dollar",
                                               "dollars", "euro", "euros", "pound", "pounds", "yen", "yuan", "rupee", "rupees", "franc",
                                               "francs", "bucks"};

bool IsCurrencyWord(std::string_view lower) { return std::ranges::find(kCurrencyWords, lower) != std::end(kCurrencyWords); }

struct Multiplier {
  std::string_view word;
  double factor;
};
constexpr Multiplier kMultipliers[] = {{"k", 1e3},   {"thousand", 1e3}, {"m", 1e6},       {"mn", 1e6},       {"mio", 1e6},
                                       {"million", 1e6}, {"b", 1e9},    {"bn", 1e9},      {"billion", 1e9}, {"trillion", 1e12}};

std::string LowerWord(std::string_view text, size_t begin, size_t end) {
  std::string word(text.substr(begin, end - begin));
  std::ranges::transform(word, word.begin(), LowerAscii);
  return word;
}

size_t SkipBlank(std::string_view text, size_t at) { return at < text.size() && text[at] == ' ' ? at + 1 : at; }

// A currency ends at `at` (a blank may stand between) and does not belong to the amount that ends at `used`.
bool CurrencyBefore(std::string_view text, size_t at, size_t used) {
  if (at > 0 && text[at - 1] == ' ') --at;
  if (at <= used) return false;
  if (IsCurrencySign(text::DecodeBefore(text, at).code_point)) return true;
  size_t begin = at;
  while (begin > 0 && IsAsciiLetter(text[begin - 1]) && at - begin < 8) --begin;
  return !WordBefore(text, begin) && IsCurrencyWord(LowerWord(text, begin, at));
}

// The end of the currency that begins at `at` (a blank may stand between); `at` where there is none.
size_t CurrencyEnd(std::string_view text, size_t at) {
  const size_t begin = SkipBlank(text, at);
  if (begin >= text.size()) return at;
  const auto [c, length] = text::Decode(text.data() + begin);
  if (IsCurrencySign(c)) return begin + length;
  const size_t end = std::min(WordEnd(text, begin), begin + 16);
  return IsCurrencyWord(LowerWord(text, begin, end)) ? end : at;
}

}  // namespace

Value EvalUrls(Arguments a, EvalContext& context) { return TextsOf(a[0].as_string(), FindUrls(a[0].as_string()), *context.arena); }
Value EvalEmails(Arguments a, EvalContext& context) { return TextsOf(a[0].as_string(), FindMails(a[0].as_string()), *context.arena); }

Value EvalDomains(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  std::vector<Url> found = FindUrls(text);
  // A mail address inside a web address (a user name) is not counted twice.
  size_t next = 0;
  const size_t urls = found.size();
  for (const Url& mail : FindMails(text)) {
    while (next < urls && found[next].range.end <= mail.range.begin) ++next;
    if (next == urls || mail.range.end <= found[next].range.begin) found.push_back(mail);
  }
  std::ranges::sort(found, {}, [](const Url& url) { return url.range.begin; });
  std::vector<std::string_view> hosts;
  for (const Url& each : found) {
    const std::string_view host = HostOf(text, each);
    if (!host.empty()) hosts.push_back(text::Lower(host, *context.arena));
  }
  return ListOfTexts(hosts, *context.arena);
}

Value EvalHashtags(Arguments a, EvalContext& context) { return Marked(a[0].as_string(), '#', true, *context.arena); }
Value EvalMentions(Arguments a, EvalContext& context) { return Marked(a[0].as_string(), '@', false, *context.arena); }

Value EvalNumbers(Arguments a, EvalContext& context) {
  const std::vector<Number> numbers = FindNumbers(a[0].as_string());
  const auto list = context.arena->Allocate<Value>(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) list[i] = Value::Float(numbers[i].value);
  return Value::List(list);
}

Value EvalMoney(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  std::vector<Value> amounts;
  size_t used = 0;
  for (const Number& number : FindNumbers(text)) {
    double value = number.value;
    size_t end = number.range.end;
    const size_t word = SkipBlank(text, end);
    const size_t word_end = std::min(WordEnd(text, word), word + 16);
    const std::string multiplier = LowerWord(text, word, word_end);
    const auto* known = std::ranges::find(kMultipliers, std::string_view(multiplier), &Multiplier::word);
    if (known != std::end(kMultipliers)) {
      value *= known->factor;
      end = word_end;
    }
    const bool before = CurrencyBefore(text, number.range.begin, used);
    used = before ? end : CurrencyEnd(text, end);
    if (before || used > end) amounts.push_back(Value::Float(value));
  }
  const auto list = context.arena->Allocate<Value>(amounts.size());
  std::ranges::copy(amounts, list.begin());
  return Value::List(list);
}

}  // namespace assay::rows
