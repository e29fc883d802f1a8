#include "core/vitals/load_record.h"

namespace paceline::core {
namespace {

uint32_t Part(int64_t part) { return part > 0 ? static_cast<uint32_t>(part) : 0; }

}  // namespace

void LoadRecord::Observe(const Navigation& entry) {
  if (entry.response_start_100us != 0) navigation_ = entry;
}

void LoadRecord::Observe(const Resource& entry) {
  if (!entry.render_blocking) return;
  ++blocking_resources_;
  const uint32_t end_100us = entry.at_100us + entry.duration_100us;
  if (end_100us < last_blocking_end_100us_) return;
  last_blocking_end_100us_ = end_100us;
  last_blocking_url_ = entry.url_ref;
}

LoadState LoadRecord::StateAt(uint32_t at_100us) const {
  const DocumentTimes<int64_t> times = {navigation_.dom_interactive_100us,
                                        navigation_.dom_content_loaded_100us,
                                        navigation_.dom_complete_100us};
  // Until the lazy part has told the times, nothing is known of the document's state.
  if (times.dom_interactive == 0) return LoadState::kUnspecified;
  return LoadStateAt<int64_t>(at_100us, true, times);
}

void LoadRecord::Attribute(uint32_t value_100us, const PageViewState& page_view,
                           TtfbAttribution* attribution) const {
  const Navigation& entry = navigation_;
  const auto parts = DivideTtfb<int64_t>(
      value_100us, page_view.activation_start_100us,
      {entry.worker_start_100us, entry.fetch_start_100us, entry.domain_lookup_start_100us,
       entry.connect_start_100us, entry.connect_end_100us});
  attribution->request_type = entry.request_type_ref;
  attribution->cache_status = entry.cache_status_ref;
  attribution->server_region = entry.server_region_ref;
  // Only the first byte is known yet.
  if (entry.fetch_start_100us == 0) return;
  attribution->waiting_100us = Part(parts.waiting);
  attribution->cache_100us = Part(parts.cache);
  attribution->dns_100us = Part(parts.dns);
  attribution->connection_100us = Part(parts.connection);
  attribution->request_100us = Part(parts.request);
}

void LoadRecord::Attribute(uint32_t value_100us, uint32_t painted_100us,
                           const PageViewState& page_view, FcpAttribution* attribution) const {
  const auto parts = DivideFcp<int64_t>(value_100us, page_view.activation_start_100us,
                                        navigation_.response_start_100us);
  attribution->time_to_first_byte_100us = Part(parts.time_to_first_byte);
  attribution->first_byte_to_fcp_100us = Part(parts.first_byte_to_fcp);
  attribution->load_state = StateAt(painted_100us);
  attribution->render_blocking_resources = blocking_resources_;
  attribution->render_blocking_url = last_blocking_url_;
  attribution->rendering = navigation_.rendering_ref;
}

void LoadRecord::Attribute(uint32_t value_100us, const ResourceTimes<int64_t>& resource,
                           const PageViewState& page_view, LcpAttribution* attribution) const {
  // A soft navigation waits for no first byte.
  const int64_t response_start = page_view.soft ? 0 : navigation_.response_start_100us;
  const auto parts =
      DivideLcp<int64_t>(value_100us, page_view.activation_start_100us, response_start,
                         resource.response_end != 0 ? &resource : nullptr);
  attribution->time_to_first_byte_100us = Part(parts.time_to_first_byte);
  attribution->resource_load_delay_100us = Part(parts.resource_load_delay);
  attribution->resource_load_duration_100us = Part(parts.resource_load_duration);
  attribution->element_render_delay_100us = Part(parts.element_render_delay);
}

}  // namespace paceline::core
