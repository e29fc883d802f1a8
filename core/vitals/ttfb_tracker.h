// Time to First Byte: from the navigation (or the activation of a prerendered page) to the
// response's first byte. https://web.dev/articles/ttfb
#pragma once

#include "core/vitals/page_view_state.h"
#include "core/vitals/vital_reading.h"

namespace paceline::core {

class TtfbTracker {
 public:
  // Response start 0 is the browser's way of keeping it to itself, and is passed over.
  void Observe(const Navigation& entry, const PageViewState& page_view);
  // A restore or a soft navigation waits for no byte: 0.
  void ObserveRestored(const PageViewState& page_view);

  const Maybe<VitalReading>& reading() const { return reading_; }

 private:
  Maybe<VitalReading> reading_;
};

}  // namespace paceline::core
