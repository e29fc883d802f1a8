// The engine over a real store that the real pipeline has filled, compared with an oracle over the
// same page views.
#include "collector/query/query_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "collector/ingest/pipeline.h"
#include "collector/query/request.h"
#include "collector/query/time_range.h"
#include "collector/store/store.h"
#include "core/vitals/rating.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 2026-01-01 00:00 UTC.
constexpr uint64_t kMidnight = 1'767'225'600'000;
constexpr uint64_t kEnd = kMidnight + 3 * kDayMs;
constexpr char kPhone[] =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Mobile Safari/537.36";

// A page view as the oracle knows it.
struct View {
  uint64_t began_unix_ms;
  std::string page;
  bool phone;
  // 0.1 ms.
  uint64_t lcp;
  uint32_t rage_clicks;
  double weight;
};

std::string Id(uint64_t number, size_t bytes) {
  std::string id(bytes, 'x');
  for (size_t i = 0; i < 8; ++i) id[bytes - 1 - i] = static_cast<char>(number >> (8 * i) & 0xff);
  return id;
}

class QueryEngineTest : public testing::Test {
 protected:
  QueryEngineTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "query_test.XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    store::Store::Options options;
    options.data_dir = directory_;
    auto opened = store::Store::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    ingest::PipelineOptions pipeline;
    pipeline.sites = {{"academy", {}}, {"empty", {}}};
    pipeline_ = std::make_unique<ingest::Pipeline>(pipeline, store_.get());
    engine_ = std::make_unique<QueryEngine>(
        store_.get(), std::vector<std::string>{"academy", "empty"}, [] { return kEnd; });
  }

  ~QueryEngineTest() override {
    pipeline_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Submits; Wait for the outcome.
  template <typename Message>
  void Start(const Message& message, const char* user_agent) {
    ingest::Submission submission = ingest::SubmissionOf(message);
    submission.source.user_agent = user_agent;
    submission.source.received_unix_ms = message.sent_unix_ms() + 25;
    {
      const std::lock_guard lock(mutex_);
      ++waiting_;
    }
    pipeline_->Submit(std::move(submission), [this](const ingest::SubmitResult& result) {
      EXPECT_EQ(result.outcome, v1::OUTCOME_ACCEPTED) << result.message;
      const std::lock_guard lock(mutex_);
      --waiting_;
      answered_.notify_one();
    });
  }

  void Wait() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return waiting_ == 0; });
  }

  template <typename Message>
  void Send(const Message& message, const char* user_agent) {
    Start(message, user_agent);
    Wait();
  }

  // One page view in a session of its own, with one LCP.
  void SendView(const View& view, uint64_t number) {
    v1::Beacon beacon = ingest::SampleBeacon();
    beacon.set_session_id(Id(number, 16));
    if (view.weight == 4) {
      // In every sample: the hash of four zero bytes is 0.
      std::fill_n(beacon.mutable_session_id()->begin(), 4, '\0');
      beacon.set_sample_rate_ppm(250'000);
    }
    beacon.set_document_id(Id(number, 8));
    beacon.set_origin_unix_ms(view.began_unix_ms);
    beacon.set_sent_unix_ms(view.began_unix_ms + 9'000);
    beacon.set_strings(0, view.page);
    beacon.mutable_events(0)->mutable_vital()->set_value(view.lcp);
    for (uint32_t i = 0; i < view.rage_clicks; ++i) {
      beacon.add_events()->mutable_rage_click()->set_count(3);
    }
    Start(beacon, view.phone ? kPhone : ingest::kChromeOnLinux);
    views_.push_back(view);
  }

  // 600 page views over three days, most of them around the LCP thresholds.
  void SendMany() {
    std::mt19937_64 random(20'260'101);
    std::lognormal_distribution<double> lcp(std::log(24'000.0), 0.6);
    const char* pages[] = {"/", "/courses", "/courses/7", "/booking"};
    for (uint64_t i = 0; i < 600; ++i) {
      SendView({.began_unix_ms = kMidnight + random() % (3 * kDayMs - 60'000),
                .page = pages[random() % 4],
                .phone = random() % 3 == 0,
                .lcp = static_cast<uint64_t>(lcp(random)),
                .rage_clicks = random() % 10 == 0 ? 1u : 0u,
                .weight = random() % 2 == 0 ? 4.0 : 1.0},
               i + 1);
    }
    Wait();
  }

  std::vector<View> Between(uint64_t from, uint64_t to) const {
    std::vector<View> found;
    for (const View& view : views_) {
      if (view.began_unix_ms >= from && view.began_unix_ms < to) found.push_back(view);
    }
    return found;
  }

  std::mutex mutex_;
  std::condition_variable answered_;
  int waiting_ = 0;
  std::string directory_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<QueryEngine> engine_;
  std::vector<View> views_;
};

double Weight(const std::vector<View>& views) {
  double weight = 0;
  for (const View& view : views) weight += view.weight;
  return weight;
}

// Weighted nearest rank, in ms.
double Percentile(std::vector<View> views, double percent) {
  std::sort(views.begin(), views.end(), [](const View& a, const View& b) { return a.lcp < b.lcp; });
  const double total = Weight(views);
  double up_to = 0;
  for (const View& view : views) {
    up_to += view.weight;
    if (up_to * 100 >= total * percent) return static_cast<double>(view.lcp) / 10;
  }
  return 0;
}

double ShareRated(const std::vector<View>& views, core::Rating rating) {
  double rated = 0;
  for (const View& view : views) {
    if (core::Rate(core::Metric::kLcp, view.lcp) == rating) rated += view.weight;
  }
  return rated / Weight(views);
}

void ExpectEqualsOracle(const v1::VitalSummary& lcp, const std::vector<View>& views) {
  ASSERT_EQ(lcp.metric(), v1::METRIC_LCP);
  EXPECT_DOUBLE_EQ(lcp.count(), Weight(views));
  if (views.empty()) return;
  const std::pair<double, double> percentiles[] = {
      {lcp.p50(), 50}, {lcp.p75(), 75},    {lcp.p90(), 90},     {lcp.p95(), 95},
      {lcp.p99(), 99}, {lcp.minimum(), 0}, {lcp.maximum(), 100}};
  for (const auto& [got, percent] : percentiles) {
    const double truth = Percentile(views, percent);
    EXPECT_LE(std::abs(got - truth), truth * 0.01 + 0.05) << "p" << percent;
  }
  EXPECT_NEAR(lcp.shares().good(), ShareRated(views, core::Rating::kGood), 1e-12);
  EXPECT_NEAR(lcp.shares().needs_improvement(), ShareRated(views, core::Rating::kNeedsImprovement),
              1e-12);
  EXPECT_NEAR(lcp.shares().poor(), ShareRated(views, core::Rating::kPoor), 1e-12);
  const auto p75 = static_cast<uint64_t>(std::lround(Percentile(views, 75) * 10));
  EXPECT_EQ(lcp.rating(), static_cast<v1::Rating>(core::Rate(core::Metric::kLcp, p75)));
  double sum = 0;
  for (const View& view : views) sum += view.weight * static_cast<double>(view.lcp) / 10;
  EXPECT_NEAR(lcp.average(), sum / Weight(views), 1e-6);
  double histogram = 0;
  for (const double count : lcp.histogram_count()) histogram += count;
  EXPECT_NEAR(histogram, Weight(views), 1e-6);
}

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
      ASSERT_EQ(response->vitals_size(), 6);
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

TEST_F(QueryEngineTest, FindsSessionsByTheirConditions) {
  SendView({kMidnight + 1'000, "/", false, 10'000, 0, 1}, 1);
  SendView({kMidnight + 2'000, "/booking", true, 50'000, 1, 1}, 2);
  SendView({kMidnight + 3'000, "/booking", false, 30'000, 0, 1}, 3);
  Wait();
  const auto found = [this](const std::function<void(v1::ListSessionsRequest*)>& ask) {
    v1::ListSessionsRequest request;
    request.set_site("academy");
    request.set_from_unix_ms(static_cast<double>(kMidnight));
    request.set_to_unix_ms(static_cast<double>(kEnd));
    ask(&request);
    std::vector<double> began;
    const auto response = engine_->ListSessions(request);
    EXPECT_TRUE(response.ok()) << response.status();
    for (const auto& session : response->sessions()) {
      began.push_back(session.began_unix_ms() - static_cast<double>(kMidnight));
    }
    return began;
  };
  EXPECT_THAT(found([](auto*) {}), ElementsAre(3'000, 2'000, 1'000)) << "newest first";
  EXPECT_THAT(found([](auto* r) { r->set_page_group("/booking"); }), ElementsAre(3'000, 2'000));
  EXPECT_THAT(found([](auto* r) { r->set_rating(v1::RATING_POOR); }), ElementsAre(2'000));
  EXPECT_THAT(found([](auto* r) { r->set_rage_clicks(true); }), ElementsAre(2'000));
  EXPECT_THAT(found([](auto* r) { r->set_to_unix_ms(r->from_unix_ms() + 3'000); }),
              ElementsAre(2'000, 1'000));
  EXPECT_THAT(found([](auto* r) { r->set_limit(1); }), ElementsAre(3'000));

  v1::ListSessionsRequest request;
  request.set_site("academy");
  request.set_from_unix_ms(static_cast<double>(kMidnight));
  request.set_to_unix_ms(static_cast<double>(kEnd));
  EXPECT_FALSE(engine_->ListSessions(request)->truncated());
  request.set_limit(2);
  const auto response = engine_->ListSessions(request);
  EXPECT_TRUE(response->truncated());
  const v1::SessionSummary& second = response->sessions(1);
  EXPECT_EQ(second.entry_page(), "/booking");
  EXPECT_EQ(second.device_type(), "phone");
  EXPECT_EQ(second.rage_clicks(), 1u);
  EXPECT_EQ(second.worst_rating(), v1::RATING_POOR);
  EXPECT_EQ(second.session_id(), ToHex(Id(2, 16)));
}

TEST_F(QueryEngineTest, TellsAJourneyInOrderWithFinalVitals) {
  v1::Beacon first = ingest::SampleBeacon();
  first.add_events()->mutable_click()->set_target_ref(2);
  first.mutable_events(1)->set_at_100us(5'000);
  Send(first, ingest::kChromeOnLinux);
  // The same page view, later: a larger CLS, twice.
  for (const uint32_t sequence : {1u, 2u}) {
    v1::Beacon later = ingest::SampleBeacon();
    later.set_sequence(sequence);
    later.set_sent_unix_ms(later.sent_unix_ms() + 1'000 * sequence);
    later.set_strings(1, "aside.banner-" + std::to_string(sequence));
    v1::Event* event = later.mutable_events(0);
    event->set_at_100us(20'000 * sequence);
    event->mutable_vital()->set_metric(v1::METRIC_CLS);
    event->mutable_vital()->set_value(120'000'000 * sequence);
    event->mutable_vital()->mutable_cls()->set_largest_shift_target_ref(2);
    Send(later, ingest::kChromeOnLinux);
  }
  v1::GetJourneyRequest request;
  request.set_site("academy");
  request.set_session_id(ToHex(first.session_id()));
  const auto journey = engine_->GetJourney(request);
  ASSERT_TRUE(journey.ok()) << journey.status();
  EXPECT_EQ(journey->session().page_views(), 1u);
  EXPECT_EQ(journey->session().clicks(), 1u);
  ASSERT_EQ(journey->page_views_size(), 1);
  const v1::JourneyPageView& view = journey->page_views(0);
  EXPECT_EQ(view.url(), "/courses/42");
  EXPECT_EQ(view.page_group(), "/courses/:id");
  EXPECT_EQ(view.document_id(), ToHex("document"));
  EXPECT_EQ(view.began_unix_ms(), static_cast<double>(ingest::kSampleOrigin));
  std::map<int, v1::VitalValue> vitals;
  for (const v1::VitalValue& vital : view.vitals()) vitals[vital.metric()] = vital;
  ASSERT_EQ(vitals.size(), 2u);
  EXPECT_DOUBLE_EQ(vitals[v1::METRIC_LCP].value(), 1'234.5);
  EXPECT_EQ(vitals[v1::METRIC_LCP].target(), "main > img.hero");
  EXPECT_EQ(vitals[v1::METRIC_LCP].url(), "/images/hero.jpg");
  EXPECT_DOUBLE_EQ(vitals[v1::METRIC_CLS].value(), 0.24);
  EXPECT_EQ(vitals[v1::METRIC_CLS].rating(), v1::RATING_NEEDS_IMPROVEMENT);
  EXPECT_EQ(vitals[v1::METRIC_CLS].target(), "aside.banner-2");

  ASSERT_EQ(journey->events_size(), 4);
  const auto at = [&](int i) {
    return journey->events(i).at_unix_ms() - static_cast<double>(ingest::kSampleOrigin);
  };
  EXPECT_DOUBLE_EQ(at(0), 500);
  EXPECT_EQ(journey->events(0).click().target(), "main > img.hero");
  EXPECT_DOUBLE_EQ(at(1), 1'235) << "1234.5, rounded to whole milliseconds";
  EXPECT_DOUBLE_EQ(at(2), 2'000);
  EXPECT_DOUBLE_EQ(journey->events(2).vital().value(), 0.12) << "as reported at that moment";
  EXPECT_DOUBLE_EQ(at(3), 4'000);
}

TEST_F(QueryEngineTest, TellsAJourneyFromRawEntries) {
  Send(ingest::SampleEntryBatch(), ingest::kChromeOnLinux);
  v1::GetJourneyRequest request;
  request.set_site("academy");
  request.set_session_id(ToHex(ingest::SampleEntryBatch().session_id()));
  const auto journey = engine_->GetJourney(request);
  ASSERT_TRUE(journey.ok()) << journey.status();
  ASSERT_EQ(journey->page_views_size(), 1);
  EXPECT_EQ(journey->page_views(0).page_group(), "/courses/:id");
  const auto shift = std::find_if(journey->events().begin(), journey->events().end(),
                                  [](const auto& event) { return event.has_layout_shift(); });
  ASSERT_NE(shift, journey->events().end());
  EXPECT_DOUBLE_EQ(shift->layout_shift().value(), 0.05);
  ASSERT_EQ(shift->layout_shift().sources_size(), 1);
  EXPECT_EQ(shift->layout_shift().sources(0).target(), "aside.banner");
  EXPECT_DOUBLE_EQ(shift->at_unix_ms(), static_cast<double>(ingest::kSampleOrigin + 800));
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
  ingest::Pipeline restarted(options, [&](store::BeaconId, const v1::JournalRecord& record,
                                          const store::AppendCallback& done) {
    groups.push_back(record.page_groups(0));
    done({store::AppendOutcome::kStored, absl::OkStatus()});
  });
  ASSERT_TRUE(restarted.RememberPageGroups(*store_, kEnd).ok());
  for (size_t i = 0; i < ingest::kMaxPageGroups; ++i) {
    v1::Beacon beacon = ingest::SampleBeacon();
    beacon.set_strings(0, "/new-" + std::to_string(i));
    restarted.Submit(ingest::SubmissionOf(beacon), [](const ingest::SubmitResult&) {});
  }
  EXPECT_EQ(std::count(groups.begin(), groups.end(), "other"), 3);
}

}  // namespace
}  // namespace paceline::query
