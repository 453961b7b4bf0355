// A search, depth first, for a text that refutes: it is read by one path of `narrow` and by all positions of `wide` at the same
// time. Characters that no set of either tells apart are one; where neither asks what stands at a boundary, kinds of
// characters are not told apart either.
#include "compiler/patterns/inclusion.h"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay::patterns {
namespace {

using text::After;
using text::Automaton;
using text::Before;
using text::CharacterSet;
using text::Condition;

// Kinds of characters that a class can be of: what stands before and after a boundary there.
struct CharacterClass {
  char32_t member = 0;         // the one that is shown
  std::vector<bool> in_wide;   // by set
  std::vector<bool> in_narrow;
  Before before = Before::kOther;
  After after = After::kOther;
};

bool AlwaysTrue(const Automaton& automaton) {
  const auto always = [](const std::vector<Automaton::Edge>& edges) {
    return std::ranges::all_of(edges, [](const Automaton::Edge& e) { return e.when.always(); });
  };
  const bool positions = std::ranges::all_of(automaton.positions, [&](const Automaton::Position& p) {
    return always(p.edges) && (p.accept.always() || p.accept.never());
  });
  return positions && always(automaton.start) && (automaton.empty.always() || automaton.empty.never());
}

// Characters that are easy to read come first.
int Preference(char32_t c) {
  if (c >= 'a' && c <= 'z') return 0;
  if (c > ' ' && c < 0x7F) return 1;
  if (c == ' ') return 2;
  return c >= 0xA0 ? 3 : 4;
}

// The classes of both automata's sets, by sweeping over the beginnings of all ranges.
class ClassMaker {
 public:
  std::vector<CharacterClass> Make(const Automaton& wide, const Automaton& narrow, bool kinds) {
    for (const CharacterSet& set : wide.sets) Add(set.Members());
    for (const CharacterSet& set : narrow.sets) Add(set.Members());
    if (kinds) {
      CharacterSet words;
      words.classes = CharacterSet::kWord;
      Add(words.Members());
      const text::CodePointRange line_feed{'\n', '\n'};
      Add({line_feed});
      const text::CodePointRange ascii{0, 0x7F};
      Add({ascii});
    }
    // Surrogates are no characters.
    const text::CodePointRange surrogates{0xD800, 0xDFFF};
    Add({surrogates});
    std::ranges::sort(changes_);
    std::vector<bool> in(sets_, false);
    std::map<std::vector<bool>, char32_t> members;
    const auto keep = [&](char32_t first, char32_t last) {
      if (in.back()) return;
      const auto [known, added] = members.try_emplace(in, first);
      for (const char32_t c : {first, std::clamp(U'a', first, last), std::clamp(U' ', first, last)}) {
        if (Preference(c) < Preference(known->second)) known->second = c;
      }
    };
    char32_t from = 0;
    for (const auto& [at, set] : changes_) {
      if (at > from) keep(from, at - 1);
      from = at;
      in[set] = !in[set];
    }
    if (from <= text::kMaxCodePoint) keep(from, text::kMaxCodePoint);

    std::vector<CharacterClass> classes;
    for (const auto& [sets, c] : members) {
      CharacterClass& made = classes.emplace_back();
      made.member = c;
      const auto wide_end = sets.begin() + static_cast<std::ptrdiff_t>(wide.sets.size());
      made.in_wide.assign(sets.begin(), wide_end);
      made.in_narrow.assign(wide_end, wide_end + static_cast<std::ptrdiff_t>(narrow.sets.size()));
      if (!kinds) continue;
      made.before = text::KindBefore(c);
      made.after = text::KindAfter(c, false);
    }
    std::ranges::sort(classes, {}, [](const CharacterClass& c) { return std::pair(Preference(c.member), c.member); });
    return classes;
  }

 private:
  void Add(const std::vector<text::CodePointRange>& ranges) {
    for (const text::CodePointRange& range : ranges) {
      changes_.emplace_back(range.first, sets_);
      changes_.emplace_back(range.last + 1, sets_);
    }
    ++sets_;
  }

  size_t sets_ = 0;
  std::vector<std::pair<char32_t, size_t>> changes_;
};

class Refutation {
 public:
  Refutation(const Automaton& wide, const Automaton& narrow, size_t steps)
      : wide_(wide), narrow_(narrow), steps_(steps), kinds_(!AlwaysTrue(wide) || !AlwaysTrue(narrow)), classes_(ClassMaker().Make(wide, narrow, kinds_)) {}

