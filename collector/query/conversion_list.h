// What a site's sessions brought: totals, revenue, and the conversions one by one.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "collector/query/event_scan.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// Takes a checked request. Every conversion counts, whatever its session's weight; the same type
// and id counts once, also across sessions.
absl::StatusOr<v1::GetConversionsResponse> ListConversions(const v1::GetConversionsRequest& request,
                                                           const TimeRange& range, uint32_t limit,
                                                           SessionScan* scan);

}  // namespace paceline::query
