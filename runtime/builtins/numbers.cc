// Rows of the built-ins on numbers and of the conversions between numbers, bools and text. Whatever would be NaN is null, since
// Value::Float makes it so.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "runtime/builtins/rows.h"
#include "runtime/text/number.h"

namespace assay::rows {
namespace {

// 2^63 is exact in double; every double below it and at or above -2^63 converts to an int.
constexpr double kIntEnd = 9223372036854775808.0;

Value IntFrom(double whole) {
  if (!(whole >= -kIntEnd && whole < kIntEnd)) return Value::Null();
  return Value::Int(static_cast<int64_t>(whole));
}

// Infinite where the number is too large; nothing here is too small.
double ReadDecimal(const std::string& digits) {
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return result.ec == std::errc() ? value : std::numeric_limits<double>::infinity();
}

// The magnitude rounded to a multiple of 10^places, half to even, from its exact decimal digits.
double RoundToTens(double magnitude, int places) {
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::trunc(magnitude), std::chars_format::fixed, 0);
  const std::string digits(buffer, end.ptr);
  const bool fraction = magnitude != std::trunc(magnitude);
  const auto dropped = static_cast<size_t>(places);
  if (dropped > digits.size()) return 0.0;
  std::string kept = digits.substr(0, digits.size() - dropped);
  const std::string_view rest = std::string_view(digits).substr(kept.size());
  const bool odd = !kept.empty() && (kept.back() - '0') % 2 == 1;
  const bool beyond_half = rest.find_first_not_of('0', 1) != std::string_view::npos || fraction;
  const bool up = rest[0] > '5' || (rest[0] == '5' && (beyond_half || odd));
  if (kept.empty()) kept += '0';
  if (up) {
    size_t i = kept.size();
    while (i > 0 && kept[i - 1] == '9') kept[--i] = '0';
    if (i == 0) {
      kept.insert(kept.begin(), '1');
    } else {
      ++kept[i - 1];
    }
  }
  return ReadDecimal(kept + "e" + std::to_string(places));
}

Value RoundTo(double x, int64_t places) {
  if (!std::isfinite(x) || x == 0.0 || places > 323) return Value::Float(x);
  if (places < -308) return Value::Float(std::copysign(0.0, x));
  double rounded = 0;
  if (places < 0) {
    rounded = std::copysign(RoundToTens(std::fabs(x), static_cast<int>(-places)), x);
  } else {
    // Room for 309 digits before the point and 323 behind it.
    char buffer[700];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(x), std::chars_format::fixed, static_cast<int>(places));
    rounded = std::copysign(ReadDecimal(std::string(buffer, end.ptr)), x);
  }
  return std::isinf(rounded) ? Value::Null() : Value::Float(rounded);
}

template <typename T>
T At(const Value& value) {
  if constexpr (std::is_same_v<T, int64_t>) return value.as_int();
  else return value.as_float();
}

template <typename T>
T Least(Arguments a) {
  T least = At<T>(a[0]);
  for (const Value& value : a.subspan(1)) {
    if (At<T>(value) < least) least = At<T>(value);
  }
  return least;
}

template <typename T>
T Greatest(Arguments a) {
  T greatest = At<T>(a[0]);
  for (const Value& value : a.subspan(1)) {
    if (greatest < At<T>(value)) greatest = At<T>(value);
  }
  return greatest;
}

template <typename T>
T Clamped(Arguments a) {
  const T low = At<T>(a[1]);
  const T high = At<T>(a[2]);
  const T raised = At<T>(a[0]) < low ? low : At<T>(a[0]);
  return high < raised ? high : raised;
}

}  // namespace

Value EvalAbsInt(Arguments a, EvalContext&) {
  const int64_t x = a[0].as_int();
  if (x == std::numeric_limits<int64_t>::min()) return Value::Null();
  return Value::Int(x < 0 ? -x : x);
}
Value EvalAbsFloat(Arguments a, EvalContext&) { return Value::Float(std::fabs(a[0].as_float())); }

