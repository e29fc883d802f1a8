#include "collector/config/address_range.h"

#include <gtest/gtest.h>

#include <string>

namespace paceline::config {
namespace {

bool Contains(std::string_view range, std::string_view address) {
  return AddressRange::Parse(range)->Contains(*ParseIp(address));
}

TEST(AddressRangeTest, ContainsWhatSharesItsPrefix) {
  EXPECT_TRUE(Contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(Contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(Contains("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(Contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(Contains("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(Contains("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(Contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(Contains("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(AddressRangeTest, ZeroBitsAreAllOfTheirKind) {
  EXPECT_TRUE(Contains("0.0.0.0/0", "203.0.113.7"));
  EXPECT_FALSE(Contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(Contains("::/0", "2001:db8::1"));
}

TEST(AddressRangeTest, AnIpv4AddressIsTheSameInIpv6) {
  EXPECT_TRUE(Contains("10.0.0.0/8", "::ffff:10.1.2.3"));
}

TEST(AddressRangeTest, SaysWhatIsNoRange) {
  for (const char* text : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8",
                           "10.0.0.0/8 ", "::/129", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(AddressRange::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace paceline::config
