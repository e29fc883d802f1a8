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
// in `scratch`, which is empty, and compares facts, sessions and rollups in both directions, byte
// by byte. Also checks that no record is there twice. `stored` does not change meanwhile: a
// snapshot. Of views, those that lie in `range`.
//
// Needs as much room in `scratch` as the views take, and memory for the sessions that are folded
// between two flushes.
absl::StatusOr<VerifyReport> VerifyViews(const KeyValueReader& stored, KeyValue* scratch,
                                         const std::function<void(uint64_t)>& progress,
                                         const TimeRange& range = {});

}  // namespace paceline::store
