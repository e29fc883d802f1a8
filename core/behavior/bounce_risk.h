// How likely it is that a visitor leaves because of what the page felt like so far: a stated rule
// of points, no model.
#pragma once

#include <cstdint>

#include "core/base/units.h"
#include "core/wire/entry.h"

namespace paceline::core {

struct BounceRiskFacts {
  // Of the page view so far, in the metrics' units.
  uint64_t lcp_100us = kNotMeasured;
  uint64_t inp_100us = kNotMeasured;
  uint64_t cls_nano = kNotMeasured;
  uint64_t load_100us = kNotMeasured;
  Device device;
  // 0 when not known: counts as 1.
  uint32_t pages_visited = 0;
};

// 0 to 1000, the sum of:
//   50   for everybody
//   LCP  needs improvement 110, poor 220      INP  70, 140      CLS  50, 100
//   load over 3 s 65, over 6 s 130
//   device  mid-range 10, low-end 35, very-low-end 60
//   connection  3g 60, 2g 120, slow-2g 150
//   pages visited  one 150, two 75
uint32_t BounceRiskPermille(const BounceRiskFacts& facts);

}  // namespace paceline::core
