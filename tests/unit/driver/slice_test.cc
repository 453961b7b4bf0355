#include <gtest/gtest.h>

#include "compiler/driver/reference_runner.h"
#include "runtime/batch/builders.h"

namespace assay {
namespace {

TEST(SliceOf, ShowsTheSameValuesOfEveryLayoutFromItsFirstRow) {
  constexpr size_t kRows = 200;
  constexpr size_t kFirst = 64;
  BatchMemory memory;
  ColumnBuilder plain(ColumnLayout::kString, false), coded(ColumnLayout::kString, true), ints(ColumnLayout::kInt64),
      floats(ColumnLayout::kFloat64), bools(ColumnLayout::kBool);
  for (size_t r = 0; r < kRows; ++r) {
    plain.AppendString(std::to_string(r));
    if (r % 7 == 0) {
      coded.AppendNull();
    } else {
      coded.AppendString(r % 2 == 0 ? "even" : "odd");
    }
    ints.AppendInt(static_cast<int64_t>(r));
    floats.AppendFloat(static_cast<double>(r) / 2);
    bools.AppendBool(r % 3 == 0);
  }
  Batch batch;
  batch.rows = kRows;
  batch.columns = {plain.Finish(memory), coded.Finish(memory), ints.Finish(memory), floats.Finish(memory),
                   bools.Finish(memory)};
  const TypeId types[] = {kStringType, kStringType, kIntType, kFloatType, kBoolType};
  const Batch slice = SliceOf(batch, kFirst, kRows - kFirst);
  Arena arena;
  const TypeStore store;
  for (size_t c = 0; c < batch.columns.size(); ++c) {
    for (size_t r = 0; r < slice.rows; ++r) {
      const Value a = ReadColumn(batch.columns[c], types[c], store, kFirst + r, arena);
      const Value b = ReadColumn(slice.columns[c], types[c], store, r, arena);
      ASSERT_EQ(a.kind(), b.kind()) << "column " << c << ", row " << r;
      switch (a.kind()) {
        case Value::Kind::kNull: break;
        case Value::Kind::kBool: ASSERT_EQ(a.as_bool(), b.as_bool()); break;
        case Value::Kind::kInt: ASSERT_EQ(a.as_int(), b.as_int()); break;
        case Value::Kind::kFloat: ASSERT_EQ(a.as_float(), b.as_float()); break;
        case Value::Kind::kString: ASSERT_EQ(a.as_string(), b.as_string()); break;
        case Value::Kind::kList:
        case Value::Kind::kRegex:
        case Value::Kind::kSet: FAIL();
      }
    }
  }
}

}  // namespace
}  // namespace assay
