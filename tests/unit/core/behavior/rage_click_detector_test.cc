#include "core/behavior/rage_click_detector.h"

#include <gtest/gtest.h>

#include <optional>

#include "core/wire/message_codec.h"

namespace paceline::core {
namespace {

struct ClickRun {
  uint32_t at_100us = 0;
  RageClickEvent event;
};

// Gives what each step adds to the log.
class Detector {
 public:
  void SetRules(const ClickRules& rules) { detector_.SetRules(rules); }
  std::optional<ClickRun> Observe(const Click& click) {
    detector_.Observe(click, 0, &events_);
    return Take();
  }
  std::optional<ClickRun> Advance(uint32_t now_100us) {
    detector_.Advance(now_100us, &events_);
    return Take();
  }
  std::optional<ClickRun> End() {
    detector_.End(&events_);
    return Take();
  }
  bool InRage() const { return detector_.InRage(); }

 private:
  std::optional<ClickRun> Take() {
    if (events_.events().empty()) return std::nullopt;
    EXPECT_EQ(events_.events().size(), 1u);
    const Event& event = events_.events()[0];
    ClickRun run;
    run.at_100us = event.at_100us;
    Bytes copy;
    EXPECT_TRUE(DecodeMessage(events_.bytes().substr(event.begin, event.size),
                              TableOf(EventField::kRageClick), {}, &run.event, &copy));
    events_.EraseFirst(1);
    return run;
  }

