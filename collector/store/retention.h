// Forgets what is older than it is to be kept.
//
// Each kind of data has its own age, counted in whole UTC days. Journeys, facts and rollups are
// dropped by ranges of keys, whole files at once; sessions one by one, for a
// session that goes on is kept. How far everything has been dropped is written
// before anything is dropped, so that what is missing is never taken for a loss.
//
// A clock that has jumped far ahead would make everything old at once. So one that is further than
// kMaxClockStepMs from where it was when retention was last applied (at first: when the newest
// record came) is doubted, and nothing is dropped until it has gone on for kDoubtMs from there, or
// is back before it.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/committer.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"
#include "collector/store/store.h"

namespace paceline::store {

// A collector that runs applies retention every hour; one that stood still for longer than this
// waits.
inline constexpr uint64_t kMaxClockStepMs = 2 * kMillisecondsPerDay;
// Time to see the warning and to set the clock right.
inline constexpr uint64_t kDoubtMs = 7 * kMillisecondsPerDay;

// What `reader` says has been dropped; all zero when nothing has.
absl::StatusOr<v1::RetentionState> ReadRetentionState(const KeyValueReader& reader);

// Drops what is too old at `now_unix_ms`, unless that is doubted. Others read and write meanwhile.
absl::StatusOr<RetentionReport> ApplyRetention(const Retention& retention, uint64_t now_unix_ms,
                                               KeyValue* disk, Committer* committer);

}  // namespace paceline::store
