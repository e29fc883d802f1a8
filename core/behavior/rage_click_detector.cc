#include "core/behavior/rage_click_detector.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/units.h"

namespace paceline::core {

void RageClickDetector::Observe(const Click& click, uint32_t page_view, EventLog* events) {
  if (rules_.IsExcused(click.flags)) {
    // The click before it may have been its beginning: the first of the two that select a word.
    if (!InRage()) run_.count = 0;
    return;
  }
  if (!Continues(click)) {
    End(events);
    run_ = {click.target_ref, 0, click.x, click.y, 0};
    page_view_ = page_view;
    first_100us_ = last_100us_ = click.at_100us;
  }
  ++run_.count;
  last_100us_ = std::max(last_100us_, click.at_100us);
  run_.duration_100us = last_100us_ - first_100us_;
}

void RageClickDetector::Advance(uint32_t now_100us, EventLog* events) {
  if (SignedDifference(now_100us, last_100us_) > rules_.rage_interval_100us) End(events);
}

void RageClickDetector::End(EventLog* events) {
  if (InRage()) events->Add(page_view_, first_100us_, run_);
  run_.count = 0;
}

bool RageClickDetector::Continues(const Click& click) const {
  if (run_.count == 0) return false;
  if (SignedDifference(click.at_100us, last_100us_) > rules_.rage_interval_100us) return false;
  if (click.target_ref != 0 && click.target_ref == run_.target) return true;
  const int64_t radius = rules_.rage_radius_px;
  const int64_t dx = int64_t{click.x} - run_.x;
  const int64_t dy = int64_t{click.y} - run_.y;
  // Bounded first, so that the squares cannot overflow.
  return std::abs(dx) <= radius && std::abs(dy) <= radius && dx * dx + dy * dy <= radius * radius;
}

}  // namespace paceline::core
