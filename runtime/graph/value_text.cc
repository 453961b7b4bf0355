// The text of values, types and places; see the header. The reader trusts nothing but that its input is valid UTF-8.
#include "runtime/graph/value_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <vector>

#include "runtime/text/number.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordChar(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_'; }

// Reads a whole number of type T at the start of `text`; its length, 0 where there is none.
template <typename T>
size_t ReadNumber(std::string_view text, T& value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? static_cast<size_t>(result.ptr - text.data()) : 0;
}

}  // namespace

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          out += fmt::format("\\u{{{:x}}}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void AppendValue(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::kNull: out += "null"; return;
    case Value::Kind::kBool: out += value.as_bool() ? "true" : "false"; return;
    case Value::Kind::kInt: text::AppendInt(value.as_int(), out); return;
    case Value::Kind::kFloat: text::AppendFloat(value.as_float(), out); return;
    case Value::Kind::kString: AppendQuoted(value.as_string(), out); return;
    case Value::Kind::kList: {
      out += '[';
      bool first = true;
      for (const Value& member : value.as_list()) {
        if (!first) out += ", ";
        first = false;
        AppendValue(member, out);
      }
      out += ']';
      return;
    }
    case Value::Kind::kRegex:
    case Value::Kind::kSet: out += "null"; return;  // printed by number where they are used
  }
}

void AppendScalar(const SetScalar& scalar, std::string& out) {
  if (const auto* whole = std::get_if<int64_t>(&scalar)) {
    text::AppendInt(*whole, out);
  } else if (const auto* real = std::get_if<double>(&scalar)) {
    text::AppendFloat(*real, out);
  } else {
    AppendQuoted(std::get<std::string>(scalar), out);
  }
}

void AppendSpan(const SourceSpan& span, std::string& out) {
  if (span.has_value()) out += fmt::format(" @{}:{}:{}", span.file.value, span.begin, span.end);
}

void LineReader::SkipBlanks() {
  while (rest_.starts_with(' ')) rest_.remove_prefix(1);
}

bool LineReader::AtEnd() {
  SkipBlanks();
  return rest_.empty();
}

bool LineReader::Take(std::string_view token) {
  SkipBlanks();
  if (!rest_.starts_with(token)) return false;
  rest_.remove_prefix(token.size());
  return true;
}

std::optional<std::string_view> LineReader::Word() {
  SkipBlanks();
  size_t length = 0;
  while (length < rest_.size() && IsWordChar(rest_[length])) ++length;
  if (length == 0) return std::nullopt;
  const std::string_view word = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return word;
}

