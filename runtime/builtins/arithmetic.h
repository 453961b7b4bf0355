// The arithmetic of the language on two numbers that are not null, one definition for constant folding, the reference evaluator
// and tests of the compiled kernels. No value: null. NaN stands for null in results of type double.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace assay {

inline std::optional<int64_t> AddInts(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

inline std::optional<int64_t> SubtractInts(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  return result;
}

inline std::optional<int64_t> MultiplyInts(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

inline std::optional<int64_t> NegateInt(int64_t a) { return SubtractInts(0, a); }

// Rounds towards minus infinity. Null by zero, and for the smallest int by -1, which does not fit.
inline std::optional<int64_t> FloorDivideInts(int64_t a, int64_t b) {
  if (b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min())) return std::nullopt;
  const int64_t quotient = a / b;
  return quotient - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

// The sign of the divisor. Null by zero.
inline std::optional<int64_t> ModuloInts(int64_t a, int64_t b) {
  if (b == 0) return std::nullopt;
  if (b == -1) return 0;  // the machine's division overflows for the smallest int
  const int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

inline double DivideFloats(double a, double b) { return b == 0.0 ? std::numeric_limits<double>::quiet_NaN() : a / b; }

// As CPython's float_rem: fmod, moved to the divisor's sign; a zero has the divisor's sign.
inline double ModuloFloats(double a, double b) {
  if (b == 0.0) return std::numeric_limits<double>::quiet_NaN();
  const double rest = std::fmod(a, b);
  if (std::isnan(rest)) return rest;
  if (rest == 0.0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

// As CPython's float_floor_div: the quotient that belongs to the remainder, not floor(a / b), which may be one off.
inline double FloorDivideFloats(double a, double b) {
  if (b == 0.0) return std::numeric_limits<double>::quiet_NaN();
  const double rest = std::fmod(a, b);
  if (std::isnan(rest)) return rest;
  double quotient = (a - rest) / b;
  if (rest != 0.0 && (rest < 0) != (b < 0)) quotient -= 1.0;
  if (quotient == 0.0) return std::copysign(0.0, a / b);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

}  // namespace assay
