// Rows of the text tests: substrings, sets, tokens, patterns, globs, membership.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/sets.h"
#include "runtime/builtins/values.h"
#include "runtime/text/case.h"
#include "runtime/text/literal.h"
#include "runtime/text/regex.h"

namespace assay::rows {
namespace {

bool AnyIn(std::string_view text, const SetValues& set) {
  return std::ranges::any_of(set.Literals(), [&](const text::Literal& literal) { return literal.In(text); });
}

bool AllIn(std::string_view text, const SetValues& set) {
  return std::ranges::all_of(set.Literals(), [&](const text::Literal& literal) { return literal.In(text); });
}

bool IsSubstring(std::string_view text, const Value& part) {
  return !part.is_null() && text::FindBytes(text, part.as_string()) != std::string_view::npos;
}

bool AnyOfIn(const Value& text, const Value& parts) {
  return std::ranges::any_of(parts.as_list(), [&](const Value& part) { return IsSubstring(text.as_string(), part); });
}

bool AllOfIn(const Value& text, const Value& parts) {
  return std::ranges::all_of(parts.as_list(), [&](const Value& part) { return IsSubstring(text.as_string(), part); });
}

bool Has(const Value& list, const Value& member) {
  return std::ranges::any_of(list.as_list(), [&](const Value& each) { return ValuesEqual(each, member); });
}

bool AnyToken(const Value& tokens, const SetValues& set) {
  return std::ranges::any_of(tokens.as_list(), [&](const Value& token) { return !token.is_null() && set.Contains(token.as_string()); });
}

bool AnyShared(const Value& tokens, const Value& others) {
  std::unordered_set<std::string_view> known;
  for (const Value& token : tokens.as_list()) {
    if (!token.is_null()) known.insert(token.as_string());
  }
  return std::ranges::any_of(others.as_list(), [&](const Value& other) { return !other.is_null() && known.contains(other.as_string()); });
}

}  // namespace

Value EvalOpContains(Arguments a, EvalContext&) { return Value::Bool(IsSubstring(a[0].as_string(), a[1])); }

Value EvalOpContainsNocase(Arguments a, EvalContext&) {
  return Value::Bool(text::Literal(a[1].as_string(), {.nocase = true}).In(a[0].as_string()));
}

Value EvalOpHasAny(Arguments a, EvalContext&) { return Value::Bool(AnyIn(a[0].as_string(), a[1].as_set())); }
Value EvalOpHasAll(Arguments a, EvalContext&) { return Value::Bool(AllIn(a[0].as_string(), a[1].as_set())); }
Value EvalOpHasNone(Arguments a, EvalContext&) { return Value::Bool(!AnyIn(a[0].as_string(), a[1].as_set())); }

Value EvalOpHasAnyOf(Arguments a, EvalContext&) { return Value::Bool(AnyOfIn(a[0], a[1])); }
Value EvalOpHasAllOf(Arguments a, EvalContext&) { return Value::Bool(AllOfIn(a[0], a[1])); }
Value EvalOpHasNoneOf(Arguments a, EvalContext&) { return Value::Bool(!AnyOfIn(a[0], a[1])); }

Value EvalOpHasToken(Arguments a, EvalContext&) { return Value::Bool(Has(a[0], a[1])); }

Value EvalOpHasAnyToken(Arguments a, EvalContext&) { return Value::Bool(AnyToken(a[0], a[1].as_set())); }
Value EvalOpHasNoneToken(Arguments a, EvalContext&) { return Value::Bool(!AnyToken(a[0], a[1].as_set())); }

Value EvalOpHasAllToken(Arguments a, EvalContext&) {
  const SetValues& set = a[1].as_set();
  if (set.columns().size() != 1 || set.columns()[0] != kStringType) return Value::Bool(set.size() == 0);
  const auto fold = [&](std::string_view text) {
    if (!set.modifiers().nocase) return std::string(text);
    std::string folded;
    text::SimpleFold(text, folded);
    return folded;
  };
  std::unordered_set<std::string> known;
  for (const Value& token : a[0].as_list()) {
    if (!token.is_null()) known.insert(fold(token.as_string()));
  }
  return Value::Bool(std::ranges::all_of(set.members(), [&](const SetMember& member) {
    return known.contains(fold(std::get<std::string>(member[0])));
  }));
}

Value EvalOpHasAnyTokenOf(Arguments a, EvalContext&) { return Value::Bool(AnyShared(a[0], a[1])); }
Value EvalOpHasNoneTokenOf(Arguments a, EvalContext&) { return Value::Bool(!AnyShared(a[0], a[1])); }
Value EvalOpHasAllTokenOf(Arguments a, EvalContext&) {
  std::unordered_set<std::string_view> known;
  for (const Value& token : a[0].as_list()) {
    if (!token.is_null()) known.insert(token.as_string());
  }
  return Value::Bool(std::ranges::all_of(a[1].as_list(), [&](const Value& other) { return !other.is_null() && known.contains(other.as_string()); }));
}

Value EvalOpMatches(Arguments a, EvalContext& context) {
  switch (a[1].as_regex().Search(a[0].as_string(), *context.regex)) {
    case text::Found::kNo: return Value::Bool(false);
    case text::Found::kYes: return Value::Bool(true);
    case text::Found::kUnknown: break;
  }
  ++context.limit_hits;
  return Value::Null();
}

Value EvalOpStartsWith(Arguments a, EvalContext&) { return Value::Bool(a[0].as_string().starts_with(a[1].as_string())); }
Value EvalOpEndsWith(Arguments a, EvalContext&) { return Value::Bool(a[0].as_string().ends_with(a[1].as_string())); }

Value EvalOpStartsWithAny(Arguments a, EvalContext&) {
  const std::string_view text = a[0].as_string();
  return Value::Bool(std::ranges::any_of(a[1].as_set().Literals(), [&](const text::Literal& literal) { return literal.Starts(text); }));
}

Value EvalOpEndsWithAny(Arguments a, EvalContext&) {
  const std::string_view text = a[0].as_string();
  return Value::Bool(std::ranges::any_of(a[1].as_set().Literals(), [&](const text::Literal& literal) { return literal.Ends(text); }));
}

Value EvalOpLike(Arguments a, EvalContext&) { return Value::Bool(text::Like(a[0].as_string(), a[1].as_string())); }

Value EvalOpInSet(Arguments a, EvalContext&) {
  const SetValues& set = a[1].as_set();
  switch (a[0].kind()) {
    case Value::Kind::kString: return Value::Bool(set.Contains(a[0].as_string()));
    case Value::Kind::kInt: return Value::Bool(set.Contains(a[0].as_int()));
    case Value::Kind::kFloat: return Value::Bool(set.Contains(a[0].as_float()));
    case Value::Kind::kNull:
    case Value::Kind::kBool:
    case Value::Kind::kList:
    case Value::Kind::kRegex:
    case Value::Kind::kSet: return Value::Bool(false);
  }
  return Value::Bool(false);
}

Value EvalOpInList(Arguments a, EvalContext&) { return Value::Bool(Has(a[1], a[0])); }

Value EvalStarts(Arguments a, EvalContext& context) { return EvalOpStartsWith(a, context); }
Value EvalEnds(Arguments a, EvalContext& context) { return EvalOpEndsWith(a, context); }

}  // namespace assay::rows
