// Makes the views anew from the journeys, while records are taken and questions answered.
//
// They are made in a directory of their own, within the data directory, and take the place of those
// that are there in one step (rocks_replacement.h). Until then a crash, a failure or a wish to stop
// leaves everything as it was. Entries whose journeys are gone stay what they are.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/committer.h"
#include "collector/store/rocks_key_value.h"
#include "collector/store/store.h"

namespace paceline::store {

// Where views are made anew: removed, with what an interrupted rebuild has left, at the start.
std::string RebuildDirectory(const std::string& data_dir);

// Cancelled: `progress` said so. Nothing but `committer` writes to `disk` meanwhile, and no journey
// is dropped or erased.
absl::StatusOr<RebuildReport> RebuildViews(const std::string& data_dir, RocksKeyValue* disk,
                                           Committer* committer, const RebuildProgress& progress);

// After tables were lost, when retention has dropped journeys and nobody uses `disk` yet: makes the
// views of what is kept anew, up to `complete_to_commit`. Those that are older stay, as far as they
// are there and fit together.
absl::Status RemakeKeptViews(const std::string& data_dir, RocksKeyValue* disk,
                             uint64_t complete_to_commit);

// Makes the views of an older format anew, as this version's, when nobody uses `disk` yet. Facts
// and sessions come from the journeys alone; rollups of the days before those of the journeys stay.
absl::Status RemakeViews(const std::string& data_dir, RocksKeyValue* disk);

}  // namespace paceline::store
