#include "core/vitals/inp_tracker.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/vitals/event_timing_parts.h"

namespace paceline::core {
namespace {

constexpr uint32_t kInteractionsPerIgnoredOne = 50;

// What a restored page view has whose interactions were all too short for an entry. Source:
// web-vitals, InteractionManager: "below the 16ms limit so report a dummy 8ms interaction".
constexpr uint32_t kTooShortToSee100us = 8 * k100usPerMillisecond;

}  // namespace

void InpTracker::Observe(const EventTiming& entry, PoolRef name, PoolRef target) {
  if (entry.interaction_id == 0) return;
  auto candidate = std::find_if(
      candidates_.begin(), candidates_.end(),
      [&](const Candidate& known) { return known.interaction_id == entry.interaction_id; });
  if (candidate == candidates_.end()) {
    if (candidates_.size() == kMaxInteractionCandidates) {
      if (entry.duration_100us <= candidates_.back().duration_100us) return;
      candidates_.pop_back();
    }
    candidates_.push_back({entry.interaction_id, entry.start_100us, entry.duration_100us, 1,
                           AttributeInteraction(entry, name, target)});
    candidate = candidates_.end() - 1;
  } else if (entry.duration_100us > candidate->duration_100us) {
    *candidate = {entry.interaction_id, entry.start_100us, entry.duration_100us, 1,
                  AttributeInteraction(entry, name, target)};
  } else if (entry.duration_100us == candidate->duration_100us &&
             entry.start_100us == candidate->start_100us) {
    // Another event of the same frame, or the first-input entry of this very event.
    ++candidate->entry_count;
    if (candidate->attribution.target == 0) candidate->attribution.target = target;
  }
  // One element moves forward at most: past those that are shorter, so that earlier ones stay ahead
  // of equals.
  while (candidate != candidates_.begin() &&
         (candidate - 1)->duration_100us < candidate->duration_100us) {
    std::swap(*(candidate - 1), *candidate);
    --candidate;
  }
}

std::optional<VitalReading> InpTracker::Read(uint32_t interaction_count,
                                             const PageViewState& page_view) const {
  if (candidates_.empty()) {
    if (interaction_count == 0 || !page_view.restored) return std::nullopt;
    return VitalReading{kTooShortToSee100us, page_view.start_100us, 0, std::monostate()};
  }
  const size_t ignored = interaction_count / kInteractionsPerIgnoredOne;
  const Candidate& candidate = candidates_[std::min(candidates_.size() - 1, ignored)];
  return VitalReading{candidate.duration_100us, candidate.start_100us, candidate.entry_count,
                      candidate.attribution};
}

}  // namespace paceline::core
