// Records of cells from CSV: RFC 4180 with quotes, doubled quotes and line breaks in quoted cells; line ends LF, CRLF, or CR
// alone where the first chunk of a file has no LF. A quote counts only at the start of a cell. Blank lines are not records.
// Idea: delimiters and line ends are found 64 bytes at a time as bit masks; quoted cells are searched for their closing
// quote by memchr.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/io/input.h"

namespace assay {

struct CsvDialect {
  char delimiter = ',';
  bool quotes = true;
  bool trim = false;  // blanks (space, tab) around cells, outside quotes
};

class CsvReader {
 public:
  CsvReader(InputBuffer input, CsvDialect dialect);

  // Skips this many lines, before any record. A byte-order mark is skipped by itself.
  Status SkipLines(uint64_t count);

  // Reads the next record; false at the end. An unbalanced quote is an error that names the line where it opened.
  Result<bool> Next();

  // Of the last record, valid until the next one.
  std::span<const std::string_view> cells() const { return cells_; }
  uint64_t line() const { return line_; }  // where it begins, from 1
  // True when the cells are known to be valid UTF-8; otherwise each has to be checked.
  bool clean() const { return clean_; }

  const std::string& name() const { return input_.name(); }
  uint64_t bytes_read() const { return input_.bytes_read() - (input_.end() - input_.begin); }
  uint64_t size() const { return input_.size(); }

 private:
  enum class Step : uint8_t { kRecord, kBlank, kMore, kEnd };

  Status Start();
  Status Refill();
  Step ParseRecord();
  void Seek(size_t at);
  size_t NextSpecial();

  InputBuffer input_;
  CsvDialect dialect_;
  char line_end_ = '\n';
  bool started_ = false;
  bool clean_ = true;
  uint64_t line_ = 0;
  uint64_t next_line_ = 1;
  uint64_t open_quote_line_ = 0;  // of the quote that ParseRecord found unbalanced; 0: none
  size_t block_ = 0;              // where the 64 bytes of mask_ begin
  uint64_t mask_ = 0;             // delimiters and line ends not consumed yet
  std::vector<std::string_view> cells_;
  Arena unescaped_;
};

}  // namespace assay
