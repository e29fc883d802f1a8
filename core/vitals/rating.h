// Good, needs improvement, or poor: the thresholds of every vital, in one table.
#pragma once

#include <cstdint>

#include "core/base/types.h"

namespace paceline::core {

// Values are in the metric's unit on the wire: 0.1 ms, for CLS 1e-9. A value exactly on a threshold
// gets the better rating.
struct VitalThresholds {
  uint32_t good_until;
  uint32_t poor_beyond;
};

// Never fails: kUnspecified has thresholds that rate nothing on the wire poor.
const VitalThresholds& ThresholdsOf(Metric metric);

Rating Rate(Metric metric, uint64_t value);

// The same for a value in ms, of CLS a score, as the browser's entries have it.
Rating RateExact(Metric metric, double value);

// LCP, INP and CLS: what search engines assess, and what makes a page view slow.
bool IsCoreWebVital(Metric metric);

}  // namespace paceline::core
