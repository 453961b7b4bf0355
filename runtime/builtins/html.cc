// Rows of strip_html and unescape. One pass each; what is not HTML stays as it is, for texts are full of lone `<` and `&`.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "runtime/builtins/rows.h"
#include "runtime/text/utf8.h"

namespace assay::rows {
namespace {

struct NamedEntity {
  std::string_view name;
  char32_t code_point;
};

constexpr NamedEntity kNamedEntities[] = {
#define HTML_ENTITY(name, code_point) {name, code_point},
#include "runtime/builtins/html_entities.def"
#undef HTML_ENTITY
};
static_assert(std::ranges::is_sorted(kNamedEntities, {}, &NamedEntity::name));

// Browsers read &#128; to &#159; as Windows-1252.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

constexpr size_t kLongestEntity = 32;  // between `&` and `;`: the longest name has 8, numbers may have leading zeros

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::optional<char32_t> NumericEntity(std::string_view digits) {
  uint32_t base = 10;
  if (digits.starts_with('x') || digits.starts_with('X')) {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty()) return std::nullopt;
  uint32_t value = 0;
  for (const char c : digits) {
    uint32_t digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<uint32_t>(c - '0');
    if (LowerAscii(c) >= 'a' && LowerAscii(c) <= 'f') digit = static_cast<uint32_t>(LowerAscii(c) - 'a') + 10;
    if (digit >= base) return std::nullopt;
    value = std::min(value * base + digit, text::kMaxCodePoint + 1u);
  }
  if (value >= 0x80 && value < 0xA0) return kWindows1252[value - 0x80];
  if (value == 0 || value > text::kMaxCodePoint || (value >= 0xD800 && value < 0xE000)) return text::kReplacement;
  return value;
}

// Decodes the entity at the `&` at `at`; the byte behind it, or nothing.
std::optional<size_t> DecodeEntity(std::string_view text, size_t at, std::string& out) {
  const size_t end = text.substr(at, kLongestEntity + 2).find(';');
  if (end == std::string_view::npos || end < 2) return std::nullopt;
  const std::string_view body = text.substr(at + 1, end - 1);
  std::optional<char32_t> code_point;
  if (body.starts_with('#')) {
    code_point = NumericEntity(body.substr(1));
  } else {
    const auto* found = std::ranges::lower_bound(kNamedEntities, body, {}, &NamedEntity::name);
    if (found != std::end(kNamedEntities) && found->name == body) code_point = found->code_point;
  }
  if (!code_point) return std::nullopt;
  text::AppendUtf8(*code_point, out);
  return at + end + 1;
}

void Unescape(std::string_view text, std::string& out) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t mark = std::min(text.find('&', at), text.size());
    out.append(text, at, mark - at);
    if (mark == text.size()) return;
    const auto behind = DecodeEntity(text, mark, out);
    if (!behind) out += '&';
    at = behind.value_or(mark + 1);
  }
}

class TagStripper {
 public:
  explicit TagStripper(std::string_view text) : text_(text) {}

  std::string Strip() {
    std::string kept;
    while (at_ < text_.size()) {
      const size_t open = std::min(text_.find('<', at_), text_.size());
      kept.append(text_, at_, open - at_);
      at_ = open;
      if (at_ < text_.size() && !SkipMarkup()) {
        kept += '<';
        ++at_;
      }
    }
    return kept;
  }

 private:
  // At a `<`: skips what it begins, or says that it begins nothing.
  bool SkipMarkup() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) {
      const size_t end = rest.find("-->", 4);
      at_ = end == std::string_view::npos ? text_.size() : at_ + end + 3;
      return true;
    }
    if (rest.size() < 2 || no_more_tags_) return false;
    const char first = rest[1];
    const bool closes = first == '/' && rest.size() > 2 && IsAsciiLetter(rest[2]);
    if (!closes && !IsAsciiLetter(first) && first != '!' && first != '?') return false;
    const size_t end = TagEnd(rest);
    if (end == std::string_view::npos) {
      no_more_tags_ = true;  // no `>` stands behind this place
      return false;
    }
    at_ += end + 1;
    for (const std::string_view element : {std::string_view("script"), std::string_view("style")}) {
      if (!closes && NameIs(rest.substr(1), element)) SkipElement(element);
    }
    return true;
  }

  // The `>` that ends the tag, one inside quotes only where there is no other.
  static size_t TagEnd(std::string_view rest) {
    const size_t nearest = rest.find('>');
    if (nearest == std::string_view::npos) return nearest;
    char quote = 0;
    for (size_t i = 1; i < rest.size() && i < kLongestTag; ++i) {
      const char c = rest[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '>') {
        return i;
      } else if ((c == '"' || c == '\'') && rest[i - 1] == '=') {
        quote = c;
      }
    }
    return nearest;
  }

  static bool NameIs(std::string_view text, std::string_view name) {
    if (text.size() <= name.size()) return false;
    if (!std::ranges::equal(text.substr(0, name.size()), name, {}, LowerAscii)) return false;
    return !IsAsciiLetter(text[name.size()]);
  }

  // Behind the opening tag of `element`: skips its content and its closing tag, or everything where none closes it.
  void SkipElement(std::string_view element) {
    for (size_t mark = at_; (mark = text_.find("</", mark)) != std::string_view::npos; mark += 2) {
      if (!NameIs(text_.substr(mark + 2), element)) continue;
      const size_t end = text_.find('>', mark);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
      return;
    }
    at_ = text_.size();
  }

  static constexpr size_t kLongestTag = 64 * 1024;  // keeps a text full of open quotes from costing its square

  std::string_view text_;
  size_t at_ = 0;
  bool no_more_tags_ = false;
};

}  // namespace

Value EvalStripHtml(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  if (text.find('<') == std::string_view::npos && text.find('&') == std::string_view::npos) return a[0];
  std::string decoded;
  Unescape(TagStripper(text).Strip(), decoded);
  return Value::String(context.arena->Copy(decoded));
}

Value EvalUnescape(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  if (text.find('&') == std::string_view::npos) return a[0];
  std::string decoded;
  Unescape(text, decoded);
  return Value::String(context.arena->Copy(decoded));
}

}  // namespace assay::rows
