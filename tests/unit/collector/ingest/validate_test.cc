#include "collector/ingest/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "collector/ingest/limits.h"
#include "tests/unit/collector/ingest/sample_beacon.h"

namespace paceline::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kPageViews = 64;

std::string Beacon(const std::function<void(v1::Beacon*)>& spoil) {
  v1::Beacon beacon = SampleBeacon();
  spoil(&beacon);
  return ValidateBeacon(&beacon);
}

std::string Batch(const std::function<void(v1::EntryBatch*)>& spoil) {
  v1::EntryBatch batch = SampleEntryBatch();
  spoil(&batch);
  return ValidateEntryBatch(&batch, kPageViews);
}

std::string Shift(double value) {
  return Batch([value](v1::EntryBatch* b) {
    b->mutable_entries(1)->mutable_layout_shift()->set_value(value);
  });
}

TEST(ValidateTest, TakesTheSamples) {
  EXPECT_THAT(Beacon([](v1::Beacon*) {}), IsEmpty());
  EXPECT_THAT(Batch([](v1::EntryBatch*) {}), IsEmpty());
}

TEST(ValidateTest, RefusesIdsOfAnotherLengthOrAllZero) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_session_id("short"); }),
              HasSubstr("session_id has 5 bytes; 16 random bytes are expected"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_session_id(std::string(16, '\0')); }),
              HasSubstr("all zero"));
  EXPECT_THAT(Batch([](v1::EntryBatch* b) { b->set_document_id("123456789"); }),
              HasSubstr("document_id has 9 bytes; 8 random bytes are expected"));
}

TEST(ValidateTest, RefusesAMissingSite) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->clear_site(); }), HasSubstr("site is empty"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_site(std::string(129, 'a')); }),
              HasSubstr("129 bytes"));
}

TEST(ValidateTest, RefusesASequenceBeyondItsBound) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_sequence(kMaxSequence); }), IsEmpty());
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_sequence(kMaxSequence + 1); }),
              HasSubstr("sequence is 100001"));
}

TEST(ValidateTest, RefusesImplausibleTimes) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_origin_unix_ms(0); }),
              HasSubstr("origin_unix_ms is 0"));
  // Seconds instead of milliseconds.
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_sent_unix_ms(kSampleSent / 1000); }),
              HasSubstr("milliseconds"));
  EXPECT_THAT(Batch([](v1::EntryBatch* b) { b->set_sent_unix_ms(kLatestUnixMs); }),
              HasSubstr("sent_unix_ms"));
  EXPECT_THAT(
      Beacon([](v1::Beacon* b) { b->set_origin_unix_ms(kSampleSent - 32ull * 86'400'000); }),
      HasSubstr("31 days"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_origin_unix_ms(kSampleSent + 2ull * 86'400'000); }),
              HasSubstr("sealed after it began"));
}

TEST(ValidateTest, RefusesAPageViewThatBeginsAfterItWasSent) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->mutable_page_views(0)->set_start_100us(UINT32_MAX); }),
              HasSubstr("page_views[0].start_100us"));
}

TEST(ValidateTest, RefusesASampleRateOverAMillion) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_sample_rate_ppm(0); }), IsEmpty());
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->set_sample_rate_ppm(1'000'001); }),
              HasSubstr("1 to 1000000"));
}

TEST(ValidateTest, RefusesEnumsOutOfRange) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->mutable_context()->set_effective_connection_type(
                    static_cast<v1::EffectiveConnectionType>(99));
              }),
              HasSubstr("effective_connection_type is 99"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->mutable_page_views(0)->set_navigation_type(static_cast<v1::NavigationType>(42));
              }),
              HasSubstr("navigation_type is 42"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->mutable_page_views(0)->clear_navigation_type(); }),
              HasSubstr("navigation_type is 0"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->mutable_events(0)->mutable_vital()->clear_metric(); }),
              HasSubstr("events[0].vital.metric is 0"));
  EXPECT_THAT(Batch([](v1::EntryBatch* b) {
                b->add_entries()->mutable_paint()->set_kind(static_cast<v1::Entry::Paint::Kind>(9));
              }),
              HasSubstr("entries[2].paint.kind is 9"));
}

