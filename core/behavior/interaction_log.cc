#include "core/behavior/interaction_log.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/vitals/event_timing_parts.h"

namespace paceline::core {
namespace {

// Source: the duration threshold of web-vitals and of the agent's observer. A first-input entry may
// be shorter.
constexpr uint32_t kMinDuration100us = 40 * k100usPerMillisecond;
constexpr int64_t kSettledAfter100us = k100usPerSecond;

uint32_t EndOf(const EventTiming& entry) {
  return entry.duration_100us > kNever100us - entry.start_100us
             ? kNever100us
             : entry.start_100us + entry.duration_100us;
}

}  // namespace

void InteractionLog::Observe(const EventTiming& entry, PoolRef name, PoolRef target,
                             uint32_t page_view, EventLog* events) {
  const uint32_t id = entry.interaction_id;
  if (id == 0 || entry.duration_100us < kMinDuration100us) return;
  if (std::find(settled_.begin(), settled_.end(), id) != settled_.end()) return;
  Open* open = open_.begin();
  while (open != open_.end() && open->interaction_id != id) ++open;
  if (open == open_.end()) {
    if (open_.size() == kMaxOpenInteractions) Settle(0, events);
    open_.push_back({});
    open = &open_.back();
    open->interaction_id = id;
  }
  open->last_end_100us = std::max(open->last_end_100us, EndOf(entry));
  InteractionEvent& event = open->event;
  // The longest entry is the event.
  if (entry.duration_100us > event.duration_100us) {
    const EventTimingParts parts = DivideEventTiming(entry);
    open->page_view = page_view;
    open->at_100us = entry.start_100us;
    event = {name, target, entry.duration_100us, parts.input_delay_100us, parts.processing_100us};
  } else if (event.target == 0) {
    event.target = target;
  }
}

void InteractionLog::Advance(uint32_t now_100us, EventLog* events) {
  for (size_t i = 0; i < open_.size();) {
    if (SignedDifference(now_100us, open_[i].last_end_100us) > kSettledAfter100us) {
      Settle(i, events);
    } else {
      ++i;
    }
  }
}

void InteractionLog::End(EventLog* events) {
  while (!open_.empty()) Settle(0, events);
}

void InteractionLog::Settle(size_t index, EventLog* events) {
  const Open& open = open_[index];
  events->Add(open.page_view, open.at_100us, open.event);
  settled_.Add(open.interaction_id);
  open_.erase(open_.begin() + index);
}

}  // namespace paceline::core
