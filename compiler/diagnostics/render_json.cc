// Diagnostics as JSON, an object a line.
#include <fmt/format.h>

#include "compiler/diagnostics/render.h"

namespace assay {
namespace {

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

// The fields that say where something is, without braces.
std::string PlaceFields(const SourceStore& sources, const SourceSpan& span) {
  const SourceLocation from = sources.Locate(span.file, span.begin);
  const SourceLocation to = sources.Locate(span.file, span.end);
  return fmt::format(R"("file":{},"line":{},"column":{},"end_line":{},"end_column":{},"begin":{},"end":{})",
                     Quote(sources.Name(span.file)), from.line, from.column, to.line, to.column, span.begin, span.end);
}

template <typename T, typename F>
std::string Array(const std::vector<T>& items, F&& print) {
  std::string out = "[";
  for (const T& item : items) {
    if (out.size() > 1) out += ',';
    out += print(item);
  }
  return out + "]";
}

}  // namespace

std::string RenderJson(const SourceStore& sources, const Diagnostic& d) {
  const DiagnosticInfo& info = InfoOf(d.kind);
  const std::string labels = Array(d.labels, [&](const DiagnosticLabel& l) {
    return fmt::format(R"({{{},"text":{}}})", PlaceFields(sources, l.span), Quote(l.text));
  });
  const std::string fixes = Array(d.helps, [&](const Help& h) {
    return fmt::format(R"({{"text":{},"edits":{}}})", Quote(h.text), Array(h.edits, [&](const Edit& e) {
                         return fmt::format(R"({{{},"replacement":{}}})", PlaceFields(sources, e.span), Quote(e.replacement));
                       }));
  });
  // A diagnostic without a place (about the program as a whole) leaves the fields of the place out.
  const std::string place = d.span.has_value() ? PlaceFields(sources, d.span) + "," : "";
  return fmt::format(R"({{"severity":"{}","code":"{}","name":"{}","message":{},{}"label":{},"labels":{},"notes":{},"fixes":{}}})"
                     "\n",
                     info.severity == Severity::kError ? "error" : "warning", info.code, info.name, Quote(d.message), place,
                     Quote(d.label), labels, Array(d.notes, [](const std::string& n) { return Quote(n); }), fixes);
}

}  // namespace assay
