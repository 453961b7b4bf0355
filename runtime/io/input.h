// Bytes of a file or of standard input in chunks, with one growing buffer: what a reader has not consumed stays in front of
// what is read next, so that a record that does not fit the buffer makes it larger and is looked at again from its beginning.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace assay {

// How a path is shown in messages: "-" is standard input.
std::string DisplayName(const std::string& path);

// Whether a path can be read, without opening it (opening a pipe twice would lose what it holds): the same errors as Open.
// The size of the file; 0 for pipes.
Result<uint64_t> CheckReadable(const std::string& path);

class InputBuffer {
 public:
  // An error (kData) for a missing file, a directory, or one that may not be read.
  static Result<InputBuffer> Open(const std::string& path, const std::atomic<bool>* interrupt = nullptr);

  InputBuffer(InputBuffer&&) noexcept;
  InputBuffer& operator=(InputBuffer&&) noexcept;
  ~InputBuffer();

  // The unread bytes are data()[begin, end). kPadding bytes behind them can be read and are zero.
  static constexpr size_t kPadding = 128;
  const char* data() const { return buffer_.get(); }
  size_t begin = 0;
  size_t end() const { return end_; }
  bool at_end() const { return eof_; }  // nothing will follow data()[end - 1]

  // Reads more behind the unread bytes, which move to the front: positions change by what `begin` was, `begin` becomes 0.
  // Afterwards at_end() holds or there is at least one byte more.
  Status Fill();

  const std::string& name() const { return name_; }
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t size() const { return size_; }  // 0 for pipes

 private:
  InputBuffer() = default;

  std::string name_;
  int fd_ = -1;
  bool eof_ = false;
  size_t end_ = 0;
  size_t capacity_ = 0;
  uint64_t bytes_read_ = 0;
  uint64_t size_ = 0;
  const std::atomic<bool>* interrupt_ = nullptr;
  std::unique_ptr<char[]> buffer_;
};

// A whole file. The same errors; larger than `limit` is one, too.
Result<std::string> ReadWholeFile(const std::string& path, uint64_t limit = uint64_t{16} << 30);

}  // namespace assay
