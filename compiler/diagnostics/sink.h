// Collects the diagnostics of a compilation. Phases report in whatever order they find things; whoever shows them takes them
// sorted by place, without duplicates, and without the warnings that `@allow` silences.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace assay {

class DiagnosticSink {
 public:
  // A person reads a few dozen messages; a file of binary garbage has thousands. What comes later is counted, not kept.
  static constexpr size_t kDefaultLimit = 100;

  explicit DiagnosticSink(size_t limit = kDefaultLimit) : limit_(limit) {}

  void Report(Diagnostic diagnostic);

  // Silences warnings of `kind` whose primary span lies in `where`. The parser calls it for every `@allow(name)` with the
  // span of the declaration; it may come before or after the warning.
  void Allow(DiagnosticKind kind, SourceSpan where) { allowed_.push_back({kind, where}); }

  // Errors count from the moment they are reported, kept or not.
  bool has_errors() const { return error_count_ > 0; }
  size_t error_count() const { return error_count_; }
  // True once the limit is reached: a phase may stop looking for more errors.
  bool full() const { return kept_.size() >= limit_; }

  // A warning of one of these kinds was found inside this place, silenced or not.
  bool AnyWithin(std::initializer_list<DiagnosticKind> kinds, SourceSpan place) const;

  struct Summary {
    std::vector<Diagnostic> diagnostics;  // sorted by file and place; errors before warnings at the same place
    size_t errors = 0;                    // of `diagnostics`
    size_t warnings = 0;
    size_t omitted = 0;                   // found, but beyond the limit
  };
  Summary Finish() const;

  // A sink that has got nothing yet and silences the same.
  DiagnosticSink Emptied() const {
    DiagnosticSink sink(limit_);
    sink.allowed_ = allowed_;
    return sink;
  }

 private:
  struct Allowed {
    DiagnosticKind kind;
    SourceSpan where;
  };

  size_t limit_;
  size_t error_count_ = 0;
  size_t omitted_ = 0;
  std::vector<Diagnostic> kept_;
  std::vector<Allowed> allowed_;
};

}  // namespace assay
