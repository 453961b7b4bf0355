// How wide a group is decides what its table costs: as wide as a sample of the patterns shows few enough codes for, so that the
// tables that are looked up most stay in the processor's caches.
#include "runtime/models/vote_codes.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "runtime/models/threads.h"

namespace assay {
namespace {

constexpr size_t kMostPlanes = 15;      // of a group; its codes and the number of them are numbers of 16 bits
constexpr size_t kFewPatterns = 4096;   // below it nothing is slow
constexpr size_t kSampled = 4096;       // patterns
constexpr size_t kMostNumbers = 2048;   // of a group's table, for the codes of the sample
constexpr double kLookUpsPerVote = 1.5; // a look-up costs less than a step in a list

// The bits of some planes of a key.
class Planes {
 public:
  explicit Planes(std::vector<uint32_t> planes) : planes_(std::move(planes)) {
    const uint32_t span = planes_.back() - planes_.front() + 1;
    adjacent_ = span == planes_.size();
    word_ = planes_.front() / 64;
    shift_ = planes_.front() % 64;
    crosses_ = shift_ + span > 64;
    mask_ = (uint64_t{1} << planes_.size()) - 1;
  }

  uint32_t Bits(const uint64_t* key) const {
    if (adjacent_) {
      uint64_t bits = key[word_] >> shift_;
      if (crosses_) bits |= key[word_ + 1] << (64 - shift_);
      return static_cast<uint32_t>(bits & mask_);
    }
    uint32_t bits = 0;
    for (size_t p = 0; p < planes_.size(); ++p) bits |= static_cast<uint32_t>(key[planes_[p] / 64] >> (planes_[p] % 64) & 1) << p;
    return bits;
  }

  uint32_t plane(size_t p) const { return planes_[p]; }
  size_t size() const { return planes_.size(); }

