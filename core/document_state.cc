#include "core/document_state.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/sampling/sampling.h"
#include "core/wire/beacon_writer.h"
#include "core/wire/message_codec.h"

namespace paceline::core {
namespace {

// Wall clock to document time; 0 when the clock was set back behind the document's beginning.
uint32_t DocumentTime(uint64_t unix_ms, uint64_t origin_unix_ms) {
  if (unix_ms <= origin_unix_ms) return 0;
  const uint64_t since_ms = unix_ms - origin_unix_ms;
  constexpr uint64_t kMaxMs = (kNever100us - 1) / k100usPerMillisecond;
  return static_cast<uint32_t>(std::min(since_ms, kMaxMs)) * k100usPerMillisecond;
}

}  // namespace

ConsumeStatus DocumentState::Consume(std::string_view entry_batch) {
  EntryBatchView batch;
  switch (DecodeEntryBatch(entry_batch, kMaxEntriesPerDocument - entries_, &batch)) {
    case DecodeStatus::kMalformed:
      return ConsumeStatus::kMalformed;
    case DecodeStatus::kTooManyEntries:
      return ConsumeStatus::kTooManyEntries;
    case DecodeStatus::kOk:
      break;
  }
  if (!has_identity_) {
    AdoptIdentity(batch.header);
  } else if (!IsOfThisDocument(batch.header)) {
    return ConsumeStatus::kOtherDocument;
  }
  AdoptContext(batch);
  kept_unsampled_ = kept_unsampled_ || batch.header.kept_unsampled;
  entries_ += static_cast<uint32_t>(batch.entries.size());
  for (const EntryView& entry : batch.entries) Apply(batch, entry);

  interactions_.ObserveNative(batch.header.interaction_count);
  if (!page_views_.empty()) page_views_.back().vitals.SetInteractionCount(interactions_.Count());
  worth_keeping_ = worth_keeping_ || rage_.InRage() ||
                   std::any_of(page_views_.begin(), page_views_.end(), [](const PageView& view) {
                     return view.vitals.HasPoorCoreWebVital();
                   });
  return ConsumeStatus::kOk;
}

PendingWork DocumentState::Pending() const {
  PendingWork work;
  work.events = static_cast<uint32_t>(events_.size());
  for (const PageView& page_view : page_views_) {
    work.events += page_view.vitals.CountChanges();
    work.poor_vital = work.poor_vital || page_view.vitals.BecamePoor();
  }
  work.sampled = sampled_;
  work.keep_unsampled = has_identity_ && !sampled_ && (kept_unsampled_ || worth_keeping_);
  return work;
}

std::optional<uint64_t> DocumentState::ValueOf(Metric metric) const {
  // The page asks with a number of its own.
  if (static_cast<size_t>(metric) >= kMetricSlots) return std::nullopt;
  if (page_views_.empty()) return std::nullopt;
  const std::optional<VitalReading> reading = page_views_.back().vitals.Read(metric);
  return reading ? std::optional(reading->value) : std::nullopt;
}

bool DocumentState::Flush(const FlushOptions& options, std::string* beacon) {
  if (!has_identity_) return false;
  Advance(DocumentTime(options.sent_unix_ms, origin_unix_ms_));
  // A hidden page may never be heard of again, and gets no more interactions.
  if (hidden_) interaction_log_.End(&events_);
  const EventList events = TakeEvents();
  if (events.empty()) return false;

  const PodVector<PageViewHeader> headers = HeadersOf(events);
  BeaconContents contents;
  contents.site = site_;
  contents.session_id = session_id_;
  contents.document_id = document_id_;
  contents.sequence = options.sequence;
  contents.origin_unix_ms = origin_unix_ms_;
  contents.sent_unix_ms = options.sent_unix_ms;
  // "All sessions" is what a beacon without a rate means.
  contents.sample_rate_ppm = sample_rate_ppm_ == kFullSamplePpm ? 0 : sample_rate_ppm_;
  contents.covers_entries_before = options.covers_entries_before;
  contents.kept_unsampled = !sampled_ && (kept_unsampled_ || worth_keeping_);
  contents.context = context_;
  contents.page_views = headers;
  contents.events = events;
  contents.event_bytes = event_bytes_;
  contents.strings = &strings_;
  WriteBeacon(contents, beacon);

  if (events_.empty()) {
    event_bytes_.clear();
    // Page views that are over and have said everything.
    page_views_.erase(std::remove_if(page_views_.begin(), page_views_.end() - 1,
                                     [](const PageView& page_view) {
                                       return page_view.vitals.CountChanges() == 0;
                                     }),
                      page_views_.end() - 1);
  }
  return true;
}

EventList DocumentState::TakeEvents() {
  // Vitals first: they matter most, should a beacon be full.
  EventList events;
  for (PageView& page_view : page_views_) {
    if (events.size() + kMetricSlots > kMaxEventsPerBeacon) break;
    page_view.vitals.TakeChanges(page_view.header.index, &events);
  }
  const size_t room = kMaxEventsPerBeacon - events.size();
  const size_t taken = std::min(room, events_.size());
  events.append(events_.begin(), taken);
  events_.erase(events_.begin(), events_.begin() + taken);
  return events;
}

bool DocumentState::IsOfThisDocument(const BatchHeader& header) const {
  return header.site == site_ && header.session_id == session_id_ &&
         header.document_id == document_id_;
}

void DocumentState::AdoptIdentity(const BatchHeader& header) {
  has_identity_ = true;
  site_ = header.site;
  session_id_ = header.session_id;
  document_id_ = header.document_id;
  origin_unix_ms_ = header.origin_unix_ms;
  sample_rate_ppm_ = header.sample_rate_ppm;
  sampled_ = IsSampled(session_id_, sample_rate_ppm_);
}

DocumentState::PageView& DocumentState::Current() {
  if (page_views_.empty()) BeginPageView({}, {});
  return page_views_.back();
}

void DocumentState::BeginPageView(const PageViewHeader& header, const PageViewState& state) {
  page_views_.push_back({header, PageVitals(state, interactions_.Count(), had_navigation_),
                         state.activation_start_100us});
  next_page_view_ = header.index + 1;
}

void DocumentState::Advance(uint32_t now_100us) {
  if (!page_views_.empty()) page_views_.back().vitals.Advance(now_100us);
  AddRage(rage_.Advance(now_100us));
  interaction_log_.Advance(now_100us, &events_);
}

void DocumentState::EndRuns() {
  AddRage(rage_.End());
  interaction_log_.End(&events_);
}

void DocumentState::AddEvent(uint32_t at_100us, What what) {
  events_.push_back({Current().header.index, at_100us, what});
}

void DocumentState::AddEncoded(uint32_t at_100us, FieldNumber kind, size_t begin) {
  const size_t size = event_bytes_.size() - begin;
  if (total_event_bytes_ + size > kMaxEventBytesPerDocument) return event_bytes_.resize(begin);
  total_event_bytes_ += size;
  AddEvent(at_100us, EncodedEvent{kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(size)});
}

void DocumentState::AddRage(const std::optional<RageClickDetector::Run>& run) {
  if (run) AddEvent(run->at_100us, run->event);
}

PodVector<PageViewHeader> DocumentState::HeadersOf(const EventList& events) const {
  PodVector<PageViewHeader> headers;
  for (const PageView& page_view : page_views_) {
    const bool concerned = std::any_of(events.begin(), events.end(), [&](const Event& event) {
      return event.page_view == page_view.header.index;
    });
    if (concerned) headers.push_back(page_view.header);
  }
  return headers;
}

}  // namespace paceline::core
