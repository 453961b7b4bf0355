// exp(x) = 2^n exp(r) with n = round(x / log 2): exp(r) by its Taylor series, whose first omitted term is below 1e-17 for
// |r| <= log(2) / 2. No fused multiplication (the build forbids it), so that vectors of any width round alike.
#include "runtime/models/softmax.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace assay {
namespace {

constexpr size_t kLanes = 4;
using Doubles = double __attribute__((vector_size(kLanes * sizeof(double))));
using Truths = int64_t __attribute__((vector_size(kLanes * sizeof(double))));
using Bits = uint64_t __attribute__((vector_size(kLanes * sizeof(double))));

constexpr double kLeast = -708;  // below it the exponential is no normal number, and taken as 0
constexpr size_t kTerms = 14;

constexpr std::array<double, kTerms> InverseFactorials() {
  std::array<double, kTerms> terms{};
  double factorial = 1;
  for (size_t k = 0; k < kTerms; ++k) {
    if (k > 1) factorial *= static_cast<double>(k);
    terms[k] = 1 / factorial;
  }
  return terms;
}
constexpr std::array<double, kTerms> kTaylor = InverseFactorials();

// The vectors stay in the caller's registers: one that crosses a call would have a layout that depends on the processor.
[[gnu::always_inline]] inline void Exp(Doubles& x) {
  constexpr double kPerLog2 = 1.4426950408889634;
  constexpr double kLog2High = 6.93147180369123816490e-01, kLog2Low = 1.90821492927058770002e-10;  // the high part has 32 bits
  constexpr double kRound = 6755399441055744;  // 1.5 * 2^52: what is added to it is rounded to a whole number, in its low bits
  const Doubles least = Doubles{} + kLeast;
  const Truths vanishes = x < least;
  x = vanishes ? least : x;
  const Doubles shifted = x * kPerLog2 + kRound;
  const Doubles n = shifted - kRound;
  const Doubles r = (x - n * kLog2High) - n * kLog2Low;
  // Pairs of terms, and pairs of pairs, so that few steps wait for one another.
  const Doubles r2 = r * r, r4 = r2 * r2;
  const Doubles a = (kTaylor[0] + kTaylor[1] * r) + (kTaylor[2] + kTaylor[3] * r) * r2;
  const Doubles b = (kTaylor[4] + kTaylor[5] * r) + (kTaylor[6] + kTaylor[7] * r) * r2;
  const Doubles c = (kTaylor[8] + kTaylor[9] * r) + (kTaylor[10] + kTaylor[11] * r) * r2;
  const Doubles d = kTaylor[12] + kTaylor[13] * r;
  const Doubles of_r = a + r4 * (b + r4 * (c + r4 * d));
  const Bits scaled = __builtin_bit_cast(Bits, of_r) + (__builtin_bit_cast(Bits, shifted) << 52);
  x = vanishes ? Doubles{} : __builtin_bit_cast(Doubles, scaled);
}

[[gnu::always_inline]] inline void ExpAll(double* numbers, size_t count) {
  Doubles x;
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    std::memcpy(&x, numbers + i, sizeof x);
    Exp(x);
    std::memcpy(numbers + i, &x, sizeof x);
  }
  if (i == count) return;
  x = Doubles{};
  std::memcpy(&x, numbers + i, (count - i) * sizeof(double));
  Exp(x);
  std::memcpy(numbers + i, &x, (count - i) * sizeof(double));
}

[[gnu::always_inline]] inline void SoftmaxBody(double* scores, size_t rows, size_t classes) {
  for (size_t i = 0; i < rows; ++i) {
    double* row = scores + i * classes;
    double top = row[0];
    for (size_t y = 1; y < classes; ++y) top = std::max(top, row[y]);
    for (size_t y = 0; y < classes; ++y) row[y] -= top;
  }
  ExpAll(scores, rows * classes);
  for (size_t i = 0; i < rows; ++i) {
    double* row = scores + i * classes;
    double sum = 0;
    for (size_t y = 0; y < classes; ++y) sum += row[y];
    for (size_t y = 0; y < classes; ++y) row[y] /= sum;
  }
}

