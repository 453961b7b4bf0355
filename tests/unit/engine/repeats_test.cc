// Numbers of equal texts, and the estimate of how many distinct ones there are.
#include "runtime/engine/repeats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "runtime/batch/builders.h"

namespace assay {
namespace {

struct Texts {
  std::shared_ptr<BatchMemory> memory = std::make_shared<BatchMemory>();
  Column column;

  Texts(size_t rows, const std::function<std::string(size_t)>& text_of) {
    ColumnBuilder builder(ColumnLayout::kString, false);
    for (size_t row = 0; row < rows; ++row) {
      std::string text = text_of(row);
      if (text == "null") {
        builder.AppendNull();
      } else {
        builder.AppendString(text);
      }
    }
    column = builder.Finish(*memory);
  }
};

constexpr size_t kRows = 100'000;

TEST(EstimateDistinctTexts, SeesThatTextsAreDistinct) {
  const Texts texts(kRows, [](size_t row) { return "text " + std::to_string(row); });
  EXPECT_GT(EstimateDistinctTexts(texts.column, kRows), kRows * 3 / 4);
}

TEST(EstimateDistinctTexts, IsNearTheNumberOfTextsThatRepeat) {
  for (const size_t distinct : {10, 1'000, 10'000, 25'000}) {
    std::mt19937 random(3);
    const Texts texts(kRows, [&](size_t) { return "text " + std::to_string(random() % distinct); });
    const size_t estimate = EstimateDistinctTexts(texts.column, kRows);
    EXPECT_GT(estimate, distinct / 2) << distinct;
    EXPECT_LT(estimate, distinct * 2) << distinct;
  }
}

TEST(EstimateDistinctTexts, IsNotFooledByOneFrequentText) {
  const Texts texts(kRows, [](size_t row) { return row % 4 == 0 ? "" : "text " + std::to_string(row); });
  const size_t estimate = EstimateDistinctTexts(texts.column, kRows);
  EXPECT_GT(estimate, kRows * 6 / 10);
  EXPECT_LE(estimate, kRows * 8 / 10);
}

TEST(EstimateDistinctTexts, SeesTextsThatRepeatSideBySide) {
  const Texts texts(kRows, [](size_t row) { return "text " + std::to_string(row / 20); });
  EXPECT_LT(EstimateDistinctTexts(texts.column, kRows), kRows / 3);
}

TEST(EstimateDistinctTexts, LeavesNullsOut) {
  const Texts none(kRows, [](size_t) { return "null"; });
  EXPECT_EQ(EstimateDistinctTexts(none.column, kRows), 0u);
  const Texts half(kRows, [](size_t row) { return row % 2 == 0 ? "null" : std::to_string(row); });
  EXPECT_LE(EstimateDistinctTexts(half.column, kRows), kRows * 6 / 10);
}

TEST(RepeatWatch, AsksEverMoreRarelyWhereTextsAreDistinct) {
  const Texts distinct(8192, [](size_t row) { return std::to_string(row); });
  const Texts equal(8192, [](size_t row) { return std::to_string(row % 10); });
  RepeatWatch watch;
  const auto asks = [&](const Column& column) { return watch.MostDistinct(column, 8192, 10, 100'000) != 0; };
  EXPECT_FALSE(asks(distinct.column));
  for (int batch = 0; batch < 3; ++batch) EXPECT_FALSE(asks(equal.column)) << "not asked";
  EXPECT_FALSE(asks(distinct.column));
  for (int batch = 0; batch < 6; ++batch) EXPECT_FALSE(asks(equal.column)) << "not asked";
  EXPECT_TRUE(asks(equal.column));
  watch.Found();
  EXPECT_TRUE(asks(distinct.column)) << "what repeated is not asked again";
  watch.FoundTooMany();
  EXPECT_FALSE(asks(equal.column));
}

TEST(TextNumbers, GivesEqualTextsOneNumberWithAnyNumberOfThreads) {
  const auto text_of = [](size_t row) {
    return row % 13 == 0 ? std::string("null") : row % 11 == 0 ? std::string() : std::string(row % 200, 'x') + std::to_string(row * 7919 % 3000);
  };
  const size_t rows = 20'001;
  const Texts texts(rows, text_of);
  TextNumbers numbers;
  for (const unsigned threads : {1u, 4u}) {
    numbers.Reset(rows, rows);
    std::vector<std::thread> running;
    for (unsigned t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (size_t first = t * kBlockRows; first < rows; first += threads * kBlockRows) {
          EXPECT_TRUE(numbers.Number(texts.column, {first, std::min(kBlockRows, rows - first)}));
        }
      });
    }
    for (std::thread& thread : running) thread.join();
    for (size_t row = 0; row < rows; ++row) {
      const uint32_t number = numbers.numbers()[row];
      if (!texts.column.IsValid(row)) {
        EXPECT_EQ(number, 0u);
        continue;
      }
      ASSERT_LT(number, numbers.texts().size());
      ASSERT_EQ(numbers.texts()[number], texts.column.Text(row)) << row;
    }
    std::vector<std::string> distinct(numbers.texts().begin(), numbers.texts().end());
    const size_t count = distinct.size();
    std::ranges::sort(distinct);
    const auto repeated = static_cast<size_t>(std::ranges::distance(std::ranges::unique(distinct)));
    EXPECT_LE(repeated, threads == 1 ? 0 : count / 20);
  }
}

TEST(TextNumbers, GivesUpWhereThereAreMoreThanItHasRoomFor) {
  const Texts texts(kBlockRows, [](size_t row) { return std::to_string(row % 100); });
  TextNumbers numbers;
  numbers.Reset(kBlockRows, 100);
  EXPECT_TRUE(numbers.Number(texts.column, {0, kBlockRows}));
  EXPECT_EQ(numbers.texts().size(), 100u);
  numbers.Reset(kBlockRows, 99);
  EXPECT_FALSE(numbers.Number(texts.column, {0, kBlockRows}));
}

}  // namespace
}  // namespace assay
