// All searches of a scan as one position automaton: literals share their beginnings, regular expressions lie side by side.
// Searches are numbered; what a walk over a text finds is the numbers of those that match somewhere in it.
//
//   MergedAutomaton::Builder builder(sets);
//   builder.Add(search, automaton);  builder.AddLiteral(search, literal);
//   MergedAutomaton merged = std::move(builder).Finish();      // then classes are made, then Prepare
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/scan/character_classes.h"
#include "runtime/text/automaton.h"

namespace assay::scan {

// A literal as the sets of its characters, with what must hold at its ends. At least one character.
struct LiteralPath {
  std::vector<uint32_t> sets;
  text::Condition begin = text::Condition::Always();
  text::Condition end = text::Condition::Always();
};

class MergedAutomaton {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  struct Edge {
    uint32_t to;
    text::Condition when;
  };
  struct Accept {
    uint32_t search;
    text::Condition when;
  };
  struct Position {
    uint32_t set = 0;
    uint32_t group = kNone;
    uint32_t first_edge = 0, edge_end = 0;
    uint32_t first_accept = 0, accept_end = 0;
    bool hopeless = false;  // can do nothing that a beginning at the next character cannot
  };
  // The positions of one regular expression. Once it has matched they are of no use to the text; and of two of its positions
  // one may be able to do all that the other can.
  struct Group {
    uint32_t search = 0;
    uint32_t first = 0, end = 0;
    std::vector<uint64_t> covers;  // by position, `words` words: the other positions whose matches it covers; may be empty
    size_t words = 0;
  };

  class Builder;

  // To be called once, with classes over the sets and kinds of this automaton (and perhaps of others).
  void Prepare(const CharacterClasses& classes);

  // What the conditions of all edges and acceptances ask of characters' neighbours.
  KindClasses Kinds() const;

  size_t size() const { return positions_.size(); }
  const Position& operator[](uint32_t position) const { return positions_[position]; }
  std::span<const Edge> EdgesOf(const Position& p) const { return {edges_.data() + p.first_edge, edges_.data() + p.edge_end}; }
  std::span<const Accept> AcceptsOf(const Position& p) const {
    return {accepts_.data() + p.first_accept, accepts_.data() + p.accept_end};
  }
  // Edges from any boundary to positions whose sets hold the class.
  std::span<const Edge> StartsAt(uint32_t character_class) const {
    return {starts_by_class_.data() + start_of_class_[character_class], starts_by_class_.data() + start_of_class_[character_class + 1]};
  }
  // Searches that the empty string satisfies, and where.
  std::span<const Accept> empty() const { return empty_; }
  const Group& group(uint32_t id) const { return groups_[id]; }
  size_t group_count() const { return groups_.size(); }

 private:
  void FindCovers(Group& group, const CharacterClasses& classes);

  std::vector<Position> positions_;
  std::vector<Edge> edges_;
  std::vector<Accept> accepts_;
  std::vector<Accept> empty_;
  std::vector<Edge> starts_;
  std::vector<Edge> starts_by_class_;
  std::vector<uint32_t> start_of_class_;
  std::vector<Group> groups_;
};

class MergedAutomaton::Builder {
 public:
  explicit Builder(SetStore& sets) : sets_(sets) {}

  void Add(uint32_t search, const text::Automaton& automaton);
  void AddLiteral(uint32_t search, const LiteralPath& literal);
  MergedAutomaton Finish() &&;

 private:
  struct Draft {
    uint32_t set = 0;
    uint32_t group = kNone;
    std::vector<Edge> edges;
    std::vector<Accept> accepts;
  };
  SetStore& sets_;
  std::vector<Draft> drafts_;
  std::vector<Edge> starts_;
  std::vector<Accept> empty_;
  std::vector<Group> groups_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> children_;  // of literals: (parent, set) to the positions, by condition
  static uint64_t KeyOf(uint32_t parent, uint32_t set) { return uint64_t{parent} << 32 | set; }
};

}  // namespace assay::scan
