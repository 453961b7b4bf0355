#include "runtime/io/row_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/io/near_name.h"
#include "runtime/text/number.h"
#include "runtime/text/split.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

constexpr size_t kExamples = 5;
constexpr size_t kShownBytes = 60;

std::string_view TypeName(ColumnLayout layout) {
  switch (layout) {
    case ColumnLayout::kBool: return "a bool";
    case ColumnLayout::kInt64: return "an int";
    case ColumnLayout::kFloat64: return "a float";
    case ColumnLayout::kString: return "a string";
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: break;
  }
  return "a value of its type";
}

std::string_view TypeSpelling(ColumnLayout layout) {
  switch (layout) {
    case ColumnLayout::kBool: return "bool";
    case ColumnLayout::kInt64: return "int";
    case ColumnLayout::kFloat64: return "float";
    case ColumnLayout::kString:
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: break;
  }
  return "string";
}

std::string Shown(std::string_view text) {
  std::string valid;
  text::RepairUtf8(text.substr(0, kShownBytes), valid);
  for (char& c : valid) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text.size() > kShownBytes ? valid + "..." : valid;
}

bool EqualsIgnoringAsciiCase(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
         });
}

bool IsNaNText(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return EqualsIgnoringAsciiCase(text, "nan");
}

std::optional<bool> ParseBool(std::string_view text) {
  for (const std::string_view yes : {"true", "1", "yes", "t", "y"}) {
    if (EqualsIgnoringAsciiCase(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "0", "no", "f", "n"}) {
    if (EqualsIgnoringAsciiCase(text, no)) return false;
  }
  return std::nullopt;
}

// An optional sign and at most 18 digits, which cannot overflow; the rest is for text::ParseInt.
std::optional<int64_t> ParsePlainInt(std::string_view cell) {
  const char* p = cell.data();
  const char* end = p + cell.size();
  const bool negative = p != end && *p == '-';
  if (negative) ++p;
  if (p == end || end - p > 18) return std::nullopt;
  int64_t value = 0;
  for (; p != end; ++p) {
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*p)) - '0';
    if (digit > 9) return std::nullopt;
    value = value * 10 + static_cast<int64_t>(digit);
  }
  return negative ? -value : value;
}

std::optional<double> ParsePlainFloat(std::string_view cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string ListOf(std::span<const std::string> columns) {
  std::string list;
  for (size_t i = 0; i < columns.size() && i < 40; ++i) list += (i > 0 ? ", " : "") + Shown(columns[i]);
  if (columns.size() > 40) list += fmt::format(", ... ({} in all)", columns.size());
  return columns.empty() ? "it has none" : "its columns are: " + list;
}

}  // namespace

RowBuilder::RowBuilder(std::span<const Field> fields, const ReadOptions& options, ReadReport& report)
    : fields_(fields), options_(options), report_(report) {
  for (const Field& field : fields) {
    const ColumnLayout layout = LayoutOf(field.type);
    columns_.push_back({layout, ColumnBuilder(layout, options.dictionaries), !field.nullable && !field.has_default});
  }
}

bool RowBuilder::IsNullText(std::string_view cell) const {
  for (const std::string& null : options_.nulls) {
    if (cell == null) return true;
  }
  return false;
}

Status RowBuilder::AppendText(size_t field, std::string_view cell, bool clean, const RecordPlace& place) {
  Column& column = columns_[field];
  column.present = true;
  if (column.layout != ColumnLayout::kString) return AppendNumber(field, cell, place);
  if (!options_.nulls.empty() && IsNullText(cell)) return AppendMissing(field, place);
  if (!clean && !text::IsValidUtf8(cell)) {
    repaired_.clear();
    text::RepairUtf8(cell, repaired_);
    ++report_.repaired_cells;
    cell = repaired_;
  }
  column.builder.AppendString(cell);
  return {};
}

