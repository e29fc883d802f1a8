#include "collector/query/quality.h"

#include <gtest/gtest.h>

#include "collector/query/time_range.h"
#include "tests/unit/collector/query/query_fixture.h"

namespace paceline::query {
namespace {

v1::QualityDay DayOf(uint64_t stored, int64_t missing) {
  v1::QualityDay day;
  day.set_stored(stored);
  day.set_missing(missing);
  if (stored > 0) (*day.mutable_outcomes())[v1::OUTCOME_ACCEPTED] = stored;
  return day;
}

v1::GetQualityResponse Sum(const store::QualityDays& own, const store::QualityDays& nobodys = {},
                           const MeasuredPageViews& measured = {}) {
  return SumQuality(10, 12, own, nobodys, measured);
}

TEST(Quality, SumsDaysAndKeepsThemAsColumns) {
  store::QualityDays own = {{10, DayOf(60, 6)}, {12, DayOf(40, -1)}};
  (*own[10].mutable_outcomes())[v1::OUTCOME_REFUSED_INVALID] = 2;
  (*own[12].mutable_outcomes())[v1::OUTCOME_REFUSED_INVALID] = 1;
  (*own[12].mutable_outcomes())[v1::OUTCOME_DUPLICATE] = 7;
  const v1::GetQualityResponse response = Sum(own);
  EXPECT_EQ(response.from_unix_ms(), 10.0 * kDayMs);
  EXPECT_EQ(response.to_unix_ms(), 13.0 * kDayMs);
  EXPECT_EQ(response.stored(), 100);
  EXPECT_EQ(response.missing(), 5);
  ASSERT_EQ(response.outcomes_size(), 3);
  EXPECT_EQ(response.outcomes(0).outcome(), v1::OUTCOME_ACCEPTED);
  EXPECT_EQ(response.outcomes(0).count(), 100);
  EXPECT_EQ(response.outcomes(1).outcome(), v1::OUTCOME_DUPLICATE);
  EXPECT_EQ(response.outcomes(2).outcome(), v1::OUTCOME_REFUSED_INVALID);
  EXPECT_EQ(response.outcomes(2).count(), 3);
  ASSERT_EQ(response.day_unix_ms_size(), 2);
  EXPECT_EQ(response.day_unix_ms(1), 12.0 * kDayMs);
  EXPECT_EQ(response.day_stored(1), 40);
  EXPECT_EQ(response.day_missing(0), 6);
  EXPECT_EQ(response.day_missing(1), 0);
  EXPECT_EQ(response.day_refused(0), 2);
  EXPECT_EQ(response.day_refused(1), 1);
}

TEST(Quality, FlagsCompletenessBelowTheTargetWhenEnoughWasSent) {
  EXPECT_FALSE(Sum({}).has_completeness());
  EXPECT_FALSE(Sum({{10, DayOf(3, 1)}}).incomplete());
  EXPECT_DOUBLE_EQ(Sum({{10, DayOf(3, 1)}}).completeness(), 0.75);
  EXPECT_FALSE(Sum({{10, DayOf(95, 5)}}).incomplete());
  EXPECT_TRUE(Sum({{10, DayOf(94, 6)}}).incomplete());
  EXPECT_EQ(Sum({{10, DayOf(94, 6)}}).completeness_target(), 0.95);
  EXPECT_EQ(Sum({{10, DayOf(30, -2)}}).completeness(), 1);
}

TEST(Quality, TellsWhenTheLastCameAndWhatIsUsual) {
  v1::QualityDay day = DayOf(1, 0);
  day.set_last_unix_ms(10 * kDayMs + 5);
  day.set_hourly(120);
  day.add_gaps()->set_began_unix_ms(10 * kDayMs + 5);
  // Nothing has come since.
  const v1::GetQualityResponse response = Sum({{10, day}, {11, v1::QualityDay()}});
  EXPECT_EQ(response.last_unix_ms(), 10.0 * kDayMs + 5);
  EXPECT_EQ(response.usual_pause_ms(), 30'000);
  ASSERT_EQ(response.gaps_size(), 1);
  EXPECT_EQ(response.gaps(0).to_unix_ms(), 0);
}

v1::QualityDay Seen(uint64_t page_views) {
  v1::QualityDay day = DayOf(1, 0);
  day.set_server_page_views(page_views);
  return day;
}

TEST(Quality, HoldsWhatWasMeasuredAgainstWhatServersSaw) {
  const v1::GetQualityResponse untold = Sum({{10, DayOf(50, 0)}});
  EXPECT_FALSE(untold.has_coverage());
  EXPECT_FALSE(untold.low_coverage());
  EXPECT_EQ(untold.coverage_target(), 0.95);

  const v1::GetQualityResponse both =
      Sum({{10, Seen(100)}, {12, Seen(60)}}, {}, {{10, 90}, {12, 62}});
  EXPECT_DOUBLE_EQ(both.coverage(), 152.0 / 160);
  EXPECT_EQ(both.server_page_views(), 160);
  EXPECT_EQ(both.measured_page_views(), 152);
  EXPECT_FALSE(both.low_coverage());
  ASSERT_EQ(both.day_server_page_views_size(), 2);
  EXPECT_EQ(both.day_server_page_views(1), 60);
  EXPECT_EQ(both.day_measured_page_views(1), 62);

  EXPECT_TRUE(Sum({{10, Seen(100)}}, {}, {{10, 94.9}}).low_coverage());
  EXPECT_TRUE(Sum({{10, Seen(20)}}, {}, {{10, 0}}).low_coverage());
  // Too few to say so.
  EXPECT_FALSE(Sum({{10, Seen(19)}}, {}, {{10, 0}}).low_coverage());
  // Measuring had not begun.
  const v1::GetQualityResponse late = Sum({{10, Seen(20)}, {11, Seen(30)}}, {}, {{11, 30}});
  EXPECT_EQ(late.server_page_views(), 30);
  EXPECT_EQ(late.day_server_page_views(0), 0);
  EXPECT_EQ(late.coverage(), 1);
}

TEST(Quality, KeepsNobodysApart) {
  v1::QualityDay nobodys;
  (*nobodys.mutable_outcomes())[v1::OUTCOME_REFUSED_UNKNOWN_SITE] = 4;
  const v1::GetQualityResponse response = Sum({}, {{11, nobodys}});
  EXPECT_EQ(response.outcomes_size(), 0);
  ASSERT_EQ(response.nobodys_size(), 1);
  EXPECT_EQ(response.nobodys(0).count(), 4);
}

TEST_F(QueryEngineTest, QualityIsOfTheDaysThatTheRangeTouches) {
  const auto today = static_cast<uint32_t>(kMidnight / kDayMs);
  for (uint32_t day = 0; day < 3; ++day) {
    ASSERT_TRUE(store_->WriteQuality("academy", {{today + day, DayOf(10 + day, 0)}}).ok());
    ASSERT_TRUE(store_->WriteQuality("", {{today + day, DayOf(100, 0)}}).ok());
  }
  v1::GetQualityRequest request;
  request.set_site("academy");
  request.set_from_unix_ms(kMidnight + kDayMs - 1);
  request.set_to_unix_ms(kMidnight + 2 * kDayMs);
  const auto response = engine_->GetQuality(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->stored(), 21);
  EXPECT_EQ(response->from_unix_ms(), kMidnight);
  EXPECT_EQ(response->to_unix_ms(), kMidnight + 2 * kDayMs);
  EXPECT_EQ(response->nobodys(0).count(), 200);
  request.set_site("unknown");
  EXPECT_TRUE(absl::IsNotFound(engine_->GetQuality(request).status()));
}

}  // namespace
}  // namespace paceline::query
