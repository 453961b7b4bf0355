// The groups of options that verbs share.
#include "compiler/command/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <thread>

#include "compiler/command/interrupt.h"
#include "compiler/command/suggest.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

CLI::Option* Text(CLI::App& app, std::string group, std::string name, std::string& value, std::string type,
                  std::string description) {
  return app.add_option(std::move(name), value, std::move(description))
      ->type_name(std::move(type))
      ->group(std::move(group));
}

CLI::Option* Texts(CLI::App& app, std::string group, std::string name, std::vector<std::string>& values,
                   std::string type, std::string description) {
  return app.add_option(std::move(name), values, std::move(description))
      ->type_name(std::move(type))
      ->type_size(1)
      ->allow_extra_args(false)
      ->group(std::move(group));
}

CLI::Option* Number(CLI::App& app, std::string group, std::string name, uint64_t& value, std::string description) {
  return app.add_option(std::move(name), value, std::move(description))->type_name("N")->group(std::move(group));
}

CLI::Option* Flag(CLI::App& app, std::string group, std::string name, bool& value, std::string description) {
  return app.add_flag(std::move(name), value, std::move(description))->group(std::move(group));
}

Result<uint64_t> ReadCount(std::string_view option, const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(ErrorKind::kUsage, fmt::format("{} takes a whole number, not `{}`", option, text));
  }
  return value;
}

// "name=value"
Result<std::pair<std::string, std::string>> ReadSetting(std::string_view option, const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Fail(ErrorKind::kUsage, fmt::format("{} takes name=value, not `{}`", option, text));
  }
  return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

Status RequireOneOf(std::string_view option, const std::string& value,
                    std::initializer_list<std::string_view> allowed) {
  if (std::ranges::find(allowed, value) != allowed.end()) return {};
  const std::vector<std::string> names(allowed.begin(), allowed.end());
  return Fail(ErrorKind::kUsage, fmt::format("{} is one of {}, not `{}`{}", option, fmt::join(names, ", "), value,
                                             DidYouMean(value, names)));
}

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

void AddGlobalOptions(CLI::App& app, GlobalOptions& options) {
  Text(app, "General", "--message-format", options.message_format, "text|json",
       "how diagnostics and errors are written; JSON is an object a line");
  Text(app, "General", "--color", options.color, "auto|always|never", "colours; auto: where a terminal shows them");
}

Status ApplyGlobalOptions(const GlobalOptions& options, Console& console) {
  ASSAY_RETURN_IF_ERROR(RequireOneOf("--message-format", options.message_format, {"text", "json"}));
  ASSAY_RETURN_IF_ERROR(RequireOneOf("--color", options.color, {"auto", "always", "never"}));
  console.SetJsonMessages(options.message_format == "json");
  console.SetColor(options.color == "always"  ? ColorChoice::kAlways
                   : options.color == "never" ? ColorChoice::kNever
                                              : ColorChoice::kAuto);
  return {};
}

void AddDataOptions(CLI::App& app, DataOptions& options) {
  const std::string group = "Reading data";
  Text(app, group, "--format", options.format, "csv|tsv|jsonl|wrench", "instead of what the file's ending says");
  Text(app, group, "--delimiter", options.delimiter, "C", "the character between cells");
  Flag(app, group, "--no-header", options.no_header, "the first line is data; the columns are named by --columns");
  Text(app, group, "--columns", options.columns, "a,b,c", "names of the columns, for data without a header");
  Text(app, group, "--quote", options.quote, "none", "quotes are ordinary characters");
  Texts(app, group, "--null", options.nulls, "TEXT", "a cell that means missing; may be given several times");
  Flag(app, group, "--trim", options.trim, "leave out blanks around cells");
  Number(app, group, "--skip-rows", options.skip_rows, "lines to leave out at the start of each file");
  Text(app, group, "--limit", options.limit, "N", "at most so many rows");
  Flag(app, group, "--strict", options.strict, "a cell that cannot be read as its column's type is an error");
  Text(app, group, "--bad-rows", options.bad_rows, "error|abstain",
       "rows that lack a required value: end the run, or abstain from every rule");
}

