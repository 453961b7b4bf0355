// One value of the language, as the row-at-a-time code sees it (reference evaluator, built-ins, constants, explanations).
// Twenty-four bytes, trivially copyable; text and lists are borrowed from a batch, a constant store or an Arena, which must
// outlive the value. The type of a value is known from its place; the kind here only tells null from the rest and guards
// against mistakes.
#pragma once

#include <cassert>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

namespace assay::text {
class Regex;  // runtime/text/regex.h
}

namespace assay {

class SetValues;  // runtime/builtins/sets.h

class Value {
 public:
  enum class Kind : uint8_t { kNull, kBool, kInt, kFloat, kString, kList, kRegex, kSet };

  Value() : kind_(Kind::kNull), size_(0), int_(0) {}
  static Value Null() { return {}; }
  static Value Bool(bool v) { return Value(Kind::kBool, v); }
  static Value Int(int64_t v) { return Value(Kind::kInt, v); }
  // NaN is null: no NaN exists in the language.
  static Value Float(double v) {
    if (std::isnan(v)) return {};
    Value result(Kind::kFloat, 0);
    result.float_ = v;
    return result;
  }
  static Value String(std::string_view v) {
    Value result(Kind::kString, 0);
    result.pointer_ = v.data();
    result.size_ = v.size();
    return result;
  }
  static Value List(std::span<const Value> v) {
    Value result(Kind::kList, 0);
    result.pointer_ = v.data();
    result.size_ = v.size();
    return result;
  }
  static Value OfRegex(const text::Regex* v) {
    Value result(Kind::kRegex, 0);
    result.pointer_ = v;
    return result;
  }
  static Value OfSet(const SetValues* v) {
    Value result(Kind::kSet, 0);
    result.pointer_ = v;
    return result;
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }

  bool as_bool() const { return Checked(Kind::kBool).int_ != 0; }
  // Also dates, timestamps, durations, character classes and labels.
  int64_t as_int() const { return Checked(Kind::kInt).int_; }
  double as_float() const { return Checked(Kind::kFloat).float_; }
  std::string_view as_string() const {
    return {static_cast<const char*>(Checked(Kind::kString).pointer_), size_};
  }
  std::span<const Value> as_list() const {
    return {static_cast<const Value*>(Checked(Kind::kList).pointer_), size_};
  }
  const text::Regex& as_regex() const { return *static_cast<const text::Regex*>(Checked(Kind::kRegex).pointer_); }
  const SetValues& as_set() const { return *static_cast<const SetValues*>(Checked(Kind::kSet).pointer_); }

 private:
  Value(Kind kind, int64_t v) : kind_(kind), size_(0), int_(v) {}
  const Value& Checked([[maybe_unused]] Kind kind) const {
    assert(kind_ == kind);
    return *this;
  }

  Kind kind_;
  size_t size_;  // bytes of text, members of a list
  union {
    int64_t int_;
    double float_;
    const void* pointer_;
  };
};

static_assert(sizeof(Value) == 24);

}  // namespace assay
