// What becomes of the cells of a row: the one place that knows which text is null, how text becomes a number, when a default
// takes the place of a null, and what a null in a required field does. Readers of all formats append through it, in the
// order of the fields, and then end the row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/batch/builders.h"
#include "runtime/io/table_reader.h"

namespace assay {

// Where a record is, for messages.
struct RecordPlace {
  std::string_view file;
  uint64_t line = 0;
};

class RowBuilder {
 public:
  RowBuilder(std::span<const Field> fields, const ReadOptions& options, ReadReport& report);

  // A cell as text; `clean` when it is known to be valid UTF-8.
  Status AppendText(size_t field, std::string_view cell, bool clean, const RecordPlace& place);
  // A value that is missing: the default, a null, or an error.
  Status AppendMissing(size_t field, const RecordPlace& place);
  // A value that cannot be read as the field's type, as it should be shown.
  Status AppendUnreadable(size_t field, std::string_view shown, const RecordPlace& place);
  // Values of the field's type.
  void AppendBool(size_t field, bool value) {
    columns_[field].present = true;
    columns_[field].builder.AppendBool(value);
  }
  void AppendInt(size_t field, int64_t value) {
    columns_[field].present = true;
    columns_[field].builder.AppendInt(value);
  }
  Status AppendFloat(size_t field, double value, const RecordPlace& place);
  // Text that is valid UTF-8 and not from a cell: only `--null` applies.
  Status AppendString(size_t field, std::string_view value, const RecordPlace& place);
  // The field's column is not in this file.
  void AppendAbsent(size_t field);

  Status AppendGold(std::string_view text, const RecordPlace& place);

  void EndRow() {
    ++rows_;
    ++report_.rows;
  }
  size_t rows() const { return rows_; }
  bool full() const;

  // The rows since the last Finish.
  TableBatch Finish();

  const Field& field(size_t f) const { return fields_[f]; }
  ColumnLayout layout(size_t f) const { return columns_[f].layout; }
  size_t fields() const { return columns_.size(); }

 private:
  struct Column {
    ColumnLayout layout;
    ColumnBuilder builder;
    bool required;      // neither nullable nor with a default
    bool present = false;  // in this batch, some row came from a file that has the column
  };

  bool IsNullText(std::string_view cell) const;
  Status AppendNumber(size_t field, std::string_view cell, const RecordPlace& place);
  Status NullInRequired(size_t field, std::string_view shown, const RecordPlace& place);

  std::span<const Field> fields_;
  const ReadOptions& options_;
  ReadReport& report_;
  std::vector<Column> columns_;
  size_t rows_ = 0;
  uint64_t first_row_ = 0;
  std::vector<uint64_t> bad_rows_;
  std::vector<int32_t> gold_;
  std::string last_gold_text_;
  std::optional<int32_t> last_gold_;
  std::string repaired_;
};

// `data.csv has no column "text" ...`: lists the columns there are, suggests a near one, and says what to declare.
Error MissingColumn(const std::string& file, const Field& field, std::span<const std::string> columns);
Error MissingGoldColumn(const std::string& file, const std::string& column, std::span<const std::string> columns);

}  // namespace assay
