// What a page view's fact keeps of its events, besides vitals: counters, and conversions.
#pragma once

#include <cstdint>

#include "collector/store/page_fact.h"
#include "paceline/v1/beacon.pb.h"

namespace paceline::store {

// An interaction slower than this (200 ms, INP's threshold of good) counts as slow.
inline constexpr uint32_t kSlowInteraction100us = 2000;

// Of one page view; later ones are in the journeys only. A visitor converts once or twice.
inline constexpr size_t kMaxConversionsPerPageView = 64;

// Whether a call failed: no answer, or one of 400 or more. A call that the page itself aborted did
// not.
bool IsFailure(const v1::ApiCall& call);

// Adds `event` of `beacon`, which happened at `at_unix_ms`. The result does not depend on the order
// in which events are added. Vitals are not for here.
void CountEvent(const RecordView& beacon, const EventView& event, uint64_t at_unix_ms,
                PageFact* fact);

}  // namespace paceline::store
