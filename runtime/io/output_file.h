// A file that appears whole or not at all: it is written beside its final place under a temporary name and renamed by
// Commit. Without Commit (an error, an interrupt) the temporary file goes away with the object. Standard output ("-"),
// pipes, terminals and devices are written directly.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace assay {

class OutputFile {
 public:
  // An error (kOutput) when the folder is missing or cannot be written to, or the path is a folder.
  static Result<OutputFile> Create(const std::string& path);

  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();

  // Buffered. The first failure (a full disk) is kept: all later calls return it.
  Status Write(std::string_view bytes);

  // Overwrites bytes that were written before; only where CanSeek.
  Status Overwrite(size_t offset, std::string_view bytes);
  bool CanSeek() const;

  // Everything is on the disk under its final name, or there is an error and nothing is left.
  Status Commit();

  const std::string& path() const;

 private:
  struct State;
  explicit OutputFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Writes a whole file.
Status WriteFile(const std::string& path, std::string_view content);

}  // namespace assay