  InclusionResult Run() {
    Visit({kWaiting, kinds_ ? Before::kTextBegin : Before::kOther, false, {}}, kNoParent, 0);
    while (!open_.empty()) {
      const size_t at = open_.back();
      open_.pop_back();
      if (Expand(at)) return {Inclusion::kFails, std::move(found_)};
      if (used_ > steps_) return {};
    }
    return {Inclusion::kHolds, {}};
  }

 private:
  // Where the path of `narrow` is.
  static constexpr uint32_t kWaiting = 0;  // it has not begun
  static constexpr uint32_t kMatched = 1;
  static constexpr uint32_t kFirstPosition = 2;
  static constexpr size_t kNoParent = ~size_t{0};

  struct State {
    uint32_t path;
    Before before;
    bool final;  // the last character was the line feed that ends the text
    std::vector<uint32_t> wide;
  };
  struct Visited {
    State state;
    size_t parent;
    char32_t character;
  };

  // A state is of no use where another differs only in that fewer positions of `wide` are active: what refutes from here refutes
  // from there.
  void Visit(State state, size_t parent, char32_t character) {
    const uint64_t key = uint64_t{state.path} << 8 | static_cast<uint64_t>(state.before) << 1 | uint64_t{state.final};
    std::vector<size_t>& alike = seen_[key];
    for (const size_t other : alike) {
      const std::vector<uint32_t>& fewer = visited_[other].state.wide;
      used_ += 1 + fewer.size() / 4;
      if (std::ranges::includes(state.wide, fewer)) return;
    }
    alike.push_back(visited_.size());
    open_.push_back(visited_.size());
    visited_.push_back({std::move(state), parent, character});
  }

  // Whether `wide` has matched at this boundary.
  bool WideAccepts(const State& state, After after) {
    if (wide_.empty.Holds(state.before, after)) return true;
    used_ += state.wide.size();
    return std::ranges::any_of(state.wide, [&](uint32_t p) { return wide_.positions[p].accept.Holds(state.before, after); });
  }

  bool NarrowAccepts(const State& state, After after) const {
    if (state.path == kMatched) return true;
    if (narrow_.empty.Holds(state.before, after)) return true;
    return state.path >= kFirstPosition && narrow_.positions[state.path - kFirstPosition].accept.Holds(state.before, after);
  }

  // True where the text so far refutes.
  bool Expand(size_t at) {
    const State state = visited_[at].state;
    const After end = kinds_ ? After::kTextEnd : After::kOther;
    if (NarrowAccepts(state, end) && !WideAccepts(state, end)) {
      Tell(at);
      return true;
    }
    if (state.final) return false;
    // Last in, first out: what comes nearer to a match of `narrow` is pushed last, the easiest characters at the very end.
    std::vector<std::pair<bool, std::pair<size_t, State>>> next;
    for (size_t c = classes_.size(); c-- > 0;) {
      const CharacterClass& read = classes_[c];
      Read(state, read, read.after, false, c, next);
      if (read.after == After::kLineFeed) Read(state, read, After::kFinalLineFeed, true, c, next);
    }
    std::ranges::stable_sort(next, {}, [](const auto& n) { return n.first; });
    for (auto& [nearer, to] : next) Visit(std::move(to.second), at, classes_[to.first].member);
    return false;
  }

  void Read(const State& state, const CharacterClass& read, After after, bool final, size_t c,
            std::vector<std::pair<bool, std::pair<size_t, State>>>& next) {
    if (WideAccepts(state, after)) return;
    State to{kWaiting, read.before, final, {}};
    const auto follow = [&](const std::vector<Automaton::Edge>& edges) {
      used_ += edges.size();
      for (const Automaton::Edge& edge : edges) {
        if (read.in_wide[wide_.positions[edge.to].set] && edge.when.Holds(state.before, after)) to.wide.push_back(edge.to);
      }
    };
    follow(wide_.start);
    for (const uint32_t p : state.wide) follow(wide_.positions[p].edges);
    std::ranges::sort(to.wide);
    to.wide.erase(std::unique(to.wide.begin(), to.wide.end()), to.wide.end());

    const auto go = [&](uint32_t path, bool nearer) {
      to.path = path;
      next.emplace_back(nearer, std::pair(c, to));
    };
    if (NarrowAccepts(state, after)) return go(kMatched, true);
    const auto step = [&](const std::vector<Automaton::Edge>& edges) {
      used_ += edges.size();
      for (const Automaton::Edge& edge : edges) {
        if (read.in_narrow[narrow_.positions[edge.to].set] && edge.when.Holds(state.before, after)) go(kFirstPosition + edge.to, true);
      }
    };
    if (state.path == kWaiting) {
      go(kWaiting, false);
      step(narrow_.start);
    } else {
      step(narrow_.positions[state.path - kFirstPosition].edges);
    }
  }

