#include "collector/store/record_view.h"

#include <string>

#include "collector/store/content_hash.h"
#include "gtest/gtest.h"
#include "tests/unit/collector/store/record_builder.h"

namespace paceline::store {
namespace {

// A field of each wire type, with a number that fits one byte.
std::string Field(uint32_t number, uint32_t wire_type) {
  std::string bytes(1, static_cast<char>(number << 3 | wire_type));
  switch (wire_type) {
    case 0:
      bytes.append(1, '\x01');
      break;
    case 1:
      bytes.append(8, '\x01');
      break;
    case 5:
      bytes.append(4, '\x01');
      break;
    default:
      bytes.append("\x02\x08\x01");
  }
  return bytes;
}

std::string Message(uint32_t number, const std::string& content) {
  std::string bytes(1, static_cast<char>(number << 3 | 2));
  for (size_t size = content.size(); size >= 0x80; size >>= 7) {
    bytes += static_cast<char>((size & 0x7f) | 0x80);
  }
  size_t last = content.size();
  while (last >= 0x80) last >>= 7;
  bytes += static_cast<char>(last);
  return bytes + content;
}

TEST(RecordView, ReadsWhatFoldingNeeds) {
  const std::string bytes =
      BeaconBuilder(7, 8, 9).Vital(v1::METRIC_LCP, 12).Covers(3).Build().SerializeAsString();
  RecordView view;
  ASSERT_TRUE(ReadRecord(bytes, &view));
  EXPECT_EQ(view.payload, RecordView::Payload::kBeacon);
  EXPECT_EQ(view.site, "academy");
  EXPECT_EQ(view.session_id, SessionId(7));
  EXPECT_EQ(view.document_id, DocumentId(8));
  EXPECT_EQ(view.sequence, 9u);
  EXPECT_EQ(view.covers_entries_before, 3u);
  EXPECT_EQ(view.received_unix_ms, kNoon + 600'000);
  EXPECT_EQ(view.page_groups, std::vector<std::string_view>{"home"});
  ASSERT_EQ(view.page_views.size(), 1u);
  ASSERT_EQ(view.events.size(), 1u);
  EXPECT_EQ(view.events[0].kind, static_cast<uint32_t>(v1::Event::kVital));
}

constexpr uint32_t kWireTypes[] = {0, 1, 2, 5};

// As protobuf does: such a field is unknown, and what is around it counts.
TEST(RecordView, PassesOverFieldsOfAnotherWireType) {
  const v1::JournalRecord record = BeaconBuilder(1, 1, 0).Build();
  for (uint32_t number = 1; number <= 12; ++number) {
    for (const uint32_t wire_type : kWireTypes) {
      const bool is_payload = number >= 7 && number <= 9 && wire_type == 2;
      const std::string bytes = record.SerializeAsString() + Field(number, wire_type);
      v1::JournalRecord parsed;
      if (is_payload || !parsed.ParseFromString(bytes)) continue;
      RecordView view;
      ASSERT_TRUE(ReadRecord(bytes, &view)) << number << " " << wire_type;
      EXPECT_EQ(view.received_unix_ms, parsed.received_unix_ms()) << number << " " << wire_type;
      EXPECT_EQ(view.clock_offset_ms, parsed.clock_offset_ms()) << number << " " << wire_type;
      EXPECT_EQ(view.content_hash, parsed.content_hash()) << number << " " << wire_type;
      EXPECT_EQ(view.weight_micro, parsed.weight_micro()) << number << " " << wire_type;
      EXPECT_EQ(view.page_groups.size(), static_cast<size_t>(parsed.page_groups_size()));
    }
  }
}

TEST(RecordView, PassesOverThemInABeaconItsPageViewsAndItsEvents) {
  const std::string head = BeaconBuilder(1, 1, 0).Build().beacon().SerializeAsString();
  for (uint32_t number = 1; number <= 12; ++number) {
    for (const uint32_t wire_type : kWireTypes) {
      const std::string field = Field(number, wire_type);
      const std::string page_view = Message(11, field);
      const std::string event = Message(12, field);
      for (const std::string& added : {field, page_view, event}) {
        const std::string bytes = Message(7, head + added);
        v1::JournalRecord parsed;
        RecordView view;
        if (!parsed.ParseFromString(bytes)) continue;
        ASSERT_TRUE(ReadRecord(bytes, &view)) << number << " " << wire_type;
        EXPECT_EQ(view.sequence, parsed.beacon().sequence()) << number << " " << wire_type;
        EXPECT_EQ(view.origin_unix_ms, parsed.beacon().origin_unix_ms());
        EXPECT_EQ(view.covers_entries_before, parsed.beacon().covers_entries_before());
        ASSERT_EQ(view.page_views.size(), static_cast<size_t>(parsed.beacon().page_views_size()));
        EXPECT_EQ(view.page_views.back().index, parsed.beacon().page_views().rbegin()->index());
        ASSERT_EQ(view.events.size(), static_cast<size_t>(parsed.beacon().events_size()));
        if (view.events.empty()) continue;
        EXPECT_EQ(view.events.back().at_100us, parsed.beacon().events().rbegin()->at_100us());
      }
    }
  }
}

TEST(RecordView, RefusesWhatIsTorn) {
  const std::string bytes = BeaconBuilder(1, 1, 0).Build().SerializeAsString();
  RecordView view;
  EXPECT_FALSE(ReadRecord(bytes.substr(0, bytes.size() - 1), &view));
  EXPECT_FALSE(ReadRecord("", &view));
}

TEST(RecordView, HashesABeaconThatHasNoHashOfItsOwn) {
  v1::JournalRecord record = BeaconBuilder(1, 1, 0).Hash(5).Build();
  RecordView view;
  std::string bytes = record.SerializeAsString();
  ASSERT_TRUE(ReadRecord(bytes, &view));
  EXPECT_EQ(view.content_hash, 5u);
  record.clear_content_hash();
  bytes = record.SerializeAsString();
  ASSERT_TRUE(ReadRecord(bytes, &view));
  EXPECT_EQ(view.content_hash, ContentHash(record.beacon().SerializeAsString()));
}

// What is on disk is decided by it.
TEST(RecordView, HashesAsItAlwaysHas) {
  EXPECT_EQ(ContentHash("paceline"), 8827687833096648151u);
  EXPECT_EQ(ContentHash("paceline", 1), 6556374513843982600u);
}

}  // namespace
}  // namespace paceline::store
