#include "core/vitals/lcp_tracker.h"

namespace paceline::core {

void LcpTracker::Observe(const LargestContentfulPaint& entry, PoolRef target, PoolRef url,
                         const PageViewState& page_view) {
  // Candidates of the load are of no concern to the page view that was restored after it, or to a
  // route.
  if (page_view.restored || page_view.route || page_view.soft != entry.soft_navigation) return;
  if (!page_view.VisibleUntil(entry.start_100us)) return;
  // Scrolling ends it too, in the browser, which then sends no more candidates.
  if (entry.start_100us > page_view.first_input_100us) return;
  reading_ = VitalReading(page_view.SinceActivation(entry.start_100us), entry.start_100us, 1);
  reading_->attribution.kind = VitalField::kLcp;
  LcpAttribution& attribution = reading_->attribution.lcp;
  attribution.target = target;
  attribution.url = url;
  attribution.size_px = entry.size_px;
  attribution.hero = entry.hero;
  resource_ = {entry.resource_start_100us, entry.resource_request_100us, entry.resource_end_100us};
}

void LcpTracker::ObserveRestored(uint32_t painted_100us, const PageViewState& page_view) {
  reading_ =
      VitalReading(SaturatingDifference(painted_100us, page_view.start_100us), painted_100us, 0);
}

}  // namespace paceline::core