Status RowBuilder::AppendNumber(size_t field, std::string_view cell, const RecordPlace& place) {
  Column& column = columns_[field];
  // The common case first; a cell such as "-999" may yet mean null.
  if (options_.nulls.empty()) {
    if (column.layout == ColumnLayout::kInt64) {
      if (const auto value = ParsePlainInt(cell)) {
        column.builder.AppendInt(*value);
        return {};
      }
    } else if (column.layout == ColumnLayout::kFloat64) {
      if (const auto value = ParsePlainFloat(cell)) {
        column.builder.AppendFloat(*value);
        return {};
      }
    }
  }
  const std::string_view stripped = text::IsValidUtf8(cell) ? text::Strip(cell) : cell;
  if (stripped.empty() || IsNullText(cell) || IsNullText(stripped)) return AppendMissing(field, place);
  if (column.layout == ColumnLayout::kInt64) {
    if (const auto value = ParsePlainInt(stripped)) {
      column.builder.AppendInt(*value);
      return {};
    }
  }
  if (!text::IsValidUtf8(stripped)) return AppendUnreadable(field, stripped, place);
  switch (column.layout) {
    case ColumnLayout::kBool:
      if (const auto value = ParseBool(stripped)) {
        column.builder.AppendBool(*value);
        return {};
      }
      break;
    case ColumnLayout::kInt64:
      if (const auto value = text::ParseInt(stripped)) {
        column.builder.AppendInt(*value);
        return {};
      }
      break;
    case ColumnLayout::kFloat64:
      if (IsNaNText(stripped)) return AppendMissing(field, place);
      if (const auto value = text::ParseFloat(stripped)) {
        column.builder.AppendFloat(*value);
        return {};
      }
      break;
    case ColumnLayout::kNull:
    case ColumnLayout::kString:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: break;
  }
  return AppendUnreadable(field, stripped, place);
}

Status RowBuilder::AppendFloat(size_t field, double value, const RecordPlace& place) {
  columns_[field].present = true;
  if (std::isnan(value)) return AppendMissing(field, place);
  columns_[field].builder.AppendFloat(value);
  return {};
}

Status RowBuilder::AppendString(size_t field, std::string_view value, const RecordPlace& place) {
  if (!options_.nulls.empty() && IsNullText(value)) return AppendMissing(field, place);
  columns_[field].present = true;
  columns_[field].builder.AppendString(value);
  return {};
}

Status RowBuilder::AppendMissing(size_t field, const RecordPlace& place) {
  Column& column = columns_[field];
  column.present = true;
  if (fields_[field].has_default) {
    column.builder.AppendValue(fields_[field].default_value);
  } else if (!column.required) {
    column.builder.AppendNull();
  } else {
    return NullInRequired(field, {}, place);
  }
  return {};
}

void RowBuilder::AppendAbsent(size_t field) {
  Column& column = columns_[field];
  if (fields_[field].has_default) {
    column.builder.AppendValue(fields_[field].default_value);
  } else {
    column.builder.AppendNull();
  }
}

Status RowBuilder::AppendUnreadable(size_t field, std::string_view shown, const RecordPlace& place) {
  Column& column = columns_[field];
  column.present = true;
  const auto message = [&] {
    return fmt::format("{}:{}: column \"{}\": \"{}\" is not {}", place.file, place.line, fields_[field].column,
                       Shown(shown), TypeName(column.layout));
  };
  if (options_.strict) return Fail(ErrorKind::kData, message() + " (an error because of --strict)");
  ++report_.unreadable_cells;
  if (report_.examples.size() < kExamples) report_.examples.push_back(message());
  if (column.required) return NullInRequired(field, shown, place);
  return AppendMissing(field, place);
}

