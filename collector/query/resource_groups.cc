#include <string>

#include "absl/strings/str_cat.h"
#include "collector/query/event_groups.h"
#include "collector/query/group_map.h"
#include "collector/query/resource_facts.h"
#include "core/base/units.h"
#include "core/sketch/ddsketch.h"

namespace paceline::query {
namespace {

constexpr uint32_t kFirstFailureStatus = 400;

// Sums are weighted.
struct ResourceSum {
  std::string url;
  v1::ResourceType type = v1::RESOURCE_TYPE_UNSPECIFIED;
  bool third_party = false;
  double count = 0;
  double transfer_bytes = 0;
  double decoded_bytes = 0;
  double render_blocking = 0;
  double cached = 0;
  double failed = 0;
  core::DdSketch duration_100us;
};

void Add(const ScannedEvent& scanned, const v1::Resource& resource, ResourceSum* sum) {
  const double weight = static_cast<double>(scanned.weight_micro) / kMicroPerUnit;
  if (sum->count == 0) {
    sum->url = scanned.Text(resource.url_ref());
    sum->type = resource.type();
    sum->third_party = resource.third_party();
  }
  sum->count += weight;
  sum->transfer_bytes += weight * resource.transfer_size_bytes();
  sum->decoded_bytes += weight * resource.decoded_size_bytes();
  if (resource.render_blocking()) sum->render_blocking += weight;
  if (resource.cached()) sum->cached += weight;
  if (resource.status() >= kFirstFailureStatus) sum->failed += weight;
  sum->duration_100us.Add(resource.duration_100us(), scanned.weight_micro);
}

v1::ResourceGroup Show(const ResourceSum& sum) {
  v1::ResourceGroup group;
  group.set_url(sum.url);
  group.set_type(sum.type);
  group.set_third_party(sum.third_party);
  group.set_count(sum.count);
  group.set_p75_duration_ms(sum.duration_100us.Quantile(0.75) / core::k100usPerMillisecond);
  group.set_transfer_size_bytes(sum.transfer_bytes / sum.count);
  group.set_decoded_size_bytes(sum.decoded_bytes / sum.count);
  group.set_render_blocking(sum.render_blocking / sum.count);
  group.set_cached(sum.cached / sum.count);
  group.set_failed(sum.failed / sum.count);
  return group;
}

}  // namespace

absl::StatusOr<v1::GetResourcesResponse> GroupResources(const v1::GetResourcesRequest& request,
                                                        const TimeRange& range, uint32_t limit,
                                                        SessionScan* scan) {
  GroupMap<ResourceSum> groups;
  ScanRequest events{request.site(), range, /*base_sample_only=*/true};
  events.wants = [&](const v1::PageViewFact& fact) {
    return fact.resources() > 0 && fact.weight_micro() > 0 && IsOfPage(fact, request.page_group());
  };
  const absl::Status scanned = scan->ForEachEvent(events, [&](const ScannedEvent& event) {
    if (!event.event.has_resource()) return;
    const v1::Resource resource = Completed(event.event.resource(), event.beacon.strings());
    ResourceSum* sum = groups.Find(
        KeyOf(event.Text(resource.url_ref()), absl::StrCat(static_cast<int>(resource.type()))));
    if (sum != nullptr) Add(event, resource, sum);
  });
  if (!scanned.ok()) return scanned;
  v1::GetResourcesResponse response;
  SetRange(range, &response);
  const auto rank = [](const ResourceSum& sum) { return sum.count; };
  for (const auto& [key, sum] : groups.Largest(limit, rank)) {
    *response.add_resources() = Show(*sum);
  }
  response.set_truncated(scan->truncated() || groups.overflowed());
  return response;
}

}  // namespace paceline::query
