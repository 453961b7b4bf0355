// Expectations are Python 3.11's.
#include "runtime/text/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/text/normalize.h"

namespace assay::text {
namespace {

TEST(Number, IntegersAreReadAsPythonReadsThem) {
  EXPECT_EQ(ParseInt(" +12\n"), 12);
  EXPECT_EQ(ParseInt("-007"), -7);
  EXPECT_EQ(ParseInt("\u0661\u0662"), 12);
  EXPECT_EQ(ParseInt("\u00A05\u2003"), 5);
  EXPECT_EQ(ParseInt("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(ParseInt("-9223372036854775808"), INT64_MIN);
  for (const char* text : {"", " ", "+", "1_0", "0x10", "1.0", "1 2", "+-1", "--1", "\x1C" "5", "9223372036854775808", "\u00B2", "5\u00E9"}) {
    EXPECT_FALSE(ParseInt(text)) << text;
  }
}

TEST(Number, FloatsAreReadAsPythonReadsThem) {
  EXPECT_EQ(ParseFloat(" 1.5e3 "), 1500.0);
  EXPECT_EQ(ParseFloat(".5"), 0.5);
  EXPECT_EQ(ParseFloat("5."), 5.0);
  EXPECT_EQ(ParseFloat("\u0663.\u0665"), 3.5);
  EXPECT_EQ(ParseFloat("-Infinity"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(ParseFloat("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(ParseFloat("-1e-400"), -0.0);
  EXPECT_TRUE(std::signbit(*ParseFloat("-1e-400")));
  EXPECT_EQ(ParseFloat("0." + std::string(400, '0') + "1e401"), 1.0);
  EXPECT_EQ(ParseFloat("1" + std::string(400, '0')), std::numeric_limits<double>::infinity());
  for (const char* text : {"", ".", "nan", "1_0", "1e", "e5", "0x1p3", "1..2", "+-1", "inf1", "1e5.0", "infinit"}) {
    EXPECT_FALSE(ParseFloat(text)) << text;
  }
}

TEST(Number, FloatsAreWrittenAsRepr) {
  EXPECT_EQ(FormatFloat(0.1), "0.1");
  EXPECT_EQ(FormatFloat(1e16), "1e+16");
  EXPECT_EQ(FormatFloat(1e15), "1000000000000000.0");
  EXPECT_EQ(FormatFloat(123456789012345680.0), "1.2345678901234568e+17");
  EXPECT_EQ(FormatFloat(1e-4), "0.0001");
  EXPECT_EQ(FormatFloat(1e-5), "1e-05");
  EXPECT_EQ(FormatFloat(5e-324), "5e-324");
  EXPECT_EQ(FormatFloat(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(FormatFloat(-0.0), "-0.0");
  EXPECT_EQ(FormatFloat(100.0), "100.0");
  EXPECT_EQ(FormatFloat(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(FormatFloat(2.5e-7), "2.5e-07");
  EXPECT_EQ(FormatFloat(std::nan("")), "nan");
  EXPECT_EQ(FormatInt(INT64_MIN), "-9223372036854775808");
}

TEST(Normalize, FourForms) {
  const auto of = [](std::string_view text, NormalForm form) {
    std::string out;
    Normalize(text, form, out);
    return out;
  };
  EXPECT_EQ(of("e\u0301", NormalForm::kNfc), "\u00E9");
  EXPECT_EQ(of("\u00E9", NormalForm::kNfd), "e\u0301");
  EXPECT_EQ(of("\uFB01\u00B2", NormalForm::kNfkc), "fi2");
  EXPECT_EQ(of("\uFB01", NormalForm::kNfc), "\uFB01");
  EXPECT_EQ(of(std::string_view("a\0e\u0301", 5), NormalForm::kNfkd), std::string_view("a\0e\u0301", 5));
  EXPECT_EQ(NormalFormNamed("NFKC"), NormalForm::kNfkc);
  EXPECT_FALSE(NormalFormNamed("nfc"));
}

}  // namespace
}  // namespace assay::text
