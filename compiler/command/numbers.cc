// Numbers as people read them: rounded for the eye; exact ones stand in the JSON summary.
#include "compiler/command/numbers.h"

#include <fmt/format.h>

#include <cmath>

namespace assay {

std::string WithThousands(uint64_t value) {
  std::string digits = std::to_string(value);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Duration(double seconds) {
  if (seconds < 0.001) return fmt::format("{:.0f} µs", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (seconds < 100) return fmt::format("{:.2f} s", seconds);
  const auto whole = static_cast<uint64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string Ratio(std::optional<double> value) {
  return value && !std::isnan(*value) ? fmt::format("{:.4f}", *value) : "-";
}

std::string Percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string Bytes(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  const double size = static_cast<double>(bytes);
  if (size < 1e6) return fmt::format("{:.1f} kB", size / 1e3);
  if (size < 1e9) return fmt::format("{:.1f} MB", size / 1e6);
  return fmt::format("{:.2f} GB", size / 1e9);
}

}  // namespace assay
