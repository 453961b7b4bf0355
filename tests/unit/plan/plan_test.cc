// Plans are printed, read back and verified.
#include "runtime/plan/plan.h"

#include <gtest/gtest.h>

#include "compiler/planner/planner.h"
#include "tests/unit/engine/random_program.h"

namespace assay {
namespace {

TEST(Plan, IsReadAsItWasPrinted) {
  for (uint32_t seed = 100; seed < 130; ++seed) {
    testing::RandomProgram program(seed);
    const auto graph = program.Make(10);
    const auto plan = MakePlan(*graph, {.roots_per_kernel = 3});
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    const Status status = Verify(*plan, *graph);
    ASSERT_TRUE(status.has_value()) << status.error().message << "\n" << Print(*plan, *graph);
    const auto read = ReadPlan(Print(*plan, *graph), *graph);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*plan, *read);
  }
}

TEST(Plan, ThatIsDamagedIsAnErrorAndNeverACrash) {
  testing::RandomProgram program(7);
  const auto graph = program.Make(10);
  const auto plan = MakePlan(*graph);
  ASSERT_TRUE(plan.has_value());
  const std::string text = Print(*plan, *graph);
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = text;
    for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] = "0123456789%@()->:?, \nx"[random() % 22];
    const auto read = ReadPlan(damaged, *graph);
    if (read.has_value()) {
      EXPECT_TRUE(Verify(*read, *graph).has_value());
    }
  }
}

TEST(Plan, ReadingASlotBeforeItIsWrittenIsBroken) {
  testing::RandomProgram program(8);
  const auto graph = program.Make(10);
  auto plan = MakePlan(*graph);
  ASSERT_TRUE(plan.has_value());
  ASSERT_GT(plan->kernels.size(), 0u);
  std::swap(plan->steps.front(), plan->steps.back());
  EXPECT_FALSE(Verify(*plan, *graph).has_value());
}

}  // namespace
}  // namespace assay
