// Writes Beacons (proto/paceline/v1/beacon.proto) without the protobuf library.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/string_pool.h"
#include "core/wire/event.h"

namespace paceline::core {

struct BeaconHeader {
  std::string_view site;
  std::string_view session_id;
  std::string_view document_id;
  uint32_t sequence = 0;
  uint32_t sample_rate_ppm = 0;
  uint32_t covers_entries_before = 0;
  uint64_t origin_unix_ms = 0;
  uint64_t sent_unix_ms = 0;
};

// Everything that one Beacon says. Refers to its owner's data.
struct BeaconContents {
  BeaconHeader header;
  bool kept_unsampled = false;
  // Message Context. Its references, as those of all that follows, are numbers of `strings`.
  std::string_view context;
  std::span<const PageViewHeader> page_views;
  // The events, first those that are vitals.
  std::span<const VitalEvent> vitals;
  std::span<const Event> events;
  // What Event::begin counts in.
  std::string_view event_bytes;
  const StringPool* strings = nullptr;
};

// Replaces `beacon` with the serialized Beacon. The same contents give the same bytes: fields in
// the order of their numbers, those of value 0 left out, as protobuf's own serializers do it.
void WriteBeacon(const BeaconContents& contents, Bytes* beacon);

}  // namespace paceline::core
