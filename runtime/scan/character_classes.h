// What the patterns of a scan can tell apart: code points that are in the same sets of all patterns, and of the same kind where
// conditions ask for kinds, are one class; and the way from UTF-8 bytes to classes. A byte that begins a character leads to its
// class at once (ASCII) or into a graph of nodes, each of which says what the continuation bytes behind it lead to. Equal
// nodes are one, so whole scripts cost a node or two, and every table built over the classes shares them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "runtime/text/automaton.h"

namespace assay::scan {

// Sets of all patterns, each kept once.
class SetStore {
 public:
  uint32_t Intern(const text::CharacterSet& set);
  uint32_t InternCharacters(std::span<const char32_t> sorted);  // a set of a few code points

  size_t size() const { return members_.size(); }
  const std::vector<text::CodePointRange>& members(uint32_t set) const { return members_[set]; }

 private:
  std::vector<std::vector<text::CodePointRange>> members_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> by_hash_;
};

// Which kinds of characters the conditions of a scan treat alike.
struct KindClasses {
  std::array<text::Before, text::kBeforeKinds> before;  // the first kind that is the same to what comes behind it
  bool words = false;            // a word character is another than one that is none
  bool ascii_words = false;      // a word character of ASCII is another than others
  bool line_feeds = false;       // a line feed is another than other characters
  bool final_line_feed = false;  // the line feed that ends a text is another than those before it
  bool text_end = false;         // the end of the text is a boundary that matters

  static KindClasses Of(std::span<const text::Condition> conditions);
};

class CharacterClasses {
 public:
  // Where a byte leads: to a class, or to a node that reads one more byte.
  struct Target {
    uint32_t value = 0;
    bool node = false;
  };
  using Node = std::array<Target, 64>;  // by continuation byte - 0x80

  CharacterClasses(const SetStore& sets, const KindClasses& kinds);

  uint32_t class_count() const { return static_cast<uint32_t>(kinds_.size()); }
  uint32_t ClassOf(char32_t c) const;
  text::After KindOf(uint32_t character_class) const { return kinds_[character_class]; }
  bool Contains(uint32_t set, uint32_t character_class) const {
    return (members_[size_t{set} * words_ + character_class / 64] >> (character_class % 64)) & 1;
  }
  bool IsSubset(uint32_t set, uint32_t of) const;
  // The kinds of the set's members, a bit for each After.
  uint32_t KindsOf(uint32_t set) const;

  // `byte` begins a character.
  Target First(uint8_t byte) const { return first_[byte]; }
  Target Next(uint32_t node, uint8_t byte) const { return nodes_[node][byte & 0x3F]; }

  // Bytes that lead to the same from everywhere are one column of a table. Bytes that begin a character and those that
  // continue one never meet in a row and are numbered apart.
  const std::array<uint8_t, 256>& columns() const { return columns_; }
  uint32_t first_columns() const { return first_columns_; }
  uint32_t next_columns() const { return next_columns_; }
  size_t node_count() const { return nodes_.size(); }

 private:
  struct Interval {
    char32_t first;  // to the next interval's
    uint32_t character_class;
  };
  class NodeBuilder;
  void MakeClasses(const SetStore& sets, const KindClasses& kinds);
  void MakeColumns();

  std::vector<Interval> intervals_;
  std::vector<text::After> kinds_;  // by class
  std::vector<uint64_t> members_;   // by set: a bit a class
  size_t words_ = 0;
  size_t set_count_ = 0;
  std::array<Target, 256> first_{};
  std::vector<Node> nodes_;
  std::array<uint8_t, 256> columns_{};
  uint32_t first_columns_ = 0;
  uint32_t next_columns_ = 0;
};

}  // namespace assay::scan
