// Two ways to count pairs, chosen by their cost: a population count of the conjunction of two planes, block by block of rows;
// or, where rules are many and votes are few, every two votes of each row. Patterns with counts are counted as planes, too,
// one binary digit of the counts at a time.
#include "runtime/models/statistics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "runtime/io/text_cells.h"

namespace assay {
namespace {

constexpr std::string_view kFormat = "assay-vote-statistics-1";

// What two votes of a row cost, in conjunctions of two words.
constexpr uint64_t kPairCost = 6;

[[gnu::always_inline]] inline uint64_t TogetherBody(const uint64_t* a, const uint64_t* b, size_t words) {
  uint64_t count = 0;
  for (size_t w = 0; w < words; ++w) count += static_cast<uint64_t>(__builtin_popcountll(a[w] & b[w]));
  return count;
}

using TogetherFunction = uint64_t (*)(const uint64_t*, const uint64_t*, size_t);

uint64_t TogetherPlain(const uint64_t* a, const uint64_t* b, size_t words) { return TogetherBody(a, b, words); }

#if defined(__x86_64__)
[[gnu::target("popcnt")]] uint64_t TogetherPopcnt(const uint64_t* a, const uint64_t* b, size_t words) {
  return TogetherBody(a, b, words);
}
[[gnu::target("avx512f,avx512vl,avx512vpopcntdq,popcnt")]] uint64_t TogetherAvx512(const uint64_t* a, const uint64_t* b,
                                                                                  size_t words) {
  return TogetherBody(a, b, words);
}
// Counts the bits of each half byte by a look-up in a register; the counts of a byte fit in it for 31 vectors.
[[gnu::target("avx2,popcnt")]] uint64_t TogetherAvx2(const uint64_t* a, const uint64_t* b, size_t words) {
  const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  __m256i sum = _mm256_setzero_si256();
  size_t w = 0;
  while (w + 4 <= words) {
    __m256i bytes = _mm256_setzero_si256();
    for (const size_t end = std::min(words - 3, w + 31 * 4); w < end; w += 4) {
      const __m256i both = _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + w)),
                                            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + w)));
      const __m256i high = _mm256_and_si256(_mm256_srli_epi32(both, 4), low);
      bytes = _mm256_add_epi8(bytes, _mm256_add_epi8(_mm256_shuffle_epi8(bits, _mm256_and_si256(both, low)), _mm256_shuffle_epi8(bits, high)));
    }
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
  }
  alignas(32) std::array<uint64_t, 4> lanes;
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes.data()), sum);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3] + TogetherBody(a + w, b + w, words - w);
}

TogetherFunction BestTogether() {
  if (__builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512vl")) return TogetherAvx512;
  if (__builtin_cpu_supports("avx2")) return TogetherAvx2;
  if (__builtin_cpu_supports("popcnt")) return TogetherPopcnt;
  return TogetherPlain;
}
#else
TogetherFunction BestTogether() { return TogetherPlain; }
#endif

uint64_t HashPair(uint64_t key) {
  key ^= key >> 31;
  key *= 0x9e3779b97f4a7c15;
  return key ^ (key >> 29);
}

}  // namespace

VoteMoments::VoteMoments(const VoteLayout& layout)
    : layout_(layout), column_of_vote_(layout.rules.size() * layout.class_ids.size(), -1) {
  for (const VoteLayout::Plane& plane : layout.planes) {
    const auto at = std::ranges::find(layout.class_ids, plane.class_id);
    assert(at != layout.class_ids.end());
    class_of_plane_.push_back(static_cast<uint32_t>(at - layout.class_ids.begin()));
  }
}

uint32_t VoteMoments::ColumnOf(size_t rule, size_t vote) {
  int32_t& column = column_of_vote_[rule * classes() + vote];
  if (column >= 0) return static_cast<uint32_t>(column);
  column = static_cast<int32_t>(vote_of_column_.size());
  vote_of_column_.push_back(static_cast<uint32_t>(rule * classes() + vote));
  counts_.push_back(0);
  if (!sparse_ && counts_.size() > kFewPlanes) BecomeSparse();
  if (!sparse_) triangle_.resize(counts_.size() * (counts_.size() - 1) / 2);
  return static_cast<uint32_t>(column);
}

