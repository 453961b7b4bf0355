#include "runtime/io/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace assay {
namespace {

constexpr size_t kBuffer = size_t{1} << 18;

Error CannotWrite(const std::string& path, int reason) {
  return {ErrorKind::kOutput, fmt::format("cannot write {}: {}", path == "-" ? "standard output" : path, std::strerror(reason))};
}

// Where a path leads, through symbolic links; the path itself when nothing is there yet.
std::string Resolved(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real == nullptr ? path : std::string(real.get());
}

mode_t CurrentUmask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace

struct OutputFile::State {
  std::string path;       // as given
  std::string target;     // where it will be
  std::string temporary;  // empty: written directly
  int fd = -1;
  std::string buffer;
  bool failed = false;
  Error error{ErrorKind::kOutput, ""};

  ~State() {
    if (fd >= 0) ::close(fd);
    if (!temporary.empty()) ::unlink(temporary.c_str());
  }

  Status Fail(int reason) {
    failed = true;
    error = CannotWrite(path, reason);
    return std::unexpected(error);
  }

  Status Flush() {
    size_t done = 0;
    while (done < buffer.size()) {
      const ssize_t wrote = ::write(fd, buffer.data() + done, buffer.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return Fail(errno);
      done += static_cast<size_t>(wrote);
    }
    buffer.clear();
    return {};
  }
};

OutputFile::OutputFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

const std::string& OutputFile::path() const { return state_->path; }

Result<OutputFile> OutputFile::Create(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  if (path == "-" || path == "/dev/stdout" || path == "/dev/stderr") {
    state->fd = ::dup(path == "/dev/stderr" ? STDERR_FILENO : STDOUT_FILENO);
    if (state->fd < 0) return std::unexpected(CannotWrite(path, errno));
    return OutputFile(std::move(state));
  }
  if (path.empty()) return Fail(ErrorKind::kOutput, "cannot write: the path is empty");
  struct stat info {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return std::unexpected(CannotWrite(path, EISDIR));
  if (exists && !S_ISREG(info.st_mode)) {  // a device, a pipe
    state->fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (state->fd < 0) return std::unexpected(CannotWrite(path, errno));
    return OutputFile(std::move(state));
  }
  if (exists && ::access(path.c_str(), W_OK) != 0) return std::unexpected(CannotWrite(path, errno));
  state->target = exists ? Resolved(path) : path;
  std::string temporary = state->target + ".XXXXXX";
  state->fd = ::mkstemp(temporary.data());
  if (state->fd < 0) return std::unexpected(CannotWrite(path, errno));
  state->temporary = std::move(temporary);
  if (::fchmod(state->fd, exists ? (info.st_mode & 07777) : (0666 & ~CurrentUmask())) != 0) {
    return std::unexpected(CannotWrite(path, errno));
  }
  return OutputFile(std::move(state));
}

Status OutputFile::Write(std::string_view bytes) {
  if (state_->failed) return std::unexpected(state_->error);
  state_->buffer.append(bytes);
  return state_->buffer.size() >= kBuffer ? state_->Flush() : Status{};
}

bool OutputFile::CanSeek() const { return !state_->temporary.empty(); }

Status OutputFile::Overwrite(size_t offset, std::string_view bytes) {
  if (state_->failed) return std::unexpected(state_->error);
  ASSAY_RETURN_IF_ERROR(state_->Flush());
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(state_->fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return state_->Fail(errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
    offset += static_cast<size_t>(wrote);
  }
  return {};
}

Status OutputFile::Commit() {
  if (state_->failed) return std::unexpected(state_->error);
  ASSAY_RETURN_IF_ERROR(state_->Flush());
  const int fd = std::exchange(state_->fd, -1);
  if (::close(fd) != 0 && errno != EINTR) return state_->Fail(errno);
  if (state_->temporary.empty()) return {};
  if (::rename(state_->temporary.c_str(), state_->target.c_str()) != 0) return state_->Fail(errno);
  state_->temporary.clear();
  return {};
}

Status WriteFile(const std::string& path, std::string_view content) {
  ASSAY_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  ASSAY_RETURN_IF_ERROR(file.Write(content));
  return file.Commit();
}

}  // namespace assay