Result<ReadOptions> ToReadOptions(const DataOptions& options) {
  ReadOptions read;
  ASSAY_ASSIGN_OR_RETURN(read.format, TableFormatNamed(options.format));
  if (!options.delimiter.empty()) {
    std::string delimiter = options.delimiter;
    if (delimiter == "\\t" || delimiter == "tab") delimiter = "\t";
    if (delimiter.size() != 1 || delimiter == "\n" || delimiter == "\r" || delimiter == "\"") {
      return Fail(ErrorKind::kUsage,
                  fmt::format("--delimiter takes one character (\\t is a tab), not `{}`", options.delimiter));
    }
    read.delimiter = delimiter[0];
  }
  read.header = !options.no_header;
  if (!options.columns.empty()) read.columns = SplitAtCommas(options.columns);
  if (options.no_header && options.columns.empty())
    return Fail(ErrorKind::kUsage, "--no-header needs --columns a,b,c: the names of the columns");
  if (!options.no_header && !options.columns.empty()) {
    return Fail(ErrorKind::kUsage, "--columns names the columns of data without a header: it needs --no-header");
  }
  if (!options.quote.empty()) {
    ASSAY_RETURN_IF_ERROR(RequireOneOf("--quote", options.quote, {"none"}));
    read.quotes = false;
  }
  read.nulls = options.nulls;
  read.trim = options.trim;
  read.skip_rows = options.skip_rows;
  if (!options.limit.empty()) {
    ASSAY_ASSIGN_OR_RETURN(read.limit, ReadCount("--limit", options.limit));
  }
  read.strict = options.strict;
  ASSAY_RETURN_IF_ERROR(RequireOneOf("--bad-rows", options.bad_rows, {"error", "abstain"}));
  read.abstain_on_bad_rows = options.bad_rows == "abstain";
  read.interrupt = &InterruptFlag();
  return read;
}

void AddRulesOptions(CLI::App& app, RulesOptions& options) {
  Texts(app, "Rules", "--param", options.params, "name=value",
        "sets a parameter of the rules; may be given several times");
  Text(app, "Rules", "--root", options.root, "DIR",
       "the directory that imports and resources stay in; default: that of the rules");
}

Result<CompileOptions> ToCompileOptions(const RulesOptions& options) {
  CompileOptions compile;
  compile.root = options.root;
  for (const std::string& text : options.params) {
    ASSAY_ASSIGN_OR_RETURN(auto setting, ReadSetting("--param", text));
    compile.params.push_back(std::move(setting));
  }
  return compile;
}

void AddEvaluateOptions(CLI::App& app, EvaluateOptions& options) {
  const std::string group = "Evaluating";
  Text(app, group, "--engine", options.engine, "auto|jit|reference", "how rules are run; the votes are the same");
  Text(app, group, "--threads", options.threads, "N", "default: all that the machine has");
  Text(app, group, "--task", options.task, "NAME", "this task alone, where the rules have several");
  Text(app, group, "--progress", options.progress, "auto|never", "the progress bar; auto: where a terminal shows it");
}

Result<ProgramOptions> ToProgramOptions(const EvaluateOptions& options) {
  ProgramOptions program;
  ASSAY_RETURN_IF_ERROR(RequireOneOf("--engine", options.engine, {"auto", "jit", "reference"}));
  program.engine = options.engine == "jit"         ? EngineChoice::kJit
                   : options.engine == "reference" ? EngineChoice::kReference
                                                   : EngineChoice::kAuto;
  program.threads = std::max(1u, std::thread::hardware_concurrency());
  if (!options.threads.empty()) {
    ASSAY_ASSIGN_OR_RETURN(const uint64_t threads, ReadCount("--threads", options.threads));
    if (threads < 1 || threads > 1024) return Fail(ErrorKind::kUsage, "--threads takes a number from 1 to 1024");
    program.threads = static_cast<uint32_t>(threads);
  }
  program.task = options.task;
  program.interrupt = &InterruptFlag();
  return program;
}

Result<bool> WantsProgress(const EvaluateOptions& options) {
  ASSAY_RETURN_IF_ERROR(RequireOneOf("--progress", options.progress, {"auto", "never"}));
  return options.progress == "auto";
}

void AddVotesOptions(CLI::App& app, VotesOptions& options) {
  const std::string group = "Votes from a file";
  Text(app, group, "--votes", options.votes, "FILE", "votes that were written before, instead of rules and data");
  Number(app, group, "--classes", options.classes, "how many classes there are, where the file does not say");
  Text(app, group, "--class-names", options.class_names, "A,B,...", "the names of the classes 0, 1, ...");
}

