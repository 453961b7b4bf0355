// The table of kinds, made from diagnostic_kinds.def.
#include "compiler/diagnostics/diagnostic.h"

#include <array>

namespace assay {
namespace {

constexpr DiagnosticInfo MakeInfo(std::string_view code, std::string_view name, std::string_view title) {
  return {code, name, title, code.front() == 'W' ? Severity::kWarning : Severity::kError};
}

constexpr auto kInfos = std::to_array<DiagnosticInfo>({
#define DIAGNOSTIC(enumerator, code, name, title) MakeInfo(code, #name, title),
#include "compiler/diagnostics/diagnostic_kinds.def"
#undef DIAGNOSTIC
});

}  // namespace

const size_t kDiagnosticKindCount = kInfos.size();

const DiagnosticInfo& InfoOf(DiagnosticKind kind) { return kInfos[static_cast<size_t>(kind)]; }

std::optional<DiagnosticKind> FindDiagnosticKind(std::string_view code_or_name) {
  for (size_t i = 0; i < kInfos.size(); ++i) {
    if (kInfos[i].code == code_or_name || kInfos[i].name == code_or_name) return static_cast<DiagnosticKind>(i);
  }
  return std::nullopt;
}

}  // namespace assay
