// First Input Delay: from the first key press, click or tap to the moment its handlers could run.
// Kept for dashboards of before INP. https://web.dev/articles/fid; as web-vitals 4, the last
// version with it, measures it.
#pragma once

#include "core/vitals/page_view_state.h"
#include "core/vitals/script_log.h"
#include "core/vitals/vital_reading.h"

namespace paceline::core {

class FidTracker {
 public:
  // Passes over entries that are not of type first-input.
  void Observe(const EventTiming& entry, PoolRef name, PoolRef target,
               const PageViewState& page_view, bool is_key = false,
               const ScriptLog* scripts = nullptr);
  // A script that may have run meanwhile.
  void Observe(const Script& script);

  const Maybe<VitalReading>& reading() const { return reading_; }

 private:
  Maybe<VitalReading> reading_;
  uint32_t duration_100us_ = 0;
};

}  // namespace paceline::core
