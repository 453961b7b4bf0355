// When searches are taken out of the pass, from counts alone.
#include "runtime/scan/plan.h"

#include <gtest/gtest.h>

namespace assay::scan {
namespace {

TEST(Plan, TheExponentIsThatOfThePowerThatGrowthFollows) {
  const Progress earlier{.rows = 1'000, .transitions = 100};
  EXPECT_DOUBLE_EQ(GrowthExponent(earlier, {.rows = 2'000, .transitions = 200}), 1);
  EXPECT_NEAR(GrowthExponent(earlier, {.rows = 4'000, .transitions = 200}), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(GrowthExponent(earlier, {.rows = 4'000, .transitions = 100}), 0);
}

TEST(Plan, TheExponentIsBetweenNoneAndOne) {
  EXPECT_EQ(GrowthExponent({.rows = 1'000, .transitions = 100}, {.rows = 1'001, .transitions = 1'000'000}), 1);
  EXPECT_EQ(GrowthExponent({}, {.rows = 10, .transitions = 10}), 0);                                         // nothing to compare with
  EXPECT_EQ(GrowthExponent({.rows = 10, .transitions = 10}, {.rows = 10, .transitions = 20}), 0);            // no more rows
  EXPECT_EQ(GrowthExponent({.rows = 10, .transitions = 20}, {.rows = 20, .transitions = 10}), 0);            // cleared
}

TEST(Plan, BuildsTooMuchWhereTransitionsGrowAsTheTextsDo) {
  const Progress earlier{.rows = 1'000, .bytes = 100'000, .transitions = 5'000};
  EXPECT_TRUE(BuildsTooMuch(earlier, {.rows = 2'000, .bytes = 200'000, .transitions = 10'000}));
}

TEST(Plan, BuildsNotTooMuchWhereTheTableIsSoonComplete) {
  const Progress earlier{.rows = 1'000, .bytes = 100'000, .transitions = 5'000};
  EXPECT_FALSE(BuildsTooMuch(earlier, {.rows = 2'000, .bytes = 200'000, .transitions = 5'100}));
  EXPECT_FALSE(BuildsTooMuch({}, {}));
}

TEST(Plan, TakesOutSearchesOfManyStatesThatHavePieces) {
  const Suspect suspects[] = {{.search = 9, .states = 900, .has_pieces = true}, {.search = 4, .states = 800, .has_pieces = false},
                              {.search = 7, .states = 4, .has_pieces = true},   {.search = 2, .states = 500, .has_pieces = true}};
  EXPECT_EQ(ChooseToTakeOut(suspects, 1'000, false), (std::vector<uint32_t>{2, 9}));
}

TEST(Plan, TakesOutSearchesWithoutPiecesOnlyWhenThrashing) {
  const Suspect suspects[] = {{.search = 3, .states = 900, .has_pieces = false}};
  EXPECT_TRUE(ChooseToTakeOut(suspects, 1'000, false).empty());
  EXPECT_EQ(ChooseToTakeOut(suspects, 1'000, true), std::vector<uint32_t>{3});
}

TEST(Plan, KeepsSearchesThatArePartOfFewStates) {
  const Suspect suspects[] = {{.search = 1, .states = 20, .has_pieces = true}, {.search = 2, .states = 7, .has_pieces = true}};
  EXPECT_TRUE(ChooseToTakeOut(suspects, 100'000, true).empty());
  EXPECT_EQ(ChooseToTakeOut(suspects, 100, false), std::vector<uint32_t>{1});
}

}  // namespace
}  // namespace assay::scan
