// A run: the batch's columns are checked, tests of dictionary columns and of columns whose texts repeat are answered for their
// distinct texts, then workers take blocks from a counter and put each through the plan's steps. A worker writes only to its
// own buffers and to its block's words of the result.
#include "runtime/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <functional>
#include <thread>

#include "runtime/engine/derive.h"
#include "runtime/engine/dictionary.h"
#include "runtime/engine/load.h"
#include "runtime/engine/repeats.h"
#include "runtime/engine/slots.h"
#include "runtime/engine/thread_pool.h"
#include "runtime/evaluate/layout.h"
#include "runtime/scan/pattern_set.h"
#include "runtime/text/utf8.h"

namespace assay {

namespace {

using Clock = std::chrono::steady_clock;

// A scan that built fewer transitions was not held up by them: each takes some 0.3 us.
constexpr uint64_t kManyTransitions = 10'000;

// Bits of answers about distinct texts: 16 MiB, and as many that say which of them are known.
constexpr size_t kMostAnswers = size_t{1} << 27;

double SecondsBetween(Clock::time_point from, Clock::time_point to) { return std::chrono::duration<double>(to - from).count(); }

// Where a plane of the result comes from.
struct OutputPlane {
  uint32_t task = 0;        // of votes; unused for slices
  uint32_t plane = 0;
  SlotId slot;              // none: `constant` in every row
  bool constant = false;
  bool first = true;        // the first output of its plane; others are added to it
};

// Some of the texts of a scan, kept for SlowPatterns: of each the beginning.
struct TextSample {
  static constexpr size_t kTexts = 512;
  static constexpr size_t kBytes = 32'768;

  std::vector<std::string> texts;
  size_t bytes = 0;

  void Keep(std::span<const std::string_view> from, const uint64_t* known) {
    for (size_t row = 0; row < from.size() && texts.size() < kTexts && bytes < kBytes; ++row) {
      if (known != nullptr && ((known[row / 64] >> (row % 64)) & 1) == 0) continue;
      size_t size = std::min(from[row].size(), kBytes - bytes);
      while (size > 0 && size < from[row].size() && text::IsContinuation(from[row][size])) --size;
      texts.emplace_back(from[row].substr(0, size));
      bytes += size;
    }
  }
};

// Everything that one thread needs to run blocks.
struct Worker {
  explicit Worker(const Plan& plan) : slots(plan) {}

  SlotBuffers slots;
  Arena arena;
  ScanScratch scan;
  EvalContext context;
  std::vector<PatternSet::Output> outputs;
  std::vector<std::string_view> texts;
  std::vector<const void*> kernel_inputs;
  std::vector<const uint64_t*> kernel_inputs_known;
  std::vector<void*> kernel_outputs;
  std::vector<uint64_t*> kernel_outputs_known;
  StageSeconds seconds;
};

}  // namespace

StageSeconds& StageSeconds::operator+=(const StageSeconds& other) {
  load += other.load;
  derive += other.derive;
  scan += other.scan;
  kernel += other.kernel;
  vote += other.vote;
  return *this;
}

struct Engine::State {
  State(const RuleGraph& g, Plan p, KernelTable k, EngineOptions o, unsigned threads)
      : graph(g), plan(std::move(p)), kernels(std::move(k)), options(o), pool(threads) {}

  Status Prepare();
  void PrepareOutputs();
  void PrepareDirect();
  void PrepareNeeds();

  Status CheckBatch(const Batch& batch) const;
  void AnswerDistinctTexts(const Batch& batch, unsigned threads, const std::atomic<bool>* stop);
  bool NumberTexts(uint32_t index, const Column& column, size_t rows, unsigned threads, const std::atomic<bool>* stop);
  bool ForEachBlock(size_t rows, unsigned threads, double StageSeconds::*stage, const std::atomic<bool>* stop,
                    const std::function<bool(BlockRange, Worker&)>& work);
  void RunBlock(const Batch& batch, BlockRange block, Worker& worker, BatchResult& result);
  void RunLoad(const LoadStep& step, const Batch& batch, BlockRange block, Worker& worker);
  void RunScan(uint32_t index, const Batch& batch, BlockRange block, Worker& worker);
  void RunKernel(const KernelStep& step, BlockRange block, Worker& worker, BatchResult& result);
  void WriteOutputs(const std::vector<OutputPlane>& outputs, const Batch& batch, BlockRange block, const Worker& worker,
                    BatchResult& result) const;

