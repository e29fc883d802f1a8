#include "core/vitals/inp_tracker.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/limits.h"
#include "core/vitals/event_timing_parts.h"

namespace paceline::core {
namespace {

constexpr uint32_t kInteractionsPerIgnoredOne = 50;

// What a restored page view has whose interactions were all too short for an entry. Source:
// web-vitals, InteractionManager: "below the 16ms limit so report a dummy 8ms interaction".
constexpr uint32_t kTooShortToSee100us = 8 * k100usPerMillisecond;

// Events that end this close to each other were presented by the same frame: durations are rounded
// to 8 ms.
constexpr int64_t kSameFrame100us = 8 * k100usPerMillisecond;

}  // namespace

// Both have the frame's processing times afterwards, if one frame presented both.
void InpTracker::Join(const Candidate& known, Candidate* observed) {
  const int64_t apart = SignedDifference(known.start_100us, observed->start_100us) +
                        SignedDifference(known.duration_100us, observed->duration_100us);
  if (std::abs(apart) > kSameFrame100us) {
    if (observed->duration_100us > known.duration_100us) return;
    observed->processing_start_100us = known.processing_start_100us;
    observed->processing_end_100us = known.processing_end_100us;
    return;
  }
  observed->processing_start_100us =
      std::min(observed->processing_start_100us, known.processing_start_100us);
  observed->processing_end_100us =
      std::max(observed->processing_end_100us, known.processing_end_100us);
}

void InpTracker::Observe(const EventTiming& entry, PoolRef name, PoolRef target, bool is_key,
                         const ScriptLog* scripts) {
  if (entry.interaction_id == 0) return;
  Candidate observed;
  observed.interaction_id = entry.interaction_id;
  observed.start_100us = entry.start_100us;
  observed.duration_100us = entry.duration_100us;
  observed.entry_count = 1;
  AttributeInteraction(name, target, is_key, &observed.attribution);
  observed.processing_start_100us = uint64_t{entry.start_100us} + entry.processing_start_100us;
  observed.processing_end_100us = observed.processing_start_100us + entry.processing_duration_100us;
  Candidate* candidate = candidates_.begin();
  while (candidate != candidates_.end() && candidate->interaction_id != observed.interaction_id) {
    ++candidate;
  }
  if (candidate == candidates_.end()) {
    if (candidates_.size() == kMaxInteractionCandidates) {
      if (entry.duration_100us <= candidates_.back().duration_100us) return;
      candidates_.pop_back();
    }
    candidates_.push_back(observed);
    candidate = candidates_.end() - 1;
  } else {
    Join(*candidate, &observed);
    if (entry.duration_100us > candidate->duration_100us) {
      // The first of an interaction's events that has a name gives it.
      if (candidate->attribution.target != 0) {
        observed.attribution.target = candidate->attribution.target;
      }
      *candidate = observed;
    } else {
      candidate->processing_start_100us = observed.processing_start_100us;
      candidate->processing_end_100us = observed.processing_end_100us;
      if (entry.duration_100us == candidate->duration_100us &&
          entry.start_100us == candidate->start_100us) {
        // Another event of the same frame, or the first-input entry of this very event.
        ++candidate->entry_count;
        if (candidate->attribution.target == 0) candidate->attribution.target = target;
      }
    }
  }
  Divide(candidate);
  if (scripts != nullptr) {
    scripts->Attribute(candidate->start_100us, candidate->duration_100us, &candidate->attribution);
  }
  // One element moves forward at most: past those that are shorter, so that earlier ones stay ahead
  // of equals.
  while (candidate != candidates_.begin() &&
         (candidate - 1)->duration_100us < candidate->duration_100us) {
    std::swap(*(candidate - 1), *candidate);
    --candidate;
  }
}

void InpTracker::Observe(const Script& script) {
  for (Candidate& candidate : candidates_) {
    ScriptLog::Attribute(script, candidate.start_100us, candidate.duration_100us,
                         &candidate.attribution);
  }
}

// Input delay lasts until the first of the frame's events is processed, processing until the last.
void InpTracker::Divide(Candidate* candidate) {
  EventTiming whole;
  whole.duration_100us = candidate->duration_100us;
  const auto since = [&](uint64_t time_100us) {
    return time_100us > candidate->start_100us
               ? static_cast<uint32_t>(time_100us - candidate->start_100us)
               : 0;
  };
  whole.processing_start_100us = since(candidate->processing_start_100us);
  whole.processing_duration_100us =
      since(candidate->processing_end_100us) - whole.processing_start_100us;
  AttributeParts(whole, &candidate->attribution);
}

Maybe<VitalReading> InpTracker::Read(uint32_t interaction_count,
                                     const PageViewState& page_view) const {
  if (candidates_.empty()) {
    const bool may_be_unseen = page_view.restored || page_view.soft;
    if (interaction_count == 0 || !may_be_unseen) return std::nullopt;
    return VitalReading(kTooShortToSee100us, page_view.start_100us, 0);
  }
  const size_t ignored = interaction_count / kInteractionsPerIgnoredOne;
  const Candidate& candidate = candidates_[std::min(candidates_.size() - 1, ignored)];
  VitalReading reading(candidate.duration_100us, candidate.start_100us, candidate.entry_count);
  reading.attribution.kind = VitalField::kInteraction;
  reading.attribution.interaction = candidate.attribution;
  return reading;
}

}  // namespace paceline::core
