// What became of each site's beacons, by day: no view, for what was refused is in no journey.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "collector/store/key_value.h"
#include "collector/store/store.h"

namespace paceline::store {

// Both days included.
absl::StatusOr<QualityDays> ReadQuality(const KeyValueReader& reader, std::string_view site,
                                        uint32_t first_day, uint32_t last_day);

// In the place of what was there of those days.
absl::Status WriteQuality(std::string_view site, const QualityDays& days,
                          KeyValue::Durability durability, KeyValue* disk);

}  // namespace paceline::store
