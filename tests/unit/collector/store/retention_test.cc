#include "collector/store/retention.h"

#include <string>

#include "tests/unit/collector/store/data_dir_fixture.h"

namespace paceline::store {
namespace {

constexpr uint64_t kDayMs = 86'400'000;

class RetentionTest : public DataDir {
 protected:
  // One visit on each of ten days, the last of them `kNoon`'s.
  std::unique_ptr<Store> TenDays() {
    auto store = MustOpen(Dir());
    for (uint32_t day = 0; day < 10; ++day) {
      const uint64_t at = kNoon - (9 - day) * kDayMs;
      EXPECT_EQ(AppendAndWait(store.get(),
                              BeaconBuilder(day, day, 0).Origin(at).Received(at + 1'000).Build())
                    .outcome,
                AppendOutcome::kStored);
    }
    EXPECT_TRUE(store->FlushViews().ok());
    return store;
  }
  static size_t Sessions(const Store& store) {
    size_t count = 0;
    EXPECT_TRUE(store
                    .ReadSessions("academy", 0, kNoon * 2,
                                  [&](const v1::SessionRecord&) {
                                    ++count;
                                    return true;
                                  })
                    .ok());
    return count;
  }
  static uint64_t PageViews(const Store& store, Resolution resolution) {
    uint64_t views = 0;
    EXPECT_TRUE(store
                    .ReadRollups("academy", resolution, 0, kNoon * 2, "", std::nullopt,
                                 [&](const RollupRow& row) { views += row.cell.page_views(); })
                    .ok());
    return views;
  }
};

TEST_F(RetentionTest, EachKindGoesAtItsOwnAge) {
  const auto store = TenDays();
  // Today and so many days before it.
  const auto report = store->ApplyRetention({.journeys_days = 2,
                                             .facts_days = 3,
                                             .sessions_days = 4,
                                             .minutes_days = 1,
                                             .hours_days = 5,
                                             .days_days = 0},
                                            kNoon);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->sessions, 5u);
  EXPECT_EQ(Sessions(*store), 5u);
  EXPECT_EQ(PageViews(*store, Resolution::kMinute), 2u);
  EXPECT_EQ(PageViews(*store, Resolution::kHour), 6u);
  EXPECT_EQ(PageViews(*store, Resolution::kDay), 10u);
  const auto journey = [&](uint32_t session) {
    const auto record = store->ReadSession("academy", SessionId(session));
    return record.ok() ? static_cast<int>(store->ReadJourney(*record)->size()) : -1;
  };
  EXPECT_EQ(journey(9), 1);
  EXPECT_EQ(journey(7), 1);
  EXPECT_EQ(journey(6), 0);
  EXPECT_EQ(journey(4), -1);
  // The recount covers what is left.
  ExpectVerified(store.get(), 3);
}

TEST_F(RetentionTest, RecountLeavesOutSessionsThatLostAPart) {
  const auto store = MustOpen(Dir());
  // A night's visit, and others the day after.
  AppendAndWait(store.get(), BeaconBuilder(1, 1, 0).Build());
  AppendAndWait(store.get(), BeaconBuilder(1, 1, 1).Click().Received(kNoon + kDayMs).Build());
  for (uint32_t day = 1; day < 4; ++day) {
    const uint64_t at = kNoon + day * kDayMs;
    AppendAndWait(store.get(),
                  BeaconBuilder(10 + day, 10 + day, 0).Origin(at).Received(at).Build());
  }
  ASSERT_TRUE(store->FlushViews().ok());
  ASSERT_TRUE(store->ApplyRetention({.journeys_days = 2}, kNoon + 3 * kDayMs).ok());
  ExpectVerified(store.get(), 3);
}

TEST_F(RetentionTest, ForEverKeepsEverything) {
  const auto store = TenDays();
  const auto report = store->ApplyRetention({}, kNoon);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->ranges, 0u);
  EXPECT_EQ(Sessions(*store), 10u);
  ExpectVerified(store.get(), 10);
}

TEST_F(RetentionTest, DroppedNumbersAreNotUsedAgain) {
  {
    const auto store = TenDays();
    ASSERT_TRUE(store->ApplyRetention({.journeys_days = 1}, kNoon + 100 * kDayMs).ok());
  }
  const auto store = MustOpen(Dir());
  EXPECT_EQ(store->GetStats().last_commit, 10u);
  EXPECT_EQ(AppendAndWait(store.get(), BeaconBuilder(50, 50, 0).Build()).outcome,
            AppendOutcome::kStored);
  EXPECT_EQ(store->GetStats().last_commit, 11u);
}

TEST_F(RetentionTest, SecondRunFindsNothing) {
  const auto store = TenDays();
  const Retention retention{.journeys_days = 2, .facts_days = 2, .sessions_days = 2};
  ASSERT_TRUE(store->ApplyRetention(retention, kNoon).ok());
  const auto again = store->ApplyRetention(retention, kNoon);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->ranges, 0u);
  EXPECT_EQ(again->sessions, 0u);
}

TEST_F(RetentionTest, LateRecordOfADroppedDocumentDoesNoHarm) {
  const auto store = MustOpen(Dir());
  const auto raw = [](uint32_t sequence) {
    return BuildRaw({.sequence = sequence, .starts = sequence == 0, .paint_100us = 9'000});
  };
  ASSERT_EQ(AppendAndWait(store.get(), raw(0)).outcome, AppendOutcome::kStored);
  ASSERT_TRUE(store->ApplyRetention({.journeys_days = 1}, kNoon + 10 * kDayMs).ok());
  v1::JournalRecord late = raw(1);
  late.set_received_unix_ms(kNoon + 10 * kDayMs);
  EXPECT_EQ(AppendAndWait(store.get(), late).outcome, AppendOutcome::kStored);
  EXPECT_TRUE(store->FlushViews().ok());
  EXPECT_TRUE(store->GetStats().failure.ok());
}

}  // namespace
}  // namespace paceline::store
