// Whether one test of a text against constants says what another says already: `t contains "spammer"` is true only where
// `t contains "spam"` is. Tests are compared as automata; warnings and the correlations of rules both ask here.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "runtime/graph/rule_graph.h"
#include "runtime/text/automaton.h"

namespace assay {

class TextTestInclusion {
 public:
  // `most_searches`: pairs that are decided by comparing automata, some 1 ms each at worst; behind them nothing is found.
  TextTestInclusion(const RuleGraph& graph, size_t most_searches) : graph_(graph), left_(most_searches) {}

  // Whether test `narrow` is true only where test `wide` is. What is found is true, not all that is true is found: both must
  // be nodes that AsTextTest knows, of one text, and be decided by an automaton that is not too large.
  bool Implies(NodeId narrow, NodeId wide);
  // Whether both look for the same, in other words.
  bool SameSearch(NodeId a, NodeId b);
  bool exhausted() const { return left_ == 0; }

 private:
  // A test as a search, and a text that it finds: most pairs are told apart by it.
  struct Search {
    NodeId text;
    bool lowered = false;
    text::Automaton automaton;
    std::string example;
  };

  const Search* SearchOf(NodeId node);
  std::optional<Search> MakeSearch(NodeId node) const;

  const RuleGraph& graph_;
  size_t left_;
  std::unordered_map<NodeId, std::optional<Search>> searches_;
  std::map<std::pair<NodeId, NodeId>, bool> implied_;
};

}  // namespace assay
