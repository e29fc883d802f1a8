#include "core/page_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/testing/monitor_driver.h"

namespace paceline::core {
namespace {

using ::testing::ElementsAre;
using testing::EntryBatchBuilder;
using testing::EventsOf;
using ::testing::IsEmpty;
using testing::MonitorDriver;
using ::testing::Optional;
using ::testing::SizeIs;
using testing::StringOf;
using testing::ValueOf;
using testing::VitalOf;

constexpr auto kBackForwardCache = v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE;

// A session id that a sample of 1 ppm leaves out.
constexpr uint32_t kSamplesOut = 1;

class PageMonitorTest : public ::testing::Test {
 protected:
  MonitorDriver page_;
};

TEST_F(PageMonitorTest, MeasuresALoad) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart(0, v1::NAVIGATION_TYPE_RELOAD, "/courses")
                    .Navigation(123.4)
                    .FirstContentfulPaint(456.7)
                    .LargestContentfulPaint(2600, "img.hero", 4711, "/hero.jpg")
                    .LayoutShift(3000, 0.12, {"", "div.banner"})
                    .FirstInput(4000, 12.3, 104, 7));
  const v1::Beacon beacon = page_.Flush(5000);
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_TTFB), Optional(1'234));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_FCP), Optional(4'567));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_LCP), Optional(26'000));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_CLS), Optional(120'000'000));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_FID), Optional(123));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_INP), Optional(1'040));
  EXPECT_EQ(VitalOf(beacon, v1::METRIC_LCP)->rating(), v1::RATING_NEEDS_IMPROVEMENT);
  EXPECT_EQ(StringOf(beacon, VitalOf(beacon, v1::METRIC_LCP)->lcp().url_ref()), "/hero.jpg");
  const auto cls = VitalOf(beacon, v1::METRIC_CLS)->cls();
  EXPECT_EQ(StringOf(beacon, cls.largest_shift_target_ref()), "div.banner");
  ASSERT_THAT(beacon.page_views(), SizeIs(1));
  EXPECT_EQ(beacon.page_views(0).navigation_type(), v1::NAVIGATION_TYPE_RELOAD);
  EXPECT_EQ(StringOf(beacon, beacon.page_views(0).url_ref()), "/courses");
  EXPECT_EQ(beacon.site(), "academy");
  // All sessions.
  EXPECT_EQ(beacon.sample_rate_ppm(), 0u);
  EXPECT_EQ(beacon.sent_unix_ms(), testing::kOriginUnixMs + 5000);
}

TEST_F(PageMonitorTest, SaysAVitalAgainOnlyWhenItChanged) {
  page_.Consume(
      EntryBatchBuilder().PageViewStart().FirstContentfulPaint(100).LayoutShift(200, 0.05));
  v1::Beacon beacon = page_.Flush();
  EXPECT_EQ(VitalOf(beacon, v1::METRIC_CLS)->delta(), 0);
  page_.Consume(EntryBatchBuilder().LayoutShift(300, 0.02));
  beacon = page_.Flush();
  EXPECT_EQ(VitalOf(beacon, v1::METRIC_CLS)->value(), 70'000'000u);
  EXPECT_EQ(VitalOf(beacon, v1::METRIC_CLS)->delta(), 20'000'000);
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_FCP));
  EXPECT_THAT(page_.Flush().events(), IsEmpty());
}

TEST_F(PageMonitorTest, TellsThePresentValuesOfThePageViewThatGoesOn) {
  const PageMonitor& monitor = page_.monitor();
  EXPECT_EQ(monitor.ValueOf(Metric::kTtfb), std::nullopt);
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart(0, v1::NAVIGATION_TYPE_NAVIGATE, "/courses")
                    .Navigation(123.4)
                    .FirstContentfulPaint(456.7)
                    .LayoutShift(3000, 0.12, {"", "div.banner"}));
  EXPECT_THAT(monitor.ValueOf(Metric::kTtfb), Optional(1'234));
  EXPECT_THAT(monitor.ValueOf(Metric::kCls), Optional(120'000'000));
  EXPECT_EQ(monitor.ValueOf(Metric::kInp), std::nullopt);
  EXPECT_EQ(monitor.ValueOf(static_cast<Metric>(99)), std::nullopt);
  // It was not said by that.
  EXPECT_THAT(ValueOf(page_.Flush(5000), v1::METRIC_TTFB), Optional(1'234));
  EXPECT_THAT(monitor.ValueOf(Metric::kTtfb), Optional(1'234));
  page_.Consume(EntryBatchBuilder().PageViewStart(6000, v1::NAVIGATION_TYPE_ROUTE, "/coaches"));
  EXPECT_EQ(monitor.ValueOf(Metric::kTtfb), std::nullopt);
}

TEST_F(PageMonitorTest, ARouteHasShiftsOfItsOwnAndNoPaints) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart(0, v1::NAVIGATION_TYPE_NAVIGATE, "/courses")
                    .FirstContentfulPaint(100)
                    .LargestContentfulPaint(200)
                    .LayoutShift(300, 0.2));
  page_.Flush();
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart(30'000, v1::NAVIGATION_TYPE_ROUTE, "/coaches")
                    .LargestContentfulPaint(31'000)
                    .LayoutShift(32'000, 0.05));
  const v1::Beacon beacon = page_.Flush();
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_CLS, 1), Optional(50'000'000));
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_LCP, 1));
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_FCP, 1));
}

