// What a Beacon says: page views, vitals and events as structs, under the names of
// proto/paceline/v1/beacon.proto. Strings are numbers of the document's StringPool; the writer
// gives each beacon a table of its own.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/base/pod_vector.h"
#include "core/base/string_pool.h"
#include "core/base/types.h"
#include "core/wire/fields.h"

namespace paceline::core {

struct PageViewHeader {
  uint32_t index = 0;
  uint32_t start_100us = 0;
  NavigationType navigation_type = NavigationType::kUnspecified;
  PoolRef url = 0;
  PoolRef referrer = 0;
};

struct LcpAttribution {
  PoolRef target = 0;
  PoolRef url = 0;
  uint32_t size_px = 0;
  // The four parts add up to the value.
  uint32_t time_to_first_byte_100us = 0;
  uint32_t resource_load_delay_100us = 0;
  uint32_t resource_load_duration_100us = 0;
  uint32_t element_render_delay_100us = 0;
  // 1: yes.
  uint32_t hero = 0;
};

struct FcpAttribution {
  uint32_t time_to_first_byte_100us = 0;
  uint32_t first_byte_to_fcp_100us = 0;
  LoadState load_state = LoadState::kUnspecified;
  uint32_t render_blocking_resources = 0;
  PoolRef render_blocking_url = 0;
  PoolRef rendering = 0;
};

// The five parts add up to the value.
struct TtfbAttribution {
  uint32_t waiting_100us = 0;
  uint32_t cache_100us = 0;
  uint32_t dns_100us = 0;
  uint32_t connection_100us = 0;
  uint32_t request_100us = 0;
  PoolRef request_type = 0;
  PoolRef cache_status = 0;
  PoolRef server_region = 0;
};

// The event's time is the largest shift's.
struct ClsAttribution {
  uint64_t largest_shift_nano = 0;
  PoolRef largest_shift_target = 0;
  uint32_t window_start_100us = 0;
  uint32_t window_end_100us = 0;
  uint32_t shifts = 0;
  LoadState load_state = LoadState::kUnspecified;
};

// Of INP and FID. The three parts add up to the interaction's duration; the event's time is its
// start.
struct InteractionAttribution {
  PoolRef target = 0;
  PoolRef name = 0;
  uint32_t input_delay_100us = 0;
  uint32_t processing_100us = 0;
  uint32_t presentation_100us = 0;
  LoadState load_state = LoadState::kUnspecified;
  InteractionType interaction_type = InteractionType::kUnspecified;
  PoolRef longest_script_url = 0;
  PoolRef longest_script_function = 0;
  uint32_t longest_script_100us = 0;
};

// What a vital's value is made of: one of the above, by `kind`, which is kNone where there is
// nothing to tell. Copied and compared as bytes, so it is filled member by member.
struct Attribution {
  static constexpr VitalField kNone{};

  Attribution() : zeros{} {}
  bool operator==(const Attribution& other) const {
    return std::memcmp(this, &other, sizeof(Attribution)) == 0;
  }

  VitalField kind = kNone;
  uint32_t padding = 0;
  union {
    char zeros[sizeof(InteractionAttribution)];
    LcpAttribution lcp;
    ClsAttribution cls;
    InteractionAttribution interaction;
    FcpAttribution fcp;
    TtfbAttribution ttfb;
  };
};

// One each of a Beacon's vitals.
struct VitalEvent {
  Metric metric = Metric::kUnspecified;
  uint64_t value = 0;
  // Since it was last said, as sint64 is on the wire; 0 on the first time.
  uint64_t zigzag_delta = 0;
  Rating rating = Rating::kUnspecified;
  uint32_t entry_count = 0;
  uint32_t page_view = 0;
  uint32_t at_100us = 0;
  Attribution attribution;
};

struct InteractionEvent {
  static constexpr EventField kKind = EventField::kInteraction;

  PoolRef name = 0;
  PoolRef target = 0;
  uint32_t duration_100us = 0;
  uint32_t input_delay_100us = 0;
  uint32_t processing_100us = 0;
};

struct ClickEvent {
  static constexpr EventField kKind = EventField::kClick;

  PoolRef target = 0;
  int32_t x = 0;
  int32_t y = 0;
};

struct RageClickEvent {
  static constexpr EventField kKind = EventField::kRageClick;

  PoolRef target = 0;
  uint32_t count = 0;
  int32_t x = 0;
  int32_t y = 0;
  uint32_t duration_100us = 0;
};

struct VisibilityChangeEvent {
  static constexpr EventField kKind = EventField::kVisibilityChange;

  bool hidden = false;
};

struct DeadClickEvent {
  static constexpr EventField kKind = EventField::kDeadClick;

  PoolRef target = 0;
};

struct ErrorClickEvent {
  static constexpr EventField kKind = EventField::kErrorClick;

  PoolRef target = 0;
  uint32_t delay_100us = 0;
};

// An event, but for vitals: its message as it will be written, but for its references, which are
// numbers of the StringPool. A run of bytes in an EventLog.
struct Event {
  uint32_t page_view = 0;
  uint32_t at_100us = 0;
  // Its number in Event.
  FieldNumber kind = 0;
  uint32_t begin = 0;
  uint32_t size = 0;
};

}  // namespace paceline::core
