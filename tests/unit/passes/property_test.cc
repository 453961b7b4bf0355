// Random graphs before and after each pass, and after all of them, evaluated by the reference evaluator: every root has the same
// bits in every row. More of them run in tests/differential.
#include <gtest/gtest.h>

#include "compare.h"
#include "compiler/passes/passes.h"
#include "random_batch.h"
#include "random_graph.h"

namespace assay {
namespace {

using differential::CompareGraphs;
using differential::Difference;
using differential::RandomSource;

void ExpectSame(uint64_t seed, std::string_view name, const std::function<Status(RuleGraph&)>& passes) {
  RandomSource random(seed);
  const auto before = differential::RandomGraph(random);
  const Batch batch = differential::RandomBatch(40, random);
  ASSERT_TRUE(Verify(*before).has_value()) << "seed " << seed << ": " << Verify(*before).error().message;
  const auto after = CopyGraph(*before);
  ASSERT_TRUE(passes(*after).has_value());
  const Status sound = Verify(*after);
  ASSERT_TRUE(sound.has_value()) << "seed " << seed << ", " << name << ": " << sound.error().message;
  const auto difference = CompareGraphs(*before, *after, batch);
  if (!difference) return;
  const auto small = differential::Shrink(*before, Roots(*before)[difference->root], [&](const RuleGraph& graph) {
    const auto optimized = CopyGraph(graph);
    return passes(*optimized).has_value() && CompareGraphs(graph, *optimized, batch).has_value();
  });
  const auto optimized = CopyGraph(*small);
  (void)passes(*optimized);
  FAIL() << "seed " << seed << ", " << name << ": root " << difference->root << " is " << difference->values << " in row\n"
         << differential::PrintRow(batch, difference->row) << "before:\n" << Print(*small) << "after:\n" << Print(*optimized);
}

TEST(PassProperties, EveryPassKeepsEveryRoot) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    for (std::string_view pass : PassNames()) {
      ExpectSame(seed, pass, [&](RuleGraph& graph) { return RunPass(pass, graph); });
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(PassProperties, ThePipelineKeepsEveryRoot) {
  for (uint64_t seed = 1000; seed < 1120; ++seed) {
    ExpectSame(seed, "the pipeline", [](RuleGraph& graph) -> Status {
      DiagnosticSink sink;
      Optimize(graph, &sink);
      BindParams(graph);
      return {};
    });
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(PassProperties, TheSamePipelineGivesTheSameGraph) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    RandomSource random(seed);
    const auto one = differential::RandomGraph(random);
    const auto two = CopyGraph(*one);
    Optimize(*one);
    Optimize(*two);
    EXPECT_EQ(Print(*one), Print(*two));
  }
}

}  // namespace
}  // namespace assay
