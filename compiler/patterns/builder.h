// Builds RegexTrees in canonical form: nested concatenations and alternations are flat, a set of one code point or of one
// fold orbit is a literal, a literal that has no other case is exact. Keeps the lengths of every node, which look-behind needs.
#pragma once

#include <utility>
#include <vector>

#include "compiler/patterns/analyze.h"
#include "compiler/patterns/regex.h"

namespace assay::patterns {

class RegexBuilder {
 public:
  NodeId Empty() { return Push({.kind = NodeKind::kEmpty}); }
  NodeId Literal(char32_t c, Fold fold);
  NodeId Set(CodePointSet set);
  NodeId Assert(Assertion assertion, bool ascii);
  NodeId Concat(std::vector<NodeId> children);
  NodeId Alternate(std::vector<NodeId> children);
  NodeId Repeat(NodeId child, uint32_t min, uint32_t max, RepeatMode mode);
  NodeId Group(uint32_t number, NodeId child);
  NodeId Atomic(NodeId child);
  NodeId Look(NodeId child, bool behind, bool negative);
  NodeId Backreference(uint32_t group, Fold fold);
  NodeId Conditional(uint32_t group, NodeId yes, NodeId no);

  const Node& operator[](NodeId id) const { return tree_.nodes_[id.index()]; }
  void SetPlace(NodeId id, uint32_t begin, uint32_t end);
  const Lengths& LengthsAt(NodeId id) const { return lengths_[id.index()]; }

  // The tree below `root`, without nodes that are no part of it.
  RegexTree Finish(NodeId root, uint32_t group_count, std::vector<std::pair<std::string, uint32_t>> names,
                   bool allows_backtracking);

 private:
  NodeId Push(Node node);
  RegexTree tree_;
  std::vector<Lengths> lengths_;        // by node
  std::vector<Lengths> group_lengths_;  // by group number
};

// The lengths of a node from those of its children; `group_lengths` (by group number) serves back-references.
Lengths LengthsFrom(const Node& node, const std::vector<Lengths>& lengths, const std::vector<Lengths>& group_lengths);

}  // namespace assay::patterns
