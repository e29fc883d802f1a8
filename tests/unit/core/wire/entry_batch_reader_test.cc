#include "core/wire/entry_batch_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "core/wire/entry_batch_check.h"
#include "core/wire/message_codec.h"
#include "paceline/v1/beacon.pb.h"
#include "tests/unit/core/testing/entry_batch_builder.h"

namespace paceline::core {
namespace {

using testing::EntryBatchBuilder;

EntryBatchView Read(const std::string& bytes) {
  EXPECT_TRUE(IsEntryBatch(bytes));
  EntryBatchView batch;
  ReadEntryBatch(bytes, &batch);
  return batch;
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
  const EntryBatchView batch = Read(bytes);
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
  const EntryBatchView batch = Read(bytes);
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

TEST(EntryBatchReaderTest, AcceptsStringsBehindTheEntriesThatNameThem) {
  EntryBatchBuilder entries_first;
  entries_first.Click(1, 0, 0, "a#late");
  entries_first.message().clear_strings();
  v1::EntryBatch strings_last;
  strings_last.add_strings("a#late");
  const std::string bytes = entries_first.Serialize() + strings_last.SerializeAsString();
  const EntryBatchView batch = Read(bytes);
  EXPECT_EQ(StringOf(batch, EntryAt<Click>(batch, 0).target_ref), "a#late");
}

TEST(EntryBatchReaderTest, PassesOverWhatALaterVersionMayAdd) {
  EntryBatchBuilder builder;
  builder.Click(1);
  const std::string unknown_entry("\x5a\x04\xfa\x02\x01x", 6);  // entries { field 47: "x" }
  const std::string unknown_field("\xa0\x06\x05", 3);           // field 100: 5
  const std::string bytes = builder.Serialize() + unknown_entry + unknown_field;
  const EntryBatchView batch = Read(bytes);
  ASSERT_EQ(batch.entries.size(), 2u);
  EXPECT_EQ(batch.entries[1].kind, EntryField::kUnknown);
}

}  // namespace
}  // namespace paceline::core
