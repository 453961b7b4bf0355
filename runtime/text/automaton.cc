// Kinds of characters, sets of them, and the simulation that says what an automaton means.
#include "runtime/text/automaton.h"

#include <algorithm>
#include <span>

#include "runtime/text/utf8.h"

namespace assay::text {
namespace {

constexpr char32_t kFirstSurrogate = 0xD800;
constexpr char32_t kLastSurrogate = 0xDFFF;

// Every code point that is in none of the ranges, which are sorted and do not overlap; surrogates are in no set.
std::vector<CodePointRange> Others(std::span<const CodePointRange> ranges) {
  std::vector<CodePointRange> result;
  const auto push = [&](char32_t first, char32_t last) {
    if (first <= last) result.push_back({first, last});
  };
  const auto push_without_surrogates = [&](char32_t first, char32_t last) {
    if (first > last) return;
    push(first, std::min<char32_t>(last, kFirstSurrogate - 1));
    push(std::max<char32_t>(first, kLastSurrogate + 1), last);
  };
  char32_t next = 0;
  for (const CodePointRange& r : ranges) {
    if (r.first > next) push_without_surrogates(next, r.first - 1);
    next = r.last + 1;
  }
  if (next <= kMaxCodePoint) push_without_surrogates(next, kMaxCodePoint);
  return result;
}

std::vector<CodePointRange> Joined(std::vector<CodePointRange> ranges) {
  std::ranges::sort(ranges, {}, &CodePointRange::first);
  std::vector<CodePointRange> result;
  for (const CodePointRange& r : ranges) {
    if (!result.empty() && r.first <= result.back().last + 1) {
      result.back().last = std::max(result.back().last, r.last);
    } else {
      result.push_back(r);
    }
  }
  return result;
}

// The simulation: the set of positions whose character was read last, advanced character by character.
class Simulation {
 public:
  explicit Simulation(const Automaton& automaton)
      : automaton_(automaton), reached_(automaton.positions.size(), 0), asked_(automaton.sets.size(), 0), holds_(automaton.sets.size(), false) {}

  bool Run(std::string_view text) {
    Before before = Before::kTextBegin;
    for (size_t at = 0; at < text.size();) {
      const Decoded next = Decode(text.data() + at);
      at += next.length;
      const After after = KindAfter(next.code_point, at == text.size());
      if (AcceptsHere(before, after)) return true;
      Step(next.code_point, before, after);
      before = KindBefore(next.code_point);
    }
    return AcceptsHere(before, After::kTextEnd);
  }

 private:
  bool AcceptsHere(Before before, After after) const {
    if (automaton_.empty.Holds(before, after)) return true;
    return std::ranges::any_of(active_, [&](uint32_t p) { return automaton_.positions[p].accept.Holds(before, after); });
  }

  void Step(char32_t c, Before before, After after) {
    ++step_;
    std::vector<uint32_t> next;
    const auto follow = [&](const std::vector<Automaton::Edge>& edges) {
      for (const Automaton::Edge& edge : edges) {
        if (reached_[edge.to] == step_ || !edge.when.Holds(before, after) || !SetHolds(automaton_.positions[edge.to].set, c)) continue;
        reached_[edge.to] = step_;
        next.push_back(edge.to);
      }
    };
    follow(automaton_.start);
    for (const uint32_t p : active_) follow(automaton_.positions[p].edges);
    active_ = std::move(next);
  }

  // Whether the set holds the step's character, asked once a step.
  bool SetHolds(uint32_t set, char32_t c) {
    if (asked_[set] != step_) {
      asked_[set] = step_;
      holds_[set] = automaton_.sets[set].Contains(c);
    }
    return holds_[set];
  }

  const Automaton& automaton_;
  std::vector<uint32_t> active_;
  uint64_t step_ = 0;
  std::vector<uint64_t> reached_;  // by position: the last step that reached it
  std::vector<uint64_t> asked_;    // by set: the step that `holds_` is about
  std::vector<bool> holds_;
};

}  // namespace

Before KindBefore(char32_t c) {
  if (c == '\n') return Before::kLineFeed;
  if (!IsWord(c)) return Before::kOther;
  return c < 0x80 ? Before::kAsciiWord : Before::kUnicodeWord;
}

After KindAfter(char32_t c, bool ends_text) {
  switch (KindBefore(c)) {
    case Before::kTextBegin:
    case Before::kLineFeed: return ends_text ? After::kFinalLineFeed : After::kLineFeed;
    case Before::kOther: return After::kOther;
    case Before::kUnicodeWord: return After::kUnicodeWord;
    case Before::kAsciiWord: return After::kAsciiWord;
  }
  return After::kOther;
}

bool CharacterSet::Contains(char32_t c) const {
  bool found = ((classes & (kWord | kNotWord)) != 0 && (classes & (IsWord(c) ? kWord : kNotWord)) != 0) ||
               ((classes & (kDigit | kNotDigit)) != 0 && (classes & (IsDecimal(c) ? kDigit : kNotDigit)) != 0) ||
               ((classes & (kSpace | kNotSpace)) != 0 && (classes & (IsSpace(c) ? kSpace : kNotSpace)) != 0);
  if (!found) {
    const auto after = std::ranges::upper_bound(ranges, c, {}, &CodePointRange::first);
    found = after != ranges.begin() && c <= std::prev(after)->last;
  }
  return found != negated;
}

std::vector<CodePointRange> CharacterSet::Members() const {
  std::vector<CodePointRange> all = ranges;
  const auto add = [&](Class positive, Class negative, std::span<const CodePointRange> members) {
    if ((classes & positive) != 0) all.insert(all.end(), members.begin(), members.end());
    if ((classes & negative) == 0) return;
    const std::vector<CodePointRange> others = Others(members);
    all.insert(all.end(), others.begin(), others.end());
  };
  add(kWord, kNotWord, WordRanges());
  add(kDigit, kNotDigit, DecimalRanges());
  add(kSpace, kNotSpace, SpaceRanges());
  if (classes != 0) all = Joined(std::move(all));
  return negated ? Others(all) : all;
}

bool Matches(const Automaton& automaton, std::string_view text) {
  return automaton.MatchesEverywhere() || Simulation(automaton).Run(text);
}

}  // namespace assay::text