  void Tell(size_t at) {
    std::u32string characters;
    for (; visited_[at].parent != kNoParent; at = visited_[at].parent) characters.push_back(visited_[at].character);
    for (size_t i = characters.size(); i-- > 0;) text::AppendUtf8(characters[i], found_);
  }

  const Automaton& wide_;
  const Automaton& narrow_;
  size_t steps_;
  size_t used_ = 0;
  bool kinds_;
  std::vector<CharacterClass> classes_;
  std::vector<Visited> visited_;
  std::vector<size_t> open_;
  std::unordered_map<uint64_t, std::vector<size_t>> seen_;  // by path and what stands before
  std::string found_;
};

Condition BoundariesWhere(bool (*holds)(Before, After)) {
  Condition result;
  for (unsigned b = 0; b < text::kBeforeKinds; ++b) {
    for (unsigned a = 0; a < text::kAfterKinds; ++a) {
      if (holds(Before(b), After(a))) result = result | Condition::At(Before(b), After(a));
    }
  }
  return result;
}

bool WordBefore(Before b) { return b == Before::kUnicodeWord || b == Before::kAsciiWord; }
bool WordAfter(After a) { return a == After::kUnicodeWord || a == After::kAsciiWord; }

}  // namespace

InclusionResult Includes(const Automaton& wide, const Automaton& narrow, size_t steps) {
  return Refutation(wide, narrow, steps).Run();
}

std::optional<std::string> TextWithMatch(const Automaton& automaton, size_t steps) {
  InclusionResult result = Includes(Automaton(), automaton, steps);
  if (result.outcome != Inclusion::kFails) return std::nullopt;
  return std::move(result.counterexample);
}

bool FoundInEveryNonEmptyText(const Automaton& automaton) {
  // Nearly all patterns fail at one of these.
  for (const std::string_view text : {"a", " ", "\n", "\x01", "\u00e9", "\u4e2d"}) {
    if (!text::Matches(automaton, text)) return false;
  }
  Automaton any;
  any.sets.emplace_back().negated = true;
  any.positions.push_back({.set = 0, .accept = Condition::Always(), .edges = {}});
  any.start.push_back({0, Condition::Always()});
  return Includes(automaton, any).outcome == Inclusion::kHolds;
}

void AddLiteral(std::string_view literal, const LiteralUse& use, Automaton& automaton) {
  Condition begin = Condition::Always();
  Condition end = Condition::Always();
  if (use.options.words) {
    begin = begin & BoundariesWhere([](Before b, After) { return !WordBefore(b); });
    end = end & BoundariesWhere([](Before, After a) { return !WordAfter(a); });
  }
  if (use.place == Place::kAtBegin || use.place == Place::kWhole) begin = begin & BoundariesWhere([](Before b, After) { return b == Before::kTextBegin; });
  if (use.place == Place::kAtEnd || use.place == Place::kWhole) end = end & BoundariesWhere([](Before, After a) { return a == After::kTextEnd; });
  if (literal.empty()) {
    automaton.empty = automaton.empty | (begin & end);
    return;
  }
  bool first = true;
  for (const char32_t c : text::CodePoints(literal)) {
    CharacterSet set;
    const std::span<const char32_t> orbit = use.options.nocase || use.lowered ? text::FoldOrbit(c) : std::span<const char32_t>();
    for (const char32_t other : orbit) {
      if (!use.lowered || text::SimpleLower(other) == c) set.ranges.push_back({other, other});
    }
    if (orbit.empty()) set.ranges.push_back({c, c});
    std::ranges::sort(set.ranges, {}, &text::CodePointRange::first);
    const auto known = std::ranges::find(automaton.sets, set);
    const auto set_id = static_cast<uint32_t>(known - automaton.sets.begin());
    if (known == automaton.sets.end()) automaton.sets.push_back(std::move(set));
    const auto position = static_cast<uint32_t>(automaton.positions.size());
    if (first) {
      automaton.start.push_back({position, begin});
    } else {
      automaton.positions.back().edges.push_back({position, Condition::Always()});
    }
    first = false;
    automaton.positions.push_back({.set = set_id, .accept = {}, .edges = {}});
  }
  automaton.positions.back().accept = end;
}

}  // namespace assay::patterns
