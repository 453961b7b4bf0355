// Reading, repairing and finding places. Files are read whole; line starts are found once, when a text is added.
#include "compiler/source/source_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace assay {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The length of the well-formed UTF-8 sequence at the start of `s`, or 0.
size_t SequenceLength(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto continues = [&](size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
    if (first == 0xED && byte(1) >= 0xA0) return 0;  // surrogates
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;  // overlong
    if (first == 0xF4 && byte(1) >= 0x90) return 0;  // past U+10FFFF
    return 4;
  }
  return 0;
}

// The offset of the first byte that is not part of well-formed UTF-8, or the length.
size_t ValidPrefix(std::string_view s) {
  size_t at = 0;
  while (at < s.size()) {
    // Dictionaries have megabytes of ASCII.
    for (uint64_t bytes = 0; at + 8 <= s.size(); at += 8) {
      std::memcpy(&bytes, s.data() + at, 8);
      if ((bytes & 0x8080808080808080) != 0) break;
    }
    if (at == s.size()) break;
    const size_t length = SequenceLength(s.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

std::string Repair(std::string_view s) {
  std::string result;
  while (!s.empty()) {
    const size_t valid = ValidPrefix(s);
    result.append(s.substr(0, valid));
    s.remove_prefix(valid);
    if (s.empty()) break;
    result.append(kReplacement);
    s.remove_prefix(1);
  }
  return result;
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const auto fail = [&](std::string_view why) { return Fail(ErrorKind::kData, fmt::format("{}: {}", path, why)); };
  const auto too_large = [&] { return fail(fmt::format("larger than the limit of {} bytes", max_bytes)); };
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return fail(errno == ENOENT ? "no such file" : std::strerror(errno));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return fail(std::strerror(errno));
  if (S_ISDIR(info.st_mode)) return fail("is a directory, not a file");
  if (info.st_size > 0 && static_cast<size_t>(info.st_size) > max_bytes) return too_large();
  // Pipes and devices have no size: read until the end, whatever fstat said.
  std::string bytes;
  bytes.resize(static_cast<size_t>(std::max<off_t>(info.st_size, 0)) + 1);
  size_t used = 0;
  while (true) {
    if (used == bytes.size()) bytes.resize(bytes.size() * 2 + 4096);
    const ssize_t got = ::read(fd.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(std::strerror(errno));
    if (got == 0) break;
    used += static_cast<size_t>(got);
    if (used > max_bytes) return too_large();
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace

Result<FileId> SourceStore::Load(const std::string& path, size_t max_bytes) {
  if (const auto known = by_path_.find(path); known != by_path_.end()) return known->second;
  ASSAY_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, max_bytes));
  const FileId id = Add(path, std::move(bytes));
  by_path_.emplace(path, id);
  return id;
}

FileId SourceStore::AddVirtual(std::string name, std::string_view text) { return Add(std::move(name), std::string(text)); }

FileId SourceStore::Add(std::string name, std::string bytes) {
  auto file = std::make_unique<File>();
  file->name = std::move(name);
  file->bytes = std::move(bytes);
  file->text = file->bytes;
  if (file->text.starts_with(kByteOrderMark)) file->text.remove_prefix(kByteOrderMark.size());
  if (const size_t valid = ValidPrefix(file->text); valid < file->text.size()) {
    file->first_invalid = static_cast<uint32_t>(valid);
    file->bytes = Repair(file->text);
    file->text = file->bytes;
  }
  file->line_begins.push_back(0);
  const char* const begin = file->text.data();
  const char* const end = begin + file->text.size();
  for (const char* at = begin; at < end;) {
    const void* line_break = std::memchr(at, '\n', static_cast<size_t>(end - at));
    if (line_break == nullptr) break;
    at = static_cast<const char*>(line_break) + 1;
    file->line_begins.push_back(static_cast<uint32_t>(at - begin));
  }
  files_.push_back(std::move(file));
  return FileId(files_.size() - 1);
}

SourceLocation SourceStore::Locate(FileId file, uint32_t offset) const {
  const File& f = Get(file);
  offset = std::min(offset, static_cast<uint32_t>(f.text.size()));
  const auto after = std::upper_bound(f.line_begins.begin(), f.line_begins.end(), offset);
  const uint32_t line_begin = *(after - 1);
  const std::string_view before = f.text.substr(line_begin, offset - line_begin);
  const auto code_points =
      std::count_if(before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return {static_cast<uint32_t>(after - f.line_begins.begin()), static_cast<uint32_t>(code_points) + 1};
}

uint32_t SourceStore::LineCount(FileId file) const { return static_cast<uint32_t>(Get(file).line_begins.size()); }

uint32_t SourceStore::LineBegin(FileId file, uint32_t line) const { return Get(file).line_begins.at(line - 1); }

std::string_view SourceStore::Line(FileId file, uint32_t line) const {
  const File& f = Get(file);
  const uint32_t begin = f.line_begins.at(line - 1);
  const uint32_t end = line < f.line_begins.size() ? f.line_begins[line] - 1 : static_cast<uint32_t>(f.text.size());
  std::string_view text = f.text.substr(begin, end - begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string SourceStore::Describe(const SourceSpan& span) const {
  const SourceLocation at = Locate(span.file, span.begin);
  return fmt::format("{}:{}:{}", Name(span.file), at.line, at.column);
}

}  // namespace assay