Result<ClassList> ToClassList(const VotesOptions& options) {
  if (!options.class_names.empty()) {
    std::vector<std::string> names = SplitAtCommas(options.class_names);
    if (options.classes != 0 && options.classes != names.size()) {
      return Fail(ErrorKind::kUsage, fmt::format("--classes {} and the {} names of --class-names contradict each other",
                                                 options.classes, names.size()));
    }
    for (size_t i = 0; i < names.size(); ++i) {
      if (names[i].empty()) return Fail(ErrorKind::kUsage, "--class-names has an empty name");
      if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
          names.begin() + static_cast<std::ptrdiff_t>(i)) {
        return Fail(ErrorKind::kUsage, fmt::format("--class-names has `{}` twice", names[i]));
      }
    }
    return ClassList::Named(std::move(names));
  }
  if (options.classes > 30'000) return Fail(ErrorKind::kUsage, "--classes takes a number up to 30000");
  return ClassList::Numbered(options.classes);
}

void AddFitOptions(CLI::App& app, FitModelOptions& options) {
  const std::string group = "Label model";
  std::string methods;
  for (const std::string& name : LabelModelMethods()) methods += (methods.empty() ? "" : "|") + name;
  Text(app, group, "--method", options.method, "NAME", methods + "; default: auto");
  Text(app, group, "--balance", options.balance, "HOW", "shares of the classes: uniform|gold|estimate|p0,p1,...");
  Number(app, group, "--seed", options.seed, "for methods that draw at random");
  Texts(app, group, "--correlated", options.correlated, "A,B|code|none",
        "rules that depend on each other, for methods that can use it; `code`: those that the rules show (default for triplet); may be "
        "given several times");
  Texts(app, group, "--set", options.settings, "name=value", "an option of the method; may be given several times");
}

Result<FitRequest> ToFitRequest(const FitModelOptions& options) {
  FitRequest request;
  if (!options.method.empty()) {
    const std::vector<std::string> methods = LabelModelMethods();
    if (std::ranges::find(methods, options.method) == methods.end()) {
      return Fail(ErrorKind::kUsage, fmt::format("no label model `{}`{}\nthere are {}", options.method,
                                                 DidYouMean(options.method, methods), fmt::join(methods, ", ")));
    }
    request.options.method = options.method;
  }
  request.options.seed = options.seed;
  for (const std::string& text : options.settings) {
    ASSAY_ASSIGN_OR_RETURN(const auto setting, ReadSetting("--set", text));
    request.options.options[setting.first] = setting.second;
  }
  request.balance_given = !options.balance.empty();
  if (options.balance == "gold") {
    request.wants_gold_balance = true;
  } else if (options.balance == "estimate") {
    request.options.estimate_balance = true;
  } else if (!options.balance.empty() && options.balance != "uniform") {
    for (const std::string& part : SplitAtCommas(options.balance)) {
      const auto share = text::ParseFloat(part);
      if (!share || !(*share >= 0) || *share > 1e300) {
        return Fail(
            ErrorKind::kUsage,
            fmt::format("--balance is uniform, gold, estimate, or shares such as 0.9,0.1; not `{}`", options.balance));
      }
      request.options.balance.push_back(*share);
    }
  }
  for (const std::string& text : options.correlated) {
    if (text == "code" || text == "none") {
      request.correlated_by_code = text == "code";
      continue;
    }
    request.correlated.push_back(SplitAtCommas(text));
    if (request.correlated.back().size() < 2) {
      return Fail(ErrorKind::kUsage, fmt::format("--correlated takes the names of two or more rules, `a,b`, or one of `code` and `none`; not `{}`", text));
    }
  }
  request.options.interrupt = &InterruptFlag();
  return request;
}

void AddLabelOptions(CLI::App& app, LabelOptions& options) {
  const std::string group = "Labels";
  Text(app, group, "--tie", options.tie, "abstain|split|random|hash",
       "rows whose best classes are level: no label, the classes in turn, one by the row's number, one by what the row "
       "holds");
  Text(app, group, "--no-votes", options.no_votes, "prior|uniform|abstain",
       "rows that no rule votes on: the model's balance and what follows from it, every class alike, no label");
}

Result<DecideOptions> ToDecideOptions(const LabelOptions& options) {
  DecideOptions decide;
  ASSAY_ASSIGN_OR_RETURN(decide.tie, TiePolicyNamed(options.tie));
  ASSAY_ASSIGN_OR_RETURN(decide.no_votes, NoVotesPolicyNamed(options.no_votes));
  return decide;
}

}  // namespace assay
