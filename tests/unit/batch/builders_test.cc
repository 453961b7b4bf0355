// Columns as they are built: nulls, dictionaries and their way back to plain text.
#include "runtime/batch/builders.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace assay {
namespace {

TEST(ColumnBuilder, AColumnWithoutNullsHasNoValidityBitmap) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kInt64);
  for (int i = 0; i < 100; ++i) builder.AppendInt(i);
  const Column column = builder.Finish(memory);
  EXPECT_EQ(column.rows, 100u);
  EXPECT_EQ(column.validity, nullptr);
  EXPECT_EQ(static_cast<const int64_t*>(column.values)[99], 99);
}

TEST(ColumnBuilder, NullsAreWhereTheyWereAppended) {
  for (const size_t first : {0u, 1u, 63u, 64u, 65u, 127u, 128u, 200u}) {
    BatchMemory memory;
    ColumnBuilder builder(ColumnLayout::kFloat64);
    for (size_t i = 0; i < 201; ++i) {
      if (i >= first && i % 3 == first % 3) {
        builder.AppendNull();
      } else {
        builder.AppendFloat(static_cast<double>(i));
      }
    }
    const Column column = builder.Finish(memory);
    ASSERT_NE(column.validity, nullptr);
    for (size_t i = 0; i < 201; ++i) {
      EXPECT_EQ(column.IsValid(i), !(i >= first && i % 3 == first % 3)) << first << " " << i;
      if (!column.IsValid(i)) continue;
      EXPECT_EQ(static_cast<const double*>(column.values)[i], static_cast<double>(i));
    }
  }
}

TEST(ColumnBuilder, NaNIsNull) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kFloat64);
  builder.AppendFloat(std::numeric_limits<double>::quiet_NaN());
  builder.AppendFloat(std::numeric_limits<double>::infinity());
  const Column column = builder.Finish(memory);
  EXPECT_FALSE(column.IsValid(0));
  EXPECT_TRUE(column.IsValid(1));
}

TEST(ColumnBuilder, BoolsAreBits) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kBool);
  for (int i = 0; i < 130; ++i) builder.AppendBool(i % 3 == 0);
  const Column column = builder.Finish(memory);
  const auto* bits = static_cast<const uint64_t*>(column.values);
  for (size_t i = 0; i < 130; ++i) EXPECT_EQ((bits[i / 64] >> (i % 64)) & 1, i % 3 == 0 ? 1u : 0u);
}

TEST(ColumnBuilder, FewDistinctTextsBecomeADictionaryOfByteCodes) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kString);
  const std::string texts[] = {"Private", "", "State-gov"};
  for (int batch = 0; batch < 2; ++batch) {
    for (int i = 0; i < 5000; ++i) {
      if (i % 7 == 6) {
        builder.AppendNull();
      } else {
        builder.AppendString(texts[i % 3]);
      }
    }
    const Column column = builder.Finish(memory);
    ASSERT_EQ(column.layout, ColumnLayout::kDictionary);
    EXPECT_EQ(column.code_bytes, 1);
    EXPECT_EQ(column.children[0].rows, 3u);
    for (size_t i = 0; i < 5000; ++i) {
      ASSERT_EQ(column.IsValid(i), i % 7 != 6);
      if (i % 7 == 6) continue;
      ASSERT_EQ(column.Text(i), texts[i % 3]);
    }
  }
}

TEST(ColumnBuilder, MoreThan256TextsHaveTwoByteCodes) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kString);
  for (int i = 0; i < 40000; ++i) builder.AppendString("value " + std::to_string(i % 257));
  const Column column = builder.Finish(memory);
  ASSERT_EQ(column.layout, ColumnLayout::kDictionary);
  EXPECT_EQ(column.code_bytes, 2);
  for (size_t i = 0; i < 40000; ++i) ASSERT_EQ(column.Text(i), "value " + std::to_string(i % 257));
}

TEST(ColumnBuilder, ManyDistinctTextsBecomePlainWithoutLosingARow) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kString);
  for (int batch = 0; batch < 2; ++batch) {
    for (int i = 0; i < 3000; ++i) {
      if (i % 10 == 3) {
        builder.AppendNull();
      } else {
        builder.AppendString("text " + std::to_string(i));
      }
    }
    const Column column = builder.Finish(memory);
    ASSERT_EQ(column.layout, ColumnLayout::kString);
    for (size_t i = 0; i < 3000; ++i) {
      ASSERT_EQ(column.IsValid(i), i % 10 != 3);
      if (i % 10 == 3) continue;
      ASSERT_EQ(column.Text(i), "text " + std::to_string(i));
    }
  }
}

TEST(ColumnBuilder, AColumnOfNullsAloneIsPlain) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kString);
  for (int i = 0; i < 10; ++i) builder.AppendNull();
  const Column column = builder.Finish(memory);
  EXPECT_EQ(column.layout, ColumnLayout::kString);
  for (size_t i = 0; i < 10; ++i) EXPECT_FALSE(column.IsValid(i));
}

TEST(ColumnBuilder, TextsWithNulBytesAreKept) {
  BatchMemory memory;
  ColumnBuilder builder(ColumnLayout::kString);
  const std::string with_nul("a\0b", 3);
  for (int i = 0; i < 10; ++i) builder.AppendString(with_nul);
  EXPECT_EQ(builder.text_bytes(), 30u);
  const Column column = builder.Finish(memory);
  EXPECT_EQ(column.Text(9), with_nul);
  EXPECT_EQ(builder.text_bytes(), 0u);
}

TEST(ConstantColumn, EveryRowIsTheValue) {
  BatchMemory memory;
  const Column text = ConstantColumn(ColumnLayout::kString, Value::String("none"), 70, memory);
  const Column number = ConstantColumn(ColumnLayout::kFloat64, Value::Int(3), 70, memory);
  const Column nothing = ConstantColumn(ColumnLayout::kInt64, Value::Null(), 70, memory);
  EXPECT_EQ(text.Text(69), "none");
  EXPECT_EQ(static_cast<const double*>(number.values)[69], 3.0);
  EXPECT_FALSE(nothing.IsValid(69));
  EXPECT_EQ(ConstantColumn(ColumnLayout::kString, Value::String("x"), 0, memory).rows, 0u);
}

}  // namespace
}  // namespace assay
