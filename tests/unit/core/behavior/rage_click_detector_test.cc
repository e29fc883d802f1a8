#include "core/behavior/rage_click_detector.h"

#include <gtest/gtest.h>

#include <optional>

namespace paceline::core {
namespace {

using ClickRun = RageClickDetector::Run;

Click At(uint32_t ms, int32_t x = 100, int32_t y = 100) { return {ms * 10, x, y, 0}; }

constexpr PoolRef kNoTarget = 0;
constexpr PoolRef kButton = 1;
constexpr PoolRef kLink = 2;

TEST(RageClickDetectorTest, FindsThreeQuickClicksOnOnePlace) {
  RageClickDetector detector;
  EXPECT_FALSE(detector.Observe(At(1000, 50, 60), kButton));
  EXPECT_FALSE(detector.Observe(At(1400), kButton));
  EXPECT_FALSE(detector.InRage());
  EXPECT_FALSE(detector.Observe(At(1900), kButton));
  EXPECT_TRUE(detector.InRage());
  const std::optional<ClickRun> run = detector.End();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->at_100us, 10'000u);
  EXPECT_EQ(run->event.count, 3u);
  EXPECT_EQ(run->event.target, kButton);
  EXPECT_EQ(run->event.x, 50);
  EXPECT_EQ(run->event.y, 60);
  EXPECT_EQ(run->event.duration_100us, 9'000u);
  EXPECT_FALSE(detector.End());
}

TEST(RageClickDetectorTest, IsNotEnragedByTwoClicks) {
  RageClickDetector detector;
  detector.Observe(At(0), kButton);
  detector.Observe(At(100), kButton);
  EXPECT_FALSE(detector.End());
}

TEST(RageClickDetectorTest, AllowsASecondBetweenClicksButNoMore) {
  RageClickDetector detector;
  detector.Observe(At(0), kButton);
  detector.Observe(At(1000), kButton);
  detector.Observe(At(2000), kButton);
  EXPECT_TRUE(detector.InRage());
  // Later by 0.1 ms than a second: another run, and the one before is over.
  const std::optional<ClickRun> run = detector.Observe({30'001, 100, 100, 0}, kButton);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->event.count, 3u);
  EXPECT_FALSE(detector.InRage());
}

TEST(RageClickDetectorTest, MeasuresDistanceFromTheFirstClickOfTheRun) {
  RageClickDetector detector;
  detector.Observe(At(0, 100, 100), kNoTarget);
  detector.Observe(At(100, 130, 100), kNoTarget);
  // Near the second click, but the run has wandered off: it begins anew.
  detector.Observe(At(200, 131, 100), kNoTarget);
  detector.Observe(At(300, 131, 100), kNoTarget);
  EXPECT_FALSE(detector.InRage());
  detector.Observe(At(400, 149, 124), kNoTarget);  // 18² + 24² = 30²
  EXPECT_TRUE(detector.InRage());
}

TEST(RageClickDetectorTest, FollowsANamedTargetThatMoves) {
  RageClickDetector detector;
  detector.Observe(At(0, 10, 10), kButton);
  detector.Observe(At(200, 10, 300), kButton);
  detector.Observe(At(400, 10, 600), kButton);
  EXPECT_TRUE(detector.InRage());
  // Elements without a name are not one element.
  RageClickDetector unnamed;
  unnamed.Observe(At(0, 10, 10), kNoTarget);
  unnamed.Observe(At(200, 10, 300), kNoTarget);
  unnamed.Observe(At(400, 10, 600), kNoTarget);
  EXPECT_FALSE(unnamed.InRage());
}

TEST(RageClickDetectorTest, CountsDifferentTargetsOnOnePlaceAsOneRun) {
  RageClickDetector detector;
  detector.Observe(At(0), kButton);
  detector.Observe(At(200), kLink);
  detector.Observe(At(400), kNoTarget);
  EXPECT_TRUE(detector.InRage());
}

TEST(RageClickDetectorTest, EndsARunOnlyAfterMoreThanASecond) {
  RageClickDetector detector;
  for (uint32_t i = 0; i < 5; ++i) detector.Observe(At(100 * i), kButton);
  EXPECT_FALSE(detector.Advance(4'000));
  EXPECT_FALSE(detector.Advance(14'000));
  const std::optional<ClickRun> run = detector.Advance(14'001);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->event.count, 5u);
  EXPECT_FALSE(detector.Advance(99'999));
}

TEST(RageClickDetectorTest, TakesClicksThatArriveLateIntoTheRun) {
  RageClickDetector detector;
  detector.Observe(At(1000), kButton);
  detector.Observe(At(900), kButton);
  detector.Observe(At(1800), kButton);
  ASSERT_TRUE(detector.InRage());
  EXPECT_EQ(detector.End()->event.duration_100us, 8'000u);
}

TEST(RageClickDetectorTest, SurvivesCoordinatesAtTheEndsOfTheirRange) {
  RageClickDetector detector;
  detector.Observe(At(0, INT32_MIN, INT32_MIN), kNoTarget);
  detector.Observe(At(1, INT32_MAX, INT32_MAX), kNoTarget);
  detector.Observe(At(2, INT32_MIN, INT32_MAX), kNoTarget);
  EXPECT_FALSE(detector.InRage());
}

}  // namespace
}  // namespace paceline::core
