// Diagnostics as text. A snippet is laid out a line of source at a time: the line is brought to display columns (tabs become
// blanks, control characters a visible stand-in), and every mark is placed by the display width of the text before it.
#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>

#include "compiler/diagnostics/render.h"
#include "runtime/text/utf8.h"
#include "runtime/text/width.h"

namespace assay {
namespace {

constexpr size_t kTabWidth = 4;
// Generated rules can have lines of megabytes; around the mark this many columns are shown.
constexpr size_t kMaxColumns = 160;

struct Paint {
  bool on;
  std::string Wrap(std::string_view code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  std::string Error(std::string_view t) const { return Wrap("1;31", t); }
  std::string Warning(std::string_view t) const { return Wrap("1;33", t); }
  std::string Gutter(std::string_view t) const { return Wrap("1;34", t); }
  std::string Bold(std::string_view t) const { return Wrap("1", t); }
  std::string Help(std::string_view t) const { return Wrap("1;32", t); }
};

// A line brought to the screen: its cells, and for each byte of the line (and its end) the column where it begins.
struct DisplayLine {
  std::string text;
  std::vector<size_t> column_of_byte;
  std::vector<size_t> text_of_column;  // where column c begins in `text`
};

DisplayLine LayOut(std::string_view line) {
  DisplayLine out;
  size_t column = 0;
  const auto put = [&](std::string_view cell, size_t width) {
    for (size_t i = 0; i < width; ++i) out.text_of_column.push_back(out.text.size());
    out.text += cell;
    column += width;
  };
  for (size_t at = 0; at < line.size();) {
    const auto [code_point, length] = text::Decode(line.data() + at);
    out.column_of_byte.insert(out.column_of_byte.end(), length, column);
    if (code_point == '\t') {
      const size_t width = kTabWidth - column % kTabWidth;
      for (size_t i = 0; i < width; ++i) put(" ", 1);
    } else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0)) {
      put("\xEF\xBF\xBD", 1);  // control characters would move the cursor
    } else {
      // Direction marks and the like have no width of their own and could reorder the line: they are left out.
      const bool reorders = (code_point >= 0x202A && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
      if (!reorders) put(line.substr(at, length), text::DisplayWidth(code_point));
    }
    at += length;
  }
  out.column_of_byte.push_back(column);
  out.text_of_column.push_back(out.text.size());
  return out;
}

struct Mark {
  uint32_t line;
  uint32_t begin;  // bytes in the line
  uint32_t end;
  bool primary;
  std::string text;
};

// A span that covers several lines is marked at its first line.
Mark MarkOf(const SourceStore& sources, const SourceSpan& span, bool primary, std::string text) {
  const uint32_t line = sources.Locate(span.file, span.begin).line;
  const uint32_t line_begin = sources.LineBegin(span.file, line);
  const uint32_t length = static_cast<uint32_t>(sources.Line(span.file, line).size());
  const uint32_t begin = std::min(span.begin - line_begin, length);
  const uint32_t end = std::clamp(span.end - line_begin, begin, length);
  return {line, begin, end, primary, std::move(text)};
}

class TextRenderer {
 public:
  TextRenderer(const SourceStore& sources, bool color) : sources_(sources), paint_{color} {}

  std::string Render(const Diagnostic& d) {
    const DiagnosticInfo& info = InfoOf(d.kind);
    error_ = info.severity == Severity::kError;
    const std::string head = fmt::format("{}[{}]", error_ ? "error" : "warning", info.code);
    out_ = (error_ ? paint_.Error(head) : paint_.Warning(head)) + paint_.Bold(fmt::format(": {}", d.message)) + "\n";
    margin_ = MarginOf(d);
    if (d.span.has_value()) Snippet(d);
    for (const std::string& note : d.notes) Remark("note", note);
    for (const Help& help : d.helps) ShowHelp(help);
    if (info.severity == Severity::kWarning && d.span.has_value()) {
      Remark("note", fmt::format("`@allow({})` before the declaration silences this", info.name));
    }
    return std::move(out_);
  }

 private:
  size_t MarginOf(const Diagnostic& d) const {
    uint32_t last = 0;
    const auto see = [&](const SourceSpan& span) {
      if (span.has_value()) last = std::max(last, sources_.Locate(span.file, span.begin).line);
    };
    see(d.span);
    for (const DiagnosticLabel& label : d.labels) see(label.span);
    for (const Help& help : d.helps) {
      for (const Edit& edit : help.edits) see(edit.span);
    }
    return std::to_string(last).size();
  }

  void Bar(std::string_view text = {}) {
    out_ += std::string(margin_, ' ') + paint_.Gutter(" |");
    if (!text.empty()) (out_ += ' ') += text;
    out_ += "\n";
  }
  void SourceLine(uint32_t number, std::string_view text) {
    out_ += paint_.Gutter(fmt::format("{:>{}} |", number, margin_));
    if (!text.empty()) (out_ += ' ') += text;
    out_ += "\n";
  }
  void Remark(std::string_view kind, std::string_view text) {
    out_ += std::string(margin_, ' ') + paint_.Gutter(" = ") + paint_.Help(kind) + ": ";
    for (const char c : text) {
      out_ += c;
      if (c == '\n') out_ += std::string(margin_ + 5 + kind.size(), ' ');
    }
    out_ += "\n";
  }

