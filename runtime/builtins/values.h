// What every way of running must agree on about values: equality, order, joining texts. The rows of built-ins, the reference
// evaluator and the engine use these.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/value.h"

namespace assay {

// Equality of two values of one type that are not null: 0.0 equals -0.0, texts by bytes, lists member by member. A null member
// of a list equals nothing.
bool ValuesEqual(const Value& a, const Value& b);

// Order of two numbers or texts of one type that are not null; texts by code point, which is the order of their bytes.
bool ValueLess(const Value& a, const Value& b);

// The texts one after another; nothing where the result is longer than kMaxMadeText.
std::optional<std::string_view> Concatenate(std::span<const std::string_view> parts, Arena& arena);

// The same value with its text and lists in `arena`.
Value CopyValue(const Value& value, Arena& arena);

// A list of texts; the texts themselves are not copied.
Value ListOfTexts(std::span<const std::string_view> texts, Arena& arena);

}  // namespace assay
