#include "runtime/votes/statistics.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "runtime/graph/rule_graph.h"
#include "runtime/votes/classes.h"

namespace assay {
namespace {

using Block = std::array<uint64_t, kBlockWords>;

// What of a plane's rows is counted: all of them, and those that lie in each of these.
struct Masks {
  const uint64_t* two;       // rows with two or more votes
  const uint64_t* conflict;  // rows with votes of two or more classes
  const uint64_t* correct;   // rows whose gold is the plane's class; nullptr without gold
  const uint64_t* known;     // rows whose gold is known
};

struct Counts {
  uint64_t votes = 0, overlaps = 0, conflicts = 0, correct = 0, known = 0;
};

// One body, compiled for what the machine has: a population count in software costs ten times one in hardware.
[[gnu::always_inline]] inline Counts CountBody(const uint64_t* plane, const Masks& masks, size_t words) {
  Counts c;
  for (size_t w = 0; w < words; ++w) {
    c.votes += static_cast<uint64_t>(__builtin_popcountll(plane[w]));
    c.overlaps += static_cast<uint64_t>(__builtin_popcountll(plane[w] & masks.two[w]));
    c.conflicts += static_cast<uint64_t>(__builtin_popcountll(plane[w] & masks.conflict[w]));
  }
  if (masks.correct != nullptr) {
    for (size_t w = 0; w < words; ++w) {
      c.correct += static_cast<uint64_t>(__builtin_popcountll(plane[w] & masks.correct[w]));
      c.known += static_cast<uint64_t>(__builtin_popcountll(plane[w] & masks.known[w]));
    }
  }
  return c;
}

Counts CountPlain(const uint64_t* plane, const Masks& masks, size_t words) { return CountBody(plane, masks, words); }

using CountFunction = Counts (*)(const uint64_t*, const Masks&, size_t);

#if defined(__x86_64__)
[[gnu::target("popcnt")]] Counts CountPopcnt(const uint64_t* plane, const Masks& masks, size_t words) {
  return CountBody(plane, masks, words);
}
[[gnu::target("avx512f,avx512vl,avx512vpopcntdq,popcnt")]] Counts CountAvx512(const uint64_t* plane, const Masks& masks,
                                                                              size_t words) {
  return CountBody(plane, masks, words);
}

CountFunction BestCount() {
  if (__builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512vl")) return CountAvx512;
  if (__builtin_cpu_supports("popcnt")) return CountPopcnt;
  return CountPlain;
}
#else
CountFunction BestCount() { return CountPlain; }
#endif

uint64_t PopCount(const uint64_t* words, size_t count) {
  static constexpr Block kNone{};
  static const CountFunction kCount = BestCount();
  return kCount(words, {kNone.data(), kNone.data(), nullptr, nullptr}, count).votes;
}

uint32_t ClassIndex(const VoteLayout& layout, int32_t id) {
  for (size_t c = 0; c < layout.class_ids.size(); ++c) {
    if (layout.class_ids[c] == id) return static_cast<uint32_t>(c);
  }
  assert(false && "a plane of a class that the layout does not list");
  return 0;
}

}  // namespace

VoteStatistics::VoteStatistics(const VoteLayout& layout) : layout_(layout) {
  const size_t classes = layout.class_ids.size();
  gold_by_class_.assign(classes, 0);
  counts_.resize(layout.planes.size());
  for (const VoteLayout::Plane& plane : layout.planes) class_of_plane_.push_back(ClassIndex(layout, plane.class_id));
  for (uint32_t p = 0; p < layout.planes.size(); ++p) planes_by_class_.push_back(p);
  std::stable_sort(planes_by_class_.begin(), planes_by_class_.end(),
                   [&](uint32_t a, uint32_t b) { return class_of_plane_[a] < class_of_plane_[b]; });
}

void VoteStatistics::Add(const VotePlanes& planes, std::span<const int32_t> gold) {
  assert(gold.empty() || gold.size() == planes.rows());
  static const CountFunction kCount = BestCount();
  const size_t rows = planes.rows();
  const size_t words = planes.words();
  const size_t classes = layout_.class_ids.size();
  rows_ += rows;
  if (!gold.empty()) has_gold_ = true;

  const ClassList class_list{{}, layout_.class_ids};
  std::vector<Block> gold_planes(gold.empty() ? 0 : classes);
  for (size_t first = 0; first < words; first += kBlockWords) {
    const size_t count = std::min(kBlockWords, words - first);
    Block any{}, two{}, conflict{}, known{};
    for (size_t i = 0; i < planes_by_class_.size();) {
      const uint32_t class_index = class_of_plane_[planes_by_class_[i]];
      const Block before = any;
      Block of_class{};
      for (; i < planes_by_class_.size() && class_of_plane_[planes_by_class_[i]] == class_index; ++i) {
        const uint64_t* plane = planes.plane(planes_by_class_[i]).data() + first;
        for (size_t w = 0; w < count; ++w) {
          two[w] |= any[w] & plane[w];
          any[w] |= plane[w];
          of_class[w] |= plane[w];
        }
      }
      for (size_t w = 0; w < count; ++w) conflict[w] |= before[w] & of_class[w];
    }
    if (!gold.empty()) {
      std::fill(gold_planes.begin(), gold_planes.end(), Block{});
      const size_t end = std::min(rows, (first + count) * 64);
      for (size_t row = first * 64; row < end; ++row) {
        if (gold[row] == kAbstain) continue;
        const auto index = class_list.IndexOfId(gold[row]);
        if (!index) continue;
        const size_t at = row - first * 64;
        gold_planes[*index][at / 64] |= uint64_t{1} << (at % 64);
        known[at / 64] |= uint64_t{1} << (at % 64);
        ++gold_by_class_[*index];
      }
      known_gold_ += PopCount(known.data(), count);
    }
    covered_ += PopCount(any.data(), count);
    overlapped_ += PopCount(two.data(), count);
    conflicted_ += PopCount(conflict.data(), count);
    for (size_t p = 0; p < counts_.size(); ++p) {
      const Masks masks{two.data(), conflict.data(), gold.empty() ? nullptr : gold_planes[class_of_plane_[p]].data(),
                        known.data()};
      const Counts c = kCount(planes.plane(p).data() + first, masks, count);
      counts_[p].votes += c.votes;
      counts_[p].overlaps += c.overlaps;
      counts_[p].conflicts += c.conflicts;
      counts_[p].correct += c.correct;
      counts_[p].known += c.known;
    }
  }
}

void VoteStatistics::Merge(const VoteStatistics& other) {
  assert(other.counts_.size() == counts_.size());
  rows_ += other.rows_;
  covered_ += other.covered_;
  overlapped_ += other.overlapped_;
  conflicted_ += other.conflicted_;
  known_gold_ += other.known_gold_;
  has_gold_ = has_gold_ || other.has_gold_;
  for (size_t c = 0; c < gold_by_class_.size(); ++c) gold_by_class_[c] += other.gold_by_class_[c];
  for (size_t p = 0; p < counts_.size(); ++p) {
    counts_[p].votes += other.counts_[p].votes;
    counts_[p].overlaps += other.counts_[p].overlaps;
    counts_[p].conflicts += other.counts_[p].conflicts;
    counts_[p].correct += other.counts_[p].correct;
    counts_[p].known += other.counts_[p].known;
  }
}

std::vector<VoteStatistics::Rule> VoteStatistics::Rules() const {
  std::vector<Rule> rules;
  for (const VoteLayout::Rule& from : layout_.rules) {
    Rule rule;
    rule.name = from.name;
    rule.votes_by_class.assign(layout_.class_ids.size(), 0);
    for (uint32_t p = from.first_plane; p < from.first_plane + from.plane_count; ++p) {
      const PlaneCounts& c = counts_[p];
      if (c.votes > 0) rule.polarity.push_back(layout_.planes[p].class_id);
      rule.votes += c.votes;
      rule.overlaps += c.overlaps;
      rule.conflicts += c.conflicts;
      rule.correct += c.correct;
      rule.incorrect += c.known - c.correct;
      rule.votes_by_class[class_of_plane_[p]] += c.votes;
    }
    std::sort(rule.polarity.begin(), rule.polarity.end());
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::optional<double> VoteStatistics::Rule::empirical_accuracy() const {
  const uint64_t known = correct + incorrect;
  if (known == 0) return std::nullopt;
  return static_cast<double>(correct) / static_cast<double>(known);
}

}  // namespace assay
