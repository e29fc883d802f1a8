// Looks through a site's sessions for those that match.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "collector/query/time_range.h"
#include "collector/store/store.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// Sessions that one request looks at, newest first: bounds its time. Sessions beyond are reported
// as truncated.
inline constexpr size_t kMaxSessionsExamined = 20'000;

// The `limit` newest sessions of `range` that match `request` (already checked).
absl::StatusOr<v1::ListSessionsResponse> ScanSessions(const store::Store& store,
                                                      const v1::ListSessionsRequest& request,
                                                      const TimeRange& range, uint32_t limit);

}  // namespace paceline::query
