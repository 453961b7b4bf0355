// The two sources of votes.
#include "compiler/command/vote_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "compiler/command/confidences.h"
#include "compiler/command/interrupt.h"
#include "compiler/command/numbers.h"
#include "compiler/command/progress.h"
#include "compiler/command/rules.h"
#include "runtime/graph/rule_graph.h"
#include "runtime/io/gold_file.h"
#include "runtime/io/read_votes.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

bool IsFile(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return !error && std::filesystem::exists(status) && !std::filesystem::is_directory(status);
}

std::string Plural(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", WithThousands(count), count == 1 ? one : many);
}

// Rows [first, first + count) of the gold that a file holds.
Status TakeGold(const std::vector<int32_t>& gold, const std::string& path, size_t first, size_t count,
                std::vector<int32_t>& out) {
  if (first + count > gold.size()) {
    return Fail(ErrorKind::kData, fmt::format("{}: has {} true classes, the data have more rows", path, gold.size()));
  }
  out.assign(gold.begin() + static_cast<std::ptrdiff_t>(first),
             gold.begin() + static_cast<std::ptrdiff_t>(first + count));
  return {};
}

class RulesSource : public VoteSource {
 public:
  RulesSource(std::unique_ptr<Compilation> compilation, std::unique_ptr<Program> program, Console& console,
              bool progress)
      : compilation_(std::move(compilation)), program_(std::move(program)), progress_(console, progress) {}

  // Binds data and gold.
  Status Open(std::vector<std::string> paths, ReadOptions read, const std::string& gold) {
    if (!gold.empty()) {
      if (layouts().size() != 1) {
        return Fail(ErrorKind::kUsage, layouts().empty() ? "--gold needs rules that vote"
                                                         : "the rules have several tasks: --gold needs --task NAME");
      }
      const ClassList classes = ClassesOf(layouts()[0]);
      ASSAY_ASSIGN_OR_RETURN(const bool is_column, IsGoldColumn(gold, paths.front(), read));
      if (is_column) {
        read.gold_column = gold;
        read.gold_classes = classes;
      } else {
        ASSAY_ASSIGN_OR_RETURN(gold_, ReadGoldFile(gold, classes));
        gold_path_ = gold;
      }
      has_gold_ = true;
    }
    const auto start = Clock::now();
    ASSAY_ASSIGN_OR_RETURN(reader_, OpenTable(std::move(paths), std::move(read), compilation_->graph->fields));
    read_seconds_ += SecondsSince(start);
    return {};
  }

  const std::vector<VoteLayout>& layouts() const override { return program_->layouts(); }
  std::vector<std::string> slice_names() const override { return program_->slice_names(); }
  std::span<const Field> fields() const override { return compilation_->graph->fields; }
  bool has_gold() const override { return has_gold_; }
  const Compilation* compilation() const override { return compilation_.get(); }
  const TaskGraph* task_graph() const override { return tasks_ ? &*tasks_ : nullptr; }
  void SetTasks(TaskGraph tasks) { tasks_ = std::move(tasks); }

  Result<bool> Next(SourceBatch& out) override {
    if (InterruptFlag()) return Fail(ErrorKind::kInterrupted, "interrupted");
    const auto start = Clock::now();
    ASSAY_ASSIGN_OR_RETURN(current_, reader_->Next());
    read_seconds_ += SecondsSince(start);
    if (!current_) {
      progress_.Clear();
      if (!gold_path_.empty()) ASSAY_RETURN_IF_ERROR(FitGold(gold_, rows_, gold_path_));
      return false;
    }
    const Batch& batch = current_->batch;
    ASSAY_ASSIGN_OR_RETURN(BatchVotes votes, program_->Run(batch));
    out.rows = batch.rows;
    out.tasks = std::move(votes.tasks);
    out.slices = std::move(votes.slices);
    out.data = &batch;
    if (gold_path_.empty()) {
      out.gold = std::move(current_->gold);
    } else {
      ASSAY_RETURN_IF_ERROR(TakeGold(gold_, gold_path_, rows_, batch.rows, out.gold));
    }
    rows_ += batch.rows;
    bytes_ += batch.text_bytes;
    progress_.Update(reader_->bytes_read(), reader_->bytes_total(), rows_);
    return true;
  }

