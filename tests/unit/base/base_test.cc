#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "runtime/base/arena.h"
#include "runtime/base/hash.h"
#include "runtime/base/result.h"
#include "runtime/base/types.h"
#include "runtime/base/value.h"

namespace assay {
namespace {

TEST(Types, EqualTypesHaveEqualIds) {
  TypeStore types;
  EXPECT_EQ(types.List(kStringType), types.List(kStringType));
  EXPECT_NE(types.List(kStringType), types.Set(kStringType));
  EXPECT_NE(types.Label(0), types.Label(1));
  EXPECT_EQ(types.Kind(kBoolType), TypeKind::kBool);
  EXPECT_EQ(types.Kind(kNullType), TypeKind::kNull);
  EXPECT_EQ(types.Element(types.List(types.List(kIntType))), types.List(kIntType));
}

TEST(Types, PrintAsAProgramSpellsThem) {
  TypeStore types;
  EXPECT_EQ(types.Print(kTimestampType), "timestamp");
  EXPECT_EQ(types.Print(types.Map(kIntType, types.Set(kFloatType))), "map<int, set<float>>");
  EXPECT_EQ(types.Print(types.Tuple({kIntType, kStringType})), "(int, string)");
  EXPECT_EQ(types.Print(types.Label(2)), "label#2");
}

TEST(Values, ANanIsNull) {
  EXPECT_TRUE(Value::Float(std::nan("")).is_null());
  EXPECT_FALSE(Value::Float(INFINITY).is_null());
  EXPECT_TRUE(Value().is_null());
}

TEST(Values, KeepWhatTheyAreGiven) {
  EXPECT_EQ(Value::Int(INT64_MIN).as_int(), INT64_MIN);
  EXPECT_EQ(Value::String(std::string_view("a\0b", 3)).as_string().size(), 3u);
  const Value members[] = {Value::Bool(true), Value::Null()};
  EXPECT_EQ(Value::List(members).as_list().size(), 2u);
  EXPECT_TRUE(Value::List(members).as_list()[0].as_bool());
}

TEST(Hashes, TellParts) {
  EXPECT_NE(Hasher().Add(std::string_view("ab")).Add(std::string_view("c")).Finish(), Hasher().Add(std::string_view("a")).Add(std::string_view("bc")).Finish());
  EXPECT_EQ(Hasher().Add(1).Add(2).Finish(), Hasher().Add(1).Add(2).Finish());
  EXPECT_EQ(ToHex(HashBytes("assay")).size(), 32u);
}

TEST(Arenas, GiveMemoryThatDoesNotOverlapAndIsAligned) {
  Arena arena;
  for (int round = 0; round < 3; ++round) {
    std::set<std::pair<uintptr_t, uintptr_t>> ranges;
    for (size_t size = 1; size < 300'000; size = size * 3 + 1) {
      const auto bytes = arena.Allocate<char>(size);
      const auto numbers = arena.Allocate<double>(size % 50);
      const auto begin = reinterpret_cast<uintptr_t>(bytes.data());
      const auto number_begin = reinterpret_cast<uintptr_t>(numbers.data());
      EXPECT_EQ(number_begin % alignof(double), 0u);
      std::fill(bytes.begin(), bytes.end(), 'x');
      ranges.insert({begin, begin + size});
      if (!numbers.empty()) ranges.insert({number_begin, number_begin + numbers.size_bytes()});
    }
    uintptr_t last = 0;
    for (const auto& [begin, end] : ranges) {
      EXPECT_GE(begin, last);
      last = end;
    }
    arena.Reset();
  }
  EXPECT_EQ(arena.Copy("text"), "text");
  EXPECT_EQ(arena.Copy(""), "");
}

Result<int> Half(int number) {
  if (number % 2 != 0) return Fail(ErrorKind::kUsage, "odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  ASSAY_ASSIGN_OR_RETURN(const int half, Half(number));
  return Half(half);
}

TEST(Results, CarryErrorsToTheCaller) {
  EXPECT_EQ(*Quarter(8), 2);
  ASSERT_FALSE(Quarter(6));
  EXPECT_EQ(Quarter(6).error().message, "odd");
  EXPECT_EQ(Quarter(5).error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace assay