TEST(ValidateTest, RefusesReferencesOutsideTheStringTable) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->mutable_page_views(0)->set_url_ref(4); }),
              HasSubstr("page_views[0].url_ref is 4, but there are 3 strings"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->mutable_context()->set_user_agent_ref(4); }),
              HasSubstr("context.user_agent_ref"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->mutable_events(0)->mutable_vital()->mutable_lcp()->set_target_ref(UINT32_MAX);
              }),
              HasSubstr("vital.lcp.target_ref"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->add_events()->mutable_click()->set_target_ref(4); }),
              HasSubstr("events[1].click.target_ref"));
  EXPECT_THAT(
      Beacon([](v1::Beacon* b) { b->add_events()->mutable_rage_click()->set_target_ref(4); }),
      HasSubstr("rage_click.target_ref"));
  EXPECT_THAT(
      Beacon([](v1::Beacon* b) { b->add_events()->mutable_interaction()->set_name_ref(4); }),
      HasSubstr("interaction.name_ref"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->add_events()->mutable_layout_shift()->add_sources()->set_target_ref(4);
              }),
              HasSubstr("sources[0].target_ref"));
  EXPECT_THAT(
      Batch([](v1::EntryBatch* b) {
        b->mutable_entries(1)->mutable_layout_shift()->mutable_sources(0)->set_target_ref(3);
      }),
      HasSubstr("entries[1].layout_shift.sources[0].target_ref is 3"));
  EXPECT_THAT(
      Batch([](v1::EntryBatch* b) { b->add_entries()->mutable_event_timing()->set_target_ref(3); }),
      HasSubstr("event_timing.target_ref"));
}

TEST(ValidateTest, RefusesEventsWithoutTheirPageView) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->mutable_events(0)->set_page_view(1); }),
              HasSubstr("page_views has no header with that index"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->clear_page_views(); }),
              HasSubstr("page_views is empty"));
}

TEST(ValidateTest, RefusesTwoHeadersOfOnePageView) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { *b->add_page_views() = b->page_views(0); }),
              HasSubstr("page_views[1].index is 0, which another header has"));
}

TEST(ValidateTest, RefusesVitalsBeyondWhatABrowserCanMeasure) {
  const auto vital = [](v1::Metric metric, uint64_t value, int64_t delta) {
    return Beacon([=](v1::Beacon* b) {
      b->mutable_events(0)->mutable_vital()->set_metric(metric);
      b->mutable_events(0)->mutable_vital()->set_value(value);
      b->mutable_events(0)->mutable_vital()->set_delta(delta);
    });
  };
  EXPECT_THAT(vital(v1::METRIC_LCP, UINT32_MAX, 0), IsEmpty());
  EXPECT_THAT(vital(v1::METRIC_LCP, uint64_t{UINT32_MAX} + 1, 0), HasSubstr("vital.value"));
  EXPECT_THAT(vital(v1::METRIC_CLS, kMaxClsNano, 0), IsEmpty());
  EXPECT_THAT(vital(v1::METRIC_CLS, kMaxClsNano + 1, 0), HasSubstr("vital.value"));
  EXPECT_THAT(vital(v1::METRIC_CLS, 1, std::numeric_limits<int64_t>::min()),
              HasSubstr("vital.delta"));
}

TEST(ValidateTest, CorrectsAWrongRating) {
  v1::Beacon beacon = SampleBeacon();
  v1::Vital* vital = beacon.mutable_events(0)->mutable_vital();
  vital->set_value(25'000);
  vital->set_rating(v1::RATING_POOR);
  EXPECT_THAT(ValidateBeacon(&beacon), IsEmpty());
  EXPECT_EQ(vital->rating(), v1::RATING_GOOD) << "a value on the threshold has the better rating";
  vital->set_value(25'001);
  EXPECT_THAT(ValidateBeacon(&beacon), IsEmpty());
  EXPECT_EQ(vital->rating(), v1::RATING_NEEDS_IMPROVEMENT);
  vital->set_value(40'001);
  vital->set_rating(static_cast<v1::Rating>(77));
  EXPECT_THAT(ValidateBeacon(&beacon), IsEmpty());
  EXPECT_EQ(vital->rating(), v1::RATING_POOR);
}

TEST(ValidateTest, RefusesBeaconsThatCoverWhatIsNotYetSent) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->set_sequence(3);
                b->set_covers_entries_before(3);
              }),
              IsEmpty());
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->set_sequence(3);
                b->set_covers_entries_before(4);
              }),
              HasSubstr("covers_entries_before is 4"));
}

