// Drives a PageMonitor and reads its Beacons with the real protobuf library.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/page_monitor.h"
#include "paceline/v1/beacon.pb.h"
#include "tests/unit/core/testing/entry_batch_builder.h"

namespace paceline::core::testing {

class MonitorDriver {
 public:
  ConsumeStatus Consume(const EntryBatchBuilder& batch) {
    return monitor_.Consume(batch.Serialize());
  }

  // What a flush at `at_ms` of the document's time gives; an empty Beacon when there is nothing to
  // say.
  v1::Beacon Flush(double at_ms = 0, uint32_t covers_entries_before = 0) {
    FlushOptions options;
    options.sequence = sequence_++;
    options.sent_unix_ms = kOriginUnixMs + static_cast<uint64_t>(at_ms);
    options.covers_entries_before = covers_entries_before;
    Bytes bytes;
    v1::Beacon beacon;
    const bool said = monitor_.Flush(options, &bytes);
    EXPECT_EQ(said, !bytes.empty());
    EXPECT_TRUE(beacon.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return beacon;
  }

  PendingWork Pending() const { return monitor_.Pending(); }
  PageMonitor& monitor() { return monitor_; }

 private:
  PageMonitor monitor_;
  uint32_t sequence_ = 0;
};

// The vital in a Beacon; nullopt when it has none of that page view.
inline std::optional<v1::Vital> VitalOf(const v1::Beacon& beacon, v1::Metric metric,
                                        uint32_t page_view = 0) {
  for (const v1::Event& event : beacon.events()) {
    if (event.page_view() == page_view && event.vital().metric() == metric) return event.vital();
  }
  return std::nullopt;
}

// Value of a vital in a Beacon; nullopt when it has none.
inline std::optional<uint64_t> ValueOf(const v1::Beacon& beacon, v1::Metric metric,
                                       uint32_t page_view = 0) {
  const auto vital = VitalOf(beacon, metric, page_view);
  return vital ? std::optional<uint64_t>(vital->value()) : std::nullopt;
}

inline std::vector<v1::Event> EventsOf(const v1::Beacon& beacon, v1::Event::EventCase kind) {
  std::vector<v1::Event> events;
  for (const v1::Event& event : beacon.events()) {
    if (event.event_case() == kind) events.push_back(event);
  }
  return events;
}

inline std::string StringOf(const v1::Beacon& beacon, uint32_t ref) {
  return ref == 0 ? std::string() : beacon.strings().at(static_cast<int>(ref) - 1);
}

}  // namespace paceline::core::testing
