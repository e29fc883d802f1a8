#include "core/vitals/cls_tracker.h"

#include <gtest/gtest.h>

namespace paceline::core {
namespace {

LayoutShift Shift(uint32_t at_ms, double value) {
  LayoutShift shift;
  shift.start_100us = at_ms * 10;
  shift.value = value;
  return shift;
}

const ClsAttribution& AttributionOf(const VitalReading& reading) {
  EXPECT_EQ(reading.attribution.kind, VitalField::kCls);
  return reading.attribution.cls;
}

TEST(ClsTrackerTest, IsZeroWithoutShifts) {
  const VitalReading reading = ClsTracker().reading();
  EXPECT_EQ(reading.value, 0u);
  EXPECT_EQ(reading.entry_count, 0u);
  EXPECT_EQ(reading.attribution.kind, Attribution::kNone);
}

TEST(ClsTrackerTest, AddsTheBrowsersDoublesAndRoundsOnce) {
  ClsTracker tracker;
  // In units of 1e-9 one by one, the three would give 0; their sum rounds to 1.
  for (uint32_t i = 0; i < 3; ++i) tracker.Observe(Shift(100 * i, 0.3e-9), 0);
  EXPECT_EQ(tracker.reading().value, 1u);
}

TEST(ClsTrackerTest, StartsNewWindowAfterOneSecondGap) {
  ClsTracker tracker;
  tracker.Observe(Shift(1000, 0.1), 0);
  tracker.Observe({19'999, 0.1, false}, 0);
  EXPECT_EQ(tracker.reading().value, 200'000'000u);
  tracker.Observe({29'999, 0.15, false}, 0);
  EXPECT_EQ(tracker.reading().value, 200'000'000u);
  EXPECT_EQ(tracker.reading().entry_count, 2u);
}

TEST(ClsTrackerTest, StartsNewWindowAfterFiveSeconds) {
  ClsTracker tracker;
  for (uint32_t at_ms = 0; at_ms < 5000; at_ms += 900) tracker.Observe(Shift(at_ms, 0.01), 0);
  EXPECT_EQ(tracker.reading().value, 60'000'000u);
  tracker.Observe(Shift(5000, 0.01), 0);
  EXPECT_EQ(tracker.reading().value, 60'000'000u);
  tracker.Observe(Shift(5500, 0.06), 0);
  EXPECT_EQ(tracker.reading().value, 70'000'000u);
}

TEST(ClsTrackerTest, ReportsTheLargestWindowNotTheLast) {
  ClsTracker tracker;
  tracker.Observe(Shift(100, 0.2), 5);
  tracker.Observe(Shift(3000, 0.05), 6);
  const VitalReading reading = tracker.reading();
  EXPECT_EQ(reading.value, 200'000'000u);
  EXPECT_EQ(AttributionOf(reading).largest_shift_target, 5u);
  // Where its only shift is.
  EXPECT_EQ(reading.at_100us, 1'000u);
  EXPECT_EQ(AttributionOf(reading).window_start_100us, 0u);
  EXPECT_EQ(AttributionOf(reading).window_end_100us, 0u);
}

TEST(ClsTrackerTest, KeepsTheEarlierOfTwoEqualWindows) {
  ClsTracker tracker;
  tracker.Observe(Shift(100, 0.2), 5);
  tracker.Observe(Shift(3000, 0.2), 6);
  EXPECT_EQ(AttributionOf(tracker.reading()).largest_shift_target, 5u);
}

TEST(ClsTrackerTest, ExcludesShiftsAfterRecentInput) {
  ClsTracker tracker;
  LayoutShift shift = Shift(100, 0.5);
  shift.had_recent_input = true;
  tracker.Observe(shift, 0);
  EXPECT_EQ(tracker.reading().value, 0u);
}

TEST(ClsTrackerTest, AttributesToTheLargestShiftOfTheWindow) {
  ClsTracker tracker;
  tracker.Observe(Shift(100, 0.02), 5);
  tracker.Observe(Shift(200, 0.08), 6);
  tracker.Observe(Shift(300, 0.01), 7);
  const VitalReading reading = tracker.reading();
  EXPECT_EQ(reading.value, 110'000'000u);
  EXPECT_EQ(reading.at_100us, 2'000u);
  EXPECT_EQ(reading.entry_count, 3u);
  EXPECT_EQ(AttributionOf(reading).largest_shift_target, 6u);
  EXPECT_EQ(AttributionOf(reading).largest_shift_nano, 80'000'000u);
  EXPECT_EQ(AttributionOf(reading).window_start_100us, 1'000u);
  EXPECT_EQ(AttributionOf(reading).window_end_100us, 3'000u);
}

TEST(ClsTrackerTest, CountsShiftsOfScoreZeroInTheReportedWindow) {
  ClsTracker tracker;
  tracker.Observe(Shift(100, 0.1), 0);
  tracker.Observe(Shift(200, 0), 0);
  EXPECT_EQ(tracker.reading().value, 100'000'000u);
  EXPECT_EQ(tracker.reading().entry_count, 2u);
}

}  // namespace
}  // namespace paceline::core
