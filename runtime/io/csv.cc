#include "runtime/io/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "runtime/text/utf8.h"

namespace assay {
namespace {

constexpr size_t kNowhere = ~size_t{0};

// Bit i is set where p[i] is one of the two.
uint64_t MaskOf(const char* p, char a, char b) {
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(a);
  const __m128i second = _mm_set1_epi8(b);
  uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    const __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second));
    mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hit))) << (16 * i);
  }
  return mask;
#else
  uint64_t mask = 0;
  for (int i = 0; i < 64; ++i) mask |= static_cast<uint64_t>(p[i] == a || p[i] == b) << i;
  return mask;
#endif
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// `text` without a sequence of UTF-8 at its end that may still be completed by what follows.
std::string_view WithoutOpenEnd(std::string_view text) {
  for (size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if (c < 0x80) break;
    if (c >= 0xC0) {
      const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
      if (length > back) text.remove_suffix(back);
      break;
    }
  }
  return text;
}

}  // namespace

CsvReader::CsvReader(InputBuffer input, CsvDialect dialect) : input_(std::move(input)), dialect_(dialect) {}

Status CsvReader::Refill() {
  ASSAY_RETURN_IF_ERROR(input_.Fill());
  std::string_view unread(input_.data() + input_.begin, input_.end() - input_.begin);
  if (!input_.at_end()) unread = WithoutOpenEnd(unread);
  clean_ = text::IsValidUtf8(unread);
  return {};
}

Status CsvReader::Start() {
  started_ = true;
  do {
    ASSAY_RETURN_IF_ERROR(Refill());
  } while (!input_.at_end() && input_.end() - input_.begin < 3);
  const std::string_view first(input_.data(), input_.end());
  if (first.starts_with("\xEF\xBB\xBF")) input_.begin = 3;
  if (first.find('\n') == std::string_view::npos && first.find('\r') != std::string_view::npos &&
      first.find('\r') + 1 < first.size()) {
    line_end_ = '\r';
  }
  return {};
}

Status CsvReader::SkipLines(uint64_t count) {
  if (!started_) ASSAY_RETURN_IF_ERROR(Start());
  while (count > 0) {
    const size_t unread = input_.end() - input_.begin;
    const void* at = unread == 0 ? nullptr : std::memchr(input_.data() + input_.begin, line_end_, unread);
    if (at != nullptr) {
      input_.begin = static_cast<size_t>(static_cast<const char*>(at) - input_.data()) + 1;
      ++next_line_;
      --count;
      continue;
    }
    input_.begin = input_.end();
    if (input_.at_end()) break;
    ASSAY_RETURN_IF_ERROR(Refill());
  }
  return {};
}

Result<bool> CsvReader::Next() {
  if (!started_) ASSAY_RETURN_IF_ERROR(Start());
  for (;;) {
    switch (ParseRecord()) {
      case Step::kRecord: return true;
      case Step::kBlank: continue;
      case Step::kEnd:
        if (open_quote_line_ == 0) return false;
        return Fail(ErrorKind::kData,
                    fmt::format("{}:{}: a quote opens here and never closes (if quotes are ordinary characters in this "
                                "file, say --quote none)",
                                name(), open_quote_line_));
      case Step::kMore: ASSAY_RETURN_IF_ERROR(Refill()); continue;
    }
  }
}

void CsvReader::Seek(size_t at) {
  block_ = at;
  mask_ = at < input_.end() ? MaskOf(input_.data() + at, dialect_.delimiter, line_end_) : 0;
}

// The place of the next delimiter or line end, which counts as consumed; the end of the buffer if there is none.
size_t CsvReader::NextSpecial() {
  while (mask_ == 0) {
    block_ += 64;
    if (block_ >= input_.end()) return input_.end();
    mask_ = MaskOf(input_.data() + block_, dialect_.delimiter, line_end_);
  }
  const size_t at = block_ + static_cast<size_t>(__builtin_ctzll(mask_));
  mask_ &= mask_ - 1;
  return std::min(at, input_.end());
}

CsvReader::Step CsvReader::ParseRecord() {
  const char* data = input_.data();
  const size_t end = input_.end();
  size_t at = input_.begin;
  open_quote_line_ = 0;
  if (at == end) return input_.at_end() ? Step::kEnd : Step::kMore;
  cells_.clear();
  unescaped_.Reset();
  uint64_t inner_lines = 0;
  bool quoted_any = false;
  Seek(at);
  for (;;) {
    std::string_view cell;
    size_t special;
    size_t start = at;
    if (dialect_.trim && dialect_.quotes) {
      while (start < end && IsBlank(data[start]) && data[start] != dialect_.delimiter) ++start;
    }
    const bool quoted = dialect_.quotes && start < end && data[start] == '"';
    if (quoted) {
      quoted_any = true;
      size_t close = kNowhere;
      bool doubled = false;
      for (size_t from = start + 1; from <= end;) {
        const void* found = from == end ? nullptr : std::memchr(data + from, '"', end - from);
        if (found == nullptr) break;
        const auto place = static_cast<size_t>(static_cast<const char*>(found) - data);
        if (place + 1 == end && !input_.at_end()) return Step::kMore;
        if (place + 1 < end && data[place + 1] == '"') {
          doubled = true;
          from = place + 2;
          continue;
        }
        close = place;
        break;
      }
      if (close == kNowhere) {
        if (!input_.at_end()) return Step::kMore;
        open_quote_line_ = next_line_ + inner_lines;
        return Step::kEnd;
      }
      cell = {data + start + 1, close - start - 1};
      inner_lines += static_cast<uint64_t>(std::count(cell.begin(), cell.end(), line_end_));
      Seek(close + 1);
      special = NextSpecial();
      std::string_view rest(data + close + 1, special - close - 1);
      if (special < end && data[special] == '\n' && rest.ends_with('\r')) rest.remove_suffix(1);
      if (special == end && input_.at_end() && rest.ends_with('\r')) rest.remove_suffix(1);
      if (dialect_.trim) rest = TrimBlanks(rest);
      if (doubled || !rest.empty()) {  // what follows a closing quote belongs to the cell, as in Python
        const std::span<char> copy = unescaped_.Allocate<char>(cell.size() + rest.size());
        size_t size = 0;
        for (size_t i = 0; i < cell.size(); ++i) {
          copy[size++] = cell[i];
          if (cell[i] == '"') ++i;
        }
        std::copy(rest.begin(), rest.end(), copy.begin() + static_cast<std::ptrdiff_t>(size));
        cell = {copy.data(), size + rest.size()};
      }
    } else {
      special = NextSpecial();
      cell = {data + at, special - at};
    }
    if (special == end && !input_.at_end()) return Step::kMore;
    const bool ends = special == end || data[special] == line_end_;
    if (!quoted) {
      if (ends && line_end_ == '\n' && cell.ends_with('\r')) cell.remove_suffix(1);
      if (dialect_.trim) cell = TrimBlanks(cell);
    }
    cells_.push_back(cell);
    if (!ends) {
      at = special + 1;
      continue;
    }
    line_ = next_line_;
    next_line_ += inner_lines + 1;
    input_.begin = std::min(special + 1, end);
    return cells_.size() == 1 && cells_[0].empty() && !quoted_any ? Step::kBlank : Step::kRecord;
  }
}

}  // namespace assay
