// CompiledRunner: planner, code generator and engine in a row. The votes of an optimised graph are put into the planes
// of the graph as written, should a pass have removed branches.
#include "compiler/driver/compiled_runner.h"

#include <algorithm>

#include "compiler/codegen/codegen.h"
#include "compiler/planner/planner.h"
#include "runtime/engine/engine.h"
#include "runtime/evaluate/layout.h"

namespace assay {
namespace {

bool SamePlanes(const VoteLayout& a, const VoteLayout& b) {
  return std::ranges::equal(a.planes, b.planes, [](const VoteLayout::Plane& p, const VoteLayout::Plane& q) {
    return p.rule == q.rule && p.class_id == q.class_id;
  });
}

VotePlanes Remap(const VotePlanes& planes, const VoteLayout& from, const VoteLayout& to) {
  VotePlanes result(to.planes.size(), planes.rows());
  for (size_t p = 0; p < to.planes.size(); ++p) {
    for (size_t q = 0; q < from.planes.size(); ++q) {
      if (from.planes[q].rule == to.planes[p].rule && from.planes[q].class_id == to.planes[p].class_id) {
        std::ranges::copy(planes.plane(q), result.plane(p).begin());
      }
    }
  }
  return result;
}

}  // namespace

struct CompiledRunner::State {
  std::vector<TaskId> tasks;
  std::vector<VoteLayout> layouts;  // of the optimised graph, beside tasks
  std::unique_ptr<Engine> engine;
  const std::atomic<bool>* interrupt = nullptr;
  uint64_t limit_hits = 0;
  StageSeconds stages;
};

CompiledRunner::CompiledRunner(std::unique_ptr<State> state) : state_(std::move(state)) {}
CompiledRunner::~CompiledRunner() = default;

Result<std::unique_ptr<CompiledRunner>> CompiledRunner::Create(const RuleGraph& graph, const std::vector<TaskId>& tasks,
                                                               uint32_t threads, const std::atomic<bool>* interrupt) {
  auto state = std::make_unique<State>();
  state->tasks = tasks;
  for (const TaskId task : tasks) state->layouts.push_back(MakeVoteLayout(graph, task));
  ASSAY_ASSIGN_OR_RETURN(Plan plan, MakePlan(graph));
  ASSAY_ASSIGN_OR_RETURN(KernelTable kernels, CompileKernels(plan, graph));
  ASSAY_ASSIGN_OR_RETURN(state->engine,
                         Engine::Create(graph, std::move(plan), std::move(kernels), {.threads = threads}));
  state->interrupt = interrupt;
  return std::unique_ptr<CompiledRunner>(new CompiledRunner(std::move(state)));
}

Status CompiledRunner::Run(const Batch& batch, const std::vector<VoteLayout>& layouts, std::vector<VotePlanes>& tasks,
                           VotePlanes& slices) {
  ASSAY_ASSIGN_OR_RETURN(BatchResult result, state_->engine->Run(batch, state_->interrupt));
  tasks.clear();
  for (size_t t = 0; t < layouts.size(); ++t) {
    VotePlanes& planes = result.votes.at(state_->tasks[t].index());
    tasks.push_back(SamePlanes(state_->layouts[t], layouts[t]) ? std::move(planes)
                                                               : Remap(planes, state_->layouts[t], layouts[t]));
  }
  slices = std::move(result.slices);
  state_->limit_hits += result.limit_hits;
  state_->stages += result.seconds;
  return {};
}

uint64_t CompiledRunner::limit_hits() const { return state_->limit_hits; }
const StageSeconds& CompiledRunner::stages() const { return state_->stages; }
ScanFigures CompiledRunner::scan_figures() const { return state_->engine->scan_figures(); }
std::vector<SlowPattern> CompiledRunner::SlowPatterns() const { return state_->engine->SlowPatterns(); }

}  // namespace assay
