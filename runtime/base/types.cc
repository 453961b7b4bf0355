#include "runtime/base/types.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

std::string_view SpellingOf(TypeKind kind) {
  switch (kind) {
#define TYPE_KIND(name, spelling) \
  case TypeKind::name: return spelling;
#include "runtime/base/type_kinds.def"
#undef TYPE_KIND
  }
  return "?";
}

TypeStore::TypeStore() {
  for (size_t kind = 0; kind <= static_cast<size_t>(TypeKind::kNull); ++kind) {
    types_.push_back({static_cast<TypeKind>(kind), 0, {}});
  }
}

TypeId TypeStore::Intern(TypeInfo info) {
  // A program has a handful of types: a linear search is the simplest thing that is fast enough.
  const auto found = std::ranges::find(types_, info);
  if (found != types_.end()) return TypeId(static_cast<size_t>(found - types_.begin()));
  types_.push_back(std::move(info));
  return TypeId(types_.size() - 1);
}

std::string TypeStore::Print(TypeId id) const {
  const TypeInfo& type = Get(id);
  std::string operands;
  for (TypeId operand : type.operands) {
    if (!operands.empty()) operands += ", ";
    operands += Print(operand);
  }
  switch (type.kind) {
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kString:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kSpan:
    case TypeKind::kRegex:
    case TypeKind::kCharClass:
    case TypeKind::kNull: return std::string(SpellingOf(type.kind));
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap: return fmt::format("{}<{}>", SpellingOf(type.kind), operands);
    case TypeKind::kTuple: return fmt::format("({})", operands);
    case TypeKind::kRecord:
    case TypeKind::kLabel: return fmt::format("{}#{}", SpellingOf(type.kind), type.payload);
  }
  return "?";
}

}  // namespace assay