TEST_F(PageMonitorTest, ReportsNoClsBeforeTheFirstPaintAndZeroAfterIt) {
  page_.Consume(EntryBatchBuilder().PageViewStart().LayoutShift(50, 0.3));
  EXPECT_FALSE(VitalOf(page_.Flush(), v1::METRIC_CLS));
  page_.Consume(EntryBatchBuilder().FirstContentfulPaint(100));
  EXPECT_THAT(ValueOf(page_.Flush(), v1::METRIC_CLS), Optional(300'000'000));

  MonitorDriver still;
  still.Consume(EntryBatchBuilder().PageViewStart().FirstContentfulPaint(100));
  EXPECT_THAT(ValueOf(still.Flush(), v1::METRIC_CLS), Optional(0));
}

TEST_F(PageMonitorTest, SaysNothingOfMetricsThatTheBrowserCannotMeasure) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .Unmeasurable(1u << v1::METRIC_CLS)
                    .FirstContentfulPaint(100));
  const v1::Beacon beacon = page_.Flush();
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_CLS));
  EXPECT_TRUE(VitalOf(beacon, v1::METRIC_FCP));
}

TEST_F(PageMonitorTest, ReportsNoPaintOfAPageThatWasHiddenFromTheStart) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .HiddenBefore(0)
                    .Navigation(100)
                    .FirstContentfulPaint(200)
                    .LargestContentfulPaint(300)
                    .LayoutShift(400, 0.1));
  const v1::Beacon beacon = page_.Flush();
  EXPECT_TRUE(VitalOf(beacon, v1::METRIC_TTFB));
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_FCP));
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_LCP));
  EXPECT_FALSE(VitalOf(beacon, v1::METRIC_CLS));
}

TEST_F(PageMonitorTest, CountsPaintsFromBeforeTheHidingThatArriveAfterIt) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .Visibility(1000, true)
                    .FirstContentfulPaint(900)
                    .LargestContentfulPaint(999.9)
                    .LargestContentfulPaint(1000));
  const v1::Beacon beacon = page_.Flush();
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_FCP), Optional(9'000));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_LCP), Optional(9'999));
}

TEST_F(PageMonitorTest, EndsLcpWithTheFirstKeyOrClick) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .LargestContentfulPaint(500)
                    .UserInput(600)
                    .LargestContentfulPaint(700));
  EXPECT_THAT(ValueOf(page_.Flush(), v1::METRIC_LCP), Optional(5'000));
}

TEST_F(PageMonitorTest, StartsAfreshWhenRestoredFromTheBackForwardCache) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .Navigation(100)
                    .FirstContentfulPaint(200)
                    .LargestContentfulPaint(300)
                    .LayoutShift(400, 0.2)
                    .EventTiming(1000, 240, 7)
                    .Visibility(5000, true)
                    .InteractionCount(1));
  page_.Flush(5000);
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart(9000, kBackForwardCache)
                    .InteractionsBefore(1)
                    .Visibility(9001, false)
                    .RestoredPaint(9032.4)
                    .InteractionCount(3));
  const v1::Beacon beacon = page_.Flush(9500);
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_TTFB, 1), Optional(0));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_FCP, 1), Optional(324));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_LCP, 1), Optional(324));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_CLS, 1), Optional(0));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_INP, 1), Optional(80));
  ASSERT_THAT(beacon.page_views(), SizeIs(1));
  EXPECT_EQ(beacon.page_views(0).index(), 1u);
  EXPECT_EQ(beacon.page_views(0).start_100us(), 90'000u);
}

TEST_F(PageMonitorTest, HasNoTtfbOfARestoredPageWhoseLoadHadNone) {
  page_.Consume(EntryBatchBuilder().PageViewStart().PageViewStart(9000, kBackForwardCache));
  EXPECT_FALSE(VitalOf(page_.Flush(), v1::METRIC_TTFB, 1));
}

