// A constant set: what `in`, `has` and families read. Members are text, whole numbers or floats, all alike, or tuples of
// those; each is kept once, in the order of the source. A set of text may ignore case (simple case folding) and ask for
// whole words where it is searched for in a text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/base/types.h"
#include "runtime/base/value.h"

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
  SetValues(std::vector<TypeId> columns, SetModifiers modifiers) : columns_(std::move(columns)), modifiers_(modifiers) {}

  // Adds a member unless an equal one (under nocase: equal when folded) is there. True if it was added.
  bool Add(SetMember member);

  const std::vector<TypeId>& columns() const { return columns_; }
  SetModifiers modifiers() const { return modifiers_; }
  size_t size() const { return members_.size(); }
  const std::vector<SetMember>& members() const { return members_; }

  // Membership of a single value; nocase is honoured.
  bool Contains(std::string_view text) const;
  bool Contains(int64_t number) const;
  bool Contains(double number) const;

  Hash128 hash() const;  // of columns, modifiers and members in order

 private:
  std::vector<TypeId> columns_;
  SetModifiers modifiers_;
  std::vector<SetMember> members_;
  std::unordered_set<std::string> keys_;  // folded, serialised members
};

}  // namespace assay