 private:
  std::vector<uint32_t> planes_;
  uint64_t mask_;
  size_t word_, shift_;
  bool adjacent_, crosses_;
};

std::vector<Planes> Divide(const PatternTable& table, std::span<const uint32_t> which, std::span<const uint32_t> planes) {
  const size_t most_codes = std::max<size_t>(2, kMostNumbers / table.classes());
  std::vector<Planes> groups;
  std::vector<bool> seen;
  for (size_t from = 0; from < planes.size();) {
    size_t width = std::min(kMostPlanes, planes.size() - from);
    for (; width > 1; --width) {
      const Planes group({planes.begin() + static_cast<std::ptrdiff_t>(from), planes.begin() + static_cast<std::ptrdiff_t>(from + width)});
      seen.assign(size_t{1} << width, false);
      size_t codes = 0;
      for (size_t i = 0; i < kSampled && codes <= most_codes; ++i) {
        const uint32_t bits = group.Bits(table.key(which[i * which.size() / kSampled]).data());
        codes += seen[bits] ? 0 : 1;
        seen[bits] = true;
      }
      if (codes <= most_codes) break;
    }
    groups.emplace_back(std::vector<uint32_t>(planes.begin() + static_cast<std::ptrdiff_t>(from),
                                              planes.begin() + static_cast<std::ptrdiff_t>(from + width)));
    from += width;
  }
  return groups;
}

// The codes of one group.
struct Coded {
  std::vector<uint32_t> parent, column;
  std::vector<double> rows;
};

Coded Encode(const PatternTable& table, std::span<const uint32_t> which, const Planes& group,
             std::span<const uint32_t> column_of_plane, std::span<uint16_t> codes) {
  Coded coded{{0}, {VoteCodes::kNoVote}, {0}};
  std::vector<uint16_t> next_code(size_t{1} << group.size());  // the number of the code that follows; 0: it has none yet
  next_code[0] = 1;
  const auto add = [&](uint32_t bits) {
    // What it has beyond the longest of its beginnings that has a code.
    uint32_t known = bits;
    while (next_code[known] == 0) known &= ~std::bit_floor(known);
    uint32_t parent = next_code[known] - 1u;
    for (uint32_t left = bits ^ known; left != 0; left &= left - 1) {
      known |= left & (~left + 1);
      const auto code = static_cast<uint32_t>(coded.parent.size());
      coded.parent.push_back(parent);
      coded.column.push_back(column_of_plane[group.plane(static_cast<size_t>(std::countr_zero(left)))]);
      coded.rows.push_back(0);
      next_code[known] = static_cast<uint16_t>(code + 1);
      parent = code;
    }
  };
  for (size_t i = 0; i < which.size(); ++i) {
    const uint32_t bits = group.Bits(table.key(which[i]).data());
    if (next_code[bits] == 0) add(bits);
    const auto code = static_cast<uint16_t>(next_code[bits] - 1);
    codes[i] = code;
    coded.rows[code] += static_cast<double>(table.count(which[i]));
  }
  return coded;
}

}  // namespace

void VoteCodes::AppendVotes(size_t pattern, std::vector<uint32_t>& columns) const {
  for (size_t g = 0; g < groups(); ++g) {
    const size_t begin = columns.size();
    for (size_t code = first[g] + of_pattern[g * patterns + pattern]; column[code] != kNoVote; code = parent[code]) {
      columns.push_back(column[code]);
    }
    std::reverse(columns.begin() + static_cast<std::ptrdiff_t>(begin), columns.end());
  }
}

std::vector<double> VoteCodes::Sums(std::span<const double> base, std::span<const double> of_column) const {
  const size_t width = base.size();
  std::vector<double> sums(parent.size() * width);
  std::ranges::copy(base, sums.begin());
  for (size_t code = 0; code < parent.size(); ++code) {
    if (column[code] == kNoVote) continue;
    for (size_t k = 0; k < width; ++k) sums[code * width + k] = sums[parent[code] * width + k] + of_column[column[code] * width + k];
  }
  return sums;
}

void VoteCodes::Distribute(std::span<double> cells, size_t width, std::span<double> columns) const {
  const auto distribute = [&]<size_t kWidth>() {
    const size_t each = kWidth > 0 ? kWidth : width;
    for (size_t code = parent.size(); code-- > 0;) {
      double* cell = cells.data() + code * each;
      if (column[code] != kNoVote) {
        double *of_column = columns.data() + column[code] * each, *of_parent = cells.data() + parent[code] * each;
        for (size_t k = 0; k < each; ++k) {
          of_column[k] += cell[k];
          of_parent[k] += cell[k];
        }
      }
      for (size_t k = 0; k < each; ++k) cell[k] = 0;
    }
  };
  if (width == 2) {
    distribute.operator()<2>();
  } else {
    distribute.operator()<0>();
  }
}

VoteCodes CodesOf(const PatternTable& table, std::span<const uint32_t> which, std::span<const uint32_t> planes,
                  std::span<const uint32_t> column_of_plane, size_t votes, bool always, size_t threads) {
  VoteCodes codes;
  if (which.empty() || table.classes() > VoteCodes::kMostClasses || (!always && which.size() < kFewPatterns)) return codes;
  const std::vector<Planes> groups = Divide(table, which, planes);
  if (!always && static_cast<double>(groups.size() * which.size()) > kLookUpsPerVote * static_cast<double>(votes)) return codes;
  codes.patterns = which.size();
  codes.of_pattern.resize(groups.size() * which.size());
  std::vector<Coded> coded(groups.size());
  ForEachPiece(groups.size(), threads, [&](size_t g, size_t) {
    coded[g] = Encode(table, which, groups[g], column_of_plane, std::span(codes.of_pattern).subspan(g * which.size(), which.size()));
  });
  for (const Coded& group : coded) {
    const auto first = static_cast<uint32_t>(codes.parent.size());
    codes.first.push_back(first);
    for (const uint32_t parent : group.parent) codes.parent.push_back(first + parent);
    codes.column.insert(codes.column.end(), group.column.begin(), group.column.end());
    codes.rows.insert(codes.rows.end(), group.rows.begin(), group.rows.end());
  }
  codes.first.push_back(codes.parent.size());
  return codes;
}

}  // namespace assay
