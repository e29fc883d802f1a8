// How many visitors get through the site's journeys, and where the others are lost.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/analysis/journey_state.h"
#include "collector/query/event_scan.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// Takes a checked request. `definitions`: the site's own and the defaults; journeys without one are
// told as their events say. In the order of the definitions, then of names.
absl::StatusOr<v1::GetJourneysResponse> SummarizeJourneys(
    const v1::GetJourneysRequest& request, const TimeRange& range,
    const std::vector<analysis::JourneyDefinition>& definitions, uint64_t now_unix_ms,
    SessionScan* scan);

}  // namespace paceline::query
