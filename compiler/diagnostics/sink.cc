// Keeping, counting, ordering.
#include "compiler/diagnostics/sink.h"

#include <algorithm>
#include <tuple>

namespace assay {
namespace {

bool SameDiagnostic(const Diagnostic& a, const Diagnostic& b) {
  return a.kind == b.kind && a.span == b.span && a.message == b.message;
}

bool Contains(const SourceSpan& outer, const SourceSpan& inner) {
  return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

}  // namespace

void DiagnosticSink::Report(Diagnostic diagnostic) {
  if (diagnostic.severity() == Severity::kError) ++error_count_;
  if (!full()) {
    kept_.push_back(std::move(diagnostic));
    return;
  }
  ++omitted_;
  // An error is worth more than a warning: it takes the place of the last one kept.
  if (diagnostic.severity() != Severity::kError) return;
  const auto last_warning = std::find_if(kept_.rbegin(), kept_.rend(),
                                         [](const Diagnostic& d) { return d.severity() == Severity::kWarning; });
  if (last_warning != kept_.rend()) *last_warning = std::move(diagnostic);
}

bool DiagnosticSink::AnyWithin(std::initializer_list<DiagnosticKind> kinds, SourceSpan place) const {
  return std::ranges::any_of(kept_, [&](const Diagnostic& d) { return Contains(place, d.span) && std::ranges::find(kinds, d.kind) != kinds.end(); });
}

DiagnosticSink::Summary DiagnosticSink::Finish() const {
  Summary summary;
  summary.omitted = omitted_;
  for (const Diagnostic& d : kept_) {
    const bool allowed = d.severity() == Severity::kWarning &&
                         std::any_of(allowed_.begin(), allowed_.end(), [&](const Allowed& a) {
                           return a.kind == d.kind && Contains(a.where, d.span);
                         });
    if (!allowed) summary.diagnostics.push_back(d);
  }
  std::stable_sort(summary.diagnostics.begin(), summary.diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    const auto key = [](const Diagnostic& d) {
      return std::make_tuple(d.span.file, d.span.begin, d.severity(), d.span.end, d.kind);
    };
    return key(a) < key(b);
  });
  auto& all = summary.diagnostics;
  all.erase(std::unique(all.begin(), all.end(), SameDiagnostic), all.end());
  for (const Diagnostic& d : all) ++(d.severity() == Severity::kError ? summary.errors : summary.warnings);
  return summary;
}

}  // namespace assay
