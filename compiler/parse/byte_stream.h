// The text of a file as ANTLR's lexer reads it: code points out, but positions are byte offsets into the file, so that the
// start and stop of a token need no translation. The text is valid UTF-8 (SourceStore sees to that).
#pragma once

#include <string>
#include <string_view>

#include <antlr4-runtime.h>

namespace assay {

class ByteStream : public antlr4::CharStream {
 public:
  // Reads text[begin, end); positions count from the start of `text`.
  ByteStream(std::string_view text, size_t begin, size_t end) : text_(text), at_(begin), end_(end) {}

  void consume() override {
    if (at_ < end_) at_ += LengthAt(at_);
  }
  size_t LA(ssize_t i) override;
  ssize_t mark() override { return -1; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = index; }
  size_t size() override { return end_; }
  std::string getSourceName() const override { return "rules"; }
  std::string getText(const antlr4::misc::Interval& interval) override;
  std::string toString() const override { return std::string(text_); }

 private:
  size_t LengthAt(size_t at) const {
    const auto byte = static_cast<unsigned char>(text_[at]);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  }
  size_t Decode(size_t at) const;

  std::string_view text_;
  size_t at_;
  size_t end_;
};

}  // namespace assay
