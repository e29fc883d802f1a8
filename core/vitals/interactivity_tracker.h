// Time to Interactive and Total Blocking Time of a load, by Lighthouse's definitions.
//
// TTI: the end of the last long task before the first 5 s without a long task in which no more than
// two requests were under way, but not before the first contentful paint and DOMContentLoaded.
// TBT: of each task between the first contentful paint and TTI, what is beyond 50 ms.
// https://developer.chrome.com/docs/lighthouse/performance/interactive
//
// A page sees a request only when it is over: what was still under way when the 5 s were over does
// not count. There is no value until 5 s have been quiet, and none if the page was hidden before.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/pod_vector.h"
#include "core/vitals/page_view_state.h"
#include "core/vitals/vital_reading.h"

namespace paceline::core {

class InteractivityTracker {
 public:
  void Observe(const LongTask& task);
  void Observe(const Resource& resource);
  // PerformanceNavigationTiming.domContentLoadedEventEnd.
  void ObserveDomContentLoaded(uint32_t at_100us) { dom_content_loaded_100us_ = at_100us; }

  // It is `now_100us`, and everything before has been observed. `painted_100us`: when the first
  // contentful paint was.
  void Advance(uint32_t now_100us, uint32_t painted_100us, const PageViewState& page_view);

  const Maybe<VitalReading>& time_to_interactive() const { return interactive_; }
  const Maybe<VitalReading>& total_blocking_time() const { return blocking_; }

 private:
  struct Span {
    int64_t begin = 0;
    int64_t end = 0;
  };
  // The first 5 s that are quiet, if nothing more happens.
  struct Quiet {
    // What it was computed for.
    int64_t painted = 0;
    // When the tasks were quiet from, and the time at which the 5 s are over.
    int64_t begin = 0;
    int64_t known_at = 0;
  };

  void AddInOrder(uint32_t at_100us, uint32_t duration_100us, PodVector<Span>* spans);
  Quiet FirstQuiet(int64_t painted) const;
  PodVector<Span> QuietNetwork() const;
  void Finish(int64_t interactive, int64_t painted, const PageViewState& page_view);

  // In the order of their beginning.
  PodVector<Span> tasks_;
  PodVector<Span> requests_;
  // None after what changes it: most calls of Advance find it.
  std::optional<Quiet> first_quiet_;
  uint32_t dom_content_loaded_100us_ = 0;
  Maybe<VitalReading> interactive_;
  Maybe<VitalReading> blocking_;
};

}  // namespace paceline::core
