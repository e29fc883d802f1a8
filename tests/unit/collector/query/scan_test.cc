// What is answered from sessions and their records: errors, resources, API calls, conversions,
// journeys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "collector/query/event_scan.h"
#include "collector/query/query_engine.h"
#include "core/behavior/error_fingerprint.h"
#include "tests/unit/collector/query/query_fixture.h"

namespace paceline::query {
namespace {

using ::testing::ElementsAre;

class ScanTest : public QueryEngineTest {
 protected:
  // A beacon of session `number` on `page`, `seconds` after midnight; fill its events and Store it.
  v1::Beacon Begin(uint64_t number, const std::string& page, uint64_t seconds = 0) {
    v1::Beacon beacon = ingest::SampleBeacon();
    beacon.set_session_id(Id(number, 16));
    beacon.set_document_id(Id(number * 1000 + seconds, 8));
    beacon.set_origin_unix_ms(kMidnight + number * 1000 + seconds * 1000);
    beacon.set_sent_unix_ms(beacon.origin_unix_ms() + 9'000);
    beacon.set_strings(0, page);
    beacon.clear_events();
    return beacon;
  }

  // Only kept for drill-down: its hash is above any sample of one in a million.
  static void KeepUnsampled(v1::Beacon* beacon) {
    beacon->set_sample_rate_ppm(1);
    beacon->set_kept_unsampled(true);
    std::fill_n(beacon->mutable_session_id()->begin(), 4, '\xff');
  }

  void Store(const v1::Beacon& beacon) { Send(beacon, kPhone); }

  template <typename Request>
  static Request Ask() {
    Request request;
    request.set_site("academy");
    request.set_from_unix_ms(static_cast<double>(kMidnight));
    request.set_to_unix_ms(static_cast<double>(kEnd));
    return request;
  }
};

uint32_t Text(v1::Beacon* beacon, const std::string& text) {
  beacon->add_strings(text);
  return static_cast<uint32_t>(beacon->strings_size());
}

v1::Error* AddError(v1::Beacon* beacon, const std::string& message, uint32_t fingerprint) {
  v1::Error* error = beacon->add_events()->mutable_error();
  error->set_kind(v1::Error::KIND_UNCAUGHT);
  error->set_message_ref(Text(beacon, message));
  error->set_fingerprint(fingerprint);
  return error;
}

TEST_F(ScanTest, C9GroupsErrorsByFingerprint) {
  for (uint64_t session = 1; session <= 3; ++session) {
    v1::Beacon beacon = Begin(session, "/booking");
    AddError(&beacon, "x is undefined", 7);
    AddError(&beacon, "x is undefined", 7);
    if (session == 2) AddError(&beacon, "quota", 9);
    Store(beacon);
  }
  v1::Beacon kept = Begin(4, "/booking");
  KeepUnsampled(&kept);
  AddError(&kept, "x is undefined, again", 7);
  Store(kept);
  Store(Begin(5, "/"));

  auto request = Ask<v1::GetErrorsRequest>();
  const auto response = engine_->GetErrors(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->errors_size(), 2);
  const v1::ErrorGroup& first = response->errors(0);
  EXPECT_EQ(first.fingerprint(), 7u);
  EXPECT_EQ(first.count(), 6) << "what is kept has no weight";
  EXPECT_EQ(first.sessions(), 3);
  EXPECT_EQ(first.recorded_sessions(), 4u);
  EXPECT_EQ(first.message(), "x is undefined, again") << "as the newest says";
  EXPECT_EQ(first.page_group(), "/booking");
  EXPECT_EQ(first.last_seen_unix_ms() - first.first_seen_unix_ms(), 3'000);
  EXPECT_EQ(first.example_session_id().substr(0, 8), "ffffffff");
  EXPECT_EQ(response->errors(1).message(), "quota");
  EXPECT_FALSE(response->truncated());

  request.set_page_group("/");
  EXPECT_EQ(engine_->GetErrors(request)->errors_size(), 0);
  request.clear_page_group();
  request.set_limit(1);
  EXPECT_EQ(engine_->GetErrors(request)->errors_size(), 1);
}

TEST_F(ScanTest, C9GroupsErrorsOfWhichTheSenderSaysNoFingerprint) {
  v1::Beacon beacon = Begin(1, "/booking");
  AddError(&beacon, "no course 12", 0);
  AddError(&beacon, "no course 13", 0);
  AddError(&beacon, "quota", 0);
  Store(beacon);
  const auto response = engine_->GetErrors(Ask<v1::GetErrorsRequest>());
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->errors_size(), 2);
  EXPECT_EQ(response->errors(0).count(), 2);
  EXPECT_EQ(response->errors(0).fingerprint(), core::FingerprintOf("", "no course 14", "", ""));
}

TEST_F(ScanTest, C9TellsWhichErrorAnsweredAClick) {
  v1::Beacon beacon = Begin(1, "/booking");
  AddError(&beacon, "no course 12", 0);
  v1::Event::ErrorClick* click = beacon.add_events()->mutable_error_click();
  click->set_target_ref(Text(&beacon, "button#book"));
  Store(beacon);
  v1::GetJourneyRequest request;
  request.set_site("academy");
  request.set_session_id(absl::BytesToHexString(beacon.session_id()));
  const auto journey = engine_->GetJourney(request);
  ASSERT_TRUE(journey.ok()) << journey.status();
  ASSERT_EQ(journey->events_size(), 2);
  const uint32_t fingerprint = core::FingerprintOf("", "no course 12", "", "");
  EXPECT_EQ(journey->events(0).error().fingerprint(), fingerprint);
  EXPECT_EQ(journey->events(1).error_click().fingerprint(), fingerprint);
}

TEST_F(ScanTest, C6SumsResourcesByAddress) {
  v1::Beacon beacon = Begin(1, "/");
  const uint32_t script = Text(&beacon, "https://cdn.example/a.js");
  for (uint32_t i = 1; i <= 4; ++i) {
    v1::Resource* resource = beacon.add_events()->mutable_resource();
    resource->set_url_ref(script);
    // The first one's sender says it; of the others it follows.
    if (i == 1) resource->set_type(v1::RESOURCE_TYPE_SCRIPT);
    resource->set_duration_100us(i * 1000);
    resource->set_transfer_size_bytes(i == 1 ? 8'000 : 0);
    resource->set_cached(i != 1);
    resource->set_render_blocking(i <= 2);
    resource->set_third_party(true);
  }
  Store(beacon);
  const auto response = engine_->GetResources(Ask<v1::GetResourcesRequest>());
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->resources_size(), 1);
  const v1::ResourceGroup& group = response->resources(0);
  EXPECT_EQ(group.url(), "https://cdn.example/a.js");
  EXPECT_EQ(group.type(), v1::RESOURCE_TYPE_SCRIPT);
  EXPECT_EQ(group.count(), 4);
  EXPECT_NEAR(group.p75_duration_ms(), 300, 3);
  EXPECT_EQ(group.transfer_size_bytes(), 2'000);
  EXPECT_EQ(group.cached(), 0.75);
  EXPECT_EQ(group.render_blocking(), 0.5);
  EXPECT_TRUE(group.third_party());
}

TEST_F(ScanTest, C19TellsWhatThePageWeighs) {
  v1::Beacon beacon = Begin(1, "/");
  const uint32_t link = Text(&beacon, "link");
  const uint32_t host = Text(&beacon, "www.academy.example");
  for (const char* url : {"/a.js", "/b.css", "https://cdn.example/c.js"}) {
    v1::Event* event = beacon.add_events();
    event->set_at_100us(2'000);
    v1::Resource* resource = event->mutable_resource();
    resource->set_url_ref(Text(&beacon, url));
    resource->set_initiator_ref(link);
    resource->set_decoded_size_bytes(500);
    resource->set_encoded_size_bytes(100);
    resource->set_duration_100us(30'000);
    resource->set_page_host_ref(host);
  }
  Store(beacon);
  v1::GetJourneyRequest request;
  request.set_site("academy");
  request.set_session_id(absl::BytesToHexString(beacon.session_id()));
  const auto journey = engine_->GetJourney(request);
  ASSERT_TRUE(journey.ok()) << journey.status();
  ASSERT_EQ(journey->events_size(), 4);
  EXPECT_EQ(journey->events(0).resource().type(), v1::RESOURCE_TYPE_SCRIPT);
  EXPECT_EQ(journey->events(0).resource().initiator(), "link");
  EXPECT_TRUE(journey->events(0).resource().cached());
  EXPECT_FALSE(journey->events(0).resource().third_party());
  EXPECT_EQ(journey->events(1).resource().type(), v1::RESOURCE_TYPE_STYLESHEET);
  EXPECT_TRUE(journey->events(2).resource().third_party());
  const v1::JourneyEvent& last = journey->events(3);
  EXPECT_EQ(last.at_unix_ms() - journey->events(0).at_unix_ms(), 3'000);
  EXPECT_EQ(last.bundle().scripts(), 2u);
  EXPECT_EQ(last.bundle().script_bytes(), 500u);
  EXPECT_EQ(last.bundle().third_party_script_bytes(), 500u);
  EXPECT_EQ(last.bundle().style_bytes(), 500u);
  EXPECT_EQ(last.bundle().total_bytes(), 300u);
  EXPECT_EQ(last.bundle().script_budget_bytes(), 0u);
  EXPECT_FALSE(last.bundle().over_budget());
}

TEST(Bundle, C19FlagsWhatIsOverABudget) {
  const auto judged = [](const BundleBudget& budget) {
    v1::JourneyEvent::Bundle bundle;
    bundle.set_script_bytes(100);
    bundle.set_third_party_script_bytes(200);
    bundle.set_style_bytes(300);
    bundle.set_third_party_style_bytes(400);
    Judge(budget, &bundle);
    return bundle;
  };
  EXPECT_FALSE(judged({}).over_budget());
  const v1::JourneyEvent::Bundle within = judged({100, 200, 300, 400});
  EXPECT_FALSE(within.over_budget());
  EXPECT_EQ(within.script_budget_bytes(), 100u);
  EXPECT_EQ(within.third_party_script_budget_bytes(), 200u);
  EXPECT_EQ(within.style_budget_bytes(), 300u);
  EXPECT_EQ(within.third_party_style_budget_bytes(), 400u);
  EXPECT_TRUE(judged({99, 0, 0, 0}).over_budget());
  EXPECT_TRUE(judged({0, 199, 0, 0}).over_budget());
  EXPECT_TRUE(judged({0, 0, 299, 0}).over_budget());
  EXPECT_TRUE(judged({0, 0, 0, 399}).over_budget());
}

TEST_F(ScanTest, C10SumsApiCallsByEndpointAndMethod) {
  v1::Beacon beacon = Begin(1, "/");
  const auto call = [&](const char* method, uint32_t status, v1::ApiCall::Failure failure) {
    v1::ApiCall* one = beacon.add_events()->mutable_api_call();
    one->set_endpoint_ref(Text(&beacon, "/api/courses/:id"));
    one->set_method_ref(Text(&beacon, method));
    one->set_status(status);
    one->set_failure(failure);
    one->set_duration_100us(1'500);
    one->set_response_bytes(100);
  };
  call("GET", 200, v1::ApiCall::FAILURE_NONE);
  call("GET", 503, v1::ApiCall::FAILURE_NONE);
  call("GET", 0, v1::ApiCall::FAILURE_NETWORK);
  call("GET", 0, v1::ApiCall::FAILURE_ABORTED);
  call("POST", 404, v1::ApiCall::FAILURE_NONE);
  Store(beacon);
  const auto response = engine_->GetApiCalls(Ask<v1::GetApiCallsRequest>());
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->api_calls_size(), 2);
  const v1::ApiCallGroup& get = response->api_calls(0);
  EXPECT_EQ(get.endpoint(), "/api/courses/:id");
  EXPECT_EQ(get.method(), "GET");
  EXPECT_EQ(get.count(), 4);
  EXPECT_EQ(get.failures(), 2) << "an aborted call is no failure";
  EXPECT_EQ(get.server_errors(), 1);
  EXPECT_NEAR(get.p95_duration_ms(), 150, 1.5);
  EXPECT_EQ(response->api_calls(1).failures(), 1);
}

v1::Event::Conversion* AddConversion(v1::Beacon* beacon, const std::string& type,
                                     const std::string& id, int64_t value_minor) {
  auto* conversion = beacon->add_events()->mutable_conversion();
  conversion->set_type_ref(Text(beacon, type));
  if (!id.empty()) conversion->set_id_ref(Text(beacon, id));
  conversion->set_value_minor(value_minor);
  if (value_minor != 0) conversion->set_currency_ref(Text(beacon, "EUR"));
  return conversion;
}

TEST_F(ScanTest, C17CountsEveryConversionOnceWhateverTheSample) {
  v1::Beacon first = Begin(1, "/thanks");
  auto* purchase = AddConversion(&first, "purchase_completed", "order-1", 4'900);
  purchase->set_lcp_100us(21'000);
  purchase->set_pages_visited(4);
  purchase->set_bounce_risk_permille(250);
  AddConversion(&first, "purchase_completed", "order-1", 4'900);
  Store(first);
  v1::Beacon again = Begin(1, "/thanks", 60);
  AddConversion(&again, "purchase_completed", "order-1", 4'900);
  AddConversion(&again, "email_signup", "", 0);
  Store(again);
  // Not sampled, and nobody said that it is kept.
  v1::Beacon unsampled = Begin(2, "/thanks");
  KeepUnsampled(&unsampled);
  unsampled.set_kept_unsampled(false);
  AddConversion(&unsampled, "purchase_completed", "order-2", 10'000);
  Store(unsampled);

  auto request = Ask<v1::GetConversionsRequest>();
  const auto response = engine_->GetConversions(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->totals_size(), 2);
  EXPECT_EQ(response->totals(0).type(), "email_signup");
  EXPECT_EQ(response->totals(0).count(), 1);
  EXPECT_EQ(response->totals(1).count(), 2);
  EXPECT_EQ(response->totals(1).value_minor(), 14'900);
  ASSERT_EQ(response->revenue_size(), 1);
  EXPECT_EQ(response->revenue(0).currency(), "EUR");
  EXPECT_EQ(response->revenue(0).value_minor(), 14'900);
  ASSERT_EQ(response->conversions_size(), 3);
  EXPECT_EQ(response->conversions(0).type(), "email_signup") << "newest first";
  const v1::ConversionRow& oldest = response->conversions(2);
  EXPECT_EQ(oldest.id(), "order-1");
  EXPECT_EQ(oldest.lcp_ms(), 2'100);
  EXPECT_FALSE(oldest.has_inp_ms());
  EXPECT_EQ(oldest.pages_visited(), 4u);
  EXPECT_EQ(oldest.bounce_risk(), 0.25);
  EXPECT_EQ(oldest.page_group(), "/thanks");

  request.set_type("email_signup");
  request.set_limit(1);
  const auto signups = engine_->GetConversions(request);
  EXPECT_EQ(signups->conversions_size(), 1);
  EXPECT_EQ(signups->revenue(0).value_minor(), 14'900) << "of all types";

  auto sessions = Ask<v1::ListSessionsRequest>();
  sessions.set_conversions(true);
  const auto found = engine_->ListSessions(sessions);
  ASSERT_EQ(found->sessions_size(), 2);
  EXPECT_EQ(found->sessions(0).weight(), 0);
  EXPECT_EQ(found->sessions(1).conversions(), 2u);
}

TEST_F(ScanTest, C17TheSessionSaysWhatAPageThatIsLeftSoonDoesNot) {
  for (const uint64_t seconds : {0, 40}) {
    v1::Beacon page = Begin(1, "/pricing", seconds);
    AddConversion(&page, "resource_download", "", 0);
    page.mutable_events(0)->set_at_100us(20'000);
    Store(page);
  }
  v1::Beacon told = Begin(2, "/thanks");
  AddConversion(&told, "email_signup", "", 0)->set_time_on_site_ms(70'000);
  Store(told);

  const auto response = engine_->GetConversions(Ask<v1::GetConversionsRequest>());
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->conversions_size(), 3);
  EXPECT_EQ(response->conversions(0).pages_visited(), 2u);
  EXPECT_EQ(response->conversions(0).time_on_site_ms(), 42'000);
  EXPECT_EQ(response->conversions(1).pages_visited(), 1u);
  EXPECT_EQ(response->conversions(1).time_on_site_ms(), 2'000);
  EXPECT_EQ(response->conversions(2).time_on_site_ms(), 70'000) << "as the page said";
}

void AddStep(v1::Beacon* beacon, uint32_t at_100us, v1::Event::JourneyStep::Kind kind,
             const std::string& step = "", const std::string& reason = "") {
  v1::Event* event = beacon->add_events();
  event->set_at_100us(at_100us);
  auto* journey = event->mutable_journey_step();
  journey->set_journey_ref(Text(beacon, "payment"));
  journey->set_kind(kind);
  if (!step.empty()) journey->set_step_ref(Text(beacon, step));
  if (!reason.empty()) journey->set_reason_ref(Text(beacon, reason));
}

TEST_F(ScanTest, C15FollowsJourneysAcrossThePagesOfASession) {
  using Step = v1::Event::JourneyStep;
  // Completed, over two documents.
  v1::Beacon first = Begin(1, "/checkout");
  AddStep(&first, 0, Step::KIND_START);
  AddStep(&first, 20'000, Step::KIND_STEP_COMPLETE, "open");
  AddStep(&first, 40'000, Step::KIND_STEP_COMPLETE, "method");
  Store(first);
  v1::Beacon second = Begin(1, "/checkout/details", 10);
  AddStep(&second, 0, Step::KIND_STEP_COMPLETE, "details");
  AddStep(&second, 10'000, Step::KIND_COMPLETE);
  Store(second);
  // Failed.
  v1::Beacon failed = Begin(2, "/checkout");
  AddStep(&failed, 0, Step::KIND_START);
  AddStep(&failed, 10'000, Step::KIND_STEP_COMPLETE, "open");
  AddStep(&failed, 20'000, Step::KIND_STEP_FAIL, "method", "card declined");
  Store(failed);
  // Without progress, days before now.
  v1::Beacon abandoned = Begin(3, "/checkout");
  AddStep(&abandoned, 0, Step::KIND_START);
  Store(abandoned);
  // Kept for drill-down: no part of a funnel.
  v1::Beacon kept = Begin(4, "/checkout");
  KeepUnsampled(&kept);
  AddStep(&kept, 0, Step::KIND_COMPLETE);
  Store(kept);

  const auto response = engine_->GetJourneys(Ask<v1::GetJourneysRequest>());
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->journeys_size(), 1);
  const v1::JourneySummary& payment = response->journeys(0);
  EXPECT_EQ(payment.journey(), "payment");
  EXPECT_EQ(payment.target_ms(), 60'000);
  EXPECT_EQ(payment.started(), 3);
  EXPECT_EQ(payment.completed(), 1);
  EXPECT_EQ(payment.failed(), 1);
  EXPECT_EQ(payment.abandoned(), 1);
  EXPECT_EQ(payment.running(), 0);
  EXPECT_EQ(payment.within_target(), 1);
  EXPECT_NEAR(payment.median_ms(), 11'000, 110);
  std::vector<std::string> reasons;
  for (const auto& reason : payment.reasons()) reasons.push_back(reason.reason());
  EXPECT_THAT(reasons, ElementsAre("card declined", "no progress"));
  ASSERT_EQ(payment.steps_size(), 5) << "the default definition's";
  EXPECT_EQ(payment.steps(0).step(), "open");
  EXPECT_EQ(payment.steps(0).reached(), 2);
  EXPECT_EQ(payment.steps(1).failed(), 1);
  EXPECT_EQ(payment.steps(4).reached(), 1) << "a completed run went through all";
  EXPECT_NEAR(payment.steps(1).median_ms(), 2'000, 20);
}

TEST_F(ScanTest, TakesOnlySoManyStepsOfASession) {
  using Step = v1::Event::JourneyStep;
  for (uint64_t session = 1; session <= 2; ++session) {
    for (uint32_t sequence = 0; sequence < (session == 1 ? 11u : 1u); ++sequence) {
      v1::Beacon beacon = Begin(session, "/checkout", sequence);
      for (int i = 0; i < 1'000; ++i) AddStep(&beacon, 0, Step::KIND_COMPLETE);
      beacon.clear_strings();
      beacon.add_strings("/checkout");
      const uint32_t payment = Text(&beacon, "payment");
      for (v1::Event& event : *beacon.mutable_events()) {
        event.mutable_journey_step()->set_journey_ref(payment);
      }
      Store(beacon);
    }
    const auto response = engine_->GetJourneys(Ask<v1::GetJourneysRequest>());
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_TRUE(response->truncated());
    ASSERT_EQ(response->journeys_size(), 1);
    EXPECT_EQ(response->journeys(0).started(), session == 1 ? 10'000 : 11'000);
  }
}

TEST_F(ScanTest, CutsTheTextsOfSteps) {
  v1::Beacon beacon = Begin(1, "/checkout");
  AddStep(&beacon, 0, v1::Event::JourneyStep::KIND_STEP_FAIL, "open", std::string(300, 'r'));
  Store(beacon);
  const auto response = engine_->GetJourneys(Ask<v1::GetJourneysRequest>());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_FALSE(response->truncated());
  ASSERT_EQ(response->journeys_size(), 1);
  ASSERT_EQ(response->journeys(0).reasons_size(), 1);
  EXPECT_EQ(response->journeys(0).reasons(0).reason(), std::string(128, 'r'));
}

TEST_F(ScanTest, StopsAtItsLimits) {
  for (uint64_t session = 1; session <= 5; ++session) {
    v1::Beacon beacon = Begin(session, "/");
    AddError(&beacon, "x", 7);
    Store(beacon);
  }
  ScanRequest request{"academy", {kMidnight, kEnd}};
  request.wants = [](const v1::PageViewFact&) { return true; };
  const std::function<uint64_t()> now = [] { return kEnd; };
  const auto count = [&](const std::function<uint64_t()>& clock, ScanLimits limits) {
    SessionScan scan(store_.get(), &clock, limits);
    int events = 0;
    EXPECT_TRUE(scan.ForEachEvent(request, [&](const ScannedEvent&) { ++events; }).ok());
    return std::pair(events, scan.truncated());
  };
  EXPECT_EQ(count(now, {}), std::pair(5, false));
  EXPECT_EQ(count(now, {.sessions = 3}), std::pair(3, true));
  EXPECT_EQ(count(now, {.records = 1}), std::pair(2, true));
  uint64_t ticks = kEnd;
  const std::function<uint64_t()> ticking = [&ticks] { return ticks += 10; };
  EXPECT_EQ(count(ticking, {.time_ms = 20}), std::pair(2, true));
}

TEST_F(ScanTest, RefusesWhatEveryQuestionRefuses) {
  v1::GetErrorsRequest request;
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetErrors(request).status()));
  request.set_site("nowhere");
  EXPECT_TRUE(absl::IsNotFound(engine_->GetErrors(request).status()));
  auto too_many = Ask<v1::GetResourcesRequest>();
  too_many.set_limit(1'001);
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->GetResources(too_many).status()));
}

}  // namespace
}  // namespace paceline::query
