// Errors, resources and API calls: what the events of many sessions come to, by what they are
// about.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "collector/query/event_scan.h"
#include "paceline/v1/query.pb.h"

namespace paceline::query {

// Each takes a checked request, with its range and limit as read. Most frequent first; equally
// frequent ones in the order of their names.
absl::StatusOr<v1::GetErrorsResponse> GroupErrors(const v1::GetErrorsRequest& request,
                                                  const TimeRange& range, uint32_t limit,
                                                  SessionScan* scan);
absl::StatusOr<v1::GetResourcesResponse> GroupResources(const v1::GetResourcesRequest& request,
                                                        const TimeRange& range, uint32_t limit,
                                                        SessionScan* scan);
absl::StatusOr<v1::GetApiCallsResponse> GroupApiCalls(const v1::GetApiCallsRequest& request,
                                                      const TimeRange& range, uint32_t limit,
                                                      SessionScan* scan);

}  // namespace paceline::query