Status RowBuilder::NullInRequired(size_t field, std::string_view shown, const RecordPlace& place) {
  Column& column = columns_[field];
  if (!options_.abstain_on_bad_rows) {
    const Field& f = fields_[field];
    const std::string what = shown.empty() ? std::string("no value")
                                           : fmt::format("\"{}\", which is not {},", Shown(shown), TypeName(column.layout));
    return Fail(ErrorKind::kData,
                fmt::format("{}:{}: row {} has {} in column \"{}\", and the field {} is required\n"
                            "declare it nullable ({}: {}?) or give it a default, or let such rows abstain from every "
                            "rule (--bad-rows abstain)",
                            place.file, place.line, report_.rows, what, f.column, f.name, f.name,
                            TypeSpelling(column.layout)));
  }
  if (bad_rows_.size() <= rows_ / 64) bad_rows_.resize(rows_ / 64 + 1);
  uint64_t& word = bad_rows_[rows_ / 64];
  const uint64_t bit = uint64_t{1} << (rows_ % 64);
  if ((word & bit) == 0) ++report_.bad_rows;
  word |= bit;
  // Required columns hold no null, so the row gets a value that no rule will look at.
  switch (column.layout) {
    case ColumnLayout::kBool: column.builder.AppendBool(false); break;
    case ColumnLayout::kInt64: column.builder.AppendInt(0); break;
    case ColumnLayout::kFloat64: column.builder.AppendFloat(0); break;
    case ColumnLayout::kString: column.builder.AppendString({}); break;
    case ColumnLayout::kNull:
    case ColumnLayout::kDictionary:
    case ColumnLayout::kList:
    case ColumnLayout::kStruct: column.builder.AppendNull(); break;
  }
  return {};
}

Status RowBuilder::AppendGold(std::string_view text, const RecordPlace& place) {
  if (!last_gold_ || text != last_gold_text_) {
    const auto id = options_.gold_classes.Read(text);
    if (!id) {
      return Fail(id.error().kind, fmt::format("{}:{}: gold column \"{}\": {}", place.file, place.line,
                                               options_.gold_column, id.error().message));
    }
    last_gold_ = *id;
    last_gold_text_ = text;
  }
  gold_.push_back(*last_gold_);
  return {};
}

bool RowBuilder::full() const {
  if (rows_ >= options_.batch_rows) return true;
  uint64_t bytes = 0;
  for (const Column& column : columns_) bytes += column.builder.text_bytes();
  return bytes >= options_.batch_bytes;
}

TableBatch RowBuilder::Finish() {
  auto memory = std::make_shared<BatchMemory>();
  TableBatch result;
  Batch& batch = result.batch;
  batch.rows = rows_;
  batch.first_row = first_row_;
  for (size_t f = 0; f < columns_.size(); ++f) {
    Column& column = columns_[f];
    batch.text_bytes += column.layout == ColumnLayout::kString ? column.builder.text_bytes()
                        : column.layout == ColumnLayout::kBool ? rows_
                                                               : rows_ * 8;
    assay::Column built = column.builder.Finish(*memory);
    if (!column.present) {
      built = ConstantColumn(column.layout, fields_[f].has_default ? fields_[f].default_value : Value::Null(), rows_, *memory);
    }
    column.present = false;
    batch.columns.push_back(std::move(built));
  }
  if (!bad_rows_.empty()) bad_rows_.resize((rows_ + 63) / 64);
  batch.bad_rows = std::move(bad_rows_);
  bad_rows_.clear();
  batch.owner = std::move(memory);
  result.gold = std::move(gold_);
  gold_.clear();
  first_row_ += rows_;
  rows_ = 0;
  return result;
}

Error MissingColumn(const std::string& file, const Field& field, std::span<const std::string> columns) {
  std::string message = fmt::format("{} has no column \"{}\" for the field {}; {}", file, field.column, field.name,
                                    ListOf(columns));
  if (const auto near = NearestName(field.column, columns)) message += fmt::format("\ndid you mean \"{}\"?", *near);
  message += fmt::format("\nwrite {0}: {1} from \"COLUMN\" to read another column, {0}: {1}? if it may be missing, or give "
                         "it a default",
                         field.name, TypeSpelling(LayoutOf(field.type)));
  return {ErrorKind::kData, std::move(message)};
}

Error MissingGoldColumn(const std::string& file, const std::string& column, std::span<const std::string> columns) {
  std::string message = fmt::format("{} has no column \"{}\" for the gold labels; {}", file, column, ListOf(columns));
  if (const auto near = NearestName(column, columns)) message += fmt::format("\ndid you mean \"{}\"?", *near);
  return {ErrorKind::kData, std::move(message)};
}

}  // namespace assay
