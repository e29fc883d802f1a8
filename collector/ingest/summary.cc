#include "collector/ingest/summary.h"

#include <algorithm>

namespace paceline::ingest {
namespace {

constexpr std::string_view kConversionCall = "conversion";

template <typename Message>
std::string_view StringAt(const Message& message, uint32_t ref) {
  return ref == 0 ? std::string_view() : message.strings(static_cast<int>(ref) - 1);
}

// All but conversions and page views.
template <typename Message>
Summary HeadOf(const Message& message) {
  const v1::Context& context = message.context();
  Summary summary;
  summary.site = message.site();
  summary.session_id = message.session_id();
  summary.document_id = message.document_id();
  summary.sequence = message.sequence();
  summary.origin_unix_ms = message.origin_unix_ms();
  summary.sent_unix_ms = message.sent_unix_ms();
  summary.sample_rate_ppm = message.sample_rate_ppm();
  summary.kept_unsampled = message.kept_unsampled();
  summary.device_memory_mib = context.device_memory_mib();
  summary.hardware_concurrency = context.hardware_concurrency();
  summary.max_touch_points = context.max_touch_points();
  summary.connection = context.effective_connection_type();
  summary.release = StringAt(message, context.release_ref());
  for (int i = 0; i + 1 < context.tag_refs_size(); i += 2) {
    summary.tags.push_back(
        {StringAt(message, context.tag_refs(i)), StringAt(message, context.tag_refs(i + 1))});
  }
  return summary;
}

}  // namespace

Summary SummaryOf(const v1::Beacon& beacon) {
  Summary summary = HeadOf(beacon);
  for (const v1::PageView& view : beacon.page_views()) {
    summary.page_views.push_back({view.index(), StringAt(beacon, view.url_ref())});
  }
  summary.has_conversion =
      std::any_of(beacon.events().begin(), beacon.events().end(),
                  [](const v1::Event& event) { return event.has_conversion(); });
  return summary;
}

Summary SummaryOf(const v1::EntryBatch& batch) {
  Summary summary = HeadOf(batch);
  uint32_t index = 0;
  for (const v1::Entry& entry : batch.entries()) {
    if (entry.has_page_view_start()) {
      summary.page_views.push_back({index++, StringAt(batch, entry.page_view_start().url_ref())});
    }
    if (StringAt(batch, entry.call().name_ref()) == kConversionCall) summary.has_conversion = true;
  }
  return summary;
}

std::string_view TagOf(const Summary& summary, std::string_view key) {
  std::string_view value;
  for (const Summary::Tag& tag : summary.tags) {
    if (tag.key == key) value = tag.value;
  }
  return value;
}

}  // namespace paceline::ingest
