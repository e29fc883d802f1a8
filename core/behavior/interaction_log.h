// Gathers the event entries of each interaction into the one event that the timeline shows.
//
// A tap makes up to three entries (pointerdown, pointerup, click), and not always at once. An
// interaction is settled when more than a second has passed since its last entry's end, when the
// page is hidden, or when another page view begins; then its longest entry is the event. Entries
// that come later still count for INP, but make no second event, so that the number of events does
// not depend on how entries were batched.
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/limits.h"
#include "core/base/pod_vector.h"
#include "core/base/ring.h"
#include "core/wire/entry.h"
#include "core/wire/event_log.h"

namespace paceline::core {

class InteractionLog {
 public:
  // Passes over entries of no interaction, and those too short to be shown. When too many
  // interactions are open, the oldest is settled and appended to `events`.
  void Observe(const EventTiming& entry, PoolRef name, PoolRef target, uint32_t page_view,
               EventLog* events);

  // Time has come to `now_100us`: appends to `events` the interactions that are settled by it,
  // oldest first.
  void Advance(uint32_t now_100us, EventLog* events);

  // The page was hidden, or its page view ended: all of them.
  void End(EventLog* events);

 private:
  struct Open {
    uint32_t interaction_id = 0;
    uint32_t last_end_100us = 0;
    uint32_t page_view = 0;
    uint32_t at_100us = 0;
    InteractionEvent event;
  };

  void Settle(size_t index, EventLog* events);

  PodVector<Open> open_;
  // Ids of the latest settled ones.
  Ring<uint32_t, kMaxRememberedInteractions> settled_;
};

}  // namespace paceline::core
