// Glushkov's construction with conditions: what can come first, what last, and where the empty string matches are all sets of
// boundaries' conditions, and a condition between two characters is the intersection of all that is said there.
//
// `x{2,5}` becomes x x (x (x x?)?)?, so that its edges stay linear in its length. Where a pattern would get too large, all
// repetitions longer than some power of two are made endless behind that many iterations: the longest first.
#include "compiler/patterns/glushkov.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/patterns/automaton.h"
#include "compiler/patterns/class_names.h"

namespace assay::patterns {
namespace {

using text::After;
using text::Automaton;
using text::Before;
using text::CharacterSet;
using text::Condition;
using Kind = Expression::Kind;

constexpr uint32_t kLongestUnrolled = 65'536;  // no repetition is longer

// A repetition under a limit of iterations to write out.
struct Iterations {
  uint32_t required;
  uint32_t optional;  // more of them, each only behind the one before
  bool endless;
  bool exact;

  Iterations(const Expression& repeat, uint32_t most)
      : required(std::min(repeat.min, most)),
        optional(0),
        endless(repeat.max == Node::kUnbounded || repeat.max > most),
        exact(repeat.max == Node::kUnbounded ? repeat.min <= most : repeat.max <= most) {
    if (!endless) optional = repeat.max - repeat.min;
  }
  uint64_t copies() const { return std::max<uint64_t>(uint64_t{required} + optional, 1); }
};

using Edges = std::vector<Automaton::Edge>;

// What is known of an expression whose positions are made: edges into it and out of it, by position.
struct Fragment {
  Edges first;
  Edges last;
  Condition nullable;
};

class Builder {
 public:
  Builder(const Expressions& expressions, uint32_t most_iterations) : expressions_(expressions), most_(most_iterations) {}

  // Positions that `root` will have.
  uint64_t CountPositions(ExpressionId root) {
    const Expression& expression = expressions_[root];
    switch (expression.kind) {
      case Kind::kEmpty: return 0;
      case Kind::kCharacters: return 1;
      case Kind::kConcat:
      case Kind::kAlternate: {
        uint64_t sum = 0;
        for (const ExpressionId child : expression.children) sum += CountPositions(child);
        return std::min(sum, kEnough);
      }
      case Kind::kRepeat: {
        const Iterations iterations(expression, most_);
        exact_ = exact_ && iterations.exact;
        return std::min(CountPositions(expression.children[0]) * iterations.copies(), kEnough);
      }
    }
    return 0;
  }

  // Nothing when there are too many edges.
  std::optional<PositionAutomaton> Build(ExpressionId root) {
    Fragment whole = Make(root);
    edge_count_ += whole.first.size();
    if (TooMany()) return std::nullopt;
    automaton_.start = std::move(whole.first);
    automaton_.empty = whole.nullable;
    for (const Automaton::Edge& last : whole.last) automaton_.positions[last.to].accept = last.when;
    return PositionAutomaton{std::move(automaton_), exact_};
  }

  std::vector<uint32_t> TakeSetNumbers() { return std::move(set_numbers_); }  // by set of the automaton: the expressions'

 private:
  static constexpr uint64_t kEnough = uint64_t{1} << 40;

  bool TooMany() const { return edge_count_ > kMaxEdges; }

  Fragment Make(ExpressionId id) {
    const Expression& expression = expressions_[id];
    if (TooMany()) return {};
    switch (expression.kind) {
      case Kind::kEmpty: return {{}, {}, expression.nullable};
      case Kind::kCharacters: {
        const auto position = static_cast<uint32_t>(automaton_.positions.size());
        automaton_.positions.push_back({.set = SetNumber(expression.set)});
        const Edges here = {{position, Condition::Always()}};
        return {here, here, {}};
      }
      case Kind::kConcat: {
        Fragment sequence{{}, {}, Condition::Always()};
        for (const ExpressionId child : expression.children) Append(sequence, Make(child));
        return sequence;
      }
      case Kind::kAlternate: {
        Fragment either;
        for (const ExpressionId child : expression.children) {
          const Fragment branch = Make(child);
          either.first.insert(either.first.end(), branch.first.begin(), branch.first.end());
          either.last.insert(either.last.end(), branch.last.begin(), branch.last.end());
          either.nullable = either.nullable | branch.nullable;
        }
        return either;
      }
      case Kind::kRepeat: return MakeRepeat(expression);
    }
    return {};
  }

