// Reports. The JSON has every number in full; the text is rounded for the eye.
#include "compiler/command/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/command/json_writer.h"
#include "compiler/command/numbers.h"
#include "compiler/command/table_printer.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

using Align = TablePrinter::Align;

std::string NameOfClass(const VoteLayout& layout, int32_t id) {
  for (size_t c = 0; c < layout.class_ids.size(); ++c) {
    if (layout.class_ids[c] == id) return layout.class_names[c];
  }
  return std::to_string(id);
}

std::vector<std::optional<double>> WeightsOf(const TaskReport& task) {
  return task.model == nullptr ? std::vector<std::optional<double>>() : task.model->Weights();
}

std::string RuleTable(const TaskReport& task, size_t width, bool color) {
  const VoteStatistics& statistics = *task.statistics;
  const std::vector<std::optional<double>> weights = WeightsOf(task);
  std::vector<TablePrinter::Column> columns = {
      {"rule", Align::kLeft}, {"polarity", Align::kLeft}, {"coverage"}, {"overlaps"}, {"conflicts"}};
  if (statistics.has_gold()) {
    columns.push_back({"correct"});
    columns.push_back({"incorrect"});
    columns.push_back({"accuracy"});
  }
  if (!weights.empty()) columns.push_back({"weight"});
  TablePrinter table(std::move(columns));
  const std::vector<VoteStatistics::Rule> rules = statistics.Rules();
  for (size_t r = 0; r < rules.size(); ++r) {
    const VoteStatistics::Rule& rule = rules[r];
    std::string polarity;
    for (const int32_t id : rule.polarity)
      polarity += (polarity.empty() ? "" : ", ") + NameOfClass(statistics.layout(), id);
    std::vector<std::string> cells = {rule.name, polarity, Ratio(statistics.Share(rule.votes)),
                                      Ratio(statistics.Share(rule.overlaps)), Ratio(statistics.Share(rule.conflicts))};
    if (statistics.has_gold()) {
      cells.push_back(WithThousands(rule.correct));
      cells.push_back(WithThousands(rule.incorrect));
      cells.push_back(Ratio(rule.empirical_accuracy()));
    }
    if (!weights.empty()) cells.push_back(Ratio(r < weights.size() ? weights[r] : std::nullopt));
    table.AddRow(std::move(cells));
  }
  return table.empty() ? "no rules that vote\n" : table.Print(width, color);
}

void AppendRuleTable(const TaskReport& task, bool name_task, JsonWriter& json) {
  const VoteStatistics& statistics = *task.statistics;
  const std::vector<std::optional<double>> weights = WeightsOf(task);
  const std::vector<VoteStatistics::Rule> rules = statistics.Rules();
  for (size_t r = 0; r < rules.size(); ++r) {
    const VoteStatistics::Rule& rule = rules[r];
    json.BeginObject().Field("rule", rule.name);
    if (name_task) json.Field("task", statistics.layout().task);
    json.Key("polarity").BeginArray();
    for (const int32_t id : rule.polarity) json.Value(id);
    json.EndArray();
    json.Field("coverage", statistics.Share(rule.votes))
        .Field("overlaps", statistics.Share(rule.overlaps))
        .Field("conflicts", statistics.Share(rule.conflicts));
    if (statistics.has_gold()) {
      json.Field("correct", rule.correct)
          .Field("incorrect", rule.incorrect)
          .Field("empirical_accuracy", rule.empirical_accuracy());
    }
    if (!weights.empty()) json.Field("learned_weight", r < weights.size() ? weights[r] : std::nullopt);
    json.EndObject();
  }
}

void AppendScan(const ScanFigures& scan, JsonWriter& json) {
  const scan::ScanStatistics& figures = scan.statistics;
  json.Key("scan")
      .BeginObject()
      .Field("tests", scan.tests)
      .Field("texts", figures.rows)
      .Field("repeated_rows", scan.repeated_rows)
      .Field("bytes", figures.bytes)
      .Field("states", figures.states)
      .Field("transitions", figures.transitions)
      .Field("clears", figures.clears)
      .Field("confirmed_rows", figures.confirmed_rows)
      .Field("matched_rows", figures.matched_rows)
      .Field("simulated_characters", figures.simulated)
      .Field("looked_up_rows", figures.looked_up_rows);
  json.Key("taken_out").BeginArray();
  for (const std::string& pattern : scan.taken_out) json.Value(pattern);
  json.EndArray().EndObject();
}

