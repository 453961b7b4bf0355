// Classes by a sweep over the borders of all ranges: between two borders the code points are in the same sets, and stretches in
// the same sets are one class. Nodes bottom up, each kept once.
#include "runtime/scan/character_classes.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "runtime/base/hash.h"
#include "runtime/text/utf8.h"

namespace assay::scan {

using text::After;
using text::Before;
using text::CodePointRange;
using text::Condition;

namespace {

// The characters of English texts, the most frequent first.
constexpr std::string_view kFrequent = " etaoinsrhldcumfpgwybv,.k";

uint64_t HashOf(const std::vector<CodePointRange>& ranges) {
  Hasher hasher;
  for (const CodePointRange& range : ranges) hasher.Add(uint64_t{range.first} << 32 | range.last);
  return hasher.Finish().low;
}

After AfterOf(Before kind) {
  switch (kind) {
    case Before::kTextBegin: return After::kTextEnd;
    case Before::kLineFeed: return After::kLineFeed;
    case Before::kOther: return After::kOther;
    case Before::kUnicodeWord: return After::kUnicodeWord;
    case Before::kAsciiWord: return After::kAsciiWord;
  }
  return After::kOther;
}

bool SameBefore(Condition condition, Before a, Before b) { return condition.AfterBits(a) == condition.AfterBits(b); }

bool SameAfter(Condition condition, After a, After b) {
  for (unsigned before = 0; before < text::kBeforeKinds; ++before) {
    if (condition.Holds(Before(before), a) != condition.Holds(Before(before), b)) return false;
  }
  return true;
}

}  // namespace

uint32_t SetStore::Intern(const text::CharacterSet& set) {
  std::vector<CodePointRange> members = set.Members();
  std::vector<uint32_t>& alike = by_hash_[HashOf(members)];
  for (uint32_t id : alike) {
    if (members_[id] == members) return id;
  }
  alike.push_back(static_cast<uint32_t>(members_.size()));
  members_.push_back(std::move(members));
  return alike.back();
}

uint32_t SetStore::InternCharacters(std::span<const char32_t> sorted) {
  text::CharacterSet set;
  for (char32_t c : sorted) {
    if (!set.ranges.empty() && set.ranges.back().last + 1 == c) {
      set.ranges.back().last = c;
    } else {
      set.ranges.push_back({c, c});
    }
  }
  return Intern(set);
}

KindClasses KindClasses::Of(std::span<const Condition> conditions) {
  KindClasses result;
  for (unsigned kind = 0; kind < text::kBeforeKinds; ++kind) {
    unsigned first = 0;
    while (!std::ranges::all_of(conditions, [&](Condition c) { return SameBefore(c, Before(first), Before(kind)); })) ++first;
    result.before[kind] = Before(first);
  }
  // Characters are met from both sides.
  const auto distinct = [&](Before a, Before b) {
    return !std::ranges::all_of(conditions, [&](Condition c) { return SameBefore(c, a, b) && SameAfter(c, AfterOf(a), AfterOf(b)); });
  };
  result.words = distinct(Before::kOther, Before::kUnicodeWord);
  result.ascii_words = distinct(Before::kUnicodeWord, Before::kAsciiWord);
  result.line_feeds = distinct(Before::kOther, Before::kLineFeed);
  for (Condition condition : conditions) {
    result.final_line_feed = result.final_line_feed || !SameAfter(condition, After::kFinalLineFeed, After::kLineFeed);
    for (unsigned before = 0; before < text::kBeforeKinds; ++before) {
      const uint32_t after = condition.AfterBits(Before(before));
      if (after != Condition::kAnyAfter && (after >> static_cast<unsigned>(After::kTextEnd)) & 1) result.text_end = true;
    }
  }
  return result;
}

CharacterClasses::CharacterClasses(const SetStore& sets, const KindClasses& kinds) : set_count_(sets.size()) {
  MakeClasses(sets, kinds);
  MakeColumns();
}

void CharacterClasses::MakeClasses(const SetStore& sets, const KindClasses& kinds) {
  struct Border {
    char32_t at;
    uint32_t set;
    bool enters;
  };
  std::vector<Border> borders;
  const auto add = [&](std::span<const CodePointRange> ranges, uint32_t set) {
    for (const CodePointRange& range : ranges) {
      borders.push_back({range.first, set, true});
      borders.push_back({range.last + 1, set, false});
    }
  };
  for (uint32_t set = 0; set < sets.size(); ++set) add(sets.members(set), set);
  // Kinds that conditions tell apart are sets too, behind those of the patterns.
  const auto first_kind_set = static_cast<uint32_t>(sets.size());
  if (kinds.words) add(text::WordRanges(), first_kind_set);
  static constexpr CodePointRange kAsciiWords[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  if (kinds.words || kinds.ascii_words) add(kAsciiWords, first_kind_set + 1);
  static constexpr CodePointRange kLineFeed[] = {{'\n', '\n'}};
  if (kinds.line_feeds || kinds.final_line_feed) add(kLineFeed, first_kind_set + 2);
  std::ranges::sort(borders, {}, &Border::at);

  // A class is known by the sets it is in, hashed: the sum of a number for each of them.
  std::vector<Hash128> numbers;
  for (uint32_t set = 0; set < first_kind_set + 3; ++set) numbers.push_back(Hasher().Add(uint64_t{set}).Finish());
  std::vector<uint32_t> active;
  std::unordered_map<Hash128, uint32_t> by_sets;
  std::vector<std::vector<uint32_t>> sets_of;  // by class
  Hash128 sum{};
  const auto enter_class = [&](char32_t first) {
    const auto [found, added] = by_sets.try_emplace(sum, class_count());
    if (added) {
      sets_of.push_back(active);
      kinds_.push_back(text::KindAfter(first, false));
    }
    if (intervals_.empty() || intervals_.back().character_class != found->second) intervals_.push_back({first, found->second});
  };
  size_t next = 0;
  for (char32_t at = 0;;) {
    for (; next < borders.size() && borders[next].at == at; ++next) {
      const Border& border = borders[next];
      if (border.enters) {
        active.push_back(border.set);
        sum.low += numbers[border.set].low;
        sum.high += numbers[border.set].high;
      } else {
        active.erase(std::ranges::find(active, border.set));
        sum.low -= numbers[border.set].low;
        sum.high -= numbers[border.set].high;
      }
    }
    enter_class(at);
    if (next == borders.size() || borders[next].at > text::kMaxCodePoint) break;
    at = borders[next].at;
  }
  words_ = (class_count() + 63) / 64;
  members_.resize(set_count_ * words_);
  for (uint32_t c = 0; c < sets_of.size(); ++c) {
    for (uint32_t set : sets_of[c]) {
      if (set < set_count_) members_[set * words_ + c / 64] |= uint64_t{1} << (c % 64);
    }
  }
}

uint32_t CharacterClasses::ClassOf(char32_t c) const {
  const auto behind = std::ranges::upper_bound(intervals_, c, {}, &Interval::first);
  return std::prev(behind)->character_class;
}

bool CharacterClasses::IsSubset(uint32_t set, uint32_t of) const {
  for (size_t word = 0; word < words_; ++word) {
    if ((members_[set * words_ + word] & ~members_[of * words_ + word]) != 0) return false;
  }
  return true;
}

uint32_t CharacterClasses::KindsOf(uint32_t set) const {
  uint32_t kinds = 0;
  for (uint32_t c = 0; c < class_count(); ++c) {
    if (Contains(set, c)) kinds |= 1u << static_cast<unsigned>(kinds_[c]);
  }
  return kinds;
}

// Makes the nodes for stretches of 64, 64^2 and 64^3 code points.
class CharacterClasses::NodeBuilder {
 public:
  explicit NodeBuilder(CharacterClasses& classes) : classes_(classes) {}

  // The target for `size` code points from `first` on, of which the next byte tells a 64th. Cheap in ascending order.
  Target Make(char32_t first, uint32_t size) {
    const std::vector<Interval>& intervals = classes_.intervals_;
    if (intervals[at_].first > first) at_ = 0;
    while (at_ + 1 < intervals.size() && intervals[at_ + 1].first <= first) ++at_;
    if (at_ + 1 == intervals.size() || intervals[at_ + 1].first >= first + size) return Uniform(intervals[at_].character_class, size);
    Node node;
    for (uint32_t i = 0; i < kFan; ++i) node[i] = Make(first + i * (size / kFan), size / kFan);
    return Keep(node);
  }

 private:
  static constexpr uint32_t kFan = 64;

  // The same class whatever follows.
  Target Uniform(uint32_t character_class, uint32_t size) {
    if (size == 1) return {character_class, false};
    const auto found = uniform_.find({character_class, size});
    if (found != uniform_.end()) return found->second;
    Node node;
    node.fill(Uniform(character_class, size / kFan));
    return uniform_[{character_class, size}] = Keep(node);
  }

  Target Keep(const Node& node) {
    std::array<uint32_t, kFan> key;
    std::ranges::transform(node, key.begin(), [](Target target) { return target.value << 1 | (target.node ? 1 : 0); });
    const Hash128 hash = HashBytes({reinterpret_cast<const char*>(key.data()), sizeof(key)});
    const auto [found, added] = known_.try_emplace(hash, static_cast<uint32_t>(classes_.nodes_.size()));
    if (added) classes_.nodes_.push_back(node);
    return {found->second, true};
  }

  CharacterClasses& classes_;
  size_t at_ = 0;  // the interval of the last code point
  std::unordered_map<Hash128, uint32_t> known_;
  std::map<std::pair<uint32_t, uint32_t>, Target> uniform_;
};

void CharacterClasses::MakeColumns() {
  NodeBuilder builder(*this);
  for (unsigned byte = 0; byte < 0x80; ++byte) first_[byte] = {ClassOf(byte), false};
  for (unsigned byte = 0xC2; byte < 0xE0; ++byte) first_[byte] = builder.Make((byte & 0x1F) << 6, 64);
  for (unsigned byte = 0xE0; byte < 0xF0; ++byte) first_[byte] = builder.Make((byte & 0x0F) << 12, 64 * 64);
  for (unsigned byte = 0xF0; byte < 0xF5; ++byte) first_[byte] = builder.Make((byte & 0x07) << 18, 64 * 64 * 64);

  // What texts have most of goes first, so that the part of a row that they use is in few cache lines.
  std::map<std::pair<bool, uint32_t>, uint8_t> first_column;
  const auto add = [&](uint8_t byte) {
    const auto column = static_cast<uint8_t>(first_column.size());
    columns_[byte] = first_column.try_emplace({first_[byte].node, first_[byte].value}, column).first->second;
  };
  for (char c : kFrequent) add(static_cast<uint8_t>(c));
  for (unsigned byte = 0; byte < 0xF5; ++byte) {
    if (byte < 0x80 || byte >= 0xC2) add(static_cast<uint8_t>(byte));
  }
  first_columns_ = static_cast<uint32_t>(first_column.size());

  std::map<std::vector<uint64_t>, uint8_t> next_column;
  for (unsigned i = 0; i < 64; ++i) {
    std::vector<uint64_t> targets;
    for (const Node& node : nodes_) targets.push_back(uint64_t{node[i].value} << 1 | (node[i].node ? 1 : 0));
    const auto column = static_cast<uint8_t>(next_column.size());
    columns_[0x80 + i] = next_column.try_emplace(std::move(targets), column).first->second;
  }
  next_columns_ = static_cast<uint32_t>(next_column.size());
}

}  // namespace assay::scan
