// The vitals of one page view: hands entries to their trackers, and says which values changed since
// they were last said.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/vitals/cls_tracker.h"
#include "core/vitals/fcp_tracker.h"
#include "core/vitals/fid_tracker.h"
#include "core/vitals/inp_tracker.h"
#include "core/vitals/lcp_tracker.h"
#include "core/vitals/page_view_state.h"
#include "core/vitals/ttfb_tracker.h"

namespace paceline::core {

class PageVitals {
 public:
  // `first_interaction`: the document's interaction count when the page view began.
  // `had_navigation`: the document has told of its navigation, without which a restored page view
  // has no TTFB.
  PageVitals(const PageViewState& state, uint32_t first_interaction, bool had_navigation);

  void Observe(const Navigation& entry) { ttfb_.Observe(entry, state_); }
  void Observe(const Paint& entry);
  void Observe(const LargestContentfulPaint& entry, PoolRef target, PoolRef url) {
    lcp_.Observe(entry, target, url, state_);
  }
  void Observe(const LayoutShift& entry, PoolRef target) { cls_.Observe(entry, target); }
  void Observe(const EventTiming& entry, PoolRef name, PoolRef target);
  // Their references are numbers of the pool.
  void Observe(const LongTask&) {}
  void Observe(const Resource&) {}
  void Observe(const Script&) {}
  void ObserveHidden(uint32_t at_100us);
  void ObserveInput(uint32_t at_100us);
  // The document's interaction count as it now stands, or stood when the page view ended.
  void SetInteractionCount(uint32_t count) { interaction_count_ = count; }

  // Current values, also those that were said.
  std::optional<VitalReading> Read(Metric metric) const;

  // Vitals whose value differs from the one last said, or that were never said.
  uint32_t CountChanges() const;
  // True when one of them is poor and was not when last said.
  bool BecamePoor() const;
  // True when LCP, INP or CLS is poor.
  bool HasPoorCoreWebVital() const;
  // Appends an Event for each change, of page view `page_view`, and takes it as said.
  void TakeChanges(uint32_t page_view, std::vector<Event>* events);

 private:
  bool Changed(Metric metric, const std::optional<VitalReading>& reading) const;

  PageViewState state_;
  uint32_t first_interaction_ = 0;
  uint32_t interaction_count_ = 0;
  LcpTracker lcp_;
  FcpTracker fcp_;
  TtfbTracker ttfb_;
  FidTracker fid_;
  InpTracker inp_;
  ClsTracker cls_;
  std::optional<uint64_t> said_[kMetricSlots];
};

}  // namespace paceline::core
