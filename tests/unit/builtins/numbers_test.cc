// Numbers, conversions, lists, similarity, checksums.
#include <cmath>
#include <limits>

#include "tests/unit/builtins/call.h"

namespace assay {
namespace {

using enum BuiltinId;

class Number : public BuiltinTest {
 protected:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
};

TEST_F(Number, WhatDoesNotFitIsNull) {
  EXPECT_VALUE(Call(AbsInt, {I(INT64_MIN)}), Value::Null());
  EXPECT_VALUE(Call(AbsInt, {I(-3)}), I(3));
  EXPECT_VALUE(Call(Floor, {F(-2.5)}), I(-3));
  EXPECT_VALUE(Call(Floor, {F(9.3e18)}), Value::Null());
  EXPECT_VALUE(Call(Floor, {F(-9223372036854775808.0)}), I(INT64_MIN));
  EXPECT_VALUE(Call(Ceil, {F(9223372036854775808.0)}), Value::Null());
  EXPECT_VALUE(Call(Ceil, {F(kInfinity)}), Value::Null());
  EXPECT_VALUE(Call(IntOfFloat, {F(-3.9)}), I(-3));
  EXPECT_VALUE(Call(IntOfFloat, {F(-kInfinity)}), Value::Null());
  EXPECT_VALUE(Call(SumInts, {L({I(INT64_MAX), I(1)})}), Value::Null());
  EXPECT_VALUE(Call(SumInts, {L({I(INT64_MAX), I(1), I(-1)})}), I(INT64_MAX));
}

TEST_F(Number, HalvesRoundToEven) {
  EXPECT_VALUE(Call(Round, {F(0.5)}), I(0));
  EXPECT_VALUE(Call(Round, {F(1.5)}), I(2));
  EXPECT_VALUE(Call(Round, {F(-2.5)}), I(-2));
}

TEST_F(Number, WhatIsNoRealNumberIsNull) {
  EXPECT_VALUE(Call(Sqrt, {F(-1)}), Value::Null());
  EXPECT_VALUE(Call(Log, {F(0)}), Value::Null());
  EXPECT_VALUE(Call(Log, {F(-0.0)}), Value::Null());
  EXPECT_VALUE(Call(LogBase, {F(8), F(1)}), Value::Null());
  EXPECT_VALUE(Call(LogBase, {F(8), F(2)}), F(3));
  EXPECT_VALUE(Call(Pow, {F(0), F(-1)}), Value::Null());
  EXPECT_VALUE(Call(Pow, {F(-8), F(1.0 / 3)}), Value::Null());
  EXPECT_VALUE(Call(Pow, {F(10), F(400)}), F(kInfinity));
  EXPECT_VALUE(Call(Exp, {F(1000)}), F(kInfinity));
  EXPECT_VALUE(Call(IsFinite, {F(kInfinity)}), B(false));
  EXPECT_VALUE(Call(SumFloats, {L({F(kInfinity), F(-kInfinity)})}), Value::Null());
  EXPECT_VALUE(Call(Dot, {L({F(kInfinity)}), L({F(0)})}), Value::Null());
}

TEST_F(Number, ExtremesAndSigns) {
  EXPECT_VALUE(Call(MinInt, {I(3), I(1), I(2)}), I(1));
  EXPECT_VALUE(Call(MaxFloat, {F(2.5), F(-1)}), F(2.5));
  EXPECT_VALUE(Call(ClampInt, {I(12), I(0), I(10)}), I(10));
  EXPECT_VALUE(Call(ClampFloat, {F(-1), F(0), F(1)}), F(0));
  EXPECT_VALUE(Call(SignInt, {I(INT64_MIN)}), I(-1));
  EXPECT_VALUE(Call(SignFloat, {F(-0.0)}), I(0));
}

TEST_F(Number, TextsAreReadAndWritten) {
  EXPECT_VALUE(Call(IntOfText, {S(" -12 ")}), I(-12));
  EXPECT_VALUE(Call(IntOfText, {S("1_000")}), Value::Null());
  EXPECT_VALUE(Call(IntOfText, {S("9223372036854775808")}), Value::Null());
  EXPECT_VALUE(Call(FloatOfText, {S("1e3")}), F(1000));
  EXPECT_VALUE(Call(FloatOfText, {S("nan")}), Value::Null());
  EXPECT_VALUE(Call(StringOfFloat, {F(0.1)}), S("0.1"));
  EXPECT_VALUE(Call(StringOfFloat, {F(3)}), S("3.0"));
  EXPECT_VALUE(Call(StringOfInt, {I(INT64_MIN)}), S("-9223372036854775808"));
  EXPECT_VALUE(Call(StringOfBool, {B(false)}), S("false"));
}

TEST_F(Number, ListsOfNothingHaveNoExtremesAndNoMean) {
  for (const BuiltinId id : {MinList, MaxList, MeanInts, MeanFloats, First, Last}) EXPECT_VALUE(Call(id, {L({})}), Value::Null());
  EXPECT_VALUE(Call(SumInts, {L({})}), I(0));
  EXPECT_VALUE(Call(SumFloats, {L({})}), F(0));
  EXPECT_VALUE(Call(MinList, {Texts({"b", "a"})}), S("a"));
  EXPECT_VALUE(Call(MaxList, {L({F(1), F(2)})}), F(2));
  EXPECT_VALUE(Call(MeanInts, {L({I(INT64_MAX), I(INT64_MAX)})}), F(9223372036854775807.0));
  EXPECT_VALUE(Call(Norm, {L({F(3), F(4)})}), F(5));
  EXPECT_VALUE(Call(Dot, {L({F(3)}), L({})}), Value::Null());
}

TEST_F(Number, ListsAreIndexedAndSliced) {
  const Value list = Texts({"a", "b", "c", "d"});
  EXPECT_VALUE(Call(OpIndex, {list, I(-1)}), S("d"));
  EXPECT_VALUE(Call(OpIndex, {list, I(4)}), Value::Null());
  EXPECT_VALUE(Call(OpIndex, {list, I(INT64_MIN)}), Value::Null());
  EXPECT_VALUE(Call(OpSliceList, {list, I(1), I(3), I(1)}), Texts({"b", "c"}));
  EXPECT_VALUE(Call(OpSliceList, {list, I(kAbsentBound), I(kAbsentBound), I(-2)}), Texts({"d", "b"}));
  EXPECT_VALUE(Call(OpSliceList, {list, I(0), I(1), I(0)}), Value::Null());
  EXPECT_VALUE(Call(ReverseList, {list}), Texts({"d", "c", "b", "a"}));
  EXPECT_VALUE(Call(CountMember, {Texts({"a", "b", "a"}), S("a")}), I(2));
}

TEST_F(Number, NullMembersEqualNothingAndAreLeftOut) {
  const Value list = L({Value::Null(), I(3)});
  EXPECT_VALUE(Call(SumInts, {list}), I(3));
  EXPECT_VALUE(Call(MinList, {list}), I(3));
  EXPECT_VALUE(Call(MeanInts, {list}), F(3));
  EXPECT_VALUE(Call(LenList, {list}), I(2));
  EXPECT_VALUE(Call(OpInList, {I(3), list}), B(true));
  EXPECT_FALSE(ValuesEqual(list, list));
  EXPECT_VALUE(Call(Jaccard, {L({Value::Null(), S("a")}), L({S("a")})}), F(1));
}

TEST_F(Number, SimilaritiesOfTexts) {
  EXPECT_VALUE(Call(Similarity, {S(""), S("")}), F(1));
  EXPECT_VALUE(Call(Similarity, {S("abcd"), S("abcx")}), F(0.75));
  EXPECT_VALUE(Call(EditDistance, {S("é"), S("e")}), I(1));
  const std::string long_text(70'000, 'a');
  EXPECT_VALUE(Call(EditDistance, {S(long_text), S(long_text)}), Value::Null());
  EXPECT_VALUE(Call(Jaccard, {Texts({"a", "b", "c"}), Texts({"b", "c", "d", "b"})}), F(0.5));
  EXPECT_VALUE(Call(Jaccard, {Texts({}), Texts({})}), F(1));
}

TEST_F(Number, SoundexFollowsTheNationalArchives) {
  for (const auto& [name, code] : std::initializer_list<std::pair<const char*, const char*>>{
           {"Robert", "R163"}, {"Rupert", "R163"}, {"Ashcraft", "A261"}, {"Tymczak", "T522"}, {"Pfister", "P236"}, {"Honeyman", "H555"}, {"", ""}, {"12", ""}, {"Éa", "E000"}}) {
    EXPECT_VALUE(Call(Soundex, {S(name)}), S(code));
  }
}

TEST_F(Number, ChecksumsHoldOrNot) {
  EXPECT_VALUE(Call(Luhn, {S("4539 1488 0343 6467")}), B(true));
  EXPECT_VALUE(Call(Luhn, {S("4539 1488 0343 6468")}), B(false));
  EXPECT_VALUE(Call(Luhn, {S("")}), B(false));
  EXPECT_VALUE(Call(Luhn, {S("0")}), B(false));
  EXPECT_VALUE(Call(Luhn, {S("18 ")}), B(false));
  EXPECT_VALUE(Call(Iban, {S("DE89 3704 0044 0532 0130 00")}), B(true));
  EXPECT_VALUE(Call(Iban, {S("gb82west12345698765432")}), B(true));
  EXPECT_VALUE(Call(Iban, {S("DE89 3704 0044 0532 0130 01")}), B(false));
  EXPECT_VALUE(Call(Iban, {S("é")}), B(false));
  EXPECT_VALUE(Call(Isbn, {S("978-3-16-148410-0")}), B(true));
  EXPECT_VALUE(Call(Isbn, {S("0-8044-2957-X")}), B(true));
  EXPECT_VALUE(Call(Isbn, {S("0-8044-2957-1")}), B(false));
  EXPECT_VALUE(Call(Isbn, {S("978316148410")}), B(false));
}

TEST_F(Number, HashesAreTheSameOnEveryRun) {
  EXPECT_VALUE(Call(Hash, {F(0.0)}), Call(Hash, {F(-0.0)}));
  EXPECT_FALSE(Same(Call(Hash, {I(1)}), Call(Hash, {F(1)})));
  EXPECT_FALSE(Same(Call(Hash, {I(1)}), Call(Hash, {S("1")})));
  EXPECT_VALUE(Call(Hash, {S("assay")}), I(INT64_C(4440822168844433329)));
}

TEST_F(Number, SamplesTakeTheirShare) {
  int taken = 0;
  for (int64_t i = 0; i < 10'000; ++i) taken += Call(Sample, {I(i), F(0.75)}).as_bool() ? 1 : 0;
  EXPECT_NEAR(taken, 7'500, 200);
  EXPECT_VALUE(Call(Sample, {S("a"), F(1)}), B(true));
  EXPECT_VALUE(Call(Sample, {S("a"), F(0)}), B(false));
}

}  // namespace
}  // namespace assay
