// Calls as a page's core passes them on, and what is made of them.
#include "collector/store/read_calls.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/core/testing/monitor_driver.h"

namespace paceline::store {
namespace {

using core::ConsumeStatus;
using core::testing::EntryBatchBuilder;
using core::testing::MonitorDriver;
using core::testing::StringOf;

class ReadCallsTest : public ::testing::Test {
 protected:
  ReadCallsTest() { batch_.PageViewStart(); }

  void Call(const std::string& name, const std::vector<std::string>& arguments) {
    auto* call = batch_.message().add_entries()->mutable_call();
    call->set_at_100us(77);
    call->set_name_ref(batch_.Ref(name));
    for (const std::string& argument : arguments) call->add_argument_refs(batch_.Ref(argument));
  }
  // What came of the calls so far.
  std::vector<v1::Event> Tell() {
    MonitorDriver page;
    EXPECT_EQ(page.Consume(batch_), ConsumeStatus::kOk);
    kept_ = page.Pending().keep_unsampled;
    beacon_ = page.Flush();
    ReadCalls(&beacon_);
    std::vector<v1::Event> events;
    for (const v1::Event& event : beacon_.events()) {
      if (!event.has_vital()) events.push_back(event);
    }
    return events;
  }
  std::vector<v1::Event> TellOf(const std::string& name,
                                const std::vector<std::string>& arguments) {
    batch_ = EntryBatchBuilder();
    batch_.PageViewStart();
    Call(name, arguments);
    return Tell();
  }
  template <typename Attributes>
  std::map<std::string, std::string> MapOf(const Attributes& attributes) {
    std::map<std::string, std::string> map;
    for (const v1::Attribute& attribute : attributes) {
      map[StringOf(beacon_, attribute.key_ref())] = StringOf(beacon_, attribute.value_ref());
    }
    return map;
  }
  std::string String(uint32_t ref) { return StringOf(beacon_, ref); }

  EntryBatchBuilder batch_;
  v1::Beacon beacon_;
  bool kept_ = false;
};

using Map = std::map<std::string, std::string>;

TEST_F(ReadCallsTest, ReadsActions) {
  const auto events = TellOf("track", {"lesson_opened", "course", "5k", "level", "", "odd"});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].at_100us(), 77u);
  EXPECT_EQ(String(events[0].action().name_ref()), "lesson_opened");
  EXPECT_EQ(MapOf(events[0].action().attributes()), (Map{{"course", "5k"}, {"level", ""}}));
  EXPECT_TRUE(TellOf("track", {}).empty());
  EXPECT_TRUE(TellOf("track", {""}).empty());
}

TEST_F(ReadCallsTest, ReadsMetrics) {
  const auto events = TellOf(
      "metric", {"search", "12.75", "unit", "ms", "source", "External API", "index", "main"});
  ASSERT_EQ(events.size(), 1u);
  const v1::Event::CustomMetric& metric = events[0].custom_metric();
  EXPECT_EQ(String(metric.name_ref()), "search");
  EXPECT_EQ(metric.value(), 12.75);
  EXPECT_EQ(metric.unit(), v1::METRIC_UNIT_MS);
  EXPECT_EQ(metric.source(), v1::METRIC_SOURCE_EXTERNAL_API);
  EXPECT_EQ(MapOf(metric.tags()), (Map{{"index", "main"}}));
}

TEST_F(ReadCallsTest, KnowsEveryUnitAndSource) {
  const std::vector<std::string> units = {"ms", "s", "bytes", "%", "count", "rate", "score"};
  for (size_t i = 0; i < units.size(); ++i) {
    const auto events = TellOf("metric", {"m", "-0.5", "unit", units[i]});
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].custom_metric().unit(), static_cast<int>(i) + 1);
    EXPECT_EQ(events[0].custom_metric().value(), -0.5);
    EXPECT_EQ(events[0].custom_metric().source(), v1::METRIC_SOURCE_BROWSER);
  }
  const std::vector<std::string> sources = {"browser", "server",       "database",
                                            "CDN",     "external_api", "system"};
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto events = TellOf("metric", {"m", "0", "source", sources[i]});
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].custom_metric().source(), static_cast<int>(i) + 1);
  }
  EXPECT_EQ(TellOf("metric", {"m", "1", "unit", "furlong"})[0].custom_metric().unit(),
            v1::METRIC_UNIT_UNSPECIFIED);
}

TEST_F(ReadCallsTest, MakesNoEventOfMetricsThatAreNone) {
  for (const char* value : {"", "NaN", "Infinity", "1,5", "12px", "1e999", "0x10", "1.2.3", "-"}) {
    EXPECT_TRUE(TellOf("metric", {"m", value}).empty()) << value;
  }
  EXPECT_TRUE(TellOf("metric", {"", "1"}).empty());
  EXPECT_TRUE(TellOf("metric", {"m"}).empty());
}

