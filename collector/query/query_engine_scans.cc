// QueryEngine: what is answered from sessions and their records.
#include "collector/query/conversion_list.h"
#include "collector/query/event_groups.h"
#include "collector/query/journey_summary.h"
#include "collector/query/query_engine.h"
#include "collector/query/request.h"
#include "collector/query/time_range.h"

namespace paceline::query {
namespace {

struct Checked {
  TimeRange range;
  uint32_t limit = 0;
};

template <typename Request>
absl::StatusOr<Checked> Check(const Request& request, uint32_t limit,
                              const std::vector<std::string>& sites, uint64_t now_unix_ms) {
  if (absl::Status status = CheckSite(request.site(), sites); !status.ok()) return status;
  const auto range = ParseRange(request.from_unix_ms(), request.to_unix_ms(), now_unix_ms);
  if (!range.ok()) return range.status();
  const auto parsed = ParseLimit(limit);
  if (!parsed.ok()) return parsed.status();
  return Checked{*range, *parsed};
}

}  // namespace

absl::StatusOr<v1::GetErrorsResponse> QueryEngine::GetErrors(
    const v1::GetErrorsRequest& request) const {
  const auto checked = Check(request, request.limit(), sites_, now_unix_ms_());
  if (!checked.ok()) return checked.status();
  SessionScan scan(store_, &now_unix_ms_);
  return GroupErrors(request, checked->range, checked->limit, &scan);
}

absl::StatusOr<v1::GetResourcesResponse> QueryEngine::GetResources(
    const v1::GetResourcesRequest& request) const {
  const auto checked = Check(request, request.limit(), sites_, now_unix_ms_());
  if (!checked.ok()) return checked.status();
  SessionScan scan(store_, &now_unix_ms_);
  return GroupResources(request, checked->range, checked->limit, &scan);
}

absl::StatusOr<v1::GetApiCallsResponse> QueryEngine::GetApiCalls(
    const v1::GetApiCallsRequest& request) const {
  const auto checked = Check(request, request.limit(), sites_, now_unix_ms_());
  if (!checked.ok()) return checked.status();
  SessionScan scan(store_, &now_unix_ms_);
  return GroupApiCalls(request, checked->range, checked->limit, &scan);
}

absl::StatusOr<v1::GetConversionsResponse> QueryEngine::GetConversions(
    const v1::GetConversionsRequest& request) const {
  const auto checked = Check(request, request.limit(), sites_, now_unix_ms_());
  if (!checked.ok()) return checked.status();
  SessionScan scan(store_, &now_unix_ms_);
  return ListConversions(request, checked->range, checked->limit, &scan);
}

absl::StatusOr<v1::GetJourneysResponse> QueryEngine::GetJourneys(
    const v1::GetJourneysRequest& request) const {
  const uint64_t now_unix_ms = now_unix_ms_();
  const auto checked = Check(request, 0, sites_, now_unix_ms);
  if (!checked.ok()) return checked.status();
  SessionScan scan(store_, &now_unix_ms_);
  const auto own = journeys_.find(request.site());
  return SummarizeJourneys(request, checked->range,
                           own == journeys_.end() ? analysis::DefaultJourneys() : own->second,
                           now_unix_ms, &scan);
}

}  // namespace paceline::query
