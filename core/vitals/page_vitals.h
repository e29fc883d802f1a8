// The vitals of one page view: hands entries to their trackers, and says which values changed since
// they were last said.
//
// Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "core/vitals/cls_tracker.h"
#include "core/vitals/fcp_tracker.h"
#include "core/vitals/fid_tracker.h"
#include "core/vitals/inp_tracker.h"
#include "core/vitals/interactivity_tracker.h"
#include "core/vitals/lcp_tracker.h"
#include "core/vitals/load_record.h"
#include "core/vitals/page_view_state.h"
#include "core/vitals/script_log.h"
#include "core/vitals/ttfb_tracker.h"

namespace paceline::core {

// What is to be said of vitals.
struct VitalNews {
  // Vitals that were never said, or whose value or attribution differs from what was last said: the
  // load's times, the painted image's and a frame's scripts come late.
  uint32_t changes = 0;
  // One of them is poor and was not when last said.
  bool became_poor = false;
  // LCP, INP or CLS is poor, said or not.
  bool poor_core_web_vital = false;
};

class PageVitals {
 public:
  // `first_interaction`: the document's interaction count when the page view began.
  // `had_navigation`: the document has told of its navigation, without which a restored page view
  // has no TTFB.
  PageVitals(const PageViewState& state, uint32_t first_interaction, bool had_navigation);

  // References of all entries are numbers of the pool.
  void Observe(const Navigation& entry);
  void Observe(const Paint& entry);
  void Observe(const LargestContentfulPaint& entry, PoolRef target, PoolRef url) {
    lcp_.Observe(entry, target, url, state_);
  }
  void Observe(const LayoutShift& entry, PoolRef target) { cls_.Observe(entry, target); }
  // `is_key`: its name is a key event's.
  void Observe(const EventTiming& entry, PoolRef name, PoolRef target, bool is_key = false);
  void Observe(const LongTask& entry);
  void Observe(const Resource& entry);
  void Observe(const Script& entry);
  void ObserveHidden(uint32_t at_100us);
  void ObserveInput(uint32_t at_100us);
  // It is `now_100us`, and everything before has been observed.
  void Advance(uint32_t now_100us);
  // The document's interaction count as it now stands, or stood when the page view ended.
  void SetInteractionCount(uint32_t count) { interaction_count_ = count; }

  // Current values, also those that were said.
  Maybe<VitalReading> Read(Metric metric) const;
  // VitalReading::value, or kNotMeasured.
  uint64_t ValueOf(Metric metric) const;

  // Adds what is to be said of the vitals to `*news`.
  void AddNews(VitalNews* news) const;
  bool HasNews() const;
  // Appends a VitalEvent for each change, of page view `page_view`, and takes it as said. False
  // when there was none.
  bool TakeChanges(uint32_t page_view, PodVector<VitalEvent>* events);
  // Undo() forgets what was said since KeepUndo().
  void KeepUndo() { std::copy(std::begin(said_), std::end(said_), said_before_); }
  void Undo() { std::copy(std::begin(said_before_), std::end(said_before_), said_); }

 private:
  Maybe<VitalReading> ReadBare(Metric metric) const;
  void Attribute(Metric metric, VitalReading* reading) const;
  const Maybe<VitalReading>& Said(Metric metric) const {
    return said_[static_cast<unsigned>(metric)];
  }
  bool IsNews(Metric metric, const VitalReading& reading) const;

  PageViewState state_;
  uint32_t first_interaction_ = 0;
  uint32_t interaction_count_ = 0;
  LcpTracker lcp_;
  FcpTracker fcp_;
  TtfbTracker ttfb_;
  FidTracker fid_;
  InpTracker inp_;
  ClsTracker cls_;
  InteractivityTracker interactivity_;
  LoadRecord load_;
  ScriptLog scripts_;
  Maybe<VitalReading> said_[kMetricSlots];
  Maybe<VitalReading> said_before_[kMetricSlots];
};

}  // namespace paceline::core