TEST_F(ReadCallsTest, ReadsFeedback) {
  const auto events = TellOf("feedback", {"4", "lesson"});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].feedback().score(), 4u);
  EXPECT_EQ(String(events[0].feedback().topic_ref()), "lesson");
  EXPECT_EQ(TellOf("feedback", {"5"})[0].feedback().score(), 5u);
  for (const char* score : {"0", "6", "4.5", "-1", "good", ""}) {
    EXPECT_TRUE(TellOf("feedback", {score}).empty()) << score;
  }
}

TEST_F(ReadCallsTest, ReadsStepsOfJourneys) {
  const std::vector<std::string> kinds = {"start",    "stepStart", "stepComplete",
                                          "stepFail", "complete",  "abandon"};
  for (size_t i = 0; i < kinds.size(); ++i) {
    const auto events =
        TellOf("journey", {"login", kinds[i], "password", "reason", "wrong", "version", "3"});
    ASSERT_EQ(events.size(), 1u) << kinds[i];
    const v1::Event::JourneyStep& step = events[0].journey_step();
    EXPECT_EQ(String(step.journey_ref()), "login");
    EXPECT_EQ(step.kind(), static_cast<int>(i) + 1);
    EXPECT_EQ(String(step.step_ref()), "password");
    EXPECT_EQ(String(step.reason_ref()), "wrong");
    EXPECT_EQ(step.version(), 3u);
  }
  EXPECT_EQ(TellOf("journey", {"login", "start"}).size(), 1u);
  EXPECT_EQ(TellOf("journey", {"login", "step_fail", "x"})[0].journey_step().kind(),
            v1::Event::JourneyStep::KIND_STEP_FAIL);
  EXPECT_TRUE(TellOf("journey", {"login", "stepStart"}).empty());
  EXPECT_TRUE(TellOf("journey", {"login", "begin", "x"}).empty());
  EXPECT_TRUE(TellOf("journey", {"", "start", "x"}).empty());
}

TEST_F(ReadCallsTest, KeepsTheSessionOfAFailedStepAndOfAConversion) {
  batch_.SampleRatePpm(1);
  Call("journey", {"login", "stepComplete", "password"});
  Tell();
  EXPECT_FALSE(kept_);
  Call("journey", {"login", "stepFail", "password"});
  Tell();
  EXPECT_TRUE(kept_);
  batch_ = EntryBatchBuilder();
  batch_.PageViewStart().SampleRatePpm(1);
  Call("conversion", {"email_signup"});
  Tell();
  EXPECT_TRUE(kept_);
}

