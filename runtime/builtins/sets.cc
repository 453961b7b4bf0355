// Sets of constants. A member's key is its serialisation: a single text is its own (folded) bytes, so that membership of a text
// needs no allocation unless case is ignored; numbers are their eight bytes, -0.0 as 0.0; tuples carry lengths.
#include "runtime/builtins/sets.h"

#include <bit>
#include <cmath>

#include "runtime/text/case.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

template <typename T>
std::string NumberKey(T value) {
  if constexpr (std::is_same_v<T, double>) {
    if (value == 0.0) value = 0.0;  // -0.0 equals 0.0
  }
  const auto bits = std::bit_cast<uint64_t>(value);
  std::string key(8, '\0');
  for (int i = 0; i < 8; ++i) key[static_cast<size_t>(i)] = static_cast<char>(bits >> (8 * i));
  return key;
}

}  // namespace

std::string SetValues::KeyOf(const SetMember& member) const {
  std::string key;
  for (const SetScalar& scalar : member) {
    if (const auto* whole = std::get_if<int64_t>(&scalar)) {
      key += NumberKey(*whole);
    } else if (const auto* real = std::get_if<double>(&scalar)) {
      key += NumberKey(*real);
    } else {
      const std::string& text = std::get<std::string>(scalar);
      std::string folded;
      if (modifiers_.nocase) text::SimpleFold(text, folded);
      const std::string& part = modifiers_.nocase ? folded : text;
      if (member.size() == 1) return part;
      key += NumberKey(static_cast<int64_t>(part.size()));
      key += part;
    }
  }
  return key;
}

bool SetValues::Add(SetMember member) {
  if (member.size() != columns_.size()) return false;
  for (size_t i = 0; i < member.size(); ++i) {
    const TypeId type = columns_[i];
    const SetScalar& scalar = member[i];
    if (std::holds_alternative<int64_t>(scalar) != (type == kIntType)) return false;
    if (std::holds_alternative<std::string>(scalar) != (type == kStringType)) return false;
    if (const auto* real = std::get_if<double>(&scalar); real != nullptr && std::isnan(*real)) return false;
  }
  if (!keys_.insert(KeyOf(member)).second) return false;
  members_.push_back(std::move(member));
  if (prepared_->made) prepared_ = std::make_shared<Prepared>();
  return true;
}

bool SetValues::Contains(std::string_view text) const {
  if (columns_.size() != 1 || columns_[0] != kStringType) return false;
  if (!modifiers_.nocase) return keys_.contains(text);
  std::string folded;
  text::SimpleFold(text, folded);
  return keys_.contains(folded);
}

bool SetValues::Contains(int64_t number) const {
  return columns_.size() == 1 && columns_[0] == kIntType && keys_.contains(NumberKey(number));
}

bool SetValues::Contains(double number) const {
  return columns_.size() == 1 && columns_[0] == kFloatType && keys_.contains(NumberKey(number));
}

bool SetValues::Contains(const SetMember& member) const {
  return member.size() == columns_.size() && keys_.contains(KeyOf(member));
}

const std::vector<text::Literal>& SetValues::Literals() const {
  std::call_once(prepared_->once, [this] {
    prepared_->made = true;
    if (columns_.size() != 1 || columns_[0] != kStringType) return;
    prepared_->literals.reserve(members_.size());
    for (const SetMember& member : members_) {
      prepared_->literals.emplace_back(std::get<std::string>(member[0]),
                                       text::LiteralOptions{.nocase = modifiers_.nocase, .words = modifiers_.words});
    }
  });
  return prepared_->literals;
}

Hash128 SetValues::hash() const {
  Hasher hasher;
  hasher.Add(columns_.size());
  for (TypeId type : columns_) hasher.Add(type.index());
  hasher.Add((modifiers_.nocase ? 1u : 0u) | (modifiers_.words ? 2u : 0u));
  hasher.Add(members_.size());
  for (const SetMember& member : members_) {
    for (const SetScalar& scalar : member) {
      if (const auto* whole = std::get_if<int64_t>(&scalar)) {
        hasher.Add(static_cast<uint64_t>(*whole));
      } else if (const auto* real = std::get_if<double>(&scalar)) {
        hasher.Add(std::bit_cast<uint64_t>(*real));
      } else {
        hasher.Add(std::string_view(std::get<std::string>(scalar)));
      }
    }
  }
  return hasher.Finish();
}

}  // namespace assay
