// The core repeats the schema's numbers, because it does not link protobuf. Here the two are
// compared.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/types.h"
#include "core/behavior/click_rules.h"
#include "core/wire/beacon_writer.h"
#include "core/wire/entry.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/event.h"
#include "core/wire/fields.h"
#include "core/wire/message_table.h"
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
  EXPECT_EQ(static_cast<int>(Metric::kTti), v1::METRIC_TTI);
  EXPECT_EQ(kMetricSlots, v1::Metric_ARRAYSIZE);
  EXPECT_EQ(static_cast<int>(LoadState::kComplete), v1::LoadState_MAX);
  EXPECT_EQ(static_cast<int>(InteractionType::kKeyboard), v1::InteractionType_MAX);
  EXPECT_EQ(static_cast<int>(Error::Kind::kPolicy), v1::Error::Kind_MAX);
  EXPECT_EQ(static_cast<int>(Error::Kind::kResource), v1::Error::KIND_RESOURCE);
  EXPECT_EQ(static_cast<int>(ClickFlag::kInert), v1::Entry::ClickFlag_MAX);
  EXPECT_EQ(static_cast<int>(ClickFlag::kRepeats), v1::Entry::CLICK_FLAG_REPEATS);
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

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool Fits(FieldKind kind, const FieldDescriptor& field) {
  const bool is_ref = field.name().ends_with("_ref");
  switch (kind) {
    case FieldKind::kNone:
      return false;
    case FieldKind::kUint32:
      return (field.type() == FieldDescriptor::TYPE_UINT32 && !is_ref) ||
             field.type() == FieldDescriptor::TYPE_ENUM ||
             field.type() == FieldDescriptor::TYPE_BOOL;
    case FieldKind::kOptional:
      return field.has_optional_keyword();
    case FieldKind::kTime:
      return field.name() == "at_100us" && field.number() == 1;
    case FieldKind::kRef:
      return field.type() == FieldDescriptor::TYPE_UINT32 && is_ref;
    case FieldKind::kUint64:
      return field.type() == FieldDescriptor::TYPE_UINT64 ||
             field.type() == FieldDescriptor::TYPE_SINT64;
    case FieldKind::kSint32:
      return field.type() == FieldDescriptor::TYPE_SINT32;
    case FieldKind::kBool:
      return field.type() == FieldDescriptor::TYPE_BOOL;
    case FieldKind::kDouble:
      return field.type() == FieldDescriptor::TYPE_DOUBLE;
    case FieldKind::kFixed32:
      return field.type() == FieldDescriptor::TYPE_FIXED32;
    case FieldKind::kBytes:
      return !field.is_repeated() && (field.type() == FieldDescriptor::TYPE_STRING ||
                                      field.type() == FieldDescriptor::TYPE_BYTES ||
                                      field.type() == FieldDescriptor::TYPE_MESSAGE);
    case FieldKind::kRefs:
      return field.is_repeated() && field.name().ends_with("_refs");
    default:
      return field.type() == FieldDescriptor::TYPE_MESSAGE;
  }
}

// Every field of the message stands in the table, as what it is; unless `whole`, some do not.
void ExpectTable(MessageTable table, const Descriptor* message, bool whole = true) {
  ASSERT_FALSE(table.empty()) << message->full_name();
  int fields = 0;
  for (size_t i = 0; i < table.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    const FieldDescriptor* described = message->FindFieldByNumber(number);
    if (table[i].kind == FieldKind::kNone) {
      EXPECT_TRUE(described == nullptr || !whole) << message->full_name() << " " << number;
      continue;
    }
    ++fields;
    ASSERT_NE(described, nullptr) << message->full_name() << " " << number;
    EXPECT_TRUE(Fits(table[i].kind, *described)) << described->full_name();
    if (table[i].kind >= kFirstMessageKind) {
      ExpectTable(TableOf(table[i].kind), described->message_type());
    }
  }
  if (whole) {
    EXPECT_EQ(fields, message->field_count()) << message->full_name();
  }
}

