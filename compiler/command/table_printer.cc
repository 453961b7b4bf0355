// TablePrinter: widths first, then lines. Widths are those of the terminal (wide characters count two, combining ones
// none).
#include "compiler/command/table_printer.h"

#include <algorithm>

#include "runtime/text/utf8.h"
#include "runtime/text/width.h"

namespace assay {
namespace {

constexpr size_t kGap = 2;        // blanks between columns
constexpr size_t kNarrowest = 8;  // a cut column keeps this much

}  // namespace

std::string CutToWidth(std::string_view text, size_t width) {
  if (text::DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return {};
  size_t used = 0;
  size_t end = 0;
  while (end < text.size()) {
    const auto [code_point, length] = text::Decode(text.data() + end);
    used += text::DisplayWidth(code_point);
    if (used > width - 1) break;
    end += length;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string TablePrinter::Print(size_t width, bool color) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(text::DisplayWidth(column.header));
  for (const auto& row : rows_) {
    for (size_t c = 0; c < std::min(row.size(), widths.size()); ++c)
      widths[c] = std::max(widths[c], text::DisplayWidth(row[c]));
  }
  const auto total = [&] {
    size_t sum = widths.empty() ? 0 : (widths.size() - 1) * kGap;
    for (const size_t w : widths) sum += w;
    return sum;
  };
  while (width != 0 && total() > width) {
    size_t widest = widths.size();
    for (size_t c = 0; c < widths.size(); ++c) {
      if (columns_[c].align != Align::kLeft || widths[c] <= kNarrowest) continue;
      if (widest == widths.size() || widths[c] > widths[widest]) widest = c;
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }

  std::string out;
  const auto line = [&](auto&& cell_of) {
    std::string text;
    for (size_t c = 0; c < columns_.size(); ++c) {
      const std::string cell = CutToWidth(cell_of(c), widths[c]);
      const std::string blanks(widths[c] - text::DisplayWidth(cell), ' ');
      if (c != 0) text.append(kGap, ' ');
      text += columns_[c].align == Align::kLeft ? cell + blanks : blanks + cell;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  const std::string header = line([&](size_t c) { return std::string_view(columns_[c].header); });
  out += color ? "\x1b[1m" + header + "\x1b[0m\n" : header + "\n";
  for (const auto& row : rows_)
    out += line([&](size_t c) { return c < row.size() ? std::string_view(row[c]) : std::string_view(); }) + "\n";
  return out;
}

}  // namespace assay
