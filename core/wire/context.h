// What the page knows of its visitor's device: Context of entry.proto. The core copies it from the
// latest batch.
#pragma once

#include <cstdint>

namespace paceline::core {

struct Context {
  uint32_t device_memory_mib = 0;
  uint32_t hardware_concurrency = 0;
  uint32_t effective_connection_type = 0;
  uint32_t round_trip_ms = 0;
  uint32_t downlink_kbps = 0;
  bool save_data = false;
  uint32_t viewport_width = 0;
  uint32_t viewport_height = 0;
  uint32_t screen_width = 0;
  uint32_t screen_height = 0;
  uint32_t max_touch_points = 0;
  uint32_t language_ref = 0;
  uint32_t user_agent_ref = 0;
  uint32_t release_ref = 0;
};

}  // namespace paceline::core
