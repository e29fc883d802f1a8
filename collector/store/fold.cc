#include "collector/store/fold.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "collector/store/read_calls.h"
#include "core/page_monitor.h"

namespace paceline::store {
namespace {

// 9999-12-31T23:59:59.999Z.
constexpr uint64_t kMaxUnixMs = 253'402'300'799'999;

// A monitor may hold back what does not fit one Beacon; nothing sensible needs more than this.
constexpr int kMaxFlushesPerDocument = 16;

using Records = std::vector<const v1::JournalRecord*>;

uint32_t CoversEntriesBefore(const Records& document) {
  uint32_t covers = 0;
  for (const v1::JournalRecord* record : document) {
    covers = std::max(covers, record->beacon().covers_entries_before());
  }
  return covers;
}

// The document's raw records that count, in commit order.
Records EffectiveRawRecords(const Records& document, uint32_t covers) {
  Records raw;
  size_t seen = 0;
  for (const v1::JournalRecord* record : document) {
    if (!record->has_entry_batch()) continue;
    if (++seen > kMaxRawBatchesPerDocument) break;
    if (record->entry_batch().sequence() >= covers) raw.push_back(record);
  }
  return raw;
}

// One EffectiveBeacon for each Beacon the monitor gives, which is one unless there is very much.
// `raw`: in commit order.
std::vector<EffectiveBeacon> RunMonitor(const Records& raw) {
  Records in_sequence = raw;
  std::sort(in_sequence.begin(), in_sequence.end(), [](const auto* a, const auto* b) {
    return a->entry_batch().sequence() < b->entry_batch().sequence();
  });
  core::PageMonitor monitor;
  // Page groups by PageView.index: the monitor numbers page views in the order in which they start.
  std::vector<std::string> groups;
  std::vector<std::string> stages;
  core::FlushOptions flush;
  for (const v1::JournalRecord* record : in_sequence) {
    const v1::EntryBatch& batch = record->entry_batch();
    flush.sequence = batch.sequence();
    flush.sent_unix_ms = std::max<uint64_t>(flush.sent_unix_ms, batch.sent_unix_ms());
    if (monitor.Consume(batch.SerializeAsString()) != core::ConsumeStatus::kOk) continue;
    // A page view whose start never came.
    const size_t started = static_cast<size_t>(record->page_groups_size());
    if (groups.size() + started < monitor.page_views()) groups.emplace_back(kUnknownPageGroup);
    stages.resize(groups.size());
    groups.insert(groups.end(), record->page_groups().begin(), record->page_groups().end());
    stages.insert(stages.end(), record->stages().begin(), record->stages().end());
    stages.resize(groups.size());
  }

  std::vector<EffectiveBeacon> derived;
  for (int i = 0; i < kMaxFlushesPerDocument; ++i) {
    core::Bytes bytes;
    if (!monitor.Flush(flush, &bytes)) break;
    EffectiveBeacon& one = derived.emplace_back();
    if (!one.beacon.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      derived.pop_back();
      break;
    }
    ReadCalls(&one.beacon);
    for (const v1::PageView& page_view : one.beacon.page_views()) {
      const size_t index = page_view.index();
      one.page_groups.push_back(index < groups.size() ? groups[index]
                                                      : std::string(kUnknownPageGroup));
      one.stages.push_back(index < stages.size() ? stages[index] : std::string());
    }
    const v1::JournalRecord& first = *raw.front();
    one.clock_offset_ms = first.clock_offset_ms();
    one.received_unix_ms = first.received_unix_ms();
    for (const v1::JournalRecord* record : raw) {
      one.latest_unix_ms = std::max<uint64_t>(one.latest_unix_ms, record->received_unix_ms());
    }
    one.weight_micro = first.weight_micro();
    one.dimensions = first.dimensions();
    one.derived = true;
  }
  return derived;
}

// A Beacon as it stands in `record`, which holds one.
EffectiveBeacon FromRecord(const v1::JournalRecord& record) {
  EffectiveBeacon effective;
  effective.beacon = record.beacon();
  effective.page_groups.assign(record.page_groups().begin(), record.page_groups().end());
  effective.stages.assign(record.stages().begin(), record.stages().end());
  effective.clock_offset_ms = record.clock_offset_ms();
  effective.received_unix_ms = record.received_unix_ms();
  effective.latest_unix_ms = record.received_unix_ms();
  effective.weight_micro = record.weight_micro();
  effective.dimensions = record.dimensions();
  return effective;
}

// What counts of one document's records, each with the place of its record in commit order.
using Placed = std::pair<size_t, EffectiveBeacon>;
void AppendDocument(const std::vector<v1::JournalRecord>& records,
                    const std::vector<size_t>& places, std::vector<Placed>* effective) {
  Records document;
  for (const size_t place : places) document.push_back(&records[place]);
  const Records raw = EffectiveRawRecords(document, CoversEntriesBefore(document));
  for (const size_t place : places) {
    const v1::JournalRecord& record = records[place];
    if (record.has_beacon()) effective->emplace_back(place, FromRecord(record));
    if (raw.empty() || &record != raw.front()) continue;
    for (EffectiveBeacon& derived : RunMonitor(raw)) {
      effective->emplace_back(place, std::move(derived));
    }
  }
}

// As if one Beacon had said it: what a record of it would be.
v1::JournalRecord ToRecord(const EffectiveBeacon& effective) {
  v1::JournalRecord record;
  *record.mutable_beacon() = effective.beacon;
  record.mutable_page_groups()->Assign(effective.page_groups.begin(), effective.page_groups.end());
  record.mutable_stages()->Assign(effective.stages.begin(), effective.stages.end());
  record.set_clock_offset_ms(effective.clock_offset_ms);
  record.set_received_unix_ms(effective.received_unix_ms);
  record.set_weight_micro(effective.weight_micro);
  *record.mutable_dimensions() = effective.dimensions;
  return record;
}

}  // namespace

uint64_t UnixMsOf(const EffectiveBeacon& beacon, uint64_t at_100us) {
  return std::min(CorrectedUnixMs(beacon.beacon.origin_unix_ms(), at_100us, beacon.clock_offset_ms),
                  beacon.latest_unix_ms);
}

uint64_t CorrectedUnixMs(uint64_t origin_unix_ms, uint64_t at_100us, int64_t clock_offset_ms) {
  const int64_t origin = static_cast<int64_t>(std::min(origin_unix_ms, kMaxUnixMs));
  const int64_t since =
      static_cast<int64_t>(std::min(at_100us / 10 + (at_100us % 10 >= 5), kMaxUnixMs));
  const int64_t limit = static_cast<int64_t>(kMaxUnixMs);
  const int64_t offset = std::clamp(clock_offset_ms, -limit, limit);
  return static_cast<uint64_t>(std::clamp<int64_t>(origin + since + offset, 0, limit));
}

std::vector<EffectiveBeacon> EffectiveBeacons(const std::vector<v1::JournalRecord>& records) {
  std::map<std::string, std::vector<size_t>> documents;
  for (size_t i = 0; i < records.size(); ++i) {
    const v1::JournalRecord& record = records[i];
    if (record.has_external_conversion()) continue;
    documents[record.has_beacon() ? record.beacon().document_id()
                                  : record.entry_batch().document_id()]
        .push_back(i);
  }
  std::vector<Placed> placed;
  for (const auto& [id, places] : documents) AppendDocument(records, places, &placed);
  std::stable_sort(placed.begin(), placed.end(),
                   [](const Placed& a, const Placed& b) { return a.first < b.first; });
  std::vector<EffectiveBeacon> effective;
  effective.reserve(placed.size());
  for (Placed& one : placed) effective.push_back(std::move(one.second));
  return effective;
}

void MergeBeacon(const BeaconSource& beacon, absl::FunctionRef<PageFact*(size_t header)> fact_of) {
  absl::InlinedVector<std::pair<uint32_t, PageFact*>, 8> mentioned;
  for (size_t i = 0; i < beacon.record.page_views.size(); ++i) {
    PageFact* fact = fact_of(i);
    if (fact == nullptr) continue;
    MergeHeader(beacon, i, fact);
    mentioned.emplace_back(beacon.record.page_views[i].index, fact);
  }
  size_t last = 0;
  for (const EventView& event : beacon.record.events) {
    // Events come in runs of one page view.
    if (last >= mentioned.size() || mentioned[last].first != event.page_view) {
      for (last = 0; last < mentioned.size() && mentioned[last].first != event.page_view;) ++last;
    }
    if (last < mentioned.size()) MergeEvent(beacon, event, mentioned[last].second);
  }
}

std::optional<DocumentFacts> FoldDocument(const std::vector<v1::JournalRecord>& records,
                                          Facets* facets) {
  DocumentFacts facts;
  for (const EffectiveBeacon& effective : EffectiveBeacons(records)) {
    const std::string bytes = ToRecord(effective).SerializeAsString();
    RecordView view;
    if (!ReadRecord(bytes, &view)) return std::nullopt;
    const BeaconSource source{view, effective.latest_unix_ms};
    MergeBeacon(source, [&](size_t header) -> PageFact* {
      const uint32_t index = view.page_views[header].index;
      if (index >= kMaxPageViewsPerDocument) return nullptr;
      const auto [at, is_new] = facts.try_emplace(index);
      if (is_new) at->second = BeginFact(source, header, facets);
      return &at->second;
    });
  }
  return facts;
}

std::string_view NavigationTypeName(v1::NavigationType type) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "unknown",   "navigate", "reload",          "back-forward", "back-forward-cache",
      "prerender", "restore",  "soft-navigation", "route"};
  const auto index = static_cast<size_t>(type);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

}  // namespace paceline::store
