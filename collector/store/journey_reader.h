// Reads the journeys in commit order.
//
// They are keyed by (day of receipt, commit), so that retention drops whole files. A clock that is
// set back makes a later commit land on an earlier day, so days may overlap in commit numbers: they
// are merged.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "collector/store/key_value.h"
#include "collector/store/keys.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

// Calls `visit` for each record with a commit in [from, to], in commit order; stops at its first
// error and returns it. DataLoss: a key or a record cannot be read.
absl::Status ForEachRecord(
    const KeyValueReader& reader, uint64_t from_commit, uint64_t to_commit,
    const std::function<absl::Status(JourneyKey, const v1::JournalRecord&)>& visit);

// The same with the records' bytes, which are valid during the call.
absl::Status ForEachRecordBytes(
    const KeyValueReader& reader, uint64_t from_commit, uint64_t to_commit,
    const std::function<absl::Status(JourneyKey, std::string_view)>& visit);

// The lowest and the highest commit of the records that were received on days [first_day,
// last_day]; first > last: there are none.
struct CommitRange {
  uint64_t first = 1;
  uint64_t last = 0;
};
absl::StatusOr<CommitRange> CommitsOfDays(const KeyValueReader& reader, uint64_t first_day,
                                          uint64_t last_day);

// The highest commit number there is; 0 when there are no journeys.
absl::StatusOr<uint64_t> LastCommit(const KeyValueReader& reader);

}  // namespace paceline::store
