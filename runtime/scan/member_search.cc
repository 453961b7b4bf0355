#include "runtime/scan/member_search.h"

#include <variant>

#include "runtime/text/case.h"
#include "runtime/text/unicode.h"
#include "runtime/text/utf8.h"

namespace assay {

namespace {

uint16_t PairAt(std::string_view text, size_t at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(text[at]) << 8 | static_cast<unsigned char>(text[at + 1]));
}

bool WordEndsAt(std::string_view text, size_t at) { return at > 0 && text::IsWord(text::DecodeBefore(text, at).code_point); }
bool WordBeginsAt(std::string_view text, size_t at) {
  return at < text.size() && text::IsWord(text::Decode(text.data() + at).code_point);
}

}  // namespace

MemberSearch::MemberSearch(const SetValues& set) : modifiers_(set.modifiers()), pairs_(1024) {
  for (const SetMember& member : set.members()) {
    if (member.size() != 1 || !std::holds_alternative<std::string>(member[0])) continue;
    std::string text = std::get<std::string>(member[0]);
    if (modifiers_.nocase) {
      std::string folded;
      text::SimpleFold(text, folded);
      if (!text::IsAscii(folded)) continue;  // in no ASCII text
      text = std::move(folded);
    }
    if (text.empty()) {
      has_empty_ = true;
    } else if (text.size() == 1) {
      has_single_ = true;
      single_[static_cast<unsigned char>(text[0])].push_back(text);
    } else {
      const uint16_t pair = PairAt(text, 0);
      pairs_[pair / 64] |= uint64_t{1} << (pair % 64);
      by_pair_[pair].push_back(std::move(text));
    }
  }
}

bool MemberSearch::MemberAt(std::string_view text, size_t at, const std::string& member) const {
  if (!text.substr(at).starts_with(member)) return false;
  return !modifiers_.words || (!WordEndsAt(text, at) && !WordBeginsAt(text, at + member.size()));
}

bool MemberSearch::Found(std::string_view text) const {
  for (size_t at = 0; at + 1 < text.size(); ++at) {
    const uint16_t pair = PairAt(text, at);
    if ((pairs_[pair / 64] >> (pair % 64)) & 1) {
      for (const std::string& member : by_pair_.at(pair)) {
        if (MemberAt(text, at, member)) return true;
      }
    }
  }
  if (has_single_) {
    for (size_t at = 0; at < text.size(); ++at) {
      for (const std::string& member : single_[static_cast<unsigned char>(text[at])]) {
        if (MemberAt(text, at, member)) return true;
      }
    }
  }
  return false;
}

std::optional<bool> MemberSearch::AnyIn(std::string_view text, std::string& folded) const {
  // What the empty member means under `words` is the literal search's to say.
  if (has_empty_) return std::nullopt;
  if (!modifiers_.nocase) return Found(text);
  if (!text::IsAscii(text)) return std::nullopt;
  folded.resize(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    folded[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return Found(folded);
}

}  // namespace assay
