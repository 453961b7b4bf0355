// Facts by one loop over the nodes, children before parents.
#include "compiler/patterns/analyze.h"

#include <algorithm>

#include "compiler/patterns/builder.h"
#include "runtime/text/utf8.h"

namespace assay::patterns {
namespace {

constexpr size_t kMaxLiteral = 64;  // code points of one required literal

// A string being put together: folded once a letter in it ignores case.
struct Piece {
  std::u32string text;
  bool nocase = false;
  friend bool operator==(const Piece&, const Piece&) = default;
};

void Fold(Piece& piece) {
  if (piece.nocase) return;
  piece.nocase = true;
  for (char32_t& c : piece.text) c = text::SimpleFold(c);
}

Piece Join(Piece a, Piece b) {
  if (a.nocase != b.nocase) {
    Fold(a);
    Fold(b);
  }
  a.text += b.text;
  return a;
}

using Pieces = std::vector<Piece>;

// What is known of a node: all strings it matches (when `exact`), and strings of which every match contains one.
struct Facts {
  bool exact = false;
  Pieces strings;   // when exact
  Pieces required;  // any of these; empty: nothing known
};

// Higher is better; 0 is useless.
size_t Score(const Pieces& pieces) {
  if (pieces.empty()) return 0;
  size_t shortest = kMaxLiteral;
  for (const Piece& piece : pieces) shortest = std::min(shortest, piece.text.size());
  return shortest * 64 - (shortest == 0 ? 0 : std::min<size_t>(pieces.size(), 63));
}

void Improve(Pieces& best, const Pieces& other) {
  if (Score(other) > Score(best)) best = other;
}

// The best any-of set of a node, whether it is exact or not.
Pieces RequiredOf(const Facts& facts) {
  Pieces best = facts.required;
  if (facts.exact) Improve(best, facts.strings);
  return Score(best) == 0 ? Pieces{} : best;
}

void AddUnique(Pieces& pieces, const Piece& piece) {
  if (std::find(pieces.begin(), pieces.end(), piece) == pieces.end()) pieces.push_back(piece);
}

class LiteralFinder {
 public:
  LiteralFinder(const RegexTree& regex, size_t limit) : limit_(limit) {
    for (size_t i = 0; i < regex.size(); ++i) facts_.push_back(FactsOf(regex[NodeId(i)]));
  }

  Pieces Required(NodeId root) const { return RequiredOf(facts_[root.index()]); }

 private:
  static Facts Exactly(Piece piece) { return {true, {std::move(piece)}, {}}; }

  Facts FactsOf(const Node& node) {
    switch (node.kind) {
      case NodeKind::kEmpty:
      case NodeKind::kAssertion:
      case NodeKind::kLook:
        return Exactly({});
      case NodeKind::kLiteral:
        // Folding of ASCII alone is weaker than Unicode's, so what it matches contains the folded literal too.
        return Exactly({std::u32string(1, node.literal), node.fold != Fold::kExact});
      case NodeKind::kSet: return OfSet(node.set);
      case NodeKind::kConcat: return OfConcat(node);
      case NodeKind::kAlternate:
      case NodeKind::kConditional: return OfAlternate(node);
      case NodeKind::kRepeat: return OfRepeat(node);
      case NodeKind::kGroup:
      case NodeKind::kAtomic: return facts_[node.children[0].index()];
      case NodeKind::kBackreference: return {};
    }
    return {};
  }

  static Facts OfSet(const CodePointSet& set) {
    if (set.empty() || set.size() > 4) return {};
    Facts facts{true, {}, {}};
    for (const CodePointRange& r : set.ranges()) {
      for (char32_t c = r.first; c <= r.last; ++c) facts.strings.push_back({std::u32string(1, c), false});
    }
    return facts;
  }

