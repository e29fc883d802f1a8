#include "core/page_monitor.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "core/base/limits.h"
#include "core/base/string_pool.h"
#include "core/base/units.h"
#include "core/behavior/interaction_log.h"
#include "core/behavior/rage_click_detector.h"
#include "core/sampling/sampling.h"
#include "core/vitals/interaction_counter.h"
#include "core/vitals/page_vitals.h"
#include "core/wire/beacon_writer.h"
#include "core/wire/entry_batch_reader.h"
#include "core/wire/url_scrub.h"

namespace paceline::core {
namespace {

// The time that an entry tells: by then, what waited for time to pass is over.
uint32_t TimeOf(const Entry& entry) {
  if (const auto* paint = std::get_if<Paint>(&entry)) return paint->start_100us;
  if (const auto* lcp = std::get_if<LargestContentfulPaint>(&entry)) return lcp->start_100us;
  if (const auto* shift = std::get_if<LayoutShift>(&entry)) return shift->start_100us;
  if (const auto* timing = std::get_if<EventTiming>(&entry)) return timing->start_100us;
  if (const auto* change = std::get_if<VisibilityChange>(&entry)) return change->at_100us;
  if (const auto* input = std::get_if<UserInput>(&entry)) return input->at_100us;
  if (const auto* click = std::get_if<Click>(&entry)) return click->at_100us;
  return 0;
}

// Wall clock to document time; 0 when the clock was set back behind the document's beginning.
uint32_t DocumentTime(uint64_t unix_ms, uint64_t origin_unix_ms) {
  if (unix_ms <= origin_unix_ms) return 0;
  const uint64_t since_ms = unix_ms - origin_unix_ms;
  constexpr uint64_t kMaxMs = (kNever100us - 1) / k100usPerMillisecond;
  return static_cast<uint32_t>(std::min(since_ms, kMaxMs)) * k100usPerMillisecond;
}

}  // namespace

class PageMonitor::State {
 public:
  ConsumeStatus Consume(std::string_view bytes);
  uint32_t page_views() const { return next_page_view_; }
  PendingWork Pending() const;
  bool Flush(const FlushOptions& options, std::string* beacon);

 private:
  struct PageView {
    PageViewHeader header;
    PageVitals vitals;
  };

  bool IsOfThisDocument(const EntryBatchView& batch) const;
  void AdoptIdentity(const EntryBatchView& batch);
  void AdoptContext(const EntryBatchView& batch);
  void Apply(const EntryBatchView& batch, const Entry& entry);
  void Apply(const EntryBatchView& batch, const PageViewStart& start);
  void Apply(const EntryBatchView& batch, const LargestContentfulPaint& paint);
  void Apply(const EntryBatchView& batch, const LayoutShift& shift);
  void Apply(const EntryBatchView& batch, const EventTiming& timing);
  void Apply(const EntryBatchView& batch, const Click& click);
  void Apply(const VisibilityChange& change);

  // The page view that entries belong to; begins one if none was announced.
  PageView& Current();
  void BeginPageView(const PageViewHeader& header, const PageViewState& state);
  // What waits for time to pass and is over by `now_100us`.
  void Advance(uint32_t now_100us);
  void EndRuns();
  void AddEvent(uint32_t at_100us, decltype(Event::what) what);
  void AddRage(const std::optional<RageClickDetector::Run>& run);
  std::vector<PageViewHeader> HeadersOf(const std::vector<Event>& events) const;

  PoolRef Intern(const EntryBatchView& batch, uint32_t ref) {
    return strings_.Add(batch.String(ref));
  }
  PoolRef InternUrl(const EntryBatchView& batch, uint32_t ref) {
    return ref == 0 ? 0 : strings_.Add(ScrubUrl(batch.String(ref)));
  }

  bool has_identity_ = false;
  std::string site_;
  std::string session_id_;
  std::string document_id_;
  uint64_t origin_unix_ms_ = 0;
  uint32_t sample_rate_ppm_ = 0;
  bool sampled_ = false;
  bool kept_unsampled_ = false;
  // This document turned out poor or made its visitor rage.
  bool worth_keeping_ = false;

