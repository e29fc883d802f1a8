#include "collector/store/keys.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/collector/store/record_builder.h"

namespace paceline::store {
namespace {

TEST(Keys, JourneysAreInTheOrderOfDayAndCommit) {
  const std::vector<JourneyKey> keys = {{0, 0}, {0, 255}, {0, 256}, {0, uint64_t{1} << 40},
                                        {1, 1}, {255, 9}, {256, 1}, {20'000, 7}};
  std::vector<std::string> encoded;
  for (const JourneyKey key : keys) {
    encoded.push_back(EncodeJourneyKey(key));
    const auto decoded = DecodeJourneyKey(encoded.back());
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->day, key.day);
    EXPECT_EQ(decoded->commit, key.commit);
  }
  EXPECT_TRUE(std::is_sorted(encoded.begin(), encoded.end()));
}

TEST(Keys, JourneyKeyOfAnotherLengthIsRefused) {
  const std::string key = EncodeJourneyKey({1, 2});
  EXPECT_FALSE(DecodeJourneyKey(key.substr(1)));
  EXPECT_FALSE(DecodeJourneyKey(key + "x"));
}

TEST(Keys, SessionsOfASiteAreIndexedByTheTimeTheyBegan) {
  std::vector<std::string> encoded;
  for (const uint64_t began : {uint64_t{0}, kNoon, kNoon + 255, kNoon + 256}) {
    encoded.push_back(SessionIndexKey("academy", began, SessionId(9)));
    const auto entry = DecodeSessionIndexKey("academy", encoded.back());
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->began_unix_ms, began);
    EXPECT_EQ(entry->session_id, SessionId(9));
  }
  EXPECT_TRUE(std::is_sorted(encoded.begin(), encoded.end()));
}

TEST(Keys, NoSitesKeysAreAmongAnothers) {
  EXPECT_FALSE(DecodeSessionIndexKey("acad", SessionIndexKey("academy", kNoon, SessionId(1))));
  const std::string longer = RollupKeyPrefix("academy", Resolution::kMinute, 0, kNoon);
  const std::string shorter = RollupKeyPrefix("acad", Resolution::kMinute, 0, kNoon);
  EXPECT_FALSE(longer.starts_with(shorter.substr(0, 5)));
}

TEST(Keys, RollupsOfASliceAreInTheOrderOfTimeThenValue) {
  std::vector<std::string> encoded;
  for (const uint64_t start : {kNoon, kNoon + 60'000}) {
    for (const char* value : {"", "home", "home\nphone", "lesson"}) {
      encoded.push_back(
          EncodeRollupKey({"academy", Resolution::kMinute, kPageSliceBit | 1, start, value}));
      const auto key = DecodeRollupKey(encoded.back());
      ASSERT_TRUE(key);
      EXPECT_EQ(key->site, "academy");
      EXPECT_EQ(key->resolution, Resolution::kMinute);
      EXPECT_EQ(key->slice, kPageSliceBit | 1);
      EXPECT_EQ(key->start_unix_ms, start);
      EXPECT_EQ(key->value, value);
    }
  }
  EXPECT_TRUE(std::is_sorted(encoded.begin(), encoded.end()));
}

TEST(Keys, QualityIsOfASiteByDay) {
  EXPECT_EQ(DecodeQualityKey("academy", QualityKey("academy", 20'500)), 20'500u);
  EXPECT_EQ(DecodeQualityKey("", QualityKey("", 7)), 7u);
  EXPECT_FALSE(DecodeQualityKey("", QualityKey("academy", 7)));
  EXPECT_FALSE(DecodeQualityKey("academy", QualityKey("acad", 7)));
  EXPECT_FALSE(DecodeQualityKey("academy", QualityKey("academy", 7) + "x"));
  EXPECT_FALSE(DecodeQualityKey("academy", RollupChangesKey(7)));
  EXPECT_LT(QualityKey("academy", 255), QualityKey("academy", 256));
}

TEST(Keys, IdNeedsItsSizes) {
  EXPECT_TRUE(IsValid({"academy", SessionId(1), DocumentId(1), 0}));
  EXPECT_FALSE(IsValid({"", SessionId(1), DocumentId(1), 0}));
  EXPECT_FALSE(IsValid({std::string(256, 'a'), SessionId(1), DocumentId(1), 0}));
  EXPECT_FALSE(IsValid({"academy", "short", DocumentId(1), 0}));
  EXPECT_FALSE(IsValid({"academy", SessionId(1), SessionId(1), 0}));
}

TEST(Keys, CellsStartAtFullMinutesHoursAndDays) {
  const uint64_t at = kNoon + 3'723'456;
  EXPECT_EQ(CellStart(Resolution::kMinute, at), kNoon + 3'720'000);
  EXPECT_EQ(CellStart(Resolution::kHour, at), kNoon + 3'600'000);
  EXPECT_EQ(CellStart(Resolution::kDay, at), kNoon - 12 * 3'600'000);
}

TEST(RollupSlices, NamesAndNumbersGoBothWays) {
  std::vector<std::string> names = {"", "page"};
  for (const RollupDimension& dimension : RollupDimensions()) {
    names.emplace_back(dimension.name);
    names.push_back("page+" + std::string(dimension.name));
  }
  EXPECT_EQ(names.size(), 2 + 2 * kRollupDimensionCount);
  for (const std::string& name : names) {
    const auto slice = FindSlice(name);
    ASSERT_TRUE(slice) << name;
    EXPECT_EQ(SliceName(*slice), name);
  }
  EXPECT_FALSE(FindSlice("continent"));
  EXPECT_FALSE(FindSlice("page+"));
  EXPECT_FALSE(FindSlice("pagedevice_type"));
}

}  // namespace
}  // namespace paceline::store