TEST(SchemaTest, HasATableForEveryEntry) {
  const Descriptor* entries = v1::Entry::descriptor();
  for (int i = 0; i < entries->field_count(); ++i) {
    const FieldDescriptor* kind = entries->field(i);
    ExpectTable(TableOf(static_cast<EntryField>(kind->number())), kind->message_type());
  }
  EXPECT_TRUE(TableOf(EntryField::kUnknown).empty());
  EXPECT_TRUE(TableOf(static_cast<EntryField>(12)).empty());
  EXPECT_TRUE(TableOf(static_cast<EntryField>(35)).empty());
  EXPECT_TRUE(TableOf(static_cast<EntryField>(UINT32_MAX >> 3)).empty());
}

TEST(SchemaTest, HasATableForEveryEvent) {
  const Descriptor* events = v1::Event::descriptor();
  for (int i = 0; i < events->field_count(); ++i) {
    const FieldDescriptor* kind = events->field(i);
    // A vital is written by parts.
    if (kind->message_type() == nullptr || kind->number() == v1::Event::kVitalFieldNumber) continue;
    // The collector makes these of calls.
    if (kind->number() >= v1::Event::kActionFieldNumber &&
        kind->number() <= v1::Event::kConversionFieldNumber) {
      continue;
    }
    ExpectTable(TableOf(static_cast<EventField>(kind->number())), kind->message_type());
    if (kind->number() >= static_cast<int>(kFirstPassedOn)) {
      EXPECT_EQ(kind->message_type(),
                v1::Entry::descriptor()->FindFieldByNumber(kind->number())->message_type());
    }
  }
}

TEST(SchemaTest, HasTheTablesOfTheOtherMessages) {
  ExpectTable(TableOf<BatchHeader>(), v1::EntryBatch::descriptor(), false);
  ExpectTable(TableOf<Device>(), v1::Context::descriptor());
  ExpectTable(TableOf<BehaviorRules>(), v1::BehaviorRules::descriptor());
  ExpectTable(TableOf<Script>(), v1::LongAnimationFrame::Script::descriptor());
  ExpectTable(TableOf<LayoutShiftSource>(), v1::Entry::LayoutShiftSource::descriptor());
  ExpectTable(TableOf<PageViewHeader>(), v1::PageView::descriptor());
  ExpectTable(TableOf<BeaconHeader>(), v1::Beacon::descriptor(), false);
  ExpectTable(TableOf<VitalEvent>(), v1::Vital::descriptor(), false);
  ExpectTable(TableOf(VitalField::kLcp), v1::Vital::LcpAttribution::descriptor());
  ExpectTable(TableOf(VitalField::kCls), v1::Vital::ClsAttribution::descriptor());
  ExpectTable(TableOf(VitalField::kInteraction), v1::Vital::InteractionAttribution::descriptor());
  ExpectTable(TableOf(VitalField::kFcp), v1::Vital::FcpAttribution::descriptor());
  ExpectTable(TableOf(VitalField::kTtfb), v1::Vital::TtfbAttribution::descriptor());
  EXPECT_TRUE(TableOf(Attribution::kNone).empty());
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
                                   {F::kKeptUnsampled, "kept_unsampled"},
                                   {F::kRules, "rules"}});
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
  using C = CallField;
  ExpectFields<v1::Event::Call, C>({{C::kLcp, "lcp_100us"},
                                    {C::kInp, "inp_100us"},
                                    {C::kFid, "fid_100us"},
                                    {C::kClsNano, "cls_nano"},
                                    {C::kLoad, "load_100us"}});
  using V = VitalField;
  ExpectFields<v1::Vital, V>({{V::kMetric, "metric"},
                              {V::kValue, "value"},
                              {V::kDelta, "delta"},
                              {V::kRating, "rating"},
                              {V::kEntryCount, "entry_count"},
                              {V::kLcp, "lcp"},
                              {V::kCls, "cls"},
                              {V::kInteraction, "interaction"},
                              {V::kFcp, "fcp"},
                              {V::kTtfb, "ttfb"}});
}

}  // namespace
}  // namespace paceline::core
