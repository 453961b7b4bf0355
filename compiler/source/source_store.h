// The texts a compilation reads: rule files, resource files, and texts that a host hands over. Every text gets a FileId; a
// SourceSpan is a FileId and byte offsets into the text that Text() returns. Texts never move or change once they are here.
//
// What stands here is always valid UTF-8 without a byte-order mark: other bytes are repaired with U+FFFD, and the place of the
// first one is kept, so that whoever wants strict input (the parser does) can say where it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/span.h"

namespace assay {

// A place for people: both count from 1, columns in code points.
struct SourceLocation {
  uint32_t line = 1;
  uint32_t column = 1;

  friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
};

class SourceStore {
 public:
  // Rule files are written by people or generated from tables; beyond this size a file is almost surely not a rule file, and
  // its tokens would take gigabytes. Resources (word lists, knowledge bases) may be larger.
  static constexpr size_t kMaxRuleBytes = size_t{16} << 20;
  static constexpr size_t kMaxResourceBytes = size_t{2} << 30;

  SourceStore() = default;
  SourceStore(const SourceStore&) = delete;
  SourceStore& operator=(const SourceStore&) = delete;

  // Reads a file. The same path read twice gives the same id. Fails (kData) where the path is missing, a directory, not
  // readable or larger than `max_bytes`; the message begins with the path.
  Result<FileId> Load(const std::string& path, size_t max_bytes = kMaxRuleBytes);

  // A text that is not a file on disk: from a host, an editor, a test. `name` stands where a path would in messages.
  FileId AddVirtual(std::string name, std::string_view text);

  size_t size() const { return files_.size(); }
  std::string_view Name(FileId file) const { return Get(file).name; }
  std::string_view Text(FileId file) const { return Get(file).text; }
  std::string_view Text(const SourceSpan& span) const {
    return Get(span.file).text.substr(span.begin, span.end - span.begin);
  }

  // The offset (in Text) of the first byte that was not UTF-8 and was replaced, if there was one.
  std::optional<uint32_t> FirstInvalidByte(FileId file) const { return Get(file).first_invalid; }

  // Logarithmic in the number of lines; an offset past the end is the end of the text.
  SourceLocation Locate(FileId file, uint32_t offset) const;
  uint32_t LineCount(FileId file) const;
  // The text of a line (from 1) without its line break, and where it begins.
  std::string_view Line(FileId file, uint32_t line) const;
  uint32_t LineBegin(FileId file, uint32_t line) const;

  // "rules.lf:3:7", the way every message names a place.
  std::string Describe(const SourceSpan& span) const;

 private:
  struct File {
    std::string name;
    std::string bytes;
    std::string_view text;  // into `bytes`, behind the byte-order mark
    std::optional<uint32_t> first_invalid;
    std::vector<uint32_t> line_begins;
  };

  const File& Get(FileId file) const { return *files_.at(file.index()); }
  FileId Add(std::string name, std::string bytes);

  std::vector<std::unique_ptr<File>> files_;
  std::unordered_map<std::string, FileId> by_path_;
};

}  // namespace assay
