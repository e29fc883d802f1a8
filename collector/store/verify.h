// Recounts the views from the journeys, and compares.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/store.h"

namespace paceline::store {

// Differences that are listed; a broken store can have as many as it has facts.
inline constexpr size_t kMaxListedDifferences = 1000;

// Folds all journeys up to the commit to which the views of `stored` are complete into fresh views,
// in memory, and compares facts, sessions and rollups in both directions, byte by byte. Also checks
// that each record's sequence number is bound to that record, so that none is there twice. `stored`
// does not change meanwhile: a snapshot.
//
// Needs memory for the recounted views.
absl::StatusOr<VerifyReport> VerifyViews(const KeyValueReader& stored,
                                         const std::function<void(uint64_t)>& progress);

}  // namespace paceline::store