TEST(ValidateTest, RefusesShiftsThatAreNoScores) {
  EXPECT_THAT(Shift(0), IsEmpty());
  EXPECT_THAT(Shift(std::nan("")), HasSubstr("layout_shift.value is nan"));
  EXPECT_THAT(Shift(-0.1), HasSubstr("layout_shift.value is -0.1"));
  EXPECT_THAT(Shift(std::numeric_limits<double>::infinity()),
              HasSubstr("layout_shift.value is inf"));
  EXPECT_THAT(Shift(1000.5), HasSubstr("between 0 and 1000"));
}

TEST(ValidateTest, RefusesMoreSourcesThanABrowserGives) {
  EXPECT_THAT(Batch([](v1::EntryBatch* b) {
                auto* shift = b->mutable_entries(1)->mutable_layout_shift();
                while (shift->sources_size() < 6) shift->add_sources();
              }),
              HasSubstr("has 6 elements"));
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                auto* shift = b->add_events()->mutable_layout_shift();
                while (shift->sources_size() < 6) shift->add_sources();
              }),
              HasSubstr("has 6 elements"));
}

TEST(ValidateTest, RefusesConversionsWithTextsThatAreNoNames) {
  using Conversion = v1::Event::Conversion;
  const auto with = [](void (Conversion::*set_ref)(uint32_t), const std::string& text) {
    return Beacon([&](v1::Beacon* b) {
      b->add_strings(text);
      Conversion* conversion = b->add_events()->mutable_conversion();
      (conversion->*set_ref)(static_cast<uint32_t>(b->strings_size()));
    });
  };
  EXPECT_THAT(with(&Conversion::set_type_ref, std::string(64, 'a')), IsEmpty());
  EXPECT_THAT(with(&Conversion::set_type_ref, std::string(65, 'a')),
              HasSubstr("events[1].conversion.type_ref leads to 65 bytes"));
  EXPECT_THAT(with(&Conversion::set_id_ref, std::string(255, 'a')), IsEmpty());
  EXPECT_THAT(with(&Conversion::set_id_ref, std::string(256, 'a')),
              HasSubstr("events[1].conversion.id_ref leads to 256 bytes"));
  EXPECT_THAT(with(&Conversion::set_currency_ref, "EUR"), IsEmpty());
  EXPECT_THAT(with(&Conversion::set_currency_ref, ""), IsEmpty());
  for (const char* currency : {"EURO", "E1R", "€"}) {
    EXPECT_THAT(with(&Conversion::set_currency_ref, currency), HasSubstr("no currency"));
  }
  EXPECT_THAT(Beacon([](v1::Beacon* b) {
                b->add_events()->mutable_conversion()->set_type_ref(UINT32_MAX);
              }),
              HasSubstr("type_ref is 4294967295, but there are 3 strings"));
}

TEST(ValidateTest, RefusesABatchThatIsAnotherMessage) {
  EXPECT_THAT(Batch([](v1::EntryBatch* b) {
                b->clear_entries();
                b->add_entries();
              }),
              HasSubstr("/v1/beacon"));
}

TEST(ValidateTest, RefusesAnEmptyBatchAndTooManyPageViews) {
  EXPECT_THAT(Batch([](v1::EntryBatch* b) { b->clear_entries(); }), HasSubstr("entries is empty"));
  EXPECT_THAT(Batch([](v1::EntryBatch* b) {
                for (size_t i = 0; i < kPageViews; ++i) *b->add_entries() = b->entries(0);
              }),
              HasSubstr("more than 64 page views"));
}

TEST(ValidateTest, PassesOverWhatANewerAgentSays) {
  EXPECT_THAT(Beacon([](v1::Beacon* b) { b->add_events(); }), IsEmpty());
  EXPECT_THAT(Batch([](v1::EntryBatch* b) { b->add_entries(); }), IsEmpty());
}

}  // namespace
}  // namespace paceline::ingest