  void Snippet(const Diagnostic& d) {
    out_ += std::string(margin_, ' ') + paint_.Gutter("--> ") + sources_.Describe(d.span) + "\n";
    std::map<FileId, std::vector<Mark>> marks;
    marks[d.span.file].push_back(MarkOf(sources_, d.span, true, d.label));
    for (const DiagnosticLabel& label : d.labels) {
      if (label.span.has_value()) marks[label.span.file].push_back(MarkOf(sources_, label.span, false, label.text));
    }
    ShowMarks(d.span.file, marks[d.span.file]);
    for (auto& [file, list] : marks) {
      if (file == d.span.file) continue;
      out_ += std::string(margin_, ' ') + paint_.Gutter("::: ") +
              fmt::format("{}:{}:{}\n", sources_.Name(file), list.front().line, list.front().begin + 1);
      ShowMarks(file, list);
    }
  }

  void ShowMarks(FileId file, std::vector<Mark>& marks) {
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.line < b.line; });
    Bar();
    uint32_t previous = 0;
    for (size_t i = 0; i < marks.size();) {
      const uint32_t line = marks[i].line;
      if (previous != 0 && line == previous + 2) {
        SourceLine(line - 1, LayOut(sources_.Line(file, line - 1)).text);
      } else if (previous != 0 && line > previous + 1) {
        out_ += paint_.Gutter("...") + "\n";
      }
      size_t next = i;
      while (next < marks.size() && marks[next].line == line) ++next;
      ShowLine(file, line, std::span(marks).subspan(i, next - i));
      previous = line;
      i = next;
    }
  }

  // The line, and under it a line of underlines for each mark (the primary one first): simple, and never in each other's way.
  void ShowLine(FileId file, uint32_t line, std::span<Mark> marks) {
    const DisplayLine shown = LayOut(sources_.Line(file, line));
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.primary && !b.primary; });
    // The columns that are shown: all, or a window around the first mark.
    const size_t columns = shown.column_of_byte.back();
    size_t from = 0;
    size_t to = columns;
    if (columns > kMaxColumns) {
      const size_t mark = shown.column_of_byte[marks.front().begin];
      from = mark > kMaxColumns / 2 ? mark - kMaxColumns / 2 : 0;
      to = std::min(columns, from + kMaxColumns);
    }
    const std::string_view lead = from > 0 ? "..." : "";
    const std::string_view tail = to < columns ? "..." : "";
    const size_t text_from = shown.text_of_column[from];
    SourceLine(line, fmt::format("{}{}{}", lead, shown.text.substr(text_from, shown.text_of_column[to] - text_from), tail));
    for (const Mark& mark : marks) {
      const size_t begin = shown.column_of_byte[mark.begin];
      const size_t end = std::min(std::max(shown.column_of_byte[mark.end], begin + 1), std::max(to, begin + 1));
      if (begin < from || begin > to) {
        Bar(fmt::format("({})", mark.text));
        continue;
      }
      std::string under(end - begin, mark.primary ? '^' : '-');
      if (!mark.text.empty()) under += " " + mark.text;
      const std::string painted = !mark.primary ? paint_.Gutter(under) : error_ ? paint_.Error(under) : paint_.Warning(under);
      Bar(std::string(lead.size() + begin - from, ' ') + painted);
    }
  }

  void ShowHelp(const Help& help) {
    Remark("help", help.text);
    // The changed line, where all edits are on one line and it stays one.
    if (help.edits.empty()) return;
    const FileId file = help.edits.front().span.file;
    const uint32_t line = sources_.Locate(file, help.edits.front().span.begin).line;
    const uint32_t line_begin = sources_.LineBegin(file, line);
    const std::string_view text = sources_.Line(file, line);
    if (text.size() > kMaxColumns) return;
    std::vector<Edit> edits = help.edits;
    std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    std::string changed;
    size_t at = 0;
    for (const Edit& edit : edits) {
      const bool on_line = edit.span.file == file && edit.span.begin >= line_begin + at &&
                           edit.span.end <= line_begin + text.size() && edit.replacement.find('\n') == std::string::npos;
      if (!on_line) return;
      changed.append(text.substr(at, edit.span.begin - line_begin - at));
      changed.append(edit.replacement);
      at = edit.span.end - line_begin;
    }
    changed.append(text.substr(at));
    Bar();
    SourceLine(line, LayOut(changed).text);
  }

  const SourceStore& sources_;
  Paint paint_;
  std::string out_;
  size_t margin_ = 1;
  bool error_ = true;
};

std::string Count(size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

}  // namespace

std::string RenderText(const SourceStore& sources, const Diagnostic& diagnostic, bool color) {
  return TextRenderer(sources, color).Render(diagnostic);
}

std::string RenderAll(const SourceStore& sources, const DiagnosticSink::Summary& summary, bool json, bool color) {
  std::string out;
  for (const Diagnostic& d : summary.diagnostics) {
    out += json ? RenderJson(sources, d) : RenderText(sources, d, color) + "\n";
  }
  if (json || (summary.diagnostics.empty() && summary.omitted == 0)) return out;
  std::string counts;
  if (summary.errors > 0) counts = Count(summary.errors, "error");
  if (summary.warnings > 0) counts += (counts.empty() ? "" : ", ") + Count(summary.warnings, "warning");
  if (summary.omitted > 0) counts += fmt::format(", {} more not shown", summary.omitted);
  return out + counts + "\n";
}

}  // namespace assay
