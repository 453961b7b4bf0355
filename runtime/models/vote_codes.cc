// How wide a group is decides what its table costs: as wide as a sample of the patterns shows few enough codes for, so that the
// tables that are looked up most stay in the processor's caches.
#include "runtime/models/vote_codes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "runtime/models/threads.h"

namespace assay {
namespace {

constexpr size_t kMostPlanes = 15;      // of a group; its codes and the number of them are numbers of 16 bits
constexpr size_t kFewPatterns = 4096;   // below it nothing is slow
constexpr size_t kSampled = 4096;       // patterns
constexpr size_t kReadTogether = 256;   // patterns
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
  Coded(const Planes& group_in, std::span<const uint32_t> column_of_plane_in)
      : group(group_in), column_of_plane(column_of_plane_in), next_code(size_t{1} << group.size()) {
    next_code[0] = 1;
  }

  // Some patterns with the number of rows of each.
  void Encode(const PatternTable& table, std::span<const uint32_t> which, std::span<const uint64_t> counts, uint16_t* codes) {
    for (size_t i = 0; i < which.size(); ++i) {
      const uint32_t bits = group.Bits(table.key(which[i]).data());
      if (next_code[bits] == 0) Add(bits);
      const auto code = static_cast<uint16_t>(next_code[bits] - 1);
      codes[i] = code;
      rows[code] += counts[i];
    }
  }

  void Add(uint32_t bits) {
    // What it has beyond the longest of its beginnings that has a code.
    uint32_t known = bits;
    while (next_code[known] == 0) known &= ~std::bit_floor(known);
    uint32_t before = next_code[known] - 1u;
    for (uint32_t left = bits ^ known; left != 0; left &= left - 1) {
      known |= left & (~left + 1);
      const auto code = static_cast<uint32_t>(parent.size());
      parent.push_back(before);
      column.push_back(column_of_plane[group.plane(static_cast<size_t>(std::countr_zero(left)))]);
      rows.push_back(0);
      next_code[known] = static_cast<uint16_t>(code + 1);
      before = code;
    }
  }

  const Planes& group;
  std::span<const uint32_t> column_of_plane;
  std::vector<uint16_t> next_code;  // by the bits of the planes, the number of the code that follows; 0: they have none yet
  std::vector<uint32_t> parent{0}, column{VoteCodes::kNoVote};
  std::vector<uint64_t> rows{0};
};

}  // namespace

void VoteCodes::AppendVotes(size_t pattern, std::vector<uint32_t>& votes) const {
  for (size_t g = 0; g < groups(); ++g) {
    const size_t code = first[g] + of_pattern[g * patterns + pattern];
    for (uint32_t v = begin[code]; v < begin[code + 1]; ++v) votes.push_back(columns[v]);
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
  std::vector<Coded> coded;
  for (const Planes& group : groups) coded.emplace_back(group, column_of_plane);
  // A thread has some of the groups, and takes the patterns in pieces whose keys stay in the cache.
  const size_t pieces = std::clamp<size_t>(threads, 1, groups.size());
  ForEachPiece(pieces, threads, [&](size_t piece, size_t) {
    std::array<uint64_t, kReadTogether> counts;
    for (size_t i = 0; i < which.size(); i += kReadTogether) {
      const auto some = which.subspan(i, std::min(kReadTogether, which.size() - i));
      for (size_t p = 0; p < some.size(); ++p) counts[p] = table.count(some[p]);
      for (size_t g = piece; g < groups.size(); g += pieces) {
        coded[g].Encode(table, some, counts, codes.of_pattern.data() + g * which.size() + i);
      }
    }
  });
  for (const Coded& group : coded) {
    const auto first = static_cast<uint32_t>(codes.parent.size());
    codes.first.push_back(first);
    for (const uint32_t parent : group.parent) codes.parent.push_back(first + parent);
    codes.column.insert(codes.column.end(), group.column.begin(), group.column.end());
    codes.rows.insert(codes.rows.end(), group.rows.begin(), group.rows.end());
  }
  codes.first.push_back(codes.parent.size());
  codes.begin.push_back(0);
  for (size_t code = 0; code < codes.parent.size(); ++code) {
    if (codes.column[code] != VoteCodes::kNoVote) {
      for (uint32_t v = codes.begin[codes.parent[code]]; v < codes.begin[codes.parent[code] + 1]; ++v) {
        codes.columns.push_back(codes.columns[v]);
      }
      codes.columns.push_back(codes.column[code]);
    }
    codes.begin.push_back(static_cast<uint32_t>(codes.columns.size()));
  }
  return codes;
}

}  // namespace assay