std::string Heading(std::string_view text, bool color) {
  return color ? fmt::format("\x1b[1m{}\x1b[0m\n", text) : fmt::format("{}\n", text);
}

}  // namespace

std::string ScoresAsText(const Scores& scores, const ClassList& classes, size_t width, bool color) {
  const bool two = classes.size() == 2;
  const bool known = scores.votes_known;
  std::vector<TablePrinter::Column> columns = {{"scores", Align::kLeft}, {"labeled"}};
  if (known) columns.push_back({"covered"});
  columns.push_back({"all"});
  TablePrinter table(std::move(columns));
  const auto add = [&](std::string name, auto&& cell_of) {
    std::vector<std::string> cells = {std::move(name), cell_of(scores.labeled)};
    if (known) cells.push_back(cell_of(scores.covered));
    cells.push_back(cell_of(scores.all));
    table.AddRow(std::move(cells));
  };
  const auto measure = [&](std::string name, std::optional<double> ViewScores::*member) {
    if (!(scores.labeled.*member) && !(scores.all.*member)) return;
    add(std::move(name), [&](const ViewScores& view) { return Ratio(view.*member); });
  };
  add("rows", [](const ViewScores& view) { return WithThousands(static_cast<uint64_t>(view.rows + 0.5)); });
  add("accuracy", [](const ViewScores& view) { return Ratio(view.accuracy); });
  if (two) {
    measure("precision", &ViewScores::precision);
    measure("recall", &ViewScores::recall);
    measure("F1", &ViewScores::f1);
  } else {
    measure("macro precision", &ViewScores::precision_macro);
    measure("macro recall", &ViewScores::recall_macro);
    measure("macro F1", &ViewScores::f1_macro);
  }
  measure("MCC", &ViewScores::mcc);
  if (two) {
    measure("ROC AUC", &ViewScores::roc_auc);
  } else {
    measure("ROC AUC, one vs rest", &ViewScores::roc_auc_ovr);
    measure("ROC AUC, one vs one", &ViewScores::roc_auc_ovo);
  }
  measure("log loss", &ViewScores::log_loss);
  measure("Brier score", &ViewScores::brier);
  measure("calibration error", &ViewScores::calibration_error);
  std::string out = table.Print(width, color);
  out += known ? "(labeled: rows that got a label; covered: rows with a vote; in covered and all a tie counts for each tied class evenly)\n"
               : "(labeled: rows that got a label; in all a tie counts for each tied class evenly; the file does not say which rows have "
                 "votes: --votes FILE tells)\n";
  if (two) out += fmt::format("(precision, recall and F1 are of {})\n", classes.names[1]);
  if (scores.labeled_without_votes > 0) {
    out += fmt::format("({} of the labeled rows {} no vote: --no-votes abstain leaves them without a label)\n",
                       WithThousands(scores.labeled_without_votes), scores.labeled_without_votes == 1 ? "has" : "have");
  }
  return out;
}

std::string ConfusionAsText(const ViewScores& view, const ClassList& classes, std::string_view what, size_t width, bool color) {
  std::vector<TablePrinter::Column> columns = {{fmt::format("{}: true class, then labels", what), Align::kLeft}};
  for (const std::string& name : classes.names) columns.push_back({name});
  TablePrinter table(std::move(columns));
  for (size_t g = 0; g < classes.size(); ++g) {
    std::vector<std::string> cells = {classes.names[g]};
    for (size_t l = 0; l < classes.size(); ++l) {
      const double count = view.confusion[g * classes.size() + l];
      cells.push_back(WithThousands(static_cast<uint64_t>(count + 0.5)));
    }
    table.AddRow(std::move(cells));
  }
  return table.Print(width, color);
}

