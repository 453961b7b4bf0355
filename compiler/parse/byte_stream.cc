// Decoding; ASCII is the common case.
#include "compiler/parse/byte_stream.h"

#include <algorithm>

namespace assay {

size_t ByteStream::Decode(size_t at) const {
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(text_[at + i])); };
  switch (LengthAt(at)) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  }
}

size_t ByteStream::LA(ssize_t i) {
  size_t at = at_;
  if (i < 0) {
    for (; i < 0; ++i) {
      if (at == 0) return IntStream::EOF;
      do {
        --at;
      } while (at > 0 && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80);
    }
    return Decode(at);
  }
  for (; i > 1 && at < end_; --i) at += LengthAt(at);
  return i > 0 && at < end_ ? Decode(at) : IntStream::EOF;
}

std::string ByteStream::getText(const antlr4::misc::Interval& interval) {
  const size_t begin = std::min(static_cast<size_t>(std::max<ssize_t>(interval.a, 0)), end_);
  const size_t end = std::min(static_cast<size_t>(std::max<ssize_t>(interval.b + 1, 0)), end_);
  return std::string(text_.substr(begin, begin < end ? end - begin : 0));
}

}  // namespace assay
