// What authorizing, enriching and deciding need to know of a Beacon or EntryBatch. The scanner
// reads it off the bytes (plain_scan.h), SummaryOf off a message, and nobody behind them can tell
// which.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::ingest {

// Refers to the bytes or the message that it was made of.
struct Summary {
  struct Tag {
    std::string_view key;
    std::string_view value;
  };
  struct PageView {
    // Of an EntryBatch, whose page views have no numbers, their order.
    uint32_t index = 0;
    std::string_view url;
  };

  std::string_view site;
  std::string_view session_id;
  std::string_view document_id;
  uint32_t sequence = 0;
  uint64_t origin_unix_ms = 0;
  uint64_t sent_unix_ms = 0;
  uint32_t sample_rate_ppm = 0;
  bool kept_unsampled = false;
  // Something in it must not be lost, whatever the sample: every conversion counts.
  bool has_conversion = false;

  // Of the context.
  uint32_t device_memory_mib = 0;
  uint32_t hardware_concurrency = 0;
  uint32_t max_touch_points = 0;
  v1::EffectiveConnectionType connection = v1::EFFECTIVE_CONNECTION_TYPE_UNSPECIFIED;
  std::string_view release;
  std::vector<Tag> tags;

  // In the message's order.
  std::vector<PageView> page_views;

  // As new, but for the room of its lists.
  void Clear() {
    Summary empty;
    empty.tags.swap(tags);
    empty.page_views.swap(page_views);
    empty.tags.clear();
    empty.page_views.clear();
    *this = std::move(empty);
  }
};

// Both messages are valid (validate.h).
Summary SummaryOf(const v1::Beacon& beacon);
Summary SummaryOf(const v1::EntryBatch& batch);

// The last value of `key` among the tags; empty when there is none.
std::string_view TagOf(const Summary& summary, std::string_view key);

}  // namespace paceline::ingest
