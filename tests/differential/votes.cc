// The two engines, called as the driver calls them.
#include "votes.h"

#include <bit>

#include "compiler/codegen/codegen.h"
#include "compiler/planner/planner.h"
#include "runtime/engine/engine.h"
#include "runtime/evaluate/evaluator.h"

namespace assay::differential {
namespace {

constexpr TaskId kTask{size_t{0}};

std::optional<VoteDifference> ComparePlanes(const VotePlanes& expected, const VotePlanes& actual, bool slice) {
  if (expected.rows() != actual.rows() || expected.planes() != actual.planes()) return VoteDifference{slice, 0, 0, false};
  for (size_t p = 0; p < expected.planes(); ++p) {
    for (size_t w = 0; w < expected.words(); ++w) {
      const uint64_t different = expected.plane(p)[w] ^ actual.plane(p)[w];
      if (different == 0) continue;
      const size_t row = w * 64 + static_cast<size_t>(std::countr_zero(different));
      return VoteDifference{slice, p, row, row < expected.rows() && expected.Get(p, row)};
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Votes> ReferenceVotes(const RuleGraph& graph, const Batch& batch) {
  ASSAY_ASSIGN_OR_RETURN(Evaluator evaluator, Evaluator::Create(graph));
  ASSAY_ASSIGN_OR_RETURN(EvaluatedVotes votes, EvaluateVotes(evaluator, graph, kTask, batch));
  ASSAY_ASSIGN_OR_RETURN(VotePlanes slices, EvaluateSlices(evaluator, graph, batch));
  return Votes{std::move(votes.planes), std::move(slices)};
}

Result<std::vector<Votes>> CompiledVotes(const RuleGraph& graph, const Batch& batch, const std::vector<unsigned>& threads) {
  std::vector<Votes> all;
  for (unsigned count : threads) {
    const EngineOptions options = {.threads = count, .repeats = count > 1 ? RepeatedTexts::kAlways : RepeatedTexts::kNever};
    ASSAY_ASSIGN_OR_RETURN(Plan plan, MakePlan(graph));
    ASSAY_RETURN_IF_ERROR(Verify(plan, graph));
    ASSAY_ASSIGN_OR_RETURN(KernelTable kernels, CompileKernels(plan, graph));
    ASSAY_ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, Engine::Create(graph, std::move(plan), std::move(kernels), options));
    ASSAY_ASSIGN_OR_RETURN(BatchResult result, engine->Run(batch));
    all.push_back({std::move(result.votes.at(kTask.index())), std::move(result.slices)});
  }
  return all;
}

std::optional<VoteDifference> CompareVotes(const Votes& expected, const Votes& actual) {
  if (const auto difference = ComparePlanes(expected.planes, actual.planes, false)) return difference;
  return ComparePlanes(expected.slices, actual.slices, true);
}

}  // namespace assay::differential
