// Groups findings by kind and place.
#include "compiler/passes/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace assay {

bool Warnings::AnyWithin(SourceSpan place) const {
  return std::ranges::any_of(found_, [&](const Diagnostic& d) {
    return d.span.file == place.file && place.begin <= d.span.begin && d.span.end <= place.end;
  });
}

bool Warnings::ExplainedWithin(SourceSpan place) const {
  return sink_.AnyWithin({DiagnosticKind::kUpperCaseKeyword, DiagnosticKind::kNullComparison, DiagnosticKind::kEmptyPattern, DiagnosticKind::kDuplicateMember}, place);
}

void Warnings::Report() {
  const auto key = [](const Diagnostic& d) { return std::tuple(d.span.file, d.span.begin, d.span.end, d.kind); };
  std::ranges::stable_sort(found_, {}, key);
  for (size_t i = 0; i < found_.size();) {
    size_t end = i + 1;
    size_t others = 0;
    for (; end < found_.size() && key(found_[end]) == key(found_[i]); ++end) {
      if (found_[end].message != found_[i].message) ++others;
    }
    Diagnostic first = std::move(found_[i]);
    if (others > 0) first.notes.push_back(fmt::format("and {} more of this kind at this place", others));
    sink_.Report(std::move(first));
    i = end;
  }
  found_.clear();
}

}  // namespace assay