  Fragment MakeRepeat(const Expression& repeat) {
    const Iterations iterations(repeat, most_);
    const ExpressionId child = repeat.children[0];
    Fragment sequence{{}, {}, Condition::Always()};
    for (uint32_t i = 0; i < iterations.required && !TooMany(); ++i) {
      Fragment copy = Make(child);
      if (iterations.endless && i + 1 == iterations.required) Connect(copy.last, copy.first);
      Append(sequence, std::move(copy));
    }
    if (iterations.endless) {
      if (iterations.required > 0) return sequence;
      Fragment loop = Make(child);
      Connect(loop.last, loop.first);
      loop.nullable = Condition::Always();
      return loop;
    }
    // Iterations that match the empty string are left out: being optional they add nothing.
    Fragment chain{{}, {}, Condition::Always()};
    Edges before;
    for (uint32_t i = 0; i < iterations.optional && !TooMany(); ++i) {
      Fragment copy = Make(child);
      Connect(before, copy.first);
      if (i == 0) chain.first = copy.first;
      chain.last.insert(chain.last.end(), copy.last.begin(), copy.last.end());
      before = std::move(copy.last);
    }
    Append(sequence, std::move(chain));
    return sequence;
  }

  // `b` behind `a`. The positions of `b` are all larger, so the lists stay sorted.
  void Append(Fragment& a, Fragment b) {
    Connect(a.last, b.first);
    AddWhere(a.nullable, b.first, a.first);
    if (b.nullable.never()) {
      a.last = std::move(b.last);
    } else {
      Edges last;
      AddWhere(b.nullable, a.last, last);
      last.insert(last.end(), b.last.begin(), b.last.end());
      a.last = std::move(last);
    }
    a.nullable = a.nullable & b.nullable;
  }

  static void AddWhere(Condition condition, const Edges& from, Edges& to) {
    if (condition.never()) return;
    for (const Automaton::Edge& edge : from) {
      const Condition both = edge.when & condition;
      if (!both.never()) to.push_back({edge.to, both});
    }
  }

  // An edge from every one of `from` to every one of `to`.
  void Connect(const Edges& from, const Edges& to) {
    for (const Automaton::Edge& source : from) {
      if (TooMany()) return;
      Edges fresh;
      AddWhere(source.when, to, fresh);
      if (fresh.empty()) continue;
      Edges& edges = automaton_.positions[source.to].edges;
      edge_count_ -= edges.size();
      if (edges.empty() || edges.back().to < fresh.front().to) {
        edges.insert(edges.end(), fresh.begin(), fresh.end());
      } else {
        edges = Merge(edges, fresh);
      }
      edge_count_ += edges.size();
    }
  }

  static Edges Merge(const Edges& a, const Edges& b) {
    Edges merged;
    size_t i = 0;
    size_t j = 0;
    while (i < a.size() || j < b.size()) {
      if (j == b.size() || (i < a.size() && a[i].to < b[j].to)) {
        merged.push_back(a[i++]);
      } else if (i == a.size() || b[j].to < a[i].to) {
        merged.push_back(b[j++]);
      } else {
        merged.push_back({a[i].to, a[i].when | b[j].when});
        ++i;
        ++j;
      }
    }
    return merged;
  }

  uint32_t SetNumber(uint32_t set) {
    const auto [known, added] = numbers_.try_emplace(set, static_cast<uint32_t>(set_numbers_.size()));
    if (added) set_numbers_.push_back(set);
    return known->second;
  }

