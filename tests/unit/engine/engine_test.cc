// The engine against the reference evaluator on random programs and data, and what it promises about threads, bad rows and
// interruption.
#include "runtime/engine/engine.h"

#include <gtest/gtest.h>

#include "compiler/codegen/codegen.h"
#include "compiler/planner/planner.h"
#include "runtime/evaluate/evaluator.h"
#include "tests/unit/engine/random_program.h"

namespace assay {
namespace {

std::unique_ptr<Engine> MakeEngine(const RuleGraph& graph, unsigned threads, PlannerOptions planner = {}, CodegenOptions codegen = {}) {
  auto plan = MakePlan(graph, planner);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  if (!plan) return nullptr;
  auto kernels = CompileKernels(*plan, graph, codegen);
  EXPECT_TRUE(kernels.has_value()) << kernels.error().message;
  if (!kernels) return nullptr;
  auto engine = Engine::Create(graph, std::move(*plan), std::move(*kernels), {.threads = threads});
  EXPECT_TRUE(engine.has_value()) << engine.error().message;
  return engine ? std::move(*engine) : nullptr;
}

void ExpectSamePlanes(const VotePlanes& expected, const VotePlanes& actual, const std::string& what) {
  ASSERT_EQ(expected.rows(), actual.rows());
  ASSERT_EQ(expected.planes(), actual.planes());
  for (size_t p = 0; p < expected.planes(); ++p) {
    for (size_t row = 0; row < expected.rows(); ++row) {
      ASSERT_EQ(expected.Get(p, row), actual.Get(p, row)) << what << ", plane " << p << ", row " << row;
    }
    for (size_t w = 0; w < expected.words(); ++w) ASSERT_EQ(expected.plane(p)[w], actual.plane(p)[w]) << what << ": bits behind the last row";
  }
}

void ExpectAgreement(const RuleGraph& graph, const Batch& batch, Engine& engine, const std::string& what) {
  auto evaluator = Evaluator::Create(graph);
  ASSERT_TRUE(evaluator.has_value()) << evaluator.error().message;
  auto expected = EvaluateVotes(*evaluator, graph, TaskId(size_t{0}), batch);
  ASSERT_TRUE(expected.has_value());
  auto slices = EvaluateSlices(*evaluator, graph, batch);
  ASSERT_TRUE(slices.has_value());
  auto actual = engine.Run(batch);
  ASSERT_TRUE(actual.has_value()) << actual.error().message;
  ExpectSamePlanes(expected->planes, actual->votes.at(0), what);
  ExpectSamePlanes(*slices, actual->slices, what + ", slices");
}

TEST(Engine, AgreesWithTheReferenceOnRandomPrograms) {
  for (uint32_t seed = 0; seed < 60 && !HasFatalFailure(); ++seed) {
    testing::RandomProgram program(seed);
    const auto graph = program.Make(12);
    ASSERT_TRUE(Verify(*graph).has_value()) << Verify(*graph).error().message;
    const auto engine = MakeEngine(*graph, 1 + seed % 2, {.roots_per_kernel = 1 + seed % 7},
                                   {.tier = seed == 20 ? CodegenTier::kThorough : CodegenTier::kQuick});
    ASSERT_NE(engine, nullptr);
    for (size_t rows : {0, 1, 63, 64, 65, 300}) {
      ExpectAgreement(*graph, program.MakeBatch(*graph, rows), *engine, "seed " + std::to_string(seed) + ", rows " + std::to_string(rows));
    }
  }
}

TEST(Engine, AgreesWithTheReferenceAroundTheEdgesOfBlocks) {
  testing::RandomProgram program(4711);
  const auto graph = program.Make(30);
  const auto engine = MakeEngine(*graph, 2);
  ASSERT_NE(engine, nullptr);
  for (size_t rows : {2047, 2048, 2049, 4096, 6200}) {
    ExpectAgreement(*graph, program.MakeBatch(*graph, rows), *engine, "rows " + std::to_string(rows));
  }
}

TEST(Engine, GivesTheSameVotesWithAnyNumberOfThreads) {
  testing::RandomProgram program(99);
  const auto graph = program.Make(20);
  const Batch batch = program.MakeBatch(*graph, 20000);
  const auto one = MakeEngine(*graph, 1);
  const auto three = MakeEngine(*graph, 3);
  EXPECT_EQ(three->threads(), 3u);
  const auto a = one->Run(batch);
  for (int round = 0; round < 5; ++round) {
    const auto b = three->Run(batch);
    ASSERT_TRUE(a.has_value() && b.has_value());
    ExpectSamePlanes(a->votes[0], b->votes[0], "round " + std::to_string(round));
  }
}

TEST(Engine, StopsWhenItIsAskedTo) {
  testing::RandomProgram program(5);
  const auto graph = program.Make(2);
  const auto engine = MakeEngine(*graph, 2);
  std::atomic<bool> stop = true;
  const auto result = engine->Run(program.MakeBatch(*graph, 100), &stop);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kInterrupted);
}

TEST(Engine, RefusesABatchThatDoesNotFit) {
  testing::RandomProgram program(6);
  const auto graph = program.Make(8);
  const auto engine = MakeEngine(*graph, 1);
  Batch batch = program.MakeBatch(*graph, 10);
  batch.columns.pop_back();
  const auto result = engine->Run(batch);
  ASSERT_FALSE(result.has_value());
}

}  // namespace
}  // namespace assay
