// The canonical form, node by node.
#include "compiler/patterns/builder.h"

#include <algorithm>

namespace assay::patterns {
namespace {

constexpr uint64_t kManyCodePoints = uint64_t{1} << 40;  // lengths stop growing here

Lengths Sum(const Lengths& a, const Lengths& b) {
  Lengths sum{std::min(a.min + b.min, kManyCodePoints), std::nullopt};
  if (a.max && b.max) sum.max = std::min(*a.max + *b.max, kManyCodePoints);
  return sum;
}

Lengths Either(const Lengths& a, const Lengths& b) {
  Lengths either{std::min(a.min, b.min), std::nullopt};
  if (a.max && b.max) either.max = std::max(*a.max, *b.max);
  return either;
}

uint64_t Times(uint64_t length, uint64_t count) {
  return count != 0 && length > kManyCodePoints / count ? kManyCodePoints : length * count;
}

bool IsAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

Lengths LengthsFrom(const Node& node, const std::vector<Lengths>& lengths, const std::vector<Lengths>& group_lengths) {
  const auto child = [&](size_t i) -> const Lengths& { return lengths[node.children[i].index()]; };
  switch (node.kind) {
    case NodeKind::kEmpty:
    case NodeKind::kAssertion:
    case NodeKind::kLook:
      return {0, 0};
    case NodeKind::kLiteral:
    case NodeKind::kSet:
      return {1, 1};
    case NodeKind::kConcat: {
      Lengths sum{0, 0};
      for (size_t i = 0; i < node.children.size(); ++i) sum = Sum(sum, child(i));
      return sum;
    }
    case NodeKind::kAlternate:
    case NodeKind::kConditional: {
      Lengths either = child(0);
      for (size_t i = 1; i < node.children.size(); ++i) either = Either(either, child(i));
      return either;
    }
    case NodeKind::kRepeat: {
      Lengths repeated{Times(child(0).min, node.min), std::nullopt};
      if (child(0).max == uint64_t{0} || node.max == 0) {
        repeated.max = 0;
      } else if (child(0).max && node.max != Node::kUnbounded) {
        repeated.max = Times(*child(0).max, node.max);
      }
      return repeated;
    }
    case NodeKind::kGroup:
    case NodeKind::kAtomic:
      return child(0);
    case NodeKind::kBackreference:
      return node.group < group_lengths.size() ? group_lengths[node.group] : Lengths{0, std::nullopt};
  }
  return {0, std::nullopt};
}

NodeId RegexBuilder::Push(Node node) {
  lengths_.push_back(LengthsFrom(node, lengths_, group_lengths_));
  if (node.kind == NodeKind::kGroup) {
    if (group_lengths_.size() <= node.group) group_lengths_.resize(node.group + 1, Lengths{0, std::nullopt});
    group_lengths_[node.group] = lengths_.back();
  }
  tree_.nodes_.push_back(std::move(node));
  return NodeId(tree_.nodes_.size() - 1);
}

void RegexBuilder::SetPlace(NodeId id, uint32_t begin, uint32_t end) {
  tree_.nodes_[id.index()].begin = begin;
  tree_.nodes_[id.index()].end = end;
}

NodeId RegexBuilder::Literal(char32_t c, Fold fold) {
  const auto orbit = text::FoldOrbit(c);
  if (fold == Fold::kUnicode) {
    if (orbit.empty()) {
      fold = Fold::kExact;
    } else {
      c = text::SimpleFold(c);
    }
  } else if (fold == Fold::kAscii) {
    if (!IsAsciiLetter(c)) {
      fold = Fold::kExact;
    } else {
      c |= 0x20;
      // Without another character in its orbit the letter folds the same way in Unicode.
      if (orbit.size() == 2) fold = Fold::kUnicode;
    }
  }
  return Push({.kind = NodeKind::kLiteral, .fold = fold, .literal = c});
}

NodeId RegexBuilder::Set(CodePointSet set) {
  const uint32_t size = set.size();
  if (size == 1) return Literal(set.ranges()[0].first, Fold::kExact);
  if (size >= 2 && size <= 4) {
    const char32_t first = set.ranges()[0].first;
    const auto orbit = text::FoldOrbit(first);
    if (orbit.size() == size && std::all_of(orbit.begin(), orbit.end(), [&](char32_t c) { return set.Contains(c); })) {
      return Literal(first, Fold::kUnicode);
    }
    const bool upper = first >= 'A' && first <= 'Z';
    if (size == 2 && upper && set.Contains(first + 32)) return Literal(first, Fold::kAscii);
  }
  return Push({.kind = NodeKind::kSet, .set = std::move(set)});
}

NodeId RegexBuilder::Assert(Assertion assertion, bool ascii) {
  const bool words = assertion == Assertion::kWordBoundary || assertion == Assertion::kNotWordBoundary;
  return Push({.kind = NodeKind::kAssertion, .assertion = assertion, .ascii = ascii && words});
}

NodeId RegexBuilder::Concat(std::vector<NodeId> children) {
  std::vector<NodeId> flat;
  for (const NodeId id : children) {
    const Node& child = (*this)[id];
    if (child.kind == NodeKind::kEmpty) continue;
    if (child.kind == NodeKind::kConcat) {
      flat.insert(flat.end(), child.children.begin(), child.children.end());
    } else {
      flat.push_back(id);
    }
  }
  if (flat.empty()) return Empty();
  if (flat.size() == 1) return flat[0];
  return Push({.kind = NodeKind::kConcat, .children = std::move(flat)});
}

NodeId RegexBuilder::Alternate(std::vector<NodeId> children) {
  std::vector<NodeId> flat;
  for (const NodeId id : children) {
    const Node& child = (*this)[id];
    if (child.kind == NodeKind::kAlternate) {
      flat.insert(flat.end(), child.children.begin(), child.children.end());
    } else {
      flat.push_back(id);
    }
  }
  if (flat.size() == 1) return flat[0];
  return Push({.kind = NodeKind::kAlternate, .children = std::move(flat)});
}

NodeId RegexBuilder::Repeat(NodeId child, uint32_t min, uint32_t max, RepeatMode mode) {
  if (min == 1 && max == 1 && mode != RepeatMode::kPossessive) return child;
  if (mode == RepeatMode::kLazy && min == max) mode = RepeatMode::kGreedy;
  return Push({.kind = NodeKind::kRepeat, .mode = mode, .min = min, .max = max, .children = {child}});
}

NodeId RegexBuilder::Group(uint32_t number, NodeId child) {
  return Push({.kind = NodeKind::kGroup, .group = number, .children = {child}});
}

NodeId RegexBuilder::Atomic(NodeId child) { return Push({.kind = NodeKind::kAtomic, .children = {child}}); }

NodeId RegexBuilder::Look(NodeId child, bool behind, bool negative) {
  return Push({.kind = NodeKind::kLook, .behind = behind, .negative = negative, .children = {child}});
}

NodeId RegexBuilder::Backreference(uint32_t group, Fold fold) {
  return Push({.kind = NodeKind::kBackreference, .fold = fold, .group = group});
}

NodeId RegexBuilder::Conditional(uint32_t group, NodeId yes, NodeId no) {
  return Push({.kind = NodeKind::kConditional, .group = group, .children = {yes, no}});
}

RegexTree RegexBuilder::Finish(NodeId root, uint32_t group_count, std::vector<std::pair<std::string, uint32_t>> names,
                               bool allows_backtracking) {
  // Parents have larger ids than their children, so one loop down marks what is reachable.
  std::vector<bool> used(tree_.nodes_.size(), false);
  used[root.index()] = true;
  for (size_t i = tree_.nodes_.size(); i-- > 0;) {
    if (!used[i]) continue;
    for (const NodeId child : tree_.nodes_[i].children) used[child.index()] = true;
  }
  RegexTree result;
  std::vector<NodeId> renamed(tree_.nodes_.size());
  for (size_t i = 0; i < tree_.nodes_.size(); ++i) {
    if (!used[i]) continue;
    Node& node = tree_.nodes_[i];
    for (NodeId& child : node.children) child = renamed[child.index()];
    switch (node.kind) {
      case NodeKind::kAtomic:
      case NodeKind::kLook:
      case NodeKind::kBackreference:
      case NodeKind::kConditional:
        result.needs_backtracking_ = true;
        break;
      case NodeKind::kRepeat:
        if (node.mode == RepeatMode::kPossessive) result.needs_backtracking_ = true;
        break;
      case NodeKind::kEmpty:
      case NodeKind::kLiteral:
      case NodeKind::kSet:
      case NodeKind::kAssertion:
      case NodeKind::kConcat:
      case NodeKind::kAlternate:
      case NodeKind::kGroup:
        break;
    }
    renamed[i] = NodeId(result.nodes_.size());
    result.nodes_.push_back(std::move(node));
  }
  result.root_ = renamed[root.index()];
  result.group_count_ = group_count;
  result.group_names_ = std::move(names);
  result.allows_backtracking_ = allows_backtracking;
  tree_ = {};
  lengths_.clear();
  group_lengths_.clear();
  return result;
}

}  // namespace assay::patterns
