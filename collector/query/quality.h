// What became of a site's beacons: QueryEngine::GetQuality.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// A site of which a smaller share has come, or was measured, is flagged.
inline constexpr double kCompletenessTarget = 0.95;
inline constexpr double kCoverageTarget = 0.95;
// Of fewer that were sent, a single one that is still on its way would decide.
inline constexpr double kMinSentForFlag = 20;
inline constexpr double kMinSeenForFlag = 20;

// Weighted, by day.
using MeasuredPageViews = std::map<uint32_t, double>;

// Whether a browser asks the server for the page of such a page view, as rollups name its type. For
// one that it goes back to it seldom does.
bool AsksServer(std::string_view navigation_type);

// Of these days, both included. `measured`: page views that ask a server, of the days on which
// coverage is looked at.
v1::GetQualityResponse SumQuality(uint32_t first_day, uint32_t last_day,
                                  const store::QualityDays& own, const store::QualityDays& nobodys,
                                  const MeasuredPageViews& measured);

}  // namespace paceline::query
