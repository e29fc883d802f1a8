#include "core/vitals/ttfb_tracker.h"

namespace paceline::core {

void TtfbTracker::Observe(const Navigation& entry, const PageViewState& page_view) {
  if (page_view.restored || page_view.soft || entry.response_start_100us == 0) return;
  reading_ = VitalReading(page_view.SinceActivation(entry.response_start_100us),
                          entry.response_start_100us, 1);
}

void TtfbTracker::ObserveRestored(const PageViewState& page_view) {
  reading_ = VitalReading(0, page_view.start_100us, 0);
}

}  // namespace paceline::core
