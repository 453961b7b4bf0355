// The options that verbs share, in groups: how they are declared, and what they become. A group is a plain struct that
// CLI11 fills with texts; the functions that turn it into what the other parts take report what is wrong with a value.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/command/console.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/program.h"
#include "runtime/base/result.h"
#include "runtime/io/table_reader.h"
#include "runtime/models/decide.h"
#include "runtime/models/label_model.h"

namespace CLI {
class App;
}

namespace assay {

// Every verb.
struct GlobalOptions {
  std::string message_format = "text";
  std::string color = "auto";
};
void AddGlobalOptions(CLI::App& app, GlobalOptions& options);
Status ApplyGlobalOptions(const GlobalOptions& options, Console& console);

// Whatever reads data.
struct DataOptions {
  std::string format = "auto";
  std::string delimiter;
  bool no_header = false;
  std::string columns;
  std::string quote;
  std::vector<std::string> nulls;
  bool trim = false;
  uint64_t skip_rows = 0;
  std::string limit;
  bool strict = false;
  std::string bad_rows = "error";
};
void AddDataOptions(CLI::App& app, DataOptions& options);
Result<ReadOptions> ToReadOptions(const DataOptions& options);

// Whatever compiles rules.
struct RulesOptions {
  std::vector<std::string> params;
  std::string root;
};
void AddRulesOptions(CLI::App& app, RulesOptions& options);
Result<CompileOptions> ToCompileOptions(const RulesOptions& options);

// Whatever evaluates rules.
struct EvaluateOptions {
  std::string engine = "auto";
  std::string threads;
  std::string task;
  std::string progress = "auto";
};
void AddEvaluateOptions(CLI::App& app, EvaluateOptions& options);
Result<ProgramOptions> ToProgramOptions(const EvaluateOptions& options);
Result<bool> WantsProgress(const EvaluateOptions& options);

// Votes that come from a file instead of rules and data.
struct VotesOptions {
  std::string votes;
  uint64_t classes = 0;
  std::string class_names;
  std::string confidences;
};
void AddVotesOptions(CLI::App& app, VotesOptions& options);
// Empty where neither was given.
Result<ClassList> ToClassList(const VotesOptions& options);

// Fitting a label model.
struct FitModelOptions {
  std::string method;  // empty: not given
  std::string balance;
  uint64_t seed = 0;
  std::vector<std::string> settings;
  std::vector<std::string> correlated;
};
void AddFitOptions(CLI::App& app, FitModelOptions& options);
// `--balance gold` is left to the caller: wants_gold_balance.
struct FitRequest {
  FitOptions options;
  bool balance_given = false;
  bool wants_gold_balance = false;
  std::vector<std::vector<std::string>> correlated;  // names of rules that depend on each other
  // Whether those that the rules themselves show are added; unsaid: for methods that it has helped, if nothing is named.
  std::optional<bool> correlated_by_code;
};
Result<FitRequest> ToFitRequest(const FitModelOptions& options);

// From probabilities to labels.
struct LabelOptions {
  std::string tie = "abstain";
  std::string no_votes = "prior";
};
void AddLabelOptions(CLI::App& app, LabelOptions& options);
Result<DecideOptions> ToDecideOptions(const LabelOptions& options);

// A word that must be one of a few; the error says which.
Status RequireOneOf(std::string_view option, const std::string& value, std::initializer_list<std::string_view> allowed);

std::vector<std::string> SplitAtCommas(std::string_view text);

}  // namespace assay
