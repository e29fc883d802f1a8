#include "collector/receive/client_address.h"

#include <gtest/gtest.h>

namespace paceline::receive {
namespace {

std::vector<config::AddressRange> Ranges(const std::vector<std::string>& texts) {
  std::vector<config::AddressRange> ranges;
  for (const std::string& text : texts) ranges.push_back(*config::AddressRange::Parse(text));
  return ranges;
}

TEST(ClientAddressTest, NobodyIsBelievedButTrustedProxies) {
  EXPECT_EQ(ClientAddress("198.51.100.9", "203.0.113.7", {}), "198.51.100.9");
  EXPECT_EQ(ClientAddress("198.51.100.9", "203.0.113.7", Ranges({"10.0.0.0/8"})), "198.51.100.9");
}

TEST(ClientAddressTest, TakesTheLastAddressThatNoProxyOfOursHas) {
  const auto proxies = Ranges({"10.0.0.0/8", "2001:db8::/32"});
  EXPECT_EQ(ClientAddress("10.0.0.1", "203.0.113.7", proxies), "203.0.113.7");
  EXPECT_EQ(ClientAddress("10.0.0.1", " 203.0.113.7 , 2001:db8::5 ", proxies), "203.0.113.7");
  // What stands before it was written by the sender, who may write anything.
  EXPECT_EQ(ClientAddress("10.0.0.1", "192.0.2.1, 203.0.113.7, 10.1.2.3", proxies), "203.0.113.7");
}

TEST(ClientAddressTest, WhatIsNoAddressEndsTheBelief) {
  const auto proxies = Ranges({"10.0.0.0/8"});
  for (const char* header : {"", "unknown", "203.0.113.7, _hidden", ",", "203.0.113.7:80"}) {
    EXPECT_EQ(ClientAddress("10.0.0.1", header, proxies), "10.0.0.1") << header;
  }
  EXPECT_EQ(ClientAddress("10.0.0.1", "nonsense, 10.0.0.2", proxies), "10.0.0.2");
}

TEST(ClientAddressTest, AllProxiesAreTheSenderWhenTheySayNoOther) {
  EXPECT_EQ(ClientAddress("10.0.0.1", "10.0.0.3, 10.0.0.2", Ranges({"10.0.0.0/8"})), "10.0.0.3");
}

TEST(ClientAddressTest, CountsAnIpv6NetworkAsOne) {
  EXPECT_EQ(LimitKey("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(LimitKey("2001:db8:1:2::1"), LimitKey("2001:db8:1:2:ffff::9"));
  EXPECT_NE(LimitKey("2001:db8:1:2::1"), LimitKey("2001:db8:1:3::1"));
}

}  // namespace
}  // namespace paceline::receive
