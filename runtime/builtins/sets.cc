// Sets of constants. The key of a single text is its own (folded) bytes, so that membership of a text needs no allocation
// unless case is ignored; of all else a member's key is its serialisation: numbers are their eight bytes, -0.0 as 0.0;
// texts of tuples carry lengths.
#include "runtime/builtins/sets.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

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

// The upper 32 bits of a good hash of some bytes, eight at a time.
uint32_t HashOf(std::string_view key) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
  uint64_t hash = key.size() * kOdd;
  const auto mix = [&](uint64_t part) {
    hash = (hash ^ part) * kOdd;
    hash ^= hash >> 32;
  };
  size_t at = 0;
  for (; at + 8 <= key.size(); at += 8) {
    uint64_t part;
    std::memcpy(&part, key.data() + at, 8);
    mix(part);
  }
  uint64_t rest = 0;
  if (at < key.size()) {
    std::memcpy(&rest, key.data() + at, key.size() - at);
    mix(rest);
  }
  return static_cast<uint32_t>((hash * kOdd) >> 32);
}

// What Hasher gives, without keeping what it is fed: sets can have a gigabyte of text.
class StreamingHasher {
 public:
  StreamingHasher() : state_(XXH3_createState()) { XXH3_128bits_reset(state_.get()); }
  void Add(uint64_t value) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    XXH3_128bits_update(state_.get(), bytes, sizeof bytes);
  }
  void Add(std::string_view bytes) {
    Add(bytes.size());
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
  }
  Hash128 Finish() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return {.low = hash.low64, .high = hash.high64};
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace

SetValues::SetValues(std::vector<TypeId> columns, SetModifiers modifiers)
    : columns_(std::move(columns)), modifiers_(modifiers), is_text_(columns_.size() == 1 && columns_[0] == kStringType),
      prepared_(std::make_shared<Prepared>()) {}

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
  if (is_text_) return AddText(std::get<std::string>(member[0]));
  if (!keys_.insert(KeyOf(member)).second) return false;
  members_.push_back(std::move(member));
  Changed();
  return true;
}

// What copies share, or what was made of fewer members, is not for this set any more.
void SetValues::Changed() {
  if (prepared_->made || prepared_.use_count() > 1) prepared_ = std::make_shared<Prepared>();
}

// The slot of the key, or the free one where it would stand.
uint64_t SetValues::SlotOf(std::string_view key, uint64_t hash) const {
  const uint64_t mask = slots_.size() - 1;
  for (uint64_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const uint64_t taken = slots_[slot];
    if (taken == 0) return slot;
    if (taken >> 32 == hash && KeyAt(static_cast<uint32_t>(taken) - 1) == key) return slot;
  }
}

bool SetValues::ContainsKey(std::string_view key) const { return !slots_.empty() && slots_[SlotOf(key, HashOf(key))] != 0; }

void SetValues::GrowSlots(size_t members) {
  const size_t wanted = std::bit_ceil(std::max<size_t>(members * 2, 16));
  if (wanted <= slots_.size()) return;
  const std::vector<uint64_t> before = std::exchange(slots_, std::vector<uint64_t>(wanted));
  for (const uint64_t taken : before) {
    if (taken == 0) continue;
    uint64_t slot = (taken >> 32) & (wanted - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (wanted - 1);
    slots_[slot] = taken;
  }
}

void SetValues::ReserveText(size_t members, size_t bytes) {
  places_.reserve(places_.size() + members);
  bytes_.reserve(bytes_.size() + bytes);
  GrowSlots(places_.size() + members);
}

bool SetValues::AddText(std::string_view text) {
  constexpr size_t kMax = std::numeric_limits<uint32_t>::max();
  // No program gets there: files of resources end at 2 GB.
  if (!is_text_ || text.size() > kMax / 4 || places_.size() >= kMax / 2) return false;
  // Both are written first and taken back where the key is known: nothing else is allocated for a text of ASCII.
  const size_t begin = bytes_.size();
  Place place{.begin = begin, .folded = 0, .text_size = static_cast<uint32_t>(text.size()), .key_size = static_cast<uint32_t>(text.size())};
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  if (modifiers_.nocase) {
    unsigned char any = 0;
    bool capital = false;
    for (const char c : text) {
      any |= static_cast<unsigned char>(c);
      capital |= c >= 'A' && c <= 'Z';
    }
    if (any >= 0x80) {
      std::string folded;
      text::SimpleFold(text, folded);
      place.folded = folded != text ? 1 : 0;
      place.key_size = static_cast<uint32_t>(folded.size());
      if (place.folded != 0) bytes_.insert(bytes_.end(), folded.begin(), folded.end());
    } else if (capital) {
      place.folded = 1;
      for (const char c : text) bytes_.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
  }
  GrowSlots(places_.size() + 1);
  const std::string_view key(bytes_.data() + begin + (place.folded != 0 ? text.size() : 0), place.key_size);
  const uint64_t hash = HashOf(key);
  const uint64_t slot = SlotOf(key, hash);
  if (slots_[slot] != 0) {
    bytes_.resize(begin);
    return false;
  }
  slots_[slot] = hash << 32 | (places_.size() + 1);
  places_.push_back(place);
  Changed();
  return true;
}

const std::vector<SetMember>& SetValues::members() const {
  if (!is_text_) return members_;
  std::call_once(prepared_->members_once, [this] {
    prepared_->made = true;
    prepared_->members.reserve(places_.size());
    for (size_t i = 0; i < places_.size(); ++i) prepared_->members.push_back({std::string(TextAt(i))});
  });
  return prepared_->members;
}

bool SetValues::Contains(std::string_view text) const {
  if (!is_text_) return false;
  if (!modifiers_.nocase) return ContainsKey(text);
  std::string folded;
  text::SimpleFold(text, folded);
  return ContainsKey(folded);
}

bool SetValues::Contains(int64_t number) const {
  return columns_.size() == 1 && columns_[0] == kIntType && keys_.contains(NumberKey(number));
}

bool SetValues::Contains(double number) const {
  return columns_.size() == 1 && columns_[0] == kFloatType && keys_.contains(NumberKey(number));
}

bool SetValues::Contains(const SetMember& member) const {
  if (member.size() != columns_.size()) return false;
  if (!is_text_) return keys_.contains(KeyOf(member));
  const auto* text = std::get_if<std::string>(&member[0]);
  return text != nullptr && Contains(std::string_view(*text));
}

const std::vector<text::Literal>& SetValues::Literals() const {
  std::call_once(prepared_->literals_once, [this] {
    prepared_->made = true;
    if (!is_text_) return;
    prepared_->literals.reserve(places_.size());
    const text::LiteralOptions options{.nocase = modifiers_.nocase, .words = modifiers_.words};
    for (size_t i = 0; i < places_.size(); ++i) prepared_->literals.emplace_back(TextAt(i), options);
  });
  return prepared_->literals;
}

Hash128 SetValues::hash() const {
  StreamingHasher hasher;
  hasher.Add(columns_.size());
  for (TypeId type : columns_) hasher.Add(type.index());
  hasher.Add((modifiers_.nocase ? 1u : 0u) | (modifiers_.words ? 2u : 0u));
  hasher.Add(size());
  for (size_t i = 0; i < places_.size(); ++i) hasher.Add(TextAt(i));
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