namespace {

// Rules that depend on each other by what they say, beside how often they vote together and agree.
std::string CorrelationsAsText(const std::vector<CorrelationReport>& correlations, size_t width, bool color) {
  constexpr size_t kMostLines = 20;
  TablePrinter table({{"rule", Align::kLeft}, {"has in common", Align::kLeft}, {"together"}, {"expected"}, {"agree"}, {"expected"}});
  size_t lines = 0;
  const auto rounded = [](double count) { return WithThousands(static_cast<uint64_t>(count + 0.5)); };
  for (const CorrelationReport& pair : correlations) {
    if (lines == kMostLines) break;
    if (!pair.found.strong()) continue;
    std::string how = pair.found.kind == RuleCorrelation::Kind::kSame      ? fmt::format("fires where {} does", pair.second)
                      : pair.found.kind == RuleCorrelation::Kind::kImplies ? fmt::format("fires only where {} does", pair.second)
                                                                           : fmt::format("shares {} of {} tests with {}", pair.found.shared,
                                                                                         std::min(pair.found.of_first, pair.found.of_second), pair.second);
    table.AddRow({pair.first, std::move(how), rounded(pair.measured.together), rounded(pair.measured.expected), rounded(pair.measured.agree),
                  rounded(pair.measured.expected_agree)});
    ++lines;
  }
  if (lines == 0) return {};
  std::string out = '\n' + table.Print(width, color);
  const auto strong = static_cast<size_t>(std::ranges::count_if(correlations, [](const CorrelationReport& pair) { return pair.found.strong(); }));
  if (strong > lines) out += fmt::format("({} more pairs: --summary json lists them)\n", WithThousands(strong - lines));
  return out;
}

void AppendCorrelations(const Report& report, JsonWriter& json) {
  json.Key("correlations").BeginArray();
  for (const TaskReport& task : report.tasks) {
    for (const CorrelationReport& pair : task.correlations) {
      json.BeginObject().Field("first", pair.first).Field("second", pair.second);
      if (report.tasks.size() > 1) json.Field("task", task.statistics->layout().task);
      json.Field("kind", NameOf(pair.found.kind))
          .Field("strong", pair.found.strong())
          .Field("shared", pair.found.shared)
          .Field("tests_of_first", pair.found.of_first)
          .Field("tests_of_second", pair.found.of_second);
      json.Key("examples").BeginArray();
      for (const std::string& example : pair.found.examples) json.Value(example);
      json.EndArray();
      json.Field("together", pair.measured.together)
          .Field("expected_together", pair.measured.expected)
          .Field("agree", pair.measured.agree)
          .Field("expected_agree", pair.measured.expected_agree)
          .Field("excess_agreement", pair.measured.agree - pair.measured.expected_agree)
          .EndObject();
    }
  }
  json.EndArray();
}

}  // namespace

void AppendFindings(const std::vector<std::string>& notes, const Diagnostics& diagnostics, JsonWriter& json) {
  json.Key("notes").BeginArray();
  for (const std::string& note : notes) json.Value(note);
  json.EndArray();
  json.Key("diagnostics").Json(diagnostics.ToJson());
}

std::string ReportAsText(const Report& report, size_t width, bool color) {
  std::string out;
  if (report.run) {
    const RunFigures& run = *report.run;
    out += fmt::format("{} rows", WithThousands(run.rows));
    if (run.bytes != 0) out += fmt::format(" ({})", Bytes(run.bytes));
    out += fmt::format(" in {}", Duration(run.total));
    if (run.evaluate > 0 && run.rows > 0) {
      out += fmt::format("; evaluated in {}, {} rows/s", Duration(run.evaluate),
                         WithThousands(static_cast<uint64_t>(static_cast<double>(run.rows) / run.evaluate)));
    }
    if (!run.engine.empty()) out += fmt::format(" ({})", run.engine);
    out += '\n';
    if (run.rows != 0) {
      out += fmt::format("coverage: {} of the rows have a vote\n",
                         Percent(static_cast<double>(run.covered) / static_cast<double>(run.rows)));
    }
  }
  for (const TaskReport& task : report.tasks) {
    const VoteStatistics& statistics = *task.statistics;
    if (!out.empty()) out += '\n';
    if (report.tasks.size() > 1) {
      out += Heading(fmt::format("{} (coverage {}, overlaps {}, conflicts {})", statistics.layout().task,
                                 Ratio(statistics.coverage()), Ratio(statistics.Share(statistics.overlapped())),
                                 Ratio(statistics.Share(statistics.conflicted()))),
                     color);
    }
    out += RuleTable(task, width, color);
    out += CorrelationsAsText(task.correlations, width, color);
    if (!task.notes.empty() && task.model != nullptr) {
      out += fmt::format("\nabout the label model {}\n", task.model->method());
      for (const std::string& note : task.notes) out += fmt::format("  {}\n", note);
    }
    if (task.scores) {
      out += fmt::format("\nlabel model {}, {} rows with a known class\n",
                         task.model == nullptr ? "" : task.model->method(), WithThousands(task.scores->rows));
      out += ScoresAsText(*task.scores, ClassesOf(statistics.layout()), width, color);
    }
  }
  if (!report.slices.empty()) {
    TablePrinter table({{"slice", Align::kLeft}, {"rows"}, {"share"}});
    for (const SliceReport& slice : report.slices) {
      table.AddRow(
          {slice.name, WithThousands(slice.rows),
           Ratio(report.rows == 0 ? 0.0 : static_cast<double>(slice.rows) / static_cast<double>(report.rows))});
    }
    out += '\n' + table.Print(width, color);
  }
  return out;
}

