#include "core/vitals/inp_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include "core/vitals/event_timing_parts.h"
#include "core/vitals/fid_tracker.h"
#include "core/vitals/interaction_counter.h"

namespace paceline::core {
namespace {

EventTiming Timing(uint32_t at_ms, uint32_t duration_ms, uint32_t id) {
  EventTiming timing;
  timing.start_100us = at_ms * 10;
  timing.duration_100us = duration_ms * 10;
  timing.interaction_id = id;
  return timing;
}

TEST(InpTrackerTest, HasNoValueWithoutInteractions) {
  InpTracker tracker;
  tracker.Observe(Timing(100, 800, 0), 0, 0);
  EXPECT_FALSE(tracker.Read(0, {}));
}

TEST(InpTrackerTest, IsTheLongestOfFewInteractions) {
  InpTracker tracker;
  tracker.Observe(Timing(100, 80, 7), 1, 2);
  tracker.Observe(Timing(2100, 240, 14), 3, 4);
  tracker.Observe(Timing(4100, 56, 21), 5, 6);
  const auto reading = tracker.Read(49, {});
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->value, 2'400u);
  EXPECT_EQ(reading->at_100us, 21'000u);
  EXPECT_EQ(reading->attribution.interaction.name, 3u);
  EXPECT_EQ(reading->attribution.interaction.target, 4u);
}

TEST(InpTrackerTest, LeavesOutOneInteractionInFifty) {
  InpTracker tracker;
  for (uint32_t i = 1; i <= 12; ++i) tracker.Observe(Timing(1000 * i, 40 + 8 * i, 7 * i), 0, 0);
  const auto value = [&](uint32_t count) { return tracker.Read(count, {})->value / 10; };
  EXPECT_EQ(value(49), 136u);
  EXPECT_EQ(value(50), 128u);
  EXPECT_EQ(value(99), 128u);
  EXPECT_EQ(value(100), 120u);
  // Ten candidates are kept: the tenth longest is the least that can be reported.
  EXPECT_EQ(value(450), 64u);
  EXPECT_EQ(value(1'000'000), 64u);
}

TEST(InpTrackerTest, AgreesWithSortingAllInteractions) {
  std::mt19937 generator(11);
  const auto random = [&generator](uint32_t below) {
    return static_cast<uint32_t>(generator() % below);
  };
  for (int round = 0; round < 200; ++round) {
    InpTracker tracker;
    std::vector<uint32_t> durations;
    const uint32_t interactions = 1 + random(60);
    for (uint32_t id = 1; id <= interactions; ++id) {
      uint32_t longest = 0;
      for (uint32_t entry = 0; entry <= random(3); ++entry) {
        const uint32_t duration_ms = 40 + 8 * random(12);
        longest = std::max(longest, duration_ms);
        tracker.Observe(Timing(1000 * id, duration_ms, 7 * id), 0, 0);
      }
      durations.push_back(longest);
    }
    std::sort(durations.begin(), durations.end(), std::greater<>());
    const uint32_t count = interactions + random(500);
    const size_t index = std::min<size_t>({durations.size() - 1, count / 50, 9});
    ASSERT_EQ(tracker.Read(count, {})->value, durations[index] * 10);
  }
}

TEST(InpTrackerTest, CountsTheEntriesOfTheSameFrame) {
  InpTracker tracker;
  tracker.Observe(Timing(100, 48, 7), 0, 0);
  tracker.Observe(Timing(180, 120, 7), 0, 0);
  tracker.Observe(Timing(180, 120, 7), 0, 9);
  tracker.Observe(Timing(190, 120, 7), 0, 0);
  const auto reading = tracker.Read(1, {});
  EXPECT_EQ(reading->entry_count, 2u);
  EXPECT_EQ(reading->attribution.interaction.target, 9u);
}

TEST(InpTrackerTest, SaysEightMillisecondsForARestoredPageWithShortInteractionsOnly) {
  PageViewState restored;
  restored.restored = true;
  const InpTracker tracker;
  EXPECT_FALSE(tracker.Read(0, restored));
  ASSERT_TRUE(tracker.Read(3, restored));
  EXPECT_EQ(tracker.Read(3, restored)->value, 80u);
  EXPECT_EQ(tracker.Read(3, restored)->entry_count, 0u);
  EXPECT_FALSE(tracker.Read(3, {}));
}

TEST(EventTimingPartsTest, AddUpToTheDurationWhateverWasMeasured) {
  for (const uint32_t delay : {0u, 30u, 479u, 480u, 481u, UINT32_MAX}) {
    for (const uint32_t processing : {0u, 200u, 480u, UINT32_MAX}) {
      EventTiming timing = Timing(0, 48, 7);
      timing.processing_start_100us = delay;
      timing.processing_duration_100us = processing;
      const EventTimingParts parts = DivideEventTiming(timing);
      EXPECT_EQ(
          uint64_t{parts.input_delay_100us} + parts.processing_100us + parts.presentation_100us,
          480u);
    }
  }
}

TEST(FidTrackerTest, IsTheDelayOfTheFirstInputOnly) {
  FidTracker tracker;
  EventTiming timing = Timing(1000, 100, 7);
  timing.processing_start_100us = 123;
  tracker.Observe(timing, 0, 0, {});
  EXPECT_FALSE(tracker.reading());
  timing.first_input = true;
  tracker.Observe(timing, 3, 4, {});
  timing.processing_start_100us = 999;
  tracker.Observe(timing, 5, 6, {});
  ASSERT_TRUE(tracker.reading());
  EXPECT_EQ(tracker.reading()->value, 123u);
  EXPECT_EQ(tracker.reading()->attribution.interaction.target, 4u);
}

TEST(FidTrackerTest, IsNotMeasuredAfterThePageWasHidden) {
  FidTracker tracker;
  PageViewState page_view;
  page_view.first_hidden_100us = 10'000;
  EventTiming timing = Timing(1000, 100, 7);
  timing.first_input = true;
  tracker.Observe(timing, 0, 0, page_view);
  EXPECT_FALSE(tracker.reading());
}

TEST(InteractionCounterTest, PrefersTheBrowsersOwnCount) {
  InteractionCounter counter;
  counter.ObserveId(700);
  counter.ObserveNative(3);
  counter.ObserveNative(2);
  EXPECT_EQ(counter.Count(), 3u);
}

TEST(InteractionCounterTest, EstimatesFromIdsWhereTheBrowserDoesNotCount) {
  InteractionCounter counter;
  EXPECT_EQ(counter.Count(), 0u);
  counter.ObserveId(0);
  EXPECT_EQ(counter.Count(), 0u);
  counter.ObserveId(4007);
  EXPECT_EQ(counter.Count(), 1u);
  counter.ObserveId(4000);
  counter.ObserveId(4070);
  EXPECT_EQ(counter.Count(), 11u);
}

}  // namespace
}  // namespace paceline::core