  Facts OfConcat(const Node& node) const {
    Facts facts{true, {Piece{}}, {}};  // `strings` is what the children since the last inexact one spell
    for (const NodeId id : node.children) {
      const Facts& child = facts_[id.index()];
      if (child.exact && facts.strings.size() * child.strings.size() <= limit_) {
        Pieces product;
        bool too_long = false;
        for (const Piece& a : facts.strings) {
          for (const Piece& b : child.strings) {
            Piece joined = Join(a, b);
            too_long = too_long || joined.text.size() > kMaxLiteral;
            AddUnique(product, joined);
          }
        }
        if (!too_long) {
          facts.strings = std::move(product);
          continue;
        }
      }
      Improve(facts.required, facts.strings);
      Improve(facts.required, RequiredOf(child));
      facts.exact = false;
      // What follows begins a new run; an exact child that was too much begins it itself.
      facts.strings = child.exact ? child.strings : Pieces{Piece{}};
    }
    if (!facts.exact) {
      Improve(facts.required, facts.strings);
      facts.strings.clear();
    }
    return facts;
  }

  Facts OfAlternate(const Node& node) const {
    Facts facts{true, {}, {}};
    bool required = true;
    for (const NodeId id : node.children) {
      const Facts& child = facts_[id.index()];
      facts.exact = facts.exact && child.exact;
      if (facts.exact) {
        for (const Piece& piece : child.strings) AddUnique(facts.strings, piece);
      }
      const Pieces of_child = RequiredOf(child);
      required = required && !of_child.empty();
      if (required) {
        for (const Piece& piece : of_child) AddUnique(facts.required, piece);
      }
    }
    if (!facts.exact || facts.strings.size() > limit_) {
      facts.exact = false;
      facts.strings.clear();
    }
    if (!required || facts.required.size() > limit_) facts.required.clear();
    return facts;
  }

  Facts OfRepeat(const Node& node) const {
    const Facts& child = facts_[node.children[0].index()];
    if (node.min == 0) {
      if (node.max == 0) return Exactly({});
      if (node.max == 1 && child.exact && child.strings.size() < limit_) {
        Facts facts = child;
        facts.required.clear();
        AddUnique(facts.strings, {});
        return facts;
      }
      return {};
    }
    return {false, {}, RequiredOf(child)};
  }

  size_t limit_;
  std::vector<Facts> facts_;
};

PatternLiteral ToLiteral(const Piece& piece) {
  PatternLiteral literal;
  bool cased = false;
  for (const char32_t c : piece.text) {
    text::AppendUtf8(c, literal.text);
    cased = cased || !text::FoldOrbit(c).empty();
  }
  literal.nocase = piece.nocase && cased;
  return literal;
}

}  // namespace

Lengths LengthsOf(const RegexTree& regex) {
  std::vector<Lengths> lengths;
  std::vector<Lengths> groups(regex.group_count() + 1, Lengths{0, std::nullopt});
  for (size_t i = 0; i < regex.size(); ++i) {
    const Node& node = regex[NodeId(i)];
    lengths.push_back(LengthsFrom(node, lengths, groups));
    if (node.kind == NodeKind::kGroup) groups[node.group] = lengths.back();
  }
  return lengths[regex.root().index()];
}

bool MatchesEmpty(const RegexTree& regex) { return LengthsOf(regex).min == 0; }

std::vector<PatternLiteral> RequiredLiterals(const RegexTree& regex, size_t limit) {
  std::vector<PatternLiteral> literals;
  for (const Piece& piece : LiteralFinder(regex, std::max<size_t>(limit, 1)).Required(regex.root())) {
    literals.push_back(ToLiteral(piece));
  }
  return literals;
}

std::optional<PatternLiteral> AsLiteral(const RegexTree& regex) {
  Piece piece;
  bool exact_letters = false;
  bool folded_letters = false;
  std::vector<NodeId> open = {regex.root()};  // what is still to be read, the next at the back
  while (!open.empty()) {
    const Node& node = regex[open.back()];
    open.pop_back();
    if (node.kind == NodeKind::kConcat || node.kind == NodeKind::kGroup) {
      open.insert(open.end(), node.children.rbegin(), node.children.rend());
      continue;
    }
    if (node.kind != NodeKind::kLiteral || node.fold == patterns::Fold::kAscii) return std::nullopt;
    const bool folded = node.fold == patterns::Fold::kUnicode;
    folded_letters = folded_letters || folded;
    exact_letters = exact_letters || (!folded && !text::FoldOrbit(node.literal).empty());
    piece.text.push_back(node.literal);
  }
  // Some letters with and some without case are no plain search of either kind.
  if (exact_letters && folded_letters) return std::nullopt;
  piece.nocase = folded_letters;
  return ToLiteral(piece);
}

}  // namespace assay::patterns
