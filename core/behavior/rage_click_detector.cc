#include "core/behavior/rage_click_detector.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/base/units.h"

namespace paceline::core {
namespace {

// Three or more, each within a second of the one before: what session tools commonly call a rage
// click.
constexpr uint32_t kMinClicks = 3;
constexpr int64_t kMaxGap100us = k100usPerSecond;
// A pointer that is hit again and again moves a little; two buttons side by side lie farther apart.
constexpr int64_t kMaxDistancePx = 30;

}  // namespace

std::optional<RageClickDetector::Run> RageClickDetector::Observe(const Click& click,
                                                                 PoolRef target) {
  std::optional<Run> ended;
  if (!Continues(click, target)) {
    ended = End();
    run_.at_100us = click.at_100us;
    run_.event = {target, 0, click.x, click.y, 0};
    last_100us_ = click.at_100us;
  }
  ++run_.event.count;
  last_100us_ = std::max(last_100us_, click.at_100us);
  run_.event.duration_100us = last_100us_ - run_.at_100us;
  return ended;
}

std::optional<RageClickDetector::Run> RageClickDetector::Advance(uint32_t now_100us) {
  if (SignedDifference(now_100us, last_100us_) <= kMaxGap100us) return std::nullopt;
  return End();
}

std::optional<RageClickDetector::Run> RageClickDetector::End() {
  const Run run = std::exchange(run_, {});
  return run.event.count >= kMinClicks ? std::optional(run) : std::nullopt;
}

bool RageClickDetector::InRage() const { return run_.event.count >= kMinClicks; }

bool RageClickDetector::Continues(const Click& click, PoolRef target) const {
  if (run_.event.count == 0) return false;
  if (SignedDifference(click.at_100us, last_100us_) > kMaxGap100us) return false;
  if (target != 0 && target == run_.event.target) return true;
  const int64_t dx = int64_t{click.x} - run_.event.x;
  const int64_t dy = int64_t{click.y} - run_.event.y;
  // Bounded first, so that the squares cannot overflow.
  return std::abs(dx) <= kMaxDistancePx && std::abs(dy) <= kMaxDistancePx &&
         dx * dx + dy * dy <= kMaxDistancePx * kMaxDistancePx;
}

}  // namespace paceline::core
