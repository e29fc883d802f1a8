// Lists of sessions, and journeys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "collector/query/query_engine.h"
#include "collector/query/request.h"
#include "tests/unit/collector/query/query_fixture.h"

namespace paceline::query {
namespace {

using ::testing::ElementsAre;

using SessionsTest = QueryEngineTest;

TEST_F(SessionsTest, FindsSessionsByTheirConditions) {
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

TEST_F(SessionsTest, TellsAJourneyInOrderWithFinalVitals) {
  v1::Beacon first = ingest::SampleBeacon();
  first.mutable_context()->set_viewport_width(390);
  first.mutable_context()->set_viewport_height(844);
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
  EXPECT_EQ(view.viewport_width(), 390u);
  EXPECT_EQ(view.viewport_height(), 844u);
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

TEST_F(SessionsTest, AnswerIsBoundedHoweverOftenAStringIsReferredTo) {
  v1::Beacon beacon = ingest::SampleBeacon();
  beacon.set_strings(1, "main > " + std::string(1'900, 'x'));
  for (uint32_t sequence = 0; sequence < 3; ++sequence) {
    beacon.set_sequence(sequence);
    beacon.clear_events();
    for (int i = 0; i < 1'500; ++i) {
      v1::Event* event = beacon.add_events();
      event->set_at_100us(5'000);
      event->mutable_click()->set_target_ref(2);
    }
    Send(beacon, ingest::kChromeOnLinux);
  }
  v1::GetJourneyRequest request;
  request.set_site("academy");
  request.set_session_id(ToHex(beacon.session_id()));
  const auto journey = engine_->GetJourney(request);
  ASSERT_TRUE(journey.ok()) << journey.status();
  EXPECT_TRUE(journey->truncated());
  EXPECT_GT(journey->events_size(), 1'500);
  EXPECT_LT(journey->ByteSizeLong(), 5u << 20);
  EXPECT_EQ(journey->session().clicks(), 4'500u) << "what is counted is counted all the same";
}

TEST_F(SessionsTest, TagsOfAPageViewAreBounded) {
  v1::Beacon beacon = ingest::SampleBeacon();
  for (uint32_t sequence = 0; sequence < 3; ++sequence) {
    beacon.set_sequence(sequence);
    auto* refs = beacon.mutable_context()->mutable_tag_refs();
    refs->Clear();
    for (int i = 0; i < 20; ++i) {
      // The last one's keys are those of the first.
      beacon.add_strings("key" + std::to_string(sequence % 2 * 20 + i));
      refs->Add(static_cast<uint32_t>(beacon.strings_size()));
      beacon.add_strings("value" + std::to_string(sequence));
      refs->Add(static_cast<uint32_t>(beacon.strings_size()));
    }
    Send(beacon, ingest::kChromeOnLinux);
  }
  v1::GetJourneyRequest request;
  request.set_site("academy");
  request.set_session_id(ToHex(beacon.session_id()));
  const auto journey = engine_->GetJourney(request);
  ASSERT_TRUE(journey.ok()) << journey.status();
  ASSERT_EQ(journey->page_views_size(), 1);
  const auto& tags = journey->page_views(0).tags();
  ASSERT_EQ(tags.size(), 32);
  EXPECT_EQ(tags[19].key(), "key19");
  EXPECT_EQ(tags[19].value(), "value2");
  EXPECT_EQ(tags[31].value(), "value1");
  EXPECT_FALSE(journey->truncated());
}

TEST_F(SessionsTest, TellsAJourneyFromRawEntries) {
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

}  // namespace
}  // namespace paceline::query
