// Tables for people: aligned columns, text to the left and numbers to the right, within the width of the terminal. The
// one way in which the command prints a table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// The text cut to a width in columns, with `…` at its end where something is missing.
std::string CutToWidth(std::string_view text, size_t width);

class TablePrinter {
 public:
  enum class Align : unsigned char { kLeft, kRight };
  struct Column {
    std::string header;
    Align align = Align::kRight;
  };

  explicit TablePrinter(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // A cell a column; missing cells are empty.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  // Every line ends in a line break. Where the table is wider than `width` (0: no limit), left-aligned columns are cut,
  // the widest first, down to eight characters. `color`: the header is bold.
  std::string Print(size_t width, bool color) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace assay
