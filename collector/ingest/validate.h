// The second step: decoded, but does it make sense? A message says which field is wrong and what
// would be right.
#pragma once

#include <cstddef>
#include <string>

#include "paceline/v1/beacon.pb.h"
#include "paceline/v1/entry.pb.h"

namespace paceline::ingest {

// Both drop what a newer sender may know and this version does not (see validate_fields.h).

// Empty when valid. Ratings are derived data: each vital's is set to what core's thresholds say of
// its value, so that an old agent, or one with other ideas, cannot bend the statistics.
std::string ValidateBeacon(v1::Beacon* beacon);

// Empty when valid. `max_page_views`: see Limits; those of a Beacon are counted before it is
// decoded.
std::string ValidateEntryBatch(v1::EntryBatch* batch, size_t max_page_views);

}  // namespace paceline::ingest
