#include "runtime/io/near_name.h"

#include <algorithm>
#include <vector>

namespace assay {
namespace {

constexpr size_t kLongest = 100;  // longer names are not compared

std::string Lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> NearestName(std::string_view wanted, std::span<const std::string> names) {
  if (wanted.size() > kLongest) return std::nullopt;
  const std::string lower = Lowered(wanted);
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(wanted.size(), 3) / 3 + 1;
  for (const std::string& name : names) {
    if (name.size() > kLongest) continue;
    const size_t distance = EditDistance(lower, Lowered(name));
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace assay
