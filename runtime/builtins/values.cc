// Equality, order and copies of values. Lists nest only as deep as their types, which the verifier limits.
#include "runtime/builtins/values.h"

#include <algorithm>
#include <cstring>

#include "runtime/builtins/registry.h"

namespace assay {

bool ValuesEqual(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull: return false;
    case Value::Kind::kBool: return a.as_bool() == b.as_bool();
    case Value::Kind::kInt: return a.as_int() == b.as_int();
    case Value::Kind::kFloat: return a.as_float() == b.as_float();
    case Value::Kind::kString: return a.as_string() == b.as_string();
    case Value::Kind::kList: {
      const auto x = a.as_list();
      const auto y = b.as_list();
      return std::ranges::equal(x, y, ValuesEqual);
    }
    case Value::Kind::kRegex: return &a.as_regex() == &b.as_regex();
    case Value::Kind::kSet: return &a.as_set() == &b.as_set();
  }
  return false;
}

bool ValueLess(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kInt: return a.as_int() < b.as_int();
    case Value::Kind::kFloat: return a.as_float() < b.as_float();
    // char_traits<char> compares as unsigned bytes: for UTF-8 that is the order of code points.
    case Value::Kind::kString: return a.as_string() < b.as_string();
    case Value::Kind::kBool: return !a.as_bool() && b.as_bool();
    case Value::Kind::kNull:
    case Value::Kind::kList:
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return false;
  }
  return false;
}

std::optional<std::string_view> Concatenate(std::span<const std::string_view> parts, Arena& arena) {
  size_t size = 0;
  for (const std::string_view part : parts) {
    size += part.size();
    if (size > kMaxMadeText) return std::nullopt;
  }
  if (size == 0) return std::string_view();
  const std::span<char> made = arena.Allocate<char>(size);
  char* to = made.data();
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  return std::string_view(made.data(), size);
}

Value CopyValue(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case Value::Kind::kString: return Value::String(arena.Copy(value.as_string()));
    case Value::Kind::kList: {
      const auto from = value.as_list();
      const auto to = arena.Allocate<Value>(from.size());
      for (size_t i = 0; i < from.size(); ++i) to[i] = CopyValue(from[i], arena);
      return Value::List(to);
    }
    case Value::Kind::kNull:
    case Value::Kind::kBool:
    case Value::Kind::kInt:
    case Value::Kind::kFloat:
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return value;
  }
  return value;
}

Value ListOfTexts(std::span<const std::string_view> texts, Arena& arena) {
  const auto list = arena.Allocate<Value>(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) list[i] = Value::String(texts[i]);
  return Value::List(list);
}

}  // namespace assay
