// What became of a site's beacons: QueryEngine::GetQuality.
#pragma once

#include <cstdint>

#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// A site of which a smaller share has come is flagged.
inline constexpr double kCompletenessTarget = 0.95;
// Of fewer that were sent, a single one that is still on its way would decide.
inline constexpr double kMinSentForFlag = 20;

// Of these days, both included.
v1::GetQualityResponse SumQuality(uint32_t first_day, uint32_t last_day,
                                  const store::QualityDays& own, const store::QualityDays& nobodys);

}  // namespace paceline::query
