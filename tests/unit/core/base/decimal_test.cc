#include "core/base/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

namespace paceline::core {
namespace {

double Double(const std::string& text) {
  const auto decimal = ParseDecimal(text);
  return decimal ? ToDouble(*decimal) : std::nan("");
}

TEST(DecimalTest, ReadsWhatJavaScriptWrites) {
  for (const char* text : {"0", "-0", "1", "-12.5", "0.1", ".5", "5.", "1e21", "1.5e-7", "+3",
                           "123456789012345", "2.2250738585072014e-308", "1E3", "0.000001"}) {
    EXPECT_NEAR(Double(text), std::strtod(text, nullptr),
                std::abs(std::strtod(text, nullptr)) / 1e15)
        << text;
  }
  // Up to 15 digits: exactly.
  for (const char* text : {"0.1", "0.3", "1234.5678", "99999.99", "0.000123456789012345"}) {
    EXPECT_EQ(Double(text), std::strtod(text, nullptr)) << text;
  }
  EXPECT_TRUE(std::isinf(Double("1e400")));
  EXPECT_EQ(Double("1e-999"), 0.0);
}

TEST(DecimalTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", ".", "e5", "1e", "1e+", "1e1000", "1.2.3", "1 ", " 1", "1,5",
                           "NaN", "Infinity", "0x10", "--1"}) {
    EXPECT_FALSE(ParseDecimal(text)) << text;
  }
}

TEST(DecimalTest, CutsDigitsBeyondNineteen) {
  EXPECT_DOUBLE_EQ(Double("12345678901234567890123"), 12345678901234567890123.0);
  EXPECT_DOUBLE_EQ(Double("0.00000000000000000000000000001"), 1e-29);
}

TEST(DecimalTest, RoundsHalfAUnitAwayFromZero) {
  const auto units = [](const char* text, int32_t places) {
    return ToUnits(*ParseDecimal(text), places);
  };
  EXPECT_EQ(units("1.005", 2), 101);
  EXPECT_EQ(units("1.0049", 2), 100);
  EXPECT_EQ(units("-1.005", 2), -101);
  EXPECT_EQ(units("0.4", 0), 0);
  EXPECT_EQ(units("0.5", 0), 1);
  EXPECT_EQ(units("0.05", 0), 0);
  EXPECT_EQ(units("1e-300", 2), 0);
  EXPECT_EQ(units("999999999999999999", 0), 999'999'999'999'999'999);
  EXPECT_EQ(units("1000000000000000000", 0), std::nullopt);
  EXPECT_EQ(units("1e300", 2), std::nullopt);
  EXPECT_EQ(units("0e300", 2), 0);
}

TEST(DecimalTest, CountsWholeNumbersInTheirRange) {
  EXPECT_EQ(ToCount(*ParseDecimal("4294967295"), UINT32_MAX), UINT32_MAX);
  EXPECT_FALSE(ToCount(*ParseDecimal("4294967296"), UINT32_MAX));
  EXPECT_FALSE(ToCount(*ParseDecimal("-1"), UINT32_MAX));
}

}  // namespace
}  // namespace paceline::core
