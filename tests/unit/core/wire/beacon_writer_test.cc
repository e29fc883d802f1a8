#include "core/wire/beacon_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/wire/event_log.h"
#include "core/wire/message_codec.h"
#include "paceline/v1/beacon.pb.h"

namespace paceline::core {
namespace {

class BeaconWriterTest : public ::testing::Test {
 protected:
  BeaconWriterTest() {
    contents_.header.site = "academy";
    contents_.header.session_id = "0123456789abcdef";
    contents_.header.document_id = "01234567";
    contents_.strings = &strings_;
  }

  // Written by the core, read by the real protobuf library.
  v1::Beacon WriteAndRead() {
    Bytes bytes;
    WriteBeacon(contents_, &bytes);
    v1::Beacon beacon;
    EXPECT_TRUE(beacon.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    // The same bytes as protobuf's own serializer's: nothing is written twice, out of order, or as
    // a default.
    EXPECT_EQ(bytes.size(), beacon.ByteSizeLong());
    EXPECT_TRUE(beacon.GetReflection()->GetUnknownFields(beacon).empty());
    return beacon;
  }

  v1::Event WriteAndReadOne() {
    const v1::Beacon beacon = WriteAndRead();
    contents_.events = {};
    contents_.vitals = {};
    EXPECT_EQ(beacon.events_size(), 1);
    strings_of_beacon_.assign(beacon.strings().begin(), beacon.strings().end());
    return beacon.events(0);
  }

  // An event that is a struct.
  template <typename Struct>
  v1::Event WriteAndReadEvent(const Struct& event) {
    EventLog log;
    log.Add(0, 1, event);
    contents_.events = {log.events().data(), 1};
    contents_.event_bytes = log.bytes();
    return WriteAndReadOne();
  }

  v1::Vital WriteAndReadVital(const Attribution& attribution) {
    VitalEvent vital;
    vital.metric = Metric::kLcp;
    vital.value = 1;
    vital.rating = Rating::kGood;
    vital.attribution = attribution;
    contents_.vitals = {&vital, 1};
    return WriteAndReadOne().vital();
  }

  std::string String(uint32_t ref) { return ref == 0 ? "" : strings_of_beacon_.at(ref - 1); }

  StringPool strings_;
  BeaconContents contents_;
  std::vector<std::string> strings_of_beacon_;
};

TEST_F(BeaconWriterTest, WritesTheHeader) {
  contents_.header.sequence = 7;
  contents_.header.origin_unix_ms = 1'790'000'000'000;
  contents_.header.sent_unix_ms = 1'790'000'012'345;
  contents_.header.sample_rate_ppm = 250'000;
  contents_.header.covers_entries_before = 4;
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

TEST_F(BeaconWriterTest, WritesTheContextWithItsStrings) {
  v1::Context given;
  given.set_device_memory_mib(8192);
  given.set_effective_connection_type(v1::EFFECTIVE_CONNECTION_TYPE_4G);
  given.set_save_data(true);
  given.set_language_ref(strings_.Add("de-DE"));
  given.set_user_agent_ref(strings_.Add("agent"));
  given.set_release_ref(strings_.Add("2.1.0"));
  given.set_orientation(v1::ORIENTATION_LANDSCAPE);
  given.set_installed(true);
  given.add_tag_refs(strings_.Add("audience"));
  given.add_tag_refs(0);
  given.add_tag_refs(strings_.Add("plan"));
  given.add_tag_refs(strings_.Add("pro"));
  const std::string bytes = given.SerializeAsString();
  contents_.context = bytes;
  const v1::Beacon beacon = WriteAndRead();
  const v1::Context& context = beacon.context();
  const auto text = [&beacon](uint32_t ref) { return beacon.strings(static_cast<int>(ref) - 1); };
  EXPECT_EQ(context.device_memory_mib(), 8192u);
  EXPECT_EQ(context.effective_connection_type(), v1::EFFECTIVE_CONNECTION_TYPE_4G);
  EXPECT_TRUE(context.save_data());
  EXPECT_EQ(text(context.language_ref()), "de-DE");
  EXPECT_EQ(text(context.user_agent_ref()), "agent");
  EXPECT_EQ(text(context.release_ref()), "2.1.0");
  EXPECT_EQ(context.orientation(), v1::ORIENTATION_LANDSCAPE);
  EXPECT_TRUE(context.installed());
  ASSERT_EQ(context.tag_refs_size(), 4);
  EXPECT_EQ(text(context.tag_refs(0)), "audience");
  EXPECT_EQ(context.tag_refs(1), 0u);
  EXPECT_EQ(text(context.tag_refs(3)), "pro");
}

TEST_F(BeaconWriterTest, WritesOnlyTheStringsThatAreUsedAndEachOnce) {
  strings_.Add("unused");
  const PoolRef url = strings_.Add("/courses");
  const PoolRef target = strings_.Add("button#go");
  const std::vector<PageViewHeader> page_views = {
      {0, 0, NavigationType::kNavigate, url, 0}, {1, 9, NavigationType::kBackForwardCache, url, 0}};
  EventLog log;
  log.Add(0, 5, ClickEvent{target, 1, 2});
  log.Add(1, 6, ClickEvent{target, 1, 2});
  contents_.page_views = page_views;
  contents_.events = {log.events().data(), 2};
  contents_.event_bytes = log.bytes();
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

TEST_F(BeaconWriterTest, WritesVitals) {
  VitalEvent given;
  given.metric = Metric::kLcp;
  given.value = 25'001;
  given.zigzag_delta = EncodeZigzag(-7);
  given.rating = Rating::kPoor;
  given.entry_count = 1;
  given.page_view = 2;
  given.at_100us = 25'000;
  contents_.vitals = {&given, 1};
  const v1::Event event = WriteAndReadOne();
  EXPECT_EQ(event.page_view(), 2u);
  EXPECT_EQ(event.at_100us(), 25'000u);
  const v1::Vital& vital = event.vital();
  EXPECT_EQ(vital.metric(), v1::METRIC_LCP);
  EXPECT_EQ(vital.value(), 25'001u);
  EXPECT_EQ(vital.delta(), -7);
  EXPECT_EQ(vital.rating(), v1::RATING_POOR);
  EXPECT_EQ(vital.entry_count(), 1u);
  EXPECT_EQ(vital.attribution_case(), v1::Vital::ATTRIBUTION_NOT_SET);
}

TEST_F(BeaconWriterTest, WritesTheAttributionOfPaints) {
  Attribution given;
  given.kind = VitalField::kLcp;
  given.lcp = {strings_.Add("img.hero"), strings_.Add("/hero.jpg"), 4711, 1, 2, 3, 4, 1};
  v1::Vital vital = WriteAndReadVital(given);
  EXPECT_EQ(String(vital.lcp().target_ref()), "img.hero");
  EXPECT_EQ(String(vital.lcp().url_ref()), "/hero.jpg");
  EXPECT_EQ(vital.lcp().size_px(), 4711u);
  EXPECT_EQ(vital.lcp().time_to_first_byte_100us(), 1u);
  EXPECT_EQ(vital.lcp().resource_load_delay_100us(), 2u);
  EXPECT_EQ(vital.lcp().resource_load_duration_100us(), 3u);
  EXPECT_EQ(vital.lcp().element_render_delay_100us(), 4u);
  EXPECT_TRUE(vital.lcp().hero());

  given = {};
  given.kind = VitalField::kFcp;
  given.fcp = {1, 2, LoadState::kDomInteractive, 3, strings_.Add("/a.css"), strings_.Add("server")};
  vital = WriteAndReadVital(given);
  EXPECT_EQ(vital.fcp().time_to_first_byte_100us(), 1u);
  EXPECT_EQ(vital.fcp().first_byte_to_fcp_100us(), 2u);
  EXPECT_EQ(vital.fcp().load_state(), v1::LOAD_STATE_DOM_INTERACTIVE);
  EXPECT_EQ(vital.fcp().render_blocking_resources(), 3u);
  EXPECT_EQ(String(vital.fcp().render_blocking_url_ref()), "/a.css");
  EXPECT_EQ(String(vital.fcp().rendering_ref()), "server");

  given = {};
  given.kind = VitalField::kTtfb;
  given.ttfb = {1, 2, 3, 4, 5, strings_.Add("html"), strings_.Add("hit"), strings_.Add("fra")};
  vital = WriteAndReadVital(given);
  EXPECT_EQ(vital.ttfb().waiting_100us(), 1u);
  EXPECT_EQ(vital.ttfb().cache_100us(), 2u);
  EXPECT_EQ(vital.ttfb().dns_100us(), 3u);
  EXPECT_EQ(vital.ttfb().connection_100us(), 4u);
  EXPECT_EQ(vital.ttfb().request_100us(), 5u);
  EXPECT_EQ(String(vital.ttfb().request_type_ref()), "html");
  EXPECT_EQ(String(vital.ttfb().cache_status_ref()), "hit");
  EXPECT_EQ(String(vital.ttfb().server_region_ref()), "fra");
}

TEST_F(BeaconWriterTest, WritesTheAttributionOfShiftsAndInteractions) {
  Attribution given;
  given.kind = VitalField::kCls;
  given.cls = {20, strings_.Add("div.banner"), 30, 40, 2, LoadState::kComplete};
  v1::Vital vital = WriteAndReadVital(given);
  EXPECT_EQ(String(vital.cls().largest_shift_target_ref()), "div.banner");
  EXPECT_EQ(vital.cls().largest_shift_nano(), 20u);
  EXPECT_EQ(vital.cls().window_start_100us(), 30u);
  EXPECT_EQ(vital.cls().window_end_100us(), 40u);
  EXPECT_EQ(vital.cls().shifts(), 2u);
  EXPECT_EQ(vital.cls().load_state(), v1::LOAD_STATE_COMPLETE);

  given = {};
  given.kind = VitalField::kInteraction;
  given.interaction = {strings_.Add("a"),
                       strings_.Add("click"),
                       2,
                       3,
                       4,
                       LoadState::kLoading,
                       InteractionType::kKeyboard,
                       strings_.Add("/a.js"),
                       strings_.Add("onClick"),
                       5};
  vital = WriteAndReadVital(given);
  EXPECT_EQ(String(vital.interaction().target_ref()), "a");
  EXPECT_EQ(String(vital.interaction().name_ref()), "click");
  EXPECT_EQ(vital.interaction().input_delay_100us(), 2u);
  EXPECT_EQ(vital.interaction().processing_100us(), 3u);
  EXPECT_EQ(vital.interaction().presentation_100us(), 4u);
  EXPECT_EQ(vital.interaction().load_state(), v1::LOAD_STATE_LOADING);
  EXPECT_EQ(vital.interaction().interaction_type(), v1::INTERACTION_TYPE_KEYBOARD);
  EXPECT_EQ(String(vital.interaction().longest_script_url_ref()), "/a.js");
  EXPECT_EQ(String(vital.interaction().longest_script_function_ref()), "onClick");
  EXPECT_EQ(vital.interaction().longest_script_100us(), 5u);
}

TEST_F(BeaconWriterTest, WritesEncodedEventsWithTheirStrings) {
  strings_.Add("unused");
  v1::Event::LayoutShift given;
  given.set_value_nano(123'456'789);
  given.add_sources()->set_target_ref(strings_.Add("div.banner"));
  given.mutable_sources(0)->mutable_previous()->set_x(-1);
  const std::string bytes = "before" + given.SerializeAsString() + "behind";
  contents_.event_bytes = bytes;
  const auto kind = static_cast<FieldNumber>(EventField::kLayoutShift);
  const auto size = static_cast<uint32_t>(bytes.size() - 12);
  const Event encoded = {3, 44, kind, 6, size};
  contents_.events = {&encoded, 1};
  const v1::Event event = WriteAndReadOne();
  EXPECT_EQ(event.page_view(), 3u);
  EXPECT_EQ(event.at_100us(), 44u);
  EXPECT_EQ(event.layout_shift().value_nano(), 123'456'789u);
  ASSERT_EQ(event.layout_shift().sources_size(), 1);
  EXPECT_EQ(event.layout_shift().sources(0).target_ref(), 1u);
  EXPECT_EQ(String(1), "div.banner");
  EXPECT_EQ(event.layout_shift().sources(0).previous().x(), -1);
}

TEST_F(BeaconWriterTest, WritesInteractionsClicksAndRage) {
  const PoolRef target = strings_.Add("button#go");
  const v1::Event::Interaction interaction =
      WriteAndReadEvent(InteractionEvent{strings_.Add("click"), target, 1'200, 30, 900})
          .interaction();
  EXPECT_EQ(String(interaction.name_ref()), "click");
  EXPECT_EQ(String(interaction.target_ref()), "button#go");
  EXPECT_EQ(interaction.duration_100us(), 1'200u);
  EXPECT_EQ(interaction.input_delay_100us(), 30u);
  EXPECT_EQ(interaction.processing_100us(), 900u);
  const v1::Event::Click click = WriteAndReadEvent(ClickEvent{target, -5, 6}).click();
  EXPECT_EQ(click.x(), -5);
  EXPECT_EQ(click.y(), 6);
  const v1::Event::RageClick rage =
      WriteAndReadEvent(RageClickEvent{target, 4, 7, -8, 2'000}).rage_click();
  EXPECT_EQ(String(rage.target_ref()), "button#go");
  EXPECT_EQ(rage.count(), 4u);
  EXPECT_EQ(rage.x(), 7);
  EXPECT_EQ(rage.y(), -8);
  EXPECT_EQ(rage.duration_100us(), 2'000u);
}

TEST_F(BeaconWriterTest, WritesDeadAndErrorClicks) {
  const PoolRef target = strings_.Add("button#go");
  EXPECT_EQ(String(WriteAndReadEvent(DeadClickEvent{target}).dead_click().target_ref()),
            "button#go");
  const v1::Event::ErrorClick error = WriteAndReadEvent(ErrorClickEvent{target, 77}).error_click();
  EXPECT_EQ(String(error.target_ref()), "button#go");
  EXPECT_EQ(error.delay_100us(), 77u);
}

TEST_F(BeaconWriterTest, KeepsMessagesWhoseFieldsAreAllZero) {
  EXPECT_TRUE(WriteAndReadEvent(VisibilityChangeEvent{false}).has_visibility_change());
  EXPECT_TRUE(WriteAndReadEvent(ClickEvent{}).has_click());
  EXPECT_TRUE(WriteAndReadEvent(DeadClickEvent{}).has_dead_click());
  const auto kind = static_cast<FieldNumber>(EventField::kCall);
  const Event encoded = {0, 0, kind, 0, 0};
  contents_.events = {&encoded, 1};
  EXPECT_TRUE(WriteAndReadOne().has_call());
  const std::vector<PageViewHeader> page_views = {{}};
  contents_.page_views = page_views;
  const v1::Beacon beacon = WriteAndRead();
  EXPECT_EQ(beacon.page_views_size(), 1);
  EXPECT_TRUE(beacon.has_context());
}

TEST_F(BeaconWriterTest, WritesTheLargestNumbers) {
  VitalEvent vital;
  vital.metric = Metric::kCls;
  vital.value = UINT64_MAX;
  vital.zigzag_delta = EncodeZigzag(INT64_MIN);
  vital.entry_count = UINT32_MAX;
  vital.page_view = UINT32_MAX;
  vital.at_100us = UINT32_MAX;
  contents_.vitals = {&vital, 1};
  const v1::Event event = WriteAndReadOne();
  EXPECT_EQ(event.page_view(), UINT32_MAX);
  EXPECT_EQ(event.vital().value(), UINT64_MAX);
  EXPECT_EQ(event.vital().delta(), INT64_MIN);
  const v1::Event click = WriteAndReadEvent(ClickEvent{0, INT32_MIN, INT32_MAX});
  EXPECT_EQ(click.click().x(), INT32_MIN);
  EXPECT_EQ(click.click().y(), INT32_MAX);
}

TEST_F(BeaconWriterTest, ReplacesWhatIsThere) {
  Bytes bytes("before");
  WriteBeacon(contents_, &bytes);
  v1::Beacon beacon;
  EXPECT_TRUE(beacon.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  EXPECT_EQ(beacon.site(), "academy");
}

}  // namespace
}  // namespace paceline::core
