// RunCommand: finds the verb, lets CLI11 sort the arguments, runs the verb, and turns whatever happened into messages
// and an exit status. What CLI11 cannot place is looked at here, so that a slip of the finger gets a suggestion.
#include "compiler/command/command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <memory>
#include <new>

#include "compiler/command/console.h"
#include "compiler/command/help.h"
#include "compiler/command/interrupt.h"
#include "compiler/command/options.h"
#include "compiler/command/suggest.h"
#include "compiler/command/verb.h"

namespace assay {
namespace {

constexpr std::string_view kVersion = "0.1.0";

// Verbs that the contract names and that do not exist yet.
constexpr std::string_view kLaterVerbs[] = {"inspect", "fmt", "profile", "report", "diff", "sign", "verify", "lsp"};

bool WantsJson(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--message-format=json") return true;
    if (arguments[i] == "--message-format" && i + 1 < arguments.size() && arguments[i + 1] == "json") return true;
  }
  return false;
}

Error UnknownVerb(const std::string& word, const std::vector<std::unique_ptr<Verb>>& verbs) {
  std::vector<std::string> names;
  for (const auto& verb : verbs) names.emplace_back(verb->name());
  if (std::ranges::find(kLaterVerbs, word) != std::end(kLaterVerbs)) {
    return {ErrorKind::kUsage, fmt::format("`assay {}` does not exist yet", word)};
  }
  return {ErrorKind::kUsage,
          fmt::format("no verb `{}`{}\n`assay --help` lists the verbs", word, DidYouMean(word, names))};
}

Error UnexpectedArgument(const std::string& word, const Verb& verb, const CLI::App& app) {
  const std::string advice = fmt::format("`assay {} --help` lists the options", verb.name());
  if (word.size() > 1 && word[0] == '-') {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::string option = word.substr(0, word.find('='));
    return {ErrorKind::kUsage,
            fmt::format("`assay {}` has no option `{}`{}\n{}", verb.name(), option, DidYouMean(option, names), advice)};
  }
  return {ErrorKind::kUsage, fmt::format("`assay {}` does not expect `{}`\n{}", verb.name(), word, advice)};
}

Result<int> RunVerb(Verb& verb, std::vector<std::string> arguments, Console& console) {
  CLI::App app;
  app.set_help_flag();  // help is looked for below, so that it needs nothing else to be right
  GlobalOptions globals;
  verb.Declare(app);
  AddGlobalOptions(app, globals);
  app.allow_extras();
  if (std::ranges::any_of(arguments, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
    console.Out(VerbHelp(verb, app, console.color_out()));
    return 0;
  }
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return Fail(ErrorKind::kUsage, fmt::format("{}\n`assay {} --help` shows what it takes", error.what(), verb.name()));
  }
  ASSAY_RETURN_IF_ERROR(ApplyGlobalOptions(globals, console));
  const std::vector<std::string> remaining = app.remaining();
  if (!remaining.empty()) return std::unexpected(UnexpectedArgument(remaining.front(), verb, app));
  return verb.Execute(console);
}

Result<int> Dispatch(std::vector<std::string> arguments, Console& console) {
  const std::vector<std::unique_ptr<Verb>> verbs = AllVerbs();
  if (arguments.empty()) {
    console.Err(MainHelp(verbs, kVersion, console.color_err()));
    return ExitStatusOf(ErrorKind::kUsage);
  }
  const std::string first = arguments.front();
  if (first == "--help" || first == "-h" || (first == "help" && arguments.size() == 1)) {
    console.Out(MainHelp(verbs, kVersion, console.color_out()));
    return 0;
  }
  if (first == "--version" || first == "-V") {
    console.Out(fmt::format("assay {}\n", kVersion));
    return 0;
  }
  arguments.erase(arguments.begin());
  if (first == "help") {
    const std::string verb = arguments.front();
    arguments = {verb, "--help"};
    return Dispatch(std::move(arguments), console);
  }
  for (const auto& verb : verbs) {
    if (verb->name() == first) return RunVerb(*verb, std::move(arguments), console);
  }
  if (first.starts_with('-')) {
    return Fail(ErrorKind::kUsage,
                fmt::format("a verb comes before options such as `{}`\n`assay --help` lists the verbs", first));
  }
  return std::unexpected(UnknownVerb(first, verbs));
}

}  // namespace

int RunCommand(std::vector<std::string> arguments) {
  InstallSignalHandlers();
  Console console;
  console.SetJsonMessages(WantsJson(arguments));
  const auto fail = [&](const Error& error) {
    console.ShowError(error);
    return ExitStatusOf(error.kind);
  };
  int status = 0;
  try {
    const Result<int> result = Dispatch(std::move(arguments), console);
    status = result ? *result : fail(result.error());
  } catch (const std::bad_alloc&) {
    status = fail({ErrorKind::kData, "not enough memory"});
  } catch (const std::exception& exception) {
    status = fail({ErrorKind::kInternal, exception.what()});
  }
  if (const Status written = console.Finish(); !written && status == 0) status = fail(written.error());
  return status;
}

}  // namespace assay
