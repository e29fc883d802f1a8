// Largest Contentful Paint: the last candidate before the page view was hidden or touched.
// https://web.dev/articles/lcp, https://w3c.github.io/largest-contentful-paint/
#pragma once

#include "core/vitals/page_view_state.h"
#include "core/vitals/subparts.h"
#include "core/vitals/vital_reading.h"

namespace paceline::core {

class LcpTracker {
 public:
  // `target` and `url` are the entry's strings in the pool.
  void Observe(const LargestContentfulPaint& entry, PoolRef target, PoolRef url,
               const PageViewState& page_view);
  // The first paint after a back/forward-cache restore.
  void ObserveRestored(uint32_t painted_100us, const PageViewState& page_view);

  const Maybe<VitalReading>& reading() const { return reading_; }
  // Of what was painted; 0 for text.
  const ResourceTimes<int64_t>& resource() const { return resource_; }

 private:
  Maybe<VitalReading> reading_;
  ResourceTimes<int64_t> resource_;
};

}  // namespace paceline::core
