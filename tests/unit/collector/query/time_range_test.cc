#include "collector/query/time_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace paceline::query {
namespace {

using store::Resolution;
using ::testing::HasSubstr;

// 2026-01-01 00:00 UTC.
constexpr uint64_t kMidnight = 1'767'225'600'000;
constexpr uint64_t kNow = kMidnight + 12 * kHourMs + 34 * kMinuteMs + 56'789;

double Number(uint64_t value) { return static_cast<double>(value); }

TEST(ParseRangeTest, TakesTheLastHourByDefault) {
  const auto range = ParseRange(0, 0, kNow);
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->from_unix_ms, kNow - kHourMs);
  EXPECT_EQ(range->to_unix_ms, kNow);
}

TEST(ParseRangeTest, TakesOneEndAlone) {
  const auto until_now = ParseRange(Number(kNow - 5'000), 0, kNow);
  ASSERT_TRUE(until_now.ok());
  EXPECT_EQ(until_now->from_unix_ms, kNow - 5'000);
  EXPECT_EQ(until_now->to_unix_ms, kNow);
  const auto hour_before = ParseRange(0, Number(kNow - kDayMs), kNow);
  ASSERT_TRUE(hour_before.ok());
  EXPECT_EQ(hour_before->from_unix_ms, kNow - kDayMs - kHourMs);
}

TEST(ParseRangeTest, RefusesWhatIsNoRangeAndSaysWhatWouldBeRight) {
  const auto message = [](double from, double to) {
    return std::string(ParseRange(from, to, kNow).status().message());
  };
  EXPECT_THAT(message(Number(kNow), Number(kNow)), HasSubstr("must be before to_unix_ms"));
  EXPECT_THAT(message(Number(kNow), 0), HasSubstr("must be before to_unix_ms"));
  EXPECT_THAT(message(-1, Number(kNow)), HasSubstr("milliseconds since 1970-01-01"));
  EXPECT_THAT(message(NAN, Number(kNow)), HasSubstr("milliseconds since 1970-01-01"));
  EXPECT_THAT(message(0, INFINITY), HasSubstr("milliseconds since 1970-01-01"));
  EXPECT_THAT(message(Number(kNow - kMaxRangeMs - 1), Number(kNow)), HasSubstr("400 days"));
  EXPECT_TRUE(ParseRange(Number(kNow - kMaxRangeMs), Number(kNow), kNow).ok());
}

TEST(RoundOutwardTest, GivesWholeMinutes) {
  const TimeRange range = RoundOutward({kMidnight + 1, kMidnight + kMinuteMs + 1});
  EXPECT_EQ(range.from_unix_ms, kMidnight);
  EXPECT_EQ(range.to_unix_ms, kMidnight + 2 * kMinuteMs);
  const TimeRange whole = RoundOutward({kMidnight, kMidnight + kMinuteMs});
  EXPECT_EQ(whole.to_unix_ms, kMidnight + kMinuteMs);
}

TEST(CoverTest, CoversEveryMinuteOnceWithAlignedCells) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 500; ++round) {
    const uint64_t from = kMidnight + random() % (10 * kDayMs) / kMinuteMs * kMinuteMs;
    const uint64_t to = from + (1 + random() % (4 * 1440)) * kMinuteMs;
    for (const Resolution coarsest : {Resolution::kMinute, Resolution::kHour, Resolution::kDay}) {
      uint64_t at = from;
      size_t cells = 0;
      for (const Span& span : Cover({from, to}, coarsest)) {
        EXPECT_LE(span.resolution, coarsest);
        EXPECT_EQ(span.range.from_unix_ms, at);
        EXPECT_LT(span.range.from_unix_ms, span.range.to_unix_ms);
        EXPECT_EQ(span.range.from_unix_ms % LengthMs(span.resolution), 0u);
        EXPECT_EQ(span.range.to_unix_ms % LengthMs(span.resolution), 0u);
        at = span.range.to_unix_ms;
        cells += (span.range.to_unix_ms - span.range.from_unix_ms) / LengthMs(span.resolution);
      }
      EXPECT_EQ(at, to);
      if (coarsest == Resolution::kDay) {
        EXPECT_LE(cells, 2 * (59 + 23) + (to - from) / kDayMs);
      }
    }
  }
}

TEST(ParseStepTest, ChoosesAtMost120Points) {
  for (const uint64_t length :
       {kMinuteMs, kHourMs, 6 * kHourMs, kDayMs, 14 * kDayMs, kMaxRangeMs}) {
    const TimeRange range = {kMidnight + 7 * kMinuteMs, kMidnight + 7 * kMinuteMs + length};
    const auto step = ParseStep(0, range);
    ASSERT_TRUE(step.ok());
    EXPECT_LE(length / *step, 120u);
  }
  EXPECT_EQ(*ParseStep(0, {kMidnight, kMidnight + kHourMs}), kMinuteMs);
}

TEST(ParseStepTest, RefusesStepsThatRollupsCannotGive) {
  const TimeRange day = {kMidnight, kMidnight + kDayMs};
  EXPECT_EQ(*ParseStep(Number(2 * kHourMs), day), 2 * kHourMs);
  EXPECT_THAT(std::string(ParseStep(90'000, day).status().message()), HasSubstr("60000"));
  EXPECT_FALSE(ParseStep(-60'000, day).ok());
  EXPECT_FALSE(ParseStep(NAN, day).ok());
  EXPECT_THAT(
      std::string(ParseStep(60'000, {kMidnight, kMidnight + 30 * kDayMs}).status().message()),
      HasSubstr("43200 points"));
}

TEST(CoarsestForTest, NeverStraddlesAStep) {
  EXPECT_EQ(CoarsestFor(2 * kDayMs), Resolution::kDay);
  EXPECT_EQ(CoarsestFor(6 * kHourMs), Resolution::kHour);
  EXPECT_EQ(CoarsestFor(90 * kMinuteMs), Resolution::kMinute);
}

}  // namespace
}  // namespace paceline::query
