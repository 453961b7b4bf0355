// One diagnostic: typed data about something wrong, or doubtful, at a place of a source file. Kinds are listed once in
// diagnostic_kinds.def; whoever finds a problem fills in a Diagnostic and hands it to a DiagnosticSink (sink.h). Rendering is
// elsewhere (render.h), as is applying the mends (fixes.h).
//
//   sink.Report(Diagnostic(DiagnosticKind::kUnknownName, span, fmt::format("unknown name `{}`", name))
//                   .WithLabel(schema_span, "the fields are declared here")
//                   .WithFix("did you mean `text`?", span, "text"));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/span.h"

namespace assay {

enum class DiagnosticKind : uint16_t {
#define DIAGNOSTIC(enumerator, code, name, title) enumerator,
#include "compiler/diagnostics/diagnostic_kinds.def"
#undef DIAGNOSTIC
};

enum class Severity : uint8_t { kError, kWarning };

struct DiagnosticInfo {
  std::string_view code;   // "E0203"
  std::string_view name;   // "unknown_name"; `@allow` takes it where it is a warning
  std::string_view title;  // what this kind is about, in general
  Severity severity;
};

const DiagnosticInfo& InfoOf(DiagnosticKind kind);
// How many kinds there are; they are numbered from 0.
extern const size_t kDiagnosticKindCount;
// By code or by name.
std::optional<DiagnosticKind> FindDiagnosticKind(std::string_view code_or_name);

// A change to the text; an empty span inserts, an empty replacement deletes.
struct Edit {
  SourceSpan span;
  std::string replacement;

  friend bool operator==(const Edit&, const Edit&) = default;
};

// What to do about it. With edits, `assay check --fix` can do it; without, it is advice.
struct Help {
  std::string text;
  std::vector<Edit> edits;
};

// A place that has to do with the problem, and what is there, in a few words.
struct DiagnosticLabel {
  SourceSpan span;
  std::string text;
};

struct Diagnostic {
  DiagnosticKind kind;
  SourceSpan span;      // the place underlined; an empty span points between two characters
  std::string message;  // one line, begins in lower case, no full stop
  std::string label;    // a few words under the underline; may be empty
  std::vector<DiagnosticLabel> labels;
  std::vector<std::string> notes;
  std::vector<Help> helps;

  Diagnostic(DiagnosticKind k, SourceSpan s, std::string m) : kind(k), span(s), message(std::move(m)) {}

  Diagnostic&& WithPrimaryLabel(std::string text) && {
    label = std::move(text);
    return std::move(*this);
  }
  Diagnostic&& WithLabel(SourceSpan at, std::string text) && {
    labels.push_back({at, std::move(text)});
    return std::move(*this);
  }
  Diagnostic&& WithNote(std::string text) && {
    notes.push_back(std::move(text));
    return std::move(*this);
  }
  Diagnostic&& WithHelp(std::string text) && {
    helps.push_back({std::move(text), {}});
    return std::move(*this);
  }
  // A mend that is safe to apply without asking: it must not change what correct text means.
  Diagnostic&& WithFix(std::string text, SourceSpan at, std::string replacement) && {
    helps.push_back({std::move(text), {{at, std::move(replacement)}}});
    return std::move(*this);
  }

  Severity severity() const { return InfoOf(kind).severity; }
};

}  // namespace assay