  SourceTimes times() const override {
    return {compilation_->seconds + program_->compile_seconds(), read_seconds_, program_->run_seconds(), program_->stages(),
            program_->scan_figures()};
  }
  uint64_t bytes() const override { return bytes_; }
  std::string engine() const override { return program_->engines_used(); }

  DiagnosticSink::Summary findings() const override { return program_->Findings(); }

  std::vector<std::string> warnings() const override {
    std::vector<std::string> lines;
    const ReadReport& report = reader_->report();
    if (report.unreadable_cells != 0) {
      std::string line = fmt::format(
          "{} could not be read as the type of its column and counted as missing (--strict makes this an error)",
          Plural(report.unreadable_cells, "cell", "cells"));
      for (const std::string& example : report.examples) line += "\n  " + example;
      if (report.unreadable_cells > report.examples.size()) line += "\n  ...";
      lines.push_back(std::move(line));
    }
    if (report.repaired_cells != 0) {
      lines.push_back(fmt::format("{} not UTF-8: the bytes in question were read as U+FFFD",
                                  Plural(report.repaired_cells, "cell was", "cells were")));
    }
    if (report.bad_rows != 0) {
      lines.push_back(fmt::format("{} a required value: every rule abstained there",
                                  Plural(report.bad_rows, "row lacked", "rows lacked")));
    }
    if (program_->limit_hits() != 0) {
      lines.push_back(fmt::format("{} with backtracking ended at the limit: the result was unknown there",
                                  Plural(program_->limit_hits(), "search", "searches")));
    }
    if (!program_->jit_problem().empty()) {
      lines.push_back(
          fmt::format("the rules could not be compiled to machine code, so the slower reference evaluator ran them: {}",
                      program_->jit_problem()));
    }
    return lines;
  }

 private:
  // A column of the data comes first; else a file of that name.
  static Result<bool> IsGoldColumn(const std::string& gold, const std::string& data, const ReadOptions& read) {
    if (!read.columns.empty()) {
      if (std::ranges::find(read.columns, gold) != read.columns.end()) return true;
      if (IsFile(gold)) return false;
    } else if (data == "-") {
      return !IsFile(gold);
    } else {
      ASSAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadColumnNames(data, read));
      if (std::ranges::find(names, gold) != names.end()) return true;
      if (IsFile(gold)) return false;
      return Fail(ErrorKind::kData, fmt::format("--gold {}: neither a column of {} nor a file\nthe columns are {}",
                                                gold, data, fmt::join(names, ", ")));
    }
    return true;
  }

  std::unique_ptr<Compilation> compilation_;
  std::unique_ptr<Program> program_;
  std::optional<TaskGraph> tasks_;
  std::unique_ptr<TableReader> reader_;
  ProgressBar progress_;
  std::optional<TableBatch> current_;
  std::vector<int32_t> gold_;
  std::string gold_path_;
  bool has_gold_ = false;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  double read_seconds_ = 0;
};

