// Constant tables: what sets are made of and families run over. They come from literals, from files (a line an entry, CSV, TSV,
// JSON), and from other tables. A cell is a whole number, a float or a text; a column holds cells of one type.
#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/source/source_store.h"
#include "runtime/base/span.h"
#include "runtime/base/types.h"
#include "runtime/builtins/sets.h"

namespace assay::sema {

struct Table {
  std::vector<TypeId> columns;      // one type a column
  std::vector<std::string> names;   // of columns, where a file has named them
  std::vector<SetMember> rows;
  std::vector<SourceSpan> places;   // of the rows, in a rule file or in a resource; as many as rows
  SetModifiers modifiers;           // of the set it was, if it was one
};

// A column by name or, counted from 0, by position.
using ColumnChoice = std::variant<std::string, int64_t>;

struct TableOptions {
  char delimiter = ',';
  bool header = true;
  std::vector<ColumnChoice> columns;  // empty: all of them
};

// What is wrong with a file, and where in it (a span without a value: the file as a whole).
struct TableError {
  enum class Kind : uint8_t { kMalformed, kUnknownColumn, kMixed };
  Kind kind = Kind::kMalformed;
  SourceSpan place;
  std::string message;
};

// `# words`, `##`, `#` alone; `#words` is an entry, or lists of hashtags could not be written.
inline bool IsComment(std::string_view line) {
  return line.starts_with('#') && (line.size() == 1 || line[1] == ' ' || line[1] == '\t' || line[1] == '#');
}

// Calls `entry(line, offset)` for every entry of a file of lines.
template <typename F>
void ForEachLine(std::string_view text, F entry) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !IsComment(line)) entry(line, at);
    at = end + 1;
  }
}

// Every line is an entry, blanks and all, but empty lines and comments (`# ...`).
std::expected<Table, TableError> ReadLines(const SourceStore& sources, FileId file);

// Comma-separated values as RFC 4180 has them, with quotes and line breaks in quotes; all cells are text. Every record has as
// many cells as the first.
std::expected<Table, TableError> ReadDelimited(const SourceStore& sources, FileId file, const TableOptions& options);

// An array of strings or numbers, of arrays of those (a tuple each), or of objects, of which columns are taken by name.
std::expected<Table, TableError> ReadJson(const SourceStore& sources, FileId file, const TableOptions& options);

}  // namespace assay::sema
