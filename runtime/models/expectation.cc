// A pass takes some hundred patterns at a time through three steps, whose numbers stay in the processor's first cache: the
// scores are added up, become probabilities all together, and are counted for the votes. The first and the last exist for
// lists and for codes; they are compiled for each small number of classes. Two classes need one score, the log-odds.
#include "runtime/models/expectation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "runtime/models/threads.h"

namespace assay {
namespace {

constexpr double kEpsilon = 1e-10;
constexpr size_t kBlock = 131072;   // patterns; sums of a block are kept apart until all are there
constexpr size_t kMostBlocks = 64;  // longer blocks for more patterns
constexpr size_t kChunk = 256;      // patterns
constexpr size_t kTogether = 4;     // groups of codes that one loop goes over

struct Blocks {
  explicit Blocks(const VoteLists& lists)
      : patterns(lists.size()), size(std::max(kBlock, (patterns + kMostBlocks - 1) / kMostBlocks)), count((patterns + size - 1) / size) {}
  size_t begin(size_t block) const { return block * size; }
  size_t end(size_t block) const { return std::min(patterns, begin(block) + size); }

  size_t patterns, size, count;
};

// Numbers [columns, width] and a base [width], in the form in which they are added up over a pattern's votes: by column, or by
// code with the base in it.
std::vector<double> TableOf(const VoteLists& lists, const std::vector<double>& base, std::vector<double> of_column) {
  return lists.codes.empty() ? std::move(of_column) : lists.codes.Sums(base, of_column);
}

// Of some groups of codes, at a pattern's place in each.
struct Groups {
  std::array<const uint16_t*, kTogether> codes;
  std::array<size_t, kTogether> first;
};

// A few numbers in registers, two in each.
template <size_t kWidth>
struct Row {
  using Pair = double __attribute__((vector_size(2 * sizeof(double))));

  explicit Row(const double* from) {
    for (size_t k = 0; k < kWidth / 2; ++k) std::memcpy(&pairs[k], from + 2 * k, sizeof(Pair));
    if constexpr (kWidth % 2 == 1) pairs[kWidth / 2] = Pair{from[kWidth - 1], 0};
  }
  void Add(const Row& other) {
    for (size_t k = 0; k < (kWidth + 1) / 2; ++k) pairs[k] += other.pairs[k];
  }
  void Store(double* to) const {
    for (size_t k = 0; k < kWidth / 2; ++k) std::memcpy(to + 2 * k, &pairs[k], sizeof(Pair));
    if constexpr (kWidth % 2 == 1) to[kWidth - 1] = pairs[kWidth / 2][0];
  }

  Pair pairs[(kWidth + 1) / 2];
};

template <size_t kGroups, size_t kWidth>
void AddUp(const Groups& groups, const double* table, size_t patterns, bool begins, double* sums) {
  std::array<const double*, kGroups> tables;
  for (size_t g = 0; g < kGroups; ++g) tables[g] = table + groups.first[g] * kWidth;
  for (size_t i = 0; i < patterns; ++i) {
    const auto of = [&](size_t g) { return tables[g] + groups.codes[g][i] * kWidth; };
    Row<kWidth> sum(begins ? of(0) : sums + i * kWidth);
    for (size_t g = begins ? 1 : 0; g < kGroups; ++g) sum.Add(Row<kWidth>(of(g)));
    sum.Store(sums + i * kWidth);
  }
}

template <size_t kGroups, size_t kWidth>
void Count(const Groups& groups, const double* numbers, size_t patterns, double* cells) {
  std::array<double*, kGroups> to;
  for (size_t g = 0; g < kGroups; ++g) to[g] = cells + groups.first[g] * kWidth;
  for (size_t i = 0; i < patterns; ++i) {
    const Row<kWidth> row(numbers + i * kWidth);
    for (size_t g = 0; g < kGroups; ++g) {
      double* cell = to[g] + groups.codes[g][i] * kWidth;
      Row<kWidth> sum(cell);
      sum.Add(row);
      sum.Store(cell);
    }
  }
}

// Calls visit with each run of groups and how many they are, as a constant.
template <typename Visit>
void ForEachRun(const VoteCodes& codes, size_t first, const Visit& visit) {
  for (size_t g = 0; g < codes.groups(); g += kTogether) {
    Groups groups{};
    const size_t count = std::min(kTogether, codes.groups() - g);
    for (size_t k = 0; k < count; ++k) {
      groups.codes[k] = codes.of_group(g + k).data() + first;
      groups.first[k] = codes.first[g + k];
    }
    switch (count) {
      case 1: visit.template operator()<1>(groups, g == 0); break;
      case 2: visit.template operator()<2>(groups, g == 0); break;
      case 3: visit.template operator()<3>(groups, g == 0); break;
      case 4: visit.template operator()<4>(groups, g == 0); break;
    }
  }
}

// Loops over a number that is a constant where kWidth is not 0.
template <size_t kWidth>
struct Kernels {
  static size_t Width(size_t width) { return kWidth > 0 ? kWidth : width; }

