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

TEST(Plan, TakesBackSearchesThatWalkMostTextsAgain) {
  const uint32_t pieces[] = {0};
  const Outside outside[] = {{5, pieces, 100}, {3, pieces, 900}, {8, pieces, 250}, {1, {}, 1'000}};
  const Progress progress{.rows = 1'000, .bytes = 100'000};
  EXPECT_EQ(ChooseToTakeBack(outside, progress, 0), std::vector<uint32_t>{3});
  EXPECT_TRUE(ChooseToTakeBack(outside, progress, 4).empty()) << "states would have cost more";
}

TEST(Plan, TakesNothingBackForALittleTooMuch) {
  const uint32_t pieces[] = {0};
  const Outside outside[] = {{5, pieces, 300}, {3, pieces, 200}};
  EXPECT_TRUE(ChooseToTakeBack(outside, {.rows = 1'000, .bytes = 100'000}, 0).empty());
}

TEST(Plan, ReviewsWhereStatesCostTwiceWhatWasThought) {
  EXPECT_FALSE(IsWorthReview(0.7, 0));
  EXPECT_TRUE(IsWorthReview(0.9, 0));
  EXPECT_FALSE(IsWorthReview(3.9, 2));
  EXPECT_TRUE(IsWorthReview(4.1, 2));
}

TEST(Plan, PiecesOfMostTextsAreWeakWhereOthersLetFewThrough) {
  const uint32_t both[] = {0, 1};
  const Outside outside[] = {{5, both, 40}};
  const Progress progress{.rows = 1'000, .bytes = 200'000};
  EXPECT_EQ(ChooseWeakPieces(outside, std::vector<uint64_t>{900, 50}, progress), std::vector<uint32_t>{0});
  EXPECT_TRUE(ChooseWeakPieces(outside, std::vector<uint64_t>{400, 50}, progress).empty()) << "not in most texts";
  EXPECT_TRUE(ChooseWeakPieces(outside, std::vector<uint64_t>{90, 5}, {.rows = 100, .bytes = 20'000}).empty()) << "too few texts";
}

TEST(Plan, EverySearchKeepsAPiece) {
  const uint32_t both[] = {0, 1};
  const uint32_t one[] = {2};
  const Outside outside[] = {{5, both, 980}, {6, one, 990}};
  EXPECT_EQ(ChooseWeakPieces(outside, std::vector<uint64_t>{985, 995, 990}, {.rows = 1'000, .bytes = 50'000}), std::vector<uint32_t>{1});
}

}  // namespace
}  // namespace assay::scan
