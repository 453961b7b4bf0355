#include "runtime/io/json_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runtime/text/utf8.h"

namespace assay {
namespace {

bool IsJsonBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The end of the value that begins at `at` (just behind it), or npos when the text ends before it does. Only brackets and
// strings are looked at; the parser checks the rest.
size_t EndOfValue(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      for (++at;; ++at) {
        at = text.find_first_of("\"\\", at);
        if (at == std::string_view::npos) return at;
        if (text[at] == '"') break;
        if (++at >= text.size()) return std::string_view::npos;
      }
      ++at;
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;  // the end of a number or word before it
      if (--depth == 0) return at + 1;
    } else if (depth == 0 && (c == ',' || IsJsonBlank(c))) {
      return at;
    }
    ++at;
  }
  return std::string_view::npos;
}

int HexValue(std::string_view digits) {
  int value = 0;
  if (digits.size() < 4) return -1;
  for (const char c : digits.substr(0, 4)) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

// Replaces \uD800 to \uDFFF that are not one half of a pair by \uFFFD.
void RepairSurrogates(std::string& json) {
  for (size_t at = json.find('\\'); at != std::string::npos; at = json.find('\\', at)) {
    const std::string_view rest = std::string_view(json).substr(at);
    if (rest.size() < 2 || rest[1] != 'u') {
      at += 2;
      continue;
    }
    const int code = HexValue(rest.substr(2));
    if (code < 0xD800 || code > 0xDFFF) {
      at += 2;
      continue;
    }
    const int next = rest.size() >= 12 && rest[6] == '\\' && rest[7] == 'u' ? HexValue(rest.substr(8)) : -1;
    if (code < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
      at += 12;
      continue;
    }
    json.replace(at + 2, 4, "fffd");
    at += 6;
  }
}

}  // namespace

std::string ShownJson(simdjson::dom::element value) {
  std::string shown = simdjson::minify(value);
  if (shown.size() > 60) {
    std::string cut;
    text::RepairUtf8(std::string_view(shown).substr(0, 60), cut);
    return cut + "...";
  }
  return shown;
}

JsonRecords::JsonRecords(InputBuffer input, JsonLayout layout) : input_(std::move(input)), layout_(layout) {}

Status JsonRecords::Skip(uint64_t count) {
  for (; count > 0; --count) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, Find(false));
    if (!any) break;
  }
  return {};
}

Result<bool> JsonRecords::Next() { return Find(true); }

Result<bool> JsonRecords::Find(bool parse) {
  for (;;) {
    if (!started_) {
      ASSAY_RETURN_IF_ERROR(input_.Fill());
      if (!input_.at_end() && input_.end() < 3) continue;
      started_ = true;
      if (std::string_view(input_.data(), input_.end()).starts_with("\xEF\xBB\xBF")) input_.begin = 3;
    }
    switch (layout_ == JsonLayout::kLines ? FindLine() : FindMember()) {
      case Step::kRecord:
        if (parse) ASSAY_RETURN_IF_ERROR(Parse());
        return true;
      case Step::kEnd: return false;
      case Step::kMore: ASSAY_RETURN_IF_ERROR(input_.Fill()); break;
      case Step::kBad: return Fail(ErrorKind::kData, fmt::format("{}:{}: {}", name(), line_, bad_));
    }
  }
}

JsonRecords::Step JsonRecords::Bad(std::string what) {
  line_ = next_line_;
  bad_ = std::move(what);
  return Step::kBad;
}

JsonRecords::Step JsonRecords::FindLine() {
  for (;;) {
    const char* data = input_.data();
    const size_t begin = input_.begin;
    const size_t unread = input_.end() - begin;
    const void* found = unread == 0 ? nullptr : std::memchr(data + begin, '\n', unread);
    if (found == nullptr && !input_.at_end()) return Step::kMore;
    if (unread == 0) return Step::kEnd;
    const size_t end = found == nullptr ? input_.end() : static_cast<size_t>(static_cast<const char*>(found) - data);
    raw_ = {data + begin, end - begin};
    line_ = next_line_++;
    input_.begin = std::min(end + 1, input_.end());
    if (!std::all_of(raw_.begin(), raw_.end(), IsJsonBlank)) return Step::kRecord;
  }
}

// Nothing is consumed unless the member is in the buffer as a whole.
JsonRecords::Step JsonRecords::FindMember() {
  const std::string_view text(input_.data(), input_.end());
  const bool final = input_.at_end();
  size_t at = input_.begin;
  const auto skip_blanks = [&] {
    while (at < text.size() && IsJsonBlank(text[at])) ++at;
    return at < text.size();
  };
  const auto ends_early = [&] { return final ? Bad("the file ends in the middle of the JSON") : Step::kMore; };
  const auto consume = [&] {
    next_line_ += static_cast<uint64_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(input_.begin),
                                                   text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    input_.begin = at;
  };
  if (!opened_) {
    if (!skip_blanks()) return final ? Bad("the file is empty") : Step::kMore;
    if (text[at] != '{' && text[at] != '[') return Bad("a JSON object of records is expected: {\"0\": {\"data\": ...}, ...}");
    closer_ = text[at] == '{' ? '}' : ']';
    opened_ = true;
    ++at;
    consume();
  }
  if (closer_ == 0) {  // behind the end
    if (!skip_blanks()) {
      consume();
      return final ? Step::kEnd : Step::kMore;
    }
    return Bad("there is more behind the end of the JSON");
  }
  if (!skip_blanks()) return ends_early();
  if (text[at] == closer_) {
    closer_ = 0;
    ++at;
    consume();
    return FindMember();
  }
  if (!first_) {
    if (text[at] != ',') return Bad("a comma is expected between records");
    ++at;
    if (!skip_blanks()) return ends_early();
  }
  std::string_view key;
  if (closer_ == '}') {
    if (text[at] != '"') return Bad("the key of a record is expected");
    const size_t end = EndOfValue(text, at);
    if (end == std::string_view::npos) return ends_early();
    key = text.substr(at + 1, end - at - 2);
    at = end;
    if (!skip_blanks()) return ends_early();
    if (text[at] != ':') return Bad("a colon is expected behind the key of a record");
    ++at;
    if (!skip_blanks()) return ends_early();
  }
  const size_t end = EndOfValue(text, at);
  if (end == std::string_view::npos || (end == text.size() && !final)) return ends_early();
  if (end == at) return Bad("a record is expected");
  const size_t start = at;
  consume();
  line_ = next_line_;
  raw_ = text.substr(start, end - start);
  key_ = key;
  at = end;
  consume();
  first_ = false;
  return Step::kRecord;
}

Status JsonRecords::Parse() {
  repaired_ = false;
  simdjson::error_code error = parser_.parse(raw_.data(), raw_.size(), false).get(record_);
  if (error == simdjson::UTF8_ERROR || error == simdjson::STRING_ERROR) {
    scratch_.clear();
    text::RepairUtf8(raw_, scratch_);
    RepairSurrogates(scratch_);
    repaired_ = true;
    error = parser_.parse(scratch_.data(), scratch_.size(), true).get(record_);
  }
  if (error == simdjson::SUCCESS) return {};
  return Fail(ErrorKind::kData, fmt::format("{}:{}: not valid JSON: {}", name(), line_, simdjson::error_message(error)));
}

}  // namespace assay
