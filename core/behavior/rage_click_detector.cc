#include "core/behavior/rage_click_detector.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/base/units.h"

namespace paceline::core {

std::optional<RageClickDetector::Run> RageClickDetector::Observe(const Click& click) {
  if (rules_.IsExcused(click.flags)) return std::nullopt;
  std::optional<Run> ended;
  if (!Continues(click)) {
    ended = End();
    run_.at_100us = click.at_100us;
    run_.event = {click.target_ref, 0, click.x, click.y, 0};
    last_100us_ = click.at_100us;
  }
  ++run_.event.count;
  last_100us_ = std::max(last_100us_, click.at_100us);
  run_.event.duration_100us = last_100us_ - run_.at_100us;
  return ended;
}

std::optional<RageClickDetector::Run> RageClickDetector::Advance(uint32_t now_100us) {
  if (SignedDifference(now_100us, last_100us_) <= rules_.rage_interval_100us) return std::nullopt;
  return End();
}

std::optional<RageClickDetector::Run> RageClickDetector::End() {
  const Run run = std::exchange(run_, {});
  return run.event.count >= rules_.rage_clicks ? std::optional(run) : std::nullopt;
}

bool RageClickDetector::InRage() const { return run_.event.count >= rules_.rage_clicks; }

bool RageClickDetector::Continues(const Click& click) const {
  if (run_.event.count == 0) return false;
  if (SignedDifference(click.at_100us, last_100us_) > rules_.rage_interval_100us) return false;
  if (click.target_ref != 0 && click.target_ref == run_.event.target) return true;
  const int64_t radius = rules_.rage_radius_px;
  const int64_t dx = int64_t{click.x} - run_.event.x;
  const int64_t dy = int64_t{click.y} - run_.event.y;
  // Bounded first, so that the squares cannot overflow.
  return std::abs(dx) <= radius && std::abs(dy) <= radius && dx * dx + dy * dy <= radius * radius;
}

}  // namespace paceline::core
