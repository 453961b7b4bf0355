#include "runtime/io/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace assay {
namespace {

constexpr size_t kChunk = size_t{1} << 20;

// A record that is larger than this is taken for a mistake, such as a quote that never closes.
constexpr size_t kMaxBuffer = size_t{4} << 30;

}  // namespace

std::string DisplayName(const std::string& path) { return path == "-" ? "standard input" : path; }

Result<uint64_t> CheckReadable(const std::string& path) {
  struct stat info {};
  const int failed = path == "-" ? ::fstat(STDIN_FILENO, &info) : ::stat(path.c_str(), &info);
  if (failed != 0 || (path != "-" && ::access(path.c_str(), R_OK) != 0)) {
    return Fail(ErrorKind::kData, fmt::format("cannot read {}: {}", DisplayName(path), std::strerror(errno)));
  }
  if (S_ISDIR(info.st_mode)) {
    return Fail(ErrorKind::kData, fmt::format("cannot read {}: it is a directory, not a file", DisplayName(path)));
  }
  return S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : 0;
}

Result<InputBuffer> InputBuffer::Open(const std::string& path, const std::atomic<bool>* interrupt) {
  InputBuffer input;
  input.name_ = DisplayName(path);
  input.interrupt_ = interrupt;
  input.fd_ = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (input.fd_ < 0) {
    return Fail(ErrorKind::kData, fmt::format("cannot read {}: {}", input.name_, std::strerror(errno)));
  }
  struct stat info {};
  if (::fstat(input.fd_, &info) == 0) {
    if (S_ISDIR(info.st_mode)) {
      return Fail(ErrorKind::kData, fmt::format("cannot read {}: it is a directory, not a file", input.name_));
    }
    if (S_ISREG(info.st_mode)) input.size_ = static_cast<uint64_t>(info.st_size);
  }
  return input;
}

InputBuffer::InputBuffer(InputBuffer&& other) noexcept { *this = std::move(other); }

InputBuffer& InputBuffer::operator=(InputBuffer&& other) noexcept {
  std::swap(begin, other.begin);
  std::swap(name_, other.name_);
  std::swap(fd_, other.fd_);
  std::swap(eof_, other.eof_);
  std::swap(end_, other.end_);
  std::swap(capacity_, other.capacity_);
  std::swap(bytes_read_, other.bytes_read_);
  std::swap(size_, other.size_);
  std::swap(interrupt_, other.interrupt_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

InputBuffer::~InputBuffer() {
  if (fd_ >= 0) ::close(fd_);
}

Status InputBuffer::Fill() {
  if (interrupt_ != nullptr && interrupt_->load(std::memory_order_relaxed)) {
    return Fail(ErrorKind::kInterrupted, "interrupted");
  }
  const size_t unread = end_ - begin;
  if (buffer_ == nullptr || unread + kChunk > capacity_) {
    const size_t capacity = buffer_ == nullptr ? 2 * kChunk : std::max(capacity_ * 2, unread + kChunk);
    if (capacity > kMaxBuffer) {
      return Fail(ErrorKind::kData, fmt::format("{}: a record is larger than {} GiB", name_, kMaxBuffer >> 30));
    }
    auto larger = std::make_unique_for_overwrite<char[]>(capacity + kPadding);
    if (unread > 0) std::memcpy(larger.get(), buffer_.get() + begin, unread);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  } else if (begin > 0 && unread > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin, unread);
  }
  begin = 0;
  end_ = unread;
  while (!eof_) {
    const ssize_t got = ::read(fd_, buffer_.get() + end_, capacity_ - end_);
    if (got < 0 && errno == EINTR) {
      if (interrupt_ != nullptr && interrupt_->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
      continue;
    }
    if (got < 0) return Fail(ErrorKind::kData, fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
    if (got == 0) {
      eof_ = true;
    } else {
      end_ += static_cast<size_t>(got);
      bytes_read_ += static_cast<uint64_t>(got);
    }
    break;
  }
  std::memset(buffer_.get() + end_, 0, kPadding);
  return {};
}

Result<std::string> ReadWholeFile(const std::string& path, uint64_t limit) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path));
  std::string content;
  while (!input.at_end()) {
    ASSAY_RETURN_IF_ERROR(input.Fill());
    content.append(input.data() + input.begin, input.end() - input.begin);
    input.begin = input.end();
    if (content.size() > limit) {
      return Fail(ErrorKind::kData, fmt::format("{} is too large: more than {} bytes", input.name(), limit));
    }
  }
  return content;
}

}  // namespace assay
