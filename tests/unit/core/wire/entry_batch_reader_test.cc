#include "core/wire/entry_batch_reader.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "core/base/limits.h"
#include "core/wire/message_codec.h"
#include "paceline/v1/beacon.pb.h"
#include "tests/unit/core/testing/entry_batch_builder.h"

namespace paceline::core {
namespace {

using testing::EntryBatchBuilder;

DecodeStatus Decode(const std::string& bytes, EntryBatchView* batch) {
  return DecodeEntryBatch(bytes, kMaxEntriesPerDocument, batch);
}

DecodeStatus DecodeOnly(EntryBatchBuilder& builder) {
  EntryBatchView batch;
  const std::string bytes = builder.Serialize();
  return Decode(bytes, &batch);
}

// The entry of that index, taken apart.
template <typename Struct>
Struct EntryAt(const EntryBatchView& batch, size_t index) {
  Struct fields;
  Bytes copy;
  const EntryView& entry = batch.entries[index];
  EXPECT_TRUE(DecodeMessage(entry.message, TableOf(entry.kind), {}, &fields, &copy));
  return fields;
}

std::string StringOf(const EntryBatchView& batch, uint32_t ref) {
  return ref == 0 ? "" : std::string(batch.strings[ref - 1]);
}

TEST(EntryBatchReaderTest, ReadsTheHeader) {
  EntryBatchBuilder builder;
  builder.InteractionCount(17).SampleRatePpm(250'000).KeptUnsampled();
  builder.message().set_sent_unix_ms(testing::kOriginUnixMs + 4321);
  auto* context = builder.message().mutable_context();
  context->set_device_memory_mib(8192);
  context->set_save_data(true);
  context->set_viewport_width(390);
  context->set_release_ref(builder.Ref("2.1.0"));
  builder.message().mutable_rules()->set_rage_clicks(5);
  const std::string bytes = builder.Serialize();
  EntryBatchView batch;
  ASSERT_EQ(Decode(bytes, &batch), DecodeStatus::kOk);
  const BatchHeader& header = batch.header;
  EXPECT_EQ(header.site, "academy");
  EXPECT_EQ(header.session_id, "0123456789abcdef");
  EXPECT_EQ(header.document_id, "01234567");
  EXPECT_EQ(header.origin_unix_ms, testing::kOriginUnixMs);
  EXPECT_EQ(header.sent_unix_ms, testing::kOriginUnixMs + 4321);
  EXPECT_EQ(header.sample_rate_ppm, 250'000u);
  EXPECT_EQ(header.interaction_count, 17u);
  EXPECT_TRUE(header.kept_unsampled);
  v1::Context read;
  ASSERT_TRUE(read.ParseFromString(std::string(header.context)));
  EXPECT_EQ(read.viewport_width(), 390u);
  v1::BehaviorRules rules;
  ASSERT_TRUE(rules.ParseFromString(std::string(header.rules)));
  EXPECT_EQ(rules.rage_clicks(), 5u);
}

TEST(EntryBatchReaderTest, ReadsEveryKindOfEntry) {
  EntryBatchBuilder builder;
  builder.PageViewStart(9000, v1::NAVIGATION_TYPE_BACK_FORWARD_CACHE, "/lesson")
      .HiddenBefore(12)
      .ActivatedAt(34)
      .InteractionsBefore(5)
      .Unmeasurable(1u << v1::METRIC_CLS)
      .Navigation(123.4)
      .FirstContentfulPaint(234.5)
      .LargestContentfulPaint(345.6, "img.hero", 777, "/hero.jpg")
      .LayoutShift(456.7, 0.125, {"div.banner", "p"}, true)
      .FirstInput(567.8, 1.5, 104, 4242)
      .Visibility(678.9, true)
      .UserInput(789.1)
      .Click(890.2, -3, 44, "a#next");
  const std::string bytes = builder.Serialize();
  EntryBatchView batch;
  ASSERT_EQ(Decode(bytes, &batch), DecodeStatus::kOk);
  ASSERT_EQ(batch.entries.size(), 9u);

  const auto start = EntryAt<PageViewStart>(batch, 0);
  EXPECT_EQ(start.start_100us, 90'000u);
  EXPECT_EQ(start.navigation_type, NavigationType::kBackForwardCache);
  EXPECT_EQ(StringOf(batch, start.url_ref), "/lesson");
  EXPECT_EQ(start.first_hidden_100us_plus_1, 121u);
  EXPECT_EQ(start.activation_start_100us, 340u);
  EXPECT_EQ(start.interaction_count, 5u);
  EXPECT_EQ(start.unmeasurable_metrics, 1u << 3);
  EXPECT_EQ(EntryAt<Navigation>(batch, 1).response_start_100us, 1'234u);
  EXPECT_EQ(EntryAt<Paint>(batch, 2).kind, Paint::Kind::kFirstContentfulPaint);
  EXPECT_EQ(EntryAt<Paint>(batch, 2).start_100us, 2'345u);
  const auto lcp = EntryAt<LargestContentfulPaint>(batch, 3);
  EXPECT_EQ(lcp.start_100us, 3'456u);
  EXPECT_EQ(lcp.size_px, 777u);
  EXPECT_EQ(StringOf(batch, lcp.target_ref), "img.hero");
  EXPECT_EQ(StringOf(batch, lcp.url_ref), "/hero.jpg");
  const auto shift = EntryAt<LayoutShift>(batch, 4);
  EXPECT_EQ(shift.start_100us, 4'567u);
  EXPECT_EQ(shift.value, 0.125);
  EXPECT_TRUE(shift.had_recent_input);
  const auto timing = EntryAt<EventTiming>(batch, 5);
  EXPECT_EQ(StringOf(batch, timing.name_ref), "pointerdown");
  EXPECT_EQ(timing.start_100us, 5'678u);
  EXPECT_EQ(timing.duration_100us, 1'040u);
  EXPECT_EQ(timing.processing_start_100us, 15u);
  EXPECT_EQ(timing.processing_duration_100us, 520u);
  EXPECT_EQ(timing.interaction_id, 4'242u);
  EXPECT_TRUE(timing.first_input);
  EXPECT_EQ(EntryAt<VisibilityChange>(batch, 6).at_100us, 6'789u);
  EXPECT_TRUE(EntryAt<VisibilityChange>(batch, 6).hidden);
  EXPECT_EQ(EntryAt<UserInput>(batch, 7).at_100us, 7'891u);
  const auto click = EntryAt<Click>(batch, 8);
  EXPECT_EQ(click.at_100us, 8'902u);
  EXPECT_EQ(click.x, -3);
  EXPECT_EQ(click.y, 44);
  EXPECT_EQ(StringOf(batch, click.target_ref), "a#next");
}

TEST(EntryBatchReaderTest, RefusesEveryPrefixThatCutsAField) {
  EntryBatchBuilder builder;
  builder.PageViewStart().LayoutShift(1, 0.5, {"div"});
  const std::string bytes = builder.Serialize();
  int refused = 0;
  for (size_t length = 0; length < bytes.size(); ++length) {
    EntryBatchView batch;
    refused += Decode(bytes.substr(0, length), &batch) == DecodeStatus::kMalformed ? 1 : 0;
  }
  // A prefix that ends between two top-level fields is a message of its own; it has all ids only
  // behind the third.
  EXPECT_GT(refused, static_cast<int>(bytes.size()) - 12);
}

TEST(EntryBatchReaderTest, RefusesIdsOfTheWrongLength) {
  EntryBatchBuilder short_session;
  short_session.message().set_session_id("0123456789abcde");
  EXPECT_EQ(DecodeOnly(short_session), DecodeStatus::kMalformed);
  EntryBatchBuilder long_document;
  long_document.message().set_document_id("012345678");
  EXPECT_EQ(DecodeOnly(long_document), DecodeStatus::kMalformed);
  EntryBatchBuilder no_site;
  no_site.message().clear_site();
  EXPECT_EQ(DecodeOnly(no_site), DecodeStatus::kMalformed);
  EntryBatchBuilder long_site;
  long_site.message().set_site(std::string(kMaxSiteBytes + 1, 's'));
  EXPECT_EQ(DecodeOnly(long_site), DecodeStatus::kMalformed);
}

TEST(EntryBatchReaderTest, RefusesReferencesOutsideTheTable) {
  EntryBatchBuilder builder;
  builder.Click(1, 0, 0, "a");
  EXPECT_EQ(DecodeOnly(builder), DecodeStatus::kOk);
  builder.message().mutable_entries(0)->mutable_click()->set_target_ref(2);
  EXPECT_EQ(DecodeOnly(builder), DecodeStatus::kMalformed);
  EntryBatchBuilder context;
  context.message().mutable_context()->set_language_ref(1);
  EXPECT_EQ(DecodeOnly(context), DecodeStatus::kMalformed);
}

TEST(EntryBatchReaderTest, AcceptsStringsBehindTheEntriesThatNameThem) {
  EntryBatchBuilder entries_first;
  entries_first.Click(1, 0, 0, "a#late");
  entries_first.message().clear_strings();
  v1::EntryBatch strings_last;
  strings_last.add_strings("a#late");
  const std::string bytes = entries_first.Serialize() + strings_last.SerializeAsString();
  EntryBatchView batch;
  ASSERT_EQ(Decode(bytes, &batch), DecodeStatus::kOk);
  EXPECT_EQ(StringOf(batch, EntryAt<Click>(batch, 0).target_ref), "a#late");
}

TEST(EntryBatchReaderTest, RefusesStringsThatProtobufWouldRefuse) {
  EntryBatchBuilder builder;
  // As bytes: the protobuf library complains when it writes such a string.
  const std::string bytes = builder.Serialize() + std::string("\x4a\x02\xc3\x28", 4);
  EntryBatchView batch;
  EXPECT_EQ(Decode(bytes, &batch), DecodeStatus::kMalformed);
}

TEST(EntryBatchReaderTest, RefusesScoresThatNoLayoutShiftHas) {
  for (const double value : {-0.1, 1001.0, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    EntryBatchBuilder builder;
    builder.LayoutShift(1, value);
    EXPECT_EQ(DecodeOnly(builder), DecodeStatus::kMalformed) << value;
  }
}

TEST(EntryBatchReaderTest, RefusesMalformedMessagesInAnEntry) {
  EntryBatchBuilder builder;
  builder.Click(1);
  const std::string bytes = builder.Serialize();
  // entries { error { attributes: <a cut message> } }
  const std::string entry("\x5a\x07\xa2\x01\x04\x52\x02\x08\x80", 9);
  EntryBatchView batch;
  EXPECT_EQ(Decode(bytes + entry, &batch), DecodeStatus::kMalformed);
}

TEST(EntryBatchReaderTest, RefusesReferencesOutsideTheTableInMessagesOfAnEntry) {
  EntryBatchBuilder error;
  error.message().add_entries()->mutable_error()->add_attributes()->set_value_ref(1);
  EXPECT_EQ(DecodeOnly(error), DecodeStatus::kMalformed);
  EntryBatchBuilder call;
  call.message().add_entries()->mutable_call()->add_argument_refs(1);
  EXPECT_EQ(DecodeOnly(call), DecodeStatus::kMalformed);
  EntryBatchBuilder tags;
  tags.message().mutable_context()->add_tag_refs(1);
  EXPECT_EQ(DecodeOnly(tags), DecodeStatus::kMalformed);
  tags.Ref("audience");
  EXPECT_EQ(DecodeOnly(tags), DecodeStatus::kOk);
}

TEST(EntryBatchReaderTest, PassesOverWhatALaterVersionMayAdd) {
  EntryBatchBuilder builder;
  builder.Click(1);
  const std::string unknown_entry("\x5a\x04\xfa\x02\x01x", 6);  // entries { field 47: "x" }
  const std::string unknown_field("\xa0\x06\x05", 3);           // field 100: 5
  const std::string bytes = builder.Serialize() + unknown_entry + unknown_field;
  EntryBatchView batch;
  ASSERT_EQ(Decode(bytes, &batch), DecodeStatus::kOk);
  ASSERT_EQ(batch.entries.size(), 2u);
  EXPECT_EQ(batch.entries[1].kind, EntryField::kUnknown);
}

TEST(EntryBatchReaderTest, SaysWhenThereAreTooManyEntries) {
  EntryBatchBuilder builder;
  builder.UserInput(1).UserInput(2).UserInput(3);
  const std::string bytes = builder.Serialize();
  EntryBatchView batch;
  EXPECT_EQ(DecodeEntryBatch(bytes, 3, &batch), DecodeStatus::kOk);
  EXPECT_EQ(DecodeEntryBatch(bytes, 2, &batch), DecodeStatus::kTooManyEntries);
}

}  // namespace
}  // namespace paceline::core
