// Cumulative Layout Shift: the largest session window of unexpected layout shifts. A window ends
// before a gap of 1 s and spans 5 s at most. https://web.dev/articles/cls,
// https://wicg.github.io/layout-instability/
#pragma once

#include <cstdint>

#include "core/vitals/vital_reading.h"
#include "core/wire/entry.h"

namespace paceline::core {

class ClsTracker {
 public:
  // Shifts after recent input are passed over. `target`: the first of the shift's sources that has
  // a name.
  void Observe(const LayoutShift& entry, PoolRef target);

  // 0 for a page view without shifts.
  VitalReading reading() const;

 private:
  struct Window {
    // The entries' own doubles, added in their order: exactly the browser's sum.
    double sum = 0;
    uint32_t shifts = 0;
    uint32_t first_100us = 0;
    uint32_t last_100us = 0;
    double largest = 0;
    uint32_t largest_at_100us = 0;
    PoolRef largest_target = 0;
  };

  Window current_;
  Window largest_;
  // The window that goes on is the largest: it then keeps up with every shift, also of score 0.
  bool current_is_largest_ = false;
};

// Rounds a layout shift score to units of 1e-9.
uint64_t ToNano(double score);

}  // namespace paceline::core
