// A constant set: what `in`, `has` and families read. Members are text, whole numbers or floats, all alike, or tuples of
// those; each is kept once, in the order of the source. A set of text may ignore case (simple case folding) and ask for
// whole words where it is searched for in a text.
#pragma once

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
  SetValues(std::vector<TypeId> columns, SetModifiers modifiers)
      : columns_(std::move(columns)), modifiers_(modifiers), prepared_(std::make_shared<Prepared>()) {}

  // Adds a member unless an equal one (under nocase: equal when folded) is there. True if it was added. A member of another
  // shape than `columns`, or with a NaN, is not added. Not while another thread reads.
  bool Add(SetMember member);

  const std::vector<TypeId>& columns() const { return columns_; }
  SetModifiers modifiers() const { return modifiers_; }
  size_t size() const { return members_.size(); }
  const std::vector<SetMember>& members() const { return members_; }

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
    std::once_flag once;
    bool made = false;
    std::vector<text::Literal> literals;
  };

  // Hash by bytes, so that a std::string_view finds a std::string.
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };

  std::string KeyOf(const SetMember& member) const;

  std::vector<TypeId> columns_;
  SetModifiers modifiers_;
  std::vector<SetMember> members_;
  std::unordered_set<std::string, KeyHash, std::equal_to<>> keys_;  // folded, serialised members
  std::shared_ptr<Prepared> prepared_;  // shared by copies; a set that grows gets a new one
};

}  // namespace assay
