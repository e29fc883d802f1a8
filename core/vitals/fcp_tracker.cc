#include "core/vitals/fcp_tracker.h"

namespace paceline::core {

void FcpTracker::Observe(const Paint& entry, const PageViewState& page_view) {
  const Paint::Kind wanted =
      page_view.restored ? Paint::Kind::kRestored : Paint::Kind::kFirstContentfulPaint;
  // There is one such paint in a page view, and it counts or it does not.
  if (seen_ || entry.kind != wanted) return;
  seen_ = true;
  if (page_view.restored) {
    // Reported even if hidden in between, as the reference does: the frame was painted.
    reading_ = VitalReading(SaturatingDifference(entry.start_100us, page_view.start_100us),
                            entry.start_100us, 0);
  } else if (page_view.VisibleUntil(entry.start_100us)) {
    reading_ = VitalReading(page_view.SinceActivation(entry.start_100us), entry.start_100us, 1);
  }
}

}  // namespace paceline::core