void VoteMoments::BecomeSparse() {
  sparse_ = true;
  pair_keys_.assign(size_t{1} << 16, 0);
  pair_counts_.assign(pair_keys_.size(), 0);
  const std::vector<uint64_t> triangle = std::move(triangle_);
  triangle_ = {};
  size_t at = 0;
  for (uint32_t a = 1; at < triangle.size(); ++a) {
    for (uint32_t b = 0; b < a; ++b, ++at) {
      if (triangle[at] != 0) AddPair(a, b, triangle[at]);
    }
  }
}

void VoteMoments::AddPair(uint32_t a, uint32_t b, uint64_t count) {
  if (a < b) std::swap(a, b);
  if (!sparse_) {
    triangle_[size_t{a} * (a - 1) / 2 + b] += count;
    return;
  }
  const uint64_t key = (uint64_t{a} << 32 | b) + 1;
  const size_t mask = pair_keys_.size() - 1;
  size_t at = HashPair(key) & mask;
  while (pair_keys_[at] != 0 && pair_keys_[at] != key) at = (at + 1) & mask;
  pair_counts_[at] += count;
  if (pair_keys_[at] == key) return;
  pair_keys_[at] = key;
  if (++pairs_ * 4 > pair_keys_.size() * 3) GrowPairs();
}

void VoteMoments::GrowPairs() {
  std::vector<uint64_t> keys(pair_keys_.size() * 2), counts(keys.size());
  for (size_t i = 0; i < pair_keys_.size(); ++i) {
    if (pair_keys_[i] == 0) continue;
    size_t at = HashPair(pair_keys_[i]) & (keys.size() - 1);
    while (keys[at] != 0) at = (at + 1) & (keys.size() - 1);
    keys[at] = pair_keys_[i];
    counts[at] = pair_counts_[i];
  }
  pair_keys_ = std::move(keys);
  pair_counts_ = std::move(counts);
}

uint64_t VoteMoments::PairCount(uint32_t a, uint32_t b) const {
  if (a == b) return counts_[a];
  if (a < b) std::swap(a, b);
  if (!sparse_) return triangle_[size_t{a} * (a - 1) / 2 + b];
  const uint64_t key = (uint64_t{a} << 32 | b) + 1;
  const size_t mask = pair_keys_.size() - 1;
  size_t at = HashPair(key) & mask;
  while (pair_keys_[at] != 0 && pair_keys_[at] != key) at = (at + 1) & mask;
  return pair_counts_[at];
}

void VoteMoments::AddRow(std::span<const uint32_t> columns, uint64_t weight) {
  for (size_t i = 0; i < columns.size(); ++i) {
    counts_[columns[i]] += weight;
    for (size_t j = 0; j < i; ++j) AddPair(columns[i], columns[j], weight);
  }
}

void VoteMoments::AddBlock(std::span<const Active> active, size_t words, uint64_t weight) {
  static const TogetherFunction kTogether = BestTogether();
  std::array<uint64_t, kBlockWords> any{}, two{};
  for (const Active& a : active) {
    for (size_t w = 0; w < words; ++w) {
      two[w] |= any[w] & a.words[w];
      any[w] |= a.words[w];
    }
  }
  covered_ += weight * kTogether(any.data(), any.data(), words);
  overlapped_ += weight * kTogether(two.data(), two.data(), words);

  const uint64_t by_planes = active.size() * active.size() / 2 * words;
  if (active.size() > 64) {
    // Few votes a row? Then rows are gone through.
    uint64_t votes = 0;
    for (const Active& a : active) votes += kTogether(a.words, a.words, words);
    const uint64_t a_row = votes / (words * 64) + 1;
    if (votes * a_row * kPairCost < by_planes) {
      std::vector<std::vector<uint32_t>> rows(words * 64);
      for (const Active& a : active) {
        for (size_t w = 0; w < words; ++w) {
          for (uint64_t bits = a.words[w]; bits != 0; bits &= bits - 1) {
            rows[w * 64 + static_cast<size_t>(std::countr_zero(bits))].push_back(a.column);
          }
        }
      }
      for (const auto& columns : rows) AddRow(columns, weight);
      return;
    }
  }
  for (size_t i = 0; i < active.size(); ++i) {
    counts_[active[i].column] += weight * kTogether(active[i].words, active[i].words, words);
    for (size_t j = 0; j < i; ++j) {
      if (active[i].rule == active[j].rule) continue;
      const uint64_t together = kTogether(active[i].words, active[j].words, words);
      if (together != 0) AddPair(active[i].column, active[j].column, weight * together);
    }
  }
}

