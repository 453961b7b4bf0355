#include "runtime/io/table_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/batch/builders.h"
#include "runtime/io/csv_table.h"
#include "runtime/io/input.h"
#include "runtime/io/json_table.h"
#include "runtime/io/text_cells.h"

namespace assay {
namespace {

struct FormatName {
  std::string_view name;
  TableFormat format;
};
constexpr FormatName kFormats[] = {{"auto", TableFormat::kAuto},
                                   {"csv", TableFormat::kCsv},
                                   {"tsv", TableFormat::kTsv},
                                   {"jsonl", TableFormat::kJsonl},
                                   {"wrench", TableFormat::kWrench}};

Result<TableFormat> FormatOf(const std::string& path, const ReadOptions& options) {
  if (options.format != TableFormat::kAuto) return options.format;
  const std::string ending = EndingOf(path);
  if (path == "-" || ending == "csv") return TableFormat::kCsv;
  if (ending == "tsv" || ending == "tab") return TableFormat::kTsv;
  if (ending == "jsonl" || ending == "ndjson") return TableFormat::kJsonl;
  if (ending == "json") return TableFormat::kWrench;
  if (const auto readable = CheckReadable(path); !readable) return std::unexpected(readable.error());  // the better message
  if (path.starts_with("/dev/") || path.starts_with("/proc/")) return TableFormat::kCsv;
  return Fail(ErrorKind::kUsage, fmt::format("the format of {} cannot be told from its name; say --format csv, tsv, jsonl or "
                                             "wrench",
                                             path));
}

Status CheckOptions(const ReadOptions& options, TableFormat format, std::span<const Field> fields) {
  if (format == TableFormat::kCsv || format == TableFormat::kTsv) {
    if (options.header && !options.columns.empty()) {
      return Fail(ErrorKind::kUsage, "--columns names the columns of data without a header: say --no-header, too");
    }
    if (!options.header && options.columns.empty()) {
      return Fail(ErrorKind::kUsage, "data without a header need the names of their columns: --columns a,b,c");
    }
    if (options.delimiter) {
      const auto c = static_cast<unsigned char>(*options.delimiter);
      if (c == '"' || c == '\n' || c == '\r' || c == 0 || c >= 0x80) {
        return Fail(ErrorKind::kUsage, "the delimiter must be one ASCII character, neither a quote nor a line break");
      }
    }
  }
  for (const Field& field : fields) {
    if (LayoutOf(field.type) == ColumnLayout::kNull) {
      return Fail(ErrorKind::kData, fmt::format("the field {} is of a type that data files cannot give yet; fields are bool, "
                                                "int, float or string",
                                                field.name));
    }
  }
  return {};
}

char DelimiterOf(const ReadOptions& options, TableFormat format) {
  return options.delimiter.value_or(format == TableFormat::kTsv ? '\t' : ',');
}

}  // namespace

Result<TableFormat> TableFormatNamed(std::string_view name) {
  for (const FormatName& known : kFormats) {
    if (known.name == name) return known.format;
  }
  return Fail(ErrorKind::kUsage, fmt::format("there is no format \"{}\"; there are csv, tsv, jsonl, wrench and auto", name));
}

std::string_view NameOf(TableFormat format) {
  for (const FormatName& known : kFormats) {
    if (known.format == format) return known.name;
  }
  return "auto";
}

Result<std::unique_ptr<TableReader>> OpenTable(std::vector<std::string> paths, ReadOptions options,
                                               std::span<const Field> fields) {
  if (paths.empty()) return Fail(ErrorKind::kUsage, "no data files are given");
  ASSAY_ASSIGN_OR_RETURN(const TableFormat format, FormatOf(paths[0], options));
  for (const std::string& path : paths) {
    ASSAY_ASSIGN_OR_RETURN(const TableFormat other, FormatOf(path, options));
    if (other != format) {
      return Fail(ErrorKind::kUsage, fmt::format("{} is {} and {} is {}: the files of one table are of one format", paths[0],
                                                 NameOf(format), path, NameOf(other)));
    }
  }
  ASSAY_RETURN_IF_ERROR(CheckOptions(options, format, fields));
  if (format == TableFormat::kJsonl || format == TableFormat::kWrench) {
    return OpenJsonTable(std::move(paths), std::move(options), format, fields);
  }
  const char delimiter = DelimiterOf(options, format);
  return OpenCsvTable(std::move(paths), std::move(options), delimiter, fields);
}

Result<std::vector<std::string>> ReadColumnNames(const std::string& path, const ReadOptions& options) {
  ASSAY_ASSIGN_OR_RETURN(const TableFormat format, FormatOf(path, options));
  ASSAY_RETURN_IF_ERROR(CheckOptions(options, format, {}));
  if (format == TableFormat::kJsonl || format == TableFormat::kWrench) return ReadJsonColumnNames(path, options, format);
  return ReadCsvColumnNames(path, options, DelimiterOf(options, format));
}

}  // namespace assay
