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
  // Goes there in steps of a day, as a clock that is left alone does, with nothing to drop.
  static void LetClockReach(Store* store, uint64_t now) {
    for (uint64_t days = 9; days > 0; --days) {
      EXPECT_TRUE(store->ApplyRetention({}, now - days * kDayMs).ok());
    }
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
  ASSERT_EQ(store->ApplyRetention({.journeys_days = 2}, kNoon + 3 * kDayMs)->ranges, 1u);
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
    LetClockReach(store.get(), kNoon + 100 * kDayMs);
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
  LetClockReach(store.get(), kNoon + 10 * kDayMs);
  ASSERT_EQ(store->ApplyRetention({.journeys_days = 1}, kNoon + 10 * kDayMs)->ranges, 1u);
  v1::JournalRecord late = raw(1);
  late.set_received_unix_ms(kNoon + 10 * kDayMs);
  EXPECT_EQ(AppendAndWait(store.get(), late).outcome, AppendOutcome::kStored);
  EXPECT_TRUE(store->FlushViews().ok());
  EXPECT_TRUE(store->GetStats().failure.ok());
}

// A tab that is still open when its page view's final values are dropped, and what they came from.
TEST_F(RetentionTest, LateBeaconOfADroppedPageViewChangesNothing) {
  const uint64_t late = kNoon + 10 * kDayMs;
  {
    const auto store = MustOpen(Dir());
    ASSERT_EQ(
        AppendAndWait(store.get(), BeaconBuilder(1, 1, 0).Vital(v1::METRIC_LCP, 20'000).Build())
            .outcome,
        AppendOutcome::kStored);
    LetClockReach(store.get(), late);
    ASSERT_TRUE(
        store->ApplyRetention({.journeys_days = 7, .facts_days = 7, .minutes_days = 7}, late).ok());
    const auto again = BeaconBuilder(1, 1, 1).Vital(v1::METRIC_LCP, 40'000).Received(late).Build();
    EXPECT_EQ(AppendAndWait(store.get(), again).outcome, AppendOutcome::kStored);
    EXPECT_TRUE(store->FlushViews().ok());
    EXPECT_TRUE(store->GetStats().failure.ok()) << store->GetStats().failure;
    EXPECT_EQ(PageViews(*store, Resolution::kMinute), 0u);
    EXPECT_EQ(PageViews(*store, Resolution::kHour), 1u);
    // A page view of its own is one more.
    EXPECT_EQ(AppendAndWait(store.get(), BeaconBuilder(1, 2, 0).Origin(late).Received(late).Build())
                  .outcome,
              AppendOutcome::kStored);
    EXPECT_EQ(PageViews(*store, Resolution::kHour), 2u);
  }
  const auto store = MustOpen(Dir());
  EXPECT_EQ(PageViews(*store, Resolution::kHour), 2u);
  EXPECT_TRUE(store->Verify({}).ok());
}

// What was told late of a time whose facts are dropped: all that was told of it is still there.
TEST_F(RetentionTest, LateBeaconOfADroppedPageViewCountsWhereItsRecordsAreKept) {
  const uint64_t began = kNoon - 20 * kDayMs;
  const auto store = MustOpen(Dir());
  const auto lcp_views = [&](Resolution resolution) {
    uint64_t weight = 0;
    EXPECT_TRUE(store
                    ->ReadRollups("academy", resolution, 0, kNoon * 2, "", std::nullopt,
                                  [&](const RollupRow& row) {
                                    for (const auto& metric : row.cell.metrics()) {
                                      weight += metric.weight_micro();
                                    }
                                  })
                    .ok());
    return weight / 1'000'000;
  };
  ASSERT_EQ(AppendAndWait(store.get(), BeaconBuilder(1, 1, 0)
                                           .Origin(began)
                                           .Received(kNoon)
                                           .Vital(v1::METRIC_LCP, 20'000)
                                           .Build())
                .outcome,
            AppendOutcome::kStored);
  const Retention few{.journeys_days = 7, .facts_days = 7, .minutes_days = 7};
  ASSERT_TRUE(store->ApplyRetention(few, kNoon).ok());
  ASSERT_EQ(lcp_views(Resolution::kHour), 1u);
  ASSERT_EQ(AppendAndWait(store.get(), BeaconBuilder(1, 1, 1)
                                           .Origin(began)
                                           .Received(kNoon)
                                           .Vital(v1::METRIC_LCP, 40'000)
                                           .Vital(v1::METRIC_INP, 2'000)
                                           .Build())
                .outcome,
            AppendOutcome::kStored);
  EXPECT_TRUE(store->FlushViews().ok());
  EXPECT_TRUE(store->GetStats().failure.ok()) << store->GetStats().failure;
  EXPECT_EQ(PageViews(*store, Resolution::kHour), 1u);
  EXPECT_EQ(lcp_views(Resolution::kHour), 2u) << "one LCP and one INP";
  EXPECT_EQ(lcp_views(Resolution::kMinute), 0u);
  ExpectVerified(store.get(), 2);
  ASSERT_TRUE(store->ApplyRetention(few, kNoon).ok());
  ExpectVerified(store.get(), 2);
}

TEST_F(RetentionTest, LateRawBatchOfADroppedMinuteDoesNoHarm) {
  const uint64_t late = kNoon + 10 * kDayMs;
  const auto store = MustOpen(Dir());
  ASSERT_EQ(
      AppendAndWait(store.get(), BuildRaw({.sequence = 0, .starts = true, .paint_100us = 9'000}))
          .outcome,
      AppendOutcome::kStored);
  LetClockReach(store.get(), late);
  ASSERT_TRUE(store->ApplyRetention({.minutes_days = 7}, late).ok());
  ASSERT_EQ(PageViews(*store, Resolution::kMinute), 0u);
  v1::JournalRecord again = BuildRaw({.sequence = 1, .paint_100us = 19'000});
  again.set_received_unix_ms(late);
  EXPECT_EQ(AppendAndWait(store.get(), again).outcome, AppendOutcome::kStored);
  EXPECT_TRUE(store->FlushViews().ok());
  EXPECT_TRUE(store->GetStats().failure.ok()) << store->GetStats().failure;
  EXPECT_EQ(PageViews(*store, Resolution::kMinute), 0u);
  EXPECT_EQ(PageViews(*store, Resolution::kHour), 1u);
  ExpectVerified(store.get(), 2);
}

TEST_F(RetentionTest, QualityGoesWithRollupsByDay) {
  const auto store = TenDays();
  const auto today = static_cast<uint32_t>(kNoon / kDayMs);
  for (uint32_t day = 0; day < 10; ++day) {
    ASSERT_TRUE(store->WriteQuality("academy", {{today - day, v1::QualityDay()}}).ok());
    ASSERT_TRUE(store->WriteQuality("", {{today - day, v1::QualityDay()}}).ok());
  }
  ASSERT_TRUE(store->ApplyRetention({.journeys_days = 1, .days_days = 3}, kNoon).ok());
  EXPECT_EQ(store->ReadQuality("academy", 0, today)->size(), 4u);
  EXPECT_EQ(store->ReadQuality("", 0, today)->size(), 4u);
  EXPECT_EQ(store->ReadQuality("academy", 0, today)->begin()->first, today - 3);
}

constexpr Retention kFewDays{.journeys_days = 2, .facts_days = 2, .sessions_days = 2};

TEST_F(RetentionTest, ClockThatJumpsAheadDropsNothing) {
  const auto store = TenDays();
  const uint64_t wrong = kNoon + 3'000 * kDayMs;
  const auto report = store->ApplyRetention(kFewDays, wrong);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->held_until_unix_ms, wrong + 7 * kDayMs);
  EXPECT_EQ(report->ranges + report->sessions, 0u);
  EXPECT_EQ(Sessions(*store), 10u);
  ExpectVerified(store.get(), 10);
}

TEST_F(RetentionTest, ClockThatIsSetRightIsBelievedAtOnce) {
  const auto store = TenDays();
  ASSERT_EQ(store->ApplyRetention(kFewDays, kNoon)->held_until_unix_ms, 0u);
  EXPECT_EQ(Sessions(*store), 3u);
  EXPECT_GT(store->ApplyRetention(kFewDays, kNoon + 3'000 * kDayMs)->held_until_unix_ms, 0u);
  const auto back = store->ApplyRetention(kFewDays, kNoon + kDayMs);
  EXPECT_EQ(back->held_until_unix_ms, 0u);
  EXPECT_EQ(back->sessions, 1u);
  EXPECT_EQ(Sessions(*store), 2u);
}

TEST_F(RetentionTest, ClockThatGoesOnForAWeekIsBelieved) {
  const uint64_t late = kNoon + 60 * kDayMs;
  {
    const auto store = TenDays();
    for (uint64_t day = 0; day < 4; ++day) {
      EXPECT_EQ(store->ApplyRetention(kFewDays, late + day * kDayMs)->held_until_unix_ms,
                late + 7 * kDayMs);
    }
  }
  // Remembered over a restart, and begun anew by another jump.
  const auto store = MustOpen(Dir());
  EXPECT_EQ(store->ApplyRetention(kFewDays, late + 5 * kDayMs)->held_until_unix_ms,
            late + 7 * kDayMs);
  EXPECT_GT(store->ApplyRetention(kFewDays, late + 30 * kDayMs)->held_until_unix_ms, 0u);
  for (uint64_t day = 31; day < 37; ++day) {
    EXPECT_GT(store->ApplyRetention(kFewDays, late + day * kDayMs)->held_until_unix_ms, 0u);
  }
  EXPECT_EQ(Sessions(*store), 10u);
  const auto believed = store->ApplyRetention(kFewDays, late + 37 * kDayMs);
  EXPECT_EQ(believed->held_until_unix_ms, 0u);
  EXPECT_EQ(believed->sessions, 10u);
}

}  // namespace
}  // namespace paceline::store