void VoteMoments::Add(const VotePlanes& planes) {
  assert(planes.rows() == 0 || planes.planes() == layout_.planes.size());
  rows_ += planes.rows();
  std::vector<Active> active;
  for (size_t first = 0; first < planes.words(); first += kBlockWords) {
    const size_t words = std::min(kBlockWords, planes.words() - first);
    active.clear();
    for (size_t p = 0; p < layout_.planes.size(); ++p) {
      const uint64_t* of_plane = planes.plane(p).data() + first;
      if (std::any_of(of_plane, of_plane + words, [](uint64_t word) { return word != 0; })) {
        active.push_back({ColumnOf(layout_.planes[p].rule, class_of_plane_[p]), layout_.planes[p].rule, of_plane});
      }
    }
    AddBlock(active, words, 1);
  }
}

void VoteMoments::Add(const PatternTable& patterns) {
  assert(patterns.rules() == rules() && patterns.classes() == classes());
  rows_ += patterns.rows();
  const VoteLayout& layout = patterns.layout();
  const size_t key_words = patterns.key_words();
  std::vector<uint32_t> class_of_plane;
  for (const VoteLayout::Plane& plane : layout.planes) {
    class_of_plane.push_back(static_cast<uint32_t>(std::ranges::find(layout.class_ids, plane.class_id) - layout.class_ids.begin()));
  }
  // The columns of a pattern's votes, and what it would cost to go through all patterns that way.
  uint64_t squares = 0, digits = 0;
  std::vector<uint64_t> votes_of_plane(layout.planes.size());
  for (size_t i = 0; i < patterns.size(); ++i) {
    uint64_t votes = 0;
    for (const uint64_t word : patterns.key(i)) votes += static_cast<uint64_t>(std::popcount(word));
    squares += votes * votes;
    digits += static_cast<uint64_t>(std::popcount(patterns.count(i)));
  }
  const uint64_t planes = layout.planes.size();
  if (squares / 2 * kPairCost < planes * planes / 2 * (digits / 64 + 1)) {
    std::vector<uint32_t> columns;
    for (size_t i = 0; i < patterns.size(); ++i) {
      columns.clear();
      const auto key = patterns.key(i);
      for (size_t k = 0; k < key_words; ++k) {
        for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) {
          const size_t p = k * 64 + static_cast<size_t>(std::countr_zero(bits));
          columns.push_back(ColumnOf(layout.planes[p].rule, class_of_plane[p]));
        }
      }
      if (!columns.empty()) covered_ += patterns.count(i);
      if (columns.size() >= 2) overlapped_ += patterns.count(i);
      AddRow(columns, patterns.count(i));
    }
    return;
  }

  // For each binary digit of the counts, the patterns whose count has it, as planes.
  uint64_t all_digits = 0;
  for (size_t i = 0; i < patterns.size(); ++i) all_digits |= patterns.count(i);
  constexpr size_t kBlockRows = kBlockWords * 64;
  std::vector<uint64_t> block(key_words * 64 * kBlockWords);  // [planes, words]
  std::vector<Active> active;
  for (uint64_t left = all_digits; left != 0; left &= left - 1) {
    const uint64_t weight = left & (~left + 1);
    size_t next = 0;
    while (next < patterns.size()) {
      std::ranges::fill(block, 0);
      size_t row = 0;
      for (; next < patterns.size() && row < kBlockRows; ++next) {
        if ((patterns.count(next) & weight) == 0) continue;
        const auto key = patterns.key(next);
        for (size_t k = 0; k < key_words; ++k) {
          for (uint64_t bits = key[k]; bits != 0; bits &= bits - 1) {
            const size_t p = k * 64 + static_cast<size_t>(std::countr_zero(bits));
            block[p * kBlockWords + row / 64] |= uint64_t{1} << (row % 64);
          }
        }
        ++row;
      }
      const size_t words = (row + 63) / 64;
      active.clear();
      for (size_t p = 0; p < layout.planes.size(); ++p) {
        const uint64_t* of_plane = block.data() + p * kBlockWords;
        if (std::any_of(of_plane, of_plane + words, [](uint64_t word) { return word != 0; })) {
          active.push_back({ColumnOf(layout.planes[p].rule, class_of_plane[p]), layout.planes[p].rule, of_plane});
        }
      }
      AddBlock(active, words, weight);
    }
  }
}

