#include "collector/ingest/enrich.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kReceived = kSampleSent;

TEST(ClockOffsetTest, TrustsAClockThatAnyDelayExplains) {
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived, 0), 0);
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived - 3'600'000, 0), 0);
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived + 60'000, 0), 0);
}

TEST(ClockOffsetTest, CorrectsAWrongClock) {
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived - 3'600'001, 0), 3'600'001);
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived + 60'001, 0), -60'001);
}

TEST(ClockOffsetTest, TakesOutHowLongThePageKeptTheBeacon) {
  constexpr uint64_t kDay = 24 * 3'600'000;
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived - kDay, kDay), 0) << "kept for a day, a right clock";
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived - kDay - 5'000, kDay), 0);
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived, kDay), -static_cast<int64_t>(kDay))
      << "a clock a day ahead";
  EXPECT_EQ(ClockOffsetMs(kReceived, kReceived - 3 * kDay, kDay), int64_t{2 * kDay});
}

class EnrichTest : public testing::Test {
 protected:
  v1::JournalRecord Enriched(const v1::Beacon& beacon, std::string_view user_agent,
                             const EnrichOptions& options = {}) {
    EnrichMemory memory;
    v1::JournalRecord record;
    record.set_received_unix_ms(kReceived);
    Enrich(options, SummaryOf(beacon), {user_agent}, &memory, &record);
    return record;
  }
};

TEST_F(EnrichTest, TheAddressSaysCountryAndRegion) {
  EnrichOptions options;
  auto places = Geography::Open(PACELINE_FIXTURES_DIR "/places.mmdb");
  ASSERT_TRUE(places.ok()) << places.status();
  options.geography = *std::move(places);
  EnrichMemory memory;
  const auto dimensions = [&](const char* address) {
    v1::JournalRecord record;
    Enrich(options, SummaryOf(SampleBeacon()), {kChromeOnLinux, address}, &memory, &record);
    EXPECT_EQ(record.DebugString().find("203.0.113"), std::string::npos) << "it is not kept";
    return record.dimensions();
  };
  EXPECT_EQ(dimensions("203.0.113.4").country(), "DE");
  EXPECT_EQ(dimensions("203.0.113.4").region(), "DE-BE");
  EXPECT_EQ(dimensions("198.51.100.4").region(), "US-California");
  EXPECT_EQ(dimensions("ipv4:203.0.113.4:443").country(), "") << "a service's";
}

TEST_F(EnrichTest, WithoutADatabaseNobodyIsInAnyCountry) {
  EXPECT_EQ(Enriched(SampleBeacon(), kChromeOnLinux).dimensions().country(), "");
}

TEST_F(EnrichTest, DecidesTheDimensions) {
  const v1::Dimensions dimensions = Enriched(SampleBeacon(), kChromeOnLinux).dimensions();
  EXPECT_EQ(dimensions.browser(), "Chrome");
  EXPECT_EQ(dimensions.browser_version(), "126");
  EXPECT_EQ(dimensions.os(), "Linux");
  EXPECT_EQ(dimensions.device_type(), "desktop");
  EXPECT_EQ(dimensions.device_tier(), "high-end");
  EXPECT_EQ(dimensions.connection(), "4g");
  EXPECT_FALSE(dimensions.bot());
  EXPECT_EQ(dimensions.page_group(), "") << "it belongs to the page view";
}

TEST_F(EnrichTest, SaysWhetherAnApplicationShowsThePage) {
  EXPECT_FALSE(Enriched(SampleBeacon(), kChromeOnLinux).dimensions().in_app_browser());
  EXPECT_TRUE(Enriched(SampleBeacon(), "Mozilla/5.0 (Linux; Android 13; SM-A515F; wv) Chrome/125.0")
                  .dimensions()
                  .in_app_browser());
}

TEST_F(EnrichTest, NamesWhatTheBrowserDoesNotSay) {
  v1::Beacon beacon = SampleBeacon();
  beacon.clear_context();
  const v1::Dimensions dimensions = Enriched(beacon, "").dimensions();
  EXPECT_EQ(dimensions.connection(), "unknown");
  EXPECT_EQ(dimensions.device_tier(), "mid-range");
  EXPECT_EQ(dimensions.browser(), "other");
}

TEST_F(EnrichTest, TellsAnIpadFromAMac) {
  constexpr char kSafari[] =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/17.4 Safari/605.1.15";
  v1::Beacon beacon = SampleBeacon();
  EXPECT_EQ(Enriched(beacon, kSafari).dimensions().device_type(), "desktop");
  beacon.mutable_context()->set_max_touch_points(5);
  EXPECT_EQ(Enriched(beacon, kSafari).dimensions().device_type(), "tablet");
}

TEST_F(EnrichTest, CountsHeadlessChromeAsABotOnlyWhenAsked) {
  constexpr char kHeadless[] = "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36";
  EXPECT_FALSE(Enriched(SampleBeacon(), kHeadless).dimensions().bot());
  EXPECT_TRUE(
      Enriched(SampleBeacon(), kHeadless, {.treat_headless_as_bot = true}).dimensions().bot());
  EXPECT_FALSE(
      Enriched(SampleBeacon(), kChromeOnLinux, {.treat_headless_as_bot = true}).dimensions().bot());
}

TEST_F(EnrichTest, GroupsEachPageViewInOrder) {
  v1::Beacon beacon = SampleBeacon();
  beacon.add_strings("/Booking/index.html");
  v1::PageView* second = beacon.add_page_views();
  second->set_index(1);
  second->set_url_ref(4);
  beacon.add_page_views()->set_index(2);
  EXPECT_THAT(Enriched(beacon, kChromeOnLinux).page_groups(),
              ElementsAre("/courses/:id", "/booking", "unknown"));
}

