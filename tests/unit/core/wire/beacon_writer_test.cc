#include "core/wire/beacon_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "paceline/v1/beacon.pb.h"

namespace paceline::core {
namespace {

class BeaconWriterTest : public ::testing::Test {
 protected:
  BeaconWriterTest() {
    contents_.site = "academy";
    contents_.session_id = "0123456789abcdef";
    contents_.document_id = "01234567";
    contents_.strings = &strings_;
  }

  // Written by the core, read by the real protobuf library.
  v1::Beacon WriteAndRead() {
    std::string bytes;
    WriteBeacon(contents_, &bytes);
    v1::Beacon beacon;
    EXPECT_TRUE(beacon.ParseFromString(bytes));
    // The same bytes as protobuf's own serializer's: nothing is written twice, out of order, or as
    // a default.
    EXPECT_EQ(bytes.size(), beacon.ByteSizeLong());
    EXPECT_TRUE(beacon.GetReflection()->GetUnknownFields(beacon).empty());
    return beacon;
  }

  v1::Event WriteAndReadEvent(const Event& event) {
    const std::vector<Event> events = {event};
    contents_.events = events;
    const v1::Beacon beacon = WriteAndRead();
    contents_.events = {};
    EXPECT_EQ(beacon.events_size(), 1);
    strings_of_beacon_.assign(beacon.strings().begin(), beacon.strings().end());
    return beacon.events(0);
  }

  std::string String(uint32_t ref) { return ref == 0 ? "" : strings_of_beacon_.at(ref - 1); }