  // The result's words of an output for a block.
  static uint64_t* PlaneOf(const OutputPlane& output, bool slice, BlockRange block, BatchResult& result) {
    VotePlanes& planes = slice ? result.slices : result.votes[output.task];
    return planes.plane(output.plane).data() + block.first / 64;
  }

  const RuleGraph& graph;
  const Plan plan;
  const KernelTable kernels;
  const EngineOptions options;
  std::vector<VoteLayout> layouts;           // by task
  std::vector<PatternSet> pattern_sets;      // by scan step
  std::vector<DeriveRoutine> routines;       // by derive step
  std::vector<AssayKernelParam> params;
  std::vector<OutputPlane> votes;
  std::vector<OutputPlane> slices;
  std::vector<const OutputPlane*> direct;    // by slot: the votes that a kernel writes without a copy
  std::vector<FieldId> field_of;             // by slot
  std::vector<bool> values_needed;           // by slot: somebody but scans reads the values
  std::vector<bool> scanned;                 // by slot: a scan reads the values, of the batch at hand
  std::vector<DictionaryAnswers> answers;    // by scan step, of the batch at hand; empty: texts are scanned row by row
  std::vector<RepeatWatch> repeats;          // by scan step
  std::vector<std::vector<bool>> known_asked;  // by scan step and test
  TextNumbers numbers;                       // of the column at hand
  std::vector<std::vector<uint32_t>> codes;  // by scan step: the numbers of a plain column's texts
  uint64_t repeated_rows = 0;
  std::vector<TextSample> samples;           // by scan step: the first texts
  ThreadPool pool;
  std::vector<std::unique_ptr<Worker>> workers;
};

// --- Preparing -----------------------------------------------------------------------------------------------------------

Status Engine::State::Prepare() {
  if (kernels.functions.size() != plan.kernels.size()) {
    return Fail(ErrorKind::kInternal, fmt::format("a plan of {} kernels with {} functions", plan.kernels.size(), kernels.functions.size()));
  }
  for (const ScanStep& scan : plan.scans) {
    std::vector<NodeId> tests;
    for (const ScanTest& test : scan.tests) tests.push_back(test.node);
    ASSAY_ASSIGN_OR_RETURN(PatternSet set, PatternSet::Build(graph, tests));
    pattern_sets.push_back(std::move(set));
  }
  for (const DeriveStep& derive : plan.derives) {
    ASSAY_ASSIGN_OR_RETURN(DeriveRoutine routine, DeriveRoutine::Make(graph, plan, derive));
    routines.push_back(std::move(routine));
  }
  for (const Param& param : graph.params) {
    AssayKernelParam bits = {0, ~uint64_t{0}};
    switch (param.value.kind()) {
      case Value::Kind::kNull: bits.known = 0; break;
      case Value::Kind::kBool: bits.bits = param.value.as_bool() ? 1 : 0; break;
      case Value::Kind::kInt: bits.bits = static_cast<uint64_t>(param.value.as_int()); break;
      case Value::Kind::kFloat: bits.bits = std::bit_cast<uint64_t>(param.value.as_float()); break;
      case Value::Kind::kString:
      case Value::Kind::kList:
      case Value::Kind::kRegex:
      case Value::Kind::kSet: break;  // only derive steps read these
    }
    params.push_back(bits);
  }
  answers.resize(plan.scans.size());
  repeats.resize(plan.scans.size());
  codes.resize(plan.scans.size());
  for (const ScanStep& scan : plan.scans) {
    std::vector<bool>& asked = known_asked.emplace_back();
    for (const ScanTest& test : scan.tests) asked.push_back(plan.slots[test.plane.index()].nullable);
  }
  samples.resize(plan.scans.size());
  PrepareOutputs();
  PrepareNeeds();
  PrepareDirect();
  return {};
}

void Engine::State::PrepareOutputs() {
  const auto constant_of = [&](const PlanOperand& operand) {
    if (operand.slot.has_value()) return false;
    const auto value = ConstantValue(graph, operand.constant);
    return value && value->kind() == Value::Kind::kBool && value->as_bool();
  };
  std::vector<std::vector<bool>> taken;
  std::vector<uint32_t> rule_in_layout(graph.rules.size(), 0);
  for (size_t t = 0; t < graph.tasks.size(); ++t) {
    layouts.push_back(MakeVoteLayout(graph, TaskId(t)));
    taken.emplace_back(layouts.back().planes.size());
    const auto rules = RulesOf(graph, TaskId(t));
    for (size_t r = 0; r < rules.size(); ++r) rule_in_layout[rules[r].index()] = static_cast<uint32_t>(r);
  }
  for (const VoteOutput& vote : plan.votes) {
    const Rule& rule = graph.rules[vote.rule.index()];
    if (rule.disabled) continue;
    const VoteLayout& layout = layouts[rule.task.index()];
    const VoteLayout::Rule& planes = layout.rules[rule_in_layout[vote.rule.index()]];
    for (uint32_t plane = planes.first_plane; plane < planes.first_plane + planes.plane_count; ++plane) {
      if (layout.planes[plane].class_id != vote.label) continue;
      const bool first = !taken[rule.task.index()][plane];
      taken[rule.task.index()][plane] = true;
      votes.push_back({rule.task.value, plane, vote.plane.slot, constant_of(vote.plane), first});
    }
  }
  for (const SliceOutput& slice : plan.slices) {
    slices.push_back({0, slice.slice, slice.plane.slot, constant_of(slice.plane), true});
  }
}

// A kernel's plane that is one vote plane and nothing else is written where the votes are.
void Engine::State::PrepareDirect() {
  direct.resize(plan.slots.size());
  std::vector<uint32_t> uses(plan.slots.size());
  std::vector<std::vector<uint32_t>> outputs_of(graph.tasks.size());
  for (size_t t = 0; t < graph.tasks.size(); ++t) outputs_of[t].resize(layouts[t].planes.size());
  for (const OutputPlane& vote : votes) {
    ++outputs_of[vote.task][vote.plane];
    if (vote.slot.has_value()) ++uses[vote.slot.index()];
  }
  std::vector<bool> written(plan.slots.size());
  for (const KernelStep& kernel : plan.kernels) {
    for (SlotId slot : kernel.outputs) written[slot.index()] = true;
  }
  for (const OutputPlane& vote : votes) {
    if (!vote.slot.has_value() || !written[vote.slot.index()] || uses[vote.slot.index()] != 1) continue;
    if (outputs_of[vote.task][vote.plane] == 1 && !plan.slots[vote.slot.index()].nullable) direct[vote.slot.index()] = &vote;
  }
}

void Engine::State::PrepareNeeds() {
  field_of.resize(plan.slots.size());
  values_needed.resize(plan.slots.size());
  for (const LoadStep& load : plan.loads) field_of[load.slot.index()] = load.field;
  for (const DeriveStep& derive : plan.derives) {
    for (const PlanOperand& operand : derive.operands) {
      if (operand.slot.has_value()) values_needed[operand.slot.index()] = true;
    }
  }
  for (const KernelStep& kernel : plan.kernels) {
    for (SlotId input : kernel.inputs) {
      const SlotKind kind = plan.slots[input.index()].kind;
      // Of texts and lists a kernel reads only where they are known.
      if (kind != SlotKind::kString && kind != SlotKind::kValue) values_needed[input.index()] = true;
    }
  }
  for (const auto* outputs : {&votes, &slices}) {
    for (const OutputPlane& output : *outputs) {
      if (output.slot.has_value()) values_needed[output.slot.index()] = true;
    }
  }
}

Status Engine::State::CheckBatch(const Batch& batch) const {
  if (batch.columns.size() != graph.fields.size()) {
    return Fail(ErrorKind::kInternal, fmt::format("a batch of {} columns for {} fields", batch.columns.size(), graph.fields.size()));
  }
  for (const LoadStep& load : plan.loads) {
    const Field& field = graph.fields[load.field.index()];
    const Column& column = batch.columns[load.field.index()];
    if (!FitsColumn(graph.types, field.type, column)) {
      return Fail(ErrorKind::kData, fmt::format("column `{}` does not hold values of type {}", field.name, graph.types.Print(field.type)));
    }
    if (column.layout != ColumnLayout::kNull && column.rows < batch.rows) {
      return Fail(ErrorKind::kData, fmt::format("column `{}` has {} rows, the batch {}", field.name, column.rows, batch.rows));
    }
  }
  return {};
}

// False where it was asked to stop, or where `work` was false.
bool Engine::State::ForEachBlock(size_t rows, unsigned threads, double StageSeconds::*stage, const std::atomic<bool>* stop,
                                 const std::function<bool(BlockRange, Worker&)>& work) {
  const size_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  std::atomic<size_t> next = 0;
  std::atomic<bool> good = true;
  pool.Run(static_cast<unsigned>(std::min<size_t>(threads, blocks)), [&](unsigned w) {
    const Clock::time_point start = Clock::now();
    for (size_t b = next.fetch_add(1); b < blocks && good.load(std::memory_order_relaxed); b = next.fetch_add(1)) {
      const bool stopped = stop != nullptr && stop->load(std::memory_order_relaxed);
      if (stopped || !work({b * kBlockRows, std::min(kBlockRows, rows - b * kBlockRows)}, *workers[w])) good = false;
    }
    if (stage != nullptr) workers[w]->seconds.*stage += SecondsBetween(start, Clock::now());
  });
  return good;
}

// Whether the texts of a plain column are now numbered: the batch's repeat often enough.
bool Engine::State::NumberTexts(uint32_t index, const Column& column, size_t rows, unsigned threads, const std::atomic<bool>* stop) {
  const size_t tests = pattern_sets[index].size();
  size_t most = 0;
  switch (options.repeats) {
    case RepeatedTexts::kWhereItPays: most = repeats[index].MostDistinct(column, rows, tests, kMostAnswers / std::max<size_t>(tests, 1)); break;
    case RepeatedTexts::kAlways: most = rows; break;
    case RepeatedTexts::kNever: break;
  }
  if (most == 0) return false;
  numbers.Reset(rows, most);
  const bool numbered = ForEachBlock(rows, threads, &StageSeconds::scan, stop, [&](BlockRange block, Worker&) { return numbers.Number(column, block); });
  if (numbered) {
    repeats[index].Found();
  } else {
    repeats[index].FoundTooMany();
  }
  return numbered;
}

void Engine::State::AnswerDistinctTexts(const Batch& batch, unsigned threads, const std::atomic<bool>* stop) {
  scanned.assign(plan.slots.size(), false);
  for (uint32_t s = 0; s < plan.scans.size(); ++s) {
    answers[s].Clear();
    const FieldId field = field_of[plan.scans[s].text.index()];
    const Column* column = field.has_value() ? &batch.columns[field.index()] : nullptr;
    const PatternSet& tests = pattern_sets[s];
    std::function<void(size_t, std::span<std::string_view>)> read;  // texts from an entry on
    if (column != nullptr && DictionaryAnswers::Pays(*column)) {
      const Column& entries = column->children[0];
      answers[s].Reset(known_asked[s], entries.rows, column->values, column->code_bytes);
      read = [&entries](size_t first, std::span<std::string_view> texts) {
        for (size_t i = 0; i < texts.size(); ++i) texts[i] = entries.Text(first + i);
      };
    } else if (column != nullptr && column->layout == ColumnLayout::kString && NumberTexts(s, *column, batch.rows, threads, stop)) {
      codes[s].swap(numbers.numbers());
      answers[s].Reset(known_asked[s], numbers.texts().size(), codes[s].data(), sizeof(uint32_t));
      read = [this](size_t first, std::span<std::string_view> texts) { std::ranges::copy(numbers.texts().subspan(first, texts.size()), texts.begin()); };
    } else {
      scanned[plan.scans[s].text.index()] = true;
      continue;
    }
    const size_t entries = answers[s].entries();
    ForEachBlock(entries, threads, &StageSeconds::scan, stop, [&](BlockRange block, Worker& worker) {
      worker.texts.resize(block.rows);
      read(block.first, worker.texts);
      // The first block is one thread's.
      if (block.first == 0 && samples[s].texts.empty()) samples[s].Keep(worker.texts, nullptr);
      answers[s].Answer(tests, block.first, worker.texts, worker.scan);
      return true;
    });
    answers[s].Finish();
    repeated_rows += batch.rows - std::min(batch.rows, entries);
  }
}

// --- A block -------------------------------------------------------------------------------------------------------------

void Engine::State::RunLoad(const LoadStep& step, const Batch& batch, BlockRange block, Worker& worker) {
  const Column& column = batch.columns[step.field.index()];
  const size_t slot = step.slot.index();
  const bool needed = values_needed[slot] || scanned[slot];
  LoadColumn(plan.slots[slot], graph.types, graph.fields[step.field.index()].type, column, block, step.slot, needed, worker.slots,
             worker.arena);
}

void Engine::State::RunScan(uint32_t index, const Batch& batch, BlockRange block, Worker& worker) {
  const ScanStep& step = plan.scans[index];
  SlotBuffers& slots = worker.slots;
  const DictionaryAnswers& answered = answers[index];
  const FieldId field = field_of[step.text.index()];
  const uint64_t* known = slots.Known(step.text);
  worker.outputs.clear();
  for (const ScanTest& test : step.tests) worker.outputs.push_back({slots.OwnAs<uint64_t>(test.plane), slots.OwnKnown(test.plane)});
  for (const ScanTest& test : step.tests) slots.Set(test.plane, slots.Own(test.plane), slots.OwnKnown(test.plane));
  if (answered.empty()) {
    // Rows without a text in a field that may have none are bad rows: their texts are empty and their votes do not count.
    // The first block of a batch is one thread's.
    if (block.first == 0 && samples[index].texts.empty()) samples[index].Keep({slots.As<std::string_view>(step.text), block.rows}, known);
    pattern_sets[index].Scan({slots.As<std::string_view>(step.text), block.rows}, known, worker.outputs, worker.scan);
    return;
  }
  answered.Expand(block.first, block.rows, worker.outputs);
  const Column& column = batch.columns[field.index()];
  const uint64_t* valid = column.validity == nullptr ? nullptr : column.validity + block.first / 64;
  for (const PatternSet::Output& output : worker.outputs) {
    for (size_t word = 0; word < block.words(); ++word) {
      if (valid != nullptr) output.plane[word] &= valid[word];
      if (output.known != nullptr && known != nullptr) output.known[word] &= known[word];
    }
  }
}

void Engine::State::RunKernel(const KernelStep& step, BlockRange block, Worker& worker, BatchResult& result) {
  SlotBuffers& slots = worker.slots;
  worker.kernel_inputs.clear();
  worker.kernel_inputs_known.clear();
  worker.kernel_outputs.clear();
  worker.kernel_outputs_known.clear();
  for (SlotId input : step.inputs) {
    worker.kernel_inputs.push_back(slots.Values(input));
    const uint64_t* known = slots.Known(input);
    worker.kernel_inputs_known.push_back(known == nullptr ? kAllKnown : known);
  }
  for (SlotId output : step.outputs) {
    const OutputPlane* vote = direct[output.index()];
    void* values = vote == nullptr ? slots.Own(output) : PlaneOf(*vote, false, block, result);
    slots.Set(output, values, slots.OwnKnown(output));
    worker.kernel_outputs.push_back(values);
    worker.kernel_outputs_known.push_back(slots.OwnKnown(output));
  }
  const AssayKernelArgs args = {worker.kernel_inputs.data(),  worker.kernel_inputs_known.data(), worker.kernel_outputs.data(),
                                worker.kernel_outputs_known.data(), params.data(),               block.words()};
  kernels.functions[step.function](&args);
}

void Engine::State::WriteOutputs(const std::vector<OutputPlane>& outputs, const Batch& batch, BlockRange block, const Worker& worker,
                                 BatchResult& result) const {
  const bool slice = &outputs == &slices;
  const size_t words = block.words();
  const uint64_t last = block.rows % 64 == 0 ? ~uint64_t{0} : (uint64_t{1} << (block.rows % 64)) - 1;
  const uint64_t* bad = !batch.bad_rows.empty() ? batch.bad_rows.data() + block.first / 64 : nullptr;
  for (const OutputPlane& output : outputs) {
    uint64_t* to = PlaneOf(output, slice, block, result);
    if (!output.slot.has_value()) {
      if (output.constant) std::fill_n(to, words, ~uint64_t{0});
    } else if (const auto* from = worker.slots.As<uint64_t>(output.slot); from != to) {
      for (size_t word = 0; word < words; ++word) to[word] = output.first ? from[word] : to[word] | from[word];
    }
    if (bad != nullptr) {
      for (size_t word = 0; word < words; ++word) to[word] &= ~bad[word];
    }
    to[words - 1] &= last;
  }
}

void Engine::State::RunBlock(const Batch& batch, BlockRange block, Worker& worker, BatchResult& result) {
  worker.arena.Reset();
  Clock::time_point since = Clock::now();
  const auto charge = [&](double& stage) {
    const Clock::time_point now = Clock::now();
    stage += SecondsBetween(since, now);
    since = now;
  };
  for (size_t s = 0; s < plan.steps.size(); ++s) {
    const Step& step = plan.steps[s];
    double* stage = nullptr;
    switch (step.kind) {
      case Step::Kind::kLoad:
        RunLoad(plan.loads[step.index], batch, block, worker);
        stage = &worker.seconds.load;
        break;
      case Step::Kind::kDerive:
        routines[step.index].Run(plan, worker.slots, block.rows, worker.context);
        stage = &worker.seconds.derive;
        break;
      case Step::Kind::kScan:
        RunScan(step.index, batch, block, worker);
        stage = &worker.seconds.scan;
        break;
      case Step::Kind::kKernel:
        RunKernel(plan.kernels[step.index], block, worker, result);
        stage = &worker.seconds.kernel;
        break;
    }
    if (s + 1 == plan.steps.size() || plan.steps[s + 1].kind != step.kind) charge(*stage);
  }
  WriteOutputs(votes, batch, block, worker, result);
  WriteOutputs(slices, batch, block, worker, result);
  charge(worker.seconds.vote);
}

// --- The engine ----------------------------------------------------------------------------------------------------------

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

unsigned Engine::threads() const { return state_->pool.size(); }

ScanFigures Engine::scan_figures() const {
  ScanFigures figures;
  figures.repeated_rows = state_->repeated_rows;
  for (const std::unique_ptr<Worker>& worker : state_->workers) {
    if (worker != nullptr) figures.statistics += worker->scan.Statistics();
  }
  for (size_t s = 0; s < state_->plan.scans.size(); ++s) {
    const ScanStep& step = state_->plan.scans[s];
    figures.tests += step.tests.size();
    for (uint32_t test : state_->pattern_sets[s].TakenOut()) {
      const NodeId constant = AsTextTest(state_->graph, step.tests[test].node)->constant;
      const Pattern& pattern = state_->graph.resources.pattern(PatternId(state_->graph.nodes.ConstantAt(constant).resource));
      figures.taken_out.push_back(fmt::format("/{}/{}", pattern.source, pattern.flags));
    }
  }
  return figures;
}

std::vector<SlowPattern> Engine::SlowPatterns() const {
  std::vector<SlowPattern> result;
  const scan::ScanStatistics scanned = scan_figures().statistics;
  if (scanned.transitions < kManyTransitions && scanned.clears == 0 && scanned.simulated == 0) return result;
  for (size_t s = 0; s < state_->plan.scans.size(); ++s) {
    std::vector<const text::Automaton*> automata;
    std::vector<PatternId> patterns;
    for (const ScanTest& test : state_->plan.scans[s].tests) {
      const TextTestNode shape = *AsTextTest(state_->graph, test.node);
      if (shape.kind != TextTestKind::kMatches) continue;
      const PatternId id(state_->graph.nodes.ConstantAt(shape.constant).resource);
      const Pattern& pattern = state_->graph.resources.pattern(id);
      if (pattern.automaton.MatchesEverywhere()) continue;
      automata.push_back(&pattern.automaton);
      patterns.push_back(id);
    }
    const TextSample& sample = state_->samples[s];
    const std::vector<std::string_view> texts(sample.texts.begin(), sample.texts.end());
    for (const scan::StateShare& share : scan::FindStateShares(automata, texts)) {
      result.push_back({patterns[share.pattern], texts.size(), sample.bytes, share});
    }
  }
  return result;
}

Result<std::unique_ptr<Engine>> Engine::Create(const RuleGraph& graph, Plan plan, KernelTable kernels, EngineOptions options) {
  ASSAY_RETURN_IF_ERROR(Verify(plan, graph));
  const unsigned threads = options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  auto state = std::make_unique<State>(graph, std::move(plan), std::move(kernels), options, threads);
  ASSAY_RETURN_IF_ERROR(state->Prepare());
  state->workers.resize(state->pool.size());
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Result<BatchResult> Engine::Run(const Batch& batch, const std::atomic<bool>* stop) {
  State& state = *state_;
  ASSAY_RETURN_IF_ERROR(state.CheckBatch(batch));
  BatchResult result;
  for (const VoteLayout& layout : state.layouts) result.votes.emplace_back(layout.planes.size(), batch.rows);
  result.slices = VotePlanes(state.slices.size(), batch.rows);
  const size_t blocks = (batch.rows + kBlockRows - 1) / kBlockRows;
  if (blocks == 0) return result;

  const unsigned workers = static_cast<unsigned>(std::min<size_t>(state.pool.size(), blocks));
  for (unsigned w = 0; w < workers; ++w) {
    if (state.workers[w] == nullptr) {
      auto worker = std::make_unique<Worker>(state.plan);
      worker->context.arena = &worker->arena;
      worker->context.regex = &worker->scan.regex;
      state.workers[w] = std::move(worker);
    }
    state.workers[w]->seconds = {};
    state.workers[w]->scan.limit_hits = 0;
    state.workers[w]->context.limit_hits = 0;
  }
  state.AnswerDistinctTexts(batch, workers, stop);
  const bool done = state.ForEachBlock(batch.rows, workers, nullptr, stop, [&](BlockRange block, Worker& worker) {
    state.RunBlock(batch, block, worker, result);
    return true;
  });
  if (!done) return Fail(ErrorKind::kInterrupted, "interrupted");
  for (unsigned w = 0; w < workers; ++w) {
    result.seconds += state.workers[w]->seconds;
    result.limit_hits += state.workers[w]->scan.limit_hits + state.workers[w]->context.limit_hits;
  }
  return result;
}

}  // namespace assay