std::string ReportAsJson(const Report& report) {
  std::string out;
  JsonWriter json(&out);
  const bool several = report.tasks.size() > 1;
  size_t rules = 0;
  for (const TaskReport& task : report.tasks) rules += task.statistics->layout().rules.size();
  json.BeginObject().Field("rows", report.rows).Field("rules", rules);
  if (report.run) {
    const RunFigures& run = *report.run;
    json.Field("bytes", run.bytes);
    json.Field("coverage", run.rows == 0 ? 0.0 : static_cast<double>(run.covered) / static_cast<double>(run.rows));
    json.Field("engine", run.engine);
    json.Key("seconds")
        .BeginObject()
        .Field("compile", run.compile)
        .Field("read", run.read)
        .Field("evaluate", run.evaluate);
    json.Field("model", run.model).Field("write", run.write).Field("total", run.total).EndObject();
    json.Key("stages")
        .BeginObject()
        .Field("load", run.stages.load)
        .Field("derive", run.stages.derive)
        .Field("scan", run.stages.scan)
        .Field("kernel", run.stages.kernel)
        .Field("vote", run.stages.vote)
        .Field("statistics", run.statistics)
        .Field("pairs", run.pairs)
        .Field("patterns", run.patterns)
        .EndObject();
    AppendScan(run.scan, json);
    json.Field("rows_per_second", run.evaluate > 0 ? static_cast<double>(run.rows) / run.evaluate : 0.0);
  } else if (!report.tasks.empty()) {
    json.Field("coverage", report.tasks[0].statistics->coverage());
  }
  json.Key("table").BeginArray();
  for (const TaskReport& task : report.tasks) AppendRuleTable(task, several, json);
  json.EndArray();
  if (several) {
    json.Key("tasks").BeginArray();
    for (const TaskReport& task : report.tasks) {
      json.BeginObject().Field("task", task.statistics->layout().task).Field("coverage", task.statistics->coverage());
      json.Field("overlaps", task.statistics->Share(task.statistics->overlapped()));
      json.Field("conflicts", task.statistics->Share(task.statistics->conflicted()));
      if (task.model != nullptr) json.Field("method", task.model->method());
      if (task.diagnostics != nullptr) AppendFindings(task.notes, *task.diagnostics, json);
      json.EndObject();
    }
    json.EndArray();
  } else if (!report.tasks.empty()) {
    const VoteStatistics& statistics = *report.tasks[0].statistics;
    json.Field("overlaps", statistics.Share(statistics.overlapped()))
        .Field("conflicts", statistics.Share(statistics.conflicted()));
    if (report.tasks[0].model != nullptr) json.Field("method", report.tasks[0].model->method());
    if (report.tasks[0].diagnostics != nullptr) AppendFindings(report.tasks[0].notes, *report.tasks[0].diagnostics, json);
  }
  if (!report.slices.empty()) {
    json.Key("slices").BeginArray();
    for (const SliceReport& slice : report.slices)
      json.BeginObject().Field("slice", slice.name).Field("rows", slice.rows).EndObject();
    json.EndArray();
  }
  if (std::ranges::any_of(report.tasks, [](const TaskReport& task) { return !task.correlations.empty(); })) AppendCorrelations(report, json);
  json.Key("scores");
  std::string scores = "null";
  for (const TaskReport& task : report.tasks) {
    if (!task.scores) continue;
    const ClassList classes = ClassesOf(task.statistics->layout());
    scores = Scorer::ToJson(*task.scores, &classes);
  }
  json.Json(scores);
  json.EndObject();
  out += '\n';
  return out;
}

}  // namespace assay
