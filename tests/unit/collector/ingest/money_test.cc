#include "collector/ingest/money.h"

#include <gtest/gtest.h>

namespace paceline::ingest {
namespace {

TEST(Money, HasTheDigitsOfItsCurrency) {
  EXPECT_EQ(ToMinorUnits("120", "EUR"), 12000);
  EXPECT_EQ(ToMinorUnits("120.5", "EUR"), 12050);
  EXPECT_EQ(ToMinorUnits("0.01", "USD"), 1);
  EXPECT_EQ(ToMinorUnits("5000", "JPY"), 5000);
  EXPECT_EQ(ToMinorUnits("1.234", "KWD"), 1234);
  EXPECT_EQ(ToMinorUnits("-12.50", "EUR"), -1250);
}

TEST(Money, RoundsWhatTheCurrencyDoesNotHave) {
  EXPECT_EQ(ToMinorUnits("49.9000", "EUR"), 4990);
  EXPECT_EQ(ToMinorUnits("0.005", "EUR"), 1);
  EXPECT_EQ(ToMinorUnits("0.0049999", "EUR"), 0);
  EXPECT_EQ(ToMinorUnits("-0.005", "EUR"), -1);
  EXPECT_EQ(ToMinorUnits("99.5", "JPY"), 100);
}

TEST(Money, IsAPlainDecimalNumber) {
  for (const char* text : {"", "-", ".5", "5.", "1,50", "1e3", "0x10", " 1", "1 ", "+1", "--1",
                           "1.2.3", "NaN", "1234567890123456"}) {
    EXPECT_EQ(ToMinorUnits(text, "EUR"), std::nullopt) << text;
  }
  EXPECT_EQ(ToMinorUnits("999999999999999.99", "EUR"), 99999999999999999);
}

TEST(Money, KnowsACurrencyByItsForm) {
  EXPECT_TRUE(IsCurrency("EUR"));
  for (const char* text : {"", "eur", "EURO", "E1R", "EU"}) EXPECT_FALSE(IsCurrency(text)) << text;
}

}  // namespace
}  // namespace paceline::ingest
