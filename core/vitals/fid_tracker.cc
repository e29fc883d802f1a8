#include "core/vitals/fid_tracker.h"

#include "core/vitals/event_timing_parts.h"

namespace paceline::core {

void FidTracker::Observe(const EventTiming& entry, PoolRef name, PoolRef target,
                         const PageViewState& page_view, bool is_key, const ScriptLog* scripts) {
  if (reading_ || !entry.first_input || !page_view.VisibleUntil(entry.start_100us)) return;
  duration_100us_ = entry.duration_100us;
  reading_ = VitalReading(entry.processing_start_100us, entry.start_100us, 1);
  reading_->attribution.kind = VitalField::kInteraction;
  InteractionAttribution& attribution = reading_->attribution.interaction;
  AttributeInteraction(name, target, is_key, &attribution);
  AttributeParts(entry, &attribution);
  if (scripts != nullptr) scripts->Attribute(entry.start_100us, duration_100us_, &attribution);
}

void FidTracker::Observe(const Script& script) {
  if (!reading_) return;
  ScriptLog::Attribute(script, reading_->at_100us, duration_100us_,
                       &reading_->attribution.interaction);
}

}  // namespace paceline::core
