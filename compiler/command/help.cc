// Help is laid out for eighty columns; an option's value is shown by the name it was declared with.
#include "compiler/command/help.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace assay {
namespace {

constexpr size_t kWidth = 96;
constexpr size_t kIndent = 28;

std::string Bold(std::string_view text, bool color) {
  return color ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

// `head` and behind it, from column kIndent on, the words of `text`.
std::string Entry(const std::string& head, const std::string& text) {
  std::string out = "  " + head;
  size_t column = out.size();
  if (column + 2 > kIndent) {
    out += '\n';
    column = 0;
  }
  out.append(kIndent - column, ' ');
  column = kIndent;
  size_t at = 0;
  bool first = true;
  while (at < text.size()) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const size_t length = end - at;
    if (!first && column + 1 + length > kWidth) {
      out += '\n';
      out.append(kIndent, ' ');
      column = kIndent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += text.substr(at, length);
    column += length;
    first = false;
    at = end + 1;
  }
  return out + "\n";
}

std::string HeadOf(const CLI::Option& option) {
  std::string head;
  for (const std::string& name : option.get_snames()) head += (head.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) head += (head.empty() ? "--" : ", --") + name;
  if (option.get_type_size() != 0) head += " " + option.get_type_name();
  return head;
}

}  // namespace

std::string MainHelp(const std::vector<std::unique_ptr<Verb>>& verbs, std::string_view version, bool color) {
  std::string out = fmt::format(
      "assay {}: compiles labeling functions (.lf files) and runs them over data\n\n{} assay VERB ...\n\n{}\n", version,
      Bold("Usage:", color), Bold("Verbs:", color));
  for (const auto& verb : verbs) out += fmt::format("  {:<10}{}\n", verb->name(), verb->description());
  out += fmt::format(
      "\n`assay VERB --help` shows the options of a verb, with examples.\n\n{}\n"
      "  assay check rules.lf\n"
      "  assay run rules.lf data.csv --votes votes.csv\n"
      "  assay run rules.lf data.csv --gold label --method dawid_skene --labels labels.csv\n\n"
      "Exit status: 0 fine; 1 the rules or tests have errors; 2 wrong usage; 3 data or files could not be read or "
      "written.\n",
      Bold("Examples:", color));
  return out;
}

std::string VerbHelp(const Verb& verb, const CLI::App& app, bool color) {
  std::string out =
      fmt::format("{}\n\n{} assay {} {}\n", verb.description(), Bold("Usage:", color), verb.name(), verb.usage());
  std::vector<std::string> groups;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() || option->get_group().empty()) continue;
    if (std::ranges::find(groups, option->get_group()) == groups.end()) groups.push_back(option->get_group());
  }
  for (const std::string& group : groups) {
    out += fmt::format("\n{}\n", Bold(group + ":", color));
    for (const CLI::Option* option : app.get_options()) {
      if (!option->get_positional() && option->get_group() == group)
        out += Entry(HeadOf(*option), option->get_description());
    }
    if (group == "General") out += Entry("-h, --help", "this text");
  }
  out += fmt::format("\n{}\n", Bold("Examples:", color));
  for (const std::string_view example : verb.examples()) out += fmt::format("  {}\n", example);
  return out;
}

}  // namespace assay
