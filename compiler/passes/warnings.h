// What passes find doubtful, gathered until the pipeline ends. A place of the source stands in the graph once for each member
// of a family and for each use of a `let`: findings of one kind at one place become one warning that counts the others.
#pragma once

#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/sink.h"

namespace assay {

class Warnings {
 public:
  // What earlier phases found is in `sink`; Report adds to it.
  explicit Warnings(DiagnosticSink& sink) : sink_(sink) {}

  void Add(Diagnostic diagnostic) { found_.push_back(std::move(diagnostic)); }

  // Something was found inside this place: a general remark about the whole of it would only repeat it.
  bool AnyWithin(SourceSpan place) const;

  // An earlier phase has said why conditions inside this place are decided: a keyword in the wrong case, `x == null`, a pattern
  // that is found everywhere, a value listed twice.
  bool ExplainedWithin(SourceSpan place) const;

  // Hands everything to the sink, in the order of the places.
  void Report();

 private:
  DiagnosticSink& sink_;
  std::vector<Diagnostic> found_;
};

}  // namespace assay
