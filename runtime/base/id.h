// Typed ids: small integers that index a store. Two id types never convert into each other.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace assay {

template <typename Tag>
struct Id {
  static constexpr uint32_t kNone = 0xffffffff;

  uint32_t value = kNone;

  constexpr Id() = default;
  constexpr explicit Id(size_t v) : value(static_cast<uint32_t>(v)) {}

  constexpr bool has_value() const { return value != kNone; }
  constexpr size_t index() const { return value; }

  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace assay

template <typename Tag>
struct std::hash<assay::Id<Tag>> {
  size_t operator()(assay::Id<Tag> id) const noexcept { return std::hash<uint32_t>{}(id.value); }
};
