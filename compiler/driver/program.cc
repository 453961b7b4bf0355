// Program: the choice between the two ways of running. `auto` looks at each batch: where the reference evaluator would
// be done before machine code were even made, it is used; once there is code, it always is.
#include "compiler/driver/program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <optional>

#include "compiler/driver/compiled_runner.h"
#include "compiler/driver/reference_runner.h"
#include "runtime/evaluate/layout.h"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The reference evaluator does some ten million nodes a second; making machine code takes some tens of milliseconds.
constexpr uint64_t kWorthCompiling = 400'000;  // rows x nodes

// What a row costs the reference evaluator, in nodes: it searches for the members of a set one by one.
uint64_t NodesARow(const RuleGraph& graph) {
  uint64_t nodes = graph.nodes.size() + 1;
  for (size_t set = 0; set < graph.resources.set_count(); ++set) nodes += graph.resources.set(SetId(set)).size();
  return nodes;
}

Result<std::vector<TaskId>> ChooseTasks(const RuleGraph& graph, const std::string& wanted) {
  std::vector<TaskId> tasks;
  std::vector<std::string> names;
  for (size_t t = 0; t < graph.tasks.size(); ++t) {
    if (RulesOf(graph, TaskId(t)).empty()) continue;
    names.push_back(graph.tasks[t].name);
    if (wanted.empty() || graph.tasks[t].name == wanted) tasks.emplace_back(t);
  }
  if (!tasks.empty() || wanted.empty()) return tasks;
  return Fail(ErrorKind::kUsage,
              names.empty() ? fmt::format("no task `{}`: no rule votes for any", wanted)
                            : fmt::format("no task `{}`: the rules vote for {}", wanted, fmt::join(names, ", ")));
}

}  // namespace

struct Program::State {
  const Compilation* compilation;
  ProgramOptions options;
  std::vector<TaskId> tasks;
  std::vector<VoteLayout> layouts;
  std::optional<ReferenceRunner> reference;
  std::unique_ptr<CompiledRunner> compiled;
  bool used_reference = false;
  bool used_compiled = false;
  std::string jit_problem;
  double compile_seconds = 0;
  double run_seconds = 0;

  // Makes machine code if it is wanted and not there. An error only where there is no other way.
  Status Prepare(const Batch& batch) {
    if (compiled != nullptr || options.engine == EngineChoice::kReference || !jit_problem.empty()) return {};
    const RuleGraph& graph = *compilation->optimized;
    if (options.engine == EngineChoice::kAuto && batch.rows * NodesARow(graph) < kWorthCompiling) return {};
    const auto start = Clock::now();
    Result<std::unique_ptr<CompiledRunner>> made =
        CompiledRunner::Create(graph, tasks, options.threads, options.interrupt);
    compile_seconds += SecondsSince(start);
    if (made) {
      compiled = std::move(*made);
      return {};
    }
    if (options.engine == EngineChoice::kJit) {
      if (made.error().kind != ErrorKind::kData) return std::unexpected(made.error());
      return Fail(ErrorKind::kData, made.error().message + "\n--engine reference runs rules without it");
    }
    jit_problem = made.error().message;
    return {};
  }
};

Program::Program(std::unique_ptr<State> state) : state_(std::move(state)) {}
Program::~Program() = default;

Result<std::unique_ptr<Program>> Program::Create(const Compilation& compilation, ProgramOptions options) {
  if (!compilation.ok() || compilation.optimized == nullptr)
    return Fail(ErrorKind::kInternal, "a program with errors cannot be loaded");
  auto state = std::make_unique<State>();
  state->compilation = &compilation;
  state->options = std::move(options);
  ASSAY_ASSIGN_OR_RETURN(state->tasks, ChooseTasks(*compilation.graph, state->options.task));
  for (const TaskId task : state->tasks) state->layouts.push_back(MakeVoteLayout(*compilation.graph, task));
  state->reference.emplace(*compilation.graph, state->tasks, state->options.threads, state->options.interrupt);
  return std::unique_ptr<Program>(new Program(std::move(state)));
}

const std::vector<VoteLayout>& Program::layouts() const { return state_->layouts; }
const std::vector<TaskId>& Program::tasks() const { return state_->tasks; }

std::vector<std::string> Program::slice_names() const {
  std::vector<std::string> names;
  for (const Slice& slice : state_->compilation->graph->slices) names.push_back(slice.name);
  return names;
}

Result<BatchVotes> Program::Run(const Batch& batch) {
  ASSAY_RETURN_IF_ERROR(state_->Prepare(batch));
  const auto start = Clock::now();
  BatchVotes votes;
  if (state_->compiled != nullptr) {
    state_->used_compiled = true;
    ASSAY_RETURN_IF_ERROR(state_->compiled->Run(batch, state_->layouts, votes.tasks, votes.slices));
  } else {
    state_->used_reference = true;
    ASSAY_RETURN_IF_ERROR(state_->reference->Run(batch, votes.tasks, votes.slices));
  }
  state_->run_seconds += SecondsSince(start);
  return votes;
}

std::string Program::engines_used() const {
  if (state_->used_reference && state_->used_compiled) return "reference, jit";
  return state_->used_compiled ? "jit" : state_->used_reference ? "reference" : "";
}

const std::string& Program::jit_problem() const { return state_->jit_problem; }

uint64_t Program::limit_hits() const {
  return state_->reference->limit_hits() + (state_->compiled != nullptr ? state_->compiled->limit_hits() : 0);
}

double Program::compile_seconds() const { return state_->compile_seconds; }
double Program::run_seconds() const { return state_->run_seconds; }
StageSeconds Program::stages() const { return state_->compiled != nullptr ? state_->compiled->stages() : StageSeconds{}; }
DiagnosticSink::Summary Program::Findings() const {
  if (state_->compiled == nullptr) return {};
  DiagnosticSink sink = state_->compilation->sink;
  for (const SlowPattern& slow : state_->compiled->SlowPatterns()) {
    const Pattern& pattern = state_->compilation->optimized->resources.pattern(slow.pattern);
    const scan::StateShare& share = slow.share;
    Diagnostic warning(DiagnosticKind::kSlowPattern, pattern.span, "this pattern multiplies the states that the scan builds");
    warning.label = fmt::format("takes part in {} of {} states", share.states, share.all);
    warning.notes.push_back(fmt::format("measured on the first {} texts ({} bytes): by itself it makes {} states and {} transitions, where a pattern of its size makes some {}",
                                        slow.texts, slow.bytes, share.alone, share.transitions, share.positions));
    warning.helps.push_back({"begin it with what is rare, make its repetitions shorter, or let them stop earlier: `[^.]{0,40}` instead of `.*`", {}});
    sink.Report(std::move(warning));
  }
  return sink.Finish();
}

ScanFigures Program::scan_figures() const { return state_->compiled != nullptr ? state_->compiled->scan_figures() : ScanFigures{}; }

}  // namespace assay