  uint32_t entries_ = 0;
  StringPool strings_;
  // Its references are numbers of strings_.
  Context context_;
  InteractionCounter interactions_;
  bool had_navigation_ = false;
  bool hidden_ = false;
  uint32_t next_page_view_ = 0;
  // The current one last; before it those that still have something to say.
  std::vector<PageView> page_views_;
  RageClickDetector rage_;
  InteractionLog interaction_log_;
  // What is to be said, but for vitals, which say themselves when they changed.
  std::vector<Event> events_;
  std::vector<LayoutShiftSource> shift_sources_;
};

ConsumeStatus PageMonitor::State::Consume(std::string_view bytes) {
  EntryBatchView batch;
  switch (DecodeEntryBatch(bytes, kMaxEntriesPerDocument - entries_, &batch)) {
    case DecodeStatus::kMalformed:
      return ConsumeStatus::kMalformed;
    case DecodeStatus::kTooManyEntries:
      return ConsumeStatus::kTooManyEntries;
    case DecodeStatus::kOk:
      break;
  }
  if (!has_identity_) {
    AdoptIdentity(batch);
  } else if (!IsOfThisDocument(batch)) {
    return ConsumeStatus::kOtherDocument;
  }
  AdoptContext(batch);
  kept_unsampled_ = kept_unsampled_ || batch.kept_unsampled;
  entries_ += static_cast<uint32_t>(batch.entries.size());
  for (const Entry& entry : batch.entries) Apply(batch, entry);

  interactions_.ObserveNative(batch.interaction_count);
  if (!page_views_.empty()) page_views_.back().vitals.SetInteractionCount(interactions_.Count());
  worth_keeping_ = worth_keeping_ || rage_.InRage() ||
                   std::any_of(page_views_.begin(), page_views_.end(), [](const PageView& view) {
                     return view.vitals.HasPoorCoreWebVital();
                   });
  return ConsumeStatus::kOk;
}

PendingWork PageMonitor::State::Pending() const {
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

bool PageMonitor::State::Flush(const FlushOptions& options, std::string* beacon) {
  if (!has_identity_) return false;
  Advance(DocumentTime(options.sent_unix_ms, origin_unix_ms_));
  // A hidden page may never be heard of again, and gets no more interactions.
  if (hidden_) interaction_log_.End(&events_);

  // Vitals first: they matter most, should a beacon be full.
  std::vector<Event> events;
  for (PageView& page_view : page_views_) {
    if (events.size() + kMetricSlots > kMaxEventsPerBeacon) break;
    page_view.vitals.TakeChanges(page_view.header.index, &events);
  }
  const size_t room = kMaxEventsPerBeacon - events.size();
  const auto taken = events_.begin() + static_cast<std::ptrdiff_t>(std::min(room, events_.size()));
  events.insert(events.end(), events_.begin(), taken);
  events_.erase(events_.begin(), taken);
  if (events.empty()) return false;

  const std::vector<PageViewHeader> headers = HeadersOf(events);
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
  contents.shift_sources = shift_sources_;
  contents.strings = &strings_;
  WriteBeacon(contents, beacon);

  if (events_.empty()) {
    shift_sources_.clear();
    // Page views that are over and have said everything.
    page_views_.erase(std::remove_if(page_views_.begin(), page_views_.end() - 1,
                                     [](const PageView& page_view) {
                                       return page_view.vitals.CountChanges() == 0;
                                     }),
                      page_views_.end() - 1);
  }
  return true;
}

bool PageMonitor::State::IsOfThisDocument(const EntryBatchView& batch) const {
  return batch.site == site_ && batch.session_id == session_id_ &&
         batch.document_id == document_id_;
}

void PageMonitor::State::AdoptIdentity(const EntryBatchView& batch) {
  has_identity_ = true;
  site_ = batch.site;
  session_id_ = batch.session_id;
  document_id_ = batch.document_id;
  origin_unix_ms_ = batch.origin_unix_ms;
  sample_rate_ppm_ = batch.sample_rate_ppm;
  sampled_ = IsSampled(session_id_, sample_rate_ppm_);
}

void PageMonitor::State::AdoptContext(const EntryBatchView& batch) {
  context_ = batch.context;
  context_.language_ref = Intern(batch, batch.context.language_ref);
  context_.user_agent_ref = Intern(batch, batch.context.user_agent_ref);
  context_.release_ref = Intern(batch, batch.context.release_ref);
}

void PageMonitor::State::Apply(const EntryBatchView& batch, const Entry& entry) {
  Advance(TimeOf(entry));
  if (const auto* start = std::get_if<PageViewStart>(&entry)) {
    Apply(batch, *start);
  } else if (const auto* navigation = std::get_if<Navigation>(&entry)) {
    Current().vitals.Observe(*navigation);
    had_navigation_ = had_navigation_ || navigation->response_start_100us != 0;
  } else if (const auto* paint = std::get_if<Paint>(&entry)) {
    Current().vitals.Observe(*paint);
  } else if (const auto* lcp = std::get_if<LargestContentfulPaint>(&entry)) {
    Apply(batch, *lcp);
  } else if (const auto* shift = std::get_if<LayoutShift>(&entry)) {
    Apply(batch, *shift);
  } else if (const auto* timing = std::get_if<EventTiming>(&entry)) {
    Apply(batch, *timing);
  } else if (const auto* change = std::get_if<VisibilityChange>(&entry)) {
    Apply(*change);
  } else if (const auto* input = std::get_if<UserInput>(&entry)) {
    Current().vitals.ObserveInput(input->at_100us);
  } else if (const auto* click = std::get_if<Click>(&entry)) {
    Apply(batch, *click);
  }
}

void PageMonitor::State::Apply(const EntryBatchView& batch, const PageViewStart& start) {
  EndRuns();
  hidden_ = false;
  interactions_.ObserveNative(start.interaction_count);
  // The page view before had its last interaction by now.
  if (!page_views_.empty()) page_views_.back().vitals.SetInteractionCount(interactions_.Count());

  PageViewState state;
  state.start_100us = start.start_100us;
  state.activation_start_100us = start.activation_start_100us;
  if (start.first_hidden_100us_plus_1 != 0) {
    state.first_hidden_100us = start.first_hidden_100us_plus_1 - 1;
  }
  state.restored = start.navigation_type == NavigationType::kBackForwardCache;
  state.unmeasurable_metrics = start.unmeasurable_metrics;
  BeginPageView({next_page_view_, start.start_100us, start.navigation_type,
                 InternUrl(batch, start.url_ref), InternUrl(batch, start.referrer_ref)},
                state);
}

void PageMonitor::State::Apply(const EntryBatchView& batch, const LargestContentfulPaint& paint) {
  Current().vitals.Observe(paint, Intern(batch, paint.target_ref), InternUrl(batch, paint.url_ref));
}

void PageMonitor::State::Apply(const EntryBatchView& batch, const LayoutShift& shift) {
  const auto first_source = static_cast<uint32_t>(shift_sources_.size());
  PoolRef first_target = 0;
  for (uint32_t i = 0; i < shift.source_count; ++i) {
    LayoutShiftSource source = batch.shift_sources[shift.first_source + i];
    source.target_ref = Intern(batch, source.target_ref);
    if (first_target == 0) first_target = source.target_ref;
    shift_sources_.push_back(source);
  }
  Current().vitals.Observe(shift, first_target);
  AddEvent(shift.start_100us, LayoutShiftEvent{ToNano(shift.value), shift.had_recent_input,
                                               first_source, shift.source_count});
}

void PageMonitor::State::Apply(const EntryBatchView& batch, const EventTiming& timing) {
  interactions_.ObserveId(timing.interaction_id);
  const PoolRef name = Intern(batch, timing.name_ref);
  const PoolRef target = Intern(batch, timing.target_ref);
  PageView& page_view = Current();
  page_view.vitals.Observe(timing, name, target);
  interaction_log_.Observe(timing, name, target, page_view.header.index, &events_);
}

void PageMonitor::State::Apply(const EntryBatchView& batch, const Click& click) {
  const PoolRef target = Intern(batch, click.target_ref);
  Current().vitals.ObserveInput(click.at_100us);
  AddRage(rage_.Observe(click, target));
  AddEvent(click.at_100us, ClickEvent{target, click.x, click.y});
  worth_keeping_ = worth_keeping_ || rage_.InRage();
}

void PageMonitor::State::Apply(const VisibilityChange& change) {
  if (change.hidden) {
    Current().vitals.ObserveHidden(change.at_100us);
    EndRuns();
  }
  hidden_ = change.hidden;
  AddEvent(change.at_100us, VisibilityChangeEvent{change.hidden});
}

PageMonitor::State::PageView& PageMonitor::State::Current() {
  if (page_views_.empty()) BeginPageView({}, {});
  return page_views_.back();
}

void PageMonitor::State::BeginPageView(const PageViewHeader& header, const PageViewState& state) {
  page_views_.push_back({header, PageVitals(state, interactions_.Count(), had_navigation_)});
  next_page_view_ = header.index + 1;
}

void PageMonitor::State::Advance(uint32_t now_100us) {
  AddRage(rage_.Advance(now_100us));
  interaction_log_.Advance(now_100us, &events_);
}

void PageMonitor::State::EndRuns() {
  AddRage(rage_.End());
  interaction_log_.End(&events_);
}

void PageMonitor::State::AddEvent(uint32_t at_100us, decltype(Event::what) what) {
  events_.push_back({Current().header.index, at_100us, std::move(what)});
}

void PageMonitor::State::AddRage(const std::optional<RageClickDetector::Run>& run) {
  if (run) AddEvent(run->at_100us, run->event);
}

std::vector<PageViewHeader> PageMonitor::State::HeadersOf(const std::vector<Event>& events) const {
  std::vector<PageViewHeader> headers;
  for (const PageView& page_view : page_views_) {
    const bool concerned = std::any_of(events.begin(), events.end(), [&](const Event& event) {
      return event.page_view == page_view.header.index;
    });
    if (concerned) headers.push_back(page_view.header);
  }
  return headers;
}

PageMonitor::PageMonitor() : state_(std::make_unique<State>()) {}
PageMonitor::~PageMonitor() = default;
PageMonitor::PageMonitor(PageMonitor&&) noexcept = default;
PageMonitor& PageMonitor::operator=(PageMonitor&&) noexcept = default;

ConsumeStatus PageMonitor::Consume(std::string_view entry_batch) {
  return state_->Consume(entry_batch);
}

PendingWork PageMonitor::Pending() const { return state_->Pending(); }

uint32_t PageMonitor::page_views() const { return state_->page_views(); }

bool PageMonitor::Flush(const FlushOptions& options, std::string* beacon) {
  return state_->Flush(options, beacon);
}

}  // namespace paceline::core
