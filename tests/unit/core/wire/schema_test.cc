// The core repeats the schema's numbers, because it does not link protobuf. Here the two are
// compared.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/types.h"
#include "core/wire/entry.h"
#include "core/wire/fields.h"
#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::core {
namespace {

template <typename Field>
using Named = std::vector<std::pair<Field, std::string>>;

template <typename Message, typename Field>
void ExpectFields(const Named<Field>& fields) {
  for (const auto& [number, name] : fields) {
    const auto* field = Message::descriptor()->FindFieldByName(name);
    ASSERT_NE(field, nullptr) << Message::descriptor()->full_name() << "." << name;
    EXPECT_EQ(field->number(), static_cast<int>(number)) << name;
  }
}

TEST(SchemaTest, HasTheNumbersOfTheEnumerations) {
  EXPECT_EQ(static_cast<int>(Metric::kLcp), v1::METRIC_LCP);
  EXPECT_EQ(static_cast<int>(Metric::kInp), v1::METRIC_INP);
  EXPECT_EQ(static_cast<int>(Metric::kCls), v1::METRIC_CLS);
  EXPECT_EQ(static_cast<int>(Metric::kFcp), v1::METRIC_FCP);
  EXPECT_EQ(static_cast<int>(Metric::kTtfb), v1::METRIC_TTFB);
  EXPECT_EQ(static_cast<int>(Metric::kFid), v1::METRIC_FID);
  EXPECT_EQ(kMetricSlots, v1::Metric_ARRAYSIZE);
  EXPECT_EQ(static_cast<int>(Rating::kGood), v1::RATING_GOOD);
  EXPECT_EQ(static_cast<int>(Rating::kNeedsImprovement), v1::RATING_NEEDS_IMPROVEMENT);
  EXPECT_EQ(static_cast<int>(Rating::kPoor), v1::RATING_POOR);
  EXPECT_EQ(static_cast<int>(NavigationType::kNavigate), v1::NAVIGATION_TYPE_NAVIGATE);
  EXPECT_EQ(static_cast<int>(NavigationType::kBackForwardCache),
            v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE);
  EXPECT_EQ(static_cast<int>(NavigationType::kRoute), v1::NavigationType_MAX);
  EXPECT_EQ(static_cast<int>(Paint::Kind::kFirstContentfulPaint),
            v1::Entry::Paint::KIND_FIRST_CONTENTFUL_PAINT);
  EXPECT_EQ(static_cast<int>(Paint::Kind::kRestored), v1::Entry::Paint::Kind_MAX);
}

TEST(SchemaTest, HasTheNumbersOfTheEntryBatchsFields) {
  using F = EntryBatchField;
  ExpectFields<v1::EntryBatch, F>({{F::kSite, "site"},
                                   {F::kSessionId, "session_id"},
                                   {F::kDocumentId, "document_id"},
                                   {F::kSequence, "sequence"},
                                   {F::kOriginUnixMs, "origin_unix_ms"},
                                   {F::kSentUnixMs, "sent_unix_ms"},
                                   {F::kSampleRatePpm, "sample_rate_ppm"},
                                   {F::kInteractionCount, "interaction_count"},
                                   {F::kStrings, "strings"},
                                   {F::kContext, "context"},
                                   {F::kEntries, "entries"},
                                   {F::kKeptUnsampled, "kept_unsampled"}});
}

TEST(SchemaTest, HasTheNumbersOfTheEntriesFields) {
  using E = EntryField;
  ExpectFields<v1::Entry, E>({{E::kPageViewStart, "page_view_start"},
                              {E::kNavigation, "navigation"},
                              {E::kPaint, "paint"},
                              {E::kLargestContentfulPaint, "largest_contentful_paint"},
                              {E::kLayoutShift, "layout_shift"},
                              {E::kEventTiming, "event_timing"},
                              {E::kVisibilityChange, "visibility_change"},
                              {E::kUserInput, "user_input"},
                              {E::kClick, "click"}});
  using S = PageViewStartField;
  ExpectFields<v1::Entry::PageViewStart, S>({{S::kStart, "start_100us"},
                                             {S::kNavigationType, "navigation_type"},
                                             {S::kUrl, "url_ref"},
                                             {S::kReferrer, "referrer_ref"},
                                             {S::kActivationStart, "activation_start_100us"},
                                             {S::kFirstHiddenPlus1, "first_hidden_100us_plus_1"},
                                             {S::kInteractionCount, "interaction_count"},
                                             {S::kUnmeasurableMetrics, "unmeasurable_metrics"}});
  using T = EventTimingField;
  ExpectFields<v1::Entry::EventTiming, T>({{T::kName, "name_ref"},
                                           {T::kStart, "start_100us"},
                                           {T::kDuration, "duration_100us"},
                                           {T::kProcessingStart, "processing_start_100us"},
                                           {T::kProcessingDuration, "processing_duration_100us"},
                                           {T::kInteractionId, "interaction_id"},
                                           {T::kTarget, "target_ref"},
                                           {T::kFirstInput, "first_input"}});
  using L = LayoutShiftField;
  ExpectFields<v1::Entry::LayoutShift, L>({{L::kStart, "start_100us"},
                                           {L::kValue, "value"},
                                           {L::kHadRecentInput, "had_recent_input"},
                                           {L::kSources, "sources"}});
}

TEST(SchemaTest, HasTheNumbersOfTheBeaconsFields) {
  using B = BeaconField;
  ExpectFields<v1::Beacon, B>({{B::kSite, "site"},
                               {B::kSessionId, "session_id"},
                               {B::kDocumentId, "document_id"},
                               {B::kSequence, "sequence"},
                               {B::kOriginUnixMs, "origin_unix_ms"},
                               {B::kSentUnixMs, "sent_unix_ms"},
                               {B::kSampleRatePpm, "sample_rate_ppm"},
                               {B::kCoversEntriesBefore, "covers_entries_before"},
                               {B::kStrings, "strings"},
                               {B::kContext, "context"},
                               {B::kPageViews, "page_views"},
                               {B::kEvents, "events"},
                               {B::kKeptUnsampled, "kept_unsampled"}});
  using E = EventField;
  ExpectFields<v1::Event, E>({{E::kPageView, "page_view"},
                              {E::kAt, "at_100us"},
                              {E::kVital, "vital"},
                              {E::kLayoutShift, "layout_shift"},
                              {E::kInteraction, "interaction"},
                              {E::kClick, "click"},
                              {E::kRageClick, "rage_click"},
                              {E::kVisibilityChange, "visibility_change"}});
}

}  // namespace
}  // namespace paceline::core
