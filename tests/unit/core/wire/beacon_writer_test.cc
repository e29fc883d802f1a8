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

TEST_F(BeaconWriterTest, WritesVitals) {
  const v1::Vital vital =
      WriteAndReadEvent({0, 25'000, VitalEvent{Metric::kLcp, 25'001, -7, Rating::kPoor, 1, {}}})
          .vital();
  EXPECT_EQ(vital.metric(), v1::METRIC_LCP);
  EXPECT_EQ(vital.value(), 25'001u);
  EXPECT_EQ(vital.delta(), -7);
  EXPECT_EQ(vital.rating(), v1::RATING_POOR);
  EXPECT_EQ(vital.entry_count(), 1u);
  EXPECT_EQ(vital.attribution_case(), v1::Vital::ATTRIBUTION_NOT_SET);
}

TEST_F(BeaconWriterTest, WritesTheAttributionOfPaints) {
  const LcpAttribution lcp{
      strings_.Add("img.hero"), strings_.Add("/hero.jpg"), 4711, 1, 2, 3, 4, true};
  v1::Vital vital =
      WriteAndReadEvent({0, 0, VitalEvent{Metric::kLcp, 1, 0, Rating::kGood, 1, lcp}}).vital();
  EXPECT_EQ(String(vital.lcp().target_ref()), "img.hero");
  EXPECT_EQ(String(vital.lcp().url_ref()), "/hero.jpg");
  EXPECT_EQ(vital.lcp().size_px(), 4711u);
  EXPECT_EQ(vital.lcp().time_to_first_byte_100us(), 1u);
  EXPECT_EQ(vital.lcp().resource_load_delay_100us(), 2u);
  EXPECT_EQ(vital.lcp().resource_load_duration_100us(), 3u);
  EXPECT_EQ(vital.lcp().element_render_delay_100us(), 4u);
  EXPECT_TRUE(vital.lcp().hero());

  const FcpAttribution fcp{
      1, 2, LoadState::kDomInteractive, 3, strings_.Add("/a.css"), strings_.Add("server")};
  vital = WriteAndReadEvent({0, 0, VitalEvent{Metric::kFcp, 1, 0, Rating::kGood, 1, fcp}}).vital();
  EXPECT_EQ(vital.fcp().time_to_first_byte_100us(), 1u);
  EXPECT_EQ(vital.fcp().first_byte_to_fcp_100us(), 2u);
  EXPECT_EQ(vital.fcp().load_state(), v1::LOAD_STATE_DOM_INTERACTIVE);
  EXPECT_EQ(vital.fcp().render_blocking_resources(), 3u);
  EXPECT_EQ(String(vital.fcp().render_blocking_url_ref()), "/a.css");
  EXPECT_EQ(String(vital.fcp().rendering_ref()), "server");

  const TtfbAttribution ttfb{
      1, 2, 3, 4, 5, strings_.Add("html"), strings_.Add("hit"), strings_.Add("fra")};
  vital =
      WriteAndReadEvent({0, 0, VitalEvent{Metric::kTtfb, 1, 0, Rating::kGood, 1, ttfb}}).vital();
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
  const ClsAttribution cls{strings_.Add("div.banner"), 20, 30, 40, 2, LoadState::kComplete};
  v1::Vital vital =
      WriteAndReadEvent({0, 0, VitalEvent{Metric::kCls, 1, 1, Rating::kGood, 2, cls}}).vital();
  EXPECT_EQ(String(vital.cls().largest_shift_target_ref()), "div.banner");
  EXPECT_EQ(vital.cls().largest_shift_nano(), 20u);
  EXPECT_EQ(vital.cls().window_start_100us(), 30u);
  EXPECT_EQ(vital.cls().window_end_100us(), 40u);
  EXPECT_EQ(vital.cls().shifts(), 2u);
  EXPECT_EQ(vital.cls().load_state(), v1::LOAD_STATE_COMPLETE);

  const InteractionAttribution inp{strings_.Add("a"),
                                   strings_.Add("click"),
                                   2,
                                   3,
                                   4,
                                   LoadState::kLoading,
                                   InteractionType::kKeyboard,
                                   strings_.Add("/a.js"),
                                   strings_.Add("onClick"),
                                   5};
  vital = WriteAndReadEvent({0, 0, VitalEvent{Metric::kInp, 9, 9, Rating::kGood, 1, inp}}).vital();
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
  const v1::Event event = WriteAndReadEvent({3, 44, EncodedEvent{kind, 6, size}});
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

TEST_F(BeaconWriterTest, WritesDeadAndErrorClicksFeedbackAndSteps) {
  const PoolRef target = strings_.Add("button#go");
  EXPECT_EQ(String(WriteAndReadEvent({0, 1, DeadClickEvent{target}}).dead_click().target_ref()),
            "button#go");
  const v1::Event::ErrorClick error =
      WriteAndReadEvent({0, 1, ErrorClickEvent{target, 0x89abcdef, 77}}).error_click();
  EXPECT_EQ(String(error.target_ref()), "button#go");
  EXPECT_EQ(error.fingerprint(), 0x89abcdefu);
  EXPECT_EQ(error.delay_100us(), 77u);
  const v1::Event::Feedback feedback =
      WriteAndReadEvent({0, 1, FeedbackEvent{4, strings_.Add("lesson")}}).feedback();
  EXPECT_EQ(feedback.score(), 4u);
  EXPECT_EQ(String(feedback.topic_ref()), "lesson");
  const v1::Event::JourneyStep step =
      WriteAndReadEvent(
          {0, 1,
           JourneyStepEvent{strings_.Add("login"), 2, JourneyStepEvent::Kind::kStepFail,
                            strings_.Add("password"), strings_.Add("wrong")}})
          .journey_step();
  EXPECT_EQ(String(step.journey_ref()), "login");
  EXPECT_EQ(step.version(), 2u);
  EXPECT_EQ(step.kind(), v1::Event::JourneyStep::KIND_STEP_FAIL);
  EXPECT_EQ(String(step.step_ref()), "password");
  EXPECT_EQ(String(step.reason_ref()), "wrong");
}

TEST_F(BeaconWriterTest, KeepsMessagesWhoseFieldsAreAllZero) {
  EXPECT_TRUE(WriteAndReadEvent({0, 0, VisibilityChangeEvent{false}}).has_visibility_change());
  EXPECT_TRUE(WriteAndReadEvent({0, 0, ClickEvent{}}).has_click());
  EXPECT_TRUE(WriteAndReadEvent({0, 0, DeadClickEvent{}}).has_dead_click());
  const auto kind = static_cast<FieldNumber>(EventField::kAction);
  EXPECT_TRUE(WriteAndReadEvent({0, 0, EncodedEvent{kind, 0, 0}}).has_action());
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
