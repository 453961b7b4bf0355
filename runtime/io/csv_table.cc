#include "runtime/io/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "runtime/io/csv.h"
#include "runtime/io/row_builder.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

constexpr size_t kAbsent = ~size_t{0};

std::string ValidText(std::string_view text) {
  std::string valid;
  text::RepairUtf8(text, valid);
  return valid;
}

struct OpenedFile {
  CsvReader reader;
  std::vector<std::string> columns;
};

// Opens a file and reads its header.
Result<OpenedFile> OpenFile(const std::string& path, const ReadOptions& options, char delimiter) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path, options.interrupt));
  OpenedFile file{CsvReader(std::move(input), {delimiter, options.quotes, options.trim}), options.columns};
  if (options.skip_rows > 0) ASSAY_RETURN_IF_ERROR(file.reader.SkipLines(options.skip_rows));
  if (!options.header) return file;
  ASSAY_ASSIGN_OR_RETURN(const bool any, file.reader.Next());
  if (!any) {
    return Fail(ErrorKind::kData, fmt::format("{} is empty: not even a header (for data without a header say --no-header "
                                              "--columns a,b,c)",
                                              file.reader.name()));
  }
  for (const std::string_view cell : file.reader.cells()) {
    file.columns.push_back(ValidText(cell));
    // Blanks around names in a header are never meant.
    std::string& name = file.columns.back();
    name.erase(0, std::min(name.find_first_not_of(" \t"), name.size()));
    name.erase(name.find_last_not_of(" \t") + 1);
  }
  return file;
}

Result<size_t> IndexOf(const std::string& file, std::span<const std::string> columns, const std::string& name) {
  const auto at = std::find(columns.begin(), columns.end(), name);
  if (at == columns.end()) return kAbsent;
  if (std::find(at + 1, columns.end(), name) != columns.end()) {
    return Fail(ErrorKind::kData, fmt::format("{} has two columns named \"{}\"", file, name));
  }
  return static_cast<size_t>(at - columns.begin());
}

class CsvTable : public TableReader {
 public:
  CsvTable(std::vector<std::string> paths, ReadOptions options, char delimiter, std::span<const Field> fields)
      : paths_(std::move(paths)),
        options_(std::move(options)),
        delimiter_(delimiter),
        fields_(fields),
        rows_(fields, options_, report_) {}

  Status OpenNext() {
    if (file_) finished_bytes_ += file_->reader.bytes_read();
    file_.reset();
    if (next_path_ == paths_.size()) return {};
    ASSAY_ASSIGN_OR_RETURN(file_, OpenFile(paths_[next_path_++], options_, delimiter_));
    rows_of_file_ = 0;
    const std::string& name = file_->reader.name();
    column_of_field_.clear();
    for (size_t f = 0; f < fields_.size(); ++f) {
      ASSAY_ASSIGN_OR_RETURN(const size_t index, IndexOf(name, file_->columns, fields_[f].column));
      if (index == kAbsent && !fields_[f].nullable && !fields_[f].has_default) {
        return std::unexpected(MissingColumn(name, fields_[f], file_->columns));
      }
      column_of_field_.push_back(index);
    }
    if (!options_.gold_column.empty()) {
      ASSAY_ASSIGN_OR_RETURN(gold_column_, IndexOf(name, file_->columns, options_.gold_column));
      if (gold_column_ == kAbsent) {
        return std::unexpected(MissingGoldColumn(name, options_.gold_column, file_->columns));
      }
    }
    return {};
  }

  Result<std::optional<TableBatch>> Next() override {
    while (file_ && !(options_.limit && report_.rows >= *options_.limit)) {
      CsvReader& reader = file_->reader;
      ASSAY_ASSIGN_OR_RETURN(const bool any, reader.Next());
      if (!any) {
        if (!options_.header && rows_of_file_ == 0) {
          return Fail(ErrorKind::kData, fmt::format("{} is empty", reader.name()));
        }
        ASSAY_RETURN_IF_ERROR(OpenNext());
        continue;
      }
      ++rows_of_file_;
      const auto cells = reader.cells();
      if (cells.size() != file_->columns.size()) return std::unexpected(Ragged(cells.size()));
      const RecordPlace place{reader.name(), reader.line()};
      for (size_t f = 0; f < column_of_field_.size(); ++f) {
        if (column_of_field_[f] == kAbsent) {
          rows_.AppendAbsent(f);
        } else {
          ASSAY_RETURN_IF_ERROR(rows_.AppendText(f, cells[column_of_field_[f]], reader.clean(), place));
        }
      }
      if (!options_.gold_column.empty()) ASSAY_RETURN_IF_ERROR(rows_.AppendGold(cells[gold_column_], place));
      rows_.EndRow();
      if (rows_.full()) return rows_.Finish();
    }
    if (rows_.rows() > 0) return rows_.Finish();
    return std::nullopt;
  }

  const ReadReport& report() const override { return report_; }
  uint64_t bytes_read() const override { return finished_bytes_ + (file_ ? file_->reader.bytes_read() : 0); }
  uint64_t bytes_total() const override { return total_; }
  void set_total(uint64_t total) { total_ = total; }

 private:
  Error Ragged(size_t cells) const {
    const size_t columns = file_->columns.size();
    std::string message =
        fmt::format("{}:{}: a row of {} cell{} where {} {} column{}", file_->reader.name(), file_->reader.line(), cells,
                    cells == 1 ? "" : "s", options_.header ? "the header has" : "--columns names", columns,
                    columns == 1 ? "" : "s");
    if (cells == 1) message += fmt::format("\nthe cells are separated by '{}'? --delimiter says otherwise", Spelled(delimiter_));
    return {ErrorKind::kData, std::move(message)};
  }
  static std::string Spelled(char c) { return c == '\t' ? "\\t" : std::string(1, c); }

  std::vector<std::string> paths_;
  ReadOptions options_;
  char delimiter_;
  std::span<const Field> fields_;
  ReadReport report_;
  RowBuilder rows_;
  size_t next_path_ = 0;
  std::optional<OpenedFile> file_;
  uint64_t rows_of_file_ = 0;
  std::vector<size_t> column_of_field_;
  size_t gold_column_ = kAbsent;
  uint64_t finished_bytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

Result<std::unique_ptr<TableReader>> OpenCsvTable(std::vector<std::string> paths, ReadOptions options, char delimiter,
                                                  std::span<const Field> fields) {
  uint64_t total = 0;
  for (const std::string& path : paths) {  // all of them can be read, before any work is done
    ASSAY_ASSIGN_OR_RETURN(const uint64_t size, CheckReadable(path));
    total += size;
  }
  auto table = std::make_unique<CsvTable>(std::move(paths), std::move(options), delimiter, fields);
  table->set_total(total);
  ASSAY_RETURN_IF_ERROR(table->OpenNext());
  return table;
}

Result<std::vector<std::string>> ReadCsvColumnNames(const std::string& path, const ReadOptions& options, char delimiter) {
  ASSAY_ASSIGN_OR_RETURN(OpenedFile file, OpenFile(path, options, delimiter));
  return std::move(file.columns);
}

}  // namespace assay
