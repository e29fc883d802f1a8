// First Contentful Paint: the first text or image, unless the page view was hidden before.
// https://web.dev/articles/fcp, https://w3c.github.io/paint-timing/
#pragma once

#include "core/vitals/page_view_state.h"
#include "core/vitals/vital_reading.h"

namespace paceline::core {

class FcpTracker {
 public:
  void Observe(const Paint& entry, const PageViewState& page_view);

  const Maybe<VitalReading>& reading() const { return reading_; }

 private:
  Maybe<VitalReading> reading_;
  bool seen_ = false;
};

}  // namespace paceline::core
