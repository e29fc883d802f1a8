#include "collector/ingest/enrich.h"

#include <string>

#include "collector/ingest/limits.h"
#include "collector/ingest/user_agent.h"
#include "core/sampling/device_tier.h"

namespace paceline::ingest {
namespace {

const char* ConnectionName(v1::EffectiveConnectionType type) {
  switch (type) {
    case v1::EFFECTIVE_CONNECTION_TYPE_SLOW_2G:
      return "slow-2g";
    case v1::EFFECTIVE_CONNECTION_TYPE_2G:
      return "2g";
    case v1::EFFECTIVE_CONNECTION_TYPE_3G:
      return "3g";
    case v1::EFFECTIVE_CONNECTION_TYPE_4G:
      return "4g";
    default:
      return "unknown";
  }
}

void SetDimensions(const EnrichOptions& options, const v1::Context& context,
                   std::string_view user_agent, v1::Dimensions* dimensions) {
  UserAgent agent = ParseUserAgent(user_agent, context.max_touch_points());
  dimensions->set_browser(std::string(agent.browser));
  dimensions->set_browser_version(std::move(agent.browser_version));
  dimensions->set_os(std::string(agent.os));
  dimensions->set_device_type(std::string(agent.device_type));
  dimensions->set_bot(agent.bot || (agent.headless && options.treat_headless_as_bot));
  dimensions->set_connection(ConnectionName(context.effective_connection_type()));
  dimensions->set_device_tier(std::string(core::DeviceTierName(
      core::ClassifyDevice(context.device_memory_mib(), context.hardware_concurrency()))));
}

template <typename Message>
std::string_view StringAt(const Message& message, uint32_t ref) {
  return ref == 0 ? std::string_view() : message.strings(static_cast<int>(ref) - 1);
}

}  // namespace

int64_t ClockOffsetMs(uint64_t received_unix_ms, uint64_t sent_unix_ms, uint64_t age_ms) {
  const int64_t difference = static_cast<int64_t>(received_unix_ms) -
                             static_cast<int64_t>(sent_unix_ms) - static_cast<int64_t>(age_ms);
  return difference >= -kMaxTrustedLeadMs && difference <= kMaxTrustedDelayMs ? 0 : difference;
}

void Enrich(const EnrichOptions& options, std::string_view user_agent, uint64_t age_ms,
            PageGrouper* grouper, v1::JournalRecord* record) {
  if (record->has_beacon()) {
    const v1::Beacon& beacon = record->beacon();
    SetDimensions(options, beacon.context(), user_agent, record->mutable_dimensions());
    for (const v1::PageView& view : beacon.page_views()) {
      record->add_page_groups(grouper->Group(beacon.site(), StringAt(beacon, view.url_ref())));
    }
    record->set_clock_offset_ms(
        ClockOffsetMs(record->received_unix_ms(), beacon.sent_unix_ms(), age_ms));
    return;
  }
  const v1::EntryBatch& batch = record->entry_batch();
  SetDimensions(options, batch.context(), user_agent, record->mutable_dimensions());
  for (const v1::Entry& entry : batch.entries()) {
    if (!entry.has_page_view_start()) continue;
    record->add_page_groups(
        grouper->Group(batch.site(), StringAt(batch, entry.page_view_start().url_ref())));
  }
  record->set_clock_offset_ms(
      ClockOffsetMs(record->received_unix_ms(), batch.sent_unix_ms(), age_ms));
}

}  // namespace paceline::ingest