Status VoteMoments::Merge(const VoteMoments& other) {
  ASSAY_ASSIGN_OR_RETURN(VoteLayout both, UnionOf(layout_, other.layout_));
  if (both.planes.size() != layout_.planes.size()) {
    layout_ = std::move(both);
    class_of_plane_.clear();
    for (const VoteLayout::Plane& plane : layout_.planes) {
      class_of_plane_.push_back(static_cast<uint32_t>(std::ranges::find(layout_.class_ids, plane.class_id) - layout_.class_ids.begin()));
    }
  }
  rows_ += other.rows_;
  covered_ += other.covered_;
  overlapped_ += other.overlapped_;
  std::vector<uint32_t> here;
  for (size_t c = 0; c < other.counts_.size(); ++c) {
    const uint32_t vote = other.vote_of_column_[c];
    here.push_back(ColumnOf(vote / classes(), vote % classes()));
    counts_[here.back()] += other.counts_[c];
  }
  if (!other.sparse_) {
    size_t at = 0;
    for (uint32_t a = 1; at < other.triangle_.size(); ++a) {
      for (uint32_t b = 0; b < a; ++b, ++at) {
        if (other.triangle_[at] != 0) AddPair(here[a], here[b], other.triangle_[at]);
      }
    }
    return {};
  }
  for (size_t i = 0; i < other.pair_keys_.size(); ++i) {
    if (other.pair_keys_[i] == 0) continue;
    const uint64_t key = other.pair_keys_[i] - 1;
    AddPair(here[key >> 32], here[key & 0xffffffff], other.pair_counts_[i]);
  }
  return {};
}

std::vector<VoteMoments::Column> VoteMoments::Columns() const {
  std::vector<Column> columns;
  for (size_t vote = 0; vote < column_of_vote_.size(); ++vote) {
    if (column_of_vote_[vote] < 0) continue;
    const uint64_t count = counts_[static_cast<size_t>(column_of_vote_[vote])];
    if (count == 0) continue;
    columns.push_back({static_cast<uint32_t>(vote / classes()), static_cast<uint32_t>(vote % classes()), count});
  }
  return columns;
}

std::vector<VoteMoments::Pair> VoteMoments::Pairs() const {
  std::vector<uint32_t> here, ordered(counts_.size());  // columns as they are here, by their place in Columns(); and back
  for (const int32_t column : column_of_vote_) {
    if (column < 0 || counts_[static_cast<size_t>(column)] == 0) continue;
    ordered[static_cast<size_t>(column)] = static_cast<uint32_t>(here.size());
    here.push_back(static_cast<uint32_t>(column));
  }
  std::vector<Pair> pairs;
  if (!sparse_) {
    for (uint32_t a = 0; a < here.size(); ++a) {
      for (uint32_t b = a + 1; b < here.size(); ++b) {
        const uint64_t count = PairCount(here[a], here[b]);
        if (count != 0) pairs.push_back({a, b, count});
      }
    }
    return pairs;
  }
  pairs.reserve(pairs_);
  for (size_t i = 0; i < pair_keys_.size(); ++i) {
    if (pair_keys_[i] == 0) continue;
    const uint64_t key = pair_keys_[i] - 1;
    const uint32_t a = ordered[key >> 32], b = ordered[key & 0xffffffff];
    pairs.push_back({std::min(a, b), std::max(a, b), pair_counts_[i]});
  }
  std::ranges::sort(pairs, [](const Pair& x, const Pair& y) { return x.first != y.first ? x.first < y.first : x.second < y.second; });
  return pairs;
}

