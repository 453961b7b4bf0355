// Built-ins that promise to answer as Python does, against answers that Python gave.
#include <cmath>
#include <cstring>

#include "runtime/builtins/arithmetic.h"
#include "tests/unit/builtins/call.h"

namespace assay {
namespace {

// Bit by bit: 0.0 and -0.0 differ; NaN (null) equals NaN.
bool SameBits(double a, double b) { return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0; }

class AsPython : public BuiltinTest {
 protected:
  void Slice(const char* text, int64_t start, int64_t stop, int64_t step, const char* expected) {
    EXPECT_VALUE(Call(BuiltinId::OpSliceText, {S(text), I(start), I(stop), I(step)}), S(expected));
  }
  void Count(const char* text, const char* part, int64_t expected) { EXPECT_VALUE(Call(BuiltinId::Count, {S(text), S(part)}), I(expected)); }
  void Find(const char* text, const char* part, int64_t expected) {
    EXPECT_VALUE(Call(BuiltinId::Find, {S(text), S(part)}), expected < 0 ? Value::Null() : I(expected));
  }
  void Replace(const char* text, const char* from, const char* to, const char* expected) {
    EXPECT_VALUE(Call(BuiltinId::Replace, {S(text), S(from), S(to)}), S(expected));
  }
  void Round(double x, int64_t places, double expected) {
    const Value rounded = Call(BuiltinId::RoundDigits, {F(x), I(places)});
    EXPECT_TRUE(SameBits(rounded.is_null() ? NAN : rounded.as_float(), expected))
        << "round(" << x << ", " << places << ") is " << testing::PrintToString(rounded) << ", expected " << expected;
  }
  void EditDistance(const char* a, const char* b, int64_t expected) { EXPECT_VALUE(Call(BuiltinId::EditDistance, {S(a), S(b)}), I(expected)); }
};

using OptionalInt = std::optional<int64_t>;

TEST_F(AsPython, AnswersAreTheSame) {
#define SLICE(text, start, stop, step, expected) Slice(text, start, stop, step, expected);
#define COUNT(text, part, expected) Count(text, part, expected);
#define FIND(text, part, expected) Find(text, part, expected);
#define REPLACE(text, from, to, expected) Replace(text, from, to, expected);
#define ROUND(x, places, expected) Round(x, places, expected);
#define FLOOR_DIV(a, b, expected) EXPECT_TRUE(SameBits(FloorDivideFloats(a, b), expected)) << a << " // " << b;
#define MOD(a, b, expected) EXPECT_TRUE(SameBits(ModuloFloats(a, b), expected)) << a << " % " << b;
#define INT_ADD(a, b, expected) EXPECT_EQ(AddInts(a, b), OptionalInt(expected)) << a << " + " << b;
#define INT_MUL(a, b, expected) EXPECT_EQ(MultiplyInts(a, b), OptionalInt(expected)) << a << " * " << b;
#define INT_FLOOR_DIV(a, b, expected) EXPECT_EQ(FloorDivideInts(a, b), OptionalInt(expected)) << a << " // " << b;
#define INT_MOD(a, b, expected) EXPECT_EQ(ModuloInts(a, b), OptionalInt(expected)) << a << " % " << b;
#define EDIT_DISTANCE(a, b, expected) EditDistance(a, b, expected);
#include "tests/unit/builtins/python_cases.inc"
}

}  // namespace
}  // namespace assay
