// Set operations on sorted ranges.
#include "compiler/patterns/code_point_set.h"

#include <algorithm>

#include "runtime/text/utf8.h"

namespace assay::patterns {
namespace {

constexpr char32_t kFirstSurrogate = 0xD800;
constexpr char32_t kLastSurrogate = 0xDFFF;

CodePointSet AsciiWord() {
  CodePointSet set = CodePointSet::OfRange('0', '9');
  set.Add('A', 'Z');
  set.Add('_', '_');
  set.Add('a', 'z');
  return set;
}

CodePointSet AsciiSpace() {
  CodePointSet set = CodePointSet::OfRange('\t', '\r');
  set.Add(' ', ' ');
  return set;
}

}  // namespace

CodePointSet CodePointSet::OfRange(char32_t first, char32_t last) {
  CodePointSet set;
  set.Add(first, last);
  return set;
}

CodePointSet CodePointSet::OfRanges(std::span<const CodePointRange> ranges) {
  CodePointSet set;
  set.ranges_.assign(ranges.begin(), ranges.end());
  set.Normalize();
  return set;
}

CodePointSet CodePointSet::All() { return OfRange(0, text::kMaxCodePoint); }

const CodePointSet& CodePointSet::Word(bool ascii) {
  static const CodePointSet all = OfRanges(text::WordRanges());
  static const CodePointSet of_ascii = AsciiWord();
  return ascii ? of_ascii : all;
}

const CodePointSet& CodePointSet::Digit(bool ascii) {
  static const CodePointSet all = OfRanges(text::DecimalRanges());
  static const CodePointSet of_ascii = OfRange('0', '9');
  return ascii ? of_ascii : all;
}

const CodePointSet& CodePointSet::Space(bool ascii) {
  static const CodePointSet all = OfRanges(text::SpaceRanges());
  static const CodePointSet of_ascii = AsciiSpace();
  return ascii ? of_ascii : all;
}

void CodePointSet::Add(char32_t first, char32_t last) {
  ranges_.push_back({first, last});
  Normalize();
}

void CodePointSet::Add(const CodePointSet& other) {
  if (other.empty()) return;
  if (empty()) {
    ranges_ = other.ranges_;
    return;
  }
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
  Normalize();
}

// Sorts, takes surrogates out, joins ranges that overlap or touch.
void CodePointSet::Normalize() {
  const auto earlier = [](const CodePointRange& a, const CodePointRange& b) { return a.first < b.first; };
  if (!std::is_sorted(ranges_.begin(), ranges_.end(), earlier)) std::sort(ranges_.begin(), ranges_.end(), earlier);
  std::vector<CodePointRange> result;
  result.reserve(ranges_.size());
  const auto push = [&](char32_t first, char32_t last) {
    if (first > last) return;
    if (!result.empty() && first <= result.back().last + 1) {
      result.back().last = std::max(result.back().last, last);
    } else {
      result.push_back({first, last});
    }
  };
  for (const CodePointRange& r : ranges_) {
    if (r.last < kFirstSurrogate || r.first > kLastSurrogate) {
      push(r.first, r.last);
    } else {
      if (r.first < kFirstSurrogate) push(r.first, kFirstSurrogate - 1);
      if (r.last > kLastSurrogate) push(kLastSurrogate + 1, r.last);
    }
  }
  ranges_ = std::move(result);
}

CodePointSet CodePointSet::Complement() const {
  CodePointSet result;
  result.ranges_.reserve(ranges_.size() + 2);
  char32_t next = 0;
  for (const CodePointRange& r : ranges_) {
    if (r.first > next) result.ranges_.push_back({next, r.first - 1});
    next = r.last + 1;
  }
  if (next <= text::kMaxCodePoint) result.ranges_.push_back({next, text::kMaxCodePoint});
  result.Normalize();
  return result;
}

CodePointSet CodePointSet::Intersect(const CodePointSet& other) const {
  CodePointSet result;
  size_t i = 0;
  size_t j = 0;
  while (i < ranges_.size() && j < other.ranges_.size()) {
    const char32_t first = std::max(ranges_[i].first, other.ranges_[j].first);
    const char32_t last = std::min(ranges_[i].last, other.ranges_[j].last);
    if (first <= last) result.ranges_.push_back({first, last});
    if (ranges_[i].last < other.ranges_[j].last) {
      ++i;
    } else {
      ++j;
    }
  }
  return result;
}

CodePointSet CodePointSet::FoldClosed(bool ascii) const {
  CodePointSet result = *this;
  if (ascii) {
    for (char32_t c = 'a'; c <= 'z'; ++c) {
      const char32_t upper = c - 32;
      if (Contains(c)) result.ranges_.push_back({upper, upper});
      if (Contains(upper)) result.ranges_.push_back({c, c});
    }
  } else {
    const auto add_orbit = [&](char32_t c) {
      for (const char32_t equal : text::FoldOrbit(c)) result.ranges_.push_back({equal, equal});
    };
    const std::span<const char32_t> foldable = text::FoldableCodePoints();
    if (size() < foldable.size() / 8) {
      for (const CodePointRange& r : ranges_) {
        for (char32_t c = r.first; c <= r.last; ++c) add_orbit(c);
      }
    } else {
      for (const char32_t c : foldable) {
        if (Contains(c)) add_orbit(c);
      }
    }
  }
  result.Normalize();
  return result;
}

bool CodePointSet::Contains(char32_t c) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), c,
                                      [](char32_t value, const CodePointRange& r) { return value < r.first; });
  return after != ranges_.begin() && c <= std::prev(after)->last;
}

uint32_t CodePointSet::size() const {
  uint32_t count = 0;
  for (const CodePointRange& r : ranges_) count += r.last - r.first + 1;
  return count;
}

bool CodePointSet::IsSubsetOf(const CodePointSet& other) const { return Intersect(other) == *this; }

}  // namespace assay::patterns