uint64_t VoteMoments::Count(size_t rule, size_t vote) const {
  const int32_t column = column_of_vote_[rule * classes() + vote];
  return column < 0 ? 0 : counts_[static_cast<size_t>(column)];
}

uint64_t VoteMoments::Together(size_t rule, size_t vote, size_t other_rule, size_t other_vote) const {
  const int32_t a = column_of_vote_[rule * classes() + vote], b = column_of_vote_[other_rule * classes() + other_vote];
  return a < 0 || b < 0 ? 0 : PairCount(static_cast<uint32_t>(a), static_cast<uint32_t>(b));
}

uint64_t VoteMoments::Votes(size_t rule) const {
  uint64_t votes = 0;
  for (size_t c = 0; c < classes(); ++c) votes += Count(rule, c);
  return votes;
}

std::string VoteMoments::ToJson() const {
  std::string out = fmt::format("{{\n\"format\": \"{}\",\n", kFormat);
  AppendLayoutAsJson(layout_, out);
  out += fmt::format(",\n\"rows\": {},\n\"covered\": {},\n\"overlapped\": {},\n\"columns\": [", rows_, covered_, overlapped_);
  bool first = true;
  for (const Column& column : Columns()) {
    out += fmt::format("{}[{}, {}, {}]", first ? "" : ", ", column.rule, column.vote, column.count);
    first = false;
  }
  out += "],\n\"pairs\": [";
  first = true;
  for (const Pair& pair : Pairs()) {
    out += fmt::format("{}[{}, {}, {}]", first ? "" : ", ", pair.first, pair.second, pair.count);
    first = false;
  }
  out += "]\n}\n";
  return out;
}

Result<VoteMoments> VoteMoments::FromJson(std::string_view json, const std::string& name) {
  const auto wrong = [&](std::string_view what) {
    return Fail(ErrorKind::kData, fmt::format("{} holds no statistics of votes that can be read: {}", name, what));
  };
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string_view format;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return wrong("it is no JSON object");
  if (object["format"].get(format) != simdjson::SUCCESS || format != kFormat) {
    return wrong(fmt::format("its \"format\" is not \"{}\"", kFormat));
  }
  auto layout = LayoutFromJson(object);
  if (!layout) return wrong(layout.error().message);
  VoteMoments moments(*layout);
  if (object["rows"].get(moments.rows_) != simdjson::SUCCESS || object["covered"].get(moments.covered_) != simdjson::SUCCESS ||
      object["overlapped"].get(moments.overlapped_) != simdjson::SUCCESS || moments.covered_ > moments.rows_ ||
      moments.overlapped_ > moments.covered_) {
    return wrong("its counts of rows are missing or do not agree");
  }
  const auto triple = [](simdjson::dom::element element, std::array<uint64_t, 3>& numbers) {
    simdjson::dom::array array;
    if (element.get(array) != simdjson::SUCCESS || array.size() != 3) return false;
    for (size_t i = 0; i < 3; ++i) {
      if (array.at(i).get(numbers[i]) != simdjson::SUCCESS) return false;
    }
    return true;
  };
  simdjson::dom::array list;
  std::array<uint64_t, 3> n{};
  if (object["columns"].get(list) != simdjson::SUCCESS) return wrong("it has no \"columns\"");
  for (const auto element : list) {
    if (!triple(element, n) || n[0] >= moments.rules() || n[1] >= moments.classes() || n[2] == 0 || n[2] > moments.rows_ ||
        moments.column_of_vote_[n[0] * moments.classes() + n[1]] >= 0) {
      return wrong("its \"columns\" are not [rule, vote, count]");
    }
    moments.counts_[moments.ColumnOf(n[0], n[1])] = n[2];
  }
  if (object["pairs"].get(list) != simdjson::SUCCESS) return wrong("it has no \"pairs\"");
  for (const auto element : list) {
    if (!triple(element, n) || n[0] >= n[1] || n[1] >= moments.counts_.size() ||
        n[2] > std::min(moments.counts_[n[0]], moments.counts_[n[1]])) {
      return wrong("its \"pairs\" are not [column, column, count]");
    }
    moments.AddPair(static_cast<uint32_t>(n[0]), static_cast<uint32_t>(n[1]), n[2]);
  }
  return moments;
}