[[gnu::always_inline]] inline void LogOddsBody(const double* log_odds, size_t rows, double* probabilities) {
  Doubles x;
  for (size_t i = 0; i < rows; i += kLanes) {
    const size_t count = std::min(kLanes, rows - i);
    x = Doubles{};
    if (count == kLanes) {
      std::memcpy(&x, log_odds + i, sizeof x);
    } else {
      std::memcpy(&x, log_odds + i, count * sizeof(double));
    }
    const Truths second = x > Doubles{};
    x = second ? -x : x;
    Exp(x);
    const Doubles large = 1 / (1 + x), small = x * large;
    const Doubles p0 = second ? small : large, p1 = second ? large : small;
    const Doubles low = __builtin_shufflevector(p0, p1, 0, 4, 1, 5), high = __builtin_shufflevector(p0, p1, 2, 6, 3, 7);
    if (count == kLanes) {
      std::memcpy(probabilities + 2 * i, &low, sizeof low);
      std::memcpy(probabilities + 2 * i + kLanes, &high, sizeof high);
    } else {
      for (size_t k = 0; k < count; ++k) {
        probabilities[2 * (i + k)] = p0[k];
        probabilities[2 * (i + k) + 1] = p1[k];
      }
    }
  }
}

[[gnu::always_inline]] inline double ReplaceBody(double* numbers, const double* by, size_t count) {
  Doubles most{}, was, is;
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    std::memcpy(&was, numbers + i, sizeof was);
    std::memcpy(&is, by + i, sizeof is);
    std::memcpy(numbers + i, &is, sizeof is);
    const Doubles difference = is > was ? is - was : was - is;
    most = difference > most ? difference : most;
  }
  double largest = std::max(std::max(most[0], most[1]), std::max(most[2], most[3]));
  for (; i < count; ++i) {
    largest = std::max(largest, std::abs(by[i] - numbers[i]));
    numbers[i] = by[i];
  }
  return largest;
}

void SoftmaxPlain(double* scores, size_t rows, size_t classes) { SoftmaxBody(scores, rows, classes); }
void LogOddsPlain(const double* log_odds, size_t rows, double* probabilities) { LogOddsBody(log_odds, rows, probabilities); }
double ReplacePlain(double* numbers, const double* by, size_t count) { return ReplaceBody(numbers, by, count); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void SoftmaxAvx2(double* scores, size_t rows, size_t classes) { SoftmaxBody(scores, rows, classes); }
[[gnu::target("avx2")]] void LogOddsAvx2(const double* log_odds, size_t rows, double* probabilities) {
  LogOddsBody(log_odds, rows, probabilities);
}
[[gnu::target("avx2")]] double ReplaceAvx2(double* numbers, const double* by, size_t count) { return ReplaceBody(numbers, by, count); }
#endif

struct Functions {
  decltype(&SoftmaxPlain) softmax = SoftmaxPlain;
  decltype(&LogOddsPlain) log_odds = LogOddsPlain;
  decltype(&ReplacePlain) replace = ReplacePlain;
};

const Functions& Fastest() {
  static const Functions functions = [] {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return Functions{SoftmaxAvx2, LogOddsAvx2, ReplaceAvx2};
#endif
    return Functions{};
  }();
  return functions;
}

}  // namespace

void SoftmaxRows(double* scores, size_t rows, size_t classes) { Fastest().softmax(scores, rows, classes); }

void ProbabilitiesOfLogOdds(const double* log_odds, size_t rows, double* probabilities) {
  Fastest().log_odds(log_odds, rows, probabilities);
}

double Replace(double* numbers, const double* by, size_t count) { return Fastest().replace(numbers, by, count); }

void Softmax(std::span<double> scores) {
  const double top = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& s : scores) sum += s = std::exp(s - top);
  const bool finite = std::isfinite(sum);
  for (double& s : scores) s = finite ? s / sum : 1 / static_cast<double>(scores.size());
}

}  // namespace assay