  // The table's sums over the votes of `patterns` patterns from the first on, [patterns, width].
  static void AddUpVotes(const VoteLists& lists, std::span<const double> base, const std::vector<double>& table, size_t first,
                         size_t patterns, double* sums) {
    if constexpr (kWidth > 0) {
      if (!lists.codes.empty()) {
        ForEachRun(lists.codes, first, [&]<size_t kGroups>(const Groups& groups, bool begins) {
          AddUp<kGroups, kWidth>(groups, table.data(), patterns, begins, sums);
        });
        return;
      }
    }
    const size_t width = Width(base.size());
    for (size_t i = first; i < first + patterns; ++i, sums += width) {
      std::array<double, kWidth> fixed;
      double* sum = kWidth > 0 ? fixed.data() : sums;
      for (size_t k = 0; k < width; ++k) sum[k] = base[k];
      for (uint64_t v = lists.begin[i]; v < lists.begin[i + 1]; ++v) {
        const double* row = table.data() + size_t{lists.column[v]} * width;
        for (size_t k = 0; k < width; ++k) sum[k] += row[k];
      }
      if (kWidth > 0) std::copy_n(sum, width, sums);
    }
  }

  // Adds the numbers [patterns, width] to the cells of the patterns' columns, or codes.
  static void CountForVotes(const VoteLists& lists, const double* numbers, size_t first, size_t patterns, size_t width_in, double* cells) {
    if constexpr (kWidth > 0) {
      if (!lists.codes.empty()) {
        ForEachRun(lists.codes, first, [&]<size_t kGroups>(const Groups& groups, bool) {
          Count<kGroups, kWidth>(groups, numbers, patterns, cells);
        });
        return;
      }
    }
    const size_t width = Width(width_in);
    for (size_t i = first; i < first + patterns; ++i, numbers += width) {
      for (uint64_t v = lists.begin[i]; v < lists.begin[i + 1]; ++v) {
        double* cell = cells + size_t{lists.column[v]} * width;
        for (size_t k = 0; k < width; ++k) cell[k] += numbers[k];
      }
    }
  }
};

// What is counted in one block.
struct Counts {
  std::vector<double> of_column;  // [columns, classes]
  std::vector<double> of_class;   // [classes]
};

// Room for a worker's counts of a block; zero between blocks.
class CountingRoom {
 public:
  explicit CountingRoom(const VoteLists& lists)
      : lists_(lists), cells_((lists.codes.empty() ? lists.columns.size() : lists.codes.parent.size()) * lists.classes), of_class_(lists.classes) {}

  // `probabilities` [patterns, classes] are used up.
  template <size_t kClasses>
  void Add(double* probabilities, size_t first, size_t patterns) {
    const size_t classes = kClasses > 0 ? kClasses : lists_.classes;
    for (size_t i = 0; i < patterns; ++i) {
      for (size_t y = 0; y < classes; ++y) probabilities[i * classes + y] *= lists_.count[first + i];
    }
    if (lists_.codes.empty()) {
      for (size_t i = 0; i < patterns; ++i) {
        for (size_t y = 0; y < classes; ++y) of_class_[y] += probabilities[i * classes + y];
      }
    }
    Kernels<kClasses>::CountForVotes(lists_, probabilities, first, patterns, classes, cells_.data());
  }