class FileSource : public VoteSource {
 public:
  Status Open(const SourceOptions& options, ClassList classes, const TaskGraph* tasks = nullptr) {
    const auto start = Clock::now();
    std::optional<TaskGraph> described;
    if (tasks != nullptr) {
      described = *tasks;
    } else if (!options.tasks.empty()) {
      ASSAY_ASSIGN_OR_RETURN(described, TaskGraph::FromFile(options.tasks));
    }
    ASSAY_ASSIGN_OR_RETURN(VoteFile file, ReadVotes(options.votes.votes, {classes, &InterruptFlag()}));
    if (file.matrix.rules.empty()) return Fail(ErrorKind::kData, fmt::format("{}: there are no rules in it", options.votes.votes));
    rows_ = file.matrix.rows;
    if (!options.votes.confidences.empty()) {
      if (described) return Fail(ErrorKind::kUsage, "--confidences are of one task's votes: it cannot stand beside --tasks");
      ASSAY_ASSIGN_OR_RETURN(confidences_, ReadConfidences(options.votes.confidences, file.matrix.rules, rows_));
      for (size_t i = 0; i < confidences_.size(); ++i) {
        if (confidences_[i] == 0) file.matrix.votes[i] = int16_t{kAbstain};
      }
    }
    if (described) {
      ASSAY_RETURN_IF_ERROR(OpenTasks(options, *std::move(described), file.matrix));
      if (layouts_.size() == 1) classes = ClassesOf(layouts_[0]);
      if (!options.gold.empty() && layouts_.size() > 1) return Fail(ErrorKind::kUsage, "there are several tasks: --gold needs --task NAME");
    } else {
      if (!options.evaluate.task.empty()) return Fail(ErrorKind::kUsage, "--task needs --tasks FILE where votes come from a file");
      if (classes.size() == 0) {
        int32_t largest = std::max<int32_t>(file.matrix.largest(), 1);
        for (const int32_t gold : file.gold) largest = std::max(largest, gold);
        classes = ClassList::Numbered(static_cast<size_t>(largest) + 1);
      }
      ASSAY_ASSIGN_OR_RETURN(VoteLayout layout, LayoutOf(file.matrix, classes));
      planes_.push_back(PlanesOf(file.matrix, layout));
      layouts_.push_back(std::move(layout));
    }
    if (!options.gold.empty()) {
      has_gold_ = true;
      if (!file.gold.empty() && (options.gold == "label" || options.gold == "gold") && !IsFile(options.gold)) {
        gold_ = std::move(file.gold);
      } else {
        ASSAY_ASSIGN_OR_RETURN(gold_, ReadGoldFile(options.gold, classes));
        ASSAY_RETURN_IF_ERROR(FitGold(gold_, rows_, options.gold));
      }
    }
    read_seconds_ = SecondsSince(start);
    return {};
  }

  const std::vector<VoteLayout>& layouts() const override { return layouts_; }
  bool has_gold() const override { return has_gold_; }
  const TaskGraph* task_graph() const override { return tasks_ ? &*tasks_ : nullptr; }
  std::span<const double> confidences() const override { return confidences_; }

  Result<bool> Next(SourceBatch& out) override {
    if (done_) return false;
    done_ = true;
    out.rows = rows_;
    out.tasks = std::move(planes_);
    out.slices = VotePlanes(0, rows_);
    out.gold = std::move(gold_);
    out.data = nullptr;
    return true;
  }

  SourceTimes times() const override { return {0, read_seconds_, 0, {}, {}}; }

 private:
  Status OpenTasks(const SourceOptions& options, TaskGraph graph, const VoteMatrix& matrix) {
    if (options.votes.classes != 0 || !options.votes.class_names.empty()) {
      return Fail(ErrorKind::kUsage, "--tasks FILE names the classes: leave --classes and --class-names out");
    }
    auto parts = SplitByTask(matrix, graph);
    if (!parts) return Fail(parts.error().kind, fmt::format("{}: {}", options.votes.votes, parts.error().message));
    const std::string& only = options.evaluate.task;
    std::vector<std::string> names;
    for (TaskVotes& part : *parts) {
      names.push_back(part.layout.task);
      if (!only.empty() && part.layout.task != only) continue;
      layouts_.push_back(std::move(part.layout));
      planes_.push_back(std::move(part.planes));
    }
    if (layouts_.empty()) return Fail(ErrorKind::kUsage, fmt::format("no task `{}`: there are {}", only, fmt::join(names, ", ")));
    if (only.empty()) tasks_ = std::move(graph);
    return {};
  }

  size_t rows_ = 0;
  std::vector<VotePlanes> planes_;
  std::vector<double> confidences_;
  std::optional<TaskGraph> tasks_;
  std::vector<VoteLayout> layouts_;
  std::vector<int32_t> gold_;
  bool has_gold_ = false;
  bool done_ = false;
  double read_seconds_ = 0;
};

}  // namespace

