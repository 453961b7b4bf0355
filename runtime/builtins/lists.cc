// Rows of the built-ins on lists: members, slices, sums and extremes. Null members are left out of sums and extremes.
#include <algorithm>
#include <cmath>

#include "runtime/builtins/rows.h"
#include "runtime/builtins/slices.h"
#include "runtime/builtins/values.h"

namespace assay::rows {
namespace {

Value MemberAt(const Value& list, int64_t index) {
  const auto members = list.as_list();
  if (index < 0) index += static_cast<int64_t>(members.size());
  if (index < 0 || index >= static_cast<int64_t>(members.size())) return Value::Null();
  return members[static_cast<size_t>(index)];
}

// The member that is before every other by `less`, the first of equal ones.
template <typename Less>
Value Extreme(const Value& list, Less less) {
  Value best;
  for (const Value& member : list.as_list()) {
    if (!member.is_null() && (best.is_null() || less(member, best))) best = member;
  }
  return best;
}

size_t Present(const Value& list) {
  return static_cast<size_t>(std::ranges::count_if(list.as_list(), [](const Value& member) { return !member.is_null(); }));
}

double SumOf(const Value& list) {
  double sum = 0;
  for (const Value& member : list.as_list()) {
    if (!member.is_null()) sum += member.as_float();
  }
  return sum;
}

}  // namespace

Value EvalOpIndex(Arguments a, EvalContext&) { return MemberAt(a[0], a[1].as_int()); }

Value EvalOpSliceList(Arguments a, EvalContext& context) {
  const auto members = a[0].as_list();
  const auto slice = ResolveSlice(static_cast<int64_t>(members.size()), a[1].as_int(), a[2].as_int(), a[3].as_int());
  if (!slice) return Value::Null();
  if (slice->step == 1 || slice->count == 0) {
    return Value::List(slice->count == 0 ? std::span<const Value>() : members.subspan(static_cast<size_t>(slice->first), static_cast<size_t>(slice->count)));
  }
  const auto made = context.arena->Allocate<Value>(static_cast<size_t>(slice->count));
  for (int64_t i = 0; i < slice->count; ++i) made[static_cast<size_t>(i)] = members[static_cast<size_t>(slice->first + i * slice->step)];
  return Value::List(made);
}

Value EvalLenList(Arguments a, EvalContext&) { return Value::Int(static_cast<int64_t>(a[0].as_list().size())); }

Value EvalCountMember(Arguments a, EvalContext&) {
  return Value::Int(std::ranges::count_if(a[0].as_list(), [&](const Value& member) { return ValuesEqual(member, a[1]); }));
}

Value EvalReverseList(Arguments a, EvalContext& context) {
  const auto members = a[0].as_list();
  const auto made = context.arena->Allocate<Value>(members.size());
  std::ranges::reverse_copy(members, made.begin());
  return Value::List(made);
}

Value EvalFirst(Arguments a, EvalContext&) { return MemberAt(a[0], 0); }
Value EvalLast(Arguments a, EvalContext&) { return MemberAt(a[0], -1); }

Value EvalSumInts(Arguments a, EvalContext&) {
  // 128 bits hold the sum of any list that fits in memory; only the final sum has to fit.
  __extension__ using Wide = __int128;
  Wide sum = 0;
  for (const Value& member : a[0].as_list()) {
    if (!member.is_null()) sum += member.as_int();
  }
  if (sum < std::numeric_limits<int64_t>::min() || sum > std::numeric_limits<int64_t>::max()) return Value::Null();
  return Value::Int(static_cast<int64_t>(sum));
}

Value EvalSumFloats(Arguments a, EvalContext&) { return Value::Float(SumOf(a[0])); }

Value EvalMeanInts(Arguments a, EvalContext&) {
  __extension__ using Wide = __int128;
  Wide sum = 0;
  for (const Value& member : a[0].as_list()) {
    if (!member.is_null()) sum += member.as_int();
  }
  const size_t present = Present(a[0]);
  if (present == 0) return Value::Null();
  return Value::Float(static_cast<double>(sum) / static_cast<double>(present));
}

Value EvalMeanFloats(Arguments a, EvalContext&) {
  const size_t present = Present(a[0]);
  if (present == 0) return Value::Null();
  return Value::Float(SumOf(a[0]) / static_cast<double>(present));
}

Value EvalMinList(Arguments a, EvalContext&) { return Extreme(a[0], ValueLess); }
Value EvalMaxList(Arguments a, EvalContext&) {
  return Extreme(a[0], [](const Value& x, const Value& y) { return ValueLess(y, x); });
}

Value EvalNorm(Arguments a, EvalContext&) {
  double sum = 0;
  for (const Value& member : a[0].as_list()) {
    if (!member.is_null()) sum += member.as_float() * member.as_float();
  }
  return Value::Float(std::sqrt(sum));
}

Value EvalDot(Arguments a, EvalContext&) {
  const auto x = a[0].as_list();
  const auto y = a[1].as_list();
  if (x.size() != y.size()) return Value::Null();
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!x[i].is_null() && !y[i].is_null()) sum += x[i].as_float() * y[i].as_float();
  }
  return Value::Float(sum);
}

}  // namespace assay::rows