  const Expressions& expressions_;
  uint32_t most_;  // iterations written out
  bool exact_ = true;
  size_t edge_count_ = 0;
  Automaton automaton_;
  std::map<uint32_t, uint32_t> numbers_;  // by the expressions' set
  std::vector<uint32_t> set_numbers_;
};

CharacterSet ToCharacterSet(const CodePointSet& set) {
  static const CodePointSet all = CodePointSet::All();
  static const CodePointSet not_word = CodePointSet::Word(false).Complement();
  static const CodePointSet not_digit = CodePointSet::Digit(false).Complement();
  static const CodePointSet not_space = CodePointSet::Space(false).Complement();
  static const NamedClass kClasses[] = {
      {"w", &CodePointSet::Word(false), &not_word},   {"d", &CodePointSet::Digit(false), &not_digit},
      {"s", &CodePointSet::Space(false), &not_space}, {"W", &not_word, &CodePointSet::Word(false)},
      {"D", &not_digit, &CodePointSet::Digit(false)}, {"S", &not_space, &CodePointSet::Space(false)}};
  CharacterSet result;
  if (set == all) {
    result.negated = true;
    return result;
  }
  const ClassParts parts = SplitIntoClasses(set, kClasses);
  result.negated = parts.negated;
  for (const std::string_view name : parts.names) {
    switch (name[0]) {
      case 'w': result.classes |= CharacterSet::kWord; break;
      case 'd': result.classes |= CharacterSet::kDigit; break;
      case 's': result.classes |= CharacterSet::kSpace; break;
      case 'W': result.classes |= CharacterSet::kNotWord; break;
      case 'D': result.classes |= CharacterSet::kNotDigit; break;
      case 'S': result.classes |= CharacterSet::kNotSpace; break;
    }
  }
  result.ranges.assign(parts.rest.ranges().begin(), parts.rest.ranges().end());
  return result;
}

// The kinds that a set's characters are of, a bit each.
struct Kinds {
  uint32_t before = 0;
  uint32_t after = 0;

  explicit Kinds(const CodePointSet& set) {
    const auto add = [&](Before b, After a) {
      before |= 1u << static_cast<unsigned>(b);
      after |= 1u << static_cast<unsigned>(a);
    };
    static const CodePointSet unicode_word = CodePointSet::Word(false).Intersect(CodePointSet::OfRange(0x80, 0x10FFFF));
    static const CodePointSet other = [] {
      CodePointSet not_other = CodePointSet::Word(false);
      not_other.Add('\n', '\n');
      return not_other.Complement();
    }();
    if (set.Contains('\n')) {
      add(Before::kLineFeed, After::kLineFeed);
      add(Before::kLineFeed, After::kFinalLineFeed);
    }
    if (!set.Intersect(CodePointSet::Word(true)).empty()) add(Before::kAsciiWord, After::kAsciiWord);
    if (!set.Intersect(unicode_word).empty()) add(Before::kUnicodeWord, After::kUnicodeWord);
    if (!set.Intersect(other).empty()) add(Before::kOther, After::kOther);
  }
};

constexpr uint32_t kTextBegin = 1u << static_cast<unsigned>(Before::kTextBegin);
constexpr uint32_t kTextEnd = 1u << static_cast<unsigned>(After::kTextEnd);
constexpr uint32_t kAnyBefore = (1u << text::kBeforeKinds) - 1;

// The condition with what cannot stand there decided: always where it holds for all that can, never where for none; so
// `\b` between `a` and a space is no condition.
Condition Decide(Condition condition, uint32_t before, uint32_t after) {
  uint32_t bits = 0;
  bool all = true;
  for (unsigned b = 0; b < text::kBeforeKinds; ++b) {
    if (((before >> b) & 1) == 0) continue;
    const uint32_t row = condition.AfterBits(Before(b)) & after;
    all = all && row == after;
    bits |= (row == after ? Condition::kAnyAfter : row) << (b * text::kAfterKinds);
  }
  return all ? Condition::Always() : Condition::FromBits(bits);
}

class Simplifier {
 public:
  Simplifier(Automaton& automaton, const std::vector<Kinds>& kinds) : automaton_(automaton), kinds_(kinds) {}

