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

std::unique_ptr<Engine> MakeEngine(const RuleGraph& graph, unsigned threads, PlannerOptions planner = {}, CodegenOptions codegen = {},
                                   RepeatedTexts repeats = RepeatedTexts::kWhereItPays) {
  auto plan = MakePlan(graph, planner);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  if (!plan) return nullptr;
  auto kernels = CompileKernels(*plan, graph, codegen);
  EXPECT_TRUE(kernels.has_value()) << kernels.error().message;
  if (!kernels) return nullptr;
  auto engine = Engine::Create(graph, std::move(*plan), std::move(*kernels), {.threads = threads, .repeats = repeats});
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

TEST(Engine, AgreesWithTheReferenceWhereEqualTextsAreScannedOnce) {
  for (uint32_t seed = 100; seed < 130 && !HasFatalFailure(); ++seed) {
    testing::RandomProgram program(seed);
    const auto graph = program.Make(12);
    const auto engine = MakeEngine(*graph, 1 + seed % 3, {}, {}, RepeatedTexts::kAlways);
    ASSERT_NE(engine, nullptr);
    for (size_t rows : {1, 64, 300, 2047, 4500}) {
      if (rows > 1000 && seed % 6 != 0) continue;
      ExpectAgreement(*graph, program.MakeBatch(*graph, rows), *engine, "seed " + std::to_string(seed) + ", rows " + std::to_string(rows));
    }
  }
}

// A program of `tests` tests of a text, and a plain column in which rows/times texts come `times` times each.
struct Repeated {
  std::unique_ptr<RuleGraph> graph = std::make_unique<RuleGraph>();
  Batch batch;

  Repeated(size_t tests, size_t rows, size_t times) {
    graph->fields.push_back({.name = "t", .column = "t", .type = kStringType, .nullable = true});
    graph->tasks.push_back({.name = "Class", .classes = {{"A", 0}, {"B", 1}}});
    NodeStore& nodes = graph->nodes;
    for (size_t i = 0; i < tests; ++i) {
      const NodeId operands[] = {nodes.Field(FieldId(size_t{0}), kStringType, true), nodes.String("w" + std::to_string(i) + " ")};
      Branch branch{.label = 1, .condition = nodes.Call(BuiltinId::OpContains, operands, kBoolType)};
      branch.fires = nodes.Make(NodeKind::kIsTrue, {branch.condition});
      graph->rules.push_back({.name = "r" + std::to_string(i), .task = TaskId(size_t{0}), .branches = {branch}});
    }
    const auto memory = std::make_shared<BatchMemory>();
    ColumnBuilder column(ColumnLayout::kString, false);
    for (size_t row = 0; row < rows; ++row) {
      const size_t text = row * 2654435761 % rows / times;
      if (text % 97 == 5) {
        column.AppendNull();
      } else {
        column.AppendString("w" + std::to_string(text % 50) + " w" + std::to_string(text % 7) + " and " + std::to_string(text));
      }
    }
    batch.rows = rows;
    batch.columns.push_back(column.Finish(*memory));
    batch.owner = memory;
  }
};

TEST(Engine, ScansEqualTextsOnceWhereTheyAreMany) {
  for (const unsigned threads : {1u, 2u}) {
    const Repeated often(20, 30'000, 10), never(20, 30'000, 1);
    const auto engine = MakeEngine(*often.graph, threads);
    ExpectAgreement(*often.graph, often.batch, *engine, "repeated");
    const ScanFigures figures = engine->scan_figures();
    EXPECT_EQ(figures.repeated_rows + figures.statistics.rows, 30'000u);
    EXPECT_GT(figures.repeated_rows, 26'000u);
    // The column turns out to repeat no more: the table is given up, and nothing else changes.
    ExpectAgreement(*never.graph, never.batch, *engine, "after it, distinct");
    EXPECT_EQ(engine->scan_figures().repeated_rows, figures.repeated_rows);
    const auto other = MakeEngine(*never.graph, threads);
    ExpectAgreement(*never.graph, never.batch, *other, "distinct");
    EXPECT_EQ(other->scan_figures().repeated_rows, 0u);
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
