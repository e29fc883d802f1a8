// Statistics, compared with an oracle over the same page views.
#include "collector/query/query_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/collector/query/query_fixture.h"

namespace paceline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::GetVitalsRequest VitalsBetween(uint64_t from, uint64_t to) {
  v1::GetVitalsRequest request;
  request.set_site("academy");
  request.set_from_unix_ms(static_cast<double>(from));
  request.set_to_unix_ms(static_cast<double>(to));
  return request;
}

TEST_F(QueryEngineTest, AnswersAnyRangeAsAnOracleDoes) {
  SendMany();
  std::mt19937_64 random(5);
  std::vector<TimeRange> ranges = {{kMidnight, kEnd},
                                   {kMidnight + 1, kEnd - 1},
                                   {kMidnight + 30 * kMinuteMs, kMidnight + 31 * kMinuteMs},
                                   {kMidnight + kDayMs, kMidnight + 2 * kDayMs}};
  for (int i = 0; i < 40; ++i) {
    const uint64_t from = kMidnight + random() % (2 * kDayMs);
    ranges.push_back({from, from + 1 + random() % kDayMs});
  }
  // Before the views are flushed, and from disk.
  for (const bool flushed : {false, true}) {
    if (flushed) {
      ASSERT_TRUE(store_->FlushViews().ok());
    }
    for (const TimeRange& asked : ranges) {
      const auto response = engine_->GetVitals(VitalsBetween(asked.from_unix_ms, asked.to_unix_ms));
      ASSERT_TRUE(response.ok()) << response.status();
      const TimeRange used = RoundOutward(asked);
      EXPECT_EQ(response->from_unix_ms(), static_cast<double>(used.from_unix_ms));
      EXPECT_EQ(response->to_unix_ms(), static_cast<double>(used.to_unix_ms));
      const std::vector<View> views = Between(used.from_unix_ms, used.to_unix_ms);
      EXPECT_DOUBLE_EQ(response->page_views(), Weight(views));
      ASSERT_EQ(response->vitals_size(), 8);
      ExpectEqualsOracle(response->vitals(0), views);
      EXPECT_EQ(response->vitals(1).count(), 0) << "nobody measured INP";
      EXPECT_EQ(response->vitals(1).rating(), v1::RATING_UNSPECIFIED);
    }
  }
}

TEST_F(QueryEngineTest, AnswersSlicesAsAnOracleDoes) {
  SendMany();
  v1::GetVitalsRequest request = VitalsBetween(kMidnight, kEnd);
  request.set_dimension(v1::DIMENSION_DEVICE_TYPE);
  request.set_dimension_value("phone");
  std::vector<View> phones;
  std::vector<View> phones_on_courses;
  for (const View& view : views_) {
    if (!view.phone) continue;
    phones.push_back(view);
    if (view.page == "/courses") phones_on_courses.push_back(view);
  }
  ExpectEqualsOracle(engine_->GetVitals(request)->vitals(0), phones);
  request.set_page_group("/courses");
  ExpectEqualsOracle(engine_->GetVitals(request)->vitals(0), phones_on_courses);
}

TEST_F(QueryEngineTest, LeavesBotsAndUnsampledSessionsOutOfStatistics) {
  v1::Beacon beacon = ingest::SampleBeacon();
  Send(beacon, "Mozilla/5.0 (compatible; Googlebot/2.1)");
  beacon.set_session_id("kept-for-a-look!");
  beacon.set_sample_rate_ppm(1);
  beacon.set_kept_unsampled(true);
  Send(beacon, ingest::kChromeOnLinux);
  EXPECT_EQ(engine_->GetVitals(VitalsBetween(kMidnight, kEnd))->page_views(), 0);
  v1::ListSessionsRequest request;
  request.set_site("academy");
  request.set_from_unix_ms(static_cast<double>(kMidnight));
  request.set_to_unix_ms(static_cast<double>(kEnd));
  const auto sessions = engine_->ListSessions(request);
  ASSERT_TRUE(sessions.ok());
  ASSERT_EQ(sessions->sessions_size(), 2);
  EXPECT_NE(sessions->sessions(0).bot(), sessions->sessions(1).bot());
}

TEST_F(QueryEngineTest, GivesTimeSeriesThatAddUpToTheSummary) {
  SendMany();
  for (const uint64_t step : {30 * kMinuteMs, kHourMs, 6 * kHourMs, kDayMs, 2 * kDayMs}) {
    const uint64_t from = kMidnight + 95 * kMinuteMs;
    const uint64_t to = kMidnight + 50 * kHourMs + 17 * kMinuteMs;
    v1::GetTimeSeriesRequest request;
    request.set_site("academy");
    request.set_metric(v1::METRIC_LCP);
    request.set_from_unix_ms(static_cast<double>(from));
    request.set_to_unix_ms(static_cast<double>(to));
    request.set_step_ms(static_cast<double>(step));
    const auto series = engine_->GetTimeSeries(request);
    ASSERT_TRUE(series.ok()) << series.status();
    ASSERT_EQ(series->p75_size(), series->time_unix_ms_size());
    ASSERT_EQ(series->poor_size(), series->time_unix_ms_size());
    double count = 0;
    for (int i = 0; i < series->time_unix_ms_size(); ++i) {
      const auto start = static_cast<uint64_t>(series->time_unix_ms(i));
      EXPECT_EQ(start, (from / step + static_cast<uint64_t>(i)) * step);
      const auto views = Between(std::max(start, from), std::min(start + step, to));
      EXPECT_DOUBLE_EQ(series->count(i), Weight(views));
      const double truth = views.empty() ? 0 : Percentile(views, 75);
      EXPECT_LE(std::abs(series->p75(i) - truth), truth * 0.01 + 0.05);
      if (!views.empty()) {
        EXPECT_NEAR(series->poor(i), ShareRated(views, core::Rating::kPoor), 1e-12);
      }
      count += series->count(i);
    }
    EXPECT_DOUBLE_EQ(count, Weight(Between(from, to)));
  }
}

