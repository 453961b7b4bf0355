// A constant set: what `in`, `has` and families read. Members are text, whole numbers or floats, all alike, or tuples of
// those; each is kept once, in the order of the source. A set of text may ignore case (simple case folding) and ask for
// whole words where it is searched for in a text.
//
// Sets of text can have millions of members, so their texts stand one behind the other in one array of bytes: a member costs
// its bytes, 16 of its place and 8 to 16 in the hash; `members()` and `Literals()` cost far more and are made when asked for.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/base/types.h"
#include "runtime/base/value.h"
#include "runtime/text/literal.h"

namespace assay {

struct SetModifiers {
  bool nocase = false;
  bool words = false;
  friend bool operator==(const SetModifiers&, const SetModifiers&) = default;
};

using SetScalar = std::variant<int64_t, double, std::string>;
using SetMember = std::vector<SetScalar>;  // one scalar, or the columns of a tuple

class SetValues {
 public:
  // `columns`: the type of a member, or of each column of a tuple: kIntType, kFloatType or kStringType.
  SetValues(std::vector<TypeId> columns, SetModifiers modifiers);

  // Adds a member unless an equal one (under nocase: equal when folded) is there. True if it was added. A member of another
  // shape than `columns`, or with a NaN, is not added. Not while another thread reads.
  bool Add(SetMember member);
  // The same for a set of text; `text` is none of this set's own views.
  bool AddText(std::string_view text);
  // Room for as many texts and bytes in all; only a matter of speed.
  void ReserveText(size_t members, size_t bytes);

  const std::vector<TypeId>& columns() const { return columns_; }
  SetModifiers modifiers() const { return modifiers_; }
  size_t size() const { return is_text_ ? places_.size() : members_.size(); }
  // For sets of text made at the first call, and costly for large ones; thread-safe.
  const std::vector<SetMember>& members() const;

  // A set of single texts, whose members are these. The views live as long as the set does not grow.
  bool is_text() const { return is_text_; }
  std::string_view TextAt(size_t member) const { return {bytes_.data() + places_[member].begin, places_[member].text_size}; }
  // What members are told apart by: the text, under nocase its simple folding.
  std::string_view KeyAt(size_t member) const {
    const Place& place = places_[member];
    return {bytes_.data() + place.begin + (place.folded != 0 ? place.text_size : 0), place.key_size};
  }

  // Membership of a single value; nocase is honoured. False for a set of another type or of tuples.
  bool Contains(std::string_view text) const;
  bool Contains(int64_t number) const;
  bool Contains(double number) const;
  bool Contains(const SetMember& member) const;

  // The members of a set of text as prepared searches under the set's modifiers, in the order of the members; empty for any
  // other set. Made at the first call; thread-safe.
  const std::vector<text::Literal>& Literals() const;

  Hash128 hash() const;  // of columns, modifiers and members in order

 private:
  struct Prepared {
    std::once_flag literals_once;
    std::once_flag members_once;
    std::atomic<bool> made = false;
    std::vector<text::Literal> literals;
    std::vector<SetMember> members;
  };

  // A text in `bytes_`; where its key has other bytes, they stand right behind it.
  struct Place {
    uint64_t begin : 63;
    uint64_t folded : 1;
    uint32_t text_size;
    uint32_t key_size;
  };

  // Hash by bytes, so that a std::string_view finds a std::string.
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };

  std::string KeyOf(const SetMember& member) const;
  uint64_t SlotOf(std::string_view key, uint64_t hash) const;
  bool ContainsKey(std::string_view key) const;
  void GrowSlots(size_t members);
  void Changed();

  std::vector<TypeId> columns_;
  SetModifiers modifiers_;
  bool is_text_;

  std::vector<SetMember> members_;  // but of sets of text
  std::unordered_set<std::string, KeyHash, std::equal_to<>> keys_;  // their serialisations

  // Sets of text.
  std::vector<char> bytes_;
  std::vector<Place> places_;
  // Open addressing: the upper 32 bits of a key's hash, then its member + 1; 0 is free. At most half full.
  std::vector<uint64_t> slots_;

  std::shared_ptr<Prepared> prepared_;  // shared by copies; a set that grows gets a new one
};

}  // namespace assay