  void Run() {
    DecideEdges(automaton_.start, kAnyBefore);
    for (Automaton::Position& position : automaton_.positions) {
      const Kinds& here = kinds_[position.set];
      DecideEdges(position.edges, here.before);
      // Behind it anything may stand, and the end.
      position.accept = Decide(position.accept, here.before, Condition::kAnyAfter);
    }
    // All that matters of a text that matches everywhere is said.
    if (automaton_.MatchesEverywhere()) automaton_ = {.empty = Condition::Always()};
    KeepUseful();
  }

 private:
  void DecideEdges(Edges& edges, uint32_t before) {
    std::erase_if(edges, [&](Automaton::Edge& edge) {
      edge.when = Decide(edge.when, before, kinds_[automaton_.positions[edge.to].set].after);
      return edge.when.never();
    });
  }

  // Drops positions that the start does not lead to or that lead to no acceptance, and the sets that only they have.
  void KeepUseful() {
    const size_t count = automaton_.positions.size();
    std::vector<bool> reached(count, false);
    std::vector<uint32_t> open;
    const auto reach = [&](const Edges& edges, std::vector<bool>& marks) {
      for (const Automaton::Edge& edge : edges) {
        if (marks[edge.to]) continue;
        marks[edge.to] = true;
        open.push_back(edge.to);
      }
    };
    reach(automaton_.start, reached);
    while (!open.empty()) {
      const uint32_t p = open.back();
      open.pop_back();
      reach(automaton_.positions[p].edges, reached);
    }
    std::vector<Edges> backward(count);
    std::vector<bool> accepts(count, false);
    for (uint32_t p = 0; p < count; ++p) {
      for (const Automaton::Edge& edge : automaton_.positions[p].edges) backward[edge.to].push_back({p, edge.when});
      if (automaton_.positions[p].accept.never()) continue;
      accepts[p] = true;
      open.push_back(p);
    }
    while (!open.empty()) {
      const uint32_t p = open.back();
      open.pop_back();
      reach(backward[p], accepts);
    }
    Renumber([&](uint32_t p) { return reached[p] && accepts[p]; });
  }

  template <typename Kept>
  void Renumber(Kept kept) {
    constexpr uint32_t kNone = ~0u;
    std::vector<uint32_t> number(automaton_.positions.size(), kNone);
    std::vector<uint32_t> set_number(automaton_.sets.size(), kNone);
    Automaton result{.empty = automaton_.empty};
    for (uint32_t p = 0; p < number.size(); ++p) {
      if (!kept(p)) continue;
      number[p] = static_cast<uint32_t>(result.positions.size());
      Automaton::Position& position = automaton_.positions[p];
      if (set_number[position.set] == kNone) {
        set_number[position.set] = static_cast<uint32_t>(result.sets.size());
        result.sets.push_back(std::move(automaton_.sets[position.set]));
      }
      position.set = set_number[position.set];
      result.positions.push_back(std::move(position));
    }
    const auto renumber = [&](Edges& edges) {
      std::erase_if(edges, [&](const Automaton::Edge& edge) { return number[edge.to] == kNone; });
      for (Automaton::Edge& edge : edges) edge.to = number[edge.to];
    };
    for (Automaton::Position& position : result.positions) renumber(position.edges);
    result.start = std::move(automaton_.start);
    renumber(result.start);
    automaton_ = std::move(result);
  }

  Automaton& automaton_;
  const std::vector<Kinds>& kinds_;  // by set
};

}  // namespace

std::optional<PositionAutomaton> BuildPositions(const Expressions& expressions, ExpressionId root) {
  for (uint32_t most = kLongestUnrolled; most > 0; most /= 2) {
    Builder builder(expressions, most);
    const uint64_t count = builder.CountPositions(root);
    if (count > (most == 1 ? kMaxPositions : kMaxUnrolledPositions)) continue;
    auto built = builder.Build(root);
    if (!built) continue;
    std::vector<Kinds> kinds;
    for (const uint32_t number : builder.TakeSetNumbers()) {
      kinds.emplace_back(expressions.set(number));
      built->automaton.sets.push_back(ToCharacterSet(expressions.set(number)));
    }
    Simplifier(built->automaton, kinds).Run();
    return built;
  }
  return std::nullopt;
}

}  // namespace assay::patterns
