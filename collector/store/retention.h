// Forgets what is older than it is to be kept.
//
// Each kind of data has its own age, counted in whole UTC days. Journeys, facts and rollups are
// dropped by ranges of keys, whole files at once; sessions one by one, for a
// session that goes on is kept. How far everything has been dropped is written
// before anything is dropped, so that what is missing is never taken for a loss.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/committer.h"
#include "collector/store/key_value.h"
#include "collector/store/store.h"

namespace paceline::store {

// What `reader` says has been dropped; all zero when nothing has.
absl::StatusOr<v1::RetentionState> ReadRetentionState(const KeyValueReader& reader);

// Drops what is too old at `now_unix_ms`. Others read and write meanwhile.
absl::StatusOr<RetentionReport> ApplyRetention(const Retention& retention, uint64_t now_unix_ms,
                                               KeyValue* disk, Committer* committer);

}  // namespace paceline::store
