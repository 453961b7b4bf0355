// The way from options to a report that `run` and `analyze` share: rules over data, or a file of votes, to statistics,
// files and a label model. The two verbs differ in what they write and in which figures they show.
#pragma once

#include <string>

#include "compiler/command/console.h"
#include "compiler/command/options.h"
#include "compiler/command/vote_source.h"
#include "runtime/base/result.h"

namespace assay {

struct RunRequest {
  SourceOptions source;
  FitModelOptions fit;
  LabelOptions label;
  std::string votes, slices, labels;  // paths of outputs; empty: not wanted
  std::string model_file;             // a model that was fitted before
  std::string save_model;             // where a fitted one goes
  std::string summary = "text";
  bool figures = true;  // rows/s and times
};

// The exit status.
Result<int> RunRules(const RunRequest& request, Console& console);

}  // namespace assay
