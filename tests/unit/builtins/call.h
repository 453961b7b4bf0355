// Calling a built-in from a test, with null rules as the evaluator applies them, and showing values in messages.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/builtins/registry.h"
#include "runtime/builtins/sets.h"
#include "runtime/builtins/values.h"
#include "runtime/text/regex.h"

namespace assay {

inline void PrintTo(const Value& value, std::ostream* out) {
  switch (value.kind()) {
    case Value::Kind::kNull: *out << "null"; return;
    case Value::Kind::kBool: *out << (value.as_bool() ? "true" : "false"); return;
    case Value::Kind::kInt: *out << value.as_int(); return;
    case Value::Kind::kFloat: *out << value.as_float() << "f"; return;
    case Value::Kind::kString: *out << '"' << value.as_string() << '"'; return;
    case Value::Kind::kList:
      *out << '[';
      for (const Value& member : value.as_list()) {
        PrintTo(member, out);
        *out << ' ';
      }
      *out << ']';
      return;
    case Value::Kind::kRegex: *out << "regex"; return;
    case Value::Kind::kSet: *out << "set"; return;
  }
}

// Equal, or both null.
inline bool Same(const Value& a, const Value& b) { return (a.is_null() && b.is_null()) || ValuesEqual(a, b); }

// Owns what the values of a test point to.
class BuiltinTest : public testing::Test {
 protected:
  BuiltinTest() {
    context_.arena = &arena_;
    context_.regex = &scratch_;
  }

  static Value B(bool v) { return Value::Bool(v); }
  static Value I(int64_t v) { return Value::Int(v); }
  static Value F(double v) { return Value::Float(v); }
  static Value S(std::string_view v) { return Value::String(v); }
  Value L(std::initializer_list<Value> members) {
    const auto list = arena_.Allocate<Value>(members.size());
    std::copy(members.begin(), members.end(), list.begin());
    return Value::List(list);
  }
  Value Texts(std::initializer_list<std::string_view> texts) { return ListOfTexts(std::vector(texts), arena_); }
  Value Set(std::initializer_list<const char*> members, SetModifiers modifiers = {}) {
    auto set = std::make_unique<SetValues>(std::vector{kStringType}, modifiers);
    for (const char* member : members) set->Add({std::string(member)});
    sets_.push_back(std::move(set));
    return Value::OfSet(sets_.back().get());
  }
  Value Regex(std::string_view pcre2, bool backtracking = false) {
    auto regex = text::Regex::Compile(pcre2, {.backtracking = backtracking, .match_limit = 10'000});
    if (!regex) throw std::runtime_error(regex.error().message);
    regexes_.push_back(std::make_unique<text::Regex>(std::move(*regex)));
    return Value::OfRegex(regexes_.back().get());
  }

  Value Call(BuiltinId id, std::initializer_list<Value> arguments) {
    return EvaluateBuiltin(id, std::span(arguments.begin(), arguments.size()), context_);
  }

  Arena arena_;
  text::RegexScratch scratch_;
  EvalContext context_;
  std::vector<std::unique_ptr<SetValues>> sets_;
  std::vector<std::unique_ptr<text::Regex>> regexes_;
};

#define EXPECT_VALUE(actual, expected)                                                            \
  do {                                                                                            \
    const Value actual_ = (actual);                                                               \
    const Value expected_ = (expected);                                                           \
    EXPECT_TRUE(Same(actual_, expected_)) << #actual << " is " << testing::PrintToString(actual_) \
                                          << ", expected " << testing::PrintToString(expected_);  \
  } while (false)

}  // namespace assay