std::optional<std::string> LineReader::Quoted() {
  SkipBlanks();
  if (!rest_.starts_with('"')) return std::nullopt;
  std::string text;
  for (size_t i = 1; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (c == '"') {
      rest_.remove_prefix(i + 1);
      return text;
    }
    if (c != '\\') {
      text += c;
      continue;
    }
    if (++i == rest_.size()) return std::nullopt;
    switch (rest_[i]) {
      case '"': text += '"'; break;
      case '\\': text += '\\'; break;
      case 'n': text += '\n'; break;
      case 'r': text += '\r'; break;
      case 't': text += '\t'; break;
      case 'u': {
        const size_t close = rest_.substr(i, 10).find('}');
        if (close == std::string_view::npos || i + 1 >= rest_.size() || rest_[i + 1] != '{') return std::nullopt;
        const std::string_view digits = rest_.substr(i + 2, close - 2);
        uint32_t code_point = 0;
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), code_point, 16);
        if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return std::nullopt;
        if (code_point > text::kMaxCodePoint || (code_point >= 0xD800 && code_point < 0xE000)) return std::nullopt;
        text::AppendUtf8(code_point, text);
        i += close;
        break;
      }
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<int64_t> LineReader::Int() {
  SkipBlanks();
  int64_t value = 0;
  const size_t length = ReadNumber(rest_, value);
  if (length == 0) return std::nullopt;
  rest_.remove_prefix(length);
  return value;
}

std::optional<double> LineReader::Float() {
  SkipBlanks();
  double value = 0;
  const size_t length = ReadNumber(rest_, value);
  if (length == 0 || std::isnan(value)) return std::nullopt;
  rest_.remove_prefix(length);
  return value;
}

std::optional<uint32_t> LineReader::Index() {
  SkipBlanks();
  uint32_t value = 0;
  const size_t length = ReadNumber(rest_, value);
  if (length == 0 || value == 0xffffffff) return std::nullopt;
  rest_.remove_prefix(length);
  return value;
}

std::optional<uint32_t> LineReader::Prefixed(char prefix) {
  SkipBlanks();
  if (rest_.size() < 2 || rest_[0] != prefix || !IsDigit(rest_[1])) return std::nullopt;
  const std::string_view before = rest_;
  rest_.remove_prefix(1);
  const auto index = Index();
  if (!index) rest_ = before;
  return index;
}

std::optional<SourceSpan> LineReader::Span() {
  const auto file = Prefixed('@');
  if (!file || !Take(":")) return std::nullopt;
  const auto begin = Index();
  if (!begin || !Take(":")) return std::nullopt;
  const auto end = Index();
  if (!end || *end < *begin) return std::nullopt;
  return SourceSpan{.file = FileId(*file), .begin = *begin, .end = *end};
}

std::optional<TypeId> LineReader::Type(TypeStore& types, int depth) {
  if (depth > kMaxTypeDepth) return std::nullopt;
  if (Take("(")) {
    std::vector<TypeId> elements;
    do {
      const auto element = Type(types, depth + 1);
      if (!element) return std::nullopt;
      elements.push_back(*element);
    } while (Take(","));
    if (!Take(")")) return std::nullopt;
    return types.Tuple(std::move(elements));
  }
  const auto name = Word();
  if (!name) return std::nullopt;
  for (size_t kind = 0; kind <= static_cast<size_t>(TypeKind::kNull); ++kind) {
    if (*name == SpellingOf(static_cast<TypeKind>(kind))) return TypeId(kind);
  }
  if (*name == SpellingOf(TypeKind::kRecord) || *name == SpellingOf(TypeKind::kLabel)) {
    if (!Take("#")) return std::nullopt;
    const auto index = Index();
    if (!index) return std::nullopt;
    return *name == SpellingOf(TypeKind::kRecord) ? types.Record(*index) : types.Label(*index);
  }
  if (!Take("<")) return std::nullopt;
  const auto first = Type(types, depth + 1);
  if (!first) return std::nullopt;
  std::optional<TypeId> made;
  if (*name == SpellingOf(TypeKind::kList)) made = types.List(*first);
  if (*name == SpellingOf(TypeKind::kSet)) made = types.Set(*first);
  if (*name == SpellingOf(TypeKind::kMap)) {
    if (!Take(",")) return std::nullopt;
    const auto second = Type(types, depth + 1);
    if (!second) return std::nullopt;
    made = types.Map(*first, *second);
  }
  if (!made || !Take(">")) return std::nullopt;
  return made;
}

std::optional<Value> LineReader::ValueOf(TypeId type, const TypeStore& types, Arena& arena) {
  if (Take("null")) return Value::Null();
  switch (types.Kind(type)) {
    case TypeKind::kBool:
      if (Take("true")) return Value::Bool(true);
      if (Take("false")) return Value::Bool(false);
      return std::nullopt;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kCharClass:
    case TypeKind::kLabel: {
      const auto value = Int();
      return value ? std::optional(Value::Int(*value)) : std::nullopt;
    }
    case TypeKind::kFloat: {
      const auto value = Float();
      return value ? std::optional(Value::Float(*value)) : std::nullopt;
    }
    case TypeKind::kString: {
      const auto value = Quoted();
      return value ? std::optional(Value::String(arena.Copy(*value))) : std::nullopt;
    }
    case TypeKind::kList: {
      if (!Take("[")) return std::nullopt;
      std::vector<Value> members;
      if (!Take("]")) {
        do {
          const auto member = ValueOf(types.Element(type), types, arena);
          if (!member) return std::nullopt;
          members.push_back(*member);
        } while (Take(","));
        if (!Take("]")) return std::nullopt;
      }
      const auto list = arena.Allocate<Value>(members.size());
      for (size_t i = 0; i < members.size(); ++i) list[i] = members[i];
      return Value::List(list);
    }
    case TypeKind::kSpan:
    case TypeKind::kRegex:
    case TypeKind::kNull:
    case TypeKind::kSet:
    case TypeKind::kMap:
    case TypeKind::kTuple:
    case TypeKind::kRecord: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace assay
