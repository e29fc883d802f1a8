#include "collector/ingest/site_traffic.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace paceline::ingest {
namespace {

constexpr uint64_t kStart = 1'767'225'600'000;
constexpr uint64_t kSecond = 1'000;
constexpr uint64_t kMinute = 60 * kSecond;

class SiteTrafficTest : public testing::Test {
 protected:
  void Store(const std::string& document, uint32_t sequence, uint64_t received = kStart,
             uint64_t began = kStart) {
    traffic_.OnStored({"academy", document, sequence, began, received});
  }
  SiteFigures Figures(uint64_t now = kStart) const { return traffic_.Read(now).front(); }

  std::vector<uint64_t> resumed_;
  SiteTraffic traffic_{{"academy", "shop"}, [this](std::string_view site, uint64_t silent_ms) {
                         EXPECT_EQ(site, "academy");
                         resumed_.push_back(silent_ms);
                       }};
};

TEST_F(SiteTrafficTest, MissesNothingWhereAllNumbersCame) {
  for (uint32_t sequence = 0; sequence < 5; ++sequence) Store("a", sequence);
  Store("b", 0);
  EXPECT_EQ(Figures().stored, 6u);
  EXPECT_EQ(Figures().missing, 0u);
  EXPECT_EQ(Figures().Completeness(), 1.0);
  EXPECT_EQ(traffic_.Read(kStart)[1].site, "shop");
  EXPECT_EQ(traffic_.Read(kStart)[1].stored, 0u);
}

TEST_F(SiteTrafficTest, MissesTheNumbersThatWereLeftOut) {
  Store("a", 0);
  Store("a", 4);
  Store("b", 1);
  EXPECT_EQ(Figures().missing, 4u);
  EXPECT_DOUBLE_EQ(Figures().Completeness(), 3.0 / 7.0);
}

TEST_F(SiteTrafficTest, MissesThemNoLongerWhenTheyComeAfterAll) {
  Store("a", 3);
  EXPECT_EQ(Figures().missing, 3u);
  for (const uint32_t late : {1, 0, 2}) Store("a", late);
  EXPECT_EQ(Figures().missing, 0u);
}

TEST_F(SiteTrafficTest, BlamesNobodyForWhatAnEarlierRunGot) {
  Store("b", 0);
  Store("a", 7, kStart + kSecond, kStart - kMinute);
  Store("a", 8, kStart + kSecond, kStart - kMinute);
  EXPECT_EQ(Figures().missing, 0u);
  Store("a", 10, kStart + kSecond, kStart - kMinute);
  EXPECT_EQ(Figures().missing, 1u);
}

TEST_F(SiteTrafficTest, FollowsManyDocumentsAtOnce) {
  constexpr int kDocuments = 10'000;
  for (uint32_t sequence = 0; sequence < 3; ++sequence) {
    for (int i = 0; i < kDocuments; ++i) Store(std::to_string(i), sequence);
  }
  EXPECT_EQ(Figures().stored, 3u * kDocuments);
  EXPECT_LT(Figures().missing, 30u) << "one in a thousand may be forgotten";
}

TEST_F(SiteTrafficTest, NoticesThatASiteIsSilentAndThatItIsOver) {
  uint64_t now = kStart;
  for (int i = 0; i < 120; ++i) Store("a", static_cast<uint32_t>(i), now += 10 * kSecond);
  EXPECT_EQ(Figures(now + 9 * kMinute).silent_ms, 0u) << "120 an hour, so not yet by far";
  EXPECT_EQ(Figures(now + 11 * kMinute).silent_ms, 11 * kMinute);
  Store("a", 120, now + 12 * kMinute);
  EXPECT_EQ(resumed_, std::vector<uint64_t>{12 * kMinute});
  EXPECT_EQ(Figures(now + 12 * kMinute).silences, 1u);
  EXPECT_EQ(Figures(now + 12 * kMinute).silent_ms, 0u);
}

TEST_F(SiteTrafficTest, GoesOnFromWhatAnEarlierRunKnew) {
  traffic_.Remember("academy", kStart, 120, kStart + 60 * kMinute);
  EXPECT_EQ(Figures(kStart + 60 * kMinute).hourly, 120u);
  EXPECT_EQ(Figures(kStart + 60 * kMinute).last_unix_ms, kStart);
  EXPECT_EQ(Figures(kStart + 70 * kMinute).silent_ms, 0u) << "nobody listened for an hour";
  EXPECT_EQ(Figures(kStart + 71 * kMinute).silent_ms, 71 * kMinute);
  Store("a", 0, kStart + 80 * kMinute);
  ASSERT_EQ(Figures().latest_silences.size(), 1u);
  EXPECT_EQ(Figures().latest_silences[0].began_unix_ms, kStart);
  EXPECT_EQ(Figures().latest_silences[0].ended_unix_ms, kStart + 80 * kMinute);
}

TEST_F(SiteTrafficTest, NoticesSilenceAfterTheClockWasSetBack) {
  const uint64_t wrong = kStart + 400 * 24 * 60 * kMinute;
  for (uint32_t i = 0; i < 60; ++i) Store("a", i, wrong + i * kSecond);
  for (uint32_t i = 0; i < 60; ++i) Store("b", i, kStart + i * kSecond);
  EXPECT_EQ(Figures().last_unix_ms, kStart + 59 * kSecond);
  EXPECT_EQ(Figures(kStart + 2 * kMinute).silent_ms, 0u);
  EXPECT_EQ(Figures(kStart + 61 * kMinute).silent_ms, 60 * kMinute + kSecond);
  EXPECT_TRUE(resumed_.empty());
  // What an earlier run knew may be of a time that has not come yet.
  traffic_.Remember("academy", wrong, 600, kStart);
  EXPECT_EQ(Figures(kStart + 61 * kMinute).silent_ms, 61 * kMinute);
}

TEST_F(SiteTrafficTest, CallsNoQuietSiteSilent) {
  for (uint32_t i = 0; i + 1 < kMinHourlyBeacons; ++i) Store("a", i);
  EXPECT_EQ(Figures(kStart + 600 * kMinute).silent_ms, 0u);
  EXPECT_TRUE(resumed_.empty());
}

}  // namespace
}  // namespace paceline::ingest
