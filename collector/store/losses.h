// Which acknowledged records are not there any more.
//
// Commit numbers leave no gaps: what is erased leaves its place, and what retention drops is known
// by its day. So after damage, a number that is missing is a record that is lost.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "paceline/v1/record.pb.h"

namespace paceline::store {

// What is missing among the journeys. Reads all their keys.
absl::StatusOr<std::vector<v1::Loss>> FindLosses(const KeyValueReader& reader,
                                                 uint64_t found_unix_ms);

// The losses that were ever found.
absl::StatusOr<std::vector<v1::Loss>> ReadLosses(const KeyValueReader& reader);
// Adds those that are not known yet.
absl::Status NoteLosses(const std::vector<v1::Loss>& losses, KeyValue* disk);

}  // namespace paceline::store
