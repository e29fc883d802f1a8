#include "core/behavior/interaction_log.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/vitals/event_timing_parts.h"

namespace paceline::core {
namespace {

// Source: the duration threshold of web-vitals and of the agent's observer. A first-input entry may
// be shorter.
constexpr uint32_t kMinDuration100us = 40 * k100usPerMillisecond;
constexpr int64_t kSettledAfter100us = k100usPerSecond;

Event MakeEvent(const EventTiming& entry, PoolRef name, PoolRef target, uint32_t page_view) {
  const EventTimingParts parts = DivideEventTiming(entry);
  return {page_view, entry.start_100us,
          InteractionEvent{name, target, entry.duration_100us, parts.input_delay_100us,
                           parts.processing_100us}};
}

uint32_t EndOf(const EventTiming& entry) {
  return entry.duration_100us > kNever100us - entry.start_100us
             ? kNever100us
             : entry.start_100us + entry.duration_100us;
}

}  // namespace

void InteractionLog::Observe(const EventTiming& entry, PoolRef name, PoolRef target,
                             uint32_t page_view, EventList* events) {
  const uint32_t id = entry.interaction_id;
  if (id == 0 || entry.duration_100us < kMinDuration100us) return;
  if (std::find(settled_.begin(), settled_.end(), id) != settled_.end()) return;
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [id](const Open& known) { return known.interaction_id == id; });
  if (open == open_.end()) {
    if (open_.size() == kMaxOpenInteractions) Settle(0, events);
    open_.push_back({id, EndOf(entry), MakeEvent(entry, name, target, page_view)});
    return;
  }
  open->last_end_100us = std::max(open->last_end_100us, EndOf(entry));
  auto* interaction = std::get_if<InteractionEvent>(&open->event.what);
  if (entry.duration_100us > interaction->duration_100us) {
    open->event = MakeEvent(entry, name, target, page_view);
  } else if (interaction->target == 0) {
    interaction->target = target;
  }
}

void InteractionLog::Advance(uint32_t now_100us, EventList* events) {
  for (size_t i = 0; i < open_.size();) {
    if (SignedDifference(now_100us, open_[i].last_end_100us) > kSettledAfter100us) {
      Settle(i, events);
    } else {
      ++i;
    }
  }
}

void InteractionLog::End(EventList* events) {
  while (!open_.empty()) Settle(0, events);
}

void InteractionLog::Settle(size_t index, EventList* events) {
  events->push_back(open_[index].event);
  if (settled_.size() < kMaxRememberedInteractions) {
    settled_.push_back(open_[index].interaction_id);
  } else {
    settled_[next_settled_] = open_[index].interaction_id;
    next_settled_ = (next_settled_ + 1) % kMaxRememberedInteractions;
  }
  open_.erase(open_.begin() + index);
}

}  // namespace paceline::core
