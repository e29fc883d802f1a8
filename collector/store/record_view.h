// A stored record, read where it lies: what folding needs of its bytes, without a copy.
//
// A Beacon is read as far as its page views and events; of an EntryBatch and an ExternalConversion
// only who sent it, which is all that folding wants of most of them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "collector/store/store.h"

namespace paceline::store {

struct PageViewHeader {
  uint32_t index = 0;
  uint32_t start_100us = 0;
  int32_t navigation_type = 0;
  uint32_t url_ref = 0;
  uint32_t referrer_ref = 0;
};

// A v1::Event.
struct EventView {
  uint32_t page_view = 0;
  uint32_t at_100us = 0;
  // v1::Event::EventCase.
  uint32_t kind = 0;
  // The serialized message of that kind.
  std::string_view body;
};

// Points into the bytes it was read from. Reading into the same object again keeps its memory.
struct RecordView {
  enum class Payload : uint8_t { kNone, kBeacon, kEntryBatch, kExternalConversion };

  uint64_t received_unix_ms = 0;
  int64_t clock_offset_ms = 0;
  // Of a Beacon without one: of its bytes, which are as they were received.
  uint64_t content_hash = 0;
  uint64_t weight_micro = 0;
  // A serialized v1::Dimensions.
  std::string_view dimensions;
  std::vector<std::string_view> page_groups;
  std::vector<std::string_view> stages;
  size_t bytes = 0;

  Payload payload = Payload::kNone;
  // The payload's own bytes.
  std::string_view payload_bytes;
  std::string_view site;
  std::string_view session_id;
  std::string_view document_id;
  uint32_t sequence = 0;
  uint64_t origin_unix_ms = 0;

  // Of a Beacon; strings and context of an EntryBatch too.
  uint32_t covers_entries_before = 0;
  std::vector<std::string_view> strings;
  // A serialized v1::Context.
  std::string_view context;
  std::vector<PageViewHeader> page_views;
  std::vector<EventView> events;

  bool external() const { return payload == Payload::kExternalConversion; }
  // Empty when there is no such string.
  std::string_view Text(uint32_t ref) const {
    return ref > 0 && ref <= strings.size() ? strings[ref - 1] : std::string_view();
  }
};

// False when `bytes`, a serialized v1::JournalRecord, cannot be read.
bool ReadRecord(std::string_view bytes, RecordView* view);

// Whether `id` says who sent `bytes`.
bool IsIdOf(const BeaconId& id, std::string_view bytes);

}  // namespace paceline::store
