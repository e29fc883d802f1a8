// Divides an event's duration into the three parts that INP's and FID's attribution and the
// timeline show.
#pragma once

#include <algorithm>

#include "core/wire/entry.h"
#include "core/wire/event.h"

namespace paceline::core {

struct EventTimingParts {
  uint32_t input_delay_100us = 0;
  uint32_t processing_100us = 0;
  uint32_t presentation_100us = 0;
};

// The parts add up to `entry.duration_100us`: browsers round that to 8 ms, so that the parts
// measured may exceed it.
inline EventTimingParts DivideEventTiming(const EventTiming& entry) {
  EventTimingParts parts;
  parts.input_delay_100us = std::min(entry.processing_start_100us, entry.duration_100us);
  uint32_t rest_100us = entry.duration_100us - parts.input_delay_100us;
  parts.processing_100us = std::min(entry.processing_duration_100us, rest_100us);
  parts.presentation_100us = rest_100us - parts.processing_100us;
  return parts;
}

// Of an attribution, the parts.
inline void AttributeParts(const EventTiming& entry, InteractionAttribution* attribution) {
  const EventTimingParts parts = DivideEventTiming(entry);
  attribution->input_delay_100us = parts.input_delay_100us;
  attribution->processing_100us = parts.processing_100us;
  attribution->presentation_100us = parts.presentation_100us;
}

// Of an attribution, who it was. `name` and `target` are strings in the pool; `is_key`: it is a
// key's event.
inline void AttributeInteraction(PoolRef name, PoolRef target, bool is_key,
                                 InteractionAttribution* attribution) {
  attribution->target = target;
  attribution->name = name;
  attribution->interaction_type = is_key ? InteractionType::kKeyboard : InteractionType::kPointer;
}

}  // namespace paceline::core
