#include <string>

#include "collector/query/event_groups.h"
#include "collector/query/group_map.h"
#include "collector/store/fact_events.h"
#include "core/base/units.h"
#include "core/sketch/ddsketch.h"

namespace paceline::query {
namespace {

constexpr uint32_t kFirstServerErrorStatus = 500;

// Sums are weighted.
struct ApiCallSum {
  std::string endpoint;
  std::string method;
  double count = 0;
  double failures = 0;
  double server_errors = 0;
  double request_bytes = 0;
  double response_bytes = 0;
  double cached = 0;
  core::DdSketch duration_100us;
};

void Add(const ScannedEvent& scanned, ApiCallSum* sum) {
  const v1::ApiCall& call = scanned.event.api_call();
  const double weight = static_cast<double>(scanned.weight_micro) / kMicroPerUnit;
  sum->endpoint = scanned.Text(call.endpoint_ref());
  sum->method = scanned.Text(call.method_ref());
  sum->count += weight;
  sum->request_bytes += weight * call.request_bytes();
  sum->response_bytes += weight * call.response_bytes();
  if (store::IsFailure(call)) sum->failures += weight;
  if (call.status() >= kFirstServerErrorStatus) sum->server_errors += weight;
  if (call.cached()) sum->cached += weight;
  sum->duration_100us.Add(call.duration_100us(), scanned.weight_micro);
}

v1::ApiCallGroup Show(const ApiCallSum& sum) {
  v1::ApiCallGroup group;
  group.set_endpoint(sum.endpoint);
  group.set_method(sum.method);
  group.set_count(sum.count);
  group.set_p75_duration_ms(sum.duration_100us.Quantile(0.75) / core::k100usPerMillisecond);
  group.set_p95_duration_ms(sum.duration_100us.Quantile(0.95) / core::k100usPerMillisecond);
  group.set_failures(sum.failures);
  group.set_server_errors(sum.server_errors);
  group.set_request_bytes(sum.request_bytes / sum.count);
  group.set_response_bytes(sum.response_bytes / sum.count);
  group.set_cached(sum.cached / sum.count);
  return group;
}

}  // namespace

absl::StatusOr<v1::GetApiCallsResponse> GroupApiCalls(const v1::GetApiCallsRequest& request,
                                                      const TimeRange& range, uint32_t limit,
                                                      SessionScan* scan) {
  GroupMap<ApiCallSum> groups;
  ScanRequest events{request.site(), range, /*base_sample_only=*/true};
  events.wants = [&](const v1::PageViewFact& fact) {
    return fact.api_calls() > 0 && fact.weight_micro() > 0 && IsOfPage(fact, request.page_group());
  };
  const absl::Status scanned = scan->ForEachEvent(events, [&](const ScannedEvent& event) {
    if (!event.event.has_api_call()) return;
    const v1::ApiCall& call = event.event.api_call();
    ApiCallSum* sum =
        groups.Find(KeyOf(event.Text(call.endpoint_ref()), event.Text(call.method_ref())));
    if (sum != nullptr) Add(event, sum);
  });
  if (!scanned.ok()) return scanned;
  v1::GetApiCallsResponse response;
  SetRange(range, &response);
  const auto rank = [](const ApiCallSum& sum) { return sum.count; };
  for (const auto& [key, sum] : groups.Largest(limit, rank)) {
    *response.add_api_calls() = Show(*sum);
  }
  response.set_truncated(scan->truncated() || groups.overflowed());
  return response;
}

}  // namespace paceline::query
