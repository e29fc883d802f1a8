// What is done with a directory when it is opened, before anything is folded or taken.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/store/rocks_key_value.h"
#include "collector/store/store.h"

namespace paceline::store {

// How far the views are complete. Marks a new, empty directory with our format version, and makes
// views of an older one anew: what folding makes of the journeys has changed. FailedPrecondition: a
// newer version, or an older one that is only read.
absl::StatusOr<uint64_t> ReadOrUpgradeState(const std::string& data_dir, RocksKeyValue* disk,
                                            bool read_only);

// Says what damage took, and makes views anew. Those that are older than the journeys cannot be:
// they stay, unless they are `unfit` to go on with; then rollups do. Returns how far views are
// complete then.
absl::StatusOr<uint64_t> AfterDamage(const std::string& data_dir, RocksKeyValue* disk,
                                     uint64_t complete_to_commit, bool unfit,
                                     const DamageCallback& on_damage,
                                     const std::vector<std::string>& damage);

// The installation's secret; makes it when there is none.
absl::StatusOr<std::string> ReadOrMakeSecret(KeyValue* disk, bool read_only);

}  // namespace paceline::store