Value EvalFloorInt(Arguments a, EvalContext&) { return a[0]; }
Value EvalCeilInt(Arguments a, EvalContext&) { return a[0]; }
Value EvalRoundInt(Arguments a, EvalContext&) { return a[0]; }
Value EvalFloor(Arguments a, EvalContext&) { return IntFrom(std::floor(a[0].as_float())); }
Value EvalCeil(Arguments a, EvalContext&) { return IntFrom(std::ceil(a[0].as_float())); }
// The rounding mode is the default one everywhere: to nearest, halves to even.
Value EvalRound(Arguments a, EvalContext&) { return IntFrom(std::nearbyint(a[0].as_float())); }
Value EvalRoundDigits(Arguments a, EvalContext&) { return RoundTo(a[0].as_float(), a[1].as_int()); }

Value EvalSqrt(Arguments a, EvalContext&) { return Value::Float(std::sqrt(a[0].as_float())); }
Value EvalExp(Arguments a, EvalContext&) { return Value::Float(std::exp(a[0].as_float())); }

Value EvalLog(Arguments a, EvalContext&) {
  if (a[0].as_float() <= 0.0) return Value::Null();
  return Value::Float(std::log(a[0].as_float()));
}

Value EvalLogBase(Arguments a, EvalContext&) {
  const double x = a[0].as_float();
  const double base = a[1].as_float();
  if (x <= 0.0 || base <= 0.0 || base == 1.0) return Value::Null();
  return Value::Float(std::log(x) / std::log(base));
}

Value EvalPow(Arguments a, EvalContext&) {
  const double x = a[0].as_float();
  const double y = a[1].as_float();
  if (x == 0.0 && y < 0.0) return Value::Null();
  return Value::Float(std::pow(x, y));
}

Value EvalMinInt(Arguments a, EvalContext&) { return Value::Int(Least<int64_t>(a)); }
Value EvalMinFloat(Arguments a, EvalContext&) { return Value::Float(Least<double>(a)); }
Value EvalMaxInt(Arguments a, EvalContext&) { return Value::Int(Greatest<int64_t>(a)); }
Value EvalMaxFloat(Arguments a, EvalContext&) { return Value::Float(Greatest<double>(a)); }
Value EvalClampInt(Arguments a, EvalContext&) { return Value::Int(Clamped<int64_t>(a)); }
Value EvalClampFloat(Arguments a, EvalContext&) { return Value::Float(Clamped<double>(a)); }

Value EvalIsFinite(Arguments a, EvalContext&) { return Value::Bool(std::isfinite(a[0].as_float())); }
Value EvalSignInt(Arguments a, EvalContext&) {
  const int64_t x = a[0].as_int();
  return Value::Int((x > 0) - (x < 0));
}
Value EvalSignFloat(Arguments a, EvalContext&) {
  const double x = a[0].as_float();
  return Value::Int((x > 0) - (x < 0));
}

Value EvalIntOfInt(Arguments a, EvalContext&) { return a[0]; }
Value EvalIntOfFloat(Arguments a, EvalContext&) { return IntFrom(std::trunc(a[0].as_float())); }
Value EvalIntOfBool(Arguments a, EvalContext&) { return Value::Int(a[0].as_bool() ? 1 : 0); }
Value EvalIntOfText(Arguments a, EvalContext&) {
  const auto value = text::ParseInt(a[0].as_string());
  return value ? Value::Int(*value) : Value::Null();
}

Value EvalFloatOfInt(Arguments a, EvalContext&) { return Value::Float(static_cast<double>(a[0].as_int())); }
Value EvalFloatOfFloat(Arguments a, EvalContext&) { return a[0]; }
Value EvalFloatOfText(Arguments a, EvalContext&) {
  const auto value = text::ParseFloat(a[0].as_string());
  return value ? Value::Float(*value) : Value::Null();
}

Value EvalStringOfInt(Arguments a, EvalContext& context) { return Value::String(text::FormatInt(a[0].as_int(), *context.arena)); }
Value EvalStringOfFloat(Arguments a, EvalContext& context) { return Value::String(text::FormatFloat(a[0].as_float(), *context.arena)); }
Value EvalStringOfBool(Arguments a, EvalContext&) { return Value::String(a[0].as_bool() ? "true" : "false"); }
Value EvalStringOfText(Arguments a, EvalContext&) { return a[0]; }

}  // namespace assay::rows