  Counts Take() {
    const size_t classes = lists_.classes;
    Counts counts;
    if (lists_.codes.empty()) {
      counts.of_column.assign(cells_.size(), 0.0);
      std::swap(counts.of_column, cells_);
    } else {
      // Every row has one code of the first group.
      for (size_t i = 0; i < lists_.codes.first[1] * classes; ++i) of_class_[i % classes] += cells_[i];
      counts.of_column.resize(lists_.columns.size() * classes);
      lists_.codes.Distribute(cells_, classes, counts.of_column);
    }
    counts.of_class.assign(classes, 0.0);
    std::swap(counts.of_class, of_class_);
    return counts;
  }

 private:
  const VoteLists& lists_;
  std::vector<double> cells_;
  std::vector<double> of_class_;
};

// Runs work(block, room) over all blocks and adds up what the rooms have counted, in the order of the blocks.
template <typename Work>
void CountBlocks(const VoteLists& lists, const Work& work, std::vector<double>& counts, std::vector<double>& totals) {
  const Blocks blocks(lists);
  std::vector<Counts> of_block(blocks.count);
  std::vector<CountingRoom> rooms(std::clamp<size_t>(lists.threads, 1, std::max<size_t>(blocks.count, 1)), CountingRoom(lists));
  ForEachPiece(blocks.count, rooms.size(), [&](size_t block, size_t worker) {
    work(block, rooms[worker]);
    of_block[block] = rooms[worker].Take();
  });
  counts.assign(lists.columns.size() * lists.classes, 0.0);
  totals.assign(lists.classes, 0.0);
  for (const Counts& block : of_block) {
    for (size_t i = 0; i < counts.size(); ++i) counts[i] += block.of_column[i];
    for (size_t y = 0; y < totals.size(); ++y) totals[y] += block.of_class[y];
  }
}

template <size_t kClasses>
double ExpectBody(const VoteLists& lists, const LogLinear& scores, std::vector<double>& posterior, std::vector<double>* counts,
                  std::vector<double>* totals) {
  const size_t classes = kClasses > 0 ? kClasses : lists.classes;
  std::vector<double> base = scores.base, evidence = scores.evidence;
  if constexpr (kClasses == 2) {  // the log-odds
    base = {scores.base[1] - scores.base[0]};
    evidence.resize(lists.columns.size());
    for (size_t c = 0; c < evidence.size(); ++c) evidence[c] = scores.evidence[2 * c + 1] - scores.evidence[2 * c];
  }
  const std::vector<double> table = TableOf(lists, base, std::move(evidence));
  const Blocks blocks(lists);
  std::vector<double> changes(blocks.count);
  const auto expect = [&](size_t block, CountingRoom* room) {
    std::vector<double> sums(kChunk * base.size()), two(kClasses == 2 ? kChunk * classes : 0);
    double change = 0;
    for (size_t first = blocks.begin(block); first < blocks.end(block); first += kChunk) {
      const size_t patterns = std::min(kChunk, blocks.end(block) - first);
      Kernels<kClasses == 2 ? 1 : kClasses>::AddUpVotes(lists, base, table, first, patterns, sums.data());
      double* now = sums.data();
      if constexpr (kClasses == 2) {
        now = two.data();
        ProbabilitiesOfLogOdds(sums.data(), patterns, now);
      } else {
        SoftmaxRows(now, patterns, classes);
      }
      change = std::max(change, Replace(posterior.data() + first * classes, now, patterns * classes));
      if (room != nullptr) room->template Add<kClasses>(now, first, patterns);
    }
    changes[block] = change;
  };
  if (counts != nullptr) {
    CountBlocks(lists, [&](size_t block, CountingRoom& room) { expect(block, &room); }, *counts, *totals);
  } else {
    ForEachPiece(blocks.count, lists.threads, [&](size_t block, size_t) { expect(block, nullptr); });
  }
  return changes.empty() ? 0 : *std::ranges::max_element(changes);
}

template <size_t kClasses>
void CountBody(const VoteLists& lists, const std::vector<double>& posterior, std::vector<double>& counts, std::vector<double>& totals) {
  const size_t classes = kClasses > 0 ? kClasses : lists.classes;
  const Blocks blocks(lists);
  const auto count = [&](size_t block, CountingRoom& room) {
    std::vector<double> chunk(kChunk * classes);
    for (size_t first = blocks.begin(block); first < blocks.end(block); first += kChunk) {
      const size_t patterns = std::min(kChunk, blocks.end(block) - first);
      std::copy_n(posterior.begin() + static_cast<std::ptrdiff_t>(first * classes), patterns * classes, chunk.begin());
      room.template Add<kClasses>(chunk.data(), first, patterns);
    }
  };
  CountBlocks(lists, count, counts, totals);
}

// Calls visit with the number of classes as a constant, 0 where it is large.
template <typename Visit>
auto WithClasses(size_t classes, const Visit& visit) {
  switch (classes) {
    case 2: return visit.template operator()<2>();
    case 3: return visit.template operator()<3>();
    case 4: return visit.template operator()<4>();
    case 5: return visit.template operator()<5>();
    case 6: return visit.template operator()<6>();
    case 7: return visit.template operator()<7>();
    case 8: return visit.template operator()<8>();
    default: return visit.template operator()<0>();
  }
}

}  // namespace

double Expect(const VoteLists& lists, const LogLinear& scores, std::vector<double>& posterior, std::vector<double>* counts,
              std::vector<double>* totals) {
  return WithClasses(lists.classes, [&]<size_t kClasses>() { return ExpectBody<kClasses>(lists, scores, posterior, counts, totals); });
}

void CountExpected(const VoteLists& lists, const std::vector<double>& posterior, std::vector<double>& counts,
                   std::vector<double>& totals) {
  WithClasses(lists.classes, [&]<size_t kClasses>() { CountBody<kClasses>(lists, posterior, counts, totals); });
}

double NegativeEntropy(const VoteLists& lists, const std::vector<double>& posterior) {
  const Blocks blocks(lists);
  std::vector<double> of_block(blocks.count);
  ForEachPiece(blocks.count, lists.threads, [&](size_t block, size_t) {
    double sum = 0;
    for (size_t i = blocks.begin(block); i < blocks.end(block); ++i) {
      double of_row = 0;
      for (size_t y = 0; y < lists.classes; ++y) {
        const double p = std::max(posterior[i * lists.classes + y], kEpsilon);
        of_row += p * std::log(p);
      }
      sum += lists.count[i] * of_row;
    }
    of_block[block] = sum;
  });
  double sum = 0;
  for (const double s : of_block) sum += s;
  return sum;
}

VoteShareReader::VoteShareReader(const VoteLists& lists) : lists_(lists), none_(lists.classes) {
  std::vector<double> one(lists.columns.size() * lists.classes);
  for (size_t c = 0; c < lists.columns.size(); ++c) one[c * lists.classes + lists.columns[c].vote] = 1;
  table_ = TableOf(lists, none_, std::move(one));
}

void VoteShareReader::Read(size_t first, std::span<double> shares) const {
  const size_t classes = lists_.classes, patterns = shares.size() / classes;
  for (size_t i = 0; i < patterns; i += kChunk) {
    const size_t some = std::min(kChunk, patterns - i);
    double* rows = shares.data() + i * classes;
    WithClasses(classes, [&]<size_t kClasses>() { Kernels<kClasses>::AddUpVotes(lists_, none_, table_, first + i, some, rows); });
    for (size_t r = 0; r < some; ++r, rows += classes) {
      double votes = 0;
      for (size_t y = 0; y < classes; ++y) votes += rows[y];
      for (size_t y = 0; y < classes; ++y) rows[y] /= votes;
    }
  }
}

std::vector<double> VoteShares(const VoteLists& lists) {
  std::vector<double> shares(lists.size() * lists.classes);
  const VoteShareReader reader(lists);
  const Blocks blocks(lists);
  ForEachPiece(blocks.count, lists.threads, [&](size_t block, size_t) {
    const size_t first = blocks.begin(block);
    reader.Read(first, std::span(shares).subspan(first * lists.classes, (blocks.end(block) - first) * lists.classes));
  });
  return shares;
}

}  // namespace assay
