#include "core/document_state.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/sampling/sampling.h"

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

DocumentState::~DocumentState() {
  for (const PageView* page_view : page_views_) delete page_view;
}

ConsumeStatus DocumentState::Consume(std::string_view entry_batch) {
  EntryBatchView batch;
  ReadEntryBatch(entry_batch, &batch);
  if (batch.entries.size() > kMaxEntriesPerDocument - entries_) {
    return ConsumeStatus::kTooManyEntries;
  }
  if (!AdoptIdentity(batch.header)) return ConsumeStatus::kOtherDocument;
  Commit();
  AdoptContext(batch);
  worth_keeping_ = worth_keeping_ || batch.header.kept_unsampled;
  entries_ += static_cast<uint32_t>(batch.entries.size());
  for (const EntryView& entry : batch.entries) Apply(batch, entry);

  interactions_.ObserveNative(batch.header.interaction_count);
  if (!page_views_.empty()) page_views_.back()->vitals.SetInteractionCount(interactions_.Count());
  worth_keeping_ = worth_keeping_ || rage_.InRage();
  worth_keeping_ = worth_keeping_ || News().poor_core_web_vital;
  return ConsumeStatus::kOk;
}

PendingWork DocumentState::Pending() const {
  PendingWork work;
  const VitalNews news = News();
  work.events = static_cast<uint32_t>(WaitingEvents()) + news.changes;
  work.poor_vital = news.became_poor;
  work.keep_unsampled = worth_keeping_;
  return work;
}

VitalNews DocumentState::News() const {
  VitalNews news;
  for (const PageView* page_view : page_views_) page_view->vitals.AddNews(&news);
  return news;
}

uint64_t DocumentState::ValueOf(Metric metric) const {
  // The page asks with a number of its own.
  if (static_cast<size_t>(metric) >= kMetricSlots || page_views_.empty()) return kNotMeasured;
  return page_views_.back()->vitals.ValueOf(metric);
}

bool DocumentState::Flush(const FlushOptions& options, Bytes* beacon) {
  if (identity_.empty()) return false;
  Advance(DocumentTime(options.sent_unix_ms, header_.origin_unix_ms));
  // A hidden page may never be heard of again, and gets no more interactions.
  if (hidden_) interaction_log_.End(&events_);
  if (WaitingEvents() == 0 && News().changes == 0) return false;

  Commit();
  can_roll_back_ = true;
  PodVector<VitalEvent> vitals;
  const PodVector<PageViewHeader> headers = TakeChanges(&vitals);
  BeaconContents contents;
  contents.header = header_;
  contents.header.sequence = options.sequence;
  contents.header.sent_unix_ms = options.sent_unix_ms;
  contents.header.covers_entries_before = options.covers_entries_before;
  contents.kept_unsampled = worth_keeping_;
  contents.context = context_;
  contents.vitals = vitals;
  contents.events = {events_.events().data(), said_events_};
  contents.page_views = headers;
  contents.event_bytes = events_.bytes();
  contents.strings = &strings_;
  WriteBeacon(contents, beacon);
  return true;
}

PodVector<PageViewHeader> DocumentState::TakeChanges(PodVector<VitalEvent>* vitals) {
  size_t concerned = 0;
  // Vitals first: they matter most, should a beacon be full.
  for (PageView* page_view : page_views_) {
    PageVitals& its_vitals = page_view->vitals;
    its_vitals.KeepUndo();
    page_view->concerned = false;
    if (concerned == kMaxPageViewsPerBeacon) continue;
    if (vitals->size() + kMetricSlots > kMaxEventsPerBeacon) continue;
    page_view->concerned = its_vitals.TakeChanges(page_view->header.index, vitals);
    concerned += page_view->concerned ? 1 : 0;
  }
  for (const Event& event : events_.events()) {
    if (vitals->size() + said_events_ == kMaxEventsPerBeacon) break;
    PageView* const* found = page_views_.begin();
    while ((*found)->header.index != event.page_view) ++found;
    PageView& page_view = **found;
    if (!page_view.concerned && concerned++ == kMaxPageViewsPerBeacon) break;
    page_view.concerned = true;
    ++said_events_;
  }
  PodVector<PageViewHeader> headers;
  for (const PageView* page_view : page_views_) {
    if (page_view->concerned) headers.push_back(page_view->header);
  }
  return headers;
}

bool DocumentState::Rollback() {
  if (!can_roll_back_) return false;
  can_roll_back_ = false;
  said_events_ = 0;
  for (PageView* page_view : page_views_) page_view->vitals.Undo();
  return true;
}

void DocumentState::Commit() {
  can_roll_back_ = false;
  events_.EraseFirst(said_events_);
  said_events_ = 0;
  if (!events_.events().empty()) return;
  // Page views that are over and have said everything.
  for (size_t i = 0; i + 1 < page_views_.size();) {
    PageView* page_view = page_views_[i];
    if (!page_view->vitals.HasNews()) {
      delete page_view;
      page_views_.erase(page_views_.begin() + i);
    } else {
      ++i;
    }
  }
}

bool DocumentState::AdoptIdentity(const BatchHeader& header) {
  Bytes identity(header.session_id);
  identity.Append(header.document_id);
  identity.Append(header.site);
  if (!identity_.empty()) return identity_ == identity.view();
  identity_ = std::move(identity);
  header_.session_id = {identity_.data(), kSessionIdBytes};
  header_.document_id = {identity_.data() + kSessionIdBytes, kDocumentIdBytes};
  header_.site = {identity_.data() + kSessionIdBytes + kDocumentIdBytes, header.site.size()};
  header_.origin_unix_ms = header.origin_unix_ms;
  // "All sessions" is what a beacon without a rate means.
  if (header.sample_rate_ppm != kFullSamplePpm) header_.sample_rate_ppm = header.sample_rate_ppm;
  return true;
}

DocumentState::PageView& DocumentState::Current() {
  if (page_views_.empty()) BeginPageView({}, {});
  return *page_views_.back();
}

void DocumentState::BeginPageView(const PageViewHeader& header, const PageViewState& state) {
  page_views_.push_back(new PageView{header,
                                     PageVitals(state, interactions_.Count(), had_navigation_),
                                     state.activation_start_100us});
  next_page_view_ = header.index + 1;
}

void DocumentState::Advance(uint32_t now_100us) {
  if (!page_views_.empty()) page_views_.back()->vitals.Advance(now_100us);
  rage_.Advance(now_100us, &events_);
  interaction_log_.Advance(now_100us, &events_);
}

void DocumentState::EndRuns() {
  rage_.End(&events_);
  interaction_log_.End(&events_);
}

void DocumentState::AddFields(uint32_t at_100us, EventField kind, const void* fields) {
  events_.AddFields(Current().header.index, at_100us, kind, fields);
}

void DocumentState::AddMessage(uint32_t at_100us, FieldNumber kind) {
  if (passed_on_bytes_ + message_.size() > kMaxEventBytesPerDocument) return;
  passed_on_bytes_ += message_.size();
  events_.AddMessage(Current().header.index, at_100us, kind, message_);
}

}  // namespace paceline::core
