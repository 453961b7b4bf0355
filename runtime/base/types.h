// The types of values, interned: equal types have equal ids. Whether a value can be null is not part of its type but a flag
// beside it, because null spreads through nearly everything and rarely matters to what an operation means.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/id.h"

namespace assay {

enum class TypeKind : uint8_t {
#define TYPE_KIND(name, spelling) name,
#include "runtime/base/type_kinds.def"
#undef TYPE_KIND
};

using TypeId = Id<struct TypeTag>;

// The fixed ids.
inline constexpr TypeId kBoolType{static_cast<size_t>(TypeKind::kBool)};
inline constexpr TypeId kIntType{static_cast<size_t>(TypeKind::kInt)};
inline constexpr TypeId kFloatType{static_cast<size_t>(TypeKind::kFloat)};
inline constexpr TypeId kStringType{static_cast<size_t>(TypeKind::kString)};
inline constexpr TypeId kDateType{static_cast<size_t>(TypeKind::kDate)};
inline constexpr TypeId kTimestampType{static_cast<size_t>(TypeKind::kTimestamp)};
inline constexpr TypeId kDurationType{static_cast<size_t>(TypeKind::kDuration)};
inline constexpr TypeId kSpanType{static_cast<size_t>(TypeKind::kSpan)};
inline constexpr TypeId kRegexType{static_cast<size_t>(TypeKind::kRegex)};
inline constexpr TypeId kCharClassType{static_cast<size_t>(TypeKind::kCharClass)};
inline constexpr TypeId kNullType{static_cast<size_t>(TypeKind::kNull)};

std::string_view SpellingOf(TypeKind kind);

struct TypeInfo {
  TypeKind kind;
  uint32_t payload = 0;           // schema or task, for records and labels
  std::vector<TypeId> operands;   // element types

  friend bool operator==(const TypeInfo&, const TypeInfo&) = default;
};

class TypeStore {
 public:
  TypeStore();

  TypeId List(TypeId element) { return Intern({TypeKind::kList, 0, {element}}); }
  TypeId Set(TypeId element) { return Intern({TypeKind::kSet, 0, {element}}); }
  TypeId Map(TypeId key, TypeId value) { return Intern({TypeKind::kMap, 0, {key, value}}); }
  TypeId Tuple(std::vector<TypeId> elements) { return Intern({TypeKind::kTuple, 0, std::move(elements)}); }
  TypeId Record(uint32_t schema) { return Intern({TypeKind::kRecord, schema, {}}); }
  TypeId Label(uint32_t task) { return Intern({TypeKind::kLabel, task, {}}); }

  const TypeInfo& Get(TypeId id) const { return types_[id.index()]; }
  TypeKind Kind(TypeId id) const { return types_[id.index()].kind; }
  TypeId Element(TypeId id) const { return types_[id.index()].operands.at(0); }

  // As it is written in a program: "list<string>". Labels and records are printed as `label#0`, `record#1`.
  std::string Print(TypeId id) const;

  size_t size() const { return types_.size(); }

 private:
  TypeId Intern(TypeInfo info);

  std::vector<TypeInfo> types_;
};

inline bool IsNumeric(TypeId t) { return t == kIntType || t == kFloatType; }

}  // namespace assay