TEST_F(EnrichTest, C5TakesDimensionsFromWhatTheSiteSays) {
  v1::Beacon beacon = SampleBeacon();
  const auto add = [&beacon](const char* text) {
    beacon.add_strings(text);
    return static_cast<uint32_t>(beacon.strings_size());
  };
  beacon.mutable_context()->set_release_ref(add("2026.4"));
  for (const char* text : {"userType", "student", "variant", "b", "utm_source", "newsletter"}) {
    beacon.mutable_context()->add_tag_refs(add(text));
  }
  const v1::Dimensions dimensions = Enriched(beacon, kChromeOnLinux).dimensions();
  EXPECT_EQ(dimensions.user_type(), "student");
  EXPECT_EQ(dimensions.release(), "2026.4");
  EXPECT_EQ(dimensions.variant(), "b");
  EXPECT_EQ(dimensions.source(), "newsletter");
}

TEST_F(EnrichTest, C5CallsAVisitorAnonymousOfWhomNothingIsSaid) {
  const v1::Dimensions dimensions = Enriched(SampleBeacon(), kChromeOnLinux).dimensions();
  EXPECT_EQ(dimensions.user_type(), "anonymous");
  EXPECT_EQ(dimensions.release(), "");
  EXPECT_EQ(dimensions.source(), "");
}

// SampleBeacon's page view and another one, at /elsewhere, with what the tags say.
v1::Beacon TwoPages(const std::vector<const char*>& tags) {
  v1::Beacon beacon = SampleBeacon();
  beacon.add_strings("/elsewhere");
  v1::PageView* view = beacon.add_page_views();
  view->set_index(1);
  view->set_url_ref(4);
  for (const char* tag : tags) {
    beacon.add_strings(tag);
    beacon.mutable_context()->add_tag_refs(static_cast<uint32_t>(beacon.strings_size()));
  }
  return beacon;
}

TEST_F(EnrichTest, C16MapsPagesToStagesByTheSitesRulesThenByWhatThePageSays) {
  EnrichOptions options;
  options.default_stages = {{"awareness", {"/**"}}};
  EXPECT_THAT(Enriched(TwoPages({}), kChromeOnLinux, options).stages(),
              ElementsAre("awareness", "awareness"));
  EXPECT_THAT(Enriched(TwoPages({"stage", "decision"}), kChromeOnLinux, options).stages(),
              ElementsAre("awareness", "decision"))
      << "a tag is of the page view that began last";
  options.stages["academy"] = {{"consideration", {"/courses/**"}}};
  EXPECT_THAT(Enriched(TwoPages({}), kChromeOnLinux, options).stages(),
              ElementsAre("consideration", ""))
      << "a site with rules has no defaults";
  EXPECT_THAT(Enriched(TwoPages({"stage", "decision"}), kChromeOnLinux, options).stages(),
              ElementsAre("consideration", "decision"));
}

TEST_F(EnrichTest, C5TakesThePageGroupThatTheSiteNames) {
  EXPECT_THAT(Enriched(TwoPages({"pageGroup", "Lesson player"}), kChromeOnLinux).page_groups(),
              ElementsAre("/courses/:id", "Lesson player"));
}

TEST_F(EnrichTest, TakesThePagesNameOnceThereIsRoomForItAgain) {
  EnrichMemory memory;
  const auto group_of = [&](const char* name) {
    v1::JournalRecord record;
    Enrich({}, SummaryOf(TwoPages({"pageGroup", name})), {kChromeOnLinux}, &memory, &record);
    return record.page_groups(1);
  };
  EXPECT_EQ(group_of("Early"), "Early");
  const auto visit = [&](uint32_t student) {
    memory.pages.Group("academy", absl::StrCat("/students/s", student));
  };
  for (uint32_t i = 0; i < kMaxPlaceValues; ++i) visit(i);
  for (size_t i = 0; i < kMaxPageGroups; ++i) {
    memory.pages.GroupNamed("academy", absl::StrCat("Name ", i));
  }
  EXPECT_EQ(group_of("Late"), kOtherPageGroup);
  EXPECT_EQ(group_of("Early"), "Early");
  // The students turn out to be one page.
  visit(kMaxPlaceValues);
  EXPECT_EQ(group_of("Late"), "Late");
}

TEST_F(EnrichTest, GroupsPagesByTheSitesRulesBeforeAnythingElse) {
  EnrichOptions options;
  options.pages["academy"] = {{"Course", {"/courses/*"}},
                              {"Elsewhere", {"/courses/**", "/else**"}}};
  EXPECT_THAT(
      Enriched(TwoPages({"pageGroup", "Lesson player"}), kChromeOnLinux, options).page_groups(),
      ElementsAre("Course", "Elsewhere"));
}

TEST_F(EnrichTest, GroupsThePageViewsOfRawEntries) {
  v1::JournalRecord record;
  *record.mutable_entry_batch() = SampleEntryBatch();
  record.mutable_entry_batch()->set_sent_unix_ms(kReceived + 100'000);
  record.set_received_unix_ms(kReceived);
  EnrichMemory memory;
  Enrich({}, SummaryOf(record.entry_batch()), {kChromeOnLinux}, &memory, &record);
  EXPECT_THAT(record.page_groups(), ElementsAre("/courses/:id"));
  EXPECT_EQ(record.clock_offset_ms(), -100'000);
  EXPECT_EQ(record.dimensions().browser(), "Chrome");
}

}  // namespace
}  // namespace paceline::ingest
