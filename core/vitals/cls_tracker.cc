#include "core/vitals/cls_tracker.h"

#include <cmath>

#include "core/base/units.h"

namespace paceline::core {
namespace {

constexpr int64_t kMaxGap100us = k100usPerSecond;
constexpr int64_t kMaxSpan100us = 5 * k100usPerSecond;

}  // namespace

uint64_t ToNano(double score) {
  return static_cast<uint64_t>(std::floor(score * kNanoPerUnit + 0.5));
}

void ClsTracker::Observe(const LayoutShift& entry, PoolRef target) {
  if (entry.had_recent_input) return;
  const bool continues = current_.sum > 0 &&
                         SignedDifference(entry.start_100us, current_.last_100us) < kMaxGap100us &&
                         SignedDifference(entry.start_100us, current_.first_100us) < kMaxSpan100us;
  if (!continues) {
    current_ = {};
    current_.first_100us = entry.start_100us;
    current_is_largest_ = false;
  }
  current_.sum += entry.value;
  ++current_.shifts;
  current_.last_100us = entry.start_100us;
  // Of equally large shifts the later one, as the reference's attribution has it.
  if (entry.value >= current_.largest) {
    current_.largest = entry.value;
    current_.largest_at_100us = entry.start_100us;
    current_.largest_target = target;
  }
  current_is_largest_ = current_is_largest_ || current_.sum > largest_.sum;
  if (current_is_largest_) largest_ = current_;
}

VitalReading ClsTracker::reading() const {
  if (largest_.sum <= 0) return {};
  VitalReading reading(ToNano(largest_.sum), largest_.largest_at_100us, largest_.shifts);
  reading.attribution.kind = VitalField::kCls;
  ClsAttribution& attribution = reading.attribution.cls;
  attribution.largest_shift_target = largest_.largest_target;
  attribution.largest_shift_nano = ToNano(largest_.largest);
  attribution.shifts = largest_.shifts;
  // A window of one shift needs no bounds: it is where the event is.
  if (largest_.shifts > 1) {
    attribution.window_start_100us = largest_.first_100us;
    attribution.window_end_100us = largest_.last_100us;
  }
  return reading;
}

}  // namespace paceline::core
