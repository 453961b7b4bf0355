// Reading JSON tables with simdjson, whose exceptions and types stay in this file.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "compiler/sema/table.h"

namespace assay::sema {
namespace {

namespace ondemand = simdjson::ondemand;

struct Reader {
  FileId file;
  const simdjson::padded_string& json;
  const TableOptions& options;
  Table table = {};
  std::optional<TableError> error = {};

  SourceSpan PlaceOf(std::string_view raw) const {
    const auto begin = static_cast<uint32_t>(raw.data() - json.data());
    return {file, begin, static_cast<uint32_t>(begin + raw.size())};
  }

  void Fail(SourceSpan place, std::string message, TableError::Kind kind = TableError::Kind::kMalformed) {
    if (!error) error = TableError{kind, place, std::move(message)};
  }

  // One cell; false where it is neither a text nor a number.
  bool Cell(ondemand::value value, SetMember& row) {
    const SourceSpan place = PlaceOf(value.raw_json_token());
    switch (value.type().value()) {
      case ondemand::json_type::string: row.emplace_back(std::string(std::string_view(value.get_string()))); return true;
      case ondemand::json_type::number: {
        const ondemand::number number = value.get_number();
        if (number.is_int64()) {
          row.emplace_back(number.get_int64());
        } else {
          row.emplace_back(number.as_double());
        }
        return true;
      }
      case ondemand::json_type::array:
      case ondemand::json_type::object:
      case ondemand::json_type::boolean:
      case ondemand::json_type::null:
      default: Fail(place, "a member must be a string or a number"); return false;
    }
  }

  bool Object(ondemand::object object, SourceSpan place, SetMember& row) {
    if (options.columns.empty()) {
      Fail(place, "a list of objects: say which to take, as in json(\"file.json\", column: \"name\")");
      return false;
    }
    for (const ColumnChoice& choice : options.columns) {
      const auto* name = std::get_if<std::string>(&choice);
      if (name == nullptr) {
        Fail(place, "columns of objects go by name", TableError::Kind::kUnknownColumn);
        return false;
      }
      ondemand::value value;
      if (object.find_field_unordered(*name).get(value) != simdjson::SUCCESS) {
        Fail(place, fmt::format("this object has no `{}`", *name), TableError::Kind::kUnknownColumn);
        return false;
      }
      if (!Cell(value, row)) return false;
    }
    return true;
  }

  bool Array(ondemand::array array, SourceSpan place, SetMember& row) {
    SetMember cells;
    for (auto value : array) {
      if (!Cell(value.value(), cells)) return false;
    }
    if (options.columns.empty()) {
      row = std::move(cells);
      return true;
    }
    for (const ColumnChoice& choice : options.columns) {
      const auto* position = std::get_if<int64_t>(&choice);
      if (position == nullptr || *position < 0 || static_cast<size_t>(*position) >= cells.size()) {
        Fail(place, "columns of arrays go by position, from 0, and this array has too few", TableError::Kind::kUnknownColumn);
        return false;
      }
      row.push_back(cells[static_cast<size_t>(*position)]);
    }
    return true;
  }

  bool Row(ondemand::value value) {
    SetMember row;
    const ondemand::json_type type = value.type();
    const SourceSpan place = PlaceOf(value.raw_json_token());
    bool fine = false;
    if (type == ondemand::json_type::object) {
      fine = Object(value.get_object(), place, row);
    } else if (type == ondemand::json_type::array) {
      fine = Array(value.get_array(), place, row);
    } else {
      fine = Cell(value, row);
    }
    if (!fine) return false;
    if (row.empty()) {
      Fail(place, "an empty array is no member");
      return false;
    }
    if (!table.rows.empty() && row.size() != table.rows.front().size()) {
      Fail(place, fmt::format("this member has {} parts, where the first has {}", row.size(), table.rows.front().size()));
      return false;
    }
    table.rows.push_back(std::move(row));
    table.places.push_back(place);
    return true;
  }

  // One type a column; whole numbers among floats become floats.
  void SettleTypes() {
    const size_t width = table.rows.empty() ? std::max<size_t>(options.columns.size(), 1) : table.rows.front().size();
    for (size_t c = 0; c < width; ++c) {
      bool text = false, floats = false, ints = false;
      for (size_t r = 0; r < table.rows.size(); ++r) {
        const SetScalar& cell = table.rows[r][c];
        (std::holds_alternative<std::string>(cell) ? text : std::holds_alternative<double>(cell) ? floats : ints) = true;
        if (text && (floats || ints)) return Fail(table.places[r], "strings and numbers in one list", TableError::Kind::kMixed);
      }
      if (floats && ints) {
        for (SetMember& row : table.rows) {
          if (const auto* i = std::get_if<int64_t>(&row[c])) row[c] = static_cast<double>(*i);
        }
      }
      table.columns.push_back(floats ? kFloatType : ints ? kIntType : kStringType);
    }
  }
};

}  // namespace

std::expected<Table, TableError> ReadJson(const SourceStore& sources, FileId file, const TableOptions& options) {
  if (const auto invalid = sources.FirstInvalidByte(file)) {
    return std::unexpected(TableError{TableError::Kind::kMalformed, {file, *invalid, *invalid + 1}, "the file is not UTF-8"});
  }
  const std::string_view text = sources.Text(file);
  const simdjson::padded_string json(text);
  Reader reader{file, json, options};
  ondemand::parser parser;
  ondemand::document document;
  const auto malformed = [&](simdjson::simdjson_error& error) {
    const char* at = nullptr;
    uint32_t offset = 0;
    if (document.current_location().get(at) == simdjson::SUCCESS && at >= json.data() && at <= json.data() + json.size()) {
      offset = static_cast<uint32_t>(at - json.data());
    }
    return std::unexpected(TableError{TableError::Kind::kMalformed, {file, offset, offset}, fmt::format("not JSON: {}", error.what())});
  };
  try {
    document = parser.iterate(json);
    if (document.type() != ondemand::json_type::array) {
      return std::unexpected(TableError{TableError::Kind::kMalformed, {file, 0, 0}, "a JSON array was expected"});
    }
    for (auto value : document.get_array()) {
      if (!reader.Row(value.value())) break;
    }
    const char* rest = nullptr;
    if (!reader.error && document.current_location().get(rest) == simdjson::SUCCESS && rest < json.data() + json.size()) {
      const auto at = static_cast<uint32_t>(rest - json.data());
      return std::unexpected(TableError{TableError::Kind::kMalformed, {file, at, at}, "text behind the end of the JSON array"});
    }
  } catch (simdjson::simdjson_error& error) {
    return malformed(error);
  }
  if (!reader.error) reader.SettleTypes();
  if (reader.error) return std::unexpected(*reader.error);
  return std::move(reader.table);
}

}  // namespace assay::sema