TEST_F(PageMonitorTest, CountsInteractionsPerPageView) {
  EntryBatchBuilder load;
  load.PageViewStart();
  for (uint32_t id = 1; id <= 3; ++id) load.EventTiming(1000 * id, 40 + 80 * id, 7 * id);
  // 60 interactions: the longest is left out. They belong to the load, though the batch was sealed
  // after the restore.
  load.PageViewStart(9000, kBackForwardCache).InteractionsBefore(60);
  load.EventTiming(9100, 56, 700).EventTiming(9900, 64, 707).InteractionCount(109);
  page_.Consume(load);
  const v1::Beacon beacon = page_.Flush();
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_INP, 0), Optional(2'000));
  EXPECT_THAT(ValueOf(beacon, v1::METRIC_INP, 1), Optional(640));
}

TEST_F(PageMonitorTest, EstimatesInteractionsFromTheirIdsWhereTheBrowserDoesNotCount) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .EventTiming(1000, 80, 7000)
                    .EventTiming(2000, 400, 7000 + 7 * 49));
  EXPECT_THAT(ValueOf(page_.Flush(), v1::METRIC_INP), Optional(800));
}

TEST_F(PageMonitorTest, MakesOneEventOfEachThingThatHappened) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .LayoutShift(100, 0.01, {"p"})
                    .LayoutShift(200, 0.5, {"div"}, true)
                    .EventTiming(1000, 48, 7, "pointerdown")
                    .EventTiming(1100, 160, 7, "click", "button#buy")
                    .Click(1100, 30, 40, "button#buy")
                    .UserInput(1200)
                    .Visibility(3000, true));
  const v1::Beacon beacon = page_.Flush(3000);
  const auto shifts = EventsOf(beacon, v1::Event::kLayoutShift);
  ASSERT_THAT(shifts, SizeIs(2));
  EXPECT_EQ(shifts[0].layout_shift().value_nano(), 10'000'000u);
  EXPECT_EQ(StringOf(beacon, shifts[0].layout_shift().sources(0).target_ref()), "p");
  EXPECT_TRUE(shifts[1].layout_shift().had_recent_input());
  EXPECT_EQ(StringOf(beacon, shifts[1].layout_shift().sources(0).target_ref()), "div");
  const auto interactions = EventsOf(beacon, v1::Event::kInteraction);
  ASSERT_THAT(interactions, SizeIs(1));
  EXPECT_EQ(interactions[0].at_100us(), 11'000u);
  EXPECT_EQ(interactions[0].interaction().duration_100us(), 1'600u);
  EXPECT_EQ(StringOf(beacon, interactions[0].interaction().name_ref()), "click");
  const auto clicks = EventsOf(beacon, v1::Event::kClick);
  ASSERT_THAT(clicks, SizeIs(1));
  EXPECT_EQ(clicks[0].click().x(), 30);
  EXPECT_EQ(StringOf(beacon, clicks[0].click().target_ref()), "button#buy");
  EXPECT_THAT(EventsOf(beacon, v1::Event::kVisibilityChange), SizeIs(1));
  EXPECT_THAT(page_.Flush(9000).events(), IsEmpty());
}

TEST_F(PageMonitorTest, SaysAnInteractionOfAHiddenPageAtOnce) {
  page_.Consume(EntryBatchBuilder().PageViewStart().Visibility(1000, true).EventTiming(900, 96, 7));
  EXPECT_THAT(EventsOf(page_.Flush(1010), v1::Event::kInteraction), SizeIs(1));
}

TEST_F(PageMonitorTest, SaysARageClickOnceWhenItsRunIsOver) {
  page_.Consume(
      EntryBatchBuilder().PageViewStart().Click(1000).Click(1300).Click(1600).Click(1900));
  EXPECT_THAT(EventsOf(page_.Flush(2900), v1::Event::kRageClick), IsEmpty());
  const auto rage = EventsOf(page_.Flush(2901), v1::Event::kRageClick);
  ASSERT_THAT(rage, SizeIs(1));
  EXPECT_EQ(rage[0].rage_click().count(), 4u);
  EXPECT_EQ(rage[0].at_100us(), 10'000u);
  EXPECT_EQ(rage[0].rage_click().duration_100us(), 9'000u);
}

TEST_F(PageMonitorTest, EndsARunOfClicksWhenThePageIsHiddenOrLeft) {
  page_.Consume(EntryBatchBuilder()
                    .PageViewStart()
                    .Click(1000)
                    .Click(1300)
                    .Click(1600)
                    .Visibility(1700, true)
                    .Visibility(1800, false)
                    .Click(1900)
                    .Click(2000)
                    .Click(2100)
                    .PageViewStart(2200, kBackForwardCache)
                    .Click(2300));
  const auto rage = EventsOf(page_.Flush(2300), v1::Event::kRageClick);
  ASSERT_THAT(rage, SizeIs(2));
  EXPECT_EQ(rage[0].rage_click().count(), 3u);
  EXPECT_EQ(rage[1].rage_click().count(), 3u);
  EXPECT_EQ(rage[1].page_view(), 0u);
}

TEST_F(PageMonitorTest, TellsWhatWaits) {
  EXPECT_EQ(page_.Pending().events, 0u);
  page_.Consume(EntryBatchBuilder().PageViewStart().FirstContentfulPaint(100).Click(500));
  // FCP, CLS and the click.
  EXPECT_EQ(page_.Pending().events, 3u);
  EXPECT_FALSE(page_.Pending().poor_vital);
  page_.Consume(EntryBatchBuilder().LayoutShift(600, 0.3));
  EXPECT_TRUE(page_.Pending().poor_vital);
  page_.Flush();
  EXPECT_EQ(page_.Pending().events, 0u);
  EXPECT_FALSE(page_.Pending().poor_vital);
  // Still poor, but that was said.
  page_.Consume(EntryBatchBuilder().LayoutShift(700, 0.3));
  EXPECT_FALSE(page_.Pending().poor_vital);
}

TEST_F(PageMonitorTest, KeepsAnUnsampledPageThatTurnsOutPoor) {
  page_.Consume(
      EntryBatchBuilder().SampleRatePpm(kSamplesOut).PageViewStart().FirstContentfulPaint(9000));
  // A poor FCP is no Core Web Vital.
  EXPECT_TRUE(page_.Pending().poor_vital);
  EXPECT_FALSE(page_.Pending().keep_unsampled);
  EXPECT_FALSE(page_.Flush().kept_unsampled());
  page_.Consume(EntryBatchBuilder().LargestContentfulPaint(9000));
  EXPECT_TRUE(page_.Pending().keep_unsampled);
  EXPECT_TRUE(page_.Flush().kept_unsampled());
}

TEST_F(PageMonitorTest, KeepsAnUnsampledPageFromItsThirdAngryClickOn) {
  page_.Consume(
      EntryBatchBuilder().SampleRatePpm(kSamplesOut).PageViewStart().Click(100).Click(200));
  EXPECT_FALSE(page_.Pending().keep_unsampled);
  page_.Consume(EntryBatchBuilder().Click(300));
  EXPECT_TRUE(page_.Pending().keep_unsampled);
}

TEST_F(PageMonitorTest, KeepsAPageWhoseSessionIsKept) {
  page_.Consume(
      EntryBatchBuilder().SampleRatePpm(kSamplesOut).KeptUnsampled().PageViewStart().Click(1));
  EXPECT_TRUE(page_.Pending().keep_unsampled);
  EXPECT_TRUE(page_.Flush().kept_unsampled());
}

TEST_F(PageMonitorTest, CopiesTheContextOfTheLatestBatch) {
  EntryBatchBuilder first;
  first.message().mutable_context()->set_round_trip_ms(50);
  first.message().mutable_context()->set_language_ref(first.Ref("de"));
  page_.Consume(first.PageViewStart());
  EntryBatchBuilder second;
  second.Ref("something else");
  second.message().mutable_context()->set_round_trip_ms(300);
  second.message().mutable_context()->set_language_ref(second.Ref("fr"));
  page_.Consume(second.Click(1));
  const v1::Beacon beacon = page_.Flush(0, 6);
  EXPECT_EQ(beacon.context().round_trip_ms(), 300u);
  EXPECT_EQ(StringOf(beacon, beacon.context().language_ref()), "fr");
  EXPECT_EQ(beacon.covers_entries_before(), 6u);
  // Only the strings that are used: the language, the URL and the target.
  EXPECT_THAT(beacon.strings(), ElementsAre("fr", "/courses", "button#go"));
}

TEST_F(PageMonitorTest, GivesEntriesWithoutAPageViewOneOfTheirOwn) {
  page_.Consume(EntryBatchBuilder().Click(100));
  const v1::Beacon beacon = page_.Flush();
  ASSERT_THAT(beacon.page_views(), SizeIs(1));
  EXPECT_EQ(beacon.page_views(0).index(), 0u);
  EXPECT_THAT(EventsOf(beacon, v1::Event::kClick), SizeIs(1));
}

TEST_F(PageMonitorTest, SaysNothingWithoutEntries) {
  EXPECT_THAT(page_.Flush().site(), IsEmpty());
  page_.Consume(EntryBatchBuilder());
  EXPECT_THAT(page_.Flush().site(), IsEmpty());
  page_.Consume(EntryBatchBuilder().PageViewStart());
  EXPECT_THAT(page_.Flush().site(), IsEmpty());
}

}  // namespace
}  // namespace paceline::core
