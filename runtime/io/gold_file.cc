#include "runtime/io/gold_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/graph/rule_graph.h"
#include "runtime/io/csv.h"
#include "runtime/io/input.h"
#include "runtime/io/json_records.h"
#include "runtime/io/npy.h"
#include "runtime/io/row_builder.h"
#include "runtime/io/text_cells.h"

namespace assay {
namespace {

Result<int32_t> IdOf(int64_t value, const ClassList& classes, const std::string& where) {
  if (value == kAbstain) return kAbstain;
  if (value >= INT32_MIN && value <= INT32_MAX && classes.IndexOfId(static_cast<int32_t>(value))) {
    return static_cast<int32_t>(value);
  }
  const auto error = classes.Read(std::to_string(value));
  return Fail(ErrorKind::kData, fmt::format("{}: {}", where, error ? "not a class" : error.error().message));
}

Result<std::vector<int32_t>> GoldFromNpy(const std::string& path, const ClassList& classes) {
  ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  ASSAY_ASSIGN_OR_RETURN(const NpyArray array, ParseNpy(content, path));
  if (array.floats || array.columns != 1) {
    return Fail(ErrorKind::kData, fmt::format("{}: gold is one whole number a row", path));
  }
  std::vector<int32_t> gold;
  for (size_t r = 0; r < array.rows; ++r) {
    ASSAY_ASSIGN_OR_RETURN(const int32_t id, IdOf(array.Integer(r), classes, fmt::format("{}: row {}", path, r)));
    gold.push_back(id);
  }
  return gold;
}

Result<std::vector<int32_t>> GoldFromJson(const std::string& path, JsonLayout layout, const ClassList& classes) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path));
  JsonRecords records(std::move(input), layout);
  std::vector<int32_t> gold;
  for (;;) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, records.Next());
    if (!any) return gold;
    const std::string where = fmt::format("{}:{}", records.name(), records.line());
    simdjson::dom::element value = records.record();
    if (value.is_object()) {
      simdjson::dom::element member;
      if (value.at_key("label").get(member) != simdjson::SUCCESS && value.at_key("gold").get(member) != simdjson::SUCCESS) {
        return Fail(ErrorKind::kData, fmt::format("{}: the record has no \"label\" and no \"gold\"", where));
      }
      value = member;
    }
    int64_t number = 0;
    std::string_view text;
    if (value.is_null()) {
      gold.push_back(kAbstain);
    } else if (value.get(number) == simdjson::SUCCESS) {
      ASSAY_ASSIGN_OR_RETURN(const int32_t id, IdOf(number, classes, where));
      gold.push_back(id);
    } else if (value.get(text) == simdjson::SUCCESS) {
      const auto id = classes.Read(text);
      if (!id) return Fail(ErrorKind::kData, fmt::format("{}: {}", where, id.error().message));
      gold.push_back(*id);
    } else {
      return Fail(ErrorKind::kData, fmt::format("{}: {} is not a class", where, ShownJson(value)));
    }
  }
}

Result<std::vector<int32_t>> GoldFromColumn(const std::string& path, char delimiter, const ClassList& classes) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path));
  CsvReader reader(std::move(input), {delimiter, true, false});
  ASSAY_ASSIGN_OR_RETURN(const bool any, reader.Next());
  std::vector<std::string> columns;
  if (any) columns.assign(reader.cells().begin(), reader.cells().end());
  size_t column = columns.size();
  for (const std::string_view wanted : {"gold", "label"}) {
    const auto at = std::find(columns.begin(), columns.end(), wanted);
    if (column == columns.size()) column = static_cast<size_t>(at - columns.begin());
  }
  if (column == columns.size()) return std::unexpected(MissingGoldColumn(path, "gold", columns));
  std::vector<int32_t> gold;
  for (;;) {
    ASSAY_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) return gold;
    if (reader.cells().size() <= column) {
      return Fail(ErrorKind::kData, fmt::format("{}:{}: the row has no cell for \"{}\"", path, reader.line(), columns[column]));
    }
    const auto id = classes.Read(reader.cells()[column]);
    if (!id) return Fail(ErrorKind::kData, fmt::format("{}:{}: {}", path, reader.line(), id.error().message));
    gold.push_back(*id);
  }
}

// A value a line; blank lines are unknown values.
Result<std::vector<int32_t>> GoldFromLines(std::string_view content, const std::string& path, const ClassList& classes) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  std::vector<int32_t> gold;
  for (size_t line = 1; !content.empty(); ++line) {
    const size_t end = std::min(content.find('\n'), content.size());
    std::string_view text = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    const auto id = classes.Read(text);
    if (id) {
      gold.push_back(*id);
    } else if (line != 1 || (text != "gold" && text != "label" && text != "y" && text != "Y")) {
      return Fail(ErrorKind::kData, fmt::format("{}:{}: {}", path, line, id.error().message));
    }
  }
  return gold;
}

}  // namespace

Result<std::vector<int32_t>> ReadGoldFile(const std::string& path, const ClassList& classes) {
  const std::string ending = EndingOf(path);
  if (ending == "npy") return GoldFromNpy(path, classes);
  if (ending == "json") return GoldFromJson(path, JsonLayout::kMembers, classes);
  if (ending == "jsonl" || ending == "ndjson") return GoldFromJson(path, JsonLayout::kLines, classes);
  ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  if (content.empty()) return Fail(ErrorKind::kData, fmt::format("{} is empty", path));
  const std::string_view first = std::string_view(content).substr(0, content.find('\n'));
  const char delimiter = ending == "tsv" ? '\t' : ',';
  if (first.find(delimiter) != std::string_view::npos) return GoldFromColumn(path, delimiter, classes);
  return GoldFromLines(content, path, classes);
}

Status FitGold(std::vector<int32_t>& gold, uint64_t rows, const std::string& path) {
  const size_t size = gold.size();
  while (gold.size() > rows && gold.back() == kAbstain) gold.pop_back();
  if (gold.size() == rows) return {};
  return Fail(ErrorKind::kData, fmt::format("{} holds {} gold label{} and the data have {} row{}", path, size,
                                            size == 1 ? "" : "s", rows, rows == 1 ? "" : "s"));
}

}  // namespace assay
