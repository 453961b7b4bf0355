#include "runtime/io/json_table.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <unordered_map>

#include "runtime/io/json_records.h"
#include "runtime/io/row_builder.h"
#include "runtime/text/number.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

Result<JsonRecords> OpenRecords(const std::string& path, const ReadOptions& options, TableFormat format) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path, options.interrupt));
  JsonRecords records(std::move(input), format == TableFormat::kJsonl ? JsonLayout::kLines : JsonLayout::kMembers);
  if (options.skip_rows > 0) ASSAY_RETURN_IF_ERROR(records.Skip(options.skip_rows));
  return records;
}

// The names of a record's columns: the keys of its "data", where it has one, and its own.
std::vector<std::string> ColumnsOf(element record, bool wrench) {
  std::vector<std::string> columns;
  simdjson::dom::object object;
  if (record.get(object) != simdjson::SUCCESS) return columns;
  simdjson::dom::object data;
  const bool has_data = wrench && object.at_key("data").get(data) == simdjson::SUCCESS;
  if (has_data) {
    for (const auto field : data) columns.emplace_back(field.key);
  }
  for (const auto field : object) {
    if (!has_data || field.key != "data") columns.emplace_back(field.key);
  }
  return columns;
}

class JsonTable : public TableReader {
 public:
  JsonTable(std::vector<std::string> paths, ReadOptions options, TableFormat format, std::span<const Field> fields)
      : paths_(std::move(paths)),
        options_(std::move(options)),
        format_(format),
        fields_(fields),
        rows_(fields, options_, report_),
        values_(fields.size()) {
    for (size_t f = 0; f < fields.size(); ++f) by_column_.emplace(fields[f].column, f);
  }

  // Opens the next file and reads its first record, in which no required column may be missing.
  Status OpenNext() {
    if (records_) finished_bytes_ += records_->bytes_read();
    records_.reset();
    if (next_path_ == paths_.size()) return {};
    ASSAY_ASSIGN_OR_RETURN(records_, OpenRecords(paths_[next_path_++], options_, format_));
    ASSAY_ASSIGN_OR_RETURN(pending_, records_->Next());
    if (!pending_) {
      if (records_->bytes_read() > 0) return {};
      return Fail(ErrorKind::kData, fmt::format("{} is empty", records_->name()));
    }
    if (!records_->record().is_object()) return std::unexpected(NotAnObject());
    FindValues();
    if (!options_.abstain_on_bad_rows) {
      for (size_t f = 0; f < fields_.size(); ++f) {
        if (!values_[f] && !(fields_[f].column == "id" && !records_->key().empty()) && !fields_[f].nullable &&
            !fields_[f].has_default) {
          return std::unexpected(MissingColumn(records_->name(), fields_[f], Columns()));
        }
      }
    }
    if (!options_.gold_column.empty() && !gold_) {
      return std::unexpected(MissingGoldColumn(records_->name(), options_.gold_column, Columns()));
    }
    return {};
  }

  Result<std::optional<TableBatch>> Next() override {
    while (records_ && !(options_.limit && report_.rows >= *options_.limit)) {
      if (!pending_) {
        ASSAY_ASSIGN_OR_RETURN(const bool any, records_->Next());
        if (!any) {
          ASSAY_RETURN_IF_ERROR(OpenNext());
          continue;
        }
        if (!records_->record().is_object()) return std::unexpected(NotAnObject());
        FindValues();
      }
      pending_ = false;
      ASSAY_RETURN_IF_ERROR(AppendRecord());
      if (rows_.full()) return rows_.Finish();
    }
    if (rows_.rows() > 0) return rows_.Finish();
    return std::nullopt;
  }

  const ReadReport& report() const override { return report_; }
  uint64_t bytes_read() const override { return finished_bytes_ + (records_ ? records_->bytes_read() : 0); }
  uint64_t bytes_total() const override { return total_; }
  void set_total(uint64_t total) { total_ = total; }

 private:
  bool wrench() const { return format_ == TableFormat::kWrench; }
  std::vector<std::string> Columns() const { return ColumnsOf(records_->record(), wrench()); }

  Error NotAnObject() const {
    return {ErrorKind::kData, fmt::format("{}:{}: a record must be a JSON object, and this is {}", records_->name(),
                                          records_->line(), ShownJson(records_->record()))};
  }

  // values_: of each field, in the record at hand.
  void FindValues() {
    values_.assign(fields_.size(), std::nullopt);
    gold_.reset();
    const simdjson::dom::object object = records_->record().get_object().value_unsafe();
    simdjson::dom::object data;
    const bool has_data = wrench() && object.at_key("data").get(data) == simdjson::SUCCESS;
    Collect(object);
    if (has_data) Collect(data);
  }