  RageClickDetector detector_;
  EventLog events_;
};

Click At(uint32_t ms, int32_t x = 100, int32_t y = 100) { return {ms * 10, x, y, 0}; }

std::optional<ClickRun> Observe(Detector& detector, Click click, PoolRef target) {
  click.target_ref = target;
  return detector.Observe(click);
}

constexpr PoolRef kNoTarget = 0;
constexpr PoolRef kButton = 1;
constexpr PoolRef kLink = 2;

TEST(RageClickDetectorTest, FindsThreeQuickClicksOnOnePlace) {
  Detector detector;
  EXPECT_FALSE(Observe(detector, At(1000, 50, 60), kButton));
  EXPECT_FALSE(Observe(detector, At(1400), kButton));
  EXPECT_FALSE(detector.InRage());
  EXPECT_FALSE(Observe(detector, At(1900), kButton));
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
  Detector detector;
  Observe(detector, At(0), kButton);
  Observe(detector, At(100), kButton);
  EXPECT_FALSE(detector.End());
}

TEST(RageClickDetectorTest, AllowsASecondBetweenClicksButNoMore) {
  Detector detector;
  Observe(detector, At(0), kButton);
  Observe(detector, At(1000), kButton);
  Observe(detector, At(2000), kButton);
  EXPECT_TRUE(detector.InRage());
  // Later by 0.1 ms than a second: another run, and the one before is over.
  const std::optional<ClickRun> run = Observe(detector, {30'001, 100, 100, 0}, kButton);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->event.count, 3u);
  EXPECT_FALSE(detector.InRage());
}

TEST(RageClickDetectorTest, MeasuresDistanceFromTheFirstClickOfTheRun) {
  Detector detector;
  Observe(detector, At(0, 100, 100), kNoTarget);
  Observe(detector, At(100, 130, 100), kNoTarget);
  // Near the second click, but the run has wandered off: it begins anew.
  Observe(detector, At(200, 131, 100), kNoTarget);
  Observe(detector, At(300, 131, 100), kNoTarget);
  EXPECT_FALSE(detector.InRage());
  Observe(detector, At(400, 149, 124), kNoTarget);  // 18² + 24² = 30²
  EXPECT_TRUE(detector.InRage());
}

TEST(RageClickDetectorTest, FollowsANamedTargetThatMoves) {
  Detector detector;
  Observe(detector, At(0, 10, 10), kButton);
  Observe(detector, At(200, 10, 300), kButton);
  Observe(detector, At(400, 10, 600), kButton);
  EXPECT_TRUE(detector.InRage());
  // Elements without a name are not one element.
  Detector unnamed;
  Observe(unnamed, At(0, 10, 10), kNoTarget);
  Observe(unnamed, At(200, 10, 300), kNoTarget);
  Observe(unnamed, At(400, 10, 600), kNoTarget);
  EXPECT_FALSE(unnamed.InRage());
}

TEST(RageClickDetectorTest, CountsDifferentTargetsOnOnePlaceAsOneRun) {
  Detector detector;
  Observe(detector, At(0), kButton);
  Observe(detector, At(200), kLink);
  Observe(detector, At(400), kNoTarget);
  EXPECT_TRUE(detector.InRage());
}

TEST(RageClickDetectorTest, EndsARunOnlyAfterMoreThanASecond) {
  Detector detector;
  for (uint32_t i = 0; i < 5; ++i) Observe(detector, At(100 * i), kButton);
  EXPECT_FALSE(detector.Advance(4'000));
  EXPECT_FALSE(detector.Advance(14'000));
  const std::optional<ClickRun> run = detector.Advance(14'001);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->event.count, 5u);
  EXPECT_FALSE(detector.Advance(99'999));
}

TEST(RageClickDetectorTest, TakesClicksThatArriveLateIntoTheRun) {
  Detector detector;
  Observe(detector, At(1000), kButton);
  Observe(detector, At(900), kButton);
  Observe(detector, At(1800), kButton);
  ASSERT_TRUE(detector.InRage());
  EXPECT_EQ(detector.End()->event.duration_100us, 8'000u);
}

TEST(RageClickDetectorTest, SurvivesCoordinatesAtTheEndsOfTheirRange) {
  Detector detector;
  Observe(detector, At(0, INT32_MIN, INT32_MIN), kNoTarget);
  Observe(detector, At(1, INT32_MAX, INT32_MAX), kNoTarget);
  Observe(detector, At(2, INT32_MIN, INT32_MAX), kNoTarget);
  EXPECT_FALSE(detector.InRage());
}

constexpr PoolRef kField = 3;

Click Flagged(uint32_t ms, ClickFlag flag) {
  Click click = At(ms);
  click.flags = 1u << static_cast<unsigned>(flag);
  return click;
}

// What users of other tools complain of: many clicks that are quite natural.
class NaturalClicksTest : public ::testing::TestWithParam<ClickFlag> {};

TEST_P(NaturalClicksTest, AreNoRage) {
  Detector detector;
  for (uint32_t i = 0; i < 6; ++i) {
    EXPECT_FALSE(Observe(detector, Flagged(200 * i, GetParam()), kField));
  }
  EXPECT_FALSE(detector.InRage());
  EXPECT_FALSE(detector.End());
}

TEST_P(NaturalClicksTest, AreRageWhereThePageWantsThemJudged) {
  ClickRules rules;
  rules.judged_flags = 1u << static_cast<unsigned>(GetParam());
  Detector detector;
  detector.SetRules(rules);
  for (uint32_t i = 0; i < 3; ++i) Observe(detector, Flagged(200 * i, GetParam()), kField);
  EXPECT_TRUE(detector.InRage());
}

// Carets and spin buttons, selects, players, carousels, selecting text, modifier keys, and what the
// page excuses itself.
INSTANTIATE_TEST_SUITE_P(All, NaturalClicksTest,
                         ::testing::Values(ClickFlag::kEdits, ClickFlag::kSelects,
                                           ClickFlag::kMedia, ClickFlag::kRepeats,
                                           ClickFlag::kSelectsText, ClickFlag::kModified,
                                           ClickFlag::kIgnored));

TEST(RageClickDetectorTest, CountsClicksOnWhatOnlyLooksDead) {
  Detector detector;
  for (uint32_t i = 0; i < 3; ++i) {
    Observe(detector, Flagged(200 * i, ClickFlag::kInert), kNoTarget);
  }
  EXPECT_TRUE(detector.InRage());
}

TEST(RageClickDetectorTest, SeesNoRageInATripleClickThatSelectsAParagraph) {
  Detector detector;
  // The first of them selects nothing yet.
  Observe(detector, At(0), kNoTarget);
  Observe(detector, Flagged(150, ClickFlag::kSelectsText), kNoTarget);
  Observe(detector, Flagged(300, ClickFlag::kSelectsText), kNoTarget);
  EXPECT_FALSE(detector.InRage());
}

TEST(RageClickDetectorTest, SeesNoRageInDoubleClicksThatSelectWordAfterWord) {
  Detector detector;
  for (uint32_t word = 0; word < 5; ++word) {
    EXPECT_FALSE(Observe(detector, At(600 * word), kNoTarget));
    EXPECT_FALSE(Observe(detector, Flagged(600 * word + 150, ClickFlag::kSelectsText), kNoTarget));
  }
  EXPECT_FALSE(detector.InRage());
  EXPECT_FALSE(detector.End());
}

TEST(RageClickDetectorTest, StaysEnragedThoughAWordIsSelectedByIt) {
  Detector detector;
  for (uint32_t i = 0; i < 3; ++i) Observe(detector, At(600 * i), kNoTarget);
  EXPECT_FALSE(Observe(detector, Flagged(1400, ClickFlag::kSelectsText), kNoTarget));
  EXPECT_TRUE(detector.InRage());
  Observe(detector, At(1700), kNoTarget);
  const auto run = detector.End();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->event.count, 4u);
}

TEST(RageClickDetectorTest, GoesByThePagesOwnRules) {
  BehaviorRules given;
  given.rage_clicks = 4;
  given.rage_interval_ms = 500;
  given.rage_radius_px = 5;
  Detector detector;
  detector.SetRules(ClickRulesOf(given));
  for (uint32_t i = 0; i < 3; ++i) Observe(detector, At(500 * i), kNoTarget);
  EXPECT_FALSE(detector.InRage());
  Observe(detector, At(1500), kNoTarget);
  EXPECT_TRUE(detector.InRage());
  EXPECT_TRUE(Observe(detector, At(1600, 106, 100), kNoTarget));
  EXPECT_FALSE(detector.InRage());
}

TEST(ClickRulesTest, ReadsZeroAsTheDefaultAndBoundsTheRest) {
  const ClickRules defaults = ClickRulesOf({});
  EXPECT_EQ(defaults.rage_clicks, 3u);
  EXPECT_EQ(defaults.rage_interval_100us, 10'000u);
  EXPECT_EQ(defaults.rage_radius_px, 30u);
  EXPECT_EQ(defaults.error_click_100us, 10'000u);
  const ClickRules large =
      ClickRulesOf({UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX});
  EXPECT_EQ(large.rage_interval_100us, 600'000u);
  EXPECT_EQ(large.rage_radius_px, 10'000u);
  EXPECT_EQ(large.error_click_100us, 600'000u);
}

}  // namespace
}  // namespace paceline::core
