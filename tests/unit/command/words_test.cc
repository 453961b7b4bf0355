// What the command says: numbers for people, suggestions, progress.
#include <gtest/gtest.h>

#include "compiler/command/numbers.h"
#include "compiler/command/progress.h"
#include "compiler/command/show_value.h"
#include "compiler/command/suggest.h"

namespace assay {
namespace {

TEST(Numbers, AreGroupedByThousands) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1956), "1,956");
  EXPECT_EQ(WithThousands(1000000), "1,000,000");
}

TEST(Numbers, DurationsHaveTheUnitThatFits) {
  EXPECT_EQ(Duration(0.00032), "320 µs");
  EXPECT_EQ(Duration(0.0125), "12.5 ms");
  EXPECT_EQ(Duration(3.2), "3.20 s");
  EXPECT_EQ(Duration(250), "4 min 10 s");
}

TEST(Numbers, ARatioThatDoesNotExistIsADash) {
  EXPECT_EQ(Ratio(std::nullopt), "-");
  EXPECT_EQ(Ratio(0.25), "0.2500");
}

TEST(Suggestions, NameTheNearestWordAndNothingFar) {
  EXPECT_EQ(DidYouMean("chekc", {"check", "run"}), "; did you mean `check`?");
  EXPECT_EQ(DidYouMean("rnu", {"check", "run"}), "; did you mean `run`?");
  EXPECT_EQ(DidYouMean("xyzzy", {"check", "run"}), "");
}

TEST(Progress, ShowsShareRowsAndTimeLeft) {
  const std::string line = ProgressBar::Render(50, 100, 1000, 2.0, 100);
  EXPECT_NE(line.find("50 %"), std::string::npos) << line;
  EXPECT_NE(line.find("1,000 rows"), std::string::npos) << line;
  EXPECT_NE(line.find("500 rows/s"), std::string::npos) << line;
  EXPECT_NE(line.find("2.00 s left"), std::string::npos) << line;
}

TEST(Progress, WithoutATotalCountsRowsOnly) {
  EXPECT_EQ(ProgressBar::Render(50, 0, 10, 1.0, 100), "10 rows  10 rows/s");
}

TEST(ShowValue, NamesUnknownAndCutsLongTexts) {
  EXPECT_EQ(ShowValue(Value::Null(), TypeKind::kBool), "unknown");
  EXPECT_EQ(ShowValue(Value::Null(), TypeKind::kString), "null");
  EXPECT_EQ(ShowText("a\nb\"c", 10), "\"a\\nb\\\"c\"");
  EXPECT_EQ(ShowText("abcdef", 3), "\"abc\"...");
}

}  // namespace
}  // namespace assay
