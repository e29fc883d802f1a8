// The entries of an EntryBatch as structs: what the core reads of proto/paceline/v1/entry.proto,
// field by field, under the same names. Strings are references (`*_ref`, 0 is "none"): into the
// batch's own table, or, once PageMonitor has mapped them, numbers of the document's StringPool.
#pragma once

#include <cstdint>

#include "core/base/types.h"

namespace paceline::core {

// What the core looks at of the Context; all of it is passed on.
struct Device {
  uint32_t memory_mib = 0;
  uint32_t hardware_concurrency = 0;
  uint32_t effective_connection_type = 0;
};

// By which rules clicks are judged; 0 is the default (core/behavior/click_rules.h).
struct BehaviorRules {
  uint32_t rage_clicks = 0;
  uint32_t rage_interval_ms = 0;
  uint32_t rage_radius_px = 0;
  uint32_t error_click_ms = 0;
  uint32_t judged_click_flags = 0;
};

struct PageViewStart {
  uint32_t start_100us = 0;
  NavigationType navigation_type = NavigationType::kUnspecified;
  uint32_t url_ref = 0;
  uint32_t referrer_ref = 0;
  uint32_t activation_start_100us = 0;
  uint32_t first_hidden_100us_plus_1 = 0;
  uint32_t interaction_count = 0;
  // Bit n: the browser cannot measure the Metric of number n.
  uint32_t unmeasurable_metrics = 0;
};

struct Navigation {
  uint32_t response_start_100us = 0;
  uint32_t worker_start_100us = 0;
  uint32_t fetch_start_100us = 0;
  uint32_t domain_lookup_start_100us = 0;
  uint32_t domain_lookup_end_100us = 0;
  uint32_t connect_start_100us = 0;
  uint32_t connect_end_100us = 0;
  uint32_t request_start_100us = 0;
  uint32_t dom_content_loaded_100us = 0;
  uint32_t load_event_end_100us = 0;
  uint32_t dom_interactive_100us = 0;
  uint32_t dom_complete_100us = 0;
  uint32_t cache_status_ref = 0;
  uint32_t server_region_ref = 0;
  uint32_t request_type_ref = 0;
  uint32_t rendering_ref = 0;
};

struct Paint {
  enum class Kind : uint32_t {
    kUnspecified = 0,
    kFirstPaint = 1,
    kFirstContentfulPaint = 2,
    kRestored = 3,
  };
  uint32_t start_100us = 0;
  Kind kind = Kind::kUnspecified;
};

struct LargestContentfulPaint {
  uint32_t start_100us = 0;
  uint32_t size_px = 0;
  uint32_t target_ref = 0;
  uint32_t url_ref = 0;
  uint32_t resource_start_100us = 0;
  uint32_t resource_request_100us = 0;
  uint32_t resource_end_100us = 0;
  bool hero = false;
  bool soft_navigation = false;
};

// What the core looks at of a source; the rest is passed on.
struct LayoutShiftSource {
  uint32_t target_ref = 0;
};

struct LayoutShift {
  uint32_t start_100us = 0;
  double value = 0;
  bool had_recent_input = false;
};

struct EventTiming {
  uint32_t start_100us = 0;
  uint32_t name_ref = 0;
  uint32_t duration_100us = 0;
  uint32_t processing_start_100us = 0;
  uint32_t processing_duration_100us = 0;
  uint32_t interaction_id = 0;
  uint32_t target_ref = 0;
  bool first_input = false;
};

struct VisibilityChange {
  uint32_t at_100us = 0;
  bool hidden = false;
};

struct UserInput {
  uint32_t at_100us = 0;
};

struct Click {
  uint32_t at_100us = 0;
  int32_t x = 0;
  int32_t y = 0;
  uint32_t target_ref = 0;
  // Bit n: ClickFlag n.
  uint32_t flags = 0;
};

struct ClickResponse {
  uint32_t at_100us = 0;
  uint32_t response_100us = 0;
  uint32_t target_ref = 0;
  uint32_t flags = 0;
};

struct Call {
  uint32_t at_100us = 0;
  uint32_t name_ref = 0;
};

// Of the entries that are passed on as they were seen, what the core itself looks at.

// Of most of them nothing but their time.
struct PassedOn {
  uint32_t at_100us = 0;
};

struct Error {
  enum class Kind : uint32_t {
    kUnspecified = 0,
    kUncaught = 1,
    kUnhandledRejection = 2,
    kResource = 3,
    kReported = 4,
    kRender = 5,
    kPolicy = 6,
  };
  uint32_t at_100us = 0;
  Kind kind = Kind::kUnspecified;
  uint32_t name_ref = 0;
  uint32_t message_ref = 0;
  uint32_t source_ref = 0;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t stack_ref = 0;
};

struct Resource {
  uint32_t at_100us = 0;
  uint32_t url_ref = 0;
  uint32_t duration_100us = 0;
  bool render_blocking = false;
};

struct LongTask {
  uint32_t at_100us = 0;
  uint32_t duration_100us = 0;
};

// LongAnimationFrame.Script.
struct Script {
  uint32_t start_100us = 0;
  uint32_t duration_100us = 0;
  uint32_t source_url_ref = 0;
  uint32_t source_function_ref = 0;
};

struct MemorySample {
  uint32_t at_100us = 0;
  uint32_t used_kib = 0;
  uint32_t limit_kib = 0;
};

// Room for any one of them, all zeros at first. Each but PageViewStart and Navigation begins with
// its time.
union AnyEntry {
  AnyEntry() : zeros{} {}

  char zeros[sizeof(Navigation)];
  PassedOn passed_on;
  PageViewStart page_view_start;
  Navigation navigation;
  Paint paint;
  LargestContentfulPaint largest_contentful_paint;
  LayoutShift layout_shift;
  EventTiming event_timing;
  VisibilityChange visibility_change;
  UserInput user_input;
  Click click;
  ClickResponse click_response;
  Call call;
  Error error;
  Resource resource;
  LongTask long_task;
  MemorySample memory_sample;
};

}  // namespace paceline::core
