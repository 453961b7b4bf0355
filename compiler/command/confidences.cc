#include "compiler/command/confidences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/command/interrupt.h"
#include "runtime/io/csv.h"
#include "runtime/io/input.h"
#include "runtime/io/npy.h"
#include "runtime/io/text_cells.h"
#include "runtime/models/label_model.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

std::unexpected<Error> WrongShape(const std::string& path, size_t rows, size_t columns, size_t wanted_rows, size_t wanted_columns) {
  return Fail(ErrorKind::kData, fmt::format("{}: [{}, {}] confidences, and the votes are [{}, {}]", path, rows, columns, wanted_rows, wanted_columns));
}

Result<std::vector<double>> FromCsv(const std::string& path, const std::vector<std::string>& rules, size_t rows) {
  ASSAY_ASSIGN_OR_RETURN(InputBuffer input, InputBuffer::Open(path, &InterruptFlag()));
  CsvReader reader(std::move(input), {});
  std::vector<size_t> rule_of_column;
  std::vector<double> confidences(rows * rules.size(), 1.0);
  size_t row = 0;
  for (bool first = true;; first = false) {
    ASSAY_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) break;
    const auto cells = reader.cells();
    if (cells.size() != rules.size()) return WrongShape(path, row, cells.size(), rows, rules.size());
    if (first) {
      const bool header = std::ranges::any_of(cells, [](std::string_view cell) { return !cell.empty() && !text::ParseFloat(cell) && cell != "nan" && cell != "NaN"; });
      for (size_t j = 0; j < cells.size(); ++j) {
        const auto at = header ? std::ranges::find(rules, cells[j]) : rules.begin() + static_cast<std::ptrdiff_t>(j);
        if (at == rules.end()) {
          return Fail(ErrorKind::kData, fmt::format("{}: there is no rule \"{}\" among the votes; there are {}", path, cells[j], fmt::join(rules, ", ")));
        }
        const auto rule = static_cast<size_t>(at - rules.begin());
        if (std::ranges::find(rule_of_column, rule) != rule_of_column.end()) return Fail(ErrorKind::kData, fmt::format("{}: rule {} stands there twice", path, rules[rule]));
        rule_of_column.push_back(rule);
      }
      if (header) continue;
    }
    if (row == rows) return WrongShape(path, row + 1, cells.size(), rows, rules.size());
    for (size_t j = 0; j < cells.size(); ++j) {
      if (cells[j].empty()) continue;
      const auto number = text::ParseFloat(cells[j]);
      if (!number) {
        return Fail(ErrorKind::kData, fmt::format("{}:{}: rule {}: \"{}\" is not a confidence from 0 to 1", path, reader.line(), rules[rule_of_column[j]],
                                                  cells[j].substr(0, 40)));
      }
      confidences[row * rules.size() + rule_of_column[j]] = *number;
    }
    ++row;
  }
  if (row != rows) return WrongShape(path, row, rules.size(), rows, rules.size());
  return confidences;
}

}  // namespace

Result<std::vector<double>> ReadConfidences(const std::string& path, const std::vector<std::string>& rules, size_t rows) {
  std::vector<double> confidences;
  if (EndingOf(path) == "npy") {
    ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
    ASSAY_ASSIGN_OR_RETURN(const NpyArray array, ParseNpy(content, path));
    if (array.rows != rows || array.columns != rules.size()) return WrongShape(path, array.rows, array.columns, rows, rules.size());
    confidences.reserve(array.size());
    for (size_t i = 0; i < array.size(); ++i) confidences.push_back(array.Value(i));
  } else {
    ASSAY_ASSIGN_OR_RETURN(confidences, FromCsv(path, rules, rows));
  }
  if (const Status status = CheckConfidences(confidences, rules); !status) {
    return Fail(ErrorKind::kData, fmt::format("{}: {}", path, status.error().message));
  }
  return confidences;
}

}  // namespace assay
