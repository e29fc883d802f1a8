// What a tracker has measured so far.
#pragma once

#include <cstdint>

#include "core/base/maybe.h"
#include "core/wire/event.h"

namespace paceline::core {

struct VitalReading {
  VitalReading() = default;
  VitalReading(uint64_t vital_value, uint32_t happened_at_100us, uint32_t entries)
      : value(vital_value), at_100us(happened_at_100us), entry_count(entries) {}

  // In the metric's unit on the wire: 0.1 ms, for CLS 1e-9.
  uint64_t value = 0;
  // When it happened, for the timeline.
  uint32_t at_100us = 0;
  // Performance entries behind the value.
  uint32_t entry_count = 0;
  Attribution attribution;
};

}  // namespace paceline::core
