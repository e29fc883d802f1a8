// Interaction to Next Paint: of a page view's interactions the longest, but for one in every 50 of
// them. https://web.dev/articles/inp, https://w3c.github.io/event-timing/
#pragma once

#include <cstdint>

#include "core/base/pod_vector.h"
#include "core/vitals/page_view_state.h"
#include "core/vitals/script_log.h"
#include "core/vitals/vital_reading.h"

namespace paceline::core {

class InpTracker {
 public:
  // Passes over entries of no interaction. `scripts`: those that are known of its time.
  void Observe(const EventTiming& entry, PoolRef name, PoolRef target, bool is_key = false,
               const ScriptLog* scripts = nullptr);
  // A script that may have run during one of the interactions.
  void Observe(const Script& script);

  // `interaction_count`: the page view's own. May fall, when more interactions make another
  // candidate the one.
  Maybe<VitalReading> Read(uint32_t interaction_count, const PageViewState& page_view) const;

 private:
  struct Candidate {
    uint32_t interaction_id = 0;
    uint32_t start_100us = 0;
    uint32_t duration_100us = 0;
    uint32_t entry_count = 0;
    InteractionAttribution attribution;
    // Of all its events that the same frame presented.
    uint64_t processing_start_100us = 0;
    uint64_t processing_end_100us = 0;
  };

  static void Join(const Candidate& known, Candidate* observed);
  static void Divide(Candidate* candidate);

  // Longest first; of equally long ones the earlier first. At most kMaxInteractionCandidates.
  PodVector<Candidate> candidates_;
};

}  // namespace paceline::core
