// Reading lines and delimited files. The runtime reads data in batches of typed columns; here files are small, all text, and
// every cell must know its place, since a mistake in it is a compile error with line and column.
#include "compiler/sema/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::sema {
namespace {

std::unexpected<TableError> Malformed(FileId file, size_t begin, size_t end, std::string message,
                                      TableError::Kind kind = TableError::Kind::kMalformed) {
  return std::unexpected(TableError{kind, {file, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}, std::move(message)});
}

std::optional<std::unexpected<TableError>> NotUtf8(const SourceStore& sources, FileId file) {
  const auto invalid = sources.FirstInvalidByte(file);
  if (!invalid) return std::nullopt;
  return Malformed(file, *invalid, *invalid + 1, "the file is not UTF-8");
}

// Splits delimited text into cells, a record at a time.
class CellReader {
 public:
  CellReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  bool at_end() const { return at_ >= text_.size(); }
  size_t position() const { return at_; }

  struct Cell {
    std::string text;
    size_t begin;
    size_t end;
  };

  // The next record; nothing where a quote is not closed, with the quote at position().
  std::optional<std::vector<Cell>> Next() {
    std::vector<Cell> cells;
    while (true) {
      Cell cell{{}, at_, at_};
      if (at_ < text_.size() && text_[at_] == '"') {
        if (!Quoted(cell.text)) return std::nullopt;
      }
      const size_t plain = at_;
      while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n') ++at_;
      std::string_view rest = text_.substr(plain, at_ - plain);
      const bool last = at_ >= text_.size() || text_[at_] == '\n';
      if (last && rest.ends_with('\r')) rest.remove_suffix(1);
      cell.text += rest;
      cell.end = at_;
      cells.push_back(std::move(cell));
      if (at_ < text_.size()) ++at_;
      if (last) return cells;
    }
  }

 private:
  bool Quoted(std::string& out) {
    const size_t open = at_++;
    while (true) {
      const size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        at_ = open;
        return false;
      }
      out += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') return true;
      out += '"';
      ++at_;
    }
  }

  std::string_view text_;
  char delimiter_;
  size_t at_ = 0;
};

bool IsBlank(const std::vector<CellReader::Cell>& cells) { return cells.size() == 1 && cells[0].text.empty() && cells[0].begin == cells[0].end; }

// The positions of the columns that were asked for.
std::expected<std::vector<size_t>, TableError> Choose(FileId file, const TableOptions& options, const std::vector<std::string>& names, size_t count) {
  std::vector<size_t> chosen;
  for (const ColumnChoice& choice : options.columns) {
    size_t at = count;
    if (const auto* name = std::get_if<std::string>(&choice)) {
      at = static_cast<size_t>(std::ranges::find(names, *name) - names.begin());
      if (at >= names.size()) {
        return Malformed(file, 0, 0, names.empty() ? fmt::format("there is no column `{}`: the file has no header, columns go by position", *name)
                                                   : fmt::format("there is no column `{}`; the columns are: {}", *name, fmt::join(names, ", ")),
                         TableError::Kind::kUnknownColumn);
      }
    } else {
      const int64_t position = std::get<int64_t>(choice);
      if (position < 0 || static_cast<size_t>(position) >= count) {
        return Malformed(file, 0, 0, fmt::format("there is no column {}: the file has {}, counted from 0", position, count), TableError::Kind::kUnknownColumn);
      }
      at = static_cast<size_t>(position);
    }
    chosen.push_back(at);
  }
  if (chosen.empty()) {
    for (size_t i = 0; i < count; ++i) chosen.push_back(i);
  }
  return chosen;
}

}  // namespace

std::expected<Table, TableError> ReadLines(const SourceStore& sources, FileId file) {
  if (auto error = NotUtf8(sources, file)) return *error;
  const std::string_view text = sources.Text(file);
  Table table{.columns = {kStringType}, .names = {}, .rows = {}, .places = {}, .modifiers = {}};
  ForEachLine(text, [&](std::string_view line, size_t at) {
    table.rows.push_back({std::string(line)});
    table.places.push_back({file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + line.size())});
  });
  return table;
}

std::expected<Table, TableError> ReadDelimited(const SourceStore& sources, FileId file, const TableOptions& options) {
  if (auto error = NotUtf8(sources, file)) return *error;
  Table table;
  CellReader reader(sources.Text(file), options.delimiter);
  std::vector<std::string> names;
  std::vector<size_t> chosen;
  size_t width = 0;
  bool first = true;
  while (!reader.at_end()) {
    auto cells = reader.Next();
    if (!cells) return Malformed(file, reader.position(), reader.position() + 1, "a quote that is not closed");
    if (IsBlank(*cells)) continue;
    if (first) {
      first = false;
      width = cells->size();
      if (options.header) {
        for (const auto& cell : *cells) names.push_back(cell.text);
      }
      auto choice = Choose(file, options, names, width);
      if (!choice) return std::unexpected(choice.error());
      chosen = std::move(*choice);
      if (options.header) continue;
    }
    if (cells->size() != width) {
      return Malformed(file, cells->front().begin, cells->back().end,
                       fmt::format("this record has {} cell{}, where the first has {}", cells->size(), cells->size() == 1 ? "" : "s", width));
    }
    SetMember row;
    for (const size_t column : chosen) row.emplace_back(std::move((*cells)[column].text));
    table.rows.push_back(std::move(row));
    table.places.push_back({file, static_cast<uint32_t>(cells->front().begin), static_cast<uint32_t>(cells->back().end)});
  }
  if (first && options.header) return Malformed(file, 0, 0, "the file is empty: it has no header line");
  if (first) chosen.assign(std::max<size_t>(options.columns.size(), 1), 0);
  for (const size_t column : chosen) {
    table.columns.push_back(kStringType);
    if (!names.empty()) table.names.push_back(names[column]);
  }
  return table;
}

}  // namespace assay::sema
