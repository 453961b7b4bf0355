// Whether some member of a set of texts is in a text, for sets too large to try one by one. Idea: a bitmap of the two bytes
// that members begin with rejects nearly every position of a text; what passes is compared with the members that begin so.
// Ignoring case works on ASCII texts, which are lowered first; for other texts the caller tries the members by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/builtins/sets.h"

namespace assay {

class MemberSearch {
 public:
  explicit MemberSearch(const SetValues& set);

  // The answer, or nothing for a text it cannot decide. `folded` is room for a lowered text.
  std::optional<bool> AnyIn(std::string_view text, std::string& folded) const;

 private:
  bool Found(std::string_view text) const;
  bool MemberAt(std::string_view text, size_t at, const std::string& member) const;

  SetModifiers modifiers_;
  bool has_empty_ = false;
  std::vector<uint64_t> pairs_;  // 65,536 bits: two bytes that a member begins with; one-byte members set all 256 followers
  std::unordered_map<uint16_t, std::vector<std::string>> by_pair_;
  std::vector<std::string> single_[256];  // members of one byte, by it
  bool has_single_ = false;
};

}  // namespace assay