TEST_F(ReadCallsTest, ReadsConversionsWithTheSpeedFeltSoFar) {
  batch_.Navigation(300)
      .FirstContentfulPaint(500)
      .LargestContentfulPaint(2600)
      .LayoutShift(700, 0.05, {"p"})
      .FirstInput(3000, 12.5, 240, 7);
  batch_.message().mutable_context()->set_effective_connection_type(
      v1::EFFECTIVE_CONNECTION_TYPE_3G);
  batch_.message().mutable_context()->set_device_memory_mib(2048);
  batch_.message().mutable_context()->set_hardware_concurrency(2);
  Call("conversion", {"purchase_completed", "value", "49.90", "currency", "eur", "id", "o-1",
                      "plan", "pro", "pagesVisited", "2", "timeOnSiteMs", "61000"});
  std::vector<v1::Event> events = Tell();
  std::erase_if(events, [](const v1::Event& event) { return !event.has_conversion(); });
  ASSERT_EQ(events.size(), 1u);
  const v1::Event::Conversion& conversion = events[0].conversion();
  EXPECT_EQ(String(conversion.type_ref()), "purchase_completed");
  EXPECT_EQ(conversion.value_minor(), 4990);
  EXPECT_EQ(String(conversion.currency_ref()), "EUR");
  EXPECT_EQ(String(conversion.id_ref()), "o-1");
  EXPECT_EQ(MapOf(conversion.attributes()), (Map{{"plan", "pro"}}));
  EXPECT_EQ(conversion.lcp_100us(), 26'000u);
  EXPECT_EQ(conversion.inp_100us(), 2'400u);
  EXPECT_EQ(conversion.fid_100us(), 125u);
  EXPECT_EQ(conversion.cls_nano(), 50'000'000u);
  EXPECT_EQ(conversion.load_100us(), 20'000u);
  EXPECT_EQ(conversion.pages_visited(), 2u);
  EXPECT_EQ(conversion.time_on_site_ms(), 61'000u);
  // Everybody 50, LCP 110, INP 70, low-end 35, 3g 60, second page 75.
  EXPECT_EQ(conversion.bounce_risk_permille(), 400u);
}

TEST_F(ReadCallsTest, LeavesOutWhatWasNotMeasuredButKeepsZero) {
  EXPECT_FALSE(TellOf("conversion", {"email_signup"})[0].conversion().has_cls_nano());
  batch_ = EntryBatchBuilder();
  batch_.PageViewStart().FirstContentfulPaint(500);
  Call("conversion", {"email_signup"});
  const v1::Event::Conversion conversion = Tell().at(0).conversion();
  EXPECT_TRUE(conversion.has_cls_nano());
  EXPECT_EQ(conversion.cls_nano(), 0u);
  EXPECT_FALSE(conversion.has_lcp_100us());
  EXPECT_FALSE(conversion.has_load_100us());
  EXPECT_EQ(conversion.bounce_risk_permille(), 50u + 10u + 150u);
}

TEST_F(ReadCallsTest, CountsInTheCurrencysMinorUnits) {
  const auto minor = [this](const char* value, const char* currency) -> std::optional<int64_t> {
    const auto events =
        TellOf("conversion", {"purchase_completed", "value", value, "currency", currency});
    return events.empty() ? std::nullopt : std::optional(events[0].conversion().value_minor());
  };
  EXPECT_EQ(minor("1200", "JPY"), 1200);
  EXPECT_EQ(minor("1.5", "KWD"), 1500);
  EXPECT_EQ(minor("0.1", "USD"), 10);
  EXPECT_EQ(minor("1.005", "USD"), 101);
  EXPECT_EQ(minor("-20", "GBP"), -2000);
  EXPECT_EQ(minor("90071992547409.91", "EUR"), 9'007'199'254'740'991);
  EXPECT_EQ(minor("7", "coins"), 700);
  EXPECT_FALSE(minor("49,90", "EUR"));
  EXPECT_FALSE(minor("free", "EUR"));
  EXPECT_FALSE(minor("1e30", "EUR"));
}

TEST_F(ReadCallsTest, CountsAConversionOnce) {
  Call("conversion", {"purchase_completed", "id", "o-1"});
  Call("conversion", {"purchase_completed", "id", "o-1"});
  Call("conversion", {"subscription_started", "id", "o-1"});
  Call("conversion", {"purchase_completed", "id", "o-2"});
  Call("conversion", {"email_signup"});
  Call("conversion", {"email_signup"});
  EXPECT_EQ(Tell().size(), 5u);
}

TEST_F(ReadCallsTest, PassesOverCallsThatItDoesNotKnow) {
  EXPECT_TRUE(TellOf("identify", {"userType", "student"}).empty());
  EXPECT_TRUE(TellOf("", {}).empty());
}

TEST_F(ReadCallsTest, LeavesOtherEventsInTheirOrder) {
  Call("track", {"first"});
  Call("identify", {"nobody"});
  batch_.message().add_entries()->mutable_user_input()->set_at_100us(78);
  batch_.message().add_entries()->mutable_render()->set_at_100us(79);
  Call("track", {"last"});
  const auto events = Tell();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(String(events[0].action().name_ref()), "first");
  EXPECT_TRUE(events[1].has_render());
  EXPECT_EQ(String(events[2].action().name_ref()), "last");
}

TEST_F(ReadCallsTest, TakesAReferenceThatLeadsNowhereForAnEmptyText) {
  v1::Beacon beacon;
  beacon.add_strings("track");
  auto* call = beacon.add_events()->mutable_call();
  call->set_name_ref(1);
  call->add_argument_refs(UINT32_MAX);
  beacon.add_events()->mutable_call()->set_name_ref(2);
  ReadCalls(&beacon);
  EXPECT_TRUE(beacon.events().empty());
}

TEST_F(ReadCallsTest, CutsAConversionsTypeAtACharacter) {
  const std::string type(63, 'x');
  Call("conversion", {type + "\u00fc, and more"});
  const auto events = Tell();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(StringOf(beacon_, events[0].conversion().type_ref()), type);
}

TEST_F(ReadCallsTest, LeavesOutAnIdThatTheCollectorWouldRefuse) {
  Call("conversion", {"order", "id", std::string(255, '1')});
  Call("conversion", {"order", "id", std::string(256, '2')});
  const auto events = Tell();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(StringOf(beacon_, events[0].conversion().id_ref()), std::string(255, '1'));
  EXPECT_EQ(events[1].conversion().id_ref(), 0u);
}

TEST_F(ReadCallsTest, TellsNoConversionOfAValueThatTheCollectorWouldRefuse) {
  Call("conversion", {"most", "value", "90071992547409.92", "currency", "EUR"});
  Call("conversion", {"least", "value", "-90071992547409.92", "currency", "EUR"});
  Call("conversion", {"more", "value", "90071992547409.93", "currency", "EUR"});
  Call("conversion", {"less", "value", "-90071992547409.93", "currency", "EUR"});
  const auto events = Tell();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].conversion().value_minor(), int64_t{1} << 53);
  EXPECT_EQ(events[1].conversion().value_minor(), -(int64_t{1} << 53));
}

}  // namespace
}  // namespace paceline::store