TEST_F(QueryEngineTest, ListsPagesMostViewedFirst) {
  SendMany();
  std::map<std::string, std::vector<View>> by_page;
  for (const View& view : views_) {
    by_page[view.page == "/courses/7" ? "/courses/:id" : view.page].push_back(view);
  }
  v1::GetPagesRequest request;
  request.set_site("academy");
  request.set_from_unix_ms(static_cast<double>(kMidnight));
  request.set_to_unix_ms(static_cast<double>(kEnd));
  const auto pages = engine_->GetPages(request);
  ASSERT_TRUE(pages.ok()) << pages.status();
  ASSERT_EQ(pages->page_group_size(), static_cast<int>(by_page.size()));
  ASSERT_EQ(pages->metrics(0).metric(), v1::METRIC_LCP);
  for (int i = 0; i < pages->page_group_size(); ++i) {
    const std::vector<View>& views = by_page[pages->page_group(i)];
    EXPECT_DOUBLE_EQ(pages->page_views(i), Weight(views));
    EXPECT_DOUBLE_EQ(pages->metrics(0).count(i), Weight(views));
    const double truth = Percentile(views, 75);
    EXPECT_LE(std::abs(pages->metrics(0).p75(i) - truth), truth * 0.01 + 0.05);
    double rage_clicks = 0;
    for (const View& view : views) rage_clicks += view.rage_clicks * view.weight;
    EXPECT_DOUBLE_EQ(pages->rage_clicks(i), rage_clicks);
    if (i > 0) {
      EXPECT_LE(pages->page_views(i), pages->page_views(i - 1));
    }
  }
  request.set_limit(2);
  EXPECT_EQ(engine_->GetPages(request)->page_group_size(), 2);
}

TEST_F(QueryEngineTest, SaysWhatWouldBeRight) {
  const v1::GetSitesResponse sites = engine_->GetSites({});
  EXPECT_THAT(sites.sites(), ElementsAre("academy", "empty"));
  EXPECT_THAT(std::string(engine_->GetVitals({}).status().message()),
              HasSubstr("site is required; known sites: academy, empty"));
  v1::GetTimeSeriesRequest series;
  series.set_site("academy");
  EXPECT_THAT(std::string(engine_->GetTimeSeries(series).status().message()),
              HasSubstr("metric is required"));
  v1::GetJourneyRequest journey;
  journey.set_site("academy");
  journey.set_session_id("nonsense");
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetJourney(journey).status()));
  journey.set_session_id(std::string(32, '0'));
  EXPECT_TRUE(absl::IsNotFound(engine_->GetJourney(journey).status()));
}

TEST_F(QueryEngineTest, AnswersASiteWithoutDataWithZeros) {
  v1::GetVitalsRequest request;
  request.set_site("empty");
  const auto vitals = engine_->GetVitals(request);
  ASSERT_TRUE(vitals.ok());
  EXPECT_EQ(vitals->page_views(), 0);
  EXPECT_EQ(vitals->vitals(0).histogram_count_size(), vitals->vitals(0).histogram_upper_size());
  EXPECT_EQ(vitals->to_unix_ms() - vitals->from_unix_ms(), static_cast<double>(kHourMs));
}

TEST_F(QueryEngineTest, KeepsPageGroupsAcrossRestarts) {
  for (uint64_t i = 0; i < 3; ++i) {
    SendView({kMidnight + i * 1'000, "/page-" + std::to_string(i), false, 10'000, 0, 1}, i + 1);
  }
  Wait();
  ingest::PipelineOptions options;
  options.sites = {{"academy", {}}};
  std::vector<std::string> groups;
  ingest::Pipeline restarted(options,
                             [&](const store::NewRecord& stored, store::AppendCallback done) {
                               v1::JournalRecord record;
                               ASSERT_TRUE(record.ParseFromString(stored.bytes));
                               groups.push_back(record.page_groups(0));
                               done({store::AppendOutcome::kStored, absl::OkStatus()});
                             });
  ASSERT_TRUE(restarted.RememberNames(*store_, kEnd).ok());
  const auto group_of = [&](const std::string& path) {
    v1::Beacon beacon = ingest::SampleBeacon();
    beacon.set_strings(0, path);
    restarted.Submit(ingest::SubmissionOf(beacon), [](const ingest::SubmitResult&) {});
    return groups.back();
  };
  // More than a site's first segment has names for.
  for (size_t i = 0; i < ingest::kMaxFirstValues; ++i) group_of("/new-" + std::to_string(i));
  EXPECT_EQ(group_of("/page-1"), "/page-1");
  EXPECT_EQ(group_of("/newer-1"), "/*");
}

}  // namespace
}  // namespace paceline::query