void AppendLayoutAsJson(const VoteLayout& layout, std::string& out) {
  const auto strings = [&](const auto& list, const auto& text_of) {
    out += '[';
    bool first = true;
    for (const auto& item : list) {
      if (!first) out += ", ";
      first = false;
      AppendJsonString(text_of(item), out);
    }
    out += ']';
  };
  out += "\"task\": ";
  AppendJsonString(layout.task, out);
  out += ",\n\"classes\": ";
  strings(layout.class_names, [](const std::string& name) -> const std::string& { return name; });
  out += fmt::format(",\n\"class_ids\": [{}],\n\"rules\": ", fmt::join(layout.class_ids, ", "));
  strings(layout.rules, [](const VoteLayout::Rule& rule) -> const std::string& { return rule.name; });
  out += ",\n\"planes\": [";
  for (size_t p = 0; p < layout.planes.size(); ++p) {
    out += fmt::format("{}[{}, {}]", p > 0 ? ", " : "", layout.planes[p].rule, layout.planes[p].class_id);
  }
  out += ']';
}

Result<VoteLayout> LayoutFromJson(simdjson::dom::object json) {
  VoteLayout layout;
  simdjson::dom::array list;
  std::string_view text;
  if (json["task"].get(text) == simdjson::SUCCESS) layout.task = text;
  if (json["classes"].get(list) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "it has no \"classes\"");
  for (const auto element : list) {
    if (element.get(text) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "its \"classes\" are no names");
    layout.class_names.emplace_back(text);
  }
  if (json["class_ids"].get(list) != simdjson::SUCCESS || list.size() != layout.class_names.size()) {
    return Fail(ErrorKind::kData, "its \"class_ids\" are not an id a class");
  }
  for (const auto element : list) {
    int64_t id = 0;
    if (element.get(id) != simdjson::SUCCESS || id < 0 || id > INT32_MAX || std::ranges::count(layout.class_ids, id) > 0) {
      return Fail(ErrorKind::kData, "its \"class_ids\" are no ids");
    }
    layout.class_ids.push_back(static_cast<int32_t>(id));
  }
  if (json["rules"].get(list) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "it has no \"rules\"");
  for (const auto element : list) {
    if (element.get(text) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "its \"rules\" are no names");
    layout.rules.push_back({std::string(text), 0, 0});
  }
  if (json["planes"].get(list) != simdjson::SUCCESS) return Fail(ErrorKind::kData, "it has no \"planes\"");
  uint64_t last_rule = 0;
  for (const auto element : list) {
    simdjson::dom::array pair;
    uint64_t rule = 0;
    int64_t id = 0;
    if (element.get(pair) != simdjson::SUCCESS || pair.size() != 2 || pair.at(0).get(rule) != simdjson::SUCCESS ||
        pair.at(1).get(id) != simdjson::SUCCESS || rule >= layout.rules.size() || rule < last_rule ||
        std::ranges::count(layout.class_ids, id) == 0 ||
        (!layout.planes.empty() && layout.planes.back().rule == rule && layout.planes.back().class_id >= id)) {
      return Fail(ErrorKind::kData, "its \"planes\" are not [rule, class id] in order");
    }
    last_rule = rule;
    layout.planes.push_back({static_cast<uint32_t>(rule), static_cast<int32_t>(id)});
  }
  for (uint32_t p = 0, j = 0; j < layout.rules.size(); ++j) {
    layout.rules[j].first_plane = p;
    for (; p < layout.planes.size() && layout.planes[p].rule == j; ++p) ++layout.rules[j].plane_count;
  }
  return layout;
}

}  // namespace assay
