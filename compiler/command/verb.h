// A verb of the command: what `assay NAME` takes and does. Each has a file of its own, listed once in verbs.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/console.h"
#include "runtime/base/result.h"

namespace CLI {
class App;
}

namespace assay {

class Verb {
 public:
  virtual ~Verb() = default;

  virtual std::string_view name() const = 0;
  virtual std::string_view description() const = 0;  // one line
  virtual std::string_view usage() const = 0;        // what follows `assay NAME`
  // Command lines with a word about each, for --help: "assay check rules.lf".
  virtual std::vector<std::string_view> examples() const = 0;

  virtual void Declare(CLI::App& app) = 0;
  // The exit status, or the error that ended the work.
  virtual Result<int> Execute(Console& console) = 0;
};

// Every verb, in the order of the help.
std::vector<std::unique_ptr<Verb>> AllVerbs();

std::unique_ptr<Verb> MakeCheckVerb();
std::unique_ptr<Verb> MakeRunVerb();
std::unique_ptr<Verb> MakeTestVerb();
std::unique_ptr<Verb> MakeExplainVerb();
std::unique_ptr<Verb> MakeAnalyzeVerb();
std::unique_ptr<Verb> MakeFitVerb();
std::unique_ptr<Verb> MakeLabelVerb();
std::unique_ptr<Verb> MakeScoreVerb();
std::unique_ptr<Verb> MakeBuildVerb();

}  // namespace assay
