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

#include "core/base/pod_vector.h"
#include "core/wire/event.h"

namespace paceline::core {

class InteractionLog {
 public:
  // Passes over entries of no interaction, and those too short to be shown. When too many
  // interactions are open, the oldest is settled and appended to `events`.
  void Observe(const EventTiming& entry, PoolRef name, PoolRef target, uint32_t page_view,
               EventList* events);

  // Time has come to `now_100us`: appends to `events` the interactions that are settled by it,
  // oldest first.
  void Advance(uint32_t now_100us, EventList* events);

  // The page was hidden, or its page view ended: all of them.
  void End(EventList* events);

 private:
  struct Open {
    uint32_t interaction_id = 0;
    uint32_t last_end_100us = 0;
    // Its `what` is an InteractionEvent.
    Event event;
  };

  void Settle(size_t index, EventList* events);

  PodVector<Open> open_;
  // Ids of the latest settled ones: a ring.
  PodVector<uint32_t> settled_;
  size_t next_settled_ = 0;
};

}  // namespace paceline::core
