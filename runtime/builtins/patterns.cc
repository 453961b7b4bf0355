// Rows of the built-ins that need a pattern's matches: find, count, extract, extract_all. A search that ends at its limits
// makes the result null and is counted.
#include <vector>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/values.h"
#include "runtime/text/regex.h"
#include "runtime/text/utf8.h"

namespace assay::rows {
namespace {

Value LimitHit(EvalContext& context) {
  ++context.limit_hits;
  return Value::Null();
}

bool HasGroup(const text::Regex& regex, int64_t group) { return group >= 0 && group <= static_cast<int64_t>(regex.group_count()); }

Value FirstMatch(std::string_view text, const text::Regex& regex, int64_t group, EvalContext& context) {
  if (!HasGroup(regex, group)) return Value::Null();
  std::vector<text::Group> groups;
  switch (regex.Find(text, 0, *context.regex, groups)) {
    case text::Found::kNo: return Value::Null();
    case text::Found::kUnknown: return LimitHit(context);
    case text::Found::kYes: break;
  }
  const auto index = static_cast<size_t>(group);
  if (index >= groups.size() || !groups[index].matched()) return Value::Null();
  return Value::String(groups[index].In(text));
}

Value AllMatches(std::string_view text, const text::Regex& regex, int64_t group, EvalContext& context) {
  if (!HasGroup(regex, group)) return Value::Null();
  const auto index = static_cast<size_t>(group);
  std::vector<std::string_view> matches;
  const text::Found found = regex.ForEach(text, *context.regex, [&](const std::vector<text::Group>& groups) {
    matches.push_back(index < groups.size() ? groups[index].In(text) : std::string_view());
    return true;
  });
  if (found == text::Found::kUnknown) return LimitHit(context);
  return ListOfTexts(matches, *context.arena);
}

}  // namespace

Value EvalFindPattern(Arguments a, EvalContext& context) {
  const std::string_view text = a[0].as_string();
  std::vector<text::Group> groups;
  switch (a[1].as_regex().Find(text, 0, *context.regex, groups)) {
    case text::Found::kNo: return Value::Null();
    case text::Found::kUnknown: return LimitHit(context);
    case text::Found::kYes: break;
  }
  return Value::Int(static_cast<int64_t>(text::CodePointIndex(text, groups[0].begin)));
}

Value EvalCountPattern(Arguments a, EvalContext& context) {
  const auto count = a[1].as_regex().Count(a[0].as_string(), *context.regex);
  return count ? Value::Int(static_cast<int64_t>(*count)) : LimitHit(context);
}

Value EvalExtract(Arguments a, EvalContext& context) { return FirstMatch(a[0].as_string(), a[1].as_regex(), 0, context); }
Value EvalExtractGroup(Arguments a, EvalContext& context) {
  return FirstMatch(a[0].as_string(), a[1].as_regex(), a[2].as_int(), context);
}
Value EvalExtractAll(Arguments a, EvalContext& context) { return AllMatches(a[0].as_string(), a[1].as_regex(), 0, context); }
Value EvalExtractAllGroup(Arguments a, EvalContext& context) {
  return AllMatches(a[0].as_string(), a[1].as_regex(), a[2].as_int(), context);
}

}  // namespace assay::rows
