#include "core/vitals/fid_tracker.h"

#include "core/vitals/event_timing_parts.h"

namespace paceline::core {

void FidTracker::Observe(const EventTiming& entry, PoolRef name, PoolRef target,
                         const PageViewState& page_view) {
  if (reading_ || !entry.first_input || !page_view.VisibleUntil(entry.start_100us)) return;
  reading_ = VitalReading{entry.processing_start_100us, entry.start_100us, 1,
                          AttributeInteraction(entry, name, target)};
}

}  // namespace paceline::core