  StringPool strings_;
  BeaconContents contents_;
  std::vector<std::string> strings_of_beacon_;
};

TEST_F(BeaconWriterTest, WritesTheHeader) {
  contents_.sequence = 7;
  contents_.origin_unix_ms = 1'790'000'000'000;
  contents_.sent_unix_ms = 1'790'000'012'345;
  contents_.sample_rate_ppm = 250'000;
  contents_.covers_entries_before = 4;
  contents_.kept_unsampled = true;
  const v1::Beacon beacon = WriteAndRead();
  EXPECT_EQ(beacon.site(), "academy");
  EXPECT_EQ(beacon.session_id(), "0123456789abcdef");
  EXPECT_EQ(beacon.document_id(), "01234567");
  EXPECT_EQ(beacon.sequence(), 7u);
  EXPECT_EQ(beacon.origin_unix_ms(), 1'790'000'000'000u);
  EXPECT_EQ(beacon.sent_unix_ms(), 1'790'000'012'345u);
  EXPECT_EQ(beacon.sample_rate_ppm(), 250'000u);
  EXPECT_EQ(beacon.covers_entries_before(), 4u);
  EXPECT_TRUE(beacon.kept_unsampled());
}

TEST_F(BeaconWriterTest, WritesEveryFieldOfTheContext) {
  contents_.context = {8192,
                       16,
                       4,
                       50,
                       10'000,
                       true,
                       390,
                       844,
                       780,
                       1688,
                       5,
                       strings_.Add("de-DE"),
                       strings_.Add("agent"),
                       strings_.Add("2.1.0")};
  const v1::Beacon beacon = WriteAndRead();
  const v1::Context& context = beacon.context();
  EXPECT_EQ(context.device_memory_mib(), 8192u);
  EXPECT_EQ(context.hardware_concurrency(), 16u);
  EXPECT_EQ(context.effective_connection_type(), v1::EFFECTIVE_CONNECTION_TYPE_4G);
  EXPECT_EQ(context.round_trip_ms(), 50u);
  EXPECT_EQ(context.downlink_kbps(), 10'000u);
  EXPECT_TRUE(context.save_data());
  EXPECT_EQ(context.viewport_width(), 390u);
  EXPECT_EQ(context.viewport_height(), 844u);
  EXPECT_EQ(context.screen_width(), 780u);
  EXPECT_EQ(context.screen_height(), 1688u);
  EXPECT_EQ(context.max_touch_points(), 5u);
  EXPECT_EQ(beacon.strings(static_cast<int>(context.language_ref()) - 1), "de-DE");
  EXPECT_EQ(beacon.strings(static_cast<int>(context.user_agent_ref()) - 1), "agent");
  EXPECT_EQ(beacon.strings(static_cast<int>(context.release_ref()) - 1), "2.1.0");
}

TEST_F(BeaconWriterTest, WritesOnlyTheStringsThatAreUsedAndEachOnce) {
  strings_.Add("unused");
  const PoolRef url = strings_.Add("/courses");
  const PoolRef target = strings_.Add("button#go");
  const std::vector<PageViewHeader> page_views = {
      {0, 0, NavigationType::kNavigate, url, 0}, {1, 9, NavigationType::kBackForwardCache, url, 0}};
  const std::vector<Event> events = {{0, 5, ClickEvent{target, 1, 2}},
                                     {1, 6, ClickEvent{target, 1, 2}}};
  contents_.page_views = page_views;
  contents_.events = events;
  const v1::Beacon beacon = WriteAndRead();
  ASSERT_EQ(beacon.strings_size(), 2);
  EXPECT_EQ(beacon.strings(0), "/courses");
  EXPECT_EQ(beacon.strings(1), "button#go");
  ASSERT_EQ(beacon.page_views_size(), 2);
  EXPECT_EQ(beacon.page_views(1).index(), 1u);
  EXPECT_EQ(beacon.page_views(1).start_100us(), 9u);
  EXPECT_EQ(beacon.page_views(1).navigation_type(), v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE);
  EXPECT_EQ(beacon.page_views(1).url_ref(), 1u);
  EXPECT_EQ(beacon.events(1).page_view(), 1u);
  EXPECT_EQ(beacon.events(1).click().target_ref(), 2u);
}

TEST_F(BeaconWriterTest, WritesVitalsWithTheirAttribution) {
  const LcpAttribution lcp{strings_.Add("img.hero"), strings_.Add("/hero.jpg"), 4711};
  v1::Vital vital =
      WriteAndReadEvent({0, 25'000, VitalEvent{Metric::kLcp, 25'001, -7, Rating::kPoor, 1, lcp}})
          .vital();
  EXPECT_EQ(vital.metric(), v1::METRIC_LCP);
  EXPECT_EQ(vital.value(), 25'001u);
  EXPECT_EQ(vital.delta(), -7);
  EXPECT_EQ(vital.rating(), v1::RATING_POOR);
  EXPECT_EQ(vital.entry_count(), 1u);
  EXPECT_EQ(String(vital.lcp().target_ref()), "img.hero");
  EXPECT_EQ(String(vital.lcp().url_ref()), "/hero.jpg");
  EXPECT_EQ(vital.lcp().size_px(), 4711u);

  const ClsAttribution cls{strings_.Add("div.banner"), 20, 30, 40};
  vital = WriteAndReadEvent({0, 0, VitalEvent{Metric::kCls, 1, 1, Rating::kGood, 2, cls}}).vital();
  EXPECT_EQ(String(vital.cls().largest_shift_target_ref()), "div.banner");
  EXPECT_EQ(vital.cls().largest_shift_nano(), 20u);
  EXPECT_EQ(vital.cls().window_start_100us(), 30u);
  EXPECT_EQ(vital.cls().window_end_100us(), 40u);

  const InteractionAttribution inp{strings_.Add("a"), strings_.Add("click"), 2, 3, 4};
  vital = WriteAndReadEvent({0, 0, VitalEvent{Metric::kInp, 9, 9, Rating::kGood, 1, inp}}).vital();
  EXPECT_EQ(String(vital.interaction().target_ref()), "a");
  EXPECT_EQ(String(vital.interaction().name_ref()), "click");
  EXPECT_EQ(vital.interaction().input_delay_100us(), 2u);
  EXPECT_EQ(vital.interaction().processing_100us(), 3u);
  EXPECT_EQ(vital.interaction().presentation_100us(), 4u);
}

TEST_F(BeaconWriterTest, WritesLayoutShiftsWithTheirSources) {
  const std::vector<LayoutShiftSource> sources = {
      {0, {}, {}},
      {strings_.Add("div.banner"), {-1, -2, 3, 4}, {5, 6, 7, 8}},
      {0, {}, {0, 0, 0, 9}}};
  contents_.shift_sources = sources;
  const v1::Event event = WriteAndReadEvent({3, 44, LayoutShiftEvent{123'456'789, true, 1, 2}});
  EXPECT_EQ(event.page_view(), 3u);
  EXPECT_EQ(event.at_100us(), 44u);
  const v1::Event::LayoutShift& shift = event.layout_shift();
  EXPECT_EQ(shift.value_nano(), 123'456'789u);
  EXPECT_TRUE(shift.had_recent_input());
  ASSERT_EQ(shift.sources_size(), 2);
  EXPECT_EQ(String(shift.sources(0).target_ref()), "div.banner");
  EXPECT_EQ(shift.sources(0).previous().x(), -1);
  EXPECT_EQ(shift.sources(0).previous().y(), -2);
  EXPECT_EQ(shift.sources(0).previous().width(), 3u);
  EXPECT_EQ(shift.sources(0).current().height(), 8u);
  EXPECT_FALSE(shift.sources(1).has_previous());
  EXPECT_EQ(shift.sources(1).current().height(), 9u);
}

TEST_F(BeaconWriterTest, WritesInteractionsClicksAndRage) {
  const PoolRef target = strings_.Add("button#go");
  const v1::Event::Interaction interaction =
      WriteAndReadEvent({0, 1, InteractionEvent{strings_.Add("click"), target, 1'200, 30, 900}})
          .interaction();
  EXPECT_EQ(String(interaction.name_ref()), "click");
  EXPECT_EQ(String(interaction.target_ref()), "button#go");
  EXPECT_EQ(interaction.duration_100us(), 1'200u);
  EXPECT_EQ(interaction.input_delay_100us(), 30u);
  EXPECT_EQ(interaction.processing_100us(), 900u);
  const v1::Event::Click click = WriteAndReadEvent({0, 1, ClickEvent{target, -5, 6}}).click();
  EXPECT_EQ(click.x(), -5);
  EXPECT_EQ(click.y(), 6);
  const v1::Event::RageClick rage =
      WriteAndReadEvent({0, 1, RageClickEvent{target, 4, 7, -8, 2'000}}).rage_click();
  EXPECT_EQ(String(rage.target_ref()), "button#go");
  EXPECT_EQ(rage.count(), 4u);
  EXPECT_EQ(rage.x(), 7);
  EXPECT_EQ(rage.y(), -8);
  EXPECT_EQ(rage.duration_100us(), 2'000u);
}

TEST_F(BeaconWriterTest, KeepsMessagesWhoseFieldsAreAllZero) {
  EXPECT_TRUE(WriteAndReadEvent({0, 0, VisibilityChangeEvent{false}}).has_visibility_change());
  EXPECT_TRUE(WriteAndReadEvent({0, 0, ClickEvent{}}).has_click());
  EXPECT_TRUE(WriteAndReadEvent({0, 0, LayoutShiftEvent{}}).has_layout_shift());
  const std::vector<PageViewHeader> page_views = {{}};
  contents_.page_views = page_views;
  const v1::Beacon beacon = WriteAndRead();
  EXPECT_EQ(beacon.page_views_size(), 1);
  EXPECT_TRUE(beacon.has_context());
}

TEST_F(BeaconWriterTest, WritesTheLargestNumbers) {
  const v1::Event event = WriteAndReadEvent(
      {UINT32_MAX, UINT32_MAX,
       VitalEvent{Metric::kCls, UINT64_MAX, INT64_MIN, Rating::kPoor, UINT32_MAX, {}}});
  EXPECT_EQ(event.page_view(), UINT32_MAX);
  EXPECT_EQ(event.vital().value(), UINT64_MAX);
  EXPECT_EQ(event.vital().delta(), INT64_MIN);
  const v1::Event click = WriteAndReadEvent({0, 0, ClickEvent{0, INT32_MIN, INT32_MAX}});
  EXPECT_EQ(click.click().x(), INT32_MIN);
  EXPECT_EQ(click.click().y(), INT32_MAX);
}

TEST_F(BeaconWriterTest, AppendsToWhatIsThere) {
  std::string bytes = "before";
  WriteBeacon(contents_, &bytes);
  v1::Beacon beacon;
  EXPECT_EQ(bytes.substr(0, 6), "before");
  EXPECT_TRUE(beacon.ParseFromString(bytes.substr(6)));
}

}  // namespace
}  // namespace paceline::core