  void Collect(simdjson::dom::object object) {
    for (const auto field : object) {
      const auto [first, last] = by_column_.equal_range(field.key);
      for (auto it = first; it != last; ++it) values_[it->second] = field.value;
      if (!options_.gold_column.empty() && field.key == options_.gold_column) gold_ = field.value;
    }
  }

  Status AppendRecord() {
    if (records_->repaired()) ++report_.repaired_cells;
    const RecordPlace place{records_->name(), records_->line()};
    for (size_t f = 0; f < fields_.size(); ++f) {
      if (values_[f]) {
        ASSAY_RETURN_IF_ERROR(AppendValue(f, *values_[f], place));
      } else if (fields_[f].column == "id" && rows_.layout(f) == ColumnLayout::kString && !records_->key().empty()) {
        ASSAY_RETURN_IF_ERROR(rows_.AppendString(f, records_->key(), place));
      } else {
        ASSAY_RETURN_IF_ERROR(rows_.AppendMissing(f, place));
      }
    }
    if (!options_.gold_column.empty()) {
      std::string text;
      std::string_view string;
      int64_t number = 0;
      if (gold_ && gold_->get(string) == simdjson::SUCCESS) {
        text = string;
      } else if (gold_ && gold_->get(number) == simdjson::SUCCESS) {
        text::AppendInt(number, text);
      } else if (gold_ && !gold_->is_null()) {
        text = ShownJson(*gold_);
      }
      ASSAY_RETURN_IF_ERROR(rows_.AppendGold(text, place));
    }
    rows_.EndRow();
    return {};
  }

  Status AppendValue(size_t f, element value, const RecordPlace& place) {
    if (value.is_null()) return rows_.AppendMissing(f, place);
    switch (rows_.layout(f)) {
      case ColumnLayout::kString:
        if (std::string_view text; value.get(text) == simdjson::SUCCESS) return rows_.AppendString(f, text, place);
        break;
      case ColumnLayout::kInt64:
        if (int64_t number = 0; value.get(number) == simdjson::SUCCESS) {
          rows_.AppendInt(f, number);
          return {};
        }
        if (double number = 0; value.type() == element_type::DOUBLE && value.get(number) == simdjson::SUCCESS &&
                               std::abs(number) <= 9007199254740992.0 && number == std::trunc(number)) {
          rows_.AppendInt(f, static_cast<int64_t>(number));  // 3.0, as programs write that keep integers as floats
          return {};
        }
        break;
      case ColumnLayout::kFloat64:
        if (double number = 0; value.get(number) == simdjson::SUCCESS) return rows_.AppendFloat(f, number, place);
        break;
      case ColumnLayout::kBool:
        if (bool truth = false; value.get(truth) == simdjson::SUCCESS) {
          rows_.AppendBool(f, truth);
          return {};
        }
        break;
      case ColumnLayout::kNull:
      case ColumnLayout::kDictionary:
      case ColumnLayout::kList:
      case ColumnLayout::kStruct: break;
    }
    return rows_.AppendUnreadable(f, ShownJson(value), place);
  }

  std::vector<std::string> paths_;
  ReadOptions options_;
  TableFormat format_;
  std::span<const Field> fields_;
  ReadReport report_;
  RowBuilder rows_;
  std::unordered_multimap<std::string_view, size_t> by_column_;
  size_t next_path_ = 0;
  std::optional<JsonRecords> records_;
  bool pending_ = false;  // a record is read and its values found, but not appended
  std::vector<std::optional<element>> values_;
  std::optional<element> gold_;
  uint64_t finished_bytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

Result<std::unique_ptr<TableReader>> OpenJsonTable(std::vector<std::string> paths, ReadOptions options, TableFormat format,
                                                   std::span<const Field> fields) {
  uint64_t total = 0;
  for (const std::string& path : paths) {
    ASSAY_ASSIGN_OR_RETURN(const uint64_t size, CheckReadable(path));
    total += size;
  }
  auto table = std::make_unique<JsonTable>(std::move(paths), std::move(options), format, fields);
  table->set_total(total);
  ASSAY_RETURN_IF_ERROR(table->OpenNext());
  return table;
}

Result<std::vector<std::string>> ReadJsonColumnNames(const std::string& path, const ReadOptions& options, TableFormat format) {
  ASSAY_ASSIGN_OR_RETURN(JsonRecords records, OpenRecords(path, options, format));
  ASSAY_ASSIGN_OR_RETURN(const bool any, records.Next());
  if (!any) return std::vector<std::string>{};
  return ColumnsOf(records.record(), format == TableFormat::kWrench);
}

}  // namespace assay
