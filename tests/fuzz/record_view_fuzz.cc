// Fuzzes the reader of stored records against the protobuf library: what the library would write as
// it is, the reader reads, and reads as the library does. (Stored bytes may be torn by the disk.)
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collector/store/record_view.h"

namespace {

using namespace paceline;

void Require(bool condition) {
  if (!condition) std::abort();
}

template <typename Views, typename Strings>
void RequireSame(const Views& views, const Strings& strings) {
  Require(views.size() == static_cast<size_t>(strings.size()));
  for (size_t i = 0; i < views.size(); ++i) Require(views[i] == strings.Get(static_cast<int>(i)));
}

template <typename Message>
void RequireSender(const store::RecordView& view, const Message& message) {
  Require(view.site == message.site() && view.session_id == message.session_id() &&
          view.document_id == message.document_id());
}

void RequireBeacon(const store::RecordView& view, const v1::Beacon& beacon) {
  RequireSender(view, beacon);
  Require(view.sequence == beacon.sequence() && view.origin_unix_ms == beacon.origin_unix_ms() &&
          view.covers_entries_before == beacon.covers_entries_before());
  RequireSame(view.strings, beacon.strings());
  Require(view.page_views.size() == static_cast<size_t>(beacon.page_views_size()));
  for (int i = 0; i < beacon.page_views_size(); ++i) {
    const store::PageViewHeader& header = view.page_views[static_cast<size_t>(i)];
    const v1::PageView& page_view = beacon.page_views(i);
    Require(header.index == page_view.index() && header.start_100us == page_view.start_100us() &&
            header.url_ref == page_view.url_ref() &&
            header.referrer_ref == page_view.referrer_ref());
  }
  Require(view.events.size() == static_cast<size_t>(beacon.events_size()));
  for (int i = 0; i < beacon.events_size(); ++i) {
    const store::EventView& event = view.events[static_cast<size_t>(i)];
    Require(event.page_view == beacon.events(i).page_view() &&
            event.at_100us == beacon.events(i).at_100us());
    if (beacon.events(i).event_case() != v1::Event::EVENT_NOT_SET) {
      Require(event.kind == static_cast<uint32_t>(beacon.events(i).event_case()));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // It complains of each text that is not UTF-8.
  [[maybe_unused]] static auto* const complain = google::protobuf::SetLogHandler(nullptr);
  store::RecordView view;
  const bool read = store::ReadRecord(bytes, &view);
  v1::JournalRecord record;
  if (!record.ParseFromArray(data, static_cast<int>(size))) return 0;
  record.DiscardUnknownFields();
  if (record.SerializeAsString() != bytes) return 0;
  if (!record.has_beacon() && !record.has_entry_batch()) return 0;
  Require(read);
  Require(view.received_unix_ms == record.received_unix_ms() &&
          view.clock_offset_ms == record.clock_offset_ms() &&
          (view.content_hash == record.content_hash() || record.content_hash() == 0) &&
          view.weight_micro == record.weight_micro());
  RequireSame(view.page_groups, record.page_groups());
  RequireSame(view.stages, record.stages());
  if (record.has_beacon()) {
    RequireBeacon(view, record.beacon());
  } else {
    RequireSender(view, record.entry_batch());
    Require(view.sequence == record.entry_batch().sequence());
  }
  return 0;
}
