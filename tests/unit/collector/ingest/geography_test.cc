#include "collector/ingest/geography.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace paceline::ingest {
namespace {

// tests/fixtures/make_places.mjs has the networks.
std::unique_ptr<Geography> Places() {
  auto places = Geography::Open(PACELINE_FIXTURES_DIR "/places.mmdb");
  EXPECT_TRUE(places.ok()) << places.status();
  return *std::move(places);
}

TEST(Geography, KnowsCountryAndRegionOfBothKindsOfAddress) {
  const auto places = Places();
  for (const char* address : {"203.0.113.9", "::ffff:203.0.113.9"}) {
    const Place place = places->Find(address);
    EXPECT_EQ(place.country, "DE") << address;
    EXPECT_EQ(place.region, "DE-BE") << address;
  }
}

TEST(Geography, ARegionWithoutACodeHasItsName) {
  EXPECT_EQ(Places()->Find("198.51.100.1").region, "US-California");
}

TEST(Geography, ACountryMayHaveNoRegion) {
  const Place place = Places()->Find("192.0.2.200");
  EXPECT_EQ(place.country, "NZ");
  EXPECT_EQ(place.region, "");
}

TEST(Geography, WhatItDoesNotKnowIsEmpty) {
  const auto places = Places();
  for (const char* address :
       {"8.8.8.8", "2001:db8::1", "", "unknown", "203.0.113.9:443", "1.2.3"}) {
    EXPECT_EQ(places->Find(address).country, "") << address;
    EXPECT_EQ(places->Find(address).region, "") << address;
  }
}

TEST(Geography, RefusesWhatIsNoDatabase) {
  const std::string path = testing::TempDir() + "/no_places.mmdb";
  std::ofstream(path) << "a text";
  for (const std::string& bad : {path, path + ".missing"}) {
    const auto opened = Geography::Open(bad);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(opened.status().message().find(bad), absl::string_view::npos);
    EXPECT_NE(opened.status().message().find("geo.database"), absl::string_view::npos);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace paceline::ingest
