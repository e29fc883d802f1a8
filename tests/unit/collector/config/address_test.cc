#include "collector/config/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paceline::config {
namespace {

using testing::HasSubstr;

TEST(AddressTest, ReadsHostAndPort) {
  const auto address = ParseAddress("127.0.0.1:8080");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 8080);
  EXPECT_EQ(address->ToString(), "127.0.0.1:8080");
}

TEST(AddressTest, KeepsBracketsOfIpv6OutOfTheHost) {
  const auto address = ParseAddress("[::1]:0");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->ToString(), "[::1]:0");
}

TEST(AddressTest, RefusesWhatIsNoAddressAndShowsOne) {
  for (const char* text : {"8080", "", ":8080", "host:", "host:port", "host:-1", "host:65536",
                           "host:80x", "::1:80", "[::1:80"}) {
    const auto address = ParseAddress(text);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_THAT(std::string(address.status().message()), HasSubstr("127.0.0.1:8080")) << text;
  }
}

TEST(AddressTest, TellsLoopbackFromNamesThatLookLikeIt) {
  for (const char* host :
       {"127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "::1", "a.localhost"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* host : {"0.0.0.0", "::", "192.168.0.1", "127.0.0.1.evil.example", "127.0.0",
                           "127.evil", "localhost.evil.example", "notlocalhost", ""}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(AddressTest, EveryInterfaceIsReachedByTheLoopback) {
  EXPECT_EQ(ParseAddress("0.0.0.0:8080")->FromHere().ToString(), "127.0.0.1:8080");
  EXPECT_EQ(ParseAddress("[::]:8080")->FromHere().ToString(), "[::1]:8080");
  EXPECT_EQ(ParseAddress("rum.example:80")->FromHere().ToString(), "rum.example:80");
}

}  // namespace
}  // namespace paceline::config