void AddSourceOptions(CLI::App& app, SourceOptions& options, bool votes_files) {
  app.add_option("inputs", options.inputs);
  AddRulesOptions(app, options.rules);
  AddDataOptions(app, options.data);
  AddEvaluateOptions(app, options.evaluate);
  if (votes_files) {
    AddVotesOptions(app, options.votes);
    app.add_option("--confidences", options.votes.confidences, "how far to trust each vote, 0 to 1: a number for each of the votes")
        ->type_name("FILE")
        ->group("Votes from a file");
    app.add_option("--tasks", options.tasks, "several tasks, their rules, parents and feasible combinations, as JSON")
        ->type_name("FILE")
        ->group("Votes from a file");
  }
  app.add_option("--gold", options.gold,
                 "the true classes, by name or id: a column of the data, or a file with one a line")
      ->type_name("COLUMN|FILE")
      ->group("Scores");
}

Result<std::unique_ptr<VoteSource>> OpenVoteSource(const SourceOptions& options, const ClassList& classes,
                                                   Console& console) {
  if (!options.votes.votes.empty()) {
    if (!options.inputs.empty()) return Fail(ErrorKind::kUsage, "give either rules and data, or --votes FILE");
    ASSAY_ASSIGN_OR_RETURN(ClassList given, ToClassList(options.votes));
    auto source = std::make_unique<FileSource>();
    ASSAY_RETURN_IF_ERROR(source->Open(options, given.size() == 0 ? classes : std::move(given)));
    return std::unique_ptr<VoteSource>(std::move(source));
  }
  if (!options.votes.confidences.empty()) return Fail(ErrorKind::kUsage, "--confidences stand beside the votes of a file: they need --votes FILE");
  if (options.inputs.empty()) return Fail(ErrorKind::kUsage, "rules and data are missing: RULES DATA...");
  if (options.inputs.size() == 1)
    return Fail(ErrorKind::kUsage, fmt::format("data are missing: what should {} be run over?", options.inputs[0]));
  // Everything about the command line is looked at before any work.
  ASSAY_ASSIGN_OR_RETURN(const CompileOptions compile, ToCompileOptions(options.rules));
  ASSAY_ASSIGN_OR_RETURN(ReadOptions read, ToReadOptions(options.data));
  ASSAY_ASSIGN_OR_RETURN(ProgramOptions run, ToProgramOptions(options.evaluate));
  ASSAY_ASSIGN_OR_RETURN(const bool progress, WantsProgress(options.evaluate));

  ASSAY_ASSIGN_OR_RETURN(std::unique_ptr<Compilation> compilation, LoadRules(options.inputs[0], compile, console));
  if (compilation == nullptr) return std::unique_ptr<VoteSource>();
  ASSAY_ASSIGN_OR_RETURN(std::unique_ptr<Program> program, Program::Create(*compilation, std::move(run)));
  auto source = std::make_unique<RulesSource>(std::move(compilation), std::move(program), console, progress);
  if (!options.tasks.empty()) {
    ASSAY_ASSIGN_OR_RETURN(TaskGraph tasks, TaskGraph::FromFile(options.tasks));
    source->SetTasks(std::move(tasks));
  }
  ASSAY_RETURN_IF_ERROR(
      source->Open({options.inputs.begin() + 1, options.inputs.end()}, std::move(read), options.gold));
  return std::unique_ptr<VoteSource>(std::move(source));
}

Result<std::unique_ptr<VoteSource>> OpenVotesOfTasks(const SourceOptions& options, const TaskGraph& tasks) {
  if (!options.inputs.empty()) return Fail(ErrorKind::kUsage, "give either rules and data, or --votes FILE");
  auto source = std::make_unique<FileSource>();
  ASSAY_RETURN_IF_ERROR(source->Open(options, {}, &tasks));
  return std::unique_ptr<VoteSource>(std::move(source));
}

}  // namespace assay
