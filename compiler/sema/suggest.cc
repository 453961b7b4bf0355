// Damerau-Levenshtein over short names, and naming styles.
#include "compiler/sema/suggest.h"

#include <algorithm>
#include <vector>

namespace assay::sema {
namespace {

// Longer names are not compared: the table would be large, and nobody mistypes them by a letter or two.
constexpr size_t kMaxLength = 64;

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char ToUpper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Twice the number of edits; a change of case counts one.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = 2 * j;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = 2 * i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : ToLower(a[i - 1]) == ToLower(b[j - 1]) ? 1 : 2;
      now[j] = std::min({last[j] + 2, now[j - 1] + 2, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 2);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> Nearest(std::string_view written, std::span<const std::string_view> known) {
  if (written.size() > kMaxLength) return std::nullopt;
  std::optional<std::string> best;
  size_t best_distance = 0;
  for (const std::string_view name : known) {
    if (name.size() > kMaxLength || name == written) continue;
    const size_t longer = std::max(name.size(), written.size());
    const size_t limit = std::max<size_t>(2, 2 * (longer / 3));
    if (2 * (longer - std::min(name.size(), written.size())) > limit) continue;
    const size_t distance = Distance(written, name);
    // A change of every letter's case is still the same word.
    if (distance > limit && distance > longer) continue;
    if (distance > limit && !std::ranges::equal(written, name, {}, ToLower, ToLower)) continue;
    if (distance >= 2 * longer || (longer <= 2 && distance > 1)) continue;
    if (!best || distance < best_distance) {
      best = std::string(name);
      best_distance = distance;
    }
  }
  return best;
}

std::string InStyle(std::string_view written, NameStyle style) {
  std::string out;
  const size_t lead = std::min(written.find_first_not_of('_'), written.size());
  out.append(written.substr(0, lead));
  bool begins_word = true;
  for (size_t i = lead; i < written.size(); ++i) {
    const char c = written[i];
    switch (style) {
      case NameStyle::kUpperCase:
        if (IsUpper(c) && i > lead && IsLower(written[i - 1])) out += '_';
        out += ToUpper(c);
        break;
      case NameStyle::kSnakeCase:
        if (IsUpper(c) && i > lead && IsLower(written[i - 1])) out += '_';
        out += ToLower(c);
        break;
      case NameStyle::kCamelCase:
        if (c == '_') {
          begins_word = true;
        } else {
          out += begins_word ? ToUpper(c) : c;
          begins_word = false;
        }
        break;
    }
  }
  return out;
}

}  // namespace assay::sema
