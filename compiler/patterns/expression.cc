// Building expressions in simple form; the conditions that assertions stand for.
#include "compiler/patterns/expression.h"

#include <algorithm>
#include <utility>

namespace assay::patterns {
namespace {

using text::After;
using text::Before;
using text::Condition;
using Kind = Expression::Kind;

constexpr uint32_t kManyCharacters = 1u << 20;  // counts of characters stop growing here

// The boundaries at which `holds(before, after)`.
template <typename Predicate>
Condition Where(Predicate holds) {
  Condition condition;
  for (unsigned b = 0; b < text::kBeforeKinds; ++b) {
    for (unsigned a = 0; a < text::kAfterKinds; ++a) {
      if (holds(Before(b), After(a))) condition = condition | Condition::At(Before(b), After(a));
    }
  }
  return condition;
}

Condition ConditionOf(Assertion assertion, bool ascii) {
  const auto words_differ = [ascii](Before b, After a) {
    const bool before = b == Before::kAsciiWord || (!ascii && b == Before::kUnicodeWord);
    const bool after = a == After::kAsciiWord || (!ascii && a == After::kUnicodeWord);
    return before != after;
  };
  switch (assertion) {
    case Assertion::kTextBegin: return Where([](Before b, After) { return b == Before::kTextBegin; });
    case Assertion::kTextEnd: return Where([](Before, After a) { return a == After::kTextEnd; });
    case Assertion::kTextEndLine:
      return Where([](Before, After a) { return a == After::kTextEnd || a == After::kFinalLineFeed; });
    case Assertion::kLineBegin: return Where([](Before b, After) { return b == Before::kTextBegin || b == Before::kLineFeed; });
    case Assertion::kLineEnd:
      return Where([](Before, After a) { return a == After::kTextEnd || a == After::kFinalLineFeed || a == After::kLineFeed; });
    case Assertion::kWordBoundary: return Where(words_differ);
    case Assertion::kNotWordBoundary:
      // Nowhere in the empty text, as in Python before 3.14.
      return Where([&](Before b, After a) { return !words_differ(b, a) && !(b == Before::kTextBegin && a == After::kTextEnd); });
  }
  return Condition::Always();
}

CodePointSet SetOfLiteral(const Node& node) {
  CodePointSet set = CodePointSet::Of(node.literal);
  switch (node.fold) {
    case Fold::kExact: return set;
    case Fold::kAscii: return set.FoldClosed(true);
    case Fold::kUnicode: return set.FoldClosed(false);
  }
  return set;
}

uint32_t Times(uint32_t a, uint32_t b) { return static_cast<uint32_t>(std::min<uint64_t>(uint64_t{a} * b, kManyCharacters)); }

}  // namespace

bool Expressions::RangesBefore::operator()(const CodePointSet& a, const CodePointSet& b) const {
  return std::ranges::lexicographical_compare(a.ranges(), b.ranges(), [](const CodePointRange& x, const CodePointRange& y) {
    return std::pair(x.first, x.last) < std::pair(y.first, y.last);
  });
}

ExpressionId Expressions::Push(Expression expression) {
  nodes_.push_back(std::move(expression));
  return ExpressionId(nodes_.size() - 1);
}

ExpressionId Expressions::Empty(Condition when) { return Push({.kind = Kind::kEmpty, .nullable = when}); }

ExpressionId Expressions::Characters(CodePointSet set) {
  if (set.empty()) return Empty({});
  const bool broad = set.size() > kBroadSet;
  const auto [known, added] = set_numbers_.try_emplace(set, static_cast<uint32_t>(sets_.size()));
  if (added) sets_.push_back(std::move(set));
  return Push({.kind = Kind::kCharacters, .set = known->second, .broad = broad, .narrow = broad ? 0u : 1u});
}

ExpressionId Expressions::Concat(std::vector<ExpressionId> children) {
  std::vector<ExpressionId> flat;
  for (const ExpressionId id : children) {
    const Expression& child = (*this)[id];
    if (child.kind == Kind::kConcat) {
      flat.insert(flat.end(), child.children.begin(), child.children.end());
    } else {
      flat.push_back(id);
    }
  }
  // Conditions side by side are about the same boundary; one that never holds is the end of all.
  std::vector<ExpressionId> items;
  for (const ExpressionId id : flat) {
    const Expression& child = (*this)[id];
    if (child.kind == Kind::kEmpty) {
      if (child.nullable.never()) return id;
      if (child.nullable.always()) continue;
      if (!items.empty() && (*this)[items.back()].kind == Kind::kEmpty) {
        items.back() = Empty((*this)[items.back()].nullable & child.nullable);
        if ((*this)[items.back()].nullable.never()) return items.back();
        continue;
      }
    }
    items.push_back(id);
  }
  if (items.empty()) return Empty(Condition::Always());
  if (items.size() == 1) return items[0];
  Expression concat{.kind = Kind::kConcat, .nullable = Condition::Always(), .children = std::move(items)};
  for (const ExpressionId id : concat.children) {
    const Expression& child = (*this)[id];
    concat.nullable = concat.nullable & child.nullable;
    concat.broad = concat.broad || child.broad;
    concat.gap = concat.gap || child.gap;
    concat.narrow = std::min(concat.narrow + child.narrow, kManyCharacters);
  }
  return Push(std::move(concat));
}

ExpressionId Expressions::Alternate(std::vector<ExpressionId> children) {
  Condition empty;
  bool has_set = false;
  CodePointSet characters;
  std::vector<CodePointRange> ranges;
  std::vector<ExpressionId> branches;
  const auto add = [&](ExpressionId id) {
    const Expression& child = (*this)[id];
    if (child.kind == Kind::kEmpty) {
      empty = empty | child.nullable;
    } else if (child.kind == Kind::kCharacters) {
      has_set = true;
      const auto more = set(child.set).ranges();
      ranges.insert(ranges.end(), more.begin(), more.end());
    } else {
      branches.push_back(id);
    }
  };
  for (const ExpressionId id : children) {
    if ((*this)[id].kind == Kind::kAlternate) {
      for (const ExpressionId branch : (*this)[id].children) add(branch);
    } else {
      add(id);
    }
  }
  if (has_set) branches.push_back(Characters(CodePointSet::OfRanges(ranges)));
  if (!empty.never() || branches.empty()) branches.push_back(Empty(empty));
  if (branches.size() == 1) return branches[0];
  Expression either{.kind = Kind::kAlternate, .children = std::move(branches), .narrow = kManyCharacters};
  for (const ExpressionId id : either.children) {
    const Expression& child = (*this)[id];
    either.nullable = either.nullable | child.nullable;
    either.broad = either.broad || child.broad;
    either.gap = either.gap || child.gap;
    either.narrow = std::min(either.narrow, child.narrow);
  }
  return Push(std::move(either));
}

ExpressionId Expressions::Repeat(ExpressionId id, uint32_t min, uint32_t max) {
  const Expression& child = (*this)[id];
  if (max == 0) return Empty(Condition::Always());
  // Iterations that match the empty string count for the minimum, and any number of them is as good as one.
  if (child.nullable.always()) min = 0;
  if (child.kind == Kind::kEmpty) return min == 0 ? Empty(Condition::Always()) : id;
  if (min == 1 && max == 1) return id;
  if (child.kind == Kind::kRepeat && child.min <= 1 && child.max == Node::kUnbounded && min <= 1) {
    return Repeat(child.children[0], std::min(min, child.min), Node::kUnbounded);
  }
  const bool broad = child.broad;
  const bool gap = child.gap || (broad && max > kLongRepetition);
  return Push({.kind = Kind::kRepeat, .nullable = min == 0 ? Condition::Always() : child.nullable, .min = min, .max = max,
               .children = {id}, .broad = broad, .gap = gap, .narrow = Times(child.narrow, min)});
}

ExpressionId Expressions::TrimEnd(ExpressionId id, bool front) {
  const Expression expression = (*this)[id];  // a copy: the store grows
  switch (expression.kind) {
    case Kind::kEmpty:
    case Kind::kCharacters: return id;
    case Kind::kConcat: {
      std::vector<ExpressionId> items = expression.children;
      while (!items.empty()) {
        const size_t at = front ? 0 : items.size() - 1;
        items[at] = TrimEnd(items[at], front);
        const Expression& item = (*this)[items[at]];
        if (item.kind != Kind::kEmpty || !item.nullable.always()) break;
        items.erase(items.begin() + static_cast<ptrdiff_t>(at));
      }
      return Concat(std::move(items));
    }
    case Kind::kAlternate: {
      std::vector<ExpressionId> branches;
      for (const ExpressionId branch : expression.children) branches.push_back(TrimEnd(branch, front));
      const ExpressionId either = Alternate(std::move(branches));
      return (*this)[either].nullable.always() ? Empty(Condition::Always()) : either;
    }
    case Kind::kRepeat: {
      // The iterations farthest from the end are enough.
      if (expression.min == 0) return Empty(Condition::Always());
      const ExpressionId child = expression.children[0];
      const ExpressionId outer = TrimEnd(child, front);
      if (expression.min == 1) return outer;
      const ExpressionId others = Repeat(child, expression.min - 1, expression.min - 1);
      return front ? Concat({outer, others}) : Concat({others, outer});
    }
  }
  return id;
}

ExpressionId ToExpression(const RegexTree& regex, Expressions& expressions) {
  std::vector<ExpressionId> made;  // by node
  const auto child = [&](const Node& node, size_t i) { return made[node.children[i].index()]; };
  const auto convert = [&](const Node& node) -> ExpressionId {
    switch (node.kind) {
      case NodeKind::kEmpty:
      case NodeKind::kLook: return expressions.Empty(Condition::Always());
      case NodeKind::kLiteral: return expressions.Characters(SetOfLiteral(node));
      case NodeKind::kSet: return expressions.Characters(node.set);
      case NodeKind::kAssertion: return expressions.Empty(ConditionOf(node.assertion, node.ascii));
      case NodeKind::kConcat:
      case NodeKind::kAlternate:
      case NodeKind::kConditional: {
        std::vector<ExpressionId> children;
        for (size_t i = 0; i < node.children.size(); ++i) children.push_back(child(node, i));
        return node.kind == NodeKind::kConcat ? expressions.Concat(std::move(children)) : expressions.Alternate(std::move(children));
      }
      case NodeKind::kRepeat: return expressions.Repeat(child(node, 0), node.min, node.max);
      case NodeKind::kGroup:
      case NodeKind::kAtomic: return child(node, 0);
      case NodeKind::kBackreference: return expressions.Repeat(expressions.Characters(CodePointSet::All()), 0, Node::kUnbounded);
    }
    return expressions.Empty(Condition::Always());
  };
  for (size_t i = 0; i < regex.size(); ++i) made.push_back(convert(regex[NodeId(i)]));
  return made[regex.root().index()];
}

}  // namespace assay::patterns
